//! A batch of pieces of windows through the model until each has been heard to its end.
//!
//! The model may stop listening before the end of a window; then it is asked again from there, also after a single last
//! time stamp, at which the reference gives the rest of its window up.

use std::sync::Arc;

use crate::decode::align::align;
use crate::decode::expected::Expected;
use crate::decode::fallback::{Attempt, decode_with_fallback};
use crate::decode::greedy::{Request, Stop};
use crate::decode::prompt::{Prompt, start_tokens};
use crate::decode::rules::Rules;
use crate::decode::segments::{Stretch, stretches, whole_window};
use crate::decode::words::{TimedWord, fit, timed_words};
use crate::decode::{guards, phrases};
use crate::engine::Parts;
use crate::mel::HOP_SAMPLES;
use crate::model::AudioMemory;
use crate::pieces::Piece;
use crate::{Language, Options, SAMPLE_RATE, Segment, SkipReason, WindowTranscript};

/// One piece under way.
struct Work<'a> {
    pcm: &'a [f32],
    language: Option<Language>,
    /// Samples already transcribed.
    done: usize,
    passes: usize,
    transcript: WindowTranscript,
}

/// Most times a piece is taken up again: a sentence or more each time is usual, endless ones are not.
const PASSES_MAX: usize = 8;
/// Less progress than this is none: the rest of the piece is kept as it was heard.
const PROGRESS_MS_MIN: u32 = 1_000;
/// Silence after a piece that is not filled up: 1 s, about the pause at which people stop.
const SHORT_PADDING: usize = SAMPLE_RATE as usize;
/// No-speech probability from which a known invention is doubted even if the piece is loud.
const DOUBT_NO_SPEECH: f32 = 0.3;
/// A stretch this much quieter than the loudest of its piece (30 dB) is not where the speech is.
const DOUBT_LEVEL: f32 = 0.03;

