//! What is on the page.

use crate::{calls, open};

#[test]
fn a_page_opens_from_a_file_without_an_error_and_without_asking_for_anything() {
    for call in
        [calls::english(), calls::japanese(), calls::mono(), calls::empty(), calls::wordless()]
    {
        let (_browser, mut tab) = open(&call);
        assert_eq!(tab.problems(), Vec::<String>::new());
        assert_eq!(tab.requests().len(), 1, "{:?}", tab.requests());
    }
}

#[test]
fn every_speaker_has_a_lane_and_every_turn_its_exact_words() {
    let (report, lanes) = calls::english();
    let (_browser, mut tab) = open(&(report.clone(), lanes));
    assert_eq!(tab.count(".row.lane"), report.speakers.len() as u64);
    assert_eq!(tab.count(".row.lane svg path.loud[d^=M]"), 2);
    let said =
        tab.eval("[...document.querySelectorAll('.turn .speech > p')].map((p) => p.textContent)");
    let expected: Vec<_> = report.turns.iter().map(|turn| turn.text.as_str()).collect();
    assert_eq!(said, serde_json::json!(expected));
}

#[test]
fn loudness_stands_where_it_was_measured() {
    let (mut report, mut lanes) = calls::english();
    report.duration_ms = 10_100;
    lanes[0].peaks = vec![0; 21];
    lanes[0].peaks[10] = 100;
    let (_browser, mut tab) = open(&(report, lanes));
    let bars = tab.text("document.querySelector('.row.lane svg path.loud').getAttribute('d') + document.querySelector('.row.lane svg path.faint').getAttribute('d')");
    let left = 5_000.0 / 10_100.0 * 100.0;
    assert!(bars.contains(&format!("M{left:.3} 0h")), "{bars}");
}

#[test]
fn marks_doubts_hits_moments_silences_and_overlaps_are_all_shown() {
    let (report, lanes) = calls::english();
    let (_browser, mut tab) = open(&(report.clone(), lanes));
    let hits: usize = report.trackers.trackers.iter().map(|tracker| tracker.hits.len()).sum();
    assert!(hits > 0 && !report.metrics.silences.is_empty() && !report.metrics.overlaps.is_empty());
    assert_eq!(tab.count(".row .mark.kind-tracker"), hits as u64);
    assert_eq!(tab.count("#trackers .quotes li"), hits as u64);
    assert_eq!(tab.count(".row .mark:not(.kind-tracker)"), report.highlights.moments.len() as u64);
    assert_eq!(tab.count("#moments li, #next-steps li"), report.highlights.moments.len() as u64);
    assert_eq!(tab.count(".band.silence"), report.metrics.silences.len() as u64);
    assert_eq!(tab.count(".band.overlap"), report.metrics.overlaps.len() as u64);
    assert_eq!(
        tab.count(".turn .low-confidence[data-ms], .turn .uncertain-number[data-ms]"),
        report.doubts.len() as u64
    );
    assert_eq!(
        tab.text("document.querySelector('#next-steps .due').textContent"),
        "due: next Tuesday at ten"
    );
}

#[test]
fn a_call_of_mixed_tracker_names_says_what_was_not_said() {
    let (_browser, mut tab) = open(&calls::english());
    let trackers = tab.text("document.querySelector('#trackers').innerText");
    assert!(trackers.contains("Not said: Legal notice · Discount"), "{trackers}");
}

#[test]
fn a_caution_stands_on_top_only_when_the_model_carries_one() {
    let (_browser, mut tab) = open(&calls::english());
    assert!(
        tab.text("document.querySelector('main').firstElementChild.nextElementSibling.innerText")
            .contains("demonstration model")
    );
    let (_browser, mut tab) = open(&calls::japanese());
    assert_eq!(tab.count("#caution"), 0);
}

#[test]
fn a_missing_metric_says_why_and_every_metric_its_usual_range_or_that_there_is_none() {
    let (_browser, mut tab) = open(&calls::japanese());
    let card = tab.text("document.querySelector('[data-metric=patience]').innerText");
    assert!(card.contains("測定なし：Too few answers of the agent"), "{card}");
    assert_eq!(tab.count(".card"), 12);
    let unguided = "[...document.querySelectorAll('.card .usual')].filter((usual) => !usual.textContent).length";
    assert_eq!(tab.eval(unguided), 0);
}

#[test]
fn what_was_skipped_how_it_was_done_and_what_it_is_not_for_stand_at_the_end() {
    let (_browser, mut tab) = open(&calls::english());
    let about = tab.text("document.querySelector('#about').innerText");
    for expected in [
        "metrics.pitch",
        "No redaction was asked for.",
        "normalised-phrase-v1",
        "lexicon-v1",
        "kaiwa-demo-1",
    ] {
        assert!(about.contains(expected), "{expected} in {about}");
    }
    assert!(
        tab.text("document.querySelector('footer').innerText").contains("employment decisions")
    );
}

#[test]
fn a_call_without_a_word_says_so_and_shows_no_empty_lists() {
    let (_browser, mut tab) = open(&calls::empty());
    assert!(tab.text("document.querySelector('#transcript').innerText").contains("Nobody speaks"));
    assert!(
        tab.text("document.querySelector('.chart').innerText")
            .contains("No voice in this recording")
    );
    assert_eq!(tab.count("#summary, #moments, #trackers, .card.missing"), 0);
    assert_eq!(tab.count("[data-metric=silence]"), 1);
}

#[test]
fn a_metric_that_was_skipped_is_not_shown_as_zero() {
    let (_browser, mut tab) = open(&calls::wordless());
    let card = tab.text("document.querySelector('[data-metric=questions]').innerText");
    assert!(card.contains("Not available: the transcript has no words"), "{card}");
    assert!(
        tab.text("document.querySelector('#transcript').innerText")
            .contains("Voices, but no words")
    );
    assert_eq!(tab.count(".row.lane"), 2);
    let (_browser, mut tab) = open(&calls::mono());
    assert_eq!(tab.text("document.querySelector('.together').dataset.missing"), "11");
    let card = tab.text("document.querySelector('.together').innerText");
    assert!(card.contains("Talk share · Share of call"), "{card}");
    assert!(card.contains("not told apart"), "{card}");
    assert_eq!(tab.count(".card:not(.together)"), 1);
}

#[test]
fn an_hour_of_twelve_thousand_words_is_drawn_quickly() {
    let (_browser, mut tab) = open(&calls::long());
    assert!(tab.count(".turn [data-ms]") > 12_000);
    let took =
        tab.eval("performance.getEntriesByType('navigation')[0].loadEventStart").as_f64().unwrap();
    assert!(took < 5_000.0, "drawn after {took} ms");
}
