//! Input and output of each step of `statemachines/call.asl.json`.
//!
//! A payload carries references only: ids, object keys and the few values the state machine itself decides
//! on. A step's output is the next step's input.

mod abandon;
mod call_ref;
mod ingest;
mod intake;
mod transcribe;

pub use abandon::{AbandonInput, CaughtError};
pub use call_ref::CallRef;
pub use ingest::{IngestOutput, Speech};
pub use intake::{ObjectCreated, ObjectCreatedDetail, S3Bucket, S3Object};
pub use transcribe::{Chunk, ChunkWindow, TranscribeInput, TranscribeOutput};
