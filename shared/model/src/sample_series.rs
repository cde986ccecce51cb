//! What a series of samples is.

use std::borrow::Cow;

use xxhash_rust::xxh3::xxh3_128;

use crate::series::push_canonical;
use crate::{Fingerprint, Series, SeriesKind, Sighting};

/// What a series of samples is, as Prometheus sees it: its name and its labels.
#[derive(Clone, Copy, Debug)]
pub struct SampleSeriesKey<'a> {
    /// Metric name, the label `__name__`.
    pub name: &'a str,
    /// The other labels, sorted by name, each name once, none with an empty value: that would be no label.
    pub labels: &'a [(Cow<'a, str>, Cow<'a, str>)],
}

impl SampleSeriesKey<'_> {
    /// Hashes the canonical form: one byte for the kind of series, then the name and each label's name and value,
    /// every string preceded by its length in bytes as a little-endian 32-bit integer.
    ///
    /// `scratch` is overwritten; passing the same one again saves an allocation per sample.
    pub fn fingerprint(&self, scratch: &mut Vec<u8>) -> Fingerprint {
        scratch.clear();
        scratch.push(SeriesKind::Samples as u8);
        push_canonical(scratch, self.name);
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
            kind: SeriesKind::Samples,
            account_id: String::new(),
            region: String::new(),
            namespace: String::new(),
            name: self.name.to_owned(),
            labels: self.labels.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
            sighting,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeriesKey;

    #[test]
    fn the_fingerprint_is_stable_for_ever() {
        let labels = [("job".into(), "shop/checkout".into()), ("le".into(), "0.5".into())];
        let key = SampleSeriesKey { name: "http_request_duration_seconds_bucket", labels: &labels };
        assert_eq!(
            format!("{:032x}", key.fingerprint(&mut Vec::new()).0),
            "e32c42ed1d7bf7ee5ebaec2d873bae36",
            "a changed hash would start every stored series anew"
        );
    }

    #[test]
    fn samples_and_statistic_sets_are_different_series() {
        let scratch = &mut Vec::new();
        let samples = SampleSeriesKey { name: "", labels: &[] }.fingerprint(scratch);
        let sets = SeriesKey { account_id: "", region: "", namespace: "", name: "", labels: &[] };
        assert_ne!(sets.fingerprint(scratch), samples);
    }
}
