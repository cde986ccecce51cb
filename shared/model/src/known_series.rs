//! A bounded memory of the series whose catalogue rows are known to be up to date.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::{Fingerprint, Series, Sighting, UnixHour};

/// Which catalogue rows a warm writer need not write again.
///
/// Holds at most twice `generation` series: when the young generation is full it becomes the old one, and what was
/// old is forgotten. Forgetting is harmless: the row is written once more.
#[derive(Debug)]
pub struct KnownSeries {
    generation: usize,
    young: Generation,
    old: Generation,
}

type Generation = HashMap<Fingerprint, Known, BuildHasherDefault<FingerprintHasher>>;

#[derive(Clone, Copy, Debug)]
struct Known {
    first: UnixHour,
    last: UnixHour,
    unit: UnitHash,
}

type UnitHash = u64;

impl KnownSeries {
    /// A memory of up to `2 * generation` series, at some 50 bytes each.
    pub fn with_generation(generation: usize) -> Self {
        Self { generation, young: Generation::default(), old: Generation::default() }
    }

    /// Whether the catalogue already says that this series had data points of this unit in this hour.
    pub fn covers(&self, series: Fingerprint, hour: UnixHour, unit: &str) -> bool {
        let Some(known) = self.get(series) else {
            return false;
        };
        known.first <= hour && (hour < known.last || (hour == known.last && known.unit == unit_hash(unit)))
    }

    /// Takes note of rows that were written and committed. What was known before stays true: the catalogue's rows only
    /// ever widen.
    pub fn remember<'a>(&mut self, written: impl IntoIterator<Item = &'a Series>) {
        for series in written {
            let Sighting { first, last, unit } = &series.sighting;
            let mut known = Known { first: *first, last: *last, unit: unit_hash(unit) };
            if let Some(before) = self.get(series.fingerprint) {
                known.first = known.first.min(before.first);
                if before.last > known.last {
                    (known.last, known.unit) = (before.last, before.unit);
                }
            }
            if self.young.len() >= self.generation {
                self.old = std::mem::take(&mut self.young);
            }
            self.young.insert(series.fingerprint, known);
        }
    }

    fn get(&self, series: Fingerprint) -> Option<&Known> {
        self.young.get(&series).or_else(|| self.old.get(&series))
    }
}

fn unit_hash(unit: &str) -> UnitHash {
    xxhash_rust::xxh3::xxh3_64(unit.as_bytes())
}

/// Fingerprints are hashes already: their low half serves as it is.
#[derive(Debug, Default)]
struct FingerprintHasher(u64);

impl Hasher for FingerprintHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxhash_rust::xxh3::xxh3_64(bytes);
    }

    fn write_u128(&mut self, fingerprint: u128) {
        self.0 = Fingerprint(fingerprint).id().0.cast_unsigned();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(id: u128, first: i64, last: i64) -> Series {
        Series {
            fingerprint: Fingerprint(id),
            account_id: String::new(),
            region: String::new(),
            namespace: String::new(),
            name: String::new(),
            labels: Vec::new(),
            sighting: Sighting { first: UnixHour(first), last: UnixHour(last), unit: "Count".into() },
        }
    }

    #[test]
    fn covers_the_hours_between_and_the_unit_of_the_last() {
        let mut known = KnownSeries::with_generation(8);
        assert!(!known.covers(Fingerprint(1), UnixHour(5), "Count"));
        known.remember([&series(1, 5, 7)]);
        assert!(known.covers(Fingerprint(1), UnixHour(7), "Count"));
        assert!(known.covers(Fingerprint(1), UnixHour(6), "Seconds"), "an older unit would not be kept");
        assert!(!known.covers(Fingerprint(1), UnixHour(7), "Seconds"));
        assert!(!known.covers(Fingerprint(1), UnixHour(8), "Count"));
        assert!(!known.covers(Fingerprint(1), UnixHour(4), "Count"));
    }

    #[test]
    fn a_new_hour_does_not_make_the_one_before_unknown() {
        let mut known = KnownSeries::with_generation(8);
        known.remember([&series(1, 5, 6)]);
        known.remember([&series(1, 7, 7)]);
        assert!(known.covers(Fingerprint(1), UnixHour(6), "Count"), "late data points of the hour before");
        known.remember([&series(1, 4, 4)]);
        assert!(known.covers(Fingerprint(1), UnixHour(7), "Count"));
        assert!(!known.covers(Fingerprint(1), UnixHour(8), "Count"));
    }

    #[test]
    fn is_bounded_and_forgets_the_oldest_first() {
        let mut known = KnownSeries::with_generation(100);
        for id in 0..1_000 {
            known.remember([&series(id, 1, 1)]);
        }
        assert!(known.young.len() + known.old.len() <= 200);
        assert!(known.covers(Fingerprint(999), UnixHour(1), "Count"));
        assert!(!known.covers(Fingerprint(0), UnixHour(1), "Count"));
    }
}
