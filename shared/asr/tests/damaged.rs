//! Damaged model folders: whatever is wrong with one, loading names it or gives an engine that works to the end of a
//! window, and neither asks for absurd memory.

#![allow(clippy::unwrap_used, reason = "a test may stop where it fails")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use asr::{Engine, InstructionSet, LoadOptions, Options, Precision};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};
use tempfile::TempDir;

const CONFIG: &str = "config.json";
const GENERATION: &str = "generation_config.json";
const TOKENIZER: &str = "tokenizer.json";
const WEIGHTS: &str = "model.safetensors";

/// The micro checkpoint is a third of a megabyte; a full window of features is one.
const ALLOCATION_MAX: usize = 16 << 20;

/// The micro checkpoint as it is in the repository, and in 8 bits.
fn micro() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/micro")
}

static INT8: LazyLock<TempDir> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    asr::quantize(&micro(), &dir.path().join("int8")).unwrap();
    dir
});

fn int8() -> PathBuf {
    INT8.path().join("int8")
}

/// What is done to the bytes of a file.
#[derive(Clone, Debug)]
enum Damage {
    Flip(Vec<(Index, u8)>),
    Cut(Index),
    Repeat(Index, Index),
    Fill(Index, usize, u8),
}

fn damage() -> impl Strategy<Value = Damage> {
    let flips = prop::collection::vec((any::<Index>(), 1_u8..), 1..8);
    prop_oneof![
        4 => flips.prop_map(Damage::Flip),
        1 => any::<Index>().prop_map(Damage::Cut),
        2 => any::<[Index; 2]>().prop_map(|[a, b]| Damage::Repeat(a, b)),
        4 => (any::<Index>(), 1_usize..5_000, select(vec![0x00, 0x7B, 0x7C, 0x80, 0xFF]))
            .prop_map(|(from, length, byte)| Damage::Fill(from, length, byte)),
    ]
}

impl Damage {
    fn done_to(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        let length = bytes.len();
        match self {
            Damage::Flip(flips) => {
                flips.iter().for_each(|(at, bits)| bytes[at.index(length)] ^= bits);
            }
            Damage::Cut(at) => bytes.truncate(at.index(length)),
            Damage::Repeat(a, b) => {
                let (a, b) = (a.index(length), b.index(length));
                bytes.splice(a..a, bytes[a.min(b)..a.max(b)].to_vec());
            }
            Damage::Fill(from, count, byte) => {
                let from = from.index(length);
                bytes[from..length.min(from + count)].fill(*byte);
            }
        }
        bytes
    }
}

/// What is done to one value in a JSON text.
#[derive(Clone, Debug)]
enum Edit {
    Replace(Index, Value),
    Swap(Index, Index),
    Drop(Index),
}

/// Values that have no business anywhere, and some that are only almost right.
fn odd_value() -> impl Strategy<Value = Value> {
    let mut odd: Vec<Value> =
        [0, 1, 2, 3, 4, 16, 31, 64, 1_856, 1_857, 65_536, 4_294_967_295, 1 << 40, u64::MAX]
            .map(Value::from)
            .to_vec();
    odd.extend([json!(-1), json!(0.5), json!(1e300), json!(null), json!(true)]);
    odd.extend([json!([]), json!({}), json!([[0, 0]]), json!([-1]), json!([1_856, 5, 5])]);
    odd.extend(["", "x", "F16", "BF16", "I8", "I64", "<|endoftext|>", "Ġ"].map(Value::from));
    select(odd)
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = prop_oneof![
        4 => (any::<Index>(), odd_value()).prop_map(|(at, value)| Edit::Replace(at, value)),
        2 => any::<[Index; 2]>().prop_map(|[a, b]| Edit::Swap(a, b)),
        1 => any::<Index>().prop_map(Edit::Drop),
    ];
    prop::collection::vec(edit, 1..4)
}

