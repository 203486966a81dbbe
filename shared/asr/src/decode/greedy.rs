//! Token by token, several rows at once, until each row ends.

use std::sync::Arc;

use super::guards;
use super::prompt::Prompt;
use super::rules::Rules;
use super::sample::{Random, choose};
use crate::model::{AudioMemory, Model, Row};

/// One row to decode.
#[derive(Clone)]
pub(crate) struct Request {
    pub audio: Arc<AudioMemory>,
    pub prompt: Prompt,
}

/// How to choose tokens and when to stop.
#[derive(Clone, Copy)]
pub(crate) struct Search {
    pub temperature: f32,
    pub seed: u64,
    /// Most tokens written, the prompt not counted.
    pub tokens_max: usize,
    /// Whether a row stops once it repeats itself.
    pub stop_on_loop: bool,
}

/// Why a row stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    EndToken,
    Limit,
    /// The tokens repeat; those before this position say everything once.
    Loop {
        keep: usize,
    },
}

/// What one row wrote.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Decoded {
    /// Text and time stamps, without the end token.
    pub tokens: Vec<u32>,
    /// Log probabilities of all tokens written and of the end token, summed.
    pub sum_log_prob: f32,
    /// Probability of the no-speech token after the start token, before any rule.
    pub no_speech_prob: f32,
    pub stop: Stop,
}

impl Decoded {
    /// Mean log probability as the reference counts: the end token is one more token.
    pub(crate) fn avg_log_prob(&self) -> f32 {
        self.sum_log_prob / (self.tokens.len() + 1) as f32
    }
}

/// Decodes every request. A row's result depends on the other rows only by rounding in the last bits.
pub(crate) fn decode(
    model: &Model,
    rules: &Rules<'_>,
    requests: &[Request],
    search: Search,
) -> Vec<Decoded> {
    let mut batch = Batch::start(model, rules, requests, search);
    while !batch.active.is_empty() {
        batch.step();
    }
    batch.done.into_iter().flatten().collect()
}

/// Rows under way, and the results of those that ended.
struct Batch<'a> {
    model: &'a Model,
    rules: &'a Rules<'a>,
    search: Search,
    rows: Vec<Row>,
    /// One for each of `rows`, in the same order.
    active: Vec<Writing>,
    done: Vec<Option<Decoded>>,
}

/// A row that has not ended.
struct Writing {
    /// Position of the row's request.
    request: usize,
    random: Random,
    decoded: Decoded,
}

impl<'a> Batch<'a> {
    /// Reads the prompts and chooses the first tokens.
    fn start(
        model: &'a Model,
        rules: &'a Rules<'a>,
        requests: &[Request],
        search: Search,
    ) -> Batch<'a> {
        let rows = requests.iter().map(|request| {
            model.decoder.row(&request.audio, request.prompt.tokens.len() + search.tokens_max)
        });
        let mut rows: Vec<Row> = rows.collect();
        let prompts: Vec<&[u32]> = requests.iter().map(|r| r.prompt.tokens.as_slice()).collect();
        let hidden = model.decoder.forward(&mut rows, &prompts, None);
        let no_speech = no_speech_probs(model, rules, requests, &hidden);
        let active = no_speech.into_iter().enumerate().map(|(request, prob)| Writing {
            request,
            // The same seed in every row: a row's text must not depend on its place in the batch.
            random: Random::new(search.seed),
            decoded: Decoded {
                tokens: Vec::new(),
                sum_log_prob: 0.0,
                no_speech_prob: prob,
                stop: Stop::Limit,
            },
        });
        let active: Vec<Writing> = active.collect();
        let done = vec![None; active.len()];
        let mut batch = Batch { model, rules, search, rows, active, done };
        let ends = prompts.iter().scan(0, |end, prompt| {
            *end += prompt.len();
            Some(*end - 1)
        });
        batch.write(&gather(&hidden, model.config.width, ends));
        batch
    }

    /// Reads the tokens chosen last and chooses the next.
    fn step(&mut self) {
        let last: Vec<u32> =
            self.active.iter().filter_map(|w| w.decoded.tokens.last().copied()).collect();
        let new: Vec<&[u32]> = last.chunks(1).collect();
        let hidden = self.model.decoder.forward(&mut self.rows, &new, None);
        self.write(&hidden);
    }

    /// Chooses one token a row from `[rows, width]`, and lets ended rows go.
    fn write(&mut self, hidden: &[f32]) {
        let mut scores = self.model.decoder.logits(hidden);
        let scores = scores.chunks_exact_mut(self.model.config.vocab_size);
        let (rules, search) = (self.rules, self.search);
        let mut rows = Vec::with_capacity(self.rows.len());
        let mut active = Vec::with_capacity(self.active.len());
        let under_way = self.rows.drain(..).zip(self.active.drain(..));
        for ((row, mut writing), scores) in under_way.zip(scores) {
            rules.apply(&writing.decoded.tokens, scores);
            match writing.choose(scores, rules.vocabulary.end, search) {
                None => {
                    rows.push(row);
                    active.push(writing);
                }
                Some(stop) => {
                    writing.decoded.stop = stop;
                    self.done[writing.request] = Some(writing.decoded);
                }
            }
        }
        (self.rows, self.active) = (rows, active);
    }
}

impl Writing {
    /// Writes one token; says why to stop, if so.
    fn choose(&mut self, scores: &[f32], end: u32, search: Search) -> Option<Stop> {
        let choice = choose(scores, search.temperature, &mut self.random);
        self.decoded.sum_log_prob += choice.log_prob;
        if choice.id == end {
            return Some(Stop::EndToken);
        }
        self.decoded.tokens.push(choice.id);
        let tokens = &self.decoded.tokens;
        if let (true, Some(keep)) = (search.stop_on_loop, guards::repetition(tokens)) {
            return Some(Stop::Loop { keep });
        }
        (tokens.len() >= search.tokens_max).then_some(Stop::Limit)
    }
}

fn no_speech_probs(
    model: &Model,
    rules: &Rules<'_>,
    requests: &[Request],
    hidden: &[f32],
) -> Vec<f32> {
    let Some(token) = rules.vocabulary.no_speech else {
        return vec![0.0; requests.len()];
    };
    let starts = requests.iter().scan(0, |from, request| {
        let at = *from + request.prompt.start_at;
        *from += request.prompt.tokens.len();
        Some(at)
    });
    let scores = model.decoder.logits(&gather(hidden, model.config.width, starts));
    let prob = |row: &[f32]| {
        let score = row.get(token as usize).copied().unwrap_or(f32::NEG_INFINITY);
        (score - crate::model::vector::log_sum_exp(row)).exp()
    };
    scores.chunks_exact(model.config.vocab_size).map(prob).collect()
}

/// Some rows of a matrix of so many columns.
fn gather(rows: &[f32], width: usize, positions: impl Iterator<Item = usize>) -> Vec<f32> {
    positions.flat_map(|at| &rows[at * width..(at + 1) * width]).copied().collect()
}
