//! A stretch of a track, in milliseconds.

/// From `start_ms` up to but not including `end_ms`, counted from the start of the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region {
    /// First millisecond inside.
    pub start_ms: u64,
    /// First millisecond outside; never before `start_ms`.
    pub end_ms: u64,
}

impl Region {
    /// A region from `start_ms` to `end_ms`; empty if they are the wrong way round.
    pub fn new(start_ms: u64, end_ms: u64) -> Self {
        Self { start_ms, end_ms: end_ms.max(start_ms) }
    }

    /// Length in milliseconds.
    pub fn duration_ms(self) -> u64 {
        self.end_ms.saturating_sub(self.start_ms)
    }

    /// What two regions share; empty where they do not touch.
    pub fn overlap(self, other: Self) -> Self {
        Self::new(self.start_ms.max(other.start_ms), self.end_ms.min(other.end_ms))
    }
}

/// Joins sorted regions whose gap is below `gap_ms`.
pub(crate) fn joined(regions: impl IntoIterator<Item = Region>, gap_ms: u64) -> Vec<Region> {
    let mut out: Vec<Region> = Vec::new();
    for region in regions {
        match out.last_mut() {
            Some(last) if region.start_ms < last.end_ms + gap_ms => {
                last.end_ms = last.end_ms.max(region.end_ms);
            }
            _ => out.push(region),
        }
    }
    out
}

/// Milliseconds in which at least one of the tracks is in a region, and in which at least two are.
///
/// Each track's regions must be sorted and disjoint, as [`crate::Activity::speech_regions`] makes
/// them.
pub fn talk_and_overlap_ms(tracks: &[Vec<Region>]) -> (u64, u64) {
    let mut edges: Vec<(u64, i32)> = Vec::new();
    for region in tracks.iter().flatten() {
        edges.push((region.start_ms, 1));
        edges.push((region.end_ms, -1));
    }
    edges.sort_unstable();
    let (mut talk, mut overlap, mut depth, mut since) = (0, 0, 0, 0);
    for (at, step) in edges {
        talk += if depth >= 1 { at - since } else { 0 };
        overlap += if depth >= 2 { at - since } else { 0 };
        depth += step;
        since = at;
    }
    (talk, overlap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlap_is_counted_once_however_many_talk() {
        let tracks =
            [vec![Region::new(0, 100)], vec![Region::new(50, 150)], vec![Region::new(60, 70)]];
        assert_eq!(talk_and_overlap_ms(&tracks), (150, 50));
    }

    #[test]
    fn regions_join_over_short_gaps_only() {
        let regions = [Region::new(0, 10), Region::new(15, 20), Region::new(40, 50)];
        assert_eq!(joined(regions, 10), [Region::new(0, 20), Region::new(40, 50)]);
    }
}
