//! From a file to timed segments, window by window.

use std::error::Error;
use std::path::Path;

use asr::{Engine, Options, Segment};
use audio::{Region, Spool, Window};

use crate::recording::{samples, sounds, windows};

/// What was said in one stretch of one track.
pub struct Cue {
    /// Number of the track, from 1.
    pub track: usize,
    /// Times are milliseconds from the start of the recording.
    pub segment: Segment,
    /// Code of its language.
    pub language: String,
}

/// Transcribes a file. The cues are in the order of their beginnings.
pub fn listen(
    engine: &Engine,
    media: &Path,
    options: &Options,
) -> Result<Vec<Cue>, Box<dyn Error>> {
    let spools = sounds(media)?;
    let mut cues = vec![];
    for (at, (spool, windows)) in spools.iter().zip(windows(&spools)?).enumerate() {
        for (done, batch) in windows.chunks(options.rows_max).enumerate() {
            let heard = (done * options.rows_max + batch.len(), windows.len());
            hear(engine, spool, batch, options, at + 1, &mut cues)?;
            eprintln!("track {}: {} of {} windows", at + 1, heard.0, heard.1);
        }
    }
    cues.sort_by_key(|cue: &Cue| cue.segment.start_ms);
    Ok(cues)
}

fn hear(
    engine: &Engine,
    spool: &Spool,
    windows: &[Window],
    options: &Options,
    track: usize,
    cues: &mut Vec<Cue>,
) -> Result<(), Box<dyn Error>> {
    let pcm: Vec<Vec<f32>> = windows
        .iter()
        .map(|window| samples(window, spool))
        .collect::<Result<_, std::io::Error>>()?;
    let inputs: Vec<&[f32]> = pcm.iter().map(Vec::as_slice).collect();
    for (window, transcript) in windows.iter().zip(engine.transcribe(&inputs, options)?) {
        let language = transcript.language.to_string();
        let segments = transcript.segments.into_iter().map(|segment| in_track(segment, window));
        cues.extend(segments.map(|segment| Cue { track, segment, language: language.clone() }));
    }
    Ok(())
}

/// Long pauses are squeezed out of windows; this puts them back.
fn in_track(mut segment: Segment, window: &Window) -> Segment {
    let place = |start_ms: u32, end_ms: u32| {
        let region = window.to_track(Region::new(u64::from(start_ms), u64::from(end_ms)));
        let ms = |ms: u64| u32::try_from(ms).unwrap_or(u32::MAX);
        (ms(region.start_ms), ms(region.end_ms))
    };
    (segment.start_ms, segment.end_ms) = place(segment.start_ms, segment.end_ms);
    for word in &mut segment.words {
        (word.start_ms, word.end_ms) = place(word.start_ms, word.end_ms);
    }
    segment
}
