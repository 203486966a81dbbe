//! The engine's stages one by one, so that each can be measured and compared by itself.

use std::sync::Arc;

use crate::decode::prompt::Prompt;
use crate::engine::Parts;
use crate::model::{AudioMemory, Row};
use crate::{Engine, Language};

/// The stages of one engine. Transcribing goes through [`Engine::transcribe`]; this is for benchmarks.
pub struct Stages<'a> {
    parts: &'a Parts,
}

/// What the decoder attends to in one window: keys and values of every layer.
#[derive(Clone)]
pub struct Heard(Arc<AudioMemory>);

impl Engine {
    /// The stages of this engine.
    pub fn stages(&self) -> Stages<'_> {
        Stages { parts: self.parts() }
    }
}

impl Stages<'_> {
    /// Log-mel features of the samples the model hears at once: `[3000, n_mels]` for 30 s, about -1.5 to 2.
    pub fn features(&self, pcm: &[f32]) -> Vec<f32> {
        self.parts.mel.features(pcm)
    }

    /// The encoder on the features of one window: `[1500, width]`.
    pub fn encode(&self, features: &[f32]) -> Vec<f32> {
        self.parts.model.encode(features)
    }

    /// Numbers of one position.
    pub fn width(&self) -> usize {
        self.parts.model.config.width
    }

    /// The widest matrix product of the encoder by itself: `[positions, width]` to four times the width, mostly.
    pub fn widen(&self, positions: &[f32]) -> Vec<f32> {
        self.parts.model.widen(positions)
    }

    /// The keys and values of every decoder layer.
    pub fn hear(&self, encoded: &[f32]) -> Heard {
        Heard(self.parts.model.decoder.audio_memory(encoded))
    }

    /// The scores of all tokens after an English prompt without time stamps, under no rule.
    pub fn scores(&self, window: &Heard) -> Vec<f32> {
        let (decoder, prompt) = (&self.parts.model.decoder, self.prompt());
        let mut rows = [decoder.row(&window.0, prompt.len())];
        let hidden = decoder.forward(&mut rows, &[prompt.as_slice()], None);
        decoder.logits(&hidden[hidden.len() - decoder.width()..])
    }

    /// Writes exactly `count` tokens for each window, all windows as one batch: always the likeliest token, under no
    /// rule but that the text does not end, after an English prompt without time stamps.
    pub fn write(&self, windows: &[Heard], count: usize) -> Vec<Vec<u32>> {
        let decoder = &self.parts.model.decoder;
        let prompt = self.prompt();
        let row = |heard: &Heard| decoder.row(&heard.0, prompt.len() + count);
        let mut rows: Vec<Row> = windows.iter().map(row).collect();
        let mut written = vec![Vec::with_capacity(count); windows.len()];
        let mut new = vec![prompt; windows.len()];
        for _ in 0..count {
            let tokens: Vec<&[u32]> = new.iter().map(Vec::as_slice).collect();
            let hidden = decoder.forward(&mut rows, &tokens, None);
            let ends = hidden.chunks_exact(tokens[0].len() * decoder.width());
            let ends: Vec<f32> =
                ends.flat_map(|row| &row[row.len() - decoder.width()..]).copied().collect();
            let scores = decoder.logits(&ends);
            new =
                scores.chunks_exact(decoder.vocabulary()).map(|row| self.likeliest(row)).collect();
            for (written, new) in written.iter_mut().zip(&new) {
                written.extend(new);
            }
        }
        written
    }

    fn prompt(&self) -> Vec<u32> {
        let english = Language::english();
        let language = self.parts.info.multilingual.then_some(&english);
        Prompt::new(&self.parts.vocabulary, language, false, &[], 0).tokens
    }

    fn likeliest(&self, scores: &[f32]) -> Vec<u32> {
        let going_on = (0..).zip(scores).filter(|(token, _)| *token != self.parts.vocabulary.end);
        let best = going_on.max_by(|(_, a), (_, b)| a.total_cmp(b));
        vec![best.map_or(0, |(token, _)| token)]
    }
}
