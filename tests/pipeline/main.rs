//! The whole machine, end to end: real template, real binaries, real state machine, a customer's account.
//!
//! Every test is a company of its own on one deployment, so tests run at the same time and prove by the way
//! that tenants do not disturb each other.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop where it fails")]
#![allow(clippy::disallowed_methods, reason = "a test waits on the clock and asks the environment")]

mod bad_input;
mod company;
mod customer;
mod happy;
mod meter;
mod partner;
mod real_recordings;
mod repeats;
