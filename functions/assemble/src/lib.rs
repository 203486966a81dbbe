//! Assemble: the words of all chunks become one transcript with turns and speakers.
//!
//! Owns the order of words, the making of turns, the call's language, the marking of doubt, and the exports
//! (WebVTT, SubRip, text). Does not own hearing (`transcribe`) or any analysis.

mod config;
mod doubts;
mod error;
mod exports;
mod speakers;
mod turns;

use contracts::documents::{ChunkWords, Tracks};
use contracts::steps::{CallRef, IngestOutput};
use domain::{Language, Transcript};
use objects::{CallResults, ResultKey};

pub use config::Deps;
pub use error::Error;

/// Puts a call's transcript together and stores it with its exports.
///
/// # Errors
/// When tracks or words cannot be read or the transcript cannot be written.
pub async fn handle(deps: &Deps, input: IngestOutput) -> Result<CallRef, Error> {
    let call = CallRef { tenant_id: input.tenant_id, call_id: input.call_id };
    let results = deps.results.call(&call);
    let tracks: Tracks = results.get_json(&ResultKey::Tracks).await?;
    let words = words(&results, input.chunk_count).await?;
    let transcript = transcript(&tracks, words);
    store(&results, &transcript).await?;
    Ok(call)
}

async fn words(results: &CallResults, chunks: u64) -> Result<Vec<ChunkWords>, Error> {
    let mut words = vec![];
    for chunk in 0..chunks {
        words.push(results.get_json(&ResultKey::ChunkWords(chunk)).await?);
    }
    Ok(words)
}

fn transcript(tracks: &Tracks, words: Vec<ChunkWords>) -> Transcript {
    let language = language(&words);
    let speakers = speakers::speakers(tracks);
    let turns = turns::turns(&speakers, words, language);
    Transcript {
        language,
        duration_ms: tracks.duration_ms,
        basis: tracks.basis,
        doubts: doubts::doubts(&turns, language),
        activity: speakers::activity(tracks, &speakers),
        speakers,
        turns,
    }
}

/// The language most of the speech was heard in.
fn language(words: &[ChunkWords]) -> Option<Language> {
    let heard_in = |language| -> u64 {
        words.iter().filter(|w| w.language == Some(language)).map(|w| w.speech_ms).sum()
    };
    let (en, ja) = (heard_in(Language::En), heard_in(Language::Ja));
    match (en, ja) {
        (0, 0) => None,
        _ if ja > en => Some(Language::Ja),
        _ => Some(Language::En),
    }
}

async fn store(results: &CallResults, transcript: &Transcript) -> Result<(), Error> {
    let exports = [
        (ResultKey::TranscriptVtt, exports::vtt(transcript)),
        (ResultKey::TranscriptSrt, exports::srt(transcript)),
        (ResultKey::TranscriptText, exports::text(transcript)),
    ];
    for (key, export) in exports {
        results.put(&key, export.into_bytes()).await?;
    }
    Ok(results.put_json(&ResultKey::Transcript, transcript).await?)
}
