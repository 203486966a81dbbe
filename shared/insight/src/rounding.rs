//! The few places where a number becomes a fraction.

/// To two decimals; anything that is not finite becomes 0.
pub(crate) fn to_two_decimals(value: f64) -> f64 {
    to_step(value, 100.0)
}

/// To four decimals; anything that is not finite becomes 0.
pub(crate) fn to_four_decimals(value: f64) -> f64 {
    to_step(value, 10_000.0)
}

fn to_step(value: f64, steps: f64) -> f64 {
    if value.is_finite() { (value * steps).round() / steps } else { 0.0 }
}

/// `part / whole`, or 0 where there is no whole.
pub(crate) fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Each part over the sum of all, in four decimals that sum to exactly 1 (largest remainder; a tie goes to
/// the first). All 0 where nothing is there to share.
pub(crate) fn shares(parts: &[u64]) -> Vec<f64> {
    const UNITS: u128 = 10_000;
    let total: u128 = parts.iter().map(|part| u128::from(*part)).sum();
    if total == 0 {
        return vec![0.0; parts.len()];
    }
    let scaled = parts.iter().map(|part| u128::from(*part) * UNITS);
    let (mut units, rests): (Vec<_>, Vec<_>) = scaled.map(|x| (x / total, x % total)).unzip();
    let mut by_rest: Vec<_> = (0..parts.len()).collect();
    by_rest.sort_by_key(|index| std::cmp::Reverse(rests[*index]));
    let missing = UNITS - units.iter().sum::<u128>();
    by_rest.iter().zip(0..missing).for_each(|(index, _)| units[*index] += 1);
    units.iter().map(|unit| *unit as f64 / UNITS as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_sum_to_one_whatever_the_parts() {
        for parts in [vec![1, 1, 1], vec![1, 2, 3, 5, 7, 11], vec![u64::MAX, u64::MAX, 1]] {
            let sum: f64 = shares(&parts).iter().sum();
            assert!((sum - 1.0).abs() < 1e-9, "{parts:?} gave {sum}");
        }
        assert_eq!(shares(&[0, 0]), [0.0, 0.0]);
        assert_eq!(shares(&[1, 1, 1]), [0.3334, 0.3333, 0.3333]);
    }

    #[test]
    fn what_is_not_finite_is_zero() {
        assert_eq!(to_two_decimals(f64::NAN), 0.0);
        assert_eq!(ratio(1.0, 0.0), 0.0);
    }
}
