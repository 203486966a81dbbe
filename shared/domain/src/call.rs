//! A call, the recordings it is made of, and the states it may pass through.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{CallId, ChannelSides, RecordingId, TenantId};

/// One uploaded media file of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recording {
    /// Its id, derived from its place in the call.
    pub id: RecordingId,
    /// Its number in the call, from 1.
    pub part: u32,
    /// Which side each channel carries.
    pub sides: ChannelSides,
    /// Where the file lies, as an object key.
    pub object_key: String,
    /// Size of the file as the upload event told it.
    pub bytes: u64,
}

/// Where a call is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallStatus {
    /// Some of its recordings have not arrived.
    Waiting,
    /// All recordings are here; the machine was or will be started.
    Accepted,
    /// The report is out and usage is recorded.
    Published,
    /// It cannot be finished; nothing is billed.
    Failed,
}

impl CallStatus {
    /// Whether nothing may change any more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Published | Self::Failed)
    }
}

/// One conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Its id.
    pub id: CallId,
    /// Whose call.
    pub tenant_id: TenantId,
    /// Where it is in its life.
    pub status: CallStatus,
    /// How many recordings it has when complete.
    pub parts: u32,
    /// Those that arrived, in order of `part`.
    pub recordings: Vec<Recording>,
    /// When the first recording arrived.
    pub received_at: Timestamp,
    /// What a tenant may read when the call failed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failure: Option<PublicFailure>,
}

/// Why a call failed, in words a tenant may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicFailure {
    /// A stable name, for example `UnsupportedMedia`.
    pub name: String,
    /// One sentence: what was expected, what was found, what to do.
    pub reason: String,
}

/// What adding a recording did to its call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// The call still misses recordings.
    Incomplete,
    /// This recording completed the call, or the call was complete already and is not finished.
    Complete,
    /// The call is finished; a late or repeated file changes nothing.
    Finished,
    /// The place is taken by a different file, or the number of parts disagrees.
    Conflict,
}

impl Call {
    /// A call that has just been heard of.
    pub fn new(id: CallId, tenant_id: TenantId, parts: u32, received_at: Timestamp) -> Self {
        let status = CallStatus::Waiting;
        Self { id, tenant_id, status, parts, recordings: vec![], received_at, failure: None }
    }

    /// Adds a recording. Adding the same one again changes nothing.
    pub fn register(&mut self, parts: u32, recording: Recording) -> Registration {
        if self.status.is_final() {
            return Registration::Finished;
        }
        if parts != self.parts || recording.part == 0 || recording.part > parts {
            return Registration::Conflict;
        }
        match self.recordings.iter().find(|known| known.part == recording.part) {
            Some(known) if known.object_key != recording.object_key => {
                return Registration::Conflict;
            }
            Some(_) => {}
            None => self.insert(recording),
        }
        self.complete_if_all_arrived()
    }

    fn insert(&mut self, recording: Recording) {
        self.recordings.push(recording);
        self.recordings.sort_by_key(|recording| recording.part);
    }

    fn complete_if_all_arrived(&mut self) -> Registration {
        if self.recordings.len() < self.parts as usize {
            return Registration::Incomplete;
        }
        self.status = CallStatus::Accepted;
        Registration::Complete
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording(part: u32) -> Recording {
        Recording {
            id: RecordingId::derived(&[&part.to_string()]),
            part,
            sides: ChannelSides::Mixed,
            object_key: format!("key-{part}"),
            bytes: 1,
        }
    }

    fn call(parts: u32) -> Call {
        let (id, tenant) = (CallId::derived(&["c"]), TenantId::derived(&["t"]));
        Call::new(id, tenant, parts, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_call_waits_until_its_last_recording_arrives_in_any_order() {
        let mut call = call(2);
        assert_eq!(call.register(2, recording(2)), Registration::Incomplete);
        assert_eq!(call.status, CallStatus::Waiting);
        assert_eq!(call.register(2, recording(1)), Registration::Complete);
        assert_eq!(call.recordings[0].part, 1);
    }

    #[test]
    fn the_same_recording_five_times_is_one_recording() {
        let mut call = call(1);
        for _ in 0..5 {
            assert_eq!(call.register(1, recording(1)), Registration::Complete);
        }
        assert_eq!(call.recordings.len(), 1);
    }

    #[test]
    fn another_file_in_a_taken_place_is_a_conflict() {
        let mut call = call(1);
        call.register(1, recording(1));
        let other = Recording { object_key: "other".into(), ..recording(1) };
        assert_eq!(call.register(1, other), Registration::Conflict);
        assert_eq!(call.register(3, recording(1)), Registration::Conflict);
    }

    #[test]
    fn a_finished_call_takes_nothing_more() {
        let mut call = call(1);
        call.status = CallStatus::Failed;
        assert_eq!(call.register(1, recording(1)), Registration::Finished);
        assert!(call.recordings.is_empty());
    }
}
