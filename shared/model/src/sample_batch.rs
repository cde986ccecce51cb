//! What one export of samples brings, ready to be stored.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::{
    DeadLetter, Exemplar, FamilyMetadata, Fingerprint, KnownRows, MetricMetadata, Sample, SampleSeriesKey,
    Series, SeriesId, Sighting, UnixHour, UnixMillis,
};

/// Samples, the catalogue rows they need, and what was set aside.
#[derive(Debug, Default)]
pub struct SampleBatch {
    /// Samples; after [`SampleBatch::seal`] sorted by series and time, each key once.
    pub samples: Vec<Sample>,
    /// Exemplars; after [`SampleBatch::seal`] sorted by series, time and what they are, each once.
    pub exemplars: Vec<Exemplar>,
    /// Series whose catalogue row is missing or out of date.
    pub series: HashMap<Fingerprint, Series>,
    /// Metadata whose catalogue row is missing or out of date.
    pub metadata: HashMap<Fingerprint, FamilyMetadata>,
    /// Input that could not be stored.
    pub dead_letters: Vec<DeadLetter>,
    scratch: Vec<u8>,
}

impl SampleBatch {
    /// Adds a sample, and its series unless `known` covers it. The id is for its exemplars.
    pub fn add(
        &mut self,
        key: &SampleSeriesKey<'_>,
        time: UnixMillis,
        value: f64,
        known: &KnownRows,
    ) -> SeriesId {
        let series = self.sight(key, time.hour(), known);
        self.samples.push(Sample { series, time, value });
        series
    }

    /// Adds a series that was seen in this hour, unless `known` covers it: for exemplars that come without a sample.
    pub fn sight(&mut self, key: &SampleSeriesKey<'_>, hour: UnixHour, known: &KnownRows) -> SeriesId {
        let fingerprint = key.fingerprint(&mut self.scratch);
        if !known.covers(fingerprint, hour, "") {
            match self.series.entry(fingerprint) {
                Entry::Occupied(mut seen) => seen.get_mut().sighting.extend(hour, ""),
                Entry::Vacant(unseen) => {
                    unseen.insert(key.to_series(fingerprint, seen_in(hour)));
                }
            }
        }
        fingerprint.id()
    }

    /// Adds what is said about a metric family in this hour, unless `known` covers it.
    pub fn describe(&mut self, family: &str, metadata: &MetricMetadata, hour: UnixHour, known: &KnownRows) {
        let fingerprint = metadata.fingerprint(family, &mut self.scratch);
        if known.covers(fingerprint, hour, "") {
            return;
        }
        match self.metadata.entry(fingerprint) {
            Entry::Occupied(mut said) => said.get_mut().sighting.extend(hour, ""),
            Entry::Vacant(unsaid) => {
                unsaid.insert(FamilyMetadata {
                    family: family.to_owned(),
                    metadata: metadata.clone(),
                    sighting: seen_in(hour),
                });
            }
        }
    }

    /// The catalogue rows, once they are written and committed, for [`KnownRows::remember`].
    pub fn catalogue_rows(&self) -> impl Iterator<Item = (Fingerprint, &Sighting)> {
        let series = self.series.iter().map(|(fingerprint, series)| (*fingerprint, &series.sighting));
        let metadata = self.metadata.iter().map(|(fingerprint, said)| (*fingerprint, &said.sighting));
        series.chain(metadata)
    }

    /// Brings the rows into the order in which they are written. Of several samples of one series at one moment the
    /// first counts.
    pub fn seal(&mut self) {
        self.samples.sort_by_key(Sample::key);
        self.samples.dedup_by_key(|sample| sample.key());
        self.exemplars.sort_by_cached_key(Exemplar::key);
        self.exemplars.dedup_by_key(|exemplar| exemplar.key());
    }
}

fn seen_in(hour: UnixHour) -> Sighting {
    Sighting { first: hour, last: hour, unit: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MetricType, STALE_MARKER};

    const HOUR_MS: i64 = 3_600_000;

    fn add(batch: &mut SampleBatch, name: &str, time: i64, value: f64, known: &KnownRows) -> SeriesId {
        batch.add(&SampleSeriesKey { name, labels: &[] }, UnixMillis(time), value, known)
    }

    #[test]
    fn the_first_of_a_moment_counts_and_the_rest_is_sorted() {
        let (mut batch, known) = (SampleBatch::default(), KnownRows::with_generation(8));
        let up = add(&mut batch, "up", 2_000, 1.0, &known);
        add(&mut batch, "up", 1_000, STALE_MARKER, &known);
        add(&mut batch, "up", 2_000, 0.0, &known);
        batch.seal();
        let sample = |time, value| Sample { series: up, time: UnixMillis(time), value };
        assert_eq!(batch.samples, [sample(1_000, STALE_MARKER), sample(2_000, 1.0)]);
        assert_eq!(batch.series.len(), 1);
    }

    #[test]
    fn exemplars_of_one_moment_are_told_apart_by_value_and_labels() {
        let mut batch = SampleBatch::default();
        let exemplar = |value, trace: &str| Exemplar {
            series: SeriesId(1),
            time: UnixMillis(1),
            value,
            labels: vec![("trace_id".into(), trace.into())],
        };
        batch.exemplars.extend([
            exemplar(1.0, "aa"),
            exemplar(2.0, "aa"),
            exemplar(1.0, "aa"),
            exemplar(1.0, "bb"),
        ]);
        batch.seal();
        assert_eq!(batch.exemplars.len(), 3);
    }

    #[test]
    fn a_series_may_be_seen_without_a_sample() {
        let (mut batch, known) = (SampleBatch::default(), KnownRows::with_generation(8));
        let key = SampleSeriesKey { name: "up", labels: &[] };
        let seen = batch.sight(&key, UnixHour(1), &known);
        assert_eq!((batch.samples.len(), batch.series.len()), (0, 1));
        assert_eq!(batch.add(&key, UnixMillis(2 * HOUR_MS), 1.0, &known), seen);
        let sighting = &batch.series.values().next().unwrap().sighting;
        assert_eq!((sighting.first, sighting.last), (UnixHour(1), UnixHour(2)));
    }

    #[test]
    fn what_the_catalogue_says_already_is_left_out() {
        let (mut first, mut known) = (SampleBatch::default(), KnownRows::with_generation(8));
        let metadata =
            MetricMetadata { metric_type: MetricType::Gauge, unit: String::new(), help: "Is it up?".into() };
        add(&mut first, "up", HOUR_MS, 1.0, &known);
        first.describe("up", &metadata, UnixHour(1), &known);
        assert_eq!(first.catalogue_rows().count(), 2);
        known.remember(first.catalogue_rows());

        let mut second = SampleBatch::default();
        add(&mut second, "up", HOUR_MS + 1, 1.0, &known);
        second.describe("up", &metadata, UnixHour(1), &known);
        assert_eq!(second.catalogue_rows().count(), 0);
        add(&mut second, "up", 2 * HOUR_MS, 1.0, &known);
        second.describe("up", &MetricMetadata { help: "Is it?".into(), ..metadata }, UnixHour(1), &known);
        assert_eq!(second.catalogue_rows().count(), 2);
    }
}
