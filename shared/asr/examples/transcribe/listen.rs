//! From a file to timed segments: decode, tell channels apart, find speech, hear it window by window.

use std::error::Error;
use std::fs::File;
use std::path::Path;

use asr::{Engine, Options, Segment};
use audio::{Activity, DecodeLimits, PackOptions, Region, Side, Spool, Window};

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

/// The tracks of a file that are not silent.
fn sounds(media: &Path) -> Result<Vec<Spool>, Box<dyn Error>> {
    let file = File::open(media).map_err(|error| format!("{}: {error}", media.display()))?;
    let decoded = audio::decode(Box::new(file), &std::env::temp_dir(), &DecodeLimits::default())?;
    let tracks = audio::tracks(&decoded)?;
    Ok(tracks.into_iter().filter(|track| !track.silent).map(|track| track.spool).collect())
}

/// The speech of each track in model inputs, without what leaked into it from another.
fn windows(spools: &[Spool]) -> Result<Vec<Vec<Window>>, Box<dyn Error>> {
    let activities: Vec<Activity> =
        spools.iter().map(Activity::measure).collect::<Result<_, _>>()?;
    let regions: Vec<Vec<Region>> =
        activities.iter().map(|activity| activity.speech_regions(&Default::default())).collect();
    let sides: Vec<Side<'_>> =
        spools.iter().zip(&regions).map(|(spool, regions)| Side { spool, regions }).collect();
    let speech = audio::suppress_bleed(&sides)?;
    let pack = |(regions, activity): (&Vec<Region>, &Activity)| {
        audio::pack_windows(regions, activity, &PackOptions::default())
    };
    Ok(speech.iter().zip(&activities).map(pack).collect())
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
        .map(|window| Ok(samples(window, spool)?))
        .collect::<Result<_, std::io::Error>>()?;
    let inputs: Vec<&[f32]> = pcm.iter().map(Vec::as_slice).collect();
    for (window, transcript) in windows.iter().zip(engine.transcribe(&inputs, options)?) {
        let language = transcript.language.to_string();
        let segments = transcript.segments.into_iter().map(|segment| in_track(segment, window));
        cues.extend(segments.map(|segment| Cue { track, segment, language: language.clone() }));
    }
    Ok(())
}

fn samples(window: &Window, spool: &Spool) -> std::io::Result<Vec<f32>> {
    let pcm = window.read_pcm(spool)?;
    Ok(pcm.into_iter().map(|sample| f32::from(sample) / 32_768.0).collect())
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
