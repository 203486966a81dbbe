//! Model folders in 8 bits: the numbers they give, what is in them, and what is said about damaged ones.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use asr::{Engine, LanguageGuess, LoadError, LoadOptions, Precision, QuantizeError, quantize};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use tempfile::TempDir;

type Outcome = Result<(), Box<dyn Error>>;

const WEIGHTS: &str = "model.safetensors";
const MATRIX: &str = "model.decoder.layers.0.fc1.weight";
const SCALE: &str = "model.decoder.layers.0.fc1.weight_scale";

/// The micro checkpoint in 8 bits, in a folder that a test may damage.
struct Quantized {
    dir: TempDir,
}

impl Quantized {
    fn of(from: &Path) -> Result<Quantized, Box<dyn Error>> {
        let dir = tempfile::tempdir()?;
        quantize(from, &dir.path().join("int8"))?;
        Ok(Quantized { dir })
    }

    fn folder(&self) -> PathBuf {
        self.dir.path().join("int8")
    }

    fn weights(&self) -> Result<Vec<u8>, Box<dyn Error>> {
        Ok(fs::read(self.folder().join(WEIGHTS))?)
    }

    /// Writes the weights again, each as `change` gives it; `None` leaves it out.
    fn rewrite(
        self,
        change: impl Fn(&str, &TensorView<'_>) -> Option<(Dtype, Vec<usize>, Vec<u8>)>,
    ) -> Result<Quantized, Box<dyn Error>> {
        let bytes = self.weights()?;
        let read = SafeTensors::deserialize(&bytes)?;
        let changed = read.tensors().into_iter().map(|(name, view)| {
            let data = change(&name, &view);
            (name, data)
        });
        let kept: HashMap<String, _> =
            changed.filter_map(|(name, data)| Some((name, data?))).collect();
        let views = kept.iter().map(|(name, (format, shape, data))| {
            Ok((name, TensorView::new(*format, shape.clone(), data)?))
        });
        let views: Vec<_> = views.collect::<Result<_, safetensors::SafeTensorError>>()?;
        fs::write(self.folder().join(WEIGHTS), safetensors::serialize(views, None)?)?;
        Ok(self)
    }

    fn error(&self) -> LoadError {
        match Engine::load(&self.folder()) {
            Ok(_) => panic!("the damaged model was loaded"),
            Err(error) => error,
        }
    }
}

fn micro() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/micro")
}

fn kept(view: &TensorView<'_>) -> Option<(Dtype, Vec<usize>, Vec<u8>)> {
    Some((view.dtype(), view.shape().to_vec(), view.data().to_vec()))
}

/// Everything the network computes on one window: encoder output, tokens, the scores of languages.
#[derive(Debug, PartialEq)]
struct Numbers {
    encoded: Vec<f32>,
    tokens: Vec<Vec<u32>>,
    languages: LanguageGuess,
}

fn numbers(engine: &Engine) -> Result<Numbers, Box<dyn Error>> {
    let pcm: Vec<f32> = (0..16_000).map(|i| (i as f32 * 0.3).sin() * 0.2).collect();
    let stages = engine.stages();
    let encoded = stages.encode(&stages.features(&pcm));
    let tokens = stages.write(&[stages.hear(&encoded)], 20);
    Ok(Numbers { encoded, tokens, languages: engine.detect_language(&pcm)? })
}

fn with(precision: Precision) -> LoadOptions {
    LoadOptions { precision, ..LoadOptions::default() }
}

#[test]
fn a_folder_in_8_bits_gives_bit_for_bit_the_numbers_of_rounding_while_loading() -> Outcome {
    let rounded_now = numbers(&Engine::load_with(&micro(), &with(Precision::Int8))?)?;
    let rounded_before = Quantized::of(&micro())?;
    let engine = Engine::load_with(&rounded_before.folder(), &with(Precision::Int8))?;
    assert_eq!(numbers(&engine)?, rounded_now);
    assert_ne!(numbers(&Engine::load(&micro())?)?, rounded_now);
    Ok(())
}

#[test]
fn a_folder_in_8_bits_is_computed_with_in_8_bits_whatever_is_asked() -> Outcome {
    let quantized = Quantized::of(&micro())?;
    for precision in [Precision::F32, Precision::Int8] {
        let engine = Engine::load_with(&quantized.folder(), &with(precision))?;
        assert_eq!(engine.info().precision, Precision::Int8);
        assert_eq!(engine.info().model_id, "int8");
        assert_eq!(Engine::load_with(&micro(), &with(precision))?.info().precision, precision);
    }
    Ok(())
}

#[test]
fn matrices_are_integers_with_a_scale_for_each_output_and_all_else_is_as_it_was() -> Outcome {
    let (bytes, original) = (Quantized::of(&micro())?.weights()?, fs::read(micro().join(WEIGHTS))?);
    let (bytes, original) =
        (SafeTensors::deserialize(&bytes)?, SafeTensors::deserialize(&original)?);
    for (name, view) in original.tensors() {
        let stored = bytes.tensor(&name)?;
        assert_eq!(stored.shape(), view.shape(), "{name}");
        if view.shape().len() == 1 || name.ends_with("embed_positions.weight") {
            assert_eq!((stored.dtype(), stored.data()), (view.dtype(), view.data()), "{name}");
        } else {
            let scale = bytes.tensor(&format!("{name}_scale"))?;
            assert_eq!((stored.dtype(), scale.dtype()), (Dtype::I8, Dtype::F32), "{name}");
            assert_eq!(scale.shape(), &view.shape()[..1], "{name}");
        }
    }
    Ok(())
}

