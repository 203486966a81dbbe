//! Prints what the crate makes of a recording as JSON: format, tracks, speech, overlap, windows.
//!
//! ```text
//! cargo run --release -p audio --example inspect -- call.wav
//! cargo run --release -p audio --example inspect -- --sides agent.wav customer.wav
//! ```

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};

use audio::{Activity, Decoded, Region, Side, Track, Window};
use clap::Parser;
use serde_json::{Value, json};

/// Prints what the `audio` crate makes of recordings, as JSON.
#[derive(Parser)]
struct Arguments {
    /// Recordings; each is inspected for itself.
    files: Vec<PathBuf>,
    /// The files are the sides of one call.
    #[arg(long)]
    sides: bool,
    /// Leaves windows and regions out.
    #[arg(long)]
    brief: bool,
    /// Prints score and level of every 16 ms instead, one line each.
    #[arg(long)]
    frames: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let groups: Vec<&[PathBuf]> = match arguments.sides {
        true => vec![&arguments.files],
        false => arguments.files.chunks(1).collect(),
    };
    for group in groups {
        let report = inspect(group, &arguments).unwrap_or_else(|error| refusal(group, &*error));
        println!("{report:#}");
    }
    Ok(())
}

fn refusal(files: &[PathBuf], error: &dyn Error) -> Value {
    let cause = error.source().map(ToString::to_string);
    json!({ "files": files, "error": error.to_string(), "cause": cause })
}

fn inspect(files: &[PathBuf], arguments: &Arguments) -> Result<Value, Box<dyn Error>> {
    let (mut formats, mut tracks) = (Vec::new(), Vec::new());
    for file in files {
        let scratch = std::env::temp_dir();
        let decoded = audio::decode(Box::new(File::open(file)?), &scratch, &Default::default())?;
        formats.push(format(file, &decoded));
        tracks.extend(audio::tracks(&decoded)?);
    }
    let (activities, regions) = listen(&tracks)?;
    let lanes = tracks.iter().zip(&activities).zip(&regions);
    let lanes: Result<Vec<Value>, _> = lanes
        .map(|((track, activity), regions)| lane(track, activity, regions, arguments))
        .collect();
    let (talk_ms, overlap_ms) = audio::talk_and_overlap_ms(&regions);
    let duration_ms = activities.iter().map(Activity::duration_ms).max().unwrap_or(0);
    Ok(json!({
        "media": formats,
        "tracks": lanes?,
        "talkMs": talk_ms,
        "overlapMs": overlap_ms,
        "silenceMs": duration_ms.saturating_sub(talk_ms),
    }))
}

fn format(file: &Path, decoded: &Decoded) -> Value {
    json!({
        "file": file,
        "container": decoded.format.container.name(),
        "codec": decoded.format.codec,
        "rate": decoded.format.rate,
        "channels": decoded.format.channels,
        "bits": decoded.format.bits,
        "durationMs": decoded.duration_ms,
        "truncated": decoded.truncated,
    })
}

/// Activities and, with leaks taken out, speech regions of all tracks.
fn listen(tracks: &[Track]) -> std::io::Result<(Vec<Activity>, Vec<Vec<Region>>)> {
    let activities = tracks.iter().map(|track| Activity::measure(&track.spool));
    let activities: Vec<Activity> = activities.collect::<Result<_, _>>()?;
    let speech: Vec<Vec<Region>> =
        activities.iter().map(|activity| activity.speech_regions(&Default::default())).collect();
    let sides = tracks.iter().zip(&speech);
    let sides: Vec<Side<'_>> =
        sides.map(|(track, regions)| Side { spool: &track.spool, regions }).collect();
    let own = audio::suppress_bleed(&sides)?;
    Ok((activities, own))
}

fn lane(
    track: &Track,
    activity: &Activity,
    regions: &[Region],
    arguments: &Arguments,
) -> std::io::Result<Value> {
    if arguments.frames {
        activity.frames().for_each(|(voice, level)| println!("{voice:.3} {level}"));
    }
    let windows = audio::pack_windows(regions, activity, &Default::default());
    let mut lane = json!({
        "channels": track.channels,
        "silent": track.silent,
        "levelDbfs": track.level_dbfs,
        "speechMs": regions.iter().map(|region| region.duration_ms()).sum::<u64>(),
        "regionCount": regions.len(),
        "windowMs": windows.iter().map(Window::duration_ms).collect::<Vec<_>>(),
        "peaks": audio::peaks(&track.spool, 40)?,
    });
    if !arguments.brief {
        lane["regions"] = regions.iter().map(pair).collect();
        let spans = |window: &Window| window.spans.iter().map(pair).collect::<Value>();
        lane["windows"] = windows.iter().map(spans).collect();
    }
    Ok(lane)
}

fn pair(region: &Region) -> Value {
    json!([region.start_ms, region.end_ms])
}
