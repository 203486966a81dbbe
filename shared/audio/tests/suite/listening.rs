//! Which channels are one sound, where speech is, and whose it is.

use audio::{Activity, Region, Side, Spool, Track};

use crate::sound::{cadence, decode, mixed, noise, silence, spool, voice};
use crate::wav_file::WavFile;

fn tracks(channels: &[Vec<f32>]) -> Vec<Track> {
    audio::tracks(&decode(&WavFile::pcm16(16_000, channels).bytes()).unwrap()).unwrap()
}

fn speech(spool: &Spool) -> Vec<Region> {
    Activity::measure(spool).unwrap().speech_regions(&Default::default())
}

/// Checks region by region that edges are within `slack_ms`.
#[track_caller]
fn assert_regions(found: &[Region], expected: &[(u64, u64)], slack_ms: u64) {
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, &(start_ms, end_ms)) in found.iter().zip(expected) {
        let near = found.start_ms.abs_diff(start_ms).max(found.end_ms.abs_diff(end_ms));
        assert!(near <= slack_ms, "{found:?} instead of {start_ms}..{end_ms}");
    }
}

/// Two people taking turns, on a line with a little noise: agent and customer, 11 s.
fn conversation() -> [Vec<f32>; 2] {
    let line = |seed| noise(11_000, 0.0005, seed);
    let agent =
        [silence(2000), voice(2000, 110.0, 1), silence(3000), voice(1500, 110.0, 2), silence(2500)];
    let customer = [silence(4500), voice(2000, 210.0, 3), silence(2500), voice(1500, 210.0, 4)];
    let customer = [customer.concat(), silence(500)].concat();
    [mixed(&agent.concat(), &line(1), 1.0, 0), mixed(&customer, &line(2), 1.0, 0)]
}

#[test]
fn the_two_sides_of_a_call_are_two_tracks() {
    let tracks = tracks(&conversation());
    let channels: Vec<_> = tracks.iter().map(|track| track.channels.clone()).collect();
    assert_eq!(channels, [[0], [1]]);
    assert!(tracks.iter().all(|track| !track.silent));
}

#[test]
fn the_same_sound_in_both_channels_is_one_track() {
    let [agent, customer] = conversation();
    let mix = mixed(&agent, &customer, 1.0, 0);
    let variants = [
        ("as it is", mix.clone()),
        ("fainter", mix.iter().map(|s| s * 0.3).collect()),
        ("upside down", mix.iter().map(|s| -s).collect()),
        ("5 ms later", mixed(&silence(11_000), &mix, 1.0, 5)),
        ("with other noise", mixed(&mix, &noise(11_000, 0.01, 9), 1.0, 0)),
    ];
    for (name, variant) in variants {
        let tracks = tracks(&[mix.clone(), variant]);
        assert_eq!(tracks.len(), 1, "{name}");
        assert_eq!(tracks[0].channels, [0, 1]);
    }
}

#[test]
fn sides_that_leak_into_each_other_stay_two_tracks() {
    let [agent, customer] = conversation();
    for gain in [0.05, 0.2, 0.4] {
        let leaky = [mixed(&agent, &customer, gain, 0), mixed(&customer, &agent, gain, 0)];
        assert_eq!(tracks(&leaky).len(), 2, "leak {gain}");
    }
}

#[test]
fn a_loud_beep_in_both_channels_does_not_make_them_one() {
    let beep = [cadence(1500, &[1000.0], 1500, 1500), silence(9500)].concat();
    let [agent, customer] = conversation().map(|side| mixed(&side, &beep, 3.0, 0));
    assert_eq!(tracks(&[agent, customer]).len(), 2);
}

#[test]
fn a_silent_channel_is_reported_and_marked() {
    let [agent, _] = conversation();
    let tracks = tracks(&[agent, noise(11_000, 0.0005, 5)]);
    assert_eq!(tracks.len(), 2);
    assert_eq!([tracks[0].silent, tracks[1].silent], [false, true]);
    assert!(tracks[1].level_dbfs < -60);
}

#[test]
fn speech_is_found_within_fifty_milliseconds() {
    let [agent, customer] = conversation();
    assert_regions(&speech(&spool(&agent)), &[(2000, 4000), (7000, 8500)], 50);
    assert_regions(&speech(&spool(&customer)), &[(4500, 6500), (9000, 10_500)], 50);
}

