//! The engine: a loaded model, and windows of audio in, transcripts out.

use std::path::Path;
use std::sync::Arc;

use crate::decode::align::align;
use crate::decode::fallback::{Attempt, decode_with_fallback};
use crate::decode::generation::Generation;
use crate::decode::greedy::{Request, Stop};
use crate::decode::prompt::{Prompt, start_tokens};
use crate::decode::rules::Rules;
use crate::decode::segments::{Stretch, stretches};
use crate::decode::tokens::Vocabulary;
use crate::decode::words::{TimedWord, fit, timed_words};
use crate::decode::{guards, phrases};
use crate::mel::{HOP_SAMPLES, LogMel};
use crate::model::vector::softmax;
use crate::model::{AudioMemory, Model};
use crate::{
    DecodeError, Language, LanguageGuess, LoadError, Options, SAMPLE_RATE, Segment, SkipReason,
    WINDOW_SAMPLES_MAX, WindowTranscript,
};

/// A loaded model. Cloning it is cheap and shares the weights; it may be used from several threads.
#[derive(Clone)]
pub struct Engine {
    parts: Arc<Parts>,
}

struct Parts {
    model: Model,
    vocabulary: Vocabulary,
    generation: Generation,
    mel: LogMel,
    info: EngineInfo,
}

/// What a loaded model is.
#[derive(Clone, Debug, PartialEq)]
pub struct EngineInfo {
    /// Name of the folder it was loaded from.
    pub model_id: String,
    /// Whether it knows several languages and can detect them.
    pub multilingual: bool,
    /// The languages it knows, in the order of its vocabulary.
    pub languages: Vec<Language>,
    /// Mel bands of its features, 80 or 128.
    pub n_mels: usize,
    /// Number of weights.
    pub parameters: u64,
}

impl Engine {
    /// Loads a model folder in the Hugging Face layout: `config.json`, `tokenizer.json`, `model.safetensors` (or
    /// its shards with their index), and `generation_config.json` if there is one. Weights stored as F32, F16 or
    /// BF16 are computed in F32.
    ///
    /// # Errors
    /// [`LoadError`] names the file, and the field, token or tensor with what was expected and found.
    pub fn load(dir: &Path) -> Result<Engine, LoadError> {
        let model = Model::load(dir)?;
        let vocabulary = Vocabulary::load(dir, model.config.vocab_size)?;
        let generation = Generation::load(dir, &model.config)?;
        let mel = LogMel::new(model.config.n_mels);
        let info = EngineInfo::new(dir, &model, &vocabulary, &generation);
        Ok(Engine { parts: Arc::new(Parts { model, vocabulary, generation, mel, info }) })
    }

    /// What this model is.
    pub fn info(&self) -> &EngineInfo {
        &self.parts.info
    }

    /// Transcribes windows of 16 kHz mono samples (full scale ±1), each at most 30 s, up to
    /// [`Options::rows_max`] of them together. The transcripts are in the order of the windows.
    ///
    /// # Errors
    /// [`DecodeError`] names the window or option that cannot be used.
    pub fn transcribe(
        &self,
        windows: &[&[f32]],
        options: &Options,
    ) -> Result<Vec<WindowTranscript>, DecodeError> {
        options.check()?;
        self.parts.check_language(options.language.as_ref())?;
        windows.iter().enumerate().try_for_each(|(at, pcm)| check_window(at, pcm))?;
        let mut transcripts = Vec::with_capacity(windows.len());
        for batch in windows.chunks(options.rows_max) {
            transcripts.extend(self.parts.transcribe_batch(batch, options)?);
        }
        Ok(transcripts)
    }

    /// Guesses the language of one window of at most 30 s. An English-only model always says English.
    ///
    /// # Errors
    /// [`DecodeError`] if the window cannot be used.
    pub fn detect_language(&self, pcm: &[f32]) -> Result<LanguageGuess, DecodeError> {
        check_window(0, pcm)?;
        let audio = self.parts.model.listen(&self.parts.mel.features(pcm))?;
        self.parts.guess_language(&audio)
    }
}

#[cfg(test)]
impl Engine {
    /// The parts, for comparison with the reference implementation one by one.
    pub(crate) fn model(&self) -> &Model {
        &self.parts.model
    }

    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        &self.parts.vocabulary
    }

    pub(crate) fn generation(&self) -> &Generation {
        &self.parts.generation
    }

    pub(crate) fn log_mel(&self) -> &LogMel {
        &self.parts.mel
    }
}

