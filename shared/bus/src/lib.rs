//! What sets others in motion: events to customers, delayed messages to ourselves, executions of the machine.
//!
//! Owns the calls and the reading of their partial failures. Does not own what an event says (`contracts`) or
//! when to try again (`domain`). A memory backend ships beside each real one and remembers what was sent.

mod error;
mod events;
mod machine;
mod queue;

pub use error::{BusError, Rejection};
pub use events::{Event, Events};
pub use machine::{Machine, Start};
pub use queue::DeliveryQueue;
