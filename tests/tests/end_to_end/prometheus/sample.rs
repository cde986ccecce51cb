//! What these tests store: two jobs whose counters are scraped every 15 s for half an hour, exemplars, metadata.

use std::borrow::Cow;

use firefly_model::{
    Exemplar, KnownRows, MetricMetadata, MetricType, SampleBatch, SampleSeriesKey, UnixMillis,
};
use firefly_storage::SampleWriter;
use firefly_tests::test_database::{Server, TestDatabase};

use crate::storage::prometheus::data::store_samples;
use crate::storage::{ORIGIN, patience};

/// 2026-03-02, 09:00 UTC, in seconds.
pub const MORNING: i64 = 1_772_442_000;

/// Five minutes later, when every instant query of these tests looks.
pub const LOOK: &str = "1772442300";

/// A database with the sample in it.
pub async fn sampled() -> TestDatabase {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let times = || (0..120).map(|step| (MORNING + step * 15) * 1_000);
    let counter = |each: f64| (0..).zip(times()).map(move |(step, time)| (time, f64::from(step) * each));
    let (slow, fast): (Vec<_>, Vec<_>) = (counter(1.0).collect(), counter(10.0).collect());
    let up: Vec<_> = times().map(|time| (time, 1.0)).collect();
    store_samples(
        &database,
        &[
            ("requests_total", &[("job", "api"), ("code", "200"), ("instance", "a")], &fast),
            ("requests_total", &[("job", "api"), ("code", "500"), ("instance", "a")], &slow),
            ("requests_total", &[("job", "web"), ("code", "200"), ("instance", "<b>&")], &slow),
            ("up", &[("job", "api")], &up),
            ("odd.name", &[("a label", "x\"y\\z\n\u{2028}é")], &up[..1]),
        ],
    )
    .await
    .unwrap();
    store_metadata_and_exemplars(&database).await.unwrap();
    database
}

async fn store_metadata_and_exemplars(database: &TestDatabase) -> anyhow::Result<()> {
    let (mut batch, known) = (SampleBatch::default(), KnownRows::with_generation(0));
    let hour = UnixMillis(MORNING * 1_000).hour();
    let said = |metric_type, unit: &str, help: &str| MetricMetadata {
        metric_type,
        unit: unit.into(),
        help: help.into(),
    };
    batch.describe("requests", &said(MetricType::Counter, "", "Requests > 0."), hour, &known);
    batch.describe("up", &said(MetricType::Gauge, "", "Is it up?"), hour, &known);
    let labels: Vec<(Cow<'_, str>, Cow<'_, str>)> = [("code", "500"), ("instance", "a"), ("job", "api")]
        .map(|(name, value)| (name.into(), value.into()))
        .into();
    let key = SampleSeriesKey { name: "requests_total", labels: &labels };
    let series = batch.add(&key, UnixMillis((MORNING + 15) * 1_000), 1.0, &known);
    batch.exemplars.push(Exemplar {
        series,
        time: UnixMillis((MORNING + 10) * 1_000 + 479),
        value: 0.25,
        labels: vec![
            ("span_id".into(), "8448eb211c80319d".into()),
            ("trace_id".into(), "0af7651916cd43dd8448eb211c80319c".into()),
        ],
    });
    batch.seal();
    database.ingest()?.write_samples(&batch, ORIGIN, patience()).await?;
    Ok(())
}