#[test]
fn speech_is_found_whatever_its_level() {
    let [agent, _] = conversation();
    for gain in [2.0, 0.2, 0.05] {
        let sound: Vec<f32> = agent.iter().map(|sample| sample * gain).collect();
        assert_regions(&speech(&spool(&sound)), &[(2000, 4000), (7000, 8500)], 70);
    }
}

#[test]
fn short_pauses_stay_inside_a_region_and_long_ones_end_it() {
    let talk = |pause| {
        let parts = [silence(2000), voice(1080, 120.0, 1), silence(pause), voice(1080, 120.0, 2)];
        [parts.concat(), silence(1000)].concat()
    };
    assert_eq!(speech(&spool(&talk(200))).len(), 1);
    assert_eq!(speech(&spool(&talk(600))).len(), 2);
}

#[test]
fn what_is_not_speech_has_no_regions() {
    let hum: Vec<f32> = cadence(10_000, &[60.0, 180.0], 10_000, 10_000);
    let table = [
        ("silence", silence(10_000)),
        ("faint noise", noise(10_000, 0.002, 1)),
        ("loud noise", noise(10_000, 0.3, 2)),
        ("hum", hum),
        ("ringback of the United States", cadence(12_000, &[440.0, 480.0], 2000, 6000)),
        ("ringback of Japan", cadence(12_000, &[384.0, 400.0, 416.0], 1000, 3000)),
        ("busy tone of Japan", cadence(12_000, &[400.0], 500, 1000)),
        ("dial tone", cadence(10_000, &[350.0, 440.0], 10_000, 10_000)),
        ("telephone keys", cadence(10_000, &[770.0, 1336.0], 120, 400)),
        ("fax", cadence(10_000, &[1100.0], 500, 3500)),
        ("nothing at all", Vec::new()),
    ];
    for (name, sound) in table {
        assert_eq!(speech(&spool(&sound)), [], "{name}");
    }
}

#[test]
fn a_leak_of_the_other_side_is_not_this_sides_talk() {
    let [agent, customer] = conversation();
    let region = |(start_ms, end_ms)| Region::new(start_ms, end_ms);
    for (gain, delay_ms) in [(0.1, 0), (0.3, 20), (0.2, 180)] {
        let leaky = spool(&mixed(&customer, &agent, gain, delay_ms));
        let agent = spool(&agent);
        let agents = [(2000, 4000), (7000, 8500)].map(region);
        let heard = [(2000, 4000), (4500, 6500), (7000, 8500), (9000, 10_500)].map(region);
        let sides =
            [Side { spool: &agent, regions: &agents }, Side { spool: &leaky, regions: &heard }];
        let own = audio::suppress_bleed(&sides).unwrap();
        assert_eq!(own[0], agents);
        assert_regions(&own[1], &[(4500, 6500), (9000, 10_500)], 0);
    }
}

#[test]
fn talking_at_once_is_kept_on_both_sides() {
    let agent = [silence(2000), voice(4000, 110.0, 1), silence(1000)].concat();
    let customer = [silence(3000), voice(2000, 210.0, 3), silence(2000)].concat();
    let faint: Vec<f32> = customer.iter().map(|sample| sample * 0.25).collect();
    let (agent, faint) = (spool(&agent), spool(&faint));
    let regions = [speech(&agent), speech(&faint)];
    let sides = [
        Side { spool: &agent, regions: &regions[0] },
        Side { spool: &faint, regions: &regions[1] },
    ];
    let own = audio::suppress_bleed(&sides).unwrap();
    assert_eq!(own, regions);
    let (_, overlap_ms) = audio::talk_and_overlap_ms(&own);
    assert!((1750..=2100).contains(&overlap_ms), "{overlap_ms}");
}

#[test]
fn peaks_show_where_the_sound_is() {
    let sound = spool(&[silence(1000), vec![0.5; 16_000], vec![-1.0; 16_000]].concat());
    assert_eq!(audio::peaks(&sound, 3).unwrap(), [0, 127, 255]);
    assert_eq!(audio::peaks(&spool(&[]), 3).unwrap(), []);
    assert_eq!(audio::level_dbfs(&sound, Region::new(1000, 2000)).unwrap(), -6);
    assert_eq!(audio::level_dbfs(&sound, Region::new(0, 1000)).unwrap(), -120);
}
