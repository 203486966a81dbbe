//! Decoding again at a higher temperature when the text looks wrong.

use flate2::Compression;
use flate2::read::ZlibEncoder;

use super::greedy::{Decoded, Request, Search, Stop, decode};
use super::rules::Rules;
use crate::Options;
use crate::model::Model;

/// The decoding that was kept for one row.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub decoded: Decoded,
    pub temperature: f32,
    pub compression_ratio: f32,
}

/// Decodes every request, climbing the temperatures for those that fail.
pub(crate) fn decode_with_fallback(
    model: &Model,
    rules: &Rules<'_>,
    requests: &[Request],
    options: &Options,
    tokens_max: usize,
) -> Vec<Attempt> {
    let mut best: Vec<Option<Attempt>> = vec![None; requests.len()];
    let mut open: Vec<usize> = (0..requests.len()).collect();
    for (step, &temperature) in (0_u64..).zip(&options.temperatures) {
        let seed = options.seed.wrapping_add(step);
        let search = Search { temperature, seed, tokens_max, stop_on_loop: true };
        let retried: Vec<Request> = open.iter().map(|&at| requests[at].clone()).collect();
        let decoded = decode(model, rules, &retried, search);
        let mut failed = Vec::new();
        for (at, decoded) in open.into_iter().zip(decoded) {
            let attempt = Attempt::new(rules, decoded, temperature);
            if attempt.fails(options) {
                failed.push(at);
            }
            keep_better(&mut best[at], attempt, options);
        }
        open = failed;
        if open.is_empty() {
            break;
        }
    }
    best.into_iter().flatten().collect()
}

impl Attempt {
    fn new(rules: &Rules<'_>, decoded: Decoded, temperature: f32) -> Attempt {
        let text = rules.vocabulary.text(&decoded.tokens);
        Attempt { compression_ratio: compression_ratio(text.trim()), decoded, temperature }
    }

    /// Whether the model repeats itself.
    pub(crate) fn is_repetitive(&self, options: &Options) -> bool {
        matches!(self.decoded.stop, Stop::Loop { .. })
            || self.compression_ratio > options.compression_ratio_threshold
    }

    /// Whether the model is sure of silence and unsure of its text.
    pub(crate) fn is_silence(&self, options: &Options) -> bool {
        self.decoded.no_speech_prob > options.no_speech_threshold && self.is_unsure(options)
    }

    fn is_unsure(&self, options: &Options) -> bool {
        self.decoded.avg_log_prob() < options.log_prob_threshold
    }

    /// Whether to try a higher temperature. Silence is not tried again: no temperature finds words in it.
    fn fails(&self, options: &Options) -> bool {
        (self.is_repetitive(options) || self.is_unsure(options)) && !self.is_silence(options)
    }

    /// Attempts that pass come before those that fail, those before repetitive ones; then by probability.
    fn rank(&self, options: &Options) -> (bool, bool, f32) {
        (!self.fails(options), !self.is_repetitive(options), self.decoded.avg_log_prob())
    }
}

fn keep_better(best: &mut Option<Attempt>, attempt: Attempt, options: &Options) {
    let better = best.as_ref().is_none_or(|best| attempt.rank(options) > best.rank(options));
    if better {
        *best = Some(attempt);
    }
}

/// Size of the text over its size after zlib compression, as in the reference; 0 for no text.
///
/// The reference uses level 6 of the original zlib. This library's levels below 9 skip repetitions of three
/// bytes, which Japanese characters are; its level 9 gives nearly the reference's sizes.
pub(crate) fn compression_ratio(text: &str) -> f32 {
    let mut compressed = ZlibEncoder::new(text.as_bytes(), Compression::best());
    let size = std::io::copy(&mut compressed, &mut std::io::sink()).unwrap_or(u64::MAX);
    text.len() as f32 / size as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(tokens: usize, avg_log_prob: f32, no_speech_prob: f32, ratio: f32) -> Attempt {
        let decoded = Decoded {
            tokens: vec![1; tokens],
            sum_log_prob: avg_log_prob * (tokens + 1) as f32,
            no_speech_prob,
            stop: Stop::EndToken,
        };
        Attempt { decoded, temperature: 0.0, compression_ratio: ratio }
    }

    #[test]
    fn a_decoding_is_tried_again_when_repetitive_or_improbable_but_not_over_silence() {
        let cases = [
            ("good", attempt(10, -0.3, 0.1, 1.2), false),
            ("improbable", attempt(10, -1.2, 0.1, 1.2), true),
            ("repetitive", attempt(10, -0.3, 0.1, 2.5), true),
            ("silence", attempt(10, -1.2, 0.7, 2.5), false),
            ("doubtful silence but sure words", attempt(10, -0.3, 0.7, 2.5), true),
        ];
        for (name, attempt, again) in cases {
            assert_eq!(attempt.fails(&Options::default()), again, "{name}");
        }
    }

    #[test]
    fn among_failures_the_less_repetitive_and_more_probable_is_kept() {
        let options = Options::default();
        let mut best = None;
        for candidate in
            [attempt(9, -1.5, 0.0, 3.0), attempt(9, -2.5, 0.0, 1.0), attempt(9, -2.0, 0.0, 1.0)]
        {
            keep_better(&mut best, candidate, &options);
        }
        assert!(best.is_some_and(|b| (b.decoded.avg_log_prob() - -2.0).abs() < 1e-6));
    }

    #[test]
    fn compression_tells_loops_from_speech() {
        let speech = "the price of this plan is forty two dollars and we can send an offer today";
        assert!(compression_ratio(speech) < 1.5);
        assert!(compression_ratio(&"thank you. ".repeat(20)) > 2.4);
        assert_eq!(compression_ratio(""), 0.0);
    }
}
