//! What one delivery brings, ready to be stored.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use xxhash_rust::xxh3::xxh3_128;

use crate::series::push_canonical;
use crate::{
    DeadLetter, ExtraStatistics, Fingerprint, KnownRows, Series, SeriesKey, Sighting, StatisticSet,
    Statistics, UnixHour, UnixMillis, merge_sorted,
};

/// Statistic sets, the catalogue rows they need, and what was set aside.
#[derive(Debug, Default)]
pub struct MetricBatch {
    /// Data points; after [`MetricBatch::seal`] sorted by series and time, each key once.
    pub statistic_sets: Vec<StatisticSet>,
    /// Series whose catalogue row is missing or out of date. Keyed by the whole fingerprint: should two series ever
    /// share an id, the catalogue's primary key refuses the batch instead of mixing them up.
    pub series: HashMap<Fingerprint, Series>,
    /// Which extra statistics metrics have, where the catalogue may not say so yet; keyed by the hash of all of it.
    pub extra_statistics: HashMap<Fingerprint, MetricStatistics>,
    /// Input that could not be stored.
    pub dead_letters: Vec<DeadLetter>,
    scratch: Vec<u8>,
}

/// The first byte of its canonical form; 1 to 7 are those of catalogues and exemplars.
const EXTRA_STATISTICS: u8 = 8;

/// The extra statistics of a data point, by what metric has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricStatistics {
    /// CloudWatch namespace.
    pub namespace: String,
    /// Metric name.
    pub name: String,
    /// CloudWatch's names of the statistics.
    pub statistics: Vec<String>,
}

/// That a metric has a statistic is of no hour.
static EVER: Sighting = Sighting { first: UnixHour(0), last: UnixHour(0), unit: String::new() };

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
        if let Some(extra) = &extra {
            self.describe(key, extra, known);
        }
        self.statistic_sets.push(StatisticSet { series: fingerprint.id(), time, statistics, extra });
    }

    /// Takes note of the extra statistics of a metric, unless `known` covers them.
    fn describe(&mut self, key: &SeriesKey<'_>, extra: &ExtraStatistics, known: &KnownRows) {
        self.scratch.clear();
        self.scratch.push(EXTRA_STATISTICS);
        let names = extra.iter().map(|(statistic, _)| statistic);
        for text in [key.namespace, key.name].into_iter().chain(names.clone()) {
            push_canonical(&mut self.scratch, text);
        }
        let fingerprint = Fingerprint(xxh3_128(&self.scratch));
        if !known.covers(fingerprint, EVER.last, &EVER.unit) {
            self.extra_statistics.entry(fingerprint).or_insert_with(|| MetricStatistics {
                namespace: key.namespace.to_owned(),
                name: key.name.to_owned(),
                statistics: names.map(str::to_owned).collect(),
            });
        }
    }

    /// The catalogue rows, once they are written and committed, for [`KnownRows::remember`].
    pub fn catalogue_rows(&self) -> impl Iterator<Item = (Fingerprint, &Sighting)> {
        let series = self.series.values().map(|series| (series.fingerprint, &series.sighting));
        series.chain(self.extra_statistics.keys().map(|fingerprint| (*fingerprint, &EVER)))
    }

    /// Merges the copies of the same period and brings the rows into the order in which they are written.
    pub fn seal(&mut self) {
        merge_sorted(&mut self.statistic_sets);
    }
}
