//! The sizes of a model, read from `config.json` and checked before anything is allocated.

use std::path::Path;

use serde::Deserialize;

use crate::LoadError;
use crate::mel::FRAMES;

/// What the files say, before it is believed.
#[derive(Deserialize)]
struct ConfigFile {
    model_type: Option<String>,
    activation_function: Option<String>,
    vocab_size: usize,
    d_model: usize,
    encoder_layers: usize,
    decoder_layers: usize,
    encoder_attention_heads: usize,
    decoder_attention_heads: usize,
    encoder_ffn_dim: usize,
    decoder_ffn_dim: usize,
    #[serde(default = "default_source_positions")]
    max_source_positions: usize,
    #[serde(default = "default_target_positions")]
    max_target_positions: usize,
    #[serde(default = "default_mel_bins")]
    num_mel_bins: usize,
    #[serde(default)]
    suppress_tokens: Option<Vec<u32>>,
    #[serde(default)]
    begin_suppress_tokens: Option<Vec<u32>>,
    #[serde(default)]
    forced_decoder_ids: Option<Vec<(u32, Option<u32>)>>,
}

// Absent fields mean these values in the published format.
fn default_source_positions() -> usize {
    1500
}
fn default_target_positions() -> usize {
    448
}
fn default_mel_bins() -> usize {
    80
}

/// One stack of transformer layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StackConfig {
    pub layers: usize,
    pub heads: usize,
    pub inner_width: usize,
}

/// The checked sizes of a model.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ModelConfig {
    pub vocab_size: usize,
    pub width: usize,
    pub encoder: StackConfig,
    pub decoder: StackConfig,
    /// Encoder output positions of 20 ms; half the mel frames.
    pub audio_positions: usize,
    /// Tokens the decoder can attend to, prompt included.
    pub text_positions: usize,
    pub n_mels: usize,
    pub suppress_tokens: Option<Vec<u32>>,
    pub begin_suppress_tokens: Option<Vec<u32>>,
    /// Tokens forced after the start, where old files say so: one for English-only models, more for others.
    pub forced_tokens: Option<usize>,
}

impl ModelConfig {
    /// Reads `config.json` in `dir`.
    ///
    /// # Errors
    /// As [`ModelConfig::parse`], or that the file is not there.
    pub(crate) fn load(dir: &Path) -> Result<ModelConfig, LoadError> {
        let path = dir.join("config.json");
        ModelConfig::parse(&path, &super::read_text(&path)?)
    }

    /// Parses and checks the text of `config.json`; `path` is named in errors.
    ///
    /// # Errors
    /// [`LoadError::Json`] or [`LoadError::Config`] with the field that is out of range.
    pub(crate) fn parse(path: &Path, text: &str) -> Result<ModelConfig, LoadError> {
        let file: ConfigFile = serde_json::from_str(text)
            .map_err(|source| LoadError::Json { path: path.to_owned(), source })?;
        check_kind(path, &file)?;
        check_sizes(path, &file)?;
        Ok(ModelConfig {
            vocab_size: file.vocab_size,
            width: file.d_model,
            encoder: StackConfig {
                layers: file.encoder_layers,
                heads: file.encoder_attention_heads,
                inner_width: file.encoder_ffn_dim,
            },
            decoder: StackConfig {
                layers: file.decoder_layers,
                heads: file.decoder_attention_heads,
                inner_width: file.decoder_ffn_dim,
            },
            audio_positions: file.max_source_positions,
            text_positions: file.max_target_positions,
            n_mels: file.num_mel_bins,
            suppress_tokens: file.suppress_tokens,
            begin_suppress_tokens: file.begin_suppress_tokens,
            forced_tokens: file.forced_decoder_ids.map(|ids| ids.len()),
        })
    }
}

fn check_kind(path: &Path, file: &ConfigFile) -> Result<(), LoadError> {
    let texts = [
        ("model_type", &file.model_type, "whisper"),
        ("activation_function", &file.activation_function, "gelu"),
    ];
    for (field, found, expected) in texts {
        if let Some(found) = found.as_ref().filter(|text| *text != expected) {
            return Err(refuse(path, field, found, expected.to_owned()));
        }
    }
    Ok(())
}

/// Positions of 2 s. The shortest piece a window is cut into is half of what a model hears.
const AUDIO_POSITIONS_MIN: usize = 100;

