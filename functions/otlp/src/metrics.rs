//! From the body of an export of metrics to a batch of rows.
//!
//! Points are refused by their metric's name, which the exporter is told with their number; the whole metric, as it was
//! sent, is set aside, as taking its other points again changes nothing. What is refused, and how a series comes of the
//! rest, [`firefly_wire::otlp::metrics`] says.

use firefly_model::{
    Exemplar, KnownRows, MetricMetadata, SampleBatch, SampleSeriesKey, SeriesId, TimeWindow, UnixHour,
    UnixMillis,
};
use firefly_wire::otlp::metrics::{MetricFault, MetricSink};
use firefly_wire::otlp::{Encoding, MetricSource, Unreadable, decode_metrics};
use firefly_wire::{Refusals, limits};

/// What an export of metrics held.
#[derive(Debug)]
pub struct MetricExport {
    /// Rows, sealed, with what is set aside.
    pub batch: SampleBatch,
    /// Samples that were read, copies included, and data points that were refused.
    pub data_points: usize,
    /// What was refused; what is set aside of it is in the batch.
    pub refusals: Refusals,
}

impl MetricExport {
    /// Whether there is nothing to store or to set aside.
    pub fn is_empty(&self) -> bool {
        self.batch.samples.is_empty() && self.refusals.count() == 0
    }
}

/// Reads a plain body.
///
/// # Errors
///
/// If it is no export of metrics, or exceeds a cap. A metric that cannot be stored is no error: it is refused.
pub fn read(
    body: &[u8],
    encoding: Encoding,
    known: &KnownRows,
    window: TimeWindow,
) -> Result<MetricExport, Unreadable> {
    let (batch, refusals) = (SampleBatch::default(), Refusals::default());
    let mut collector = Collector { known, batch, series_bytes: 0, refusals };
    decode_metrics(body, encoding, window, &mut collector)?;
    collector.within_caps()?;
    let Collector { mut batch, mut refusals, .. } = collector;
    batch.dead_letters = std::mem::take(&mut refusals.dead_letters);
    let data_points = batch.samples.len().saturating_add(refusals.rejected());
    batch.seal();
    Ok(MetricExport { batch, data_points, refusals })
}

struct Collector<'a> {
    known: &'a KnownRows,
    batch: SampleBatch,
    series_bytes: usize,
    refusals: Refusals,
}

impl Collector<'_> {
    fn within_caps(&self) -> Result<(), Unreadable> {
        for (what, count, cap) in [
            ("samples", self.batch.samples.len(), limits::SAMPLES),
            ("bytes of labels of new series", self.series_bytes, limits::SERIES_BYTES_TOTAL),
        ] {
            if count > cap {
                return Err(Unreadable::TooMuch { what, cap });
            }
        }
        Ok(())
    }
}

impl MetricSink for Collector<'_> {
    fn sample(&mut self, key: &SampleSeriesKey<'_>, time: UnixMillis, value: f64) -> SeriesId {
        let before = self.batch.series.len();
        let series = self.batch.add(key, time, value, self.known);
        if self.batch.series.len() > before {
            let labels = key.labels.iter().map(|(name, value)| name.len() + value.len());
            self.series_bytes += key.name.len() + labels.sum::<usize>();
        }
        series
    }

    fn exemplar(&mut self, exemplar: Exemplar) {
        self.batch.exemplars.push(exemplar);
    }

    fn describe(&mut self, family: &str, metadata: &MetricMetadata, hour: UnixHour) {
        self.batch.describe(family, metadata, hour, self.known);
    }

    fn refused(&mut self, name: &str, points: usize, fault: &MetricFault, source: &MetricSource<'_>) {
        self.refusals.refuse("metric", name, points, fault, || source.to_request());
    }

    fn is_full(&self) -> bool {
        self.within_caps().is_err()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// An export of a gauge with this name, attribute and time in milliseconds for each of these.
    fn export(points: impl Iterator<Item = (String, String, i64)>) -> Result<MetricExport, Unreadable> {
        let metrics: Vec<_> = points
            .map(|(name, attribute, time)| {
                format!(
                    r#"{{"name":"{name}","gauge":{{"dataPoints":[{{"asInt":1,"timeUnixNano":"{time}000000",
                    "attributes":[{{"key":"a","value":{{"stringValue":"{attribute}"}}}}]}}]}}}}"#
                )
            })
            .collect();
        let body =
            format!(r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{}]}}]}}]}}"#, metrics.join(","));
        let window = TimeWindow::around(UnixMillis(1_000_000), Duration::from_secs(60));
        read(body.as_bytes(), Encoding::Json, &KnownRows::with_generation(8), window)
    }

    #[test]
    fn what_is_refused_is_set_aside_as_an_export_of_its_own() {
        let point = |name: &str, time| (name.to_owned(), "x".to_owned(), time);
        let points = [point("up", 1_000_000), point("up", 1_000_000), point("old", 1), point("", 1_000_000)];
        let MetricExport { batch, data_points, refusals } = export(points.into_iter()).unwrap();
        assert_eq!(data_points, 4);
        assert_eq!((batch.samples.len(), batch.dead_letters.len()), (1, 2));
        let partial = refusals.partial_success().unwrap();
        assert_eq!(partial.rejected, 2);
        assert!(partial.error_message.starts_with(r#"metric "old": a data point has the time 1 ms, before"#));
        assert!(partial.error_message.ends_with(r#"; metric "": its name has no letter or digit"#));
        let again = &batch.dead_letters[0];
        let window = TimeWindow::around(UnixMillis(1), Duration::from_secs(60));
        let known = KnownRows::with_generation(8);
        let again = read(&again.bytes, Encoding::Json, &known, window).unwrap();
        assert_eq!((again.batch.samples.len(), again.refusals.count()), (1, 0));
        assert_eq!(again.batch.series.values().next().unwrap().name, "old");
    }

    #[test]
    fn labels_of_new_series_are_capped() {
        let long = "x".repeat(limits::LABEL_BYTES - 10);
        let points =
            |count| (0..count).map(|number| ("up".to_owned(), format!("{number:06}{long}"), 1_000_000));
        let fitting = limits::SERIES_BYTES_TOTAL / (limits::LABEL_BYTES - 1);
        assert_eq!(export(points(fitting)).unwrap().batch.series.len(), fitting);
        let error = export(points(fitting + 5)).unwrap_err().to_string();
        assert!(
            error.starts_with("the export has more than 33554432 bytes of labels of new series"),
            "{error}"
        );
    }
}