impl EngineInfo {
    fn new(dir: &Path, model: &Model, vocabulary: &Vocabulary, generation: &Generation) -> EngineInfo {
        let known = vocabulary.languages.iter().map(|(language, _)| language.clone());
        let multilingual = generation.multilingual.unwrap_or(vocabulary.languages.len() > 1)
            && !vocabulary.languages.is_empty();
        EngineInfo {
            model_id: dir.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            multilingual,
            languages: if multilingual { known.collect() } else { vec![Language::english()] },
            n_mels: model.config.n_mels,
            parameters: model.parameters(),
        }
    }
}

fn check_window(window: usize, pcm: &[f32]) -> Result<(), DecodeError> {
    if pcm.is_empty() {
        return Err(DecodeError::EmptyWindow { window });
    }
    if pcm.len() > WINDOW_SAMPLES_MAX {
        let (samples, samples_max) = (pcm.len(), WINDOW_SAMPLES_MAX);
        return Err(DecodeError::WindowTooLong { window, samples, samples_max });
    }
    match pcm.iter().position(|sample| !sample.is_finite()) {
        Some(sample) => Err(DecodeError::NotFinite { window, sample }),
        None => Ok(()),
    }
}

/// One window under way. The model may stop listening early; then it is asked again from there.
struct Work<'a> {
    pcm: &'a [f32],
    language: Option<Language>,
    /// Samples already transcribed.
    done: usize,
    passes: usize,
    transcript: WindowTranscript,
}

/// Most times a window is taken up again: a sentence or more each time is usual, endless ones are not.
const PASSES_MAX: usize = 8;
/// Less progress than this is none: the rest of the window is kept as it was heard.
const PROGRESS_MS_MIN: u32 = 1_000;
/// No-speech probability from which a known invention is doubted even if the window is loud.
const DOUBT_NO_SPEECH: f32 = 0.3;
/// A stretch this much quieter than the loudest of its window (30 dB) is not where the speech is.
const DOUBT_LEVEL: f32 = 0.03;

impl Parts {
    fn check_language(&self, language: Option<&Language>) -> Result<(), DecodeError> {
        match language {
            Some(language) if !self.info.languages.contains(language) => {
                Err(DecodeError::UnknownLanguage { language: language.clone() })
            }
            _ => Ok(()),
        }
    }

    fn transcribe_batch(
        &self,
        windows: &[&[f32]],
        options: &Options,
    ) -> Result<Vec<WindowTranscript>, DecodeError> {
        let mut works: Vec<Work<'_>> = windows.iter().map(|pcm| self.work(pcm, options)).collect();
        loop {
            let mut open: Vec<&mut Work<'_>> = works.iter_mut().filter(|w| w.is_open()).collect();
            if open.is_empty() {
                break;
            }
            self.pass(&mut open, options)?;
        }
        Ok(works.into_iter().map(Work::finish).collect())
    }

