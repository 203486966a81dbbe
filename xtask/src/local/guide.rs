//! How to reach a running stack, for the person who keeps it running.

use std::fmt::Write;

use super::account::SECRET;
use super::deploy::Outputs;
use super::{CUSTOMER, OPERATOR, REGION, Stack};

impl Stack {
    /// Lines to read and to paste into a shell.
    pub fn guide(&self) -> String {
        let description = self.description();
        let mut text = format!(
            "\nThe local AWS runs until Ctrl-C.\n\n\
             export AWS_ENDPOINT_URL={} AWS_REGION={REGION} AWS_SECRET_ACCESS_KEY={SECRET}\n\
             export AWS_ACCESS_KEY_ID={OPERATOR}   # the operator's account; {CUSTOMER} is the customer's\n",
            description.endpoint
        );
        list(&mut text, "The product's stack", &description.outputs);
        if let Some(log) = &description.log {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "\nLog of the server and the functions: {}", log.display());
        }
        text
    }
}

fn list(text: &mut String, title: &str, outputs: &Outputs) {
    let _ = writeln!(text, "\n{title}");
    for (name, value) in outputs {
        let _ = writeln!(text, "  {name:<24} {value}");
    }
}
