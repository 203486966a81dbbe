//! Saves what a call led to where the developer can open it.

use std::path::PathBuf;

use aws_sdk_s3::Client;
use domain::{CallId, TenantId};

use crate::local::Stack;
use crate::workspace::Workspace;
use crate::{Explain, Trouble};

/// Name of the saved page.
pub(crate) const HTML: &str = "report.html";

/// Name of the saved document.
pub(crate) const JSON: &str = "report.json";

/// Copies the report from S3 to `<target>/demo/<call>/` and returns that folder.
pub(crate) async fn save(
    workspace: &Workspace,
    stack: &Stack,
    tenant: &TenantId,
    call: &CallId,
) -> Result<PathBuf, Trouble> {
    let folder = workspace.target().join("demo").join(call.as_str());
    std::fs::create_dir_all(&folder).explain(format!("making {}", folder.display()))?;
    let (s3, bucket) = (Client::new(stack.operator()), stack.output("ResultsBucket")?);
    for name in [JSON, HTML] {
        let key = format!("{tenant}/calls/{call}/{name}");
        let object = s3.get_object().bucket(bucket).key(&key).send().await;
        let body = object.explain(format!("reading s3://{bucket}/{key}"))?.body.collect().await;
        let body = body.explain(format!("reading s3://{bucket}/{key}"))?.into_bytes();
        std::fs::write(folder.join(name), body).explain(format!("writing {name}"))?;
    }
    Ok(folder)
}
