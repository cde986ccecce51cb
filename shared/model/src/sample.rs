//! Samples and exemplars, as Prometheus has them.

use xxhash_rust::xxh3::xxh3_128;

use crate::series::push_canonical;
use crate::{Fingerprint, SeriesId, UnixMillis};

/// The value that says that a series ends here: a NaN that Prometheus knows by its bits. Any other NaN is a value.
pub const STALE_MARKER: f64 = f64::from_bits(0x7ff0_0000_0000_0002);

/// The value of a series at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// The series it belongs to.
    pub series: SeriesId,
    /// When it was taken.
    pub time: UnixMillis,
    /// Any floating-point number; its bits are kept, those of a NaN too.
    pub value: f64,
}

/// Samples are equal by their bits.
impl PartialEq for Sample {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key() && self.value.to_bits() == other.value.to_bits()
    }
}

impl Sample {
    /// What tells it from other samples.
    pub fn key(&self) -> (SeriesId, UnixMillis) {
        (self.series, self.time)
    }
}

/// An example of what a sample counts, with labels that lead to it, such as the id of its trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Exemplar {
    /// The series it belongs to.
    pub series: SeriesId,
    /// When it was recorded.
    pub time: UnixMillis,
    /// The measured value.
    pub value: f64,
    /// Names and values, sorted by name, each name once; OpenTelemetry's are `trace_id` and `span_id`.
    pub labels: Vec<(String, String)>,
}

/// The first byte of an exemplar's canonical form; 1 to 6 are those of the catalogues.
const EXEMPLAR: u8 = 7;

impl Exemplar {
    /// Tells apart the exemplars of one series at one moment: a hash of value and labels.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut canonical = vec![EXEMPLAR];
        canonical.extend_from_slice(&self.value.to_bits().to_le_bytes());
        for (name, value) in &self.labels {
            push_canonical(&mut canonical, name);
            push_canonical(&mut canonical, value);
        }
        Fingerprint(xxh3_128(&canonical))
    }

    /// What tells it from other exemplars.
    pub fn key(&self) -> (SeriesId, UnixMillis, Fingerprint) {
        (self.series, self.time, self.fingerprint())
    }
}
