//! Two conversations annotated by hand, one in each language.

use domain::analysis::{HighlightKind, Metrics, SpeakerMetrics};
use domain::{Basis, Span, SpeakerId};

use crate::example::Example;

/// Anna sells, the customer listens twice (12 s, 18.2 s), Anna cuts in once (33 s).
fn english() -> Example {
    Example::en(60_000)
        .said(0, 1_000, 5_000, "good morning this is anna from kaiwa how are you today")
        .said(1, 5_400, 7_000, "i am fine thanks")
        .said(
            0,
            7_600,
            18_000,
            "great so we help teams to um understand their calls and it is easy to set up",
        )
        .said(1, 12_000, 12_500, "mm-hm")
        .said(1, 18_200, 18_700, "right")
        .said(0, 19_000, 25_000, "and you get a report for every call")
        .said(
            1,
            26_200,
            34_000,
            "that sounds good but i am worried it is too expensive for us how much does it cost",
        )
        .said(
            0,
            33_000,
            40_000,
            "it is five hundred dollars per month and i will send you a quote by friday",
        )
        .said(1, 44_500, 46_000, "okay that works for us")
        .said(0, 46_400, 50_000, "great thank you so much")
}

/// 佐藤 presents, the customer says はい (4.3 s) and a long なるほど (8 s), then asks and agrees.
fn japanese() -> Example {
    Example::ja(40_000)
        .said(0, 500, 4_000, "お世話 に なって おります 会話 の 佐藤 です")
        .said(1, 4_300, 5_000, "はい")
        .said(0, 5_200, 12_000, "えーと 本日 は 新しい 料金 の ご案内 です")
        .said(1, 8_000, 9_200, "なるほど")
        .said(1, 12_600, 18_000, "おいくら です か 予算 が 少し 厳しい です")
        .said(0, 19_000, 24_000, "月 五千円 です 来週 の 火曜日 に お送り します")
        .said(1, 24_500, 27_000, "それ で お願い します")
        .said(0, 31_000, 33_000, "ありがとう ございます")
}

fn measure(example: Example) -> (Metrics, Vec<String>) {
    let (metrics, skipped) = crate::metrics(&example.build());
    (metrics, skipped.into_iter().map(|skipped| skipped.analysis).collect())
}

#[test]
fn the_english_call_measures_as_annotated() {
    let (metrics, skipped) = measure(english());
    assert_eq!(
        (metrics.speech_ms, metrics.silence_ms, metrics.overlap_ms),
        (41_400, 18_600, 1_500)
    );
    assert_eq!(metrics.silences, [Span::new(40_000, 44_500), Span::new(50_000, 60_000)]);
    let overlap = &metrics.overlaps[0];
    assert_eq!((metrics.overlaps.len(), overlap.span), (1, Span::new(33_000, 34_000)));
    assert_eq!(overlap.started_by, SpeakerId::nth(0));
    let taken = &metrics.interruptions[0];
    assert_eq!((metrics.interruptions.len(), taken.at_ms), (1, 33_000));
    assert_eq!((&taken.by, &taken.of), (&SpeakerId::nth(0), &SpeakerId::nth(1)));
    assert_eq!((metrics.switches, metrics.switches_per_min), (6, 6.0));
    assert_eq!(metrics.patience_ms, Some(400));
    assert_eq!(metrics.longest_monologue_ms, Some(17_400));
    assert_eq!(metrics.longest_customer_story_ms, Some(7_800));
    assert_eq!(metrics.pace_gap, Some(0.2798));
    assert!(skipped.is_empty(), "{skipped:?}");
}

#[test]
fn the_english_speakers_measure_as_annotated() {
    let (metrics, _) = measure(english());
    let agent = SpeakerMetrics {
        speaker: SpeakerId::nth(0),
        talk_ms: 31_000,
        share_of_talk: 0.7226,
        share_of_call: 0.5167,
        turns: 4,
        longest_run_ms: 17_400,
        back_channels: 0,
        words: 57,
        words_per_min: Some(110.32),
        characters_per_s: None,
        questions: 1,
        questions_per_hour: 60.0,
        fillers: 1,
        fillers_per_min: 1.94,
        interruptions_made: 1,
    };
    let customer = SpeakerMetrics {
        speaker: SpeakerId::nth(1),
        talk_ms: 11_900,
        share_of_talk: 0.2774,
        share_of_call: 0.1983,
        turns: 3,
        longest_run_ms: 7_800,
        back_channels: 2,
        words: 29,
        words_per_min: Some(146.22),
        fillers: 0,
        fillers_per_min: 0.0,
        interruptions_made: 0,
        ..agent.clone()
    };
    assert_eq!(metrics.speakers, [agent, customer]);
}

