//! Choosing one token from scores.

use crate::model::vector::log_sum_exp;

/// A small generator (SplitMix64, Steele and others 2014): sampling must repeat exactly for the same seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// Evenly distributed in 0 ≤ x < 1.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) as f64 / 18_446_744_073_709_551_616.0
    }
}

/// A chosen token with its natural-log probability at temperature 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Choice {
    pub id: u32,
    pub log_prob: f32,
}

/// The most probable token at temperature 0, a random one by its probability above.
pub(crate) fn choose(scores: &[f32], temperature: f32, random: &mut Random) -> Choice {
    let at = if temperature > 0.0 { draw(scores, temperature, random) } else { best(scores) };
    let log_prob = scores.get(at).map_or(f32::NEG_INFINITY, |score| score - log_sum_exp(scores));
    Choice { id: u32::try_from(at).unwrap_or(u32::MAX), log_prob }
}

/// Position of the highest score, the first of equal ones.
pub(crate) fn best(scores: &[f32]) -> usize {
    let higher = |best: (usize, f32), (at, score): (usize, &f32)| {
        if *score > best.1 { (at, *score) } else { best }
    };
    scores.iter().enumerate().fold((0, f32::NEG_INFINITY), higher).0
}

fn draw(scores: &[f32], temperature: f32, random: &mut Random) -> usize {
    let highest = scores[best(scores)];
    let weight = |score: &f32| f64::from((score - highest) / temperature).exp();
    let mut rest = random.unit() * scores.iter().map(weight).sum::<f64>();
    let drawn = scores.iter().position(|score| {
        rest -= weight(score);
        rest < 0.0
    });
    // Rounding can leave a remainder after the last token.
    drawn.unwrap_or_else(|| best(scores))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greedy_takes_the_first_of_the_highest() {
        let choice = choose(&[1.0, 3.0, 3.0], 0.0, &mut Random::new(0));
        assert_eq!(choice.id, 1);
    }

    #[test]
    fn the_log_probability_is_of_temperature_one_whatever_was_sampled() {
        let scores = [0.0, 0.0];
        for temperature in [0.0, 0.5, 1.0] {
            let choice = choose(&scores, temperature, &mut Random::new(9));
            assert!((choice.log_prob - 0.5_f32.ln()).abs() < 1e-6);
        }
    }

    #[test]
    fn sampling_repeats_for_a_seed_and_follows_the_probabilities() {
        let scores = [0.0, 2.0_f32.ln(), f32::NEG_INFINITY];
        let draws = |seed| {
            let mut random = Random::new(seed);
            (0..3000).map(|_| choose(&scores, 1.0, &mut random).id).collect::<Vec<_>>()
        };
        assert_eq!(draws(1), draws(1));
        assert_ne!(draws(1), draws(2));
        let ones = draws(3).iter().filter(|id| **id == 1).count();
        assert!((1900..2100).contains(&ones), "{ones} of 3000");
        assert!(!draws(4).contains(&2));
    }

    #[test]
    fn a_low_temperature_is_almost_greedy() {
        let mut random = Random::new(5);
        let scores = [0.0, 1.0];
        assert!((0..500).all(|_| choose(&scores, 0.05, &mut random).id == 1));
    }
}
