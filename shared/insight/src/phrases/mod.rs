//! Finds phrases in the words of a turn, whatever their width, case, kana or spacing.

mod normalise;
mod search;

pub(crate) use normalise::{Text, normalise};
pub(crate) use search::{Edges, Found, PhraseSet, without_overlaps};
