//! Words to expect, names and products: where something alike was heard, the word itself is tried.
//!
//! A name that no training text had is written as other words of about its sound ("Calderwood" as "colder would"). So
//! spans spelled much like an expected word are replaced by it, both readings are scored by the model on the same
//! sound, and the word is taken if it is not much less probable. Raising the word's tokens while decoding, the usual
//! way, was tried and found 3 of 60 names on the demonstration sets: its first token is rarely near the best.

use std::ops::Range;
use std::sync::Arc;

use super::letters::Letters;
use super::segments::Stretch;
use super::tokens::Vocabulary;
use crate::model::vector::log_sum_exp;
use crate::model::{AudioMemory, Model};

/// Words to expect, and how much less probable than what was heard they may be.
pub(crate) struct Expected {
    words: Vec<Word>,
    /// Natural logarithm for each letter of the word.
    bonus: f32,
}

struct Word {
    text: String,
    letters: Vec<char>,
}

/// A stretch in which a span was replaced by an expected word.
struct Reading {
    stretch: usize,
    tokens: Vec<u32>,
    /// How much less probable it may be.
    bonus: f32,
    likeness: f32,
}

/// Least likeness of a span to a word, 0 to 1: below it the words of one language are alike by chance.
const LIKENESS_MIN: f32 = 0.5;
/// Most readings scored at a time: one row of a batch each.
const READINGS_MAX: usize = 8;
/// Most words put into one pass; a window of 30 s has few names.
const WORDS_MAX: usize = 6;

impl Expected {
    pub(crate) fn new(words: &[String], bonus: f32) -> Expected {
        let word = |text: &String| {
            let text = text.trim().to_owned();
            let letters = Letters::of(&text).folded();
            (!letters.is_empty()).then_some(Word { text, letters })
        };
        Expected { words: words.iter().filter_map(word).collect(), bonus }
    }

    /// Puts expected words into what was heard. `start` holds the tokens from the start token to the task.
    pub(crate) fn put_in(
        &self,
        model: &Model,
        vocabulary: &Vocabulary,
        audio: &Arc<AudioMemory>,
        start: &[u32],
        heard: &mut [Stretch],
    ) {
        for _ in 0..WORDS_MAX {
            let mut readings = self.readings(vocabulary, heard);
            if readings.is_empty() {
                return;
            }
            let texts: Vec<Vec<u32>> = std::iter::once(joined(heard, None))
                .chain(readings.iter().map(|reading| joined(heard, Some(reading))))
                .collect();
            let scores = log_probs(model, vocabulary, audio, start, &texts);
            let gains =
                readings.iter().zip(&scores[1..]).map(|(r, score)| score + r.bonus - scores[0]);
            let best = gains.enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
            match best {
                Some((at, gain)) if gain > 0.0 => {
                    let reading = readings.swap_remove(at);
                    heard[reading.stretch].tokens = reading.tokens;
                }
                _ => return,
            }
        }
    }

    /// The readings most like what was heard.
    fn readings(&self, vocabulary: &Vocabulary, heard: &[Stretch]) -> Vec<Reading> {
        let mut readings = vec![];
        for (stretch, of) in heard.iter().enumerate() {
            let text = vocabulary.text(&of.tokens);
            let letters = Letters::of(&text);
            for word in &self.words {
                let Some((span, likeness)) = letters.most_like(&word.letters) else { continue };
                if likeness < LIKENESS_MIN || text[span.clone()] == word.text {
                    continue;
                }
                let tokens = vocabulary.encode(&replaced(&text, span, &word.text));
                let bonus = self.bonus * word.letters.len() as f32;
                readings.push(Reading { stretch, tokens, bonus, likeness });
            }
        }
        readings.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
        readings.truncate(READINGS_MAX);
        readings
    }
}

fn replaced(text: &str, span: Range<usize>, word: &str) -> String {
    [&text[..span.start], word, &text[span.end..]].concat()
}

/// The tokens of all stretches, one of them in another reading.
fn joined(heard: &[Stretch], reading: Option<&Reading>) -> Vec<u32> {
    let tokens = |(at, stretch): (usize, &Stretch)| match reading {
        Some(reading) if reading.stretch == at => reading.tokens.clone(),
        _ => stretch.tokens.clone(),
    };
    heard.iter().enumerate().flat_map(tokens).collect()
}

/// The log probability of each text as a whole, read without time stamps.
fn log_probs(
    model: &Model,
    vocabulary: &Vocabulary,
    audio: &Arc<AudioMemory>,
    start: &[u32],
    texts: &[Vec<u32>],
) -> Vec<f32> {
    let read = |text: &Vec<u32>| [start, &[vocabulary.no_stamps], text].concat();
    let read: Vec<Vec<u32>> = texts.iter().map(read).collect();
    let inputs: Vec<&[u32]> = read.iter().map(Vec::as_slice).collect();
    let mut rows: Vec<_> =
        inputs.iter().map(|tokens| model.decoder.row(audio, tokens.len())).collect();
    let hidden = model.decoder.forward(&mut rows, &inputs, None);
    let width = model.config.width;
    let mut from = start.len();
    let mut log_prob = |text: &Vec<u32>| {
        let rows = &hidden[from * width..(from + text.len()) * width];
        from += text.len() + start.len() + 1;
        let scores = model.decoder.logits(rows);
        let rows = scores.chunks_exact(model.config.vocab_size);
        rows.zip(text).map(|(row, id)| row[*id as usize] - log_sum_exp(row)).sum()
    };
    texts.iter().map(&mut log_prob).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(words: &[&str], text: &str) -> Vec<String> {
        let vocabulary = Vocabulary::micro();
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let heard = [Stretch { start_ms: 0, end_ms: 900, tokens: vocabulary.encode(text) }];
        let readings = Expected::new(&words, 1.0).readings(&vocabulary, &heard);
        readings.iter().map(|reading| vocabulary.text(&reading.tokens)).collect()
    }

    #[test]
    fn a_span_spelled_like_a_word_is_tried_as_the_word() {
        assert_eq!(
            readings(&["Calderwood"], " Ask colder would about it."),
            [" Ask Calderwood about it."]
        );
    }

    #[test]
    fn words_already_there_and_words_unlike_any_span_are_not_tried() {
        assert!(readings(&["Calderwood", "Zephyra"], " Ask Calderwood about it.").is_empty());
    }

    #[test]
    fn the_reading_most_alike_comes_first_and_there_are_few() {
        let words = ["Brenmore", "Brinmore", "Brandmire"];
        assert_eq!(readings(&words, " the brin more account")[0], " the Brinmore account");
        let many: Vec<String> = (0..40).map(|at| format!("brinmore{at}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(readings(&many, " the brin more account").len(), READINGS_MAX);
    }

    #[test]
    fn words_without_letters_are_left_out() {
        assert!(Expected::new(&["".into(), " - ".into()], 1.0).words.is_empty());
    }
}
