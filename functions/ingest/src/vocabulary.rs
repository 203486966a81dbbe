//! The tenant's words to expect, kept with the call: all its chunks hear with the same list, also when it changes meanwhile.

use contracts::documents::Vocabulary;
use domain::Tenant;
use domain::analysis::Skipped;
use domain::limits::VOCABULARY_WORDS_MAX;
use objects::{CallResults, ResultKey};

use crate::Error;

/// Stores the words and says under which key; nothing if there are none.
pub(crate) async fn store(
    results: &CallResults,
    profile: &Tenant,
) -> Result<Option<String>, Error> {
    if profile.vocabulary.is_empty() {
        return Ok(None);
    }
    let words = profile.vocabulary.iter().take(VOCABULARY_WORDS_MAX).cloned().collect();
    results.put_json(&ResultKey::Vocabulary, &Vocabulary { words }).await?;
    Ok(Some(results.key(&ResultKey::Vocabulary)))
}

/// Says how many words are too many.
pub(crate) fn left_out(profile: &Tenant) -> Option<Skipped> {
    let count = profile.vocabulary.len().saturating_sub(VOCABULARY_WORDS_MAX);
    let reason = || {
        format!("{count} expected words beyond the limit of {VOCABULARY_WORDS_MAX} were not used.")
    };
    (count > 0).then(|| Skipped::new("vocabulary", reason()))
}
