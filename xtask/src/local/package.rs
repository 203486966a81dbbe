//! Does what `aws cloudformation package` does: uploads what the template names by path, and names it by object instead.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use sha2::{Digest, Sha256};
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use crate::venv::hex;
use crate::workspace::Workspace;
use crate::{Explain, Trouble, functions};

/// The properties whose value is a local path.
const BY_PATH: [&str; 2] = ["CodeUri:", "DefinitionUri:"];

/// Uploads what `template` names by path to `bucket`; returns the template with nothing else changed.
pub(crate) async fn package(
    workspace: &Workspace,
    template: &str,
    s3: &Client,
    bucket: &str,
) -> Result<String, Trouble> {
    let mut packaged = String::with_capacity(template.len());
    for line in template.lines() {
        match path_in(line) {
            Some(path) => {
                let object = upload(workspace, path, s3, bucket).await?;
                packaged.push_str(&line.replacen(path, &format!("s3://{bucket}/{object}"), 1));
            }
            None => packaged.push_str(line),
        }
        packaged.push('\n');
    }
    Ok(packaged)
}

/// The local path a template line names, without its quotes.
fn path_in(line: &str) -> Option<&str> {
    let value = BY_PATH.iter().find_map(|property| line.trim().strip_prefix(property))?;
    let path = value.trim().trim_matches(['"', '\'']);
    let is_local = !path.is_empty() && !path.starts_with("s3://") && !path.starts_with('!');
    is_local.then_some(path)
}

async fn upload(
    workspace: &Workspace,
    path: &str,
    s3: &Client,
    bucket: &str,
) -> Result<String, Trouble> {
    let (file, is_function) = local_file(workspace, path);
    let content = std::fs::read(&file).explain(format!("reading {}", file.display()))?;
    let body = if is_function { zipped(&content).explain("packing a function")? } else { content };
    let key = format!("{}-{}", name(path), hex(&Sha256::digest(&body)[..8]));
    let request = s3.put_object().bucket(bucket).key(&key).body(ByteStream::from(body));
    request.send().await.explain(format!("uploading {path}"))?;
    Ok(key)
}

/// The file behind a path of the template, and whether it is a function's binary.
fn local_file(workspace: &Workspace, path: &str) -> (PathBuf, bool) {
    match functions::package_of(&format!("CodeUri: {path}")) {
        Some(package) => (functions::folder(workspace.target(), package).join("bootstrap"), true),
        None => (workspace.root().join(path), false),
    }
}

fn name(path: &str) -> &str {
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or("code")
}

/// A deployment package with one executable `bootstrap`. Packed quickly: it travels over loopback.
fn zipped(bootstrap: &[u8]) -> Result<Vec<u8>, zip::result::ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(1))
        .unix_permissions(0o755);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("bootstrap", options)?;
    archive.write_all(bootstrap)?;
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_local_paths_are_taken_and_quotes_do_not_count() {
        assert_eq!(path_in("      CodeUri: target/lambda/intake/"), Some("target/lambda/intake/"));
        assert_eq!(
            path_in("  DefinitionUri: \"statemachines/call.asl.json\""),
            Some("statemachines/call.asl.json")
        );
        assert_eq!(path_in("  CodeUri: s3://bucket/key"), None);
        assert_eq!(path_in("  CodeUri: !Ref Code"), None);
        assert_eq!(path_in("  Timeout: 30"), None);
    }
}
