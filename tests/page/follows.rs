//! Selecting a moment, in every way there is.

use crate::driver::{Browser, Tab};
use crate::{calls, open};

fn hash(tab: &mut Tab) -> String {
    tab.text("location.hash")
}

fn current_turn(tab: &mut Tab) -> String {
    tab.text("document.querySelector('.turn[aria-current]')?.dataset.at ?? ''")
}

// Where the cursor stands over the lanes, as a share of the call.
fn cursor(tab: &mut Tab) -> f64 {
    let share = "document.querySelector('.cursor:not([hidden])').style.getPropertyValue('--at')";
    tab.text(share).parse::<f64>().unwrap() / 100.0
}

#[test]
fn clicking_the_time_of_a_turn_moves_lanes_transcript_and_address() {
    let (report, lanes) = calls::english();
    let (_browser, mut tab) = open(&(report.clone(), lanes));
    let begin = report.turns[6].start_ms;
    tab.click(".turn[data-at='6'] .time");
    assert_eq!(hash(&mut tab), format!("#t={begin}"));
    assert_eq!(current_turn(&mut tab), "6");
    assert!((cursor(&mut tab) - begin as f64 / report.duration_ms as f64).abs() < 1e-6);
    assert_eq!(tab.text("document.querySelector('.cursor-time').textContent"), "0:41");
}

#[test]
fn clicking_a_word_selects_that_word() {
    let (report, lanes) = calls::english();
    let (_browser, mut tab) = open(&(report.clone(), lanes));
    tab.click(".turn[data-at='3'] p [data-ms]:nth-of-type(5)");
    assert_eq!(hash(&mut tab), format!("#t={}", report.turns[3].words[4].start_ms));
    assert_eq!(
        tab.text("document.querySelector('.now').textContent"),
        report.turns[3].words[4].text
    );
}

#[test]
fn clicking_the_lanes_a_mark_or_a_quote_shows_that_place_of_the_transcript() {
    let (report, lanes) = calls::english();
    let (_browser, mut tab) = open(&(report.clone(), lanes));
    let visible = "(() => { const box = document.querySelector('.turn[aria-current]').getBoundingClientRect(); return box.top > 0 && box.bottom < innerHeight; })()";
    for (selector, share) in
        [(".slider", 0.97), (".row .mark.kind-objection", 0.5), ("#trackers .time", 0.5)]
    {
        tab.click_at(selector, share);
        tab.settle();
        assert_eq!(tab.eval(visible), true, "{selector}");
        assert!(hash(&mut tab).starts_with("#t="));
    }
    tab.click(".row .mark.kind-objection");
    assert_eq!(current_turn(&mut tab), report.highlights.moments[1].turn.to_string());
}

#[test]
fn a_shared_address_opens_at_its_moment_and_a_wrong_one_is_ignored() {
    let (report, lanes) = calls::english();
    let html = publish::page::render(&report, &lanes);
    let mut browser = Browser::start();
    let mut tab = browser.open_at(&html, &format!("#t={}", report.turns[12].start_ms + 10));
    assert_eq!(current_turn(&mut tab), "12");
    tab.eval("location.hash = '#t=0'");
    tab.settle();
    assert_eq!(cursor(&mut tab), 0.0);
    let mut tab = browser.open_at(&html, "#t=-5<img>");
    assert_eq!(current_turn(&mut tab), "");
    let mut tab = browser.open_at(&html, "#t=999999999999");
    assert_eq!(cursor(&mut tab), 1.0);
    assert_eq!(tab.problems(), Vec::<String>::new());
}

#[test]
fn the_lanes_follow_the_keyboard() {
    let (report, lanes) = calls::english();
    let (_browser, mut tab) = open(&(report.clone(), lanes));
    tab.eval("document.querySelector('.slider').focus()");
    let end = format!("#t={}", report.duration_ms);
    let steps = [
        ("ArrowRight", "#t=5000"),
        ("ArrowRight", "#t=10000"),
        ("ArrowLeft", "#t=5000"),
        ("PageUp", "#t=35000"),
        ("End", &end),
        ("Home", "#t=0"),
    ];
    for (key, expected) in steps {
        tab.press(key);
        assert_eq!(hash(&mut tab), expected, "{key}");
    }
    tab.press("PageUp");
    let spoken = tab.text("document.querySelector('.slider').getAttribute('aria-valuetext')");
    assert!(spoken.starts_with("0:30, Customer: Well, um"), "{spoken}");
}

#[test]
fn unsure_passages_are_visited_in_turn_and_around() {
    let (report, lanes) = calls::english();
    let (_browser, mut tab) = open(&(report.clone(), lanes));
    for doubt in report.doubts.iter().chain(report.doubts.first()) {
        tab.click("#next-doubt");
        assert_eq!(hash(&mut tab), format!("#t={}", doubt.span.start_ms));
    }
}

#[test]
fn the_pointer_over_the_lanes_tells_what_is_heard_there() {
    let (report, lanes) = calls::english();
    let (_browser, mut tab) = open(&(report.clone(), lanes));
    let silence = report.metrics.silences[0];
    let middle = (silence.start_ms + silence.end_ms) as f64 / 2.0 / report.duration_ms as f64;
    tab.hover_at(".slider", middle);
    assert_eq!(tab.text("document.querySelector('.hover-words').textContent"), "Silence, 4.6 s");
    assert_eq!(hash(&mut tab), "");
}

#[test]
fn the_language_of_the_page_changes_and_what_was_said_does_not() {
    let (_browser, mut tab) = open(&calls::english());
    let said =
        "document.querySelector('.turns').textContent.replace(/担当者|お客様|Agent|Customer/g, '')";
    let title = "document.querySelector('h1').textContent";
    assert_eq!(tab.text(title), "Call report");
    tab.eval("document.querySelector('.pause')?.parentNode.querySelectorAll('.pause').forEach((pause) => pause.remove())");
    let before = tab.text(said);
    tab.click("[data-language=ja]");
    assert_eq!(tab.text(title), "通話レポート");
    assert_eq!(tab.text("document.documentElement.lang"), "ja");
    assert_eq!(tab.text("document.querySelector('[data-language=ja]').ariaPressed"), "true");
    assert!(tab.text("document.title").starts_with("通話レポート call_"));
    assert_eq!(tab.text(said), before);
    tab.click("[data-language=en]");
    assert_eq!(tab.text(title), "Call report");
}

#[test]
fn a_japanese_call_opens_in_japanese() {
    let (report, lanes) = calls::japanese();
    let (_browser, mut tab) = open(&(report.clone(), lanes));
    assert_eq!(tab.text("document.querySelector('h1').textContent"), "通話レポート");
    assert_eq!(tab.text("document.querySelector('.turn p').textContent"), report.turns[0].text);
    assert_eq!(tab.text("document.querySelector('.turn p').lang"), "ja");
    assert!(tab.text("document.querySelector('[data-metric=speed]').innerText").contains("字/秒"));
    assert!(tab.text("document.querySelector('.facts').innerText").contains("2026/11/20 10:32"));
}