/// Largest values accepted: several times those of the largest published model (large-v3), small enough that
/// no product of two of them overflows or asks for absurd memory before a weight file is opened.
fn check_sizes(path: &Path, file: &ConfigFile) -> Result<(), LoadError> {
    let sizes = [
        ("vocab_size", file.vocab_size, 1_000_000),
        ("d_model", file.d_model, 8_192),
        ("encoder_layers", file.encoder_layers, 128),
        ("decoder_layers", file.decoder_layers, 128),
        ("encoder_attention_heads", file.encoder_attention_heads, 128),
        ("decoder_attention_heads", file.decoder_attention_heads, 128),
        ("encoder_ffn_dim", file.encoder_ffn_dim, 65_536),
        ("decoder_ffn_dim", file.decoder_ffn_dim, 65_536),
        ("num_mel_bins", file.num_mel_bins, 256),
    ];
    for (field, found, most) in sizes {
        if !(1..=most).contains(&found) {
            return Err(refuse(path, field, found, format!("1 to {most}")));
        }
    }
    if !(AUDIO_POSITIONS_MIN..=FRAMES / 2).contains(&file.max_source_positions) {
        let expected = format!("{AUDIO_POSITIONS_MIN} to {}", FRAMES / 2);
        return Err(refuse(path, "max_source_positions", file.max_source_positions, expected));
    }
    if !(16..=8_192).contains(&file.max_target_positions) {
        let expected = "16 to 8192".to_owned();
        return Err(refuse(path, "max_target_positions", file.max_target_positions, expected));
    }
    check_heads(path, "encoder_attention_heads", file.encoder_attention_heads, file.d_model)?;
    check_heads(path, "decoder_attention_heads", file.decoder_attention_heads, file.d_model)
}

fn check_heads(
    path: &Path,
    field: &'static str,
    heads: usize,
    width: usize,
) -> Result<(), LoadError> {
    if width.is_multiple_of(heads) {
        Ok(())
    } else {
        Err(refuse(path, field, heads, format!("a divisor of d_model, which is {width}")))
    }
}

fn refuse(path: &Path, field: &'static str, found: impl ToString, expected: String) -> LoadError {
    LoadError::Config { path: path.to_owned(), field, found: found.to_string(), expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TINY: &str = r#"{"model_type":"whisper","activation_function":"gelu","vocab_size":51865,
        "d_model":384,"encoder_layers":4,"decoder_layers":4,"encoder_attention_heads":6,
        "decoder_attention_heads":6,"encoder_ffn_dim":1536,"decoder_ffn_dim":1536,
        "max_source_positions":1500,"max_target_positions":448,"num_mel_bins":80}"#;

    fn parse(text: &str) -> Result<ModelConfig, LoadError> {
        ModelConfig::parse(Path::new("config.json"), text)
    }

    #[test]
    fn the_published_sizes_are_read() {
        let config = parse(TINY);
        assert!(config.is_ok_and(|c| c.width == 384 && c.decoder.heads == 6 && c.n_mels == 80));
    }

    #[test]
    fn hostile_sizes_are_refused_by_name() {
        let cases = [
            ("vocab_size", "51865", "99999999999"),
            ("d_model", "384", "0"),
            ("d_model", "384", "4294967296"),
            ("encoder_layers", "4", "1000000"),
            ("encoder_attention_heads", "6", "7"),
            ("max_source_positions", "1500", "1501"),
            ("max_source_positions", "1500", "99"),
            ("max_target_positions", "448", "9000000"),
            ("model_type", "\"whisper\"", "\"bert\""),
            ("activation_function", "\"gelu\"", "\"relu\""),
        ];
        for (name, old, new) in cases {
            let text = TINY.replacen(&format!("\"{name}\":{old}"), &format!("\"{name}\":{new}"), 1);
            assert_ne!(text, TINY);
            let refused =
                matches!(parse(&text), Err(LoadError::Config { field, .. }) if field == name);
            assert!(refused, "{name} = {new}");
        }
    }

    #[test]
    fn a_negative_or_missing_size_is_not_the_expected_json() {
        for text in ["{}", "", "[1]", &TINY.replace("384", "-1")] {
            assert!(matches!(parse(text), Err(LoadError::Json { .. })), "{text}");
        }
    }
}
