//! From recordings to tracks with their speech.

use std::path::Path;

use audio::{Activity, DecodeLimits, Decoded, MediaSource, Region, Side};
use domain::analysis::Skipped;
use domain::limits::{CHANNELS_MAX, RECORDING_BYTES_MAX, RECORDING_MS_MAX};
use domain::{Basis, Call, Recording, Role};
use objects::{ObjectError, RangeReader, Recordings};

use crate::Error;
use crate::track::{self, Found, HeardTrack};

/// A recording, opened.
pub(crate) struct Source {
    pub recording: Recording,
    reader: RangeReader,
}

/// What a call's recordings hold.
pub(crate) struct Heard {
    pub duration_ms: u64,
    pub basis: Basis,
    pub tracks: Vec<HeardTrack>,
    pub skipped: Vec<Skipped>,
}

/// Opens every recording of a call; nothing is read yet.
pub(crate) async fn open(recordings: &Recordings, call: &Call) -> Result<Vec<Source>, Error> {
    let mut sources = vec![];
    for recording in &call.recordings {
        let reader = recordings.open(&recording.object_key).await.map_err(|error| match error {
            ObjectError::NotFound { .. } => Error::Gone { part: recording.part },
            error => error.into(),
        })?;
        let (part, bytes) = (recording.part, reader.length());
        if bytes > RECORDING_BYTES_MAX {
            return Err(Error::TooLarge { part, bytes });
        }
        sources.push(Source { recording: recording.clone(), reader });
    }
    Ok(sources)
}

/// Decodes every recording and finds tracks and speech. Blocks for as long as decoding takes.
pub(crate) fn listen(sources: Vec<Source>, scratch: &Path) -> Result<Heard, Error> {
    let (mut found, mut skipped, mut duration_ms) = (vec![], vec![], 0);
    for source in sources {
        let recording = source.recording.clone();
        let decoded = decode(source, scratch)?;
        duration_ms = duration_ms.max(decoded.duration_ms);
        skipped.extend(damage(&recording, &decoded));
        let (kept, left_out) = track::find(&recording, &decoded)?;
        found.extend(kept);
        skipped.extend(left_out);
    }
    let basis = basis(&found);
    let tracks = heard(found, duration_ms)?;
    Ok(Heard { duration_ms, basis, tracks, skipped })
}

fn decode(source: Source, scratch: &Path) -> Result<Decoded, Error> {
    let limits = DecodeLimits { channels_max: CHANNELS_MAX, duration_ms_max: RECORDING_MS_MAX };
    let part = source.recording.part;
    let media: Box<dyn MediaSource> = Box::new(Media(source.reader));
    audio::decode(media, scratch, &limits).map_err(|source| Error::Decode { part, source })
}

fn damage(recording: &Recording, decoded: &Decoded) -> Option<Skipped> {
    let reason = || {
        format!(
            "Recording {} is damaged or cut short; what could be decoded ({} s) is used.",
            recording.part,
            decoded.duration_ms / 1000
        )
    };
    decoded.truncated.then(|| Skipped::new("recording", reason()))
}

/// Several files are participants, several tracks of one file are channels; one track is told apart by
/// nothing, unless its uploader said whose it is.
fn basis(found: &[Found]) -> Basis {
    match found {
        [first, rest @ ..] if rest.iter().any(|other| other.part != first.part) => {
            Basis::Participant
        }
        [_, _, ..] => Basis::Channel,
        [only] if only.role != Role::Unknown => Basis::Participant,
        _ => Basis::Mono,
    }
}

fn heard(found: Vec<Found>, duration_ms: u64) -> Result<Vec<HeardTrack>, Error> {
    let mut activities = vec![];
    for track in &found {
        activities.push(Activity::measure(&track.spool)?);
    }
    let speech = without_bleed(&found, &activities)?;
    let parts = found.into_iter().zip(activities).zip(speech).enumerate();
    parts
        .map(|(index, ((found, activity), speech))| {
            HeardTrack::new(index as u16, found, activity, speech, duration_ms)
        })
        .collect()
}

/// Speech of each track, without what leaked into it from another.
fn without_bleed(found: &[Found], activities: &[Activity]) -> Result<Vec<Vec<Region>>, Error> {
    let regions: Vec<_> =
        activities.iter().map(|activity| activity.speech_regions(&Default::default())).collect();
    let sides: Vec<_> = found
        .iter()
        .zip(&regions)
        .map(|(track, regions)| Side { spool: &track.spool, regions })
        .collect();
    Ok(audio::suppress_bleed(&sides)?)
}

/// A recording in a bucket, as the decoder wants it.
struct Media(RangeReader);

impl std::io::Read for Media {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer)
    }
}

impl std::io::Seek for Media {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

impl MediaSource for Media {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.0.length())
    }
}
