//! Keys are built in one place, so that no query without a tenant can be written.

use crate::assert_tidy;
use crate::tree::{Source, sources};

/// Where the attribute of the partition key is named.
const NAMES_PK: &str = "shared/store/src/dynamo.rs";

/// Text that stands in one file only, outside of tests: the file, and the beginnings of keys.
const OWNERS: [(&str, &[&str]); 2] = [
    (
        "shared/store/src/keys.rs",
        &["TENANT#", "CALL#", "USAGE#", "DELIVERY#", "DESTINATION#", "TRACKER#", "Key { pk"],
    ),
    ("shared/objects/src/keys.rs", &["/calls/{}", "manifest.jsonl\"", "report.json\""]),
];

fn is_product(source: &&Source) -> bool {
    let folders = ["functions/", "shared/"];
    let product = folders.iter().any(|folder| source.path.starts_with(folder))
        && source.path.contains("/src/");
    product && !source.path.starts_with("shared/testkit/")
}

fn strangers(sources: &[Source], owner: &str, texts: &[&str]) -> Vec<String> {
    let others = sources.iter().filter(is_product).filter(|source| source.path != owner);
    let code = |line: &&str| !line.trim_start().starts_with("//");
    let mut breaches = vec![];
    for source in others {
        for line in source.without_tests().lines().filter(code) {
            let text = texts.iter().find(|text| line.contains(**text));
            breaches.extend(
                text.map(|text| format!("{}: `{text}`: build keys in {owner} only", source.path)),
            );
        }
    }
    breaches
}

#[test]
fn the_partition_key_is_named_in_one_file() {
    assert_tidy(strangers(&sources(&["rs"]), NAMES_PK, &["\"PK\""]));
    let named = sources(&["rs"]).into_iter().find(|source| source.path == NAMES_PK);
    assert!(named.is_some_and(|source| source.text.contains("\"PK\"")), "{NAMES_PK} names it");
}

#[test]
fn keys_are_built_in_their_own_file() {
    for (owner, texts) in OWNERS {
        assert_tidy(strangers(&sources(&["rs"]), owner, texts));
    }
}

#[test]
fn a_key_built_elsewhere_is_noticed_unless_a_test_expects_it() {
    let stray = Source::new("functions/x/src/lib.rs", "let key = format!(\"TENANT#{id}\");");
    let tested =
        Source::new("shared/bus/src/x.rs", "fn f() {}\n#[cfg(test)]\nmod tests { \"PK\" }");
    let (owner, texts) = OWNERS[0];
    assert_eq!(strangers(std::slice::from_ref(&stray), owner, texts).len(), 1);
    assert!(strangers(&[tested], NAMES_PK, &["\"PK\""]).is_empty());
}
