//! A recording in, a report out, an event in the customer's account: the whole product, watched from outside.

mod call;
mod event;
mod outcome;
mod page;
mod report;
mod seed;
mod upload;
mod watch;

use std::path::PathBuf;

use contracts::report::Report;
use domain::Language;

use crate::local::{Options, Stack};
use crate::workspace::Workspace;
use crate::{Explain, Trouble, say};

pub use call::{CallFiles, Channels};
pub use seed::{Demonstration, seed_tenant};
pub use upload::upload_example;

/// What the person at the keyboard asked for.
#[derive(Debug, Clone, Default)]
pub struct Demo {
    /// The calls, in the order they are to be run; the samples when empty.
    pub calls: Vec<CallFiles>,
    /// Folder of another speech model.
    pub model: Option<PathBuf>,
    /// The language of the calls; found by listening when `None`.
    pub language: Option<Language>,
    /// Names and products to expect in the calls.
    pub vocabulary: Vec<String>,
    /// Prints the report's JSON alone.
    pub json: bool,
}

/// Runs the demo; the answer is whether every call ended with a report.
///
/// # Errors
/// When the local AWS or the product cannot be brought up; a call that fails is an answer, not an error.
pub async fn run(workspace: &Workspace, demo: Demo) -> Result<bool, Trouble> {
    let calls = if demo.calls.is_empty() { call::samples(workspace)? } else { demo.calls.clone() };
    calls.iter().try_for_each(CallFiles::check)?;
    let stack = Stack::start(workspace, &Options { model: demo.model.clone() }).await?;
    let shown = seed_tenant(&stack, demo.language, &demo.vocabulary).await?;
    let mut reports = 0;
    for call in &calls {
        reports += usize::from(run_one(workspace, &stack, &shown, call, demo.json).await?);
    }
    if demo.model.is_none() && reports > 0 {
        report::print_caution();
    }
    Ok(reports == calls.len())
}

async fn run_one(
    workspace: &Workspace,
    stack: &Stack,
    shown: &Demonstration,
    files: &CallFiles,
    json_only: bool,
) -> Result<bool, Trouble> {
    say::line(format!("\n— {files} —"));
    let tenant = &shown.tenant;
    let call = upload::upload(stack, tenant, files).await?;
    watch::watch(stack, &call).await?;
    if let Err(failure) = outcome::of(stack, tenant, &call).await? {
        say::line(format!("✗ {files}: {} ({})", failure.reason, failure.name));
        return Ok(false);
    }
    let folder = page::save(workspace, stack, tenant, &call).await?;
    let event = event::received(&shown.customer, &call).await?;
    let json =
        std::fs::read_to_string(folder.join(page::JSON)).explain("reading the saved report")?;
    if json_only {
        println!("{}", json.trim_end());
        return Ok(true);
    }
    let parsed: Report = serde_json::from_str(&json).explain("reading the report")?;
    report::print(&parsed, files.truth()?.as_ref());
    event::print(event.as_ref());
    println!("\nPage: {}", folder.join(page::HTML).display());
    Ok(true)
}
