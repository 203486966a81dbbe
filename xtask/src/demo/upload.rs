//! Uploads a call's files under the keys that say what they are.

use std::path::Path;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use domain::{CallId, TenantId};
use jiff::Timestamp;

use super::call::{CallFiles, Channels};
use super::seed::Demonstration;
use crate::local::Stack;
use crate::{Explain, Trouble, say};

/// Uploads the files as a new call and returns its id.
pub(crate) async fn upload(
    stack: &Stack,
    tenant: &TenantId,
    files: &CallFiles,
) -> Result<CallId, Trouble> {
    let (s3, bucket) = (Client::new(stack.operator()), stack.output("RecordingsBucket")?);
    let call = CallId::derived(&["xtask demo", &files.to_string(), &Timestamp::now().to_string()]);
    let count = files.parts().len();
    for (index, (file, channels)) in files.parts().iter().enumerate() {
        let key = key(tenant, &call, (index + 1, count), *channels, file);
        let body =
            ByteStream::from_path(file).await.explain(format!("reading {}", file.display()))?;
        let request = s3.put_object().bucket(bucket).key(&key).body(body);
        request.send().await.explain(format!("uploading {}", file.display()))?;
        say::line(format!("↑ s3://{bucket}/{key}"));
    }
    Ok(call)
}

/// Where a developer may upload a recording by hand.
///
/// # Errors
/// When the template has no bucket for recordings.
pub fn upload_example(stack: &Stack, shown: &Demonstration) -> Result<String, Trouble> {
    let call = CallId::derived(&["by hand", &Timestamp::now().to_string()]);
    let key = key(&shown.tenant, &call, (1, 1), Channels::Mixed, Path::new("call.wav"));
    Ok(format!("s3://{}/{key}", stack.output("RecordingsBucket")?))
}

/// `{tenant}/uploads/{call}/{part}-of-{parts}_{sides}.{extension}`; a name without extension keeps none.
fn key(
    tenant: &TenantId,
    call: &CallId,
    (part, parts): (usize, usize),
    channels: Channels,
    file: &Path,
) -> String {
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or("bin");
    format!("{tenant}/uploads/{call}/{part}-of-{parts}_{channels}.{}", extension.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_whose_call_it_is_which_part_and_which_side() {
        let (tenant, call) = (TenantId::derived(&["t"]), CallId::derived(&["c"]));
        let key = key(&tenant, &call, (2, 2), Channels::Customer, Path::new("in/Caller.WAV"));
        assert_eq!(key, format!("{tenant}/uploads/{call}/2-of-2_customer.wav"));
    }
}
