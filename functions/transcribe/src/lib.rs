//! Transcribe: one chunk of audio becomes timed words. The only function that links the speech engine.
//!
//! Owns bringing chunks to the engine and words back to call time. Does not own hearing itself (`asr`) or the
//! order of words of different tracks (`assemble`).

mod config;
mod error;
mod hear;
mod model;

use contracts::documents::{ChunkWords, Vocabulary};
use contracts::steps::{CallRef, TranscribeInput, TranscribeOutput};
use objects::ResultKey;

pub use config::Deps;
pub use error::Error;

/// Transcribes one chunk and stores its words.
///
/// # Errors
/// When the chunk's audio or the model cannot be read, or the words cannot be written.
pub async fn handle(deps: &Deps, input: TranscribeInput) -> Result<TranscribeOutput, Error> {
    let call = CallRef { tenant_id: input.tenant_id, call_id: input.call_id };
    let results = deps.results.call(&call);
    let chunk = input.chunk;
    let audio = results.get(&ResultKey::ChunkAudio(chunk.index)).await?;
    let vocabulary = match chunk.vocabulary_key {
        Some(_) => results.get_json::<Vocabulary>(&ResultKey::Vocabulary).await?.words,
        None => vec![],
    };
    let engine = deps.model.engine().await?;

    let index = chunk.index;
    let words: ChunkWords =
        tokio::task::spawn_blocking(move || hear::hear(&engine, &chunk, &audio, vocabulary))
            .await??;
    let key = ResultKey::ChunkWords(index);
    results.put_json(&key, &words).await?;
    Ok(TranscribeOutput { chunk: index, words_key: results.key(&key) })
}
