//! What these tests store: two jobs whose counters are scraped every 15 s for half an hour, exemplars, metadata.

use std::borrow::Cow;
use std::time::Duration;

use firefly_model::{
    Exemplar, ExtraStatistics, KnownRows, MetricBatch, MetricMetadata, MetricType, SampleBatch,
    SampleSeriesKey, SeriesId, SeriesKey, Statistics, UnixMillis,
};
use firefly_storage::{MetricWriter, Origin, Received, SampleWriter};
use firefly_tests::demo::Point;
use firefly_tests::test_database::{Server, TestDatabase};
use tokio::time::Instant;

/// 2026-03-02, 09:00 UTC.
pub const MORNING_MS: i64 = 1_772_442_000_000;

/// Five minutes later, in seconds: when instant queries look.
pub const LOOK: &str = "1772442300";

const RECEIVED: Received = Received { source: "test", data_points: 0, bytes: 0 };

/// Where the batches of these tests come from.
pub const ORIGIN: Origin<'static> =
    Origin { source: "test", source_arn: None, request_id: "request-1", received: RECEIVED };

/// Longer than anything here takes on a busy machine.
pub fn patience() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

/// A database with the sample in it.
pub async fn sampled() -> TestDatabase {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let mut batch = SampleBatch::default();
    let every_15_s = |value: fn(u32) -> f64| {
        (0..120_u32).map(move |step| (MORNING_MS + i64::from(step) * 15_000, value(step)))
    };
    let requests = |code, instance, job| [("code", code), ("instance", instance), ("job", job)];
    let of_api = requests("200", "a", "api");
    add(&mut batch, "requests_total", &of_api, every_15_s(|step| f64::from(step) * 10.0));
    let failed = add(&mut batch, "requests_total", &requests("500", "a", "api"), every_15_s(f64::from));
    let of_web = requests("200", "<b>&", "web");
    add(&mut batch, "requests_total", &of_web, every_15_s(f64::from));
    add(&mut batch, "up", &[("job", "api")], every_15_s(|_| 1.0));
    add(&mut batch, "odd.name", &[("a label", "x\"y\\z\n\u{2028}é")], [(MORNING_MS, 0.5)]);
    batch.exemplars.push(Exemplar {
        series: failed,
        time: UnixMillis(MORNING_MS + 10_479),
        value: 0.25,
        labels: [("span_id", "8448eb211c80319d"), ("trace_id", "0af7651916cd43dd8448eb211c80319c")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
    });
    describe(&mut batch);
    store(&database, batch).await;
    database
}

/// Adds samples of a series, whose labels are sorted.
pub fn add(
    batch: &mut SampleBatch,
    name: &str,
    labels: &[(&str, &str)],
    points: impl IntoIterator<Item = (i64, f64)>,
) -> SeriesId {
    let labels: Vec<(Cow<'_, str>, Cow<'_, str>)> =
        labels.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let (key, known) = (SampleSeriesKey { name, labels: &labels }, KnownRows::with_generation(0));
    let ids = points.into_iter().map(|(time_ms, value)| batch.add(&key, UnixMillis(time_ms), value, &known));
    ids.last().unwrap()
}

fn describe(batch: &mut SampleBatch) {
    let said =
        |metric_type, help: &str| MetricMetadata { metric_type, unit: String::new(), help: help.into() };
    let (hour, known) = (UnixMillis(MORNING_MS).hour(), KnownRows::with_generation(0));
    batch.describe("requests", &said(MetricType::Counter, "Requests > 0."), hour, &known);
    batch.describe("up", &said(MetricType::Gauge, "Is it up?"), hour, &known);
}

/// Stores a batch.
pub async fn store(database: &TestDatabase, mut batch: SampleBatch) {
    batch.seal();
    database.ingest().unwrap().write_samples(&batch, ORIGIN, patience()).await.unwrap();
}

/// Stores data points of CloudWatch.
pub async fn store_points(database: &TestDatabase, points: &[Point]) {
    let (mut batch, known) = (MetricBatch::default(), KnownRows::with_generation(0));
    for point in points {
        let labels: Vec<(Cow<'_, str>, Cow<'_, str>)> =
            point.dimensions.iter().map(|(name, value)| (name.into(), value.into())).collect();
        let key = SeriesKey {
            account_id: &point.account_id,
            region: &point.region,
            namespace: &point.namespace,
            name: &point.metric_name,
            labels: &labels,
        };
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let statistics = Statistics {
            samples: point.samples as f64,
            sum: point.sum,
            minimum: point.minimum,
            maximum: point.maximum,
        };
        let extra = point.extra.iter().map(|(name, value)| (&**name, *value));
        let extra = (!point.extra.is_empty()).then(|| Box::new(ExtraStatistics::new(extra)));
        batch.add(&key, point.unit.cloudwatch(), UnixMillis(point.start_ms), statistics, extra, &known);
    }
    batch.seal();
    database.ingest().unwrap().write_metrics(&batch, ORIGIN, patience()).await.unwrap();
}
