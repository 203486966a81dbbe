//! The transcript in the forms players and editors read.

use std::fmt::Write;

use domain::{Role, Transcript, Turn};

/// WebVTT with one cue per turn and the speaker as voice.
pub(crate) fn vtt(transcript: &Transcript) -> String {
    let mut out = "WEBVTT\n".to_owned();
    for turn in &transcript.turns {
        let (start, end) = (clock(turn.start_ms, '.'), clock(turn.end_ms, '.'));
        let (name, text) = (name(transcript, turn), escaped(&turn.text));
        push(&mut out, format_args!("\n{start} --> {end}\n<v {name}>{text}</v>\n"));
    }
    out
}

/// SubRip with one numbered block per turn.
pub(crate) fn srt(transcript: &Transcript) -> String {
    let mut out = String::new();
    for (index, turn) in transcript.turns.iter().enumerate() {
        let (number, start, end) = (index + 1, clock(turn.start_ms, ','), clock(turn.end_ms, ','));
        let (name, text) = (name(transcript, turn), one_line(&turn.text));
        push(&mut out, format_args!("{number}\n{start} --> {end}\n{name}: {text}\n\n"));
    }
    out
}

/// One line per turn: time, speaker, words.
pub(crate) fn text(transcript: &Transcript) -> String {
    let mut out = String::new();
    for turn in &transcript.turns {
        let (at, name) = (clock(turn.start_ms, '.'), name(transcript, turn));
        push(&mut out, format_args!("[{at}] {name}: {}\n", one_line(&turn.text)));
    }
    out
}

fn push(out: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    out.write_fmt(line).ok();
}

fn name(transcript: &Transcript, turn: &Turn) -> String {
    match transcript.role_of(&turn.speaker) {
        Role::Agent => "Agent".into(),
        Role::Customer => "Customer".into(),
        Role::Unknown => format!("Speaker {}", turn.speaker.as_str().trim_start_matches('s')),
    }
}

/// `00:00:00.000`, hours as many as needed.
fn clock(ms: u64, mark: char) -> String {
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}{mark}{:03}", ms % 1000)
}

/// A line break inside a cue would end it.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// WebVTT reads `<` and `&` as markup.
fn escaped(text: &str) -> String {
    one_line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Basis, Speaker, SpeakerId};

    fn transcript(said: &str) -> Transcript {
        let (speaker, words) = (SpeakerId::nth(0), vec![]);
        let turn = Turn {
            speaker: speaker.clone(),
            start_ms: 3_723_004,
            end_ms: 3_724_000,
            text: said.into(),
            words,
        };
        Transcript {
            language: None,
            duration_ms: 4_000_000,
            basis: Basis::Channel,
            speakers: vec![Speaker { id: speaker, role: Role::Agent }],
            turns: vec![turn],
            activity: vec![],
            doubts: vec![],
        }
    }

    #[test]
    fn each_form_has_its_own_clock() {
        assert!(
            vtt(&transcript("hello")).contains("01:02:03.004 --> 01:02:04.000\n<v Agent>hello</v>")
        );
        assert!(
            srt(&transcript("hello")).starts_with("1\n01:02:03,004 --> 01:02:04,000\nAgent: hello")
        );
        assert_eq!(text(&transcript("hello")), "[01:02:03.004] Agent: hello\n");
    }

    #[test]
    fn words_cannot_become_markup_or_end_a_cue() {
        let vtt = vtt(&transcript("a <b>\n\n--> & c"));
        assert!(vtt.contains("a &lt;b&gt; --&gt; &amp; c"));
    }
}
