//! The golden examples in `events/`: documentation, local input and expectation in one file.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("this crate is in it")
}

/// The text of a golden example, named by its path in `events/`.
pub fn golden_text(path: &str) -> String {
    let file = root().join("events").join(path);
    std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("expected a golden example at {}: {error}", file.display()))
}

/// A golden example, named by its path in `events/`.
pub fn golden(path: &str) -> Value {
    serde_json::from_str(&golden_text(path))
        .unwrap_or_else(|error| panic!("events/{path} is not JSON: {error}"))
}

/// The JSON that leaves the process. Through text, because a 32-bit float has one spelling there and another
/// when it is widened first.
pub fn as_written<T: Serialize>(item: &T) -> Value {
    let text = serde_json::to_string(item).expect("it can be written");
    serde_json::from_str(&text).expect("what serde_json writes, it reads")
}

/// Compares what the code writes with the golden example of it.
///
/// # Panics
/// When they differ. Either the code is wrong, or the example has to change: a decision about a wire format.
pub fn assert_golden<T: Serialize>(path: &str, item: &T) {
    let (expected, found) = (golden(path), as_written(item));
    assert!(
        expected == found,
        "events/{path} and the code disagree; correct the code, or change the example on purpose.\n\
         expected {expected:#}\nfound {found:#}"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_32_bit_float_is_compared_as_it_is_written() {
        assert_eq!(as_written(&0.97_f32), serde_json::json!(0.97));
    }

    #[test]
    #[should_panic(expected = "events/ingest/input.json and the code disagree")]
    fn a_difference_is_told_with_the_file_to_look_at() {
        assert_golden("ingest/input.json", &"something else");
    }
}
