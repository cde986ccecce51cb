//! A bounded memory of the catalogue rows that are known to be up to date.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::{Fingerprint, Sighting, UnixHour};

/// Which catalogue rows a warm writer need not write again: of series, resources, scopes and operations.
///
/// Holds at most twice `generation` rows: when the young generation is full it becomes the old one, and what was
/// old is forgotten. Forgetting is harmless: the row is written once more.
#[derive(Debug)]
pub struct KnownRows {
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

impl KnownRows {
    /// A memory of up to `2 * generation` rows, at some 50 bytes each.
    pub fn with_generation(generation: usize) -> Self {
        Self { generation, young: Generation::default(), old: Generation::default() }
    }

    /// Whether the catalogue already says that this row was seen with this unit in this hour.
    pub fn covers(&self, row: Fingerprint, hour: UnixHour, unit: &str) -> bool {
        let Some(known) = self.get(row) else {
            return false;
        };
        known.first <= hour && (hour < known.last || (hour == known.last && known.unit == unit_hash(unit)))
    }

    /// Takes note of rows that were written and committed. A row holds all hours that were ever written to it.
    pub fn remember<'a>(&mut self, written: impl IntoIterator<Item = (Fingerprint, &'a Sighting)>) {
        for (row, sighting) in written {
            let mut known = Known::of(sighting);
            if let Some(before) = self.get(row) {
                known = known.extended(before);
            }
            if self.young.len() >= self.generation {
                self.old = std::mem::take(&mut self.young);
            }
            self.young.insert(row, known);
        }
    }

    fn get(&self, row: Fingerprint) -> Option<Known> {
        self.young.get(&row).or_else(|| self.old.get(&row)).copied()
    }
}

impl Known {
    fn of(sighting: &Sighting) -> Self {
        Self { first: sighting.first, last: sighting.last, unit: unit_hash(&sighting.unit) }
    }

    fn extended(self, before: Self) -> Self {
        let newest = if before.last > self.last { before } else { self };
        Self { first: self.first.min(before.first), ..newest }
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

    fn remember(known: &mut KnownRows, row: u128, first: i64, last: i64) {
        let sighting = Sighting { first: UnixHour(first), last: UnixHour(last), unit: "Count".into() };
        known.remember([(Fingerprint(row), &sighting)]);
    }

    #[test]
    fn covers_the_hours_between_and_the_unit_of_the_last() {
        let mut known = KnownRows::with_generation(8);
        assert!(!known.covers(Fingerprint(1), UnixHour(5), "Count"));
        remember(&mut known, 1, 5, 7);
        assert!(known.covers(Fingerprint(1), UnixHour(7), "Count"));
        assert!(known.covers(Fingerprint(1), UnixHour(6), "Seconds"), "an older unit would not be kept");
        assert!(!known.covers(Fingerprint(1), UnixHour(7), "Seconds"));
        assert!(!known.covers(Fingerprint(1), UnixHour(8), "Count"));
        assert!(!known.covers(Fingerprint(1), UnixHour(4), "Count"));
    }

    #[test]
    fn a_late_hour_does_not_make_it_forget_the_newer_ones() {
        let mut known = KnownRows::with_generation(8);
        remember(&mut known, 1, 6, 7);
        remember(&mut known, 1, 4, 4);
        for hour in 4..=7 {
            assert!(known.covers(Fingerprint(1), UnixHour(hour), "Count"), "{hour}");
        }
    }

    #[test]
    fn is_bounded_and_forgets_the_oldest_first() {
        let mut known = KnownRows::with_generation(100);
        for id in 0..1_000 {
            remember(&mut known, id, 1, 1);
        }
        assert!(known.young.len() + known.old.len() <= 200);
        assert!(known.covers(Fingerprint(999), UnixHour(1), "Count"));
        assert!(!known.covers(Fingerprint(0), UnixHour(1), "Count"));
    }
}