impl Parts {
    /// Transcribes pieces of windows, all together.
    pub(crate) fn transcribe_batch(
        &self,
        pieces: &[Piece<'_>],
        options: &Options,
        expected: &Expected,
    ) -> Vec<WindowTranscript> {
        let mut works: Vec<Work<'_>> = pieces.iter().map(|piece| self.work(piece)).collect();
        loop {
            let mut open: Vec<&mut Work<'_>> = works.iter_mut().filter(|w| w.is_open()).collect();
            if open.is_empty() {
                break;
            }
            self.pass(&mut open, options, expected);
        }
        works.into_iter().map(Work::finish).collect()
    }

    /// Work on one piece, already over if nothing can be heard.
    fn work<'a>(&self, piece: &Piece<'a>) -> Work<'a> {
        let (pcm, language) = (piece.pcm, piece.language.clone());
        let silent = guards::is_silent(pcm);
        Work {
            pcm,
            done: if silent { pcm.len() } else { 0 },
            passes: 0,
            transcript: WindowTranscript {
                language: language.clone().unwrap_or_else(Language::english),
                segments: Vec::new(),
                no_speech_prob: if silent { 1.0 } else { 0.0 },
                skipped: silent.then_some(SkipReason::Silence),
            },
            language,
        }
    }

    /// Decodes what is left of every open piece once.
    fn pass(&self, works: &mut [&mut Work<'_>], options: &Options, expected: &Expected) {
        let rules = Rules {
            vocabulary: &self.vocabulary,
            generation: &self.generation,
            timestamps: options.timestamps,
        };
        let before = self.vocabulary.encode(&options.prompt);
        let mut requests = Vec::with_capacity(works.len());
        for work in works.iter_mut() {
            let audio = self.model.listen(&self.features(work.rest(), options));
            let language = self.language_of(work, &audio);
            let half = self.model.config.text_positions / 2 - 1;
            let language = self.info.multilingual.then_some(&language);
            let prompt = Prompt::new(&self.vocabulary, language, options.timestamps, &before, half);
            requests.push(Request { audio, prompt });
        }
        let tokens_max = self.tokens_max(&requests, options);
        let attempts = decode_with_fallback(&self.model, &rules, &requests, options, tokens_max);
        for ((work, request), attempt) in works.iter_mut().zip(&requests).zip(&attempts) {
            self.take_in(work, request, attempt, options, expected);
        }
    }

    /// Features of what is left of a piece, filled up with silence.
    fn features(&self, pcm: &[f32], options: &Options) -> Vec<f32> {
        let mut features = self.mel.features(pcm);
        if options.short_padding {
            let frames = (pcm.len() + SHORT_PADDING).div_ceil(2 * HOP_SAMPLES) * 2;
            features.truncate(frames * self.model.config.n_mels);
        }
        features
    }

    /// Room for the text, with two positions to spare so that it can be aligned later.
    fn tokens_max(&self, requests: &[Request], options: &Options) -> usize {
        let longest = requests.iter().map(|r| r.prompt.tokens.len()).max().unwrap_or(0);
        let room = self.model.config.text_positions.saturating_sub(longest + 2).max(1);
        options.tokens_max.unwrap_or(room).min(room)
    }

    fn language_of(&self, work: &mut Work<'_>, audio: &Arc<AudioMemory>) -> Language {
        if let Some(language) = &work.language {
            return language.clone();
        }
        let language = self.guess_language(audio).language;
        work.language = Some(language.clone());
        work.transcript.language = language.clone();
        language
    }

    /// Adds what one pass heard to the transcript, and decides whether the piece goes on.
    fn take_in(
        &self,
        work: &mut Work<'_>,
        request: &Request,
        attempt: &Attempt,
        options: &Options,
        expected: &Expected,
    ) {
        let no_speech_prob = attempt.decoded.no_speech_prob;
        if work.passes == 0 {
            work.transcript.no_speech_prob = no_speech_prob;
        }
        work.passes += 1;
        if attempt.is_silence(options) {
            work.stop(SkipReason::NoSpeech);
            return;
        }
        let tokens = match attempt.decoded.stop {
            Stop::Loop { keep } => &attempt.decoded.tokens[..keep],
            _ => &attempt.decoded.tokens,
        };
        let rest_ms = milliseconds(work.rest().len());
        let cut = match options.timestamps {
            true => stretches(&self.vocabulary, tokens, rest_ms),
            false => whole_window(&self.vocabulary, tokens, rest_ms),
        };
        let resume = cut.resume_ms.filter(|resume| work.may_resume(*resume));
        let mut heard = cut.closed;
        if resume.is_none() {
            heard.extend(cut.open);
        }
        heard.retain(|stretch| !self.is_invention(work, stretch, no_speech_prob));
        let start = self.start_tokens(work);
        expected.put_in(&self.model, &self.vocabulary, &request.audio, &start, &mut heard);
        self.append(work, request, attempt, heard, options);
        match (attempt.decoded.stop, resume) {
            (Stop::Loop { .. }, _) => work.stop(SkipReason::Repetition),
            (_, Some(resume)) => work.done += samples(resume),
            (_, None) => work.done = work.pcm.len(),
        }
    }

    /// A known invention in a quiet stretch, or where the model itself doubts that there is speech.
    fn is_invention(&self, work: &mut Work<'_>, stretch: &Stretch, no_speech_prob: f32) -> bool {
        let text = self.vocabulary.text(&stretch.tokens);
        if !phrases::is_known_invention(&work.transcript.language, &text) {
            return false;
        }
        let rest = work.rest();
        let span =
            samples(stretch.start_ms).min(rest.len())..samples(stretch.end_ms).min(rest.len());
        let level = guards::loudest_rms(&rest[span]);
        let quiet =
            level < guards::loudest_rms(work.pcm) * DOUBT_LEVEL || level < guards::SILENCE_RMS;
        let invented = quiet || no_speech_prob > DOUBT_NO_SPEECH;
        if invented {
            work.transcript.skipped = Some(SkipReason::InventedPhrase);
        }
        invented
    }

    /// Turns stretches of one pass into segments of the piece.
    fn append(
        &self,
        work: &mut Work<'_>,
        request: &Request,
        attempt: &Attempt,
        heard: Vec<Stretch>,
        options: &Options,
    ) {
        let timed = match options.word_times && !heard.is_empty() {
            true => self.time_words(work, request, &heard),
            false => vec![Vec::new(); heard.len()],
        };
        let (offset_ms, window_ms) = (milliseconds(work.done), milliseconds(work.pcm.len()));
        for (stretch, words) in heard.into_iter().zip(timed) {
            let own = words.into_iter().map(|word| word.later(offset_ms)).collect();
            let span = (stretch.start_ms + offset_ms, stretch.end_ms + offset_ms);
            let (start_ms, end_ms, words) = fit(own, span, work.last_end_ms(), window_ms);
            work.transcript.segments.push(Segment {
                start_ms,
                end_ms,
                text: self.vocabulary.text(&stretch.tokens).trim().to_owned(),
                words,
                avg_log_prob: attempt.decoded.avg_log_prob(),
                temperature: attempt.temperature,
            });
        }
    }

    /// The tokens from the start token to the task.
    fn start_tokens(&self, work: &Work<'_>) -> Vec<u32> {
        let language = self.info.multilingual.then_some(&work.transcript.language);
        start_tokens(&self.vocabulary, language)
    }

    fn time_words(
        &self,
        work: &Work<'_>,
        request: &Request,
        heard: &[Stretch],
    ) -> Vec<Vec<TimedWord>> {
        let start = self.start_tokens(work);
        let text: Vec<u32> = heard.iter().flat_map(|s| s.tokens.iter().copied()).collect();
        let positions = (work.rest().len() / HOP_SAMPLES / 2).max(1);
        let alignment = align(
            &self.model,
            &self.vocabulary,
            &self.generation.alignment_heads,
            &request.audio,
            &start,
            &text,
            positions,
        );
        timed_words(&self.vocabulary, &work.transcript.language, heard, &alignment)
    }
}

impl<'a> Work<'a> {
    fn rest(&self) -> &'a [f32] {
        &self.pcm[self.done..]
    }

    fn is_open(&self) -> bool {
        self.done < self.pcm.len()
    }

    /// Whether going on at `resume_ms` of the rest is progress, and something is to be heard there.
    fn may_resume(&self, resume_ms: u32) -> bool {
        let after = self.rest().get(samples(resume_ms)..).unwrap_or_default();
        self.passes < PASSES_MAX
            && resume_ms >= PROGRESS_MS_MIN
            && milliseconds(after.len()) >= PROGRESS_MS_MIN
            && !guards::is_silent(after)
            && guards::loudest_rms(after) >= guards::loudest_rms(self.pcm) * DOUBT_LEVEL
    }

    fn last_end_ms(&self) -> u32 {
        self.transcript.segments.last().map_or(0, |segment| segment.end_ms)
    }

    fn stop(&mut self, reason: SkipReason) {
        self.done = self.pcm.len();
        self.transcript.skipped = Some(reason);
    }

    fn finish(self) -> WindowTranscript {
        self.transcript
    }
}

fn milliseconds(samples: usize) -> u32 {
    u32::try_from(samples * 1_000 / SAMPLE_RATE as usize).unwrap_or(u32::MAX)
}

fn samples(ms: u32) -> usize {
    ms as usize * SAMPLE_RATE as usize / 1_000
}
