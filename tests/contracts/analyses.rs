//! The examples of analyses are what the analyses find in the example of a transcript, so that the
//! documentation cannot grow old.

use contracts::documents::Analysis;
use domain::{Tracker, Transcript};
use testkit::{assert_golden, golden};

fn transcript() -> Transcript {
    serde_json::from_value(golden("assemble/transcript.json")).unwrap()
}

#[test]
fn the_metrics_are_those_of_the_transcript() {
    let (result, skipped) = insight::metrics(&transcript());
    assert_golden("analyze-metrics/analysis.json", &Analysis { result, skipped });
}

#[test]
fn the_trackers_hit_where_their_phrases_stand_in_the_transcript() {
    let trackers: Vec<Tracker> =
        serde_json::from_value(golden("analyze-trackers/trackers.json")).unwrap();
    let result = insight::trackers(&transcript(), &trackers);
    assert_golden("analyze-trackers/analysis.json", &Analysis { result, skipped: vec![] });
}

#[test]
fn the_sentiment_is_that_of_the_transcript() {
    let (result, skipped) = insight::sentiment(&transcript());
    assert_golden("analyze-sentiment/analysis.json", &Analysis { result, skipped });
}

#[test]
fn the_highlights_are_those_of_the_transcript() {
    let (result, skipped) = insight::highlights(&transcript());
    assert_golden("analyze-highlights/analysis.json", &Analysis { result, skipped });
}