#[test]
fn the_japanese_call_measures_as_annotated() {
    let (metrics, skipped) = measure(japanese());
    assert_eq!(
        (metrics.speech_ms, metrics.silence_ms, metrics.overlap_ms),
        (25_900, 14_100, 1_200)
    );
    assert_eq!(metrics.silences, [Span::new(27_000, 31_000), Span::new(33_000, 40_000)]);
    assert_eq!(metrics.overlaps[0].span, Span::new(8_000, 9_200));
    assert!(metrics.interruptions.is_empty());
    assert_eq!((metrics.switches, metrics.patience_ms), (4, Some(2_500)));
    assert_eq!(metrics.longest_monologue_ms, Some(11_500));
    assert_eq!(metrics.longest_customer_story_ms, Some(5_400));
    assert_eq!(skipped, ["metrics.paceGap"], "the customer speaks for less than 10 s");
    let figures = |speaker: &SpeakerMetrics| {
        let counts = [
            speaker.turns,
            speaker.back_channels,
            speaker.words,
            speaker.questions,
            speaker.fillers,
        ];
        (speaker.share_of_talk, counts, speaker.characters_per_s)
    };
    assert_eq!(figures(&metrics.speakers[0]), (0.6384, [3, 0, 64, 0, 1], Some(3.7)));
    assert_eq!(figures(&metrics.speakers[1]), (0.3616, [2, 2, 32, 1, 0], Some(3.27)));
}

#[test]
fn without_words_the_times_stay_right() {
    let mut call = english().build();
    let with_words = crate::metrics(&call).0;
    call.turns.clear();
    let (metrics, skipped) = crate::metrics(&call);
    assert_eq!(metrics.patience_ms, with_words.patience_ms);
    assert_eq!(metrics.switches, with_words.switches);
    assert_eq!(metrics.speakers[1].talk_ms, 11_900);
    assert!(skipped.iter().any(|skipped| skipped.analysis == "metrics.speakers.words"));
}

#[test]
fn roles_unknown_leaves_out_what_needs_sides_and_nothing_else() {
    let (metrics, skipped) = measure(english().roles_unknown());
    let needs_sides =
        ["metrics.patience", "metrics.longestMonologue", "metrics.longestCustomerStory"];
    assert_eq!(skipped, needs_sides);
    assert_eq!((metrics.switches, metrics.pace_gap), (6, Some(0.2798)));
}

#[test]
fn mono_keeps_speech_and_silence_and_names_everything_else_as_skipped() {
    let mut call = english().build();
    call.basis = Basis::Mono;
    let (metrics, skipped) = crate::metrics(&call);
    assert_eq!(
        (metrics.speech_ms, metrics.silence_ms, metrics.silences.len()),
        (41_400, 18_600, 2)
    );
    assert!(metrics.speakers.is_empty() && metrics.overlaps.is_empty());
    assert_eq!((metrics.overlap_ms, metrics.switches, metrics.patience_ms), (0, 0, None));
    assert_eq!(skipped.len(), 8);
}

#[test]
fn one_speaker_alone_has_shares_but_no_exchange() {
    let mut call = Example::en(10_000).said(0, 0, 5_000, "is anyone there").build();
    call.speakers.truncate(1);
    call.activity.truncate(1);
    let (metrics, skipped) = crate::metrics(&call);
    assert_eq!((metrics.speakers[0].share_of_talk, metrics.speakers[0].share_of_call), (1.0, 0.5));
    assert!(skipped.iter().any(|skipped| skipped.analysis == "metrics.interruptions"));
}

#[test]
fn the_english_moments_are_those_a_reader_would_mark() {
    use HighlightKind::{Agreement, NextStep, Objection, Price, Question};
    let (found, skipped) = crate::highlights(&english().build());
    let moments: Vec<_> = found.moments.iter().map(|moment| (moment.turn, moment.kind)).collect();
    let expected = [
        (0, Question),
        (6, Question),
        (6, Objection),
        (6, Price),
        (6, Agreement),
        (7, NextStep),
        (7, Price),
        (8, Agreement),
    ];
    assert_eq!(moments, expected);
    assert_eq!(found.moments[5].due.as_deref(), Some("by friday"));
    let lines: Vec<_> = found.summary.iter().map(|line| line.turn).collect();
    assert_eq!(lines.len(), 3);
    assert!(lines.contains(&6) && lines.contains(&7), "{lines:?}");
    assert!(skipped.is_empty());
}

#[test]
fn the_japanese_moments_are_those_a_reader_would_mark() {
    use HighlightKind::{Agreement, NextStep, Objection, Price, Question};
    let (found, _) = crate::highlights(&japanese().build());
    let moments: Vec<_> = found.moments.iter().map(|moment| (moment.turn, moment.kind)).collect();
    let expected = [
        (2, Price),
        (4, Question),
        (4, Objection),
        (4, Price),
        (5, NextStep),
        (5, Price),
        (6, Agreement),
    ];
    assert_eq!(moments, expected);
    assert_eq!(found.moments[4].due.as_deref(), Some("来週の火曜日に"));
}
