//! What crosses a process boundary: inputs and outputs of steps, stored documents, events, failures.
//!
//! Owns every name and shape that two programs must agree on; each has a golden example in `events/`. Does not
//! own business words (`domain`) or how things are stored and sent (`store`, `objects`, `bus`).
//! Readers are tolerant at run time, since a deployment meets executions in flight, and strict in tests: a
//! field no type knows is lost in the round trip, and the golden fails.

pub mod documents;
pub mod events;
pub mod failure;
pub mod report;
pub mod steps;

pub use failure::{Failure, FailureName};
pub use report::Report;
