//! Keys of what is made of a call: `<tenant>/calls/<call>/…`. Built here and nowhere else.

use contracts::steps::CallRef;

/// Which analysis a document holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnalysisName {
    /// How the talking was shared.
    Metrics,
    /// Where the tenant's phrases were said.
    Trackers,
    /// How positive or negative the words are.
    Sentiment,
    /// Moments worth hearing.
    Highlights,
}

impl AnalysisName {
    fn as_str(self) -> &'static str {
        match self {
            Self::Metrics => "metrics",
            Self::Trackers => "trackers",
            Self::Sentiment => "sentiment",
            Self::Highlights => "highlights",
        }
    }
}

/// One object of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResultKey {
    /// What Ingest found in the recordings.
    Tracks,
    /// The list of chunks, one JSON document a line.
    Manifest,
    /// Words to expect in the call.
    Vocabulary,
    /// A chunk's audio.
    ChunkAudio(u64),
    /// A chunk's words.
    ChunkWords(u64),
    /// The transcript.
    Transcript,
    /// The transcript as WebVTT.
    TranscriptVtt,
    /// The transcript as SubRip.
    TranscriptSrt,
    /// The transcript as text.
    TranscriptText,
    /// One analysis.
    Analysis(AnalysisName),
    /// The report.
    ReportJson,
    /// The report as a page.
    ReportHtml,
}

impl ResultKey {
    pub(crate) fn object_key(&self, call: &CallRef) -> String {
        format!("{}/calls/{}/{}", call.tenant_id, call.call_id, self.name())
    }

    fn name(&self) -> String {
        match self {
            Self::Tracks => "tracks.json".into(),
            Self::Manifest => "manifest.jsonl".into(),
            Self::Vocabulary => "vocabulary.json".into(),
            Self::ChunkAudio(chunk) => format!("chunks/{chunk:05}.pcm"),
            Self::ChunkWords(chunk) => format!("words/{chunk:05}.json"),
            Self::Transcript => "transcript.json".into(),
            Self::TranscriptVtt => "transcript.vtt".into(),
            Self::TranscriptSrt => "transcript.srt".into(),
            Self::TranscriptText => "transcript.txt".into(),
            Self::Analysis(name) => format!("analysis/{}.json", name.as_str()),
            Self::ReportJson => "report.json".into(),
            Self::ReportHtml => "report.html".into(),
        }
    }

    pub(crate) fn media_type(&self) -> &'static str {
        match self {
            Self::Manifest => "application/jsonl",
            Self::ChunkAudio(_) => "application/octet-stream",
            Self::TranscriptVtt => "text/vtt; charset=utf-8",
            Self::TranscriptSrt => "application/x-subrip",
            Self::TranscriptText => "text/plain; charset=utf-8",
            Self::ReportHtml => "text/html; charset=utf-8",
            _ => "application/json",
        }
    }
}
