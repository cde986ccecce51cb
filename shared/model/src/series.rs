//! What a time series is, and the hash that names it.

use std::borrow::Cow;

use xxhash_rust::xxh3::xxh3_128;

use crate::UnixHour;

/// A 128-bit XXH3 hash of everything that makes a series the one it is.
///
/// Any writer computes it without asking the database. XXH3 is not a cryptographic hash: it tells apart the series
/// of one installation, whose writers all hold a key; it does not defend them against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(pub u128);

impl Fingerprint {
    /// The low 64 bits, by which data points refer to their series.
    pub fn id(self) -> SeriesId {
        let [.., a, b, c, d, e, f, g, h] = self.0.to_be_bytes();
        SeriesId(i64::from_be_bytes([a, b, c, d, e, f, g, h]))
    }
}

/// The 64-bit name of a series in the data tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SeriesId(pub i64);

/// What the data points of a series are: the first byte of its canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum SeriesKind {
    /// CloudWatch's statistic sets.
    StatisticSets = 1,
    /// Samples, as Prometheus has them.
    Samples = 2,
}

/// What a series of statistic sets is: two data points with equal keys belong to the same series.
///
/// The metric stream, the Firehose that carried a data point, and its unit are not part of it.
#[derive(Clone, Copy, Debug)]
pub struct SeriesKey<'a> {
    /// AWS account that the metric belongs to.
    pub account_id: &'a str,
    /// AWS region, such as `eu-central-1`.
    pub region: &'a str,
    /// CloudWatch namespace, such as `AWS/Lambda`.
    pub namespace: &'a str,
    /// Metric name, such as `Invocations`.
    pub name: &'a str,
    /// Names and values of the dimensions, sorted by name, each name once.
    pub labels: &'a [(Cow<'a, str>, Cow<'a, str>)],
}

impl SeriesKey<'_> {
    /// Hashes the canonical form: one byte for the kind of series, then account, region, namespace, name and each
    /// label's name and value, every string preceded by its length in bytes as a little-endian 32-bit integer.
    ///
    /// `scratch` is overwritten; passing the same one again saves an allocation per data point.
    pub fn fingerprint(&self, scratch: &mut Vec<u8>) -> Fingerprint {
        scratch.clear();
        scratch.push(SeriesKind::StatisticSets as u8);
        for text in [self.account_id, self.region, self.namespace, self.name] {
            push_canonical(scratch, text);
        }
        for (name, value) in self.labels {
            push_canonical(scratch, name);
            push_canonical(scratch, value);
        }
        Fingerprint(xxh3_128(scratch))
    }

    /// An owned copy, with its fingerprint and when it was seen.
    pub fn to_series(&self, fingerprint: Fingerprint, sighting: Sighting) -> Series {
        Series {
            fingerprint,
            kind: SeriesKind::StatisticSets,
            account_id: self.account_id.to_owned(),
            region: self.region.to_owned(),
            namespace: self.namespace.to_owned(),
            name: self.name.to_owned(),
            labels: self.labels.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
            sighting,
        }
    }
}

/// A string, preceded by its length.
pub(crate) fn push_canonical(canonical: &mut Vec<u8>, text: &str) {
    // Labels are capped far below 4 GiB where they are decoded; a longer one would still hash, as its length modulo 2³².
    #[expect(clippy::cast_possible_truncation, reason = "see above")]
    canonical.extend_from_slice(&(text.len() as u32).to_le_bytes());
    canonical.extend_from_slice(text.as_bytes());
}

/// A series as its row in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The hash of the fields below, up to and including the labels.
    pub fingerprint: Fingerprint,
    /// What its data points are.
    pub kind: SeriesKind,
    /// AWS account that the metric belongs to; empty for samples.
    pub account_id: String,
    /// AWS region; empty for samples.
    pub region: String,
    /// CloudWatch namespace; empty for samples.
    pub namespace: String,
    /// Metric name.
    pub name: String,
    /// Dimensions or labels, sorted by name.
    pub labels: Vec<(String, String)>,
    /// When it was seen, and in which unit; samples have none, their metadata does.
    pub sighting: Sighting,
}

/// When a series had data points, and the unit of the newest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Hour of the oldest data point.
    pub first: UnixHour,
    /// Hour of the newest data point.
    pub last: UnixHour,
    /// Unit in that newest hour; of several, the last in byte order, so that the order of arrival does not matter.
    pub unit: String,
}

impl Sighting {
    /// Widens this sighting by one more data point.
    pub fn extend(&mut self, hour: UnixHour, unit: &str) {
        self.first = self.first.min(hour);
        if (hour, unit) > (self.last, &self.unit) {
            self.last = hour;
            unit.clone_into(&mut self.unit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key<'a>(name: &'a str, labels: &'a [(Cow<'a, str>, Cow<'a, str>)]) -> SeriesKey<'a> {
        SeriesKey {
            account_id: "123456789012",
            region: "eu-central-1",
            namespace: "AWS/Lambda",
            name,
            labels,
        }
    }

    #[test]
    fn the_fingerprint_is_stable_for_ever() {
        let labels = [("FunctionName".into(), "checkout".into())];
        let fingerprint = key("Invocations", &labels).fingerprint(&mut Vec::new());
        assert_eq!(
            format!("{:032x}", fingerprint.0),
            "b0aa83d35986060c02ec530b1e528fbc",
            "a changed hash would start every stored series anew"
        );
    }

    #[test]
    fn the_id_is_the_low_half() {
        assert_eq!(Fingerprint(0x1_ffff_ffff_ffff_fffe).id(), SeriesId(-2));
    }

    #[test]
    fn strings_do_not_run_into_each_other() {
        let one = [("ab".into(), "c".into())];
        let other = [("a".into(), "bc".into())];
        let mut scratch = Vec::new();
        assert_ne!(key("m", &one).fingerprint(&mut scratch), key("m", &other).fingerprint(&mut scratch));
        assert_ne!(key("m", &[]).fingerprint(&mut scratch), key("", &[]).fingerprint(&mut scratch));
    }

    #[test]
    fn a_sighting_takes_the_unit_of_the_newest_hour() {
        let mut sighting = Sighting { first: UnixHour(5), last: UnixHour(5), unit: "Count".into() };
        sighting.extend(UnixHour(3), "Seconds");
        assert_eq!(sighting, Sighting { first: UnixHour(3), last: UnixHour(5), unit: "Count".into() });
        sighting.extend(UnixHour(6), "Bytes");
        assert_eq!(sighting, Sighting { first: UnixHour(3), last: UnixHour(6), unit: "Bytes".into() });
    }
}
