//! Configuration, read once, completely, when a function starts.

use std::collections::BTreeMap;

/// A function's configuration variables, all present and none empty.
#[derive(Debug, Clone)]
pub struct Vars(BTreeMap<&'static str, String>);

/// Variables that are missing or empty, all of them at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected these environment variables, found none or empty: {}", .0.join(", "))]
pub struct MissingVars(pub Vec<&'static str>);

impl Vars {
    /// Reads every variable of `names` from the environment.
    ///
    /// # Errors
    /// [`MissingVars`] names all that are missing.
    pub fn from_env(names: &'static [&'static str]) -> Result<Self, MissingVars> {
        #[expect(clippy::disallowed_methods, reason = "this is the reader the ban points to")]
        Self::read(names, |name| std::env::var(name).ok())
    }

    fn read(
        names: &'static [&'static str],
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, MissingVars> {
        let found: BTreeMap<_, _> = names
            .iter()
            .filter_map(|name| lookup(name).filter(|value| !value.is_empty()).map(|v| (*name, v)))
            .collect();
        let missing: Vec<_> =
            names.iter().copied().filter(|name| !found.contains_key(name)).collect();
        if missing.is_empty() { Ok(Self(found)) } else { Err(MissingVars(missing)) }
    }

    /// The value of a variable that was asked for; empty for any other name.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_missing_variables_are_named_together() {
        let only_b = |name: &str| (name == "B").then(|| "x".to_owned());
        let error = Vars::read(&["A", "B", "C"], only_b).unwrap_err();
        assert_eq!(error, MissingVars(vec!["A", "C"]));
    }

    #[test]
    fn an_empty_value_counts_as_missing() {
        assert!(Vars::read(&["A"], |_| Some(String::new())).is_err());
    }
}
