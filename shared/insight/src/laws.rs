//! What holds for any conversation.

use domain::analysis::Metrics;
use domain::{
    Activity, Basis, Language, Role, Span, Speaker, SpeakerId, Tracker, TrackerId, Transcript,
    Turn, Word,
};
use proptest::prelude::*;

use crate::example::Example;

/// Pauses and lengths of one voice's speech.
type Rhythm = Vec<(u64, u64)>;

fn rhythm() -> impl Strategy<Value = Rhythm> {
    let short = (1..3_000_u64, 50..1_500_u64);
    let long = (50..6_000_u64, 1_000..9_000_u64);
    prop::collection::vec(prop_oneof![short, long], 0..12)
}

/// Even times for the first voice and odd ones for the second, so that no tie depends on their order.
fn spans(rhythm: &Rhythm, voice: usize) -> Vec<(u64, u64)> {
    let mut at = 0;
    let place = |(pause, length): &(u64, u64)| {
        let start = at + pause;
        at = start + length;
        (start * 2 + voice as u64, at * 2 + voice as u64)
    };
    rhythm.iter().map(place).collect()
}

/// A call of two voices in which each stretch of speech is a turn.
fn call(rhythms: [&Rhythm; 2]) -> Transcript {
    let voices = [spans(rhythms[0], 0), spans(rhythms[1], 1)];
    let end = voices.iter().flatten().map(|(_, end)| *end).max().unwrap_or(0);
    let mut turns: Vec<_> =
        (0..2).flat_map(|v| voices[v].iter().map(move |span| (*span, v))).collect();
    turns.sort();
    let texts = ["yeah right", "how much is it", "we will send the contract", "mm-hm"];
    let mut example = Example::en(end + 777);
    for (index, ((start, end), voice)) in turns.into_iter().enumerate() {
        example = example.said(voice, start, end, texts[index % texts.len()]);
    }
    example.build()
}

/// The same call with the two voices' places exchanged: order, ids, activity, turns.
fn swapped(call: &Transcript) -> Transcript {
    let other = |id: &SpeakerId| SpeakerId::nth(usize::from(*id == SpeakerId::nth(0)));
    let mut call = call.clone();
    call.speakers.iter_mut().for_each(|speaker| speaker.id = other(&speaker.id));
    call.activity.iter_mut().for_each(|activity| activity.speaker = other(&activity.speaker));
    call.turns.iter_mut().for_each(|turn| turn.speaker = other(&turn.speaker));
    call.speakers.reverse();
    call
}

/// Ids exchanged in a result.
fn renamed(mut metrics: Metrics) -> Metrics {
    let other = |id: &SpeakerId| SpeakerId::nth(usize::from(*id == SpeakerId::nth(0)));
    metrics.speakers.iter_mut().for_each(|speaker| speaker.speaker = other(&speaker.speaker));
    metrics.speakers.reverse();
    metrics.overlaps.iter_mut().for_each(|overlap| overlap.started_by = other(&overlap.started_by));
    for taken in &mut metrics.interruptions {
        (taken.by, taken.of) = (other(&taken.by), other(&taken.of));
    }
    metrics
}

/// A result without what is counted in words.
fn times_only(mut metrics: Metrics) -> Metrics {
    for speaker in &mut metrics.speakers {
        (speaker.words, speaker.questions, speaker.fillers) = (0, 0, 0);
        (speaker.questions_per_hour, speaker.fillers_per_min) = (0.0, 0.0);
        (speaker.words_per_min, speaker.characters_per_s) = (None, None);
    }
    Metrics { pace_gap: None, ..metrics }
}

/// Every word cut in two at half its letters and half its time.
fn with_words_cut(call: &Transcript) -> Transcript {
    let cut = |word: &Word| {
        let letters: Vec<_> = word.text.chars().collect();
        let (head, tail) = letters.split_at(letters.len() / 2);
        let middle = word.start_ms + (word.end_ms - word.start_ms) / 2;
        let first = Word { text: head.iter().collect(), end_ms: middle, ..word.clone() };
        [first, Word { text: tail.iter().collect(), start_ms: middle, ..word.clone() }]
    };
    let mut call = call.clone();
    call.turns.iter_mut().for_each(|turn| turn.words = turn.words.iter().flat_map(cut).collect());
    call
}

/// Every stretch of activity cut at a point of it.
fn with_activity_cut(call: &Transcript, share: f64) -> Transcript {
    let cut = |span: &Span| {
        let at = span.start_ms + (span.length_ms() as f64 * share) as u64;
        [Span::new(span.start_ms, at), Span::new(at, span.end_ms)]
    };
    let mut call = call.clone();
    for activity in &mut call.activity {
        activity.spans = activity.spans.iter().flat_map(cut).collect();
    }
    call
}

