//! Every limit of the system, each with its reason.

/// Largest recording. S3 takes 5 TiB; a 10-hour two-channel 48 kHz 24-bit WAV is 10.4 GB.
pub const RECORDING_BYTES_MAX: u64 = 12 * 1024 * 1024 * 1024;

/// Longest recording. The ceiling users know from transcription services is 10 hours.
pub const RECORDING_MS_MAX: u64 = 10 * 3600 * 1000;

/// Most channels in one recording: conference bridges record up to eight.
pub const CHANNELS_MAX: u16 = 8;

/// Most recordings in one call: one per participant of a large meeting.
pub const CALL_PARTS_MAX: u32 = 16;

/// One model input. Whisper's encoder takes exactly 30 s.
pub const WINDOW_MS_MAX: u64 = 30_000;

/// Windows one Transcribe invocation handles: small enough that a slow model stays under the Lambda
/// time-out (8 windows at real time = 4 minutes), large enough that decoding runs as one batch.
pub const CHUNK_WINDOWS_MAX: usize = 8;

/// Most chunks of one call: 10 hours of 16 tracks of unbroken speech, with room for windows that end early. A Distributed Map reads
/// them from S3, so the number bounds cost and not a payload.
pub const CHUNKS_MAX: u64 = 4_096;

/// Most trackers of one tenant that are applied to one call.
pub const TRACKERS_MAX: usize = 500;

/// Most phrases in one tracker.
pub const TRACKER_PHRASES_MAX: usize = 100;

/// Most words that a tenant may expect to be said. Each is compared with every passage of every call.
pub const VOCABULARY_WORDS_MAX: usize = 1_000;

/// Most destinations of one tenant. Publish writes one delivery for each in one transaction of at most 100
/// items, next to the call and its usage.
pub const DESTINATIONS_MAX: usize = 20;

/// Entries one `PutEvents` call takes (API limit).
pub const EVENT_ENTRIES_MAX: usize = 10;

/// Largest event detail. The bus takes 256 KiB; thin events of ids and URLs stay far below.
pub const EVENT_DETAIL_BYTES_MAX: usize = 16 * 1024;

/// Attempts of one delivery before it is given up.
pub const DELIVERY_ATTEMPTS_MAX: u32 = 10;

/// Longest delay of one queue message (API limit); longer waits are made of several.
pub const QUEUE_DELAY_S_MAX: u32 = 900;

/// Longest public reason stored with a failed call.
pub const PUBLIC_REASON_CHARS_MAX: usize = 500;

/// Words under this confidence are marked: the engine gave them less than even odds. Not tuned yet; how many
/// wrong words it catches has not been measured.
pub const WORD_CONFIDENCE_LOW: f32 = 0.5;

/// Numbers, amounts and dates under this confidence are marked: a wrong one costs more than a wrong word. Not
/// tuned yet either.
pub const NUMBER_CONFIDENCE_LOW: f32 = 0.8;

const _: () = assert!(
    RECORDING_MS_MAX / WINDOW_MS_MAX * CALL_PARTS_MAX as u64 / CHUNK_WINDOWS_MAX as u64
        <= CHUNKS_MAX,
    "the longest call's unbroken speech fits the chunks it may have"
);
const _: () =
    assert!(DESTINATIONS_MAX + 2 <= 100, "call, usage and deliveries fit one DynamoDB transaction");
