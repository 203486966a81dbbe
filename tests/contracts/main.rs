//! Contracts: the golden examples in `events/` and the code say the same, step by step, event by event.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a broken test should stop at once")]

mod analyses;
mod catalogue;
mod examples;
mod failures;
mod foreign;
mod hand_over;
mod round_trips;
mod schemas;
mod sizes;
