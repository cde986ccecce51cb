//! What one delivery brings, ready to be stored.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::{
    DeadLetter, ExtraStatistics, Fingerprint, KnownRows, Series, SeriesKey, Sighting, StatisticSet,
    Statistics, UnixMillis, merge_sorted,
};

/// Statistic sets, the catalogue rows they need, and what was set aside.
#[derive(Debug, Default)]
pub struct MetricBatch {
    /// Data points; after [`MetricBatch::seal`] sorted by series and time, each key once.
    pub statistic_sets: Vec<StatisticSet>,
    /// Series whose catalogue row is missing or out of date. Keyed by the whole fingerprint: should two series ever
    /// share an id, the catalogue's primary key refuses the batch instead of mixing them up.
    pub series: HashMap<Fingerprint, Series>,
    /// Input that could not be stored.
    pub dead_letters: Vec<DeadLetter>,
    scratch: Vec<u8>,
}

impl MetricBatch {
    /// Adds a data point, and its series unless `known` covers it.
    pub fn add(
        &mut self,
        key: &SeriesKey<'_>,
        unit: &str,
        time: UnixMillis,
        statistics: Statistics,
        extra: Option<Box<ExtraStatistics>>,
        known: &KnownRows,
    ) {
        let fingerprint = key.fingerprint(&mut self.scratch);
        let hour = time.hour();
        if !known.covers(fingerprint, hour, unit) {
            match self.series.entry(fingerprint) {
                Entry::Occupied(mut seen) => seen.get_mut().sighting.extend(hour, unit),
                Entry::Vacant(unseen) => {
                    let sighting = Sighting { first: hour, last: hour, unit: unit.to_owned() };
                    unseen.insert(key.to_series(fingerprint, sighting));
                }
            }
        }
        self.statistic_sets.push(StatisticSet { series: fingerprint.id(), time, statistics, extra });
    }

    /// The catalogue rows, once they are written and committed, for [`KnownRows::remember`].
    pub fn catalogue_rows(&self) -> impl Iterator<Item = (Fingerprint, &Sighting)> {
        self.series.values().map(|series| (series.fingerprint, &series.sighting))
    }

    /// Merges the copies of the same period and brings the rows into the order in which they are written.
    pub fn seal(&mut self) {
        merge_sorted(&mut self.statistic_sets);
    }
}
