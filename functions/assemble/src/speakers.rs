//! Tracks become speakers: one each, until voices inside a track are told apart.

use contracts::documents::Tracks;
use domain::{Activity, Speaker, SpeakerId};

/// One speaker per track, in the order of the tracks.
pub(crate) fn speakers(tracks: &Tracks) -> Vec<Speaker> {
    let roles = tracks.tracks.iter().map(|track| track.role).enumerate();
    roles.map(|(index, role)| Speaker { id: SpeakerId::nth(index), role }).collect()
}

/// When each speaker's voice is heard.
pub(crate) fn activity(tracks: &Tracks, speakers: &[Speaker]) -> Vec<Activity> {
    let pairs = speakers.iter().zip(&tracks.tracks);
    pairs
        .map(|(speaker, track)| Activity {
            speaker: speaker.id.clone(),
            spans: track.speech.clone(),
        })
        .collect()
}
