//! Tests that cross crate and process boundaries; each folder beside this one is one test target. What several of them
//! need lies here.

pub mod line;
pub mod sound;