impl Edit {
    fn done_to(&self, root: &mut Value) {
        let nodes = count(root);
        match self {
            Edit::Replace(at, value) => *node(root, at.index(nodes)) = value.clone(),
            Edit::Swap(a, b) => {
                let (a, b) = (a.index(nodes), b.index(nodes));
                let (first, second) = (node(root, a).clone(), node(root, b).clone());
                *node(root, a.max(b)) = if a > b { second.clone() } else { first.clone() };
                *node(root, a.min(b)) = if a > b { first } else { second };
            }
            Edit::Drop(at) => match node(root, at.index(nodes)) {
                Value::Array(values) => drop(values.pop()),
                Value::Object(fields) => {
                    let name = fields.keys().nth(at.index(fields.len().max(1))).cloned();
                    name.map(|name| fields.remove(&name));
                }
                other => *other = Value::Null,
            },
        }
    }
}

/// Values in a value, itself among them.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(values) => values.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

/// A value by its number, parents before children.
fn node(value: &mut Value, at: usize) -> &mut Value {
    if at == 0 {
        return value;
    }
    let mut before = 1;
    let children: Vec<&mut Value> = match value {
        Value::Array(values) => values.iter_mut().collect(),
        Value::Object(fields) => fields.values_mut().collect(),
        _ => unreachable!("counted before"),
    };
    for child in children {
        let within = count(child);
        if at < before + within {
            return node(child, at - before);
        }
        before += within;
    }
    unreachable!("counted before")
}

fn edited(text: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut value: Value = serde_json::from_slice(text).unwrap();
    edits.iter().for_each(|edit| edit.done_to(&mut value));
    value.to_string().into_bytes()
}

/// A weight file whose header was edited, its length told rightly unless `lie` is added to it.
fn with_header(file: &[u8], edits: &[Edit], lie: u64) -> Vec<u8> {
    let (length, rest) = file.split_first_chunk().unwrap();
    let (header, body) = rest.split_at(u64::from_le_bytes(*length) as usize);
    let header = edited(header, edits);
    let length = (header.len() as u64).wrapping_add(lie);
    [&length.to_le_bytes(), header.as_slice(), body].concat()
}

/// Loads a copy of `original` with one file replaced, and transcribes a short window if that succeeds.
fn try_out(original: &Path, file: &str, bytes: &[u8], options: LoadOptions) {
    let dir = tempfile::tempdir().unwrap();
    for name in [CONFIG, GENERATION, TOKENIZER, WEIGHTS] {
        fs::copy(original.join(name), dir.path().join(name)).unwrap();
    }
    fs::write(dir.path().join(file), bytes).unwrap();
    match Engine::load_with(dir.path(), &options) {
        Ok(engine) => transcribe(&engine),
        Err(error) => {
            let named = error.to_string().starts_with(&dir.path().display().to_string());
            assert!(named, "{error}");
        }
    }
    let largest = LARGEST.load(Ordering::Relaxed);
    assert!(largest <= ALLOCATION_MAX, "{largest} bytes were asked for at once");
}

fn transcribe(engine: &Engine) {
    let pcm: Vec<f32> = (0..8_000).map(|i| (i as f32 * 0.3).sin() * 0.2).collect();
    let options = Options {
        short_padding: true,
        tokens_max: Some(6),
        temperatures: vec![0.0, 1.0],
        prompt: "price".to_owned(),
        ..Options::default()
    };
    let transcripts = engine.transcribe(&[&pcm, &pcm], &options).unwrap();
    assert_eq!(transcripts.len(), 2);
}

