//! Guards against invented text: a level gate before the model, a loop detector after it.

/// Level below which nobody is heard: RMS of the loudest 100 ms, full scale = 1.
///
/// -60 dBFS lies under the quantisation noise of 8-bit telephone recordings (about -53 dBFS), so that only
/// digital silence and line hum are gated; quiet speech on a 16-bit recording is above -50 dBFS.
pub(crate) const SILENCE_RMS: f32 = 0.001;

/// 100 ms at 16 kHz: a syllable is as loud as this for about that long.
const LEVEL_SAMPLES: usize = 1_600;

/// RMS of the loudest 100 ms; of all of it where it is shorter.
pub(crate) fn loudest_rms(pcm: &[f32]) -> f32 {
    let spans = pcm.chunks(LEVEL_SAMPLES);
    spans.filter(|span| span.len() >= LEVEL_SAMPLES.min(pcm.len())).map(rms).fold(0.0, f32::max)
}

/// Root mean square around the mean, so that a constant offset is silence.
pub(crate) fn rms(span: &[f32]) -> f32 {
    let count = span.len() as f32;
    let mean = span.iter().sum::<f32>() / count;
    (span.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / count).sqrt()
}

/// Whether a window is too quiet to hold speech.
pub(crate) fn is_silent(pcm: &[f32]) -> bool {
    loudest_rms(pcm) < SILENCE_RMS
}

/// Longest repeated run that is looked for, in tokens.
const PERIOD_MAX: usize = 40;
/// A run said this often in a row is a loop…
const REPEATS_MIN: usize = 5;
/// …if it fills this many tokens: people do say "no no no no no", and dictate "00000".
const REPEATED_MIN: usize = 24;

/// Whether the tokens end in a loop; the number of tokens up to the end of its first run, if so.
pub(crate) fn repetition(tokens: &[u32]) -> Option<usize> {
    (1..=PERIOD_MAX.min(tokens.len() / REPEATS_MIN)).find_map(|period| {
        let repeated = repeated_tail(tokens, period);
        let is_loop = repeated >= REPEATED_MIN && repeated >= REPEATS_MIN * period;
        is_loop.then(|| tokens.len() - repeated + period)
    })
}

/// Length of the longest tail in which every token equals the one `period` before it (those included).
fn repeated_tail(tokens: &[u32], period: usize) -> usize {
    let later = tokens.iter().rev();
    let earlier = tokens.iter().rev().skip(period);
    period + later.zip(earlier).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn digital_silence_hum_and_offset_are_silent() {
        assert!(is_silent(&[0.0; 48_000]));
        assert!(is_silent(&[0.25; 48_000]));
        let hum: Vec<f32> = (0..48_000).map(|i| (i as f32 * 0.0196).sin() * 0.001).collect();
        assert!(is_silent(&hum));
        assert!(is_silent(&[0.0; 10]));
    }

    #[test]
    fn one_syllable_in_thirty_seconds_is_not_silent() {
        let mut pcm = vec![0.0; 480_000];
        for (i, x) in pcm.iter_mut().skip(100_000).take(2_400).enumerate() {
            *x = (i as f32 * 0.1).sin() * 0.01;
        }
        assert!(!is_silent(&pcm));
    }

    #[test]
    fn a_run_said_five_times_is_a_loop_and_is_kept_once() {
        let mut tokens = vec![9, 8];
        for _ in 0..6 {
            tokens.extend([1, 2, 3, 4, 5]);
        }
        assert_eq!(repetition(&tokens), Some(7));
    }

    #[test]
    fn people_repeat_themselves_too() {
        let no_no_no = [3; 8];
        assert_eq!(repetition(&no_no_no), None);
        let twice: Vec<u32> = (0..30).chain(0..30).collect();
        assert_eq!(repetition(&twice), None);
    }

    proptest! {
        #[test]
        fn what_is_kept_is_a_beginning_without_the_loop(
            head in proptest::collection::vec(0_u32..50, 0..20),
            run in proptest::collection::vec(0_u32..50, 1..10),
        ) {
            let mut tokens = head.clone();
            for _ in 0..30 {
                tokens.extend(&run);
            }
            let keep = repetition(&tokens);
            prop_assert!(keep.is_some_and(|keep| keep <= head.len() + run.len()));
        }

        #[test]
        fn distinct_tokens_never_loop(length in 0_u32..400) {
            let tokens: Vec<u32> = (0..length).collect();
            prop_assert_eq!(repetition(&tokens), None);
        }
    }
}
