//! Why a command stopped, in words for the person at the keyboard: what happened, and what to do.

use std::error::Error;
use std::fmt;

/// Why a command stopped.
pub struct Trouble {
    what: String,
    advice: Option<String>,
}

impl Trouble {
    /// A trouble that is explained by one sentence.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), advice: None }
    }

    /// Adds what the reader should do now.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.advice {
            Some(advice) => write!(f, "\n{advice}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for Trouble {}

/// Says what was being done when an error came.
pub trait Explain<T> {
    /// The value, or a [`Trouble`] that begins with `what` and ends with the whole chain of causes.
    ///
    /// # Errors
    /// Exactly when `self` is an error.
    fn explain(self, what: impl fmt::Display) -> Result<T, Trouble>;
}

impl<T, E: Error + 'static> Explain<T> for Result<T, E> {
    fn explain(self, what: impl fmt::Display) -> Result<T, Trouble> {
        self.map_err(|error| Trouble::new(format!("{what}: {}", chain(&error))))
    }
}

/// An error and its sources in one line; AWS errors say nothing themselves and everything in their sources.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut said = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !said.last().is_some_and(|last| last.contains(&text)) {
            said.push(text);
        }
        cause = error.source();
    }
    said.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reader_learns_what_was_being_done_why_it_failed_and_what_to_do() {
        let missing: Result<(), _> = Err(std::io::Error::other("no such file"));
        let trouble = missing.explain("reading the template").unwrap_err().advise("Make one.");
        assert_eq!(trouble.to_string(), "reading the template: no such file\nMake one.");
    }
}
