//! Windows cover all speech once, in order, and never outgrow the model.

use std::sync::LazyLock;

use audio::{Activity, PackOptions, Region, Window, pack_windows};
use proptest::prelude::*;

use crate::sound::{mixed, noise, silence, spool, voice};

/// Ten minutes without any sound, to pack arbitrary regions on.
fn quiet_track() -> &'static Activity {
    static QUIET: LazyLock<Activity> =
        LazyLock::new(|| Activity::measure(&spool(&silence(600_000))).unwrap());
    &QUIET
}

/// Sorted, disjoint regions within ten minutes, from one to two hundred seconds long.
fn regions() -> impl Strategy<Value = Vec<Region>> {
    prop::collection::vec((1u64..20_000, prop_oneof![100u64..5_000, 5_000u64..90_000]), 0..30)
        .prop_map(|gaps_and_lengths| {
            let mut at = 0;
            let regions = gaps_and_lengths.into_iter().map(|(gap, length)| {
                let region = Region::new(at + gap, at + gap + length);
                at = region.end_ms;
                region
            });
            regions.take_while(|region| region.end_ms <= 600_000).collect()
        })
}

fn spans(windows: &[Window]) -> Vec<Region> {
    windows.iter().flat_map(|window| window.spans.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn windows_cover_all_speech_exactly_once(regions in regions()) {
        let windows = pack_windows(&regions, quiet_track(), &PackOptions::default());
        let spans = spans(&windows);
        for region in &regions {
            let covered: u64 = spans.iter().map(|span| span.overlap(*region).duration_ms()).sum();
            prop_assert_eq!(covered, region.duration_ms());
        }
    }

    #[test]
    fn spans_are_sorted_and_disjoint_and_no_window_is_too_long(regions in regions()) {
        let windows = pack_windows(&regions, quiet_track(), &PackOptions::default());
        let spans = spans(&windows);
        prop_assert!(spans.windows(2).all(|pair| pair[0].end_ms <= pair[1].start_ms));
        prop_assert!(spans.iter().all(|span| span.start_ms < span.end_ms));
        prop_assert!(spans.iter().all(|span| span.end_ms <= 600_000));
        for window in &windows {
            prop_assert!(!window.spans.is_empty());
            prop_assert!(window.duration_ms() <= 30_000);
        }
    }

    #[test]
    fn times_map_to_the_track_and_back(regions in regions(), step in 20u64..500) {
        for window in pack_windows(&regions, quiet_track(), &PackOptions::default()) {
            let mut before = 0;
            for ms in (0..window.duration_ms()).step_by(step as usize) {
                let on_track = window.to_track_ms(ms);
                prop_assert!(on_track >= before);
                prop_assert_eq!(window.to_window_ms(on_track), Some(ms));
                before = on_track;
            }
            let end = window.spans[window.spans.len() - 1].end_ms;
            prop_assert_eq!(window.to_track_ms(window.duration_ms()), end);
            prop_assert_eq!(window.to_window_ms(end), None);
        }
    }
}

#[test]
fn padding_goes_into_the_silence_but_never_past_its_middle() {
    let regions = [Region::new(100, 1000), Region::new(1100, 2000), Region::new(9000, 599_900)];
    let options = PackOptions { window_ms_max: 600_000, ..Default::default() };
    let windows = pack_windows(&regions, quiet_track(), &options);
    let expected = [Region::new(0, 2200), Region::new(8800, 600_000)];
    assert_eq!(spans(&windows), expected);
}

#[test]
fn long_pauses_are_squeezed_and_short_ones_kept() {
    let regions = [Region::new(1000, 2000), Region::new(2900, 4000), Region::new(9000, 10_000)];
    let windows = pack_windows(&regions, quiet_track(), &PackOptions::default());
    assert_eq!(windows.len(), 1);
    assert_eq!(windows[0].spans, [Region::new(800, 4200), Region::new(8800, 10_200)]);
    assert_eq!(windows[0].duration_ms(), 4800);
}

#[test]
fn a_word_that_ends_on_a_seam_does_not_reach_over_the_pause() {
    let window = Window { spans: vec![Region::new(1000, 2000), Region::new(9000, 9500)] };
    assert_eq!(window.to_track(Region::new(500, 1000)), Region::new(1500, 2000));
    assert_eq!(window.to_track(Region::new(1000, 1100)), Region::new(9000, 9100));
    assert_eq!(window.to_track_ms(99_999), 9500);
}

#[test]
fn a_word_that_reaches_a_little_over_a_squeezed_pause_lies_on_one_side_of_it() {
    let spans = vec![Region::new(1_000, 2_000), Region::new(9_000, 9_500)];
    let window = Window { spans };
    assert_eq!(window.to_track(Region::new(850, 1_300)), Region::new(9_000, 9_300));
    assert_eq!(window.to_track(Region::new(820, 990)), Region::new(9_000, 9_001));
    assert_eq!(window.to_track(Region::new(500, 1_150)), Region::new(1_500, 2_000));
    // A segment lies on both sides.
    assert_eq!(window.to_track(Region::new(200, 1_450)), Region::new(1_200, 9_450));
}

#[test]
fn a_window_reads_its_spans_end_to_end() {
    let sound: Vec<f32> = (0..16_000).map(|i| i as f32 / 32_768.0).collect();
    let window = Window { spans: vec![Region::new(10, 20), Region::new(500, 501)] };
    let pcm = window.read_pcm(&spool(&sound)).unwrap();
    assert_eq!(pcm.len(), 11 * 16);
    assert!(pcm[0].abs_diff(160) <= 1);
    assert!(pcm[160].abs_diff(8000) <= 1);
}

#[test]
fn speech_without_a_pause_is_cut_where_it_is_quietest() {
    // 65 s of one voice with two dips of 120 ms: too short to end a region.
    let talk = [
        voice(26_820, 120.0, 1),
        silence(120),
        voice(26_820, 120.0, 2),
        silence(120),
        voice(11_160, 120.0, 3),
    ];
    let track = spool(&mixed(&talk.concat(), &noise(66_000, 0.0005, 1), 1.0, 0));
    let activity = Activity::measure(&track).unwrap();
    let regions = activity.speech_regions(&Default::default());
    assert_eq!(regions.len(), 1, "{regions:?}");
    let windows = pack_windows(&regions, &activity, &Default::default());
    let cuts: Vec<u64> = windows[1..].iter().map(|window| window.spans[0].start_ms).collect();
    assert_eq!(cuts.len(), 2);
    assert!((26_820..26_940).contains(&cuts[0]), "{cuts:?}");
    assert!((53_760..53_880).contains(&cuts[1]), "{cuts:?}");
}
