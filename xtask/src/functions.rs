//! The function binaries the template deploys: which they are, building them, laying them out.
//!
//! The template's `CodeUri: target/lambda/<package>/` lines are the list; cargo-lambda, which builds them for AWS, uses
//! the same layout.

use std::path::{Path, PathBuf};

use crate::workspace::{Workspace, cargo};
use crate::{Explain, Trouble};

/// Where the template expects the functions.
pub const CODE_FOLDER: &str = "target/lambda/";

/// The packages named by the `CodeUri` lines of a template, in its order.
pub fn packages(template: &str) -> Vec<&str> {
    let mut packages: Vec<&str> = Vec::new();
    for package in template.lines().filter_map(package_of) {
        if !packages.contains(&package) {
            packages.push(package);
        }
    }
    packages
}

/// The package a template line deploys, if it deploys one.
pub fn package_of(line: &str) -> Option<&str> {
    let path = line.trim().strip_prefix("CodeUri:")?.trim().trim_matches(['"', '\'']);
    Some(path.strip_prefix("./").unwrap_or(path).strip_prefix(CODE_FOLDER)?.trim_end_matches('/'))
}

/// Builds the packages with the profile that tests use too, so that nothing is compiled twice.
///
/// # Errors
/// When cargo is missing or a package does not compile; cargo has then said why on standard error.
pub fn build(workspace: &Workspace, packages: &[&str]) -> Result<(), Trouble> {
    let mut build = cargo();
    // Chosen by binary and not by package: features are then the same as when the whole workspace is built or tested,
    // and the AWS SDKs are compiled once instead of three times.
    build.args(["build", "--quiet", "--release", "--workspace"]).current_dir(workspace.root());
    for package in packages {
        build.args(["--bin", package]);
    }
    // Standard output belongs to results; cargo's messages go to standard error anyway.
    let status = build.stdout(std::io::stderr()).status().explain("running cargo build")?;
    if !status.success() {
        return Err(Trouble::new("the functions do not compile; cargo said why above"));
    }
    packages.iter().try_for_each(|package| lay_out(workspace.target(), package))
}

/// The folder that holds a package's `bootstrap`.
pub fn folder(target: &Path, package: &str) -> PathBuf {
    target.join("lambda").join(package)
}

fn lay_out(target: &Path, package: &str) -> Result<(), Trouble> {
    let (binary, folder) = (target.join("release").join(package), folder(target, package));
    std::fs::create_dir_all(&folder).explain(format!("making {}", folder.display()))?;
    // Copied under another name first: a parallel run may be reading `bootstrap` now.
    let fresh = folder.join(format!("bootstrap.{}", std::process::id()));
    std::fs::copy(&binary, &fresh).explain(format!("copying {}", binary.display()))?;
    std::fs::rename(&fresh, folder.join("bootstrap")).explain(format!("laying out {package}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_lists_the_packages_once_each_in_its_order() {
        let template = "  A:\n    CodeUri: target/lambda/intake/\n    CodeUri: \"./target/lambda/ingest\"\n    \
                        CodeUri: target/lambda/intake\n    CodeUri: s3://bucket/key\n";
        assert_eq!(packages(template), ["intake", "ingest"]);
    }
}
