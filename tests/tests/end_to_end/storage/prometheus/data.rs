//! What these tests store and how they ask for it.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use firefly_model::selection::{
    Labels, Limits, Look, MatchOp, Matcher, Samples, SelectedSeries, Selection, Times,
};
use firefly_model::{
    ExtraStatistics, KnownRows, MetricBatch, SampleBatch, SampleSeriesKey, SeriesKey, Statistics, UnixMillis,
};
use firefly_storage::{CatalogueCap, Database, MetricReader, PrometheusReader};
use firefly_tests::test_database::TestDatabase;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use tokio::runtime::Handle;

use super::super::{door, patience, samples, write};

/// Enough of everything.
pub const LIMITS: Limits = Limits { samples: 1_000_000, series: 100_000 };

/// A reader with the rights of the role for reading.
pub fn reader(database: &TestDatabase) -> anyhow::Result<PrometheusReader> {
    Ok(PrometheusReader::new(door(&database.read_url())?))
}

/// A reader that holds no catalogue, because any is too large.
pub fn reader_without_catalogue(database: &TestDatabase) -> anyhow::Result<PrometheusReader> {
    Ok(PrometheusReader::with_cap(door(&database.read_url())?, CatalogueCap { rows: 0, bytes: 0 }))
}

/// A data point of CloudWatch.
#[derive(Clone, Debug)]
pub struct CloudwatchPoint {
    pub namespace: String,
    pub name: String,
    pub dimensions: Vec<(String, String)>,
    pub time_ms: i64,
    pub statistics: Statistics,
    pub extra: Vec<(String, f64)>,
}

/// Three samples between 1 and 4 of `AWS/Lambda` `Duration` of a function.
pub fn duration_of(function: &str, time_ms: i64) -> CloudwatchPoint {
    CloudwatchPoint {
        namespace: "AWS/Lambda".into(),
        name: "Duration".into(),
        dimensions: vec![("FunctionName".into(), function.into())],
        time_ms,
        statistics: Statistics { samples: 3.0, sum: 6.0, minimum: 1.0, maximum: 4.0 },
        extra: Vec::new(),
    }
}

pub async fn store_points(database: &TestDatabase, points: &[CloudwatchPoint]) -> anyhow::Result<()> {
    store_points_through(&database.ingest()?, points).await
}

pub async fn store_points_through(ingest: &Database, points: &[CloudwatchPoint]) -> anyhow::Result<()> {
    let (mut batch, known) = (MetricBatch::default(), KnownRows::with_generation(0));
    for point in points {
        let mut labels: Vec<(Cow<'_, str>, Cow<'_, str>)> =
            point.dimensions.iter().map(|(name, value)| (name.into(), value.into())).collect();
        labels.sort();
        let key = SeriesKey {
            account_id: "111122223333",
            region: "eu-west-1",
            namespace: &point.namespace,
            name: &point.name,
            labels: &labels,
        };
        let extra = point.extra.iter().map(|(name, value)| (&**name, *value));
        let extra = (!point.extra.is_empty()).then(|| Box::new(ExtraStatistics::new(extra)));
        batch.add(&key, "Milliseconds", UnixMillis(point.time_ms), point.statistics, extra, &known);
    }
    batch.seal();
    write(ingest, &batch).await?;
    Ok(())
}

/// A name, labels, and times with values.
type SampleSeries<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [(i64, f64)]);

/// Stores samples of series.
pub async fn store_samples(database: &TestDatabase, series: &[SampleSeries<'_>]) -> anyhow::Result<()> {
    store_samples_through(&database.ingest()?, series).await
}

pub async fn store_samples_through(ingest: &Database, series: &[SampleSeries<'_>]) -> anyhow::Result<()> {
    let (mut batch, known) = (SampleBatch::default(), KnownRows::with_generation(0));
    for (name, labels, points) in series {
        let mut labels: Vec<(Cow<'_, str>, Cow<'_, str>)> =
            labels.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        labels.sort();
        for (time_ms, value) in *points {
            let key = SampleSeriesKey { name, labels: &labels };
            batch.add(&key, UnixMillis(*time_ms), *value, &known);
        }
    }
    batch.seal();
    samples::write_samples(ingest, &batch).await?;
    Ok(())
}

/// Matchers from texts such as `__name__=~"up|down"`, without the quotes.
pub fn matchers(texts: &[&str]) -> Vec<Matcher> {
    let matcher = |text: &&str| {
        let operators = [
            ("=~", MatchOp::Regex),
            ("!~", MatchOp::NotRegex),
            ("!=", MatchOp::NotEqual),
            ("=", MatchOp::Equal),
        ];
        let (at, written, op) = operators
            .into_iter()
            .filter_map(|(written, op)| Some((text.find(written)?, written, op)))
            .min_by_key(|(at, _, _)| *at)
            .unwrap();
        Matcher::new(&text[..at], op, &text[at + written.len()..]).unwrap()
    };
    texts.iter().map(matcher).collect()
}

/// The newest samples at one time.
pub fn newest_at(at_ms: i64, texts: &[&str]) -> Selection {
    let look = Look::Newest { lookback_ms: 300_000, is_explicit: false };
    Selection { matchers: matchers(texts), times: Times::once(at_ms), look, is_stepped: false }
}

/// All samples of the window before one time.
pub fn window_at(at_ms: i64, window_ms: i64, texts: &[&str]) -> Selection {
    let look = Look::Window { window_ms, function: None };
    Selection { matchers: matchers(texts), times: Times::once(at_ms), look, is_stepped: false }
}

pub async fn select(reader: &PrometheusReader, selection: Selection) -> anyhow::Result<Vec<SelectedSeries>> {
    let mut series = reader.select(&[selection], LIMITS, patience()).await?.remove(0);
    series.sort_by(|one, other| one.labels.cmp(&other.labels));
    Ok(series)
}

/// The labels of all series that meet the matchers, at any time.
pub async fn series(reader: &PrometheusReader, texts: &[&str]) -> anyhow::Result<Vec<Labels>> {
    Ok(reader.series(&[matchers(texts)], ALWAYS, None, LIMITS, patience()).await?)
}

pub const ALWAYS: RangeInclusive<UnixMillis> = UnixMillis(0)..=UnixMillis(i64::MAX);

/// Points with the bits of their values.
pub fn bits(series: &SelectedSeries) -> Vec<(i64, u64)> {
    match &series.samples {
        Samples::Points(points) => {
            points.iter().map(|point| (point.time_ms, point.value.to_bits())).collect()
        }
        Samples::Results(results) => panic!("results {results:?} and no points"),
    }
}

/// Times and values.
pub fn points(series: &SelectedSeries) -> Vec<(i64, f64)> {
    bits(series).into_iter().map(|(time_ms, bits)| (time_ms, f64::from_bits(bits))).collect()
}

/// Checks a property of whatever a strategy makes, beside the runtime's own thread, on which connections are driven.
pub async fn check<S>(
    cases: u32,
    strategy: impl FnOnce() -> S + Send + 'static,
    property: impl AsyncFn(S::Value) -> anyhow::Result<()> + Send + 'static,
) -> anyhow::Result<()>
where
    S: Strategy,
{
    let runtime = Handle::current();
    let check = move || {
        let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
        let outcome = runner.run(&strategy(), |value| {
            runtime.block_on(property(value)).map_err(|error| TestCaseError::fail(format!("{error:#}")))
        });
        outcome.map_err(|error| anyhow::anyhow!("{error}"))
    };
    tokio::task::spawn_blocking(check).await?
}
