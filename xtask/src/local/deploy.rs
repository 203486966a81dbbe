//! Creates a stack through CloudFormation, waits for it, and tells why it failed.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types::{Capability, Parameter, StackStatus};

use crate::say::Work;
use crate::{Explain, Trouble};

/// Outputs of a stack by name.
pub type Outputs = BTreeMap<String, String>;

const POLL: Duration = Duration::from_millis(200);

/// One output, or which there are.
pub(crate) fn output<'a>(
    outputs: &'a Outputs,
    name: &str,
    template: &str,
) -> Result<&'a str, Trouble> {
    let known: Vec<&str> = outputs.keys().map(String::as_str).collect();
    let missing =
        || Trouble::new(format!("{template} has no output {name}; it has: {}", known.join(", ")));
    outputs.get(name).map(String::as_str).ok_or_else(missing)
}

/// Creates the stack `name` and returns its outputs. Of `known` values, those the template declares are given.
pub(crate) async fn deploy(
    client: &Client,
    name: &str,
    template: &str,
    known: &[(&str, &str)],
    work: &Work,
) -> Result<Outputs, Trouble> {
    let declared = declared(client, template).await?;
    let given = known.iter().filter(|(key, _)| declared.iter().any(|declared| declared == key));
    let parameters = given.map(|(key, value)| {
        Parameter::builder().parameter_key(*key).parameter_value(*value).build()
    });
    client
        .create_stack()
        .stack_name(name)
        .template_body(template)
        .capabilities(Capability::CapabilityIam)
        .capabilities(Capability::CapabilityNamedIam)
        .capabilities(Capability::CapabilityAutoExpand)
        .set_parameters(Some(parameters.collect()))
        .send()
        .await
        .explain(format!("creating the stack {name}"))?;
    settled(client, name, work).await
}

/// The parameters a template declares.
async fn declared(client: &Client, template: &str) -> Result<Vec<String>, Trouble> {
    let summary = client.get_template_summary().template_body(template).send().await;
    let summary = summary.explain("reading the template")?;
    Ok(summary
        .parameters()
        .iter()
        .filter_map(|parameter| parameter.parameter_key().map(Into::into))
        .collect())
}

async fn settled(client: &Client, name: &str, work: &Work) -> Result<Outputs, Trouble> {
    loop {
        let answer = client.describe_stacks().stack_name(name).send().await;
        let answer = answer.explain(format!("watching the stack {name}"))?;
        let stack = answer.stacks().first();
        match stack.and_then(|stack| stack.stack_status()) {
            Some(StackStatus::CreateComplete) => {
                let outputs = stack.map(|stack| stack.outputs()).unwrap_or_default();
                let pairs = outputs.iter().filter_map(|output| {
                    Some((output.output_key()?.to_owned(), output.output_value()?.to_owned()))
                });
                return Ok(pairs.collect());
            }
            Some(StackStatus::CreateInProgress) | None => work.tell(progress(client, name).await),
            Some(StackStatus::RollbackInProgress) => work.tell("rolling back"),
            Some(status) => return Err(failed(client, name, status).await),
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn progress(client: &Client, name: &str) -> String {
    let resources = client.describe_stack_resources().stack_name(name).send().await;
    let count = resources.map_or(0, |resources| resources.stack_resources().len());
    format!("{count} resources")
}

async fn failed(client: &Client, name: &str, status: &StackStatus) -> Trouble {
    let events = client.describe_stack_events().stack_name(name).send().await;
    let events = events.map(|events| events.stack_events.unwrap_or_default()).unwrap_or_default();
    let reasons: Vec<String> = events
        .iter()
        .rev()
        .filter(|event| {
            event.resource_status().is_some_and(|status| status.as_str().ends_with("FAILED"))
        })
        .map(|event| {
            let resource = event.logical_resource_id().unwrap_or("?");
            format!("  {resource}: {}", event.resource_status_reason().unwrap_or("no reason given"))
        })
        .collect();
    Trouble::new(format!("the stack {name} ended as {status}:\n{}", reasons.join("\n")))
}
