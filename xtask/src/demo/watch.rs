//! Shows a call going through its state machine: each state as it runs, and a bar over the chunks.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use aws_sdk_sfn::Client;
use aws_sdk_sfn::types::{ExecutionStatus, HistoryEvent};
use domain::CallId;
use indicatif::ProgressBar;

use crate::local::Stack;
use crate::{Explain, Trouble, say};

const POLL: Duration = Duration::from_millis(250);

/// From the upload to the start of the machine there are a bus, a queue and a function.
const STARTS_WITHIN: Duration = Duration::from_secs(60);

/// Watches until the execution of `call` has ended, or gives up waiting for one: a refused upload has none.
pub(crate) async fn watch(stack: &Stack, call: &CallId) -> Result<(), Trouble> {
    let client = Client::new(stack.operator());
    let execution = execution_arn(stack.output("CallMachineArn")?, call);
    let began = Instant::now();
    while status(&client, &execution).await.is_none() {
        if began.elapsed() > STARTS_WITHIN {
            return Ok(());
        }
        tokio::time::sleep(POLL).await;
    }
    let mut watcher = Watcher::new(client, execution);
    while !watcher.step().await? {
        tokio::time::sleep(POLL).await;
    }
    Ok(())
}

/// An execution is named after its call.
fn execution_arn(machine: &str, call: &CallId) -> String {
    format!("{}:{call}", machine.replacen(":stateMachine:", ":execution:", 1))
}

async fn status(client: &Client, execution: &str) -> Option<ExecutionStatus> {
    let found = client.describe_execution().execution_arn(execution).send().await.ok()?;
    Some(found.status)
}

struct Watcher {
    client: Client,
    execution: String,
    shown: HashSet<i64>,
    began: Instant,
    chunks: ProgressBar,
    /// The last attempt of the running state failed, so leaving it now means leaving by another door.
    failed: bool,
}

impl Watcher {
    fn new(client: Client, execution: String) -> Self {
        let chunks = say::bar("  {bar:32} {pos}/{len} chunks {elapsed}");
        Self {
            client,
            execution,
            shown: HashSet::new(),
            began: Instant::now(),
            chunks,
            failed: false,
        }
    }

    /// Shows what is new; true when the execution has ended.
    async fn step(&mut self) -> Result<bool, Trouble> {
        let ended = status(&self.client, &self.execution).await != Some(ExecutionStatus::Running);
        let events = self.history().await?;
        self.show_chunks().await?;
        for event in &events {
            if self.shown.insert(event.id) {
                self.show(event);
            }
        }
        if ended {
            self.chunks.finish_and_clear();
        }
        Ok(ended)
    }

    async fn history(&self) -> Result<Vec<HistoryEvent>, Trouble> {
        let request = self.client.get_execution_history().execution_arn(&self.execution);
        let pages = request.include_execution_data(false).into_paginator().items().send();
        pages.collect::<Result<Vec<_>, _>>().await.explain("reading the history of the execution")
    }

    fn show(&mut self, event: &HistoryEvent) {
        if let Some(name) = failure(event) {
            self.failed = true;
            return self.mark("!", name);
        }
        if event.task_succeeded_event_details().is_some() {
            self.failed = false;
        }
        if let Some(entered) = event.state_entered_event_details() {
            self.failed = false;
            self.mark("▶", entered.name());
        }
        if let Some(exited) = event.state_exited_event_details() {
            self.mark(if self.failed { "✗" } else { "✓" }, exited.name());
        }
    }

    fn mark(&self, mark: &str, name: &str) {
        let seconds = self.began.elapsed().as_secs_f64();
        say::line(format!("  {seconds:6.1} s {mark} {name}"));
    }

    async fn show_chunks(&self) -> Result<(), Trouble> {
        let runs = self.client.list_map_runs().execution_arn(&self.execution).send().await;
        let runs = runs.explain("listing the map runs")?;
        let Some(run) = runs.map_runs().last() else { return Ok(()) };
        let run = self.client.describe_map_run().map_run_arn(&run.map_run_arn).send().await;
        let run = run.explain("reading the map run")?;
        let Some(counts) = run.item_counts() else { return Ok(()) };
        let done = counts.total - counts.pending - counts.running;
        let before = self.chunks.position();
        self.chunks.set_length(counts.total.unsigned_abs());
        self.chunks.set_position(done.unsigned_abs());
        if !say::is_watched() && before != self.chunks.position() {
            say::line(format!("           {done}/{} chunks", counts.total));
        }
        Ok(())
    }
}

/// The name of what went wrong in one attempt, if the event is about that.
fn failure(event: &HistoryEvent) -> Option<&str> {
    let task = event.task_failed_event_details().and_then(|details| details.error());
    let execution = event.execution_failed_event_details().and_then(|details| details.error());
    task.or(execution)
}
