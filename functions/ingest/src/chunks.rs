//! Windows become chunks: stored audio, and a line of the manifest.

use audio::Window;
use contracts::steps::{Chunk, ChunkWindow};
use domain::limits::{CHUNK_WINDOWS_MAX, CHUNKS_MAX};
use domain::{Language, Span};
use objects::{CallResults, ResultKey};

use crate::Error;
use crate::listen::Heard;
use crate::track::HeardTrack;

/// Cuts every track into chunks and stores their audio, one at a time. In order of their first sound, so that
/// the call is worked off from its beginning.
pub(crate) async fn store(
    results: &CallResults,
    heard: &Heard,
    language: Option<Language>,
    vocabulary_key: Option<String>,
) -> Result<Vec<Chunk>, Error> {
    let mut planned: Vec<(&HeardTrack, &[Window])> = heard
        .tracks
        .iter()
        .flat_map(|track| track.windows.chunks(CHUNK_WINDOWS_MAX).map(move |chunk| (track, chunk)))
        .collect();
    planned.sort_by_key(|(track, windows)| (start_ms(windows), track.document.index));
    if planned.len() as u64 > CHUNKS_MAX {
        return Err(Error::TooManyChunks { found: planned.len() as u64 });
    }
    let mut chunks = vec![];
    for (index, (track, windows)) in planned.into_iter().enumerate() {
        let key = ResultKey::ChunkAudio(index as u64);
        let (audio, windows) = cut(track, windows)?;
        results.put(&key, audio).await?;
        let (index, track) = (index as u64, track.document.index);
        let (audio_key, vocabulary_key) = (results.key(&key), vocabulary_key.clone());
        chunks.push(Chunk { index, track, audio_key, windows, language, vocabulary_key });
    }
    Ok(chunks)
}

fn start_ms(windows: &[Window]) -> u64 {
    windows.first().and_then(|window| window.spans.first()).map_or(0, |span| span.start_ms)
}

/// The samples of windows back to back, as bytes, and what each window is made of.
fn cut(track: &HeardTrack, windows: &[Window]) -> Result<(Vec<u8>, Vec<ChunkWindow>), Error> {
    let (mut audio, mut cut) = (vec![], vec![]);
    for window in windows {
        let samples = window.read_pcm(&track.spool)?;
        audio.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        let spans = window.spans.iter().map(|span| Span::new(span.start_ms, span.end_ms));
        cut.push(ChunkWindow { samples: samples.len() as u64, spans: spans.collect() });
    }
    Ok((audio, cut))
}
