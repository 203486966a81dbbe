//! Nothing is invented where nobody speaks, and nothing said is lost.

use asr::Options;
use kaiwa_tests::line;

use crate::sets::Set;
use crate::{engine, heard, here};

/// Seconds of every line sound: once shorter than a window of the demonstration model, once several of them.
const SECONDS: [f64; 2] = [4.0, 28.0];

#[test]
fn nothing_is_heard_in_what_a_line_carries_when_nobody_speaks() {
    let engine = engine();
    let mut invented = vec![];
    for language in [None, Some("en"), Some("ja")] {
        let language = language.map(|code| code.parse().unwrap());
        let options = Options { language, ..Options::default() };
        for sound in SECONDS.iter().flat_map(|seconds| line::all(*seconds)) {
            let pcm: Vec<f32> = sound.samples.iter().map(|sample| *sample as f32).collect();
            let transcripts = engine.transcribe(&[&pcm], &options).unwrap();
            let segments = transcripts.into_iter().flat_map(|transcript| transcript.segments);
            invented.extend(segments.map(|segment| (sound.name, pcm.len(), segment.text)));
        }
    }
    assert!(invented.is_empty(), "{invented:#?}");
}

#[test]
fn a_single_word_before_a_long_silence_is_neither_lost_nor_followed_by_others() {
    let engine = engine();
    let (mut lost, mut invented) = (vec![], vec![]);
    for name in ["en-alone", "ja-alone"] {
        let set = Set::read(&here("accuracy/sets").join(name));
        for word in &set.utterances {
            let said = heard(&engine, &set, word);
            let size = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).count();
            match size(&said) {
                0 => lost.push(word.id.clone()),
                found if found > 2 * size(&word.text) + 4 => {
                    invented.push(format!("{}: {said}, where {} was said", word.id, word.text));
                }
                _ => {}
            }
        }
    }
    assert!(lost.is_empty() && invented.is_empty(), "lost {lost:?}, invented {invented:#?}");
}
