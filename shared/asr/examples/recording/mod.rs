//! A media file as model inputs: decoded, channels told apart, speech found and packed.

use std::error::Error;
use std::fs::File;
use std::path::Path;

use audio::{Activity, DecodeLimits, PackOptions, Region, Side, Spool, Window};

/// The tracks of a file that are not silent.
pub fn sounds(media: &Path) -> Result<Vec<Spool>, Box<dyn Error>> {
    let file = File::open(media).map_err(|error| format!("{}: {error}", media.display()))?;
    let decoded = audio::decode(Box::new(file), &std::env::temp_dir(), &DecodeLimits::default())?;
    let tracks = audio::tracks(&decoded)?;
    Ok(tracks.into_iter().filter(|track| !track.silent).map(|track| track.spool).collect())
}

/// The speech of each track in model inputs, without what leaked into it from another.
pub fn windows(spools: &[Spool]) -> Result<Vec<Vec<Window>>, Box<dyn Error>> {
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

/// The samples of a window, full scale ±1.
pub fn samples(window: &Window, spool: &Spool) -> std::io::Result<Vec<f32>> {
    let pcm = window.read_pcm(spool)?;
    Ok(pcm.into_iter().map(|sample| f32::from(sample) / 32_768.0).collect())
}
