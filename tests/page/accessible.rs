//! The page for people who do not see it, do not use a mouse, or see it in the dark.

use crate::{calls, open};

// Text and its background, for every visible text of the page: those under WCAG's 4.5 to 1.
const FAINT: &str = include_str!("contrast.js");

#[test]
fn every_control_and_every_landmark_has_a_name_in_both_languages() {
    let (_browser, mut tab) = open(&calls::english());
    for language in ["en", "ja"] {
        tab.click(&format!("[data-language={language}]"));
        let tree = tab.accessible();
        let named = [
            "button",
            "link",
            "slider",
            "region",
            "navigation",
            "heading",
            "table",
            "article",
            "group",
        ];
        let nameless: Vec<_> = tree
            .iter()
            .filter(|(role, name)| named[..5].contains(&role.as_str()) && name.is_empty())
            .collect();
        assert!(nameless.is_empty(), "{nameless:?}");
        for landmark in ["banner", "main", "contentinfo", "navigation", "slider"] {
            assert_eq!(tree.iter().filter(|(role, _)| role == landmark).count(), 1, "{landmark}");
        }
        let sections = tree.iter().filter(|(role, _)| role == "region").count();
        assert_eq!(sections, 9, "{tree:?}");
    }
}

#[test]
fn headings_go_down_one_level_at_a_time() {
    let (_browser, mut tab) = open(&calls::english());
    let levels = tab.text("[...document.querySelectorAll('h1, h2, h3, h4')].map((heading) => heading.tagName[1]).join('')");
    assert!(levels.starts_with("12") && levels.matches('1').count() == 1, "{levels}");
    assert!(!levels.contains("13"), "{levels}");
}

#[test]
fn the_keyboard_reaches_the_transcript_the_languages_and_the_lanes_and_focus_is_seen() {
    let (_browser, mut tab) = open(&calls::english());
    tab.press("Tab");
    assert_eq!(tab.text("document.activeElement.id"), "skip");
    tab.press("Enter");
    assert_eq!(tab.text("document.activeElement.id"), "transcript");
    tab.eval("document.querySelector('[data-language=en]').focus()");
    tab.press("Tab");
    tab.press("Enter");
    assert_eq!(tab.text("document.documentElement.lang"), "ja");
    assert_ne!(tab.text("getComputedStyle(document.activeElement).outlineStyle"), "none");
    for _ in 0..20 {
        tab.press("Tab");
        if tab.text("document.activeElement.className") == "slider" {
            assert_ne!(tab.text("getComputedStyle(document.activeElement).outlineStyle"), "none");
            return;
        }
    }
    panic!("the lanes were not reached");
}

#[test]
fn every_text_can_be_read_on_its_background_by_day_and_by_night() {
    for call in [calls::english(), calls::empty()] {
        let (_browser, mut tab) = open(&call);
        for scheme in ["light", "dark"] {
            tab.prefer(scheme, "reduce");
            tab.eval(
                "document.querySelectorAll('details').forEach((part) => { part.open = true; })",
            );
            tab.click(".slider");
            tab.settle();
            let faint = tab.eval(FAINT);
            assert_eq!(faint, serde_json::json!([]), "{scheme}");
        }
    }
}

#[test]
fn a_reader_who_wants_no_movement_gets_none() {
    let (_browser, mut tab) = open(&calls::english());
    let moving = "[...document.querySelectorAll('*')].filter((node) => getComputedStyle(node).transitionDuration !== '0s').length";
    assert_eq!(tab.eval(moving), 0);
    tab.prefer("light", "no-preference");
    assert_ne!(tab.eval(moving), 0);
}