proptest! {
    #[test]
    fn times_add_up(a in rhythm(), b in rhythm()) {
        let (metrics, _) = crate::metrics(&call([&a, &b]));
        let talk: Vec<_> = metrics.speakers.iter().map(|speaker| speaker.talk_ms).collect();
        prop_assert_eq!(metrics.speech_ms + metrics.silence_ms, metrics.duration_ms);
        prop_assert_eq!(talk.iter().sum::<u64>() - metrics.overlap_ms, metrics.speech_ms);
        prop_assert!(metrics.overlap_ms <= talk.into_iter().min().unwrap_or(0));
        let shares: f64 = metrics.speakers.iter().map(|speaker| speaker.share_of_talk).sum();
        let expected = if metrics.speech_ms > 0 { 1.0 } else { 0.0 };
        prop_assert!((shares - expected).abs() < 1e-9);
        let events: u64 = metrics.overlaps.iter().map(|overlap| overlap.span.length_ms()).sum();
        prop_assert!(events <= metrics.overlap_ms);
        prop_assert!(metrics.silences.iter().map(|span| span.length_ms()).sum::<u64>() <= metrics.silence_ms);
    }

    #[test]
    fn turns_and_switches_agree(a in rhythm(), b in rhythm()) {
        let (metrics, _) = crate::metrics(&call([&a, &b]));
        let turns: u64 = metrics.speakers.iter().map(|speaker| speaker.turns).sum();
        prop_assert_eq!(turns.saturating_sub(1), metrics.switches);
        let made: u64 = metrics.speakers.iter().map(|speaker| speaker.interruptions_made).sum();
        prop_assert_eq!(made, metrics.interruptions.len() as u64);
        prop_assert!(made <= metrics.switches);
    }

    #[test]
    fn swapping_the_sides_swaps_the_results(a in rhythm(), b in rhythm()) {
        let call = call([&a, &b]);
        let (there, _) = crate::metrics(&call);
        let (back, _) = crate::metrics(&swapped(&call));
        let close = |a: f64, b: f64| (a - b).abs() < 1.5e-4;
        for (one, other) in there.speakers.iter().zip(&renamed(back.clone()).speakers) {
            prop_assert!(close(one.share_of_talk, other.share_of_talk));
        }
        let plain = |mut metrics: Metrics| {
            metrics.speakers.iter_mut().for_each(|speaker| speaker.share_of_talk = 0.0);
            metrics
        };
        prop_assert_eq!(plain(there), plain(renamed(back)));
    }

    #[test]
    fn cutting_words_in_two_changes_no_time(a in rhythm(), b in rhythm()) {
        let call = call([&a, &b]);
        let (whole, _) = crate::metrics(&call);
        let (cut, _) = crate::metrics(&with_words_cut(&call));
        prop_assert_eq!(times_only(whole), times_only(cut));
    }

    #[test]
    fn cutting_activity_at_a_point_changes_nothing(a in rhythm(), b in rhythm(), share in 0.0..1.0) {
        let call = call([&a, &b]);
        prop_assert_eq!(crate::metrics(&with_activity_cut(&call, share)), crate::metrics(&call));
    }
}

fn word() -> impl Strategy<Value = Word> {
    let texts = prop_oneof![
        "\\PC{0,6}",
        "[a-z' ?.]{0,8}",
        "[ぁ-んァ-ヶ一-十ー、。？]{0,4}",
        prop::sample::select(vec![
            "how",
            "you",
            "can",
            "not",
            "great",
            "ますか",
            "ない",
            "円",
            "$",
            "5",
            "え",
            "ー",
            "問題",
            "next",
            "friday",
            "送ります",
            "来週",
            "の",
            "",
            " ",
            "\u{301}",
            "ﾞ",
            "👍🏽",
            "مرحبا",
            "\u{202E}",
            "\u{0}",
        ])
        .prop_map(String::from),
    ];
    let confidence = prop_oneof![0.0..1.0_f32, Just(f32::NAN), Just(f32::INFINITY), Just(-1.0_f32)];
    (texts, time(), time(), confidence).prop_map(|(text, start_ms, end_ms, confidence)| Word {
        text,
        start_ms,
        end_ms,
        confidence,
    })
}

fn time() -> impl Strategy<Value = u64> {
    prop_oneof![8 => 0..20_000_u64, 1 => Just(0), 1 => any::<u64>()]
}

