//! Cues as text, subtitles or JSON.

use asr::Word;
use clap::ValueEnum;
use serde_json::{Value, json};

use crate::listen::Cue;

/// What to write.
#[derive(Clone, Copy, ValueEnum)]
pub enum Format {
    /// One line a segment, with its time.
    Text,
    /// WebVTT subtitles.
    Vtt,
    /// SubRip subtitles.
    Srt,
    /// Segments with words, times in milliseconds and confidence.
    Json,
}

impl Format {
    /// The whole document.
    pub fn write(self, cues: &[Cue]) -> String {
        let all = |one: fn((usize, &Cue)) -> String| -> String {
            cues.iter().enumerate().map(one).collect()
        };
        match self {
            Format::Text => all(|(_, cue)| text(cue)),
            Format::Vtt => format!("WEBVTT\n{}", all(|(_, cue)| vtt(cue))),
            Format::Srt => all(|(at, cue)| srt(at + 1, cue)),
            Format::Json => format!("{:#}\n", Value::from_iter(cues.iter().map(json))),
        }
    }
}

fn text(cue: &Cue) -> String {
    format!("[{}] {}: {}\n", clock(cue.segment.start_ms, '.'), cue.track, cue.segment.text)
}

fn vtt(cue: &Cue) -> String {
    let safe = cue.segment.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("\n{}\n<v Track {}>{safe}</v>\n", span(cue, '.'), cue.track)
}

fn srt(number: usize, cue: &Cue) -> String {
    format!("{number}\n{}\n{}\n\n", span(cue, ','), cue.segment.text)
}

fn json(cue: &Cue) -> Value {
    let word = |word: &Word| json!({ "text": word.text, "startMs": word.start_ms, "endMs": word.end_ms, "confidence": word.confidence });
    json!({
        "track": cue.track,
        "language": cue.language,
        "startMs": cue.segment.start_ms,
        "endMs": cue.segment.end_ms,
        "text": cue.segment.text,
        "words": cue.segment.words.iter().map(word).collect::<Vec<_>>(),
    })
}

fn span(cue: &Cue, mark: char) -> String {
    format!("{} --> {}", clock(cue.segment.start_ms, mark), clock(cue.segment.end_ms, mark))
}

/// `00:00:00.000`, as subtitles want it.
fn clock(ms: u32, mark: char) -> String {
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}{mark}{:03}", ms % 1_000)
}
