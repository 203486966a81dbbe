//! A customer's AWS account: the ready snippet deployed there, so that events have somewhere to arrive.

use std::path::Path;

use aws_config::SdkConfig;

use super::deploy::{Outputs, deploy, output};
use super::{OPERATOR, Stack};
use crate::say::Work;
use crate::workspace::Workspace;
use crate::{Explain, Trouble};

/// A customer that receives the events of one tenant on a bus in its own account.
pub struct Customer {
    account: String,
    config: SdkConfig,
    outputs: Outputs,
}

impl Stack {
    /// Deploys `events/customer/event-bus.yaml` for one tenant in the account with this twelve-digit id.
    ///
    /// # Errors
    /// When the snippet cannot be read or deployed.
    pub async fn customer(&self, account: &str, tenant_id: &str) -> Result<Customer, Trouble> {
        let name = format!("kaiwa-{}", tenant_id.replace('_', "-"));
        let known = [
            ("KaiwaAccountId", OPERATOR),
            ("KaiwaTenantId", tenant_id),
            ("BusName", name.as_str()),
        ];
        let snippet = Workspace::find()?.root().join("events/customer/event-bus.yaml");
        let outputs = self.deploy(account, &name, &snippet, &known).await?;
        let config = self.account(account).await;
        Ok(Customer { account: account.to_owned(), config, outputs })
    }

    /// Makes a partner event source for the account and accepts it there by `events/customer/partner-source.yaml`.
    ///
    /// # Errors
    /// When the source exists already, or the snippet cannot be read or deployed.
    pub async fn partner(&self, account: &str, source: &str) -> Result<Customer, Trouble> {
        let events = aws_sdk_eventbridge::Client::new(self.operator());
        let create = events.create_partner_event_source().name(source).account(account);
        create.send().await.explain(format!("making the partner event source {source}"))?;
        let name = source.replace(['/', '.', '_'], "-");
        let snippet = Workspace::find()?.root().join("events/customer/partner-source.yaml");
        let outputs = self.deploy(account, &name, &snippet, &[("EventSourceName", source)]).await?;
        let config = self.account(account).await;
        Ok(Customer { account: account.to_owned(), config, outputs })
    }

    /// Deploys any template in any account and returns the outputs. Of the values given, those that the template
    /// declares as parameters are used.
    ///
    /// # Errors
    /// When the template cannot be read or deployed.
    pub async fn deploy(
        &self,
        account: &str,
        name: &str,
        template: &Path,
        values: &[(&str, &str)],
    ) -> Result<Outputs, Trouble> {
        let text =
            std::fs::read_to_string(template).explain(format!("reading {}", template.display()))?;
        let client = aws_sdk_cloudformation::Client::new(&self.account(account).await);
        let work = Work::begin(format!("deploying {name} in account {account}"));
        let outputs = deploy(&client, name, &text, values, &work).await?;
        work.done("");
        Ok(outputs)
    }
}

impl Customer {
    /// Its account id.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// What a client needs to act in its account.
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// ARN of the bus the tenant's events go to.
    ///
    /// # Errors
    /// When the snippet has no such output.
    pub fn bus_arn(&self) -> Result<&str, Trouble> {
        output(&self.outputs, "EventBusArn", "the customer's snippet")
    }

    /// URL of the queue the events end in.
    ///
    /// # Errors
    /// When the snippet has no such output.
    pub fn queue_url(&self) -> Result<&str, Trouble> {
        output(&self.outputs, "EventQueueUrl", "the customer's snippet")
    }
}
