//! What the engine says about folders that are no model: the file, the field or tensor, expected and found.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use asr::{Engine, LoadError};
use safetensors::tensor::{Dtype, TensorView};
use tempfile::TempDir;

type Outcome = Result<(), Box<dyn Error>>;

const WEIGHTS: &str = "model.safetensors";

/// A copy of the micro checkpoint that a test may damage.
struct Model {
    dir: TempDir,
}

impl Model {
    fn copy() -> Result<Model, Box<dyn Error>> {
        let dir = tempfile::tempdir()?;
        for file in fs::read_dir(micro())? {
            let file = file?;
            fs::copy(file.path(), dir.path().join(file.file_name()))?;
        }
        Ok(Model { dir })
    }

    fn path(&self, file: &str) -> PathBuf {
        self.dir.path().join(file)
    }

    fn without(self, file: &str) -> Result<Model, Box<dyn Error>> {
        fs::remove_file(self.path(file))?;
        Ok(self)
    }

    fn replacing(self, file: &str, old: &str, new: &str) -> Result<Model, Box<dyn Error>> {
        let text = fs::read_to_string(self.path(file))?;
        assert!(text.contains(old), "{file} has no {old}");
        fs::write(self.path(file), text.replace(old, new))?;
        Ok(self)
    }

    fn load(&self) -> Result<Engine, LoadError> {
        Engine::load(self.dir.path())
    }

    fn error(&self) -> LoadError {
        match self.load() {
            Ok(_) => panic!("the damaged model was loaded"),
            Err(error) => error,
        }
    }
}

fn micro() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/micro")
}

#[test]
fn a_whole_model_says_what_it_is() -> Outcome {
    let engine = Engine::load(&micro())?;
    let info = engine.info();
    assert_eq!(info.model_id, "micro");
    assert!(info.multilingual);
    let codes: Vec<&str> = info.languages.iter().map(|l| l.code()).collect();
    assert_eq!(codes, ["en", "zh", "de", "es", "ru", "ko", "fr", "ja"]);
    assert_eq!(info.n_mels, 80);
    let bytes = fs::metadata(micro().join(WEIGHTS))?.len();
    // F16 weights and a header.
    assert!(info.parameters * 2 <= bytes && bytes < info.parameters * 2 + 10_000);
    Ok(())
}

#[test]
fn a_missing_file_is_named() -> Outcome {
    for file in ["config.json", "tokenizer.json", WEIGHTS] {
        let model = Model::copy()?.without(file)?;
        assert!(matches!(model.error(), LoadError::Missing { path } if path == model.path(file)));
    }
    Ok(())
}

#[test]
fn the_optional_files_may_be_absent() -> Outcome {
    let model =
        Model::copy()?.without("generation_config.json")?.without("preprocessor_config.json")?;
    assert!(model.load()?.info().multilingual);
    Ok(())
}

#[test]
fn an_english_only_model_knows_english_alone() -> Outcome {
    let (old, new) = ("\"is_multilingual\":true", "\"is_multilingual\":false");
    let engine = Model::copy()?.replacing("generation_config.json", old, new)?.load()?;
    assert!(!engine.info().multilingual);
    assert_eq!(engine.info().languages.len(), 1);
    assert_eq!(engine.detect_language(&[0.1; 1_000])?.probability, 1.0);
    Ok(())
}

#[test]
fn a_truncated_weight_file_is_not_complete() -> Outcome {
    let model = Model::copy()?;
    let bytes = fs::read(model.path(WEIGHTS))?;
    for length in [0, 4, 8, 100, bytes.len() / 2, bytes.len() - 1] {
        fs::write(model.path(WEIGHTS), &bytes[..length])?;
        assert!(matches!(model.error(), LoadError::Weights { .. }), "{length} bytes");
    }
    Ok(())
}