#[test]
fn the_files_that_go_with_the_weights_are_copied() -> Outcome {
    let quantized = Quantized::of(&micro())?;
    for file in fs::read_dir(micro())? {
        let name = file?.file_name();
        let copy = fs::read(quantized.folder().join(&name))?;
        assert_eq!(copy == fs::read(micro().join(&name))?, name != WEIGHTS, "{name:?}");
    }
    Ok(())
}

#[test]
fn a_folder_in_8_bits_stays_as_it_is_when_it_is_quantized_again() -> Outcome {
    let once = Quantized::of(&micro())?;
    assert_eq!(Quantized::of(&once.folder())?.weights()?, once.weights()?);
    Ok(())
}

#[test]
fn a_folder_that_is_there_already_is_not_touched() -> Outcome {
    let quantized = Quantized::of(&micro())?;
    let before = quantized.weights()?;
    let again = quantize(&micro(), &quantized.folder());
    assert!(matches!(again, Err(QuantizeError::Exists { path }) if path == quantized.folder()));
    assert_eq!(quantized.weights()?, before);
    Ok(())
}

#[test]
fn nothing_is_left_behind_where_the_model_cannot_be_read_or_the_folder_not_written() -> Outcome {
    let (empty, place) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let unread = quantize(empty.path(), &place.path().join("int8"));
    assert!(matches!(unread, Err(QuantizeError::Load(LoadError::Missing { .. }))));
    fs::write(place.path().join("file"), "")?;
    let unwritten = quantize(&micro(), &place.path().join("file/int8"));
    assert!(matches!(unwritten, Err(QuantizeError::Write { .. })));
    assert_eq!(fs::read_dir(place.path())?.count(), 1);
    Ok(())
}

#[test]
fn a_matrix_without_its_scales_is_named() -> Outcome {
    let quantized = Quantized::of(&micro())?;
    let error = quantized.rewrite(|name, view| if name == SCALE { None } else { kept(view) })?;
    let error = error.error();
    let LoadError::TensorMissing { tensor, expected, .. } = &error else { panic!("{error}") };
    assert_eq!((tensor.as_str(), expected.as_slice()), (SCALE, [64].as_slice()));
    Ok(())
}

#[test]
fn scales_of_another_shape_or_format_are_named() -> Outcome {
    let longer = Quantized::of(&micro())?.rewrite(|name, view| match name {
        SCALE => Some((Dtype::F32, vec![65], [view.data(), &[0; 4]].concat())),
        _ => kept(view),
    })?;
    assert!(matches!(longer.error(), LoadError::TensorShape { tensor, .. } if tensor == SCALE));
    let integers = Quantized::of(&micro())?.rewrite(|name, view| match name {
        SCALE => Some((Dtype::I32, vec![64], view.data().to_vec())),
        _ => kept(view),
    })?;
    let error = integers.error().to_string();
    assert!(error.contains(SCALE) && error.contains("I32, expected F32, F16 or BF16"), "{error}");
    Ok(())
}

#[test]
fn integers_are_no_norm_and_other_integers_no_matrix() -> Outcome {
    let norm = "model.encoder.layer_norm.weight";
    let quantized = Quantized::of(&micro())?.rewrite(|name, view| match name {
        _ if name == norm => Some((Dtype::I8, vec![32], vec![1; 32])),
        _ => kept(view),
    })?;
    let error = quantized.error().to_string();
    assert!(error.contains(norm) && error.contains("I8, expected F32"), "{error}");
    let quantized = Quantized::of(&micro())?.rewrite(|name, view| match name {
        MATRIX => Some((Dtype::U8, view.shape().to_vec(), view.data().to_vec())),
        _ => kept(view),
    })?;
    let error = quantized.error().to_string();
    assert!(error.contains(MATRIX) && error.contains("U8, expected I8, F32"), "{error}");
    Ok(())
}

#[test]
fn a_matrix_may_stay_in_floats_beside_others_in_8_bits() -> Outcome {
    let halves = fs::read(micro().join(WEIGHTS))?;
    let halves = SafeTensors::deserialize(&halves)?.tensor(MATRIX)?.data().to_vec();
    let mixed = Quantized::of(&micro())?.rewrite(|name, view| match name {
        MATRIX => Some((Dtype::F16, view.shape().to_vec(), halves.clone())),
        SCALE => None,
        _ => kept(view),
    })?;
    let rounded_now = Engine::load_with(&micro(), &with(Precision::Int8))?;
    assert_eq!(numbers(&Engine::load(&mixed.folder())?)?, numbers(&rounded_now)?);
    Ok(())
}