/// Both number formats with every instruction set.
fn every_way() -> Vec<LoadOptions> {
    let instructions = InstructionSet::available().into_iter().map(Some);
    let both = [Precision::F32, Precision::Int8];
    let with = |instructions| both.map(|precision| LoadOptions { precision, instructions });
    instructions.flat_map(with).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn json_files_with_values_replaced_swapped_or_dropped(
        file in select(vec![CONFIG, GENERATION, TOKENIZER]),
        edits in edits(),
        options in select(every_way()),
    ) {
        let bytes = edited(&fs::read(micro().join(file)).unwrap(), &edits);
        try_out(&micro(), file, &bytes, options);
    }

    #[test]
    fn files_with_bytes_flipped_cut_repeated_or_filled(
        file in select(vec![CONFIG, GENERATION, TOKENIZER, WEIGHTS]),
        damage in damage(),
        options in select(every_way()),
    ) {
        let bytes = damage.done_to(fs::read(micro().join(file)).unwrap());
        try_out(&micro(), file, &bytes, options);
    }

    #[test]
    fn weights_in_8_bits_with_bytes_flipped_cut_repeated_or_filled(damage in damage()) {
        let bytes = damage.done_to(fs::read(int8().join(WEIGHTS)).unwrap());
        try_out(&int8(), WEIGHTS, &bytes, LoadOptions::default());
    }

    #[test]
    fn weight_files_with_a_header_that_is_wrong(
        original in select(vec![micro(), int8()]),
        edits in edits(),
        lie in prop_oneof![4 => Just(0), 1 => any::<u64>(), 1 => 0_u64..100],
        options in select(every_way()),
    ) {
        let bytes = with_header(&fs::read(original.join(WEIGHTS)).unwrap(), &edits, lie);
        try_out(&original, WEIGHTS, &bytes, options);
    }
}

#[test]
fn every_count_of_heads_that_divides_the_width_is_computed() {
    let text = fs::read_to_string(micro().join(CONFIG)).unwrap();
    for heads in [1, 2, 4, 8, 16, 32] {
        let changed = text.replace("_attention_heads\":2", &format!("_attention_heads\":{heads}"));
        assert_eq!(changed == text, heads == 2);
        for options in every_way() {
            try_out(&micro(), CONFIG, changed.as_bytes(), options);
        }
    }
}

#[test]
fn weights_that_are_no_numbers_are_computed_with_to_the_end() {
    for original in [micro(), int8()] {
        let bytes = fs::read(original.join(WEIGHTS)).unwrap();
        let header = u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
        for byte in [0x7B, 0x7C, 0xFF] {
            let mut bytes = bytes.clone();
            bytes[8 + header..].fill(byte);
            for options in every_way() {
                try_out(&original, WEIGHTS, &bytes, options);
            }
        }
    }
}

/// Sizes just inside what a configuration may say: refused by what the weight file holds, before room is taken.
#[test]
fn sizes_the_weights_do_not_have_are_refused_without_taking_room() {
    let text = fs::read_to_string(micro().join(CONFIG)).unwrap();
    let largest = [
        ("\"vocab_size\":1857", "\"vocab_size\":1000000"),
        ("\"d_model\":32", "\"d_model\":8192"),
        ("\"encoder_ffn_dim\":64", "\"encoder_ffn_dim\":65536"),
        ("\"decoder_ffn_dim\":64", "\"decoder_ffn_dim\":65536"),
        ("\"max_target_positions\":96", "\"max_target_positions\":8192"),
    ];
    let all = largest.iter().fold(text.clone(), |text, (old, new)| text.replace(old, new));
    let each = largest.iter().map(|(old, new)| text.replace(old, new));
    for changed in each.chain([all]) {
        assert_ne!(changed, text);
        try_out(&micro(), CONFIG, changed.as_bytes(), LoadOptions::default());
    }
}

/// The largest allocation asked for so far, in bytes.
static LARGEST: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, watched.
struct Watched;

#[global_allocator]
static ALLOCATOR: Watched = Watched;

// SAFETY: every call is passed on as it came.
#[allow(unsafe_code, reason = "an allocator cannot be written without")]
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LARGEST.fetch_max(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller promises what this asks for.
        unsafe { System.alloc(layout) }
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        LARGEST.fetch_max(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller promises what this asks for.
        unsafe { System.alloc_zeroed(layout) }
    }
    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LARGEST.fetch_max(size, Ordering::Relaxed);
        // SAFETY: the caller promises what this asks for.
        unsafe { System.realloc(old, layout, size) }
    }
    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        // SAFETY: the caller promises what this asks for.
        unsafe { System.dealloc(old, layout) }
    }
}