#[test]
fn a_header_that_lies_about_its_length_is_refused() -> Outcome {
    let model = Model::copy()?;
    let mut bytes = fs::read(model.path(WEIGHTS))?;
    bytes[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    fs::write(model.path(WEIGHTS), bytes)?;
    assert!(matches!(model.error(), LoadError::Weights { .. }));
    Ok(())
}

#[test]
fn a_tensor_of_another_shape_is_named_with_both_shapes() -> Outcome {
    let model = Model::copy()?.replacing(
        "config.json",
        "\"decoder_ffn_dim\":64",
        "\"decoder_ffn_dim\":128",
    )?;
    let error = model.error();
    let LoadError::TensorShape { tensor, found, expected, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!(tensor, "model.decoder.layers.0.fc1.bias");
    assert_eq!((found.as_slice(), expected.as_slice()), ([64].as_slice(), [128].as_slice()));
    Ok(())
}

#[test]
fn a_missing_tensor_is_named_with_its_expected_shape() -> Outcome {
    let model =
        Model::copy()?.replacing("config.json", "\"encoder_layers\":2", "\"encoder_layers\":3")?;
    let error = model.error().to_string();
    assert!(error.contains("model.encoder.layers.2."), "{error}");
    assert!(error.contains("expected shape"), "{error}");
    Ok(())
}

#[test]
fn integer_weights_are_refused_by_name() -> Outcome {
    let model = Model::copy()?;
    rewrite_weights(&model, |name, view| {
        let norm = name == "model.encoder.layer_norm.weight";
        if norm { (Dtype::I16, view) } else { (view.dtype(), view) }
    })?;
    let error = model.error();
    assert!(
        matches!(&error, LoadError::TensorFormat { tensor, .. } if tensor == "model.encoder.layer_norm.weight"),
        "{error}"
    );
    Ok(())
}

#[test]
fn shards_listed_in_an_index_load_like_one_file() -> Outcome {
    let model = Model::copy()?;
    split_weights(&model)?;
    let model = model.without(WEIGHTS)?;
    let pcm: Vec<f32> = (0..16_000).map(|i| (i as f32 * 0.3).sin() * 0.2).collect();
    let whole = Engine::load(&micro())?.detect_language(&pcm)?;
    assert_eq!(model.load()?.detect_language(&pcm)?, whole);
    Ok(())
}

#[test]
fn an_index_may_not_reach_outside_its_folder() -> Outcome {
    let model = Model::copy()?;
    split_weights(&model)?;
    let index = "model.safetensors.index.json";
    let model =
        model.without(WEIGHTS)?.replacing(index, "second.safetensors", "../second.safetensors")?;
    assert!(matches!(model.error(), LoadError::Config { field: "weight_map", .. }));
    Ok(())
}

#[test]
fn a_tokenizer_that_does_not_fit_the_model_is_refused() -> Outcome {
    let model = Model::copy()?.replacing("tokenizer.json", "<|notimestamps|>", "<|renamed|>")?;
    assert!(
        matches!(model.error(), LoadError::TokenMissing { token, .. } if token == "<|notimestamps|>")
    );
    let model = Model::copy()?.replacing("config.json", "\"vocab_size\":18", "\"vocab_size\":1")?;
    assert!(model.load().is_err());
    let model = Model::copy()?;
    fs::write(model.path("tokenizer.json"), "{\"version\":\"1.0\"}")?;
    assert!(matches!(model.error(), LoadError::Tokenizer { .. }));
    Ok(())
}

#[test]
fn an_alignment_head_the_model_does_not_have_is_refused() -> Outcome {
    let model = Model::copy()?.replacing("generation_config.json", "[0,1]", "[7,1]")?;
    assert!(matches!(model.error(), LoadError::Config { field: "alignment_heads", .. }));
    Ok(())
}

/// Writes every weight again, with the number format `change` gives it.
fn rewrite_weights(
    model: &Model,
    change: impl for<'a> Fn(&str, TensorView<'a>) -> (Dtype, TensorView<'a>),
) -> Outcome {
    let bytes = fs::read(model.path(WEIGHTS))?;
    let read = safetensors::SafeTensors::deserialize(&bytes)?;
    let mut views = HashMap::new();
    for (name, view) in read.tensors() {
        let (dtype, view) = change(&name, view);
        let shape = view.shape().to_vec();
        let start = view.data().as_ptr() as usize - bytes.as_ptr() as usize;
        let data = &bytes[start..start + view.data().len()];
        views.insert(name, TensorView::new(dtype, shape, data)?);
    }
    safetensors::serialize_to_file(views, None, &model.path(WEIGHTS))?;
    Ok(())
}

/// Writes the weights as two shards with an index beside the whole file.
fn split_weights(model: &Model) -> Outcome {
    let bytes = fs::read(model.path(WEIGHTS))?;
    let read = safetensors::SafeTensors::deserialize(&bytes)?;
    let (first, second): (Vec<_>, Vec<_>) =
        read.tensors().into_iter().partition(|(name, _)| name.contains("encoder"));
    let mut map = HashMap::new();
    for (file, views) in [("first.safetensors", first), ("second.safetensors", second)] {
        map.extend(views.iter().map(|(name, _)| (name.clone(), file)));
        safetensors::serialize_to_file(views, None, &model.path(file))?;
    }
    let index = serde_json::json!({ "weight_map": map });
    fs::write(model.path("model.safetensors.index.json"), index.to_string())?;
    Ok(())
}
