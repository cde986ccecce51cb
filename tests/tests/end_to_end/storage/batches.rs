//! Batches of data points, as a test needs them.

use std::borrow::Cow;

use firefly_model::{
    ExtraStatistics, Fingerprint, KnownRows, MetricBatch, SeriesKey, Statistics, UnixMillis,
};

/// 2026-03-02, 09:00 UTC.
pub const MORNING_MS: i64 = 1_772_442_000_000;
pub const MINUTE_MS: i64 = 60_000;
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// A data point of `Duration`, with dimension `FunctionName`.
#[derive(Clone, Debug)]
pub struct DataPoint {
    pub function: Cow<'static, str>,
    pub unit: &'static str,
    pub time_ms: i64,
    pub statistics: Statistics,
    pub extra: Vec<(&'static str, f64)>,
}

/// One sample of 1 ms of `checkout`, in the first minute of the morning.
pub fn point() -> DataPoint {
    DataPoint {
        function: "checkout".into(),
        unit: "Milliseconds",
        time_ms: MORNING_MS,
        statistics: Statistics { samples: 1.0, sum: 1.0, minimum: 1.0, maximum: 1.0 },
        extra: Vec::new(),
    }
}

impl DataPoint {
    pub fn of(self, function: impl Into<Cow<'static, str>>) -> Self {
        Self { function: function.into(), ..self }
    }

    /// Of the morning's minute, from 0.
    pub fn minute(self, minute: i64) -> Self {
        self.at(MORNING_MS + minute * MINUTE_MS)
    }

    pub fn at(self, time_ms: i64) -> Self {
        Self { time_ms, ..self }
    }

    pub fn in_unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    pub fn with(self, samples: f64, sum: f64, minimum: f64, maximum: f64) -> Self {
        Self { statistics: Statistics { samples, sum, minimum, maximum }, ..self }
    }

    pub fn extra(self, extra: &[(&'static str, f64)]) -> Self {
        Self { extra: extra.to_vec(), ..self }
    }

    pub fn fingerprint(&self) -> Fingerprint {
        self.with_key(|key| key.fingerprint(&mut Vec::new()))
    }

    fn with_key<T>(&self, with: impl FnOnce(&SeriesKey<'_>) -> T) -> T {
        let labels = [("FunctionName".into(), Cow::Borrowed(&*self.function))];
        with(&SeriesKey {
            account_id: "111122223333",
            region: "eu-west-1",
            namespace: "AWS/Lambda",
            name: "Duration",
            labels: &labels,
        })
    }
}

/// A sealed batch, for a writer that knows no series.
pub fn batch<'a>(points: impl IntoIterator<Item = &'a DataPoint>) -> MetricBatch {
    batch_of_warm_writer(points, &KnownRows::with_generation(0))
}

/// A sealed batch, for a writer that knows these series.
pub fn batch_of_warm_writer<'a>(
    points: impl IntoIterator<Item = &'a DataPoint>,
    known: &KnownRows,
) -> MetricBatch {
    let mut batch = MetricBatch::default();
    for point in points {
        let extra =
            (!point.extra.is_empty()).then(|| Box::new(ExtraStatistics::new(point.extra.iter().copied())));
        let time = UnixMillis(point.time_ms);
        point.with_key(|key| batch.add(key, point.unit, time, point.statistics, extra, known));
    }
    batch.seal();
    batch
}
