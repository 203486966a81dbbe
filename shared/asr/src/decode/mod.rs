//! From the network's scores to text: token rules, search, fallback, guards, segments and word times.

pub(crate) mod align;
pub(crate) mod expected;
pub(crate) mod fallback;
pub(crate) mod generation;
pub(crate) mod greedy;
pub(crate) mod guards;
pub(crate) mod letters;
pub(crate) mod phrases;
pub(crate) mod prompt;
pub(crate) mod rules;
pub(crate) mod sample;
pub(crate) mod segments;
pub(crate) mod tokens;
pub(crate) mod words;
