//! Which sounds of a recording become tracks, and what is kept of each.

use audio::{Activity, Decoded, MediaFormat, PackOptions, Region, Spool, Window};
use contracts::documents::{PEAK_MS, Track};
use domain::analysis::Skipped;
use domain::limits::WINDOW_MS_MAX;
use domain::{Recording, Role, Span};

use crate::Error;

/// One sound of a recording.
pub(crate) struct Found {
    pub part: u32,
    pub channels: Vec<u16>,
    pub role: Role,
    pub spool: Spool,
    format: String,
    level_dbfs: Option<f64>,
}

/// A track with its speech cut into windows.
pub(crate) struct HeardTrack {
    pub document: Track,
    pub spool: Spool,
    pub windows: Vec<Window>,
}

/// The sounds of a recording that become tracks, and what is left out.
pub(crate) fn find(
    recording: &Recording,
    decoded: &Decoded,
) -> Result<(Vec<Found>, Vec<Skipped>), Error> {
    let (mut kept, mut left_out) = (vec![], vec![]);
    for track in audio::tracks(decoded)? {
        let role = role(recording, &track.channels);
        left_out.extend(same_signal(recording, &track.channels));
        if track.silent && role == Role::Unknown {
            left_out.push(silent(recording, &track.channels));
            continue;
        }
        kept.push(Found {
            part: recording.part,
            channels: track.channels,
            role,
            spool: track.spool,
            format: describe(&decoded.format),
            level_dbfs: (!track.silent).then_some(f64::from(track.level_dbfs)),
        });
    }
    Ok((kept, left_out))
}

/// Channels with one signal hold both sides, so what was declared of each says nothing about it, unless the
/// whole file is one side.
fn role(recording: &Recording, channels: &[u16]) -> Role {
    let mut roles = channels.iter().map(|channel| recording.sides.role_of(*channel));
    let first = roles.next().unwrap_or(Role::Unknown);
    if roles.all(|role| role == first) { first } else { Role::Unknown }
}

fn same_signal(recording: &Recording, channels: &[u16]) -> Option<Skipped> {
    let reason = || {
        format!(
            "Channels {} of recording {} carry the same signal and are handled as one track.",
            numbers(channels),
            recording.part
        )
    };
    (channels.len() > 1).then(|| Skipped::new("speakers.channels", reason()))
}

fn silent(recording: &Recording, channels: &[u16]) -> Skipped {
    let reason =
        format!("Channel {} of recording {} is silent.", numbers(channels), recording.part);
    Skipped::new("speakers.channels", reason)
}

/// Channel numbers as people count them, from 1.
fn numbers(channels: &[u16]) -> String {
    let counted: Vec<_> = channels.iter().map(|channel| (channel + 1).to_string()).collect();
    counted.join(" and ")
}

fn describe(format: &MediaFormat) -> String {
    let bits = format.bits.map(|bits| format!(" {bits} bit")).unwrap_or_default();
    let channels = if format.channels == 1 { "channel" } else { "channels" };
    format!(
        "{}, {}{bits}, {} Hz, {} {channels}",
        format.container, format.codec, format.rate, format.channels
    )
}

impl HeardTrack {
    pub(crate) fn new(
        index: u16,
        found: Found,
        activity: Activity,
        speech: Vec<Region>,
        call_ms: u64,
    ) -> Result<Self, Error> {
        let options = PackOptions { window_ms_max: WINDOW_MS_MAX, ..Default::default() };
        let windows = audio::pack_windows(&speech, &activity, &options);
        let peaks = peaks(&found.spool, call_ms)?;
        let document = Track {
            index,
            part: found.part,
            channels: found.channels,
            format: found.format,
            role: found.role,
            level_dbfs: found.level_dbfs,
            speech: speech.iter().map(|region| Span::new(region.start_ms, region.end_ms)).collect(),
            peaks,
        };
        Ok(Self { document, spool: found.spool, windows })
    }
}

/// Peaks of the whole call: a track that ends early is silent to the end.
fn peaks(spool: &Spool, call_ms: u64) -> Result<Vec<u8>, Error> {
    let buckets = spool.duration_ms().div_ceil(PEAK_MS) as usize;
    let heard = audio::peaks(spool, buckets)?;
    let percent = heard.into_iter().map(|peak| (u32::from(peak) * 100 / 255) as u8);
    let rest = std::iter::repeat(0);
    Ok(percent.chain(rest).take(call_ms.div_ceil(PEAK_MS) as usize).collect())
}