fn turn() -> impl Strategy<Value = Turn> {
    let words = prop::collection::vec(word(), 0..12);
    (0..4_usize, time(), time(), words).prop_map(|(speaker, start_ms, end_ms, words)| Turn {
        speaker: SpeakerId::nth(speaker),
        start_ms,
        end_ms,
        text: String::new(),
        words,
    })
}

fn role() -> impl Strategy<Value = Role> {
    prop::sample::select(vec![Role::Agent, Role::Customer, Role::Unknown])
}

/// Anything the types allow.
fn wild() -> impl Strategy<Value = Transcript> {
    let language = prop::sample::select(vec![None, Some(Language::En), Some(Language::Ja)]);
    let bases = [Basis::Participant, Basis::Channel, Basis::Diarization, Basis::Mono];
    let speaker =
        (0..4_usize, role()).prop_map(|(n, role)| Speaker { id: SpeakerId::nth(n), role });
    let span = (time(), time()).prop_map(|(start_ms, end_ms)| Span { start_ms, end_ms });
    let spans = prop::collection::vec(span, 0..8);
    let activity =
        (0..4_usize, spans).prop_map(|(n, spans)| Activity { speaker: SpeakerId::nth(n), spans });
    let (speakers, activity, turns) = (
        prop::collection::vec(speaker, 0..4),
        prop::collection::vec(activity, 0..5),
        prop::collection::vec(turn(), 0..8),
    );
    (language, time(), prop::sample::select(bases.to_vec()), speakers, activity, turns).prop_map(
        |(language, duration_ms, basis, speakers, activity, turns)| Transcript {
            language,
            duration_ms,
            basis,
            speakers,
            turns,
            activity,
            doubts: vec![],
        },
    )
}

/// Whether this text is a stretch of whole words of a turn.
fn is_said(call: &Transcript, turn: usize, text: &str) -> bool {
    let join = |separator: &str| {
        call.turns[turn]
            .words
            .iter()
            .map(|word| word.text.as_str())
            .collect::<Vec<_>>()
            .join(separator)
    };
    join(" ").contains(text) || join("").contains(text)
}

proptest! {
    #[test]
    fn any_transcript_is_measured(call in wild()) {
        let (metrics, _) = crate::metrics(&call);
        prop_assert_eq!(metrics.speech_ms + metrics.silence_ms, metrics.duration_ms);
        for speaker in &metrics.speakers {
            let shares = [speaker.share_of_talk, speaker.share_of_call];
            prop_assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)));
            prop_assert!(speaker.longest_run_ms <= metrics.duration_ms);
        }
    }

    #[test]
    fn any_transcript_is_scored(call in wild()) {
        let (found, _) = crate::sentiment(&call);
        for turn in &found.turns {
            prop_assert!((-5.0..=5.0).contains(&turn.score) && !turn.evidence.is_empty());
            prop_assert!(turn.evidence.iter().all(|text| is_said(&call, turn.turn, text)));
        }
        prop_assert!(found.quarters.len() % 4 == 0);
    }

    #[test]
    fn no_highlight_says_what_nobody_said(call in wild()) {
        let (found, _) = crate::highlights(&call);
        for moment in &found.moments {
            prop_assert!(is_said(&call, moment.turn, &moment.quote));
            prop_assert!((0.0..=1.0).contains(&moment.confidence));
            prop_assert!(moment.due.as_ref().is_none_or(|due| is_said(&call, moment.turn, due)));
        }
        prop_assert!(found.moments.is_sorted_by_key(|moment| moment.span.start_ms));
        prop_assert!(found.summary.len() <= 6);
        prop_assert!(found.summary.iter().all(|line| is_said(&call, line.turn, &line.quote)));
    }

    #[test]
    fn every_hit_is_words_of_its_turn(call in wild(), phrases in prop::collection::vec("\\PC{0,4}|[a-zあ-ん ]{1,2}", 0..6), said_by in prop::option::of(role())) {
        let tracker = Tracker { id: TrackerId::derived(&["t"]), name: String::new(), phrases: phrases.clone(), said_by };
        let found = crate::trackers(&call, &[tracker]);
        prop_assert_eq!(found.trackers.len(), 1);
        for hit in &found.trackers[0].hits {
            prop_assert!(phrases.contains(&hit.phrase));
            prop_assert!(is_said(&call, hit.turn, &hit.text));
            prop_assert!((0.0..=1.0).contains(&hit.confidence));
        }
    }
}
