//! Text that was said stays text.

use crate::{calls, open};

#[test]
fn hostile_text_is_shown_as_it_was_said_and_does_nothing() {
    let (report, lanes) = calls::hostile();
    let (_browser, mut tab) = open(&(report.clone(), lanes));
    let said =
        tab.eval("[...document.querySelectorAll('.turn .speech > p')].map((p) => p.textContent)");
    let expected: Vec<_> = report.turns.iter().map(|turn| turn.text.as_str()).collect();
    assert_eq!(said, serde_json::json!(expected));
    assert_eq!(tab.eval("typeof window.hacked"), "undefined");
    assert_eq!(tab.count("img, iframe, object, embed, [onerror], [onload], body script:not(#data):not([type=module])"), 0);
    assert_eq!(tab.count("script"), 2);
    assert_eq!(tab.problems(), Vec::<String>::new());
    assert_eq!(tab.requests().len(), 1);
}

#[test]
fn the_policy_stops_markup_scripts_styles_and_requests_even_if_they_got_in() {
    let (_browser, mut tab) = open(&calls::english());
    let markup = "(() => { try { document.body.innerHTML = '<b>in</b>'; return 'ran'; } catch (error) { return error.name; } })()";
    assert_eq!(tab.text(markup), "TypeError");
    let picture = "new Promise((done) => { document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective), { once: true });
        const picture = document.createElement('img'); picture.src = 'http://127.0.0.1:9/x.png'; document.body.append(picture); })";
    assert_eq!(tab.text(picture), "img-src");
    let fetched = "fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')";
    assert_eq!(tab.text(fetched), "refused");
    let styled = "(() => { const style = document.createElement('style'); style.textContent = 'body { display: none }'; document.head.append(style); return getComputedStyle(document.body).display; })()";
    assert_eq!(tab.text(styled), "block");
    assert!(!tab.problems().is_empty(), "the driver sees what the policy refuses");
}

#[test]
fn the_policy_names_two_hashes_and_nothing_loose() {
    let (report, lanes) = calls::english();
    let page = publish::page::render(&report, &lanes);
    let policy = page
        .split("Content-Security-Policy\" content=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    assert!(policy.starts_with("default-src 'none';"));
    assert_eq!(policy.matches("'sha256-").count(), 2);
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
}

#[test]
fn a_page_whose_data_is_broken_says_so() {
    let (report, lanes) = calls::english();
    let page = publish::page::render(&report, &lanes).replacen("{\"report\"", "{\"nothing\"", 1);
    let mut browser = crate::Browser::start();
    let mut tab = browser.open(&page);
    assert!(tab.text("document.querySelector('main').innerText").contains("cannot be read"));
    assert_eq!(tab.problems().len(), 1);
}
