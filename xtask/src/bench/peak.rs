//! How much of what the processor can do at most the engine's matrix products reach.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::{Explain, Trouble};

/// One instruction set and number format, in billions of operations a second.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reached {
    instructions: String,
    precision: String,
    peak_gops: f64,
    product_gops: f64,
    fraction: f64,
}

/// The table for one model.
pub(super) fn table(program: &Path, model: &Path, size: &str) -> Result<String, Trouble> {
    let output = Command::new(program).arg(model).output().explain("measuring the processor")?;
    let all: Vec<Reached> =
        serde_json::from_slice(&output.stdout).explain("reading what the processor reaches")?;
    let mut text = format!(
        "## {size}: matrix products against what the processor can do\n\n\
         | instructions | numbers | most, billion a second | reached | share |\n|---|---|---:|---:|---:|\n"
    );
    for Reached { instructions, precision, peak_gops, product_gops, fraction } in all {
        let share = fraction * 100.0;
        let row = format!(
            "| {instructions} | {precision} | {peak_gops:.0} | {product_gops:.0} | {share:.0} % |"
        );
        let _ = writeln!(text, "{row}");
    }
    Ok(text + "\n")
}
