//! What the crate promises, on media made in code and on the small fixtures in `tests/media`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod damage;
mod decoding;
mod listening;
mod packing;
mod sound;
mod wav_file;
