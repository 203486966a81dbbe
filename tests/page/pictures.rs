//! Pictures for people to look at. `KAIWA_SCREENSHOTS` names a folder to keep them in.

use std::env;
use std::path::{Path, PathBuf};

use crate::{Tab, calls, open};

// A page that drew nothing is a picture of a few kilobytes.
const BLANK_BYTES_MAX: u64 = 12_000;

fn take(folder: &Path, tab: &mut Tab, name: &str, whole: bool) {
    tab.settle();
    let file = folder.join(format!("{name}.png"));
    tab.picture(&file, whole);
    let bytes = file.metadata().unwrap().len();
    assert!(bytes > BLANK_BYTES_MAX, "{name} has {bytes} bytes");
}

#[test]
fn no_kind_of_page_is_blank_on_a_wide_screen_in_the_dark_on_a_phone_or_on_paper() {
    let scratch = tempfile::tempdir().unwrap();
    let kept = env::var_os("KAIWA_SCREENSHOTS").map(PathBuf::from);
    let folder = kept.unwrap_or_else(|| scratch.path().to_owned());
    for (name, call) in [
        ("english", calls::english()),
        ("japanese", calls::japanese()),
        ("empty", calls::empty()),
        ("mono", calls::mono()),
        ("hostile", calls::hostile()),
    ] {
        let (_browser, mut tab) = open(&call);
        take(&folder, &mut tab, &format!("{name}-wide"), true);
        tab.prefer("dark", "reduce");
        take(&folder, &mut tab, &format!("{name}-dark"), true);
        tab.prefer("light", "reduce");
        tab.resize(390, 844);
        take(&folder, &mut tab, &format!("{name}-phone"), true);
        std::fs::write(folder.join(format!("{name}.pdf")), tab.print()).unwrap();
    }
    take_at_work(&folder);
}

fn take_at_work(folder: &Path) {
    for (name, call, turn) in [("reading", calls::english(), 9), ("long", calls::long(), 300)] {
        let (_browser, mut tab) = open(&call);
        tab.click(&format!(".turn[data-at='{turn}'] .time"));
        tab.hover_at(".slider", 0.62);
        take(folder, &mut tab, name, false);
    }
}