    /// Work on one window, already over if nothing can be heard.
    fn work<'a>(&self, pcm: &'a [f32], options: &Options) -> Work<'a> {
        let only = (!self.info.multilingual).then(Language::english);
        let language = only.or_else(|| options.language.clone());
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

    /// Decodes what is left of every open window once.
    fn pass(&self, works: &mut [&mut Work<'_>], options: &Options) -> Result<(), DecodeError> {
        let rules = Rules {
            vocabulary: &self.vocabulary,
            generation: &self.generation,
            timestamps: options.timestamps,
        };
        let before = self.vocabulary.encode(&options.prompt);
        let mut requests = Vec::with_capacity(works.len());
        for work in works.iter_mut() {
            let audio = self.model.listen(&self.mel.features(work.rest()))?;
            let language = self.language_of(work, &audio)?;
            let half = self.model.config.text_positions / 2 - 1;
            let language = self.info.multilingual.then_some(&language);
            let prompt =
                Prompt::new(&self.vocabulary, language, options.timestamps, &before, half);
            requests.push(Request { audio, prompt });
        }
        let tokens_max = self.tokens_max(&requests, options);
        let attempts = decode_with_fallback(&self.model, &rules, &requests, options, tokens_max)?;
        for ((work, request), attempt) in works.iter_mut().zip(&requests).zip(&attempts) {
            self.take_in(work, request, attempt, options)?;
        }
        Ok(())
    }

    /// Room for the text, with two positions to spare so that it can be aligned later.
    fn tokens_max(&self, requests: &[Request], options: &Options) -> usize {
        let longest = requests.iter().map(|r| r.prompt.tokens.len()).max().unwrap_or(0);
        let room = self.model.config.text_positions.saturating_sub(longest + 2).max(1);
        options.tokens_max.unwrap_or(room).min(room)
    }

    fn language_of(
        &self,
        work: &mut Work<'_>,
        audio: &Arc<AudioMemory>,
    ) -> Result<Language, DecodeError> {
        if let Some(language) = &work.language {
            return Ok(language.clone());
        }
        let language = self.guess_language(audio)?.language;
        work.language = Some(language.clone());
        work.transcript.language = language.clone();
        Ok(language)
    }

    /// The probabilities of the language tokens after the start token.
    fn guess_language(&self, audio: &Arc<AudioMemory>) -> Result<LanguageGuess, DecodeError> {
        if !self.info.multilingual {
            let english = Language::english();
            let all = vec![(english.clone(), 1.0)];
            return Ok(LanguageGuess { language: english, probability: 1.0, all });
        }
        let mut rows = [self.model.decoder.row(audio, 1)?];
        let hidden = self.model.decoder.forward(&mut rows, &[&[self.vocabulary.start]], None)?;
        let scores: Vec<f32> = self.model.decoder.logits(&hidden)?.squeeze(0)?.to_vec1()?;
        let languages = &self.vocabulary.languages;
        let mut probs: Vec<f32> = languages.iter().map(|(_, id)| scores[*id as usize]).collect();
        softmax(&mut probs);
        let mut all: Vec<(Language, f32)> =
            languages.iter().map(|(language, _)| language.clone()).zip(probs).collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        let (language, probability) = all.first().cloned().unwrap_or((Language::english(), 1.0));
        Ok(LanguageGuess { language, probability, all })
    }

    /// Adds what one pass heard to the transcript, and decides whether the window goes on.
    fn take_in(
        &self,
        work: &mut Work<'_>,
        request: &Request,
        attempt: &Attempt,
        options: &Options,
    ) -> Result<(), DecodeError> {
        let no_speech_prob = attempt.decoded.no_speech_prob;
        if work.passes == 0 {
            work.transcript.no_speech_prob = no_speech_prob;
        }
        work.passes += 1;
        if attempt.is_silence(options) {
            work.stop(SkipReason::NoSpeech);
            return Ok(());
        }
        let tokens = match attempt.decoded.stop {
            Stop::Loop { keep } => &attempt.decoded.tokens[..keep],
            _ => &attempt.decoded.tokens,
        };
        let rest_ms = milliseconds(work.rest().len());
        let cut = stretches(&self.vocabulary, tokens, rest_ms);
        let resume = cut.resume_ms.filter(|resume| work.may_resume(*resume));
        let mut heard = cut.closed;
        if resume.is_none() {
            heard.extend(cut.open);
        }
        heard.retain(|stretch| !self.is_invention(work, stretch, no_speech_prob));
        self.append(work, request, attempt, heard, options)?;
        match (attempt.decoded.stop, resume) {
            (Stop::Loop { .. }, _) => work.stop(SkipReason::Repetition),
            (_, Some(resume)) => work.done += samples(resume),
            (_, None) => work.done = work.pcm.len(),
        }
        Ok(())
    }

    /// A known invention in a quiet stretch, or where the model itself doubts that there is speech.
    fn is_invention(&self, work: &mut Work<'_>, stretch: &Stretch, no_speech_prob: f32) -> bool {
        let text = self.vocabulary.text(&stretch.tokens);
        if !phrases::is_known_invention(&work.transcript.language, &text) {
            return false;
        }
        let rest = work.rest();
        let span = samples(stretch.start_ms).min(rest.len())..samples(stretch.end_ms).min(rest.len());
        let level = guards::loudest_rms(&rest[span]);
        let quiet = level < guards::loudest_rms(work.pcm) * DOUBT_LEVEL || level < guards::SILENCE_RMS;
        let invented = quiet || no_speech_prob > DOUBT_NO_SPEECH;
        if invented {
            work.transcript.skipped = Some(SkipReason::InventedPhrase);
        }
        invented
    }

    /// Turns stretches of one pass into segments of the window.
    fn append(
        &self,
        work: &mut Work<'_>,
        request: &Request,
        attempt: &Attempt,
        heard: Vec<Stretch>,
        options: &Options,
    ) -> Result<(), DecodeError> {
        let timed = match options.word_times && !heard.is_empty() {
            true => self.time_words(work, request, &heard)?,
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
        Ok(())
    }

    fn time_words(
        &self,
        work: &Work<'_>,
        request: &Request,
        heard: &[Stretch],
    ) -> Result<Vec<Vec<TimedWord>>, DecodeError> {
        let language = &work.transcript.language;
        let start = start_tokens(&self.vocabulary, self.info.multilingual.then_some(language));
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
        )?;
        Ok(timed_words(&self.vocabulary, language, heard, &alignment))
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
