//! Adapters: every adapter ships with a memory backend, and one suite runs on both. What the memory backend
//! promises, the local AWS has to keep, and the other way round.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a broken test should stop at once")]

mod backend;
mod buses;
mod calls;
mod deliveries;
mod emulator;
mod objects_of_calls;
mod public_reasons;
mod recordings;
mod settings;
