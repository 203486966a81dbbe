//! The report as one HTML page: `web/report` with the report inside it.
//!
//! The page loads nothing and trusts nothing it shows. Its policy names the hash of its one style sheet and of
//! its one script, so markup that found its way in could neither run nor load anything; and the report is
//! embedded as data that cannot end its element.

use contracts::Report;
use contracts::documents::PEAK_MS;
use domain::{Language, SpeakerId};
use serde::Serialize;
use sha2::{Digest, Sha256};

const PAGE: &str = include_str!("../../../web/report/page.html");

const STYLE: &str = concat!(
    include_str!("../../../web/report/base.css"),
    include_str!("../../../web/report/timeline.css"),
    include_str!("../../../web/report/content.css"),
    include_str!("../../../web/report/print.css"),
);

// One module scope: later files use the names of earlier ones.
const SCRIPT: &str = concat!(
    include_str!("../../../web/report/texts.js"),
    include_str!("../../../web/report/sentences.js"),
    include_str!("../../../web/report/dom.js"),
    include_str!("../../../web/report/call.js"),
    include_str!("../../../web/report/moment.js"),
    include_str!("../../../web/report/timeline.js"),
    include_str!("../../../web/report/ranges.js"),
    include_str!("../../../web/report/metrics.js"),
    include_str!("../../../web/report/insights.js"),
    include_str!("../../../web/report/transcript.js"),
    include_str!("../../../web/report/report.js"),
);

/// How loud one speaker is over the call, for the lanes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lane {
    /// Whose voice.
    pub speaker: SpeakerId,
    /// Loudest level of each [`PEAK_MS`] of the call, 0 to 100.
    pub peaks: Vec<u8>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    report: &'a Report,
    lanes: &'a [Lane],
    peak_ms: u64,
}

/// The page of one report. A lane without its speaker in the report is not shown; a speaker without a lane is
/// shown by voice activity alone.
pub fn render(report: &Report, lanes: &[Lane]) -> String {
    let language = report.language.unwrap_or(Language::En).code();
    let gaps = [
        ("lang", language.to_owned()),
        ("policy", policy()),
        ("call", escape_text(report.call_id.as_str())),
        ("style", STYLE.to_owned()),
        ("data", data(report, lanes)),
        ("script", SCRIPT.to_owned()),
    ];
    fill(PAGE, &gaps)
}

// One pass over the template, so that text which looks like a gap inside a filled one stays text.
fn fill(template: &str, gaps: &[(&str, String)]) -> String {
    let mut pieces = template.split("{{");
    let mut page = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap_or((piece, ""));
        let value = gaps.iter().find(|(gap, _)| *gap == name);
        page.push_str(value.map_or("", |(_, text)| text));
        page.push_str(rest);
    }
    page
}

// `media-src` is the one line a later player adds.
fn policy() -> String {
    let (style, script) = (source_hash(STYLE), source_hash(SCRIPT));
    format!(
        "default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; \
         form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
}

fn source_hash(source: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(source.as_bytes())))
}

// A report is numbers, texts and lists, which always serialise; were it otherwise, the page says that its
// report cannot be read rather than being silently empty.
fn data(report: &Report, lanes: &[Lane]) -> String {
    let json = serde_json::to_string(&Data { report, lanes, peak_ms: PEAK_MS });
    json.map_or_else(|_| "null".to_owned(), |json| escape_json(&json))
}

// Inside a JSON string each of these may be written as an escape, and outside one none of them occurs.
fn escape_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len() + json.len() / 16);
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                escaped.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            plain => escaped.push(plain),
        }
    }
    escaped
}

fn escape_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

// Two hashes a page: not worth a dependency.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let sextet =
        |group: u32, at: usize| char::from(ALPHABET[(group >> (18 - 6 * at)) as usize & 63]);
    let encode = |chunk: &[u8]| -> String {
        let group = (0..3).fold(0, |sum, at| sum << 8 | u32::from(*chunk.get(at).unwrap_or(&0)));
        (0..4).map(|at| if at <= chunk.len() { sextet(group, at) } else { '=' }).collect()
    };
    bytes.chunks(3).map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_the_one_of_the_standard() {
        let cases =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (plain, encoded) in cases {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn escaped_json_cannot_end_its_element_and_reads_back_as_it_was() {
        let hostile = "</script><!-- & \u{2028} \u{2029} \" \\ 会話";
        let json = escape_json(&serde_json::to_string(hostile).unwrap());
        assert!(!json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']));
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), hostile);
    }

    #[test]
    fn a_gap_inside_a_filled_gap_stays_text() {
        let gaps = [("a", "{{b}}".to_owned()), ("b", "B".to_owned())];
        assert_eq!(fill("<{{a}} {{b}}>", &gaps), "<{{b}} B>");
    }

    #[test]
    fn script_and_style_cannot_end_their_own_elements() {
        for source in [SCRIPT, STYLE] {
            assert!(!source.contains("</") && !source.contains("<!--"));
        }
    }
}
