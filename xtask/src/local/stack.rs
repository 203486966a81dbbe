//! The product, deployed on the local AWS by its own template.

use std::path::PathBuf;

use aws_config::SdkConfig;
use serde::{Deserialize, Serialize};

use super::deploy::{Outputs, deploy, output};
use super::server::Server;
use super::{OPERATOR, account, model, package, server};
use crate::say::Work;
use crate::venv::Venv;
use crate::workspace::Workspace;
use crate::{Explain, Trouble, functions};

/// Names the file that describes a stack somebody else runs for us; see [`Stack::shared`].
pub const SHARED_STACK: &str = "KAIWA_LOCAL_STACK";

/// The bucket for what is deployed: functions, state machines, models.
const ARTIFACTS: &str = "kaiwa-artifacts";

/// What may be chosen about a stack.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Folder of the speech model; the demonstration model when `None`.
    pub model: Option<PathBuf>,
}

/// Where a running stack is and what it is made of; everything a client needs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// Address of the local AWS.
    pub endpoint: String,
    /// Outputs of the product's stack.
    pub outputs: Outputs,
    /// What the server and the functions write.
    pub log: Option<PathBuf>,
}

/// The product on the local AWS. When it is dropped, everything it started is ended and removed.
pub struct Stack {
    description: Description,
    operator: SdkConfig,
    // Ended last.
    _server: Option<Server>,
}

impl Stack {
    /// Builds the functions, starts a local AWS and deploys the template on it.
    ///
    /// # Errors
    /// When any of that fails; says what and why.
    pub async fn start(workspace: &Workspace, options: &Options) -> Result<Self, Trouble> {
        let path = workspace.template();
        let template =
            std::fs::read_to_string(&path).explain(format!("reading {}", path.display()))?;
        let venv = prepare(workspace, &template)?;
        let work = Work::begin("starting the local AWS");
        let server = Server::start(workspace, &venv)?;
        work.done(server.endpoint());
        let description = deploy_all(workspace, options, &template, &server).await?;
        Self::at(description, Some(server)).await
    }

    /// The stack that `cargo xtask test` runs for all tests, or a fresh one when a test is run by itself.
    ///
    /// # Errors
    /// When neither can be had.
    pub async fn shared() -> Result<Self, Trouble> {
        let Some(path) = std::env::var_os(SHARED_STACK) else {
            return Self::start(&Workspace::find()?, &Options::default()).await;
        };
        let file = std::fs::read(&path).explain(format!("reading {}", path.display()))?;
        Self::at(
            serde_json::from_slice(&file).explain(format!("reading {}", path.display()))?,
            None,
        )
        .await
    }

    async fn at(description: Description, server: Option<Server>) -> Result<Self, Trouble> {
        let operator = account::config(&description.endpoint, OPERATOR).await;
        Ok(Self { description, operator, _server: server })
    }

    /// Where it is and what it is made of.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// What a client needs to act in the account the product runs in.
    pub fn operator(&self) -> &SdkConfig {
        &self.operator
    }

    /// What a client needs to act in any account of the local AWS, named by twelve digits.
    pub async fn account(&self, id: &str) -> SdkConfig {
        account::config(&self.description.endpoint, id).await
    }

    /// An output of the product's stack.
    ///
    /// # Errors
    /// When the template has no such output.
    pub fn output(&self, name: &str) -> Result<&str, Trouble> {
        output(&self.description.outputs, name, "template.yaml")
    }
}

/// Brings the Python environment and the functions; the first needs the network, the second the processor.
fn prepare(workspace: &Workspace, template: &str) -> Result<Venv, Trouble> {
    std::thread::scope(|scope| {
        let venv = scope.spawn(|| Venv::ensure(&server::packages(workspace)));
        let packages = functions::packages(template);
        let work = Work::begin(format!(
            "building {} functions (minutes at the first time)",
            packages.len()
        ));
        functions::build(workspace, &packages)?;
        work.done("");
        venv.join().unwrap_or_else(|_| Err(Trouble::new("installing the local AWS panicked")))
    })
}

async fn deploy_all(
    workspace: &Workspace,
    options: &Options,
    template: &str,
    server: &Server,
) -> Result<Description, Trouble> {
    let endpoint = server.endpoint();
    let operator = account::config(&endpoint, OPERATOR).await;
    let s3 = aws_sdk_s3::Client::new(&operator);
    let work = Work::begin("deploying template.yaml");
    make_bucket(&s3, ARTIFACTS).await?;
    let folder = options.model.clone().unwrap_or_else(|| workspace.demo_model());
    let model = model::upload(&folder, &s3, ARTIFACTS).await?;
    let packaged = package::package(workspace, template, &s3, ARTIFACTS).await?;
    let prefix = model.prefix();
    let known = [
        ("Local", "true"),
        ("Architecture", architecture()),
        ("ModelBucket", ARTIFACTS),
        ("ModelPrefix", prefix.as_str()),
        ("ModelId", model.id()),
    ];
    let client = aws_sdk_cloudformation::Client::new(&operator);
    let outputs = deploy(&client, "kaiwa", &packaged, &known, &work).await?;
    work.done("");
    Ok(Description { endpoint, outputs, log: server.log() })
}

/// Lambda's name for the processor the functions were just built for.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "aarch64" => "arm64",
        other => other,
    }
}

async fn make_bucket(s3: &aws_sdk_s3::Client, name: &str) -> Result<(), Trouble> {
    use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};

    let place = BucketLocationConstraint::from(super::REGION);
    let place = CreateBucketConfiguration::builder().location_constraint(place).build();
    let request = s3.create_bucket().bucket(name).create_bucket_configuration(place);
    request.send().await.explain(format!("making the bucket {name}"))?;
    Ok(())
}
