//! The engine: a loaded model, and windows of audio in, transcripts out.

use std::path::Path;
use std::sync::Arc;

use crate::decode::expected::Expected;
use crate::decode::generation::Generation;
use crate::decode::guards;
use crate::decode::tokens::Vocabulary;
use crate::mel::{HOP_SAMPLES, LogMel};
use crate::model::vector::softmax;
use crate::model::{AudioMemory, Model};
use crate::pieces::{self, Piece};
use crate::{
    DecodeError, Language, LanguageGuess, LoadError, LoadOptions, Options, Precision,
    WINDOW_SAMPLES_MAX, WindowTranscript, tokenizer,
};

/// A loaded model. Cloning it is cheap and shares the weights; it may be used from several threads.
#[derive(Clone)]
pub struct Engine {
    parts: Arc<Parts>,
}

/// What a loaded folder is made of.
pub(crate) struct Parts {
    pub model: Model,
    pub vocabulary: Vocabulary,
    pub generation: Generation,
    pub mel: LogMel,
    pub info: EngineInfo,
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
    /// The number format its weights are computed in.
    pub precision: Precision,
    /// Number of weights.
    pub parameters: u64,
}

impl Engine {
    /// Loads a model folder in the Hugging Face layout: `config.json`, `tokenizer.json`, `model.safetensors` (or
    /// its shards with their index), and `generation_config.json` if there is one. Weights may be stored as F32, F16
    /// or BF16, or in 8 bits by [`crate::quantize`].
    ///
    /// # Errors
    /// [`LoadError`] names the file, and the field, token or tensor with what was expected and found.
    pub fn load(dir: &Path) -> Result<Engine, LoadError> {
        Engine::load_with(dir, &LoadOptions::default())
    }

    /// As [`Engine::load`], computing as `options` say.
    ///
    /// # Errors
    /// As [`Engine::load`].
    pub fn load_with(dir: &Path, options: &LoadOptions) -> Result<Engine, LoadError> {
        let model = Model::load(dir, options)?;
        tokenizer::check(dir, model.config.vocab_size)?;
        let vocabulary = Vocabulary::load(dir, model.config.vocab_size)?;
        let generation = Generation::load(dir, &model.config)?;
        let mel = LogMel::new(model.config.n_mels, 2 * model.config.audio_positions);
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
        let mut pieces = pieces::cut(windows, self.parts.samples_max());
        self.parts.decide_languages(&mut pieces, windows.len(), options);
        let expected = Expected::new(&options.vocabulary, options.vocabulary_bonus);
        let mut heard = Vec::with_capacity(pieces.len());
        for batch in pieces.chunks(options.rows_max) {
            heard.extend(self.parts.transcribe_batch(batch, options, &expected));
        }
        Ok(pieces::join(&pieces, heard))
    }

    /// Guesses the language of one window of at most 30 s, from its loudest piece. An English-only model always says English.
    ///
    /// # Errors
    /// [`DecodeError`] if the window cannot be used.
    pub fn detect_language(&self, pcm: &[f32]) -> Result<LanguageGuess, DecodeError> {
        check_window(0, pcm)?;
        let pieces = pieces::cut(&[pcm], self.parts.samples_max());
        Ok(self.parts.language_of_window(&pieces))
    }
}

impl Engine {
    /// The parts, for measuring and for comparison with the reference implementation one by one.
    pub(crate) fn parts(&self) -> &Parts {
        &self.parts
    }
}

impl EngineInfo {
    fn new(
        dir: &Path,
        model: &Model,
        vocabulary: &Vocabulary,
        generation: &Generation,
    ) -> EngineInfo {
        let known = vocabulary.languages.iter().map(|(language, _)| language.clone());
        let multilingual = generation.multilingual.unwrap_or(vocabulary.languages.len() > 1)
            && !vocabulary.languages.is_empty();
        EngineInfo {
            model_id: dir.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            multilingual,
            languages: if multilingual { known.collect() } else { vec![Language::english()] },
            n_mels: model.config.n_mels,
            precision: model.precision,
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

impl Parts {
    fn check_language(&self, language: Option<&Language>) -> Result<(), DecodeError> {
        match language {
            Some(language) if !self.info.languages.contains(language) => {
                Err(DecodeError::UnknownLanguage { language: language.clone() })
            }
            _ => Ok(()),
        }
    }

    /// Samples the model hears at once.
    fn samples_max(&self) -> usize {
        2 * self.model.config.audio_positions * HOP_SAMPLES
    }

    /// Sets the language of every piece where it is known. A window of several pieces has one language.
    fn decide_languages(&self, pieces: &mut [Piece<'_>], windows: usize, options: &Options) {
        let only = (!self.info.multilingual).then(Language::english);
        let known = only.or_else(|| options.language.clone());
        let is_cut = pieces.len() > windows;
        for window in pieces.chunk_by_mut(|a, b| a.window == b.window) {
            let language = match known.clone() {
                None if is_cut => Some(self.language_of_window(window).language),
                known => known,
            };
            window.iter_mut().for_each(|piece| piece.language.clone_from(&language));
        }
    }

    /// The language of the loudest piece.
    fn language_of_window(&self, pieces: &[Piece<'_>]) -> LanguageGuess {
        let level = |piece: &&Piece<'_>| guards::loudest_rms(piece.pcm);
        let loudest = pieces.iter().max_by(|a, b| level(a).total_cmp(&level(b)));
        let pcm = loudest.map_or(&[][..], |piece| piece.pcm);
        self.guess_language(&self.model.listen(&self.mel.features(pcm)))
    }

    /// The probabilities of the language tokens after the start token.
    pub(crate) fn guess_language(&self, audio: &Arc<AudioMemory>) -> LanguageGuess {
        if !self.info.multilingual {
            let english = Language::english();
            let all = vec![(english.clone(), 1.0)];
            return LanguageGuess { language: english, probability: 1.0, all };
        }
        let mut rows = [self.model.decoder.row(audio, 1)];
        let hidden = self.model.decoder.forward(&mut rows, &[&[self.vocabulary.start]], None);
        let scores = self.model.decoder.logits(&hidden);
        let languages = &self.vocabulary.languages;
        let mut probs: Vec<f32> = languages.iter().map(|(_, id)| scores[*id as usize]).collect();
        softmax(&mut probs);
        let mut all: Vec<(Language, f32)> =
            languages.iter().map(|(language, _)| language.clone()).zip(probs).collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        let (language, probability) = all.first().cloned().unwrap_or((Language::english(), 1.0));
        LanguageGuess { language, probability, all }
    }
}
