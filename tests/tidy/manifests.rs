//! What cargo knows of the packages, and the text of the manifests where cargo does not say it.

use std::process::Command;

use serde::Deserialize;
use testkit::root;

/// A member of the workspace.
#[derive(Debug, Clone, Deserialize)]
pub struct Package {
    pub name: String,
    pub manifest_path: String,
    pub dependencies: Vec<Dependency>,
}

/// A dependency as a manifest names it.
#[derive(Debug, Clone, Deserialize)]
pub struct Dependency {
    pub name: String,
    /// `None` for an ordinary one, `dev` or `build`.
    pub kind: Option<String>,
    /// Set for members of this workspace.
    pub path: Option<String>,
}

impl Dependency {
    pub fn is_ours(&self) -> bool {
        self.path.is_some()
    }

    pub fn is_for_tests(&self) -> bool {
        self.kind.as_deref() == Some("dev")
    }
}

impl Package {
    /// Its folder from the root, for example `functions/intake`.
    pub fn folder(&self) -> String {
        let folder = self.manifest_path.trim_end_matches("/Cargo.toml");
        let root = format!("{}/", root().display());
        folder.strip_prefix(&root).unwrap_or(folder).to_owned()
    }

    pub fn is_function(&self) -> bool {
        self.folder().starts_with("functions/")
    }

    /// A package in memory, for examples; names of ours are written `our:store`, those for tests `dev:x`.
    #[cfg(test)]
    pub fn example(folder: &str, dependencies: &[&str]) -> Self {
        let dependency = |text: &&str| {
            let (kind, text) =
                text.strip_prefix("dev:").map_or((None, *text), |rest| (Some("dev".into()), rest));
            let (path, name) =
                text.strip_prefix("our:").map_or((None, text), |rest| (Some(rest.into()), rest));
            Dependency { name: name.into(), kind, path }
        };
        Self {
            name: folder.rsplit('/').next().unwrap().into(),
            manifest_path: format!("{}/{folder}/Cargo.toml", root().display()),
            dependencies: dependencies.iter().map(dependency).collect(),
        }
    }
}

/// Every member, as `cargo metadata` tells.
pub fn packages() -> Vec<Package> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--no-deps", "--format-version=1", "--offline"];
    let output = Command::new(cargo).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice::<Metadata>(&output.stdout).unwrap().packages
}

/// The lines of one section of a manifest, without empty ones.
pub fn section<'a>(manifest: &'a str, name: &str) -> Vec<&'a str> {
    let head = format!("[{name}]");
    let body = manifest.lines().skip_while(|line| line.trim() != head).skip(1);
    body.take_while(|line| !line.starts_with('[')).filter(|line| !line.trim().is_empty()).collect()
}

/// The members as the workspace lists them, in its order.
pub fn members(manifest: &str) -> Vec<String> {
    let lines = section(manifest, "workspace").into_iter();
    let list = lines
        .skip_while(|line| !line.starts_with("members"))
        .skip(1)
        .take_while(|line| *line != "]");
    list.map(|line| line.trim().trim_matches([',', '"']).to_owned()).collect()
}
