//! Tidy: the house rules, as tests. Each rule is a function over text or structure that returns its breaches;
//! beside it stands a test with an example that breaks it, so that a rule which notices nothing is noticed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a broken test should stop at once")]

mod deployment;
mod filters;
mod flow_table;
mod keys;
mod layers;
mod machine;
mod machine_rules;
mod manifests;
mod packages;
mod queues;
mod sources;
mod template;
mod translations;
mod tree;

/// Fails with every breach and what to do about it.
fn assert_tidy(breaches: Vec<String>) {
    assert!(breaches.is_empty(), "\n  {}\n", breaches.join("\n  "));
}
