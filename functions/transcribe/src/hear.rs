//! One chunk through the engine, and its words in call time.

use asr::{Engine, Options, SkipReason, WindowTranscript};
use audio::{Region, Window};
use contracts::documents::ChunkWords;
use contracts::steps::{Chunk, ChunkWindow};
use domain::analysis::Skipped;
use domain::{Language, Word};

use crate::Error;

/// Bytes of one sample in a chunk's audio.
const SAMPLE_BYTES: usize = 2;

/// Transcribes the windows of a chunk. Blocks for as long as the model takes.
pub(crate) fn hear(
    engine: &Engine,
    chunk: &Chunk,
    audio: &[u8],
    vocabulary: Vec<String>,
) -> Result<ChunkWords, Error> {
    let windows = samples(chunk, audio)?;
    let windows: Vec<&[f32]> = windows.iter().map(Vec::as_slice).collect();
    let language = match chunk.language {
        Some(language) => language,
        None => detect(engine, &windows)?,
    };
    let options = Options { language: known(engine, language), vocabulary, ..Options::default() };
    let transcripts = engine.transcribe(&windows, &options)?;
    let (mut words, mut skipped) = (vec![], vec![]);
    for (window, transcript) in chunk.windows.iter().zip(&transcripts) {
        words.extend(in_call_time(window, transcript));
        skipped.extend(unheard(window, transcript));
    }
    words.sort_by_key(|word| word.start_ms);
    let speech_ms = chunk.windows.iter().flat_map(|w| &w.spans).map(|s| s.length_ms()).sum();
    let (chunk, track) = (chunk.index, chunk.track);
    Ok(ChunkWords { chunk, track, language: Some(language), speech_ms, words, skipped })
}

/// The language as the engine names it; `None`, which lets it detect, where the model does not know it.
fn known(engine: &Engine, language: Language) -> Option<asr::Language> {
    let language = language.code().parse().ok();
    language.filter(|language| engine.info().languages.contains(language))
}

/// Cuts the chunk's bytes into windows of samples at full scale ±1.
fn samples(chunk: &Chunk, audio: &[u8]) -> Result<Vec<Vec<f32>>, Error> {
    let mut rest = audio;
    let mut windows = vec![];
    for (index, window) in chunk.windows.iter().enumerate() {
        let bytes = usize::try_from(window.samples).unwrap_or(usize::MAX);
        let bytes = bytes.saturating_mul(SAMPLE_BYTES);
        let (own, others) =
            rest.split_at_checked(bytes).ok_or(Error::AudioShort { window: index })?;
        windows.push(own.chunks_exact(SAMPLE_BYTES).map(sample).collect());
        rest = others;
    }
    Ok(windows)
}

fn sample(bytes: &[u8]) -> f32 {
    f32::from(i16::from_le_bytes([bytes[0], bytes[1]])) / 32_768.0
}

/// The more probable of our languages in the longest window: it says most, and one more encoding for a chunk
/// of up to eight windows is little to pay for windows that agree.
fn detect(engine: &Engine, windows: &[&[f32]]) -> Result<Language, Error> {
    let longest = windows.iter().max_by_key(|window| window.len()).copied().unwrap_or_default();
    let guess = engine.detect_language(longest)?;
    let best = guess
        .all
        .iter()
        .filter_map(|(language, probability)| {
            Some((Language::from_code(language.code())?, *probability))
        })
        .max_by(|(_, a), (_, b)| a.total_cmp(b));
    Ok(best.map_or(Language::En, |(language, _)| language))
}

fn in_call_time(window: &ChunkWindow, transcript: &WindowTranscript) -> Vec<Word> {
    let on_track = track_window(window);
    let words = transcript.segments.iter().flat_map(|segment| &segment.words);
    words
        .map(|word| {
            let region = Region::new(u64::from(word.start_ms), u64::from(word.end_ms));
            let region = on_track.to_track(region);
            Word {
                text: word.text.clone(),
                start_ms: region.start_ms,
                end_ms: region.end_ms,
                confidence: word.confidence,
            }
        })
        .collect()
}

fn track_window(window: &ChunkWindow) -> Window {
    let spans = window.spans.iter().map(|span| Region::new(span.start_ms, span.end_ms));
    Window { spans: spans.collect() }
}

/// Says that speech gave no words, and why.
fn unheard(window: &ChunkWindow, transcript: &WindowTranscript) -> Option<Skipped> {
    let reason = match transcript.skipped? {
        SkipReason::Silence => "too quiet to hold speech",
        SkipReason::NoSpeech => "the model finds no speech there",
        SkipReason::Repetition => "the model repeated itself; the repetitions were cut",
        SkipReason::InventedPhrase => "only a phrase that models invent over silence",
    };
    let (first, last) = (window.spans.first()?, window.spans.last()?);
    let (from, to) = (first.start_ms / 1000, last.end_ms.div_ceil(1000));
    Some(Skipped::new("transcript", format!("From {from} s to {to} s: {reason}.")))
}
