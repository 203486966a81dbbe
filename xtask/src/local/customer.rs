//! The customer's account: the ready snippet deployed there, so that events have somewhere to arrive.

use super::deploy::{Outputs, deploy};
use super::{OPERATOR, account};
use crate::say::Work;
use crate::workspace::Workspace;
use crate::{Explain, Trouble};

/// Deploys the snippet in the customer's account; nothing when the repository has none.
pub(crate) async fn prepare(
    workspace: &Workspace,
    endpoint: &str,
    work: &Work,
) -> Result<Outputs, Trouble> {
    let path = workspace.customer_template();
    if !path.is_file() {
        return Ok(Outputs::new());
    }
    let template = std::fs::read_to_string(&path).explain(format!("reading {}", path.display()))?;
    let client =
        aws_sdk_cloudformation::Client::new(&account::config(endpoint, super::CUSTOMER).await);
    deploy(
        &client,
        "kaiwa-events",
        &template,
        &[("KaiwaAccount", OPERATOR), ("KaiwaAccountId", OPERATOR)],
        work,
    )
    .await
}
