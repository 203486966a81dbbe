//! Wide screens, phones and paper.

use crate::{calls, open};

#[test]
fn nothing_is_wider_than_the_window_from_phone_to_wide_screen_in_both_languages() {
    for call in [calls::english(), calls::japanese(), calls::hostile(), calls::empty()] {
        let (_browser, mut tab) = open(&call);
        for width in [320, 390, 768, 1100, 1440, 2560] {
            tab.resize(width, 900);
            for language in ["en", "ja"] {
                tab.eval(&format!("document.querySelector('[data-language={language}]').click()"));
                let over =
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth";
                assert_eq!(tab.eval(over), 0, "{width} in {language}");
                assert_eq!(clipped(&mut tab), Vec::<String>::new(), "{width} {language}");
            }
        }
    }
}

// Boxes whose content sticks out of them sideways, apart from those cut on purpose.
fn clipped(tab: &mut crate::Tab) -> Vec<String> {
    let found = tab.eval(
        "[...document.querySelectorAll('.card, .card .value, .row-name, .fact, .quotes li, .facts div, .languages, .sentiment td')]
            .filter((node) => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== 'inline')
            .map((node) => `${node.className}: ${node.textContent.slice(0, 40)}`)",
    );
    serde_json::from_value(found).unwrap()
}

#[test]
fn on_a_wide_screen_the_lanes_stay_while_the_transcript_scrolls() {
    let (_browser, mut tab) = open(&calls::long());
    tab.click(".turn[data-at='400'] .time");
    tab.wait_until("document.querySelector('.turn[aria-current]')");
    tab.settle();
    let top = tab
        .eval("document.querySelector('#timeline').getBoundingClientRect().top")
        .as_f64()
        .unwrap();
    assert!(top.abs() < 1.0, "{top}");
    let clear = "document.querySelector('.turn[aria-current]').getBoundingClientRect().top > document.querySelector('#timeline').getBoundingClientRect().bottom";
    assert_eq!(tab.eval(clear), true);
}

#[test]
fn the_page_prints_in_light_colours_without_its_controls() {
    let (_browser, mut tab) = open(&calls::english());
    tab.prefer("dark", "reduce");
    let pdf = tab.print();
    assert!(pdf.starts_with(b"%PDF") && pdf.len() > 20_000, "{} bytes", pdf.len());
    tab.call("Emulation.setEmulatedMedia", serde_json::json!({ "media": "print" }));
    assert_eq!(tab.text("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)");
    assert_eq!(tab.text("getComputedStyle(document.querySelector('.languages')).display"), "none");
    assert_eq!(
        tab.text("getComputedStyle(document.querySelector('#timeline')).position"),
        "static"
    );
}
