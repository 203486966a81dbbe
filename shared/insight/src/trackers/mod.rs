//! Where a tenant's phrases were said.

mod search;

use domain::analysis::Trackers;
use domain::{Tracker, Transcript};

use search::Search;

/// Phrases as written, compared in one spelling (`phrases`); no inflection, no meaning.
const METHOD: &str = "normalised-phrase-v1";

/// Looks for every tracker's phrases in every turn.
///
/// A phrase is found whatever its width, case, kana, spacing or punctuation. In scripts with spaces it begins and
/// ends where words do; Japanese may begin anywhere. It lies within one turn. Of one tracker's
/// overlapping hits the leftmost and longest counts. With `said_by`, only that side's turns count, so where sides
/// are unknown such a tracker has no hits. Every tracker has its entry, in the given order.
pub fn trackers(transcript: &Transcript, trackers: &[Tracker]) -> Trackers {
    let mut results = Search::new(transcript, trackers).results();
    for result in &mut results {
        result.hits.sort_by_key(|hit| (hit.span, hit.turn));
    }
    Trackers { method: METHOD.into(), trackers: results }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::Example;
    use domain::{Language, Role, TrackerId};

    fn tracker(phrases: &[&str]) -> Tracker {
        Tracker {
            id: TrackerId::derived(phrases),
            name: "test".into(),
            phrases: phrases.iter().map(|phrase| (*phrase).to_owned()).collect(),
            said_by: None,
        }
    }

    /// The texts of the hits of one tracker in one turn, its words separated by spaces here.
    fn hits(language: Language, said: &str, phrases: &[&str]) -> Vec<String> {
        let call = Example::new(language, 10_000).turn(1, 0, 9_000, said).build();
        let found = trackers(&call, &[tracker(phrases)]);
        found.trackers[0].hits.iter().map(|hit| hit.text.clone()).collect()
    }

    #[test]
    fn english_phrases_are_found_at_word_boundaries_only() {
        for (said, phrase, expected) in [
            ("we went to a party", "art", &[] as &[&str]),
            ("modern art is nice", "ART", &["art"]),
            ("it is state-of-the-art.", "art", &["state-of-the-art."]),
            ("Please Follow up, soon", "follow-up", &["Follow up,"]),
            ("the followup mail", "follow up", &["followup"]),
            ("I can't do it", "can", &[]),
            ("the customer's wish", "customer", &["customer's"]),
            ("it costs 1.5 dollars", "15", &[]),
            ("it costs 10,000 dollars", "10000 dollars", &["10,000 dollars"]),
            ("one hundred and 100", "00", &[]),
            ("prices price pricing", "price", &["price"]),
            ("sales force salesforce", "Salesforce", &["sales force", "salesforce"]),
        ] {
            assert_eq!(hits(Language::En, said, &[phrase]), expected, "{said} / {phrase}");
        }
    }

    #[test]
    fn japanese_phrases_are_found_in_any_width_kana_and_cut() {
        for (said, phrase, expected) in [
            ("きゃ ん せ る し たい", "ｷｬﾝｾﾙ", &["きゃんせる"] as &[&str]),
            ("キャンセル し たい", "きゃんせる", &["キャンセル"]),
            ("サーバー を 移す", "サーバ", &["サーバー"]),
            ("サーバ を 移す", "サーバー", &["サーバ"]),
            ("さーばー を うつす", "サーバー", &["さーばー"]),
            ("ビール の 話", "ビル", &[]),
            ("お 見積り 、 お願い", "お見積り", &["お見積り"]),
            ("１ ３ 年 です", "3年", &[]),
            ("１ ３ 年 です", "13年", &["１３年"]),
            ("Ｚｏｏｍ で 話す", "zoom", &["Ｚｏｏｍ"]),
        ] {
            assert_eq!(hits(Language::Ja, said, &[phrase]), expected, "{said} / {phrase}");
        }
    }

    #[test]
    fn a_hit_names_its_words_times_and_lowest_confidence() {
        let mut call = Example::en(10_000).turn(1, 1_000, 5_000, "that is too expensive").build();
        call.turns[0].words[2].confidence = 0.25;
        call.turns[0].words[0].confidence = 0.1;
        let found = trackers(&call, &[tracker(&["cheap", "Too Expensive"])]);
        let hit = &found.trackers[0].hits[0];
        assert_eq!((hit.phrase.as_str(), hit.text.as_str()), ("Too Expensive", "too expensive"));
        assert_eq!((hit.span.start_ms, hit.span.end_ms), (3_000, 5_000));
        assert_eq!((hit.confidence, hit.turn, hit.role), (0.25, 0, Role::Customer));
    }

    #[test]
    fn only_the_wanted_side_counts_and_nobody_where_sides_are_unknown() {
        let call = || {
            let call = Example::en(10_000).turn(0, 0, 1_000, "price");
            call.turn(1, 2_000, 3_000, "price").turn(0, 4_000, 5_000, "the price")
        };
        let agents = Tracker { said_by: Some(Role::Agent), ..tracker(&["price"]) };
        let count = |call: Example| {
            trackers(&call.build(), std::slice::from_ref(&agents)).trackers[0].hits.len()
        };
        assert_eq!(count(call()), 2);
        assert_eq!(count(call().roles_unknown()), 0);
    }

    #[test]
    fn overlapping_phrases_of_one_tracker_are_one_hit_and_of_two_trackers_two() {
        assert_eq!(
            hits(Language::En, "the annual price", &["price", "annual price"]),
            ["annual price"]
        );
        let call = Example::en(10_000).turn(0, 0, 1_000, "the annual price").build();
        let found = trackers(&call, &[tracker(&["price"]), tracker(&["annual price", "PRICE"])]);
        assert_eq!(
            found.trackers.iter().map(|tracker| tracker.hits.len()).collect::<Vec<_>>(),
            [1, 1]
        );
    }

    #[test]
    fn empty_huge_and_hostile_phrases_find_nothing_and_end() {
        let huge = "a".repeat(1_000_000);
        for phrase in ["", " ", "。", "(a+)+$", "\u{0}", "\u{202E}", huge.as_str()] {
            assert!(hits(Language::En, "some words here 👍", &[phrase]).is_empty());
        }
        let many: Vec<_> = (1..=99).map(|n| "あ".repeat(n)).collect();
        let phrases: Vec<_> = many.iter().map(String::as_str).collect();
        let said = "あ ".repeat(20_000);
        assert_eq!(hits(Language::Ja, &said, &phrases).len(), 20_000_usize.div_ceil(99));
    }
}
