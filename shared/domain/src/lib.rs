//! The words of the business: ids, calls, transcripts, analyses, usage and limits.
//!
//! Owns the types every other crate shares and the rules that hold for them anywhere. Does not own input or
//! output, storage layouts, wire envelopes, clocks or arithmetic on money (that is `rating`).
//! A value that exists is valid: ids and times are parsed once, at the edge.

pub mod analysis;
pub mod call;
pub mod delivery;
pub mod ids;
pub mod language;
pub mod limits;
pub mod side;
pub mod tenant;
pub mod time;
pub mod transcript;
pub mod usage;

pub use call::{Call, CallStatus, Recording, Registration};
pub use delivery::{Delivery, DeliveryStatus, Happening};
pub use ids::{
    AccountId, CallId, DeliveryId, DestinationId, EventId, IdError, RecordingId, TenantId,
    TrackerId, UsageId,
};
pub use language::Language;
pub use side::{Basis, ChannelSides, Role};
pub use tenant::{Destination, Plan, Tenant, Tracker};
pub use time::{AudioDuration, Span};
pub use transcript::{Activity, Doubt, Speaker, SpeakerId, Transcript, Turn, Word};
