//! `cargo xtask …`: the developer's command. See `cargo xtask help`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use domain::Language;
use xtask::demo::{CallFiles, Channels, Demo};
use xtask::local::{Options, Stack};
use xtask::workspace::Workspace;
use xtask::{Explain, Trouble, bench, checks, demo, engine, say, stop, weights};

/// Runs Kaiwa on this machine: no Docker, no AWS account.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Command {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Analyse a recording and show the report and the customer's event; without a file, the two samples.
    Demo(DemoArguments),
    /// Keep the local AWS with everything deployed running, and print how to reach it.
    Local {
        /// Folder of a speech model instead of the demonstration model.
        #[arg(long, value_name = "DIR")]
        model: Option<PathBuf>,
    },
    /// Run every check and test there is.
    Test,
    /// Measure Kaiwa beside what people would use instead.
    #[command(subcommand)]
    Bench(BenchAction),
    /// Speech models.
    #[command(subcommand)]
    Model(ModelAction),
}

#[derive(Subcommand)]
enum BenchAction {
    /// The speech engine beside faster-whisper and whisper.cpp; installs them into the target folder.
    Asr(bench::Asr),
}

#[derive(Subcommand)]
enum ModelAction {
    /// Download a Whisper model from the Hugging Face hub.
    Fetch {
        /// For example openai/whisper-large-v3-turbo.
        #[arg(value_name = "ORG/NAME")]
        name: String,
    },
    /// Write a model with its matrices in 8 bits: half the bytes, quicker to load, computed in 8 bits.
    Quantize {
        /// Folder of a Whisper model.
        model: PathBuf,
        /// The folder to make.
        new: PathBuf,
    },
}

#[derive(clap::Args)]
struct DemoArguments {
    /// Recordings, one call each.
    #[arg(value_name = "FILE", conflicts_with = "sides")]
    files: Vec<PathBuf>,
    /// One call recorded as two files, one per side.
    #[arg(long, num_args = 2, value_names = ["AGENT", "CUSTOMER"])]
    sides: Option<Vec<PathBuf>>,
    /// What the channels of the files carry: mixed, agent-customer or customer-agent.
    #[arg(long, default_value = "mixed")]
    channels: Channels,
    /// Folder of a speech model instead of the demonstration model.
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// The language spoken.
    #[arg(long, value_enum, default_value_t = Spoken::Auto)]
    language: Spoken,
    /// A name or product to expect in the calls, as it is written; may be given several times.
    #[arg(long = "expect", value_name = "WORD")]
    vocabulary: Vec<String>,
    /// Print the report's JSON alone on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Spoken {
    En,
    Ja,
    /// Found by listening.
    Auto,
}

fn main() -> ExitCode {
    let result = run(Command::parse().action);
    stop::wait_if_stopping();
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(trouble) => {
            say::line(format!("✗ {trouble}"));
            ExitCode::FAILURE
        }
    }
}

fn run(action: Action) -> Result<bool, Trouble> {
    stop::on_signals()?;
    let workspace = Workspace::find()?;
    let runtime = tokio::runtime::Runtime::new().explain("starting the runtime")?;
    match action {
        Action::Demo(arguments) => runtime.block_on(demo::run(&workspace, arguments.into())),
        Action::Local { model } => runtime.block_on(keep(&workspace, model)),
        Action::Test => runtime.block_on(checks::run(&workspace)),
        Action::Bench(BenchAction::Asr(options)) => bench::asr(&workspace, &options),
        Action::Model(ModelAction::Fetch { name }) => {
            let folder = weights::fetch(&workspace, &name)?;
            println!("{}", folder.display());
            Ok(true)
        }
        Action::Model(ModelAction::Quantize { model, new }) => {
            engine::quantize(&workspace, &model, &new)
        }
    }
}

/// Keeps the local AWS up until Ctrl-C.
async fn keep(workspace: &Workspace, model: Option<PathBuf>) -> Result<bool, Trouble> {
    let stack = Stack::start(workspace, &Options { model }).await?;
    let shown = demo::seed_tenant(&stack, None, &[]).await?;
    println!("{}\nThe demo's tenant          {}", stack.guide(), shown.tenant);
    println!("Its events arrive in       {}", shown.customer.queue_url()?);
    println!(
        "Upload a recording with    aws s3 cp CALL.wav {}",
        demo::upload_example(&stack, &shown)?
    );
    std::future::pending().await
}

impl From<DemoArguments> for Demo {
    fn from(arguments: DemoArguments) -> Self {
        let one = |file| CallFiles::one(file, arguments.channels);
        let calls = match arguments.sides.as_deref() {
            Some([agent, customer]) => vec![CallFiles::sides(agent.clone(), customer.clone())],
            _ => arguments.files.into_iter().map(one).collect(),
        };
        let language = match arguments.language {
            Spoken::En => Some(Language::En),
            Spoken::Ja => Some(Language::Ja),
            Spoken::Auto => None,
        };
        let (model, vocabulary) = (arguments.model, arguments.vocabulary);
        Self { calls, model, language, vocabulary, json: arguments.json }
    }
}
