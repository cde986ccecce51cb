//! Exemplars, and what is said of metrics and of the catalogue.

use std::borrow::Cow;

use firefly_model::selection::{Labels, Limits};
use firefly_model::{
    Exemplar, KnownRows, MetricMetadata, MetricType, SampleBatch, SampleSeriesKey, UnixHour, UnixMillis,
};
use firefly_storage::{MetricReader, ReadError};
use firefly_tests::test_database::TestDatabase;

use super::super::batches::{DAY_MS, MORNING_MS};
use super::super::{patience, samples};
use super::data::{LIMITS, duration_of, matchers, reader, store_points, store_samples};

on_each_server!(
    exemplars_are_sorted_by_series_and_time,
    what_was_said_of_a_metric_last_is_last,
    cardinality_counts_each_statistic,
);

async fn exemplars_are_sorted_by_series_and_time(database: &TestDatabase) -> anyhow::Result<()> {
    let (mut batch, known) = (SampleBatch::default(), KnownRows::with_generation(0));
    for job in ["b", "a"] {
        let labels = [(Cow::Borrowed("job"), Cow::Borrowed(job))];
        let key = SampleSeriesKey { name: "http_total", labels: &labels };
        let series = batch.add(&key, UnixMillis(MORNING_MS), 1.0, &known);
        for (time_ms, trace_id) in [(MORNING_MS + 2, "02"), (MORNING_MS, "01"), (MORNING_MS + DAY_MS, "03")] {
            let labels = vec![("trace_id".to_owned(), trace_id.to_owned())];
            batch.exemplars.push(Exemplar { series, time: UnixMillis(time_ms), value: 0.5, labels });
        }
    }
    batch.seal();
    samples::write_samples(&database.ingest()?, &batch).await?;

    let reader = reader(database)?;
    let sets = [matchers(&["__name__=http_total"]), matchers(&["job=a"])];
    let range = UnixMillis(MORNING_MS)..=UnixMillis(MORNING_MS + 2);
    let found = reader.exemplars(&sets, range.clone(), LIMITS, patience()).await?;
    let found: Vec<_> = found
        .iter()
        .map(|(labels, exemplars)| {
            let ids = exemplars.iter().map(|exemplar| &*exemplar.labels[0].1);
            (labels.get("job"), ids.collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(found, [("a", vec!["01", "02"]), ("b", vec!["01", "02"])]);
    let few = Limits { samples: 3, ..LIMITS };
    let refused = reader.exemplars(&sets, range, few, patience()).await;
    assert!(matches!(refused, Err(ReadError::TooManySamples { limit: 3 })), "{refused:?}");
    Ok(())
}

async fn what_was_said_of_a_metric_last_is_last(database: &TestDatabase) -> anyhow::Result<()> {
    let (mut batch, known) = (SampleBatch::default(), KnownRows::with_generation(0));
    for (metric, help, hour) in [("up", "newer", 12), ("up", "older", 10), ("build_info", "other", 11)] {
        let said = MetricMetadata { metric_type: MetricType::Info, unit: String::new(), help: help.into() };
        batch.describe(metric, &said, UnixHour(hour), &known);
    }
    samples::write_samples(&database.ingest()?, &batch).await?;
    let reader = reader(database)?;
    for (metric, expected) in [(Some("up"), &["older", "newer"][..]), (None, &["other", "older", "newer"])] {
        let said = reader.metadata(metric, patience()).await?;
        let said: Vec<_> = said.iter().map(|said| &*said.metadata.help).collect();
        assert_eq!(said, expected);
    }
    Ok(())
}

async fn cardinality_counts_each_statistic(database: &TestDatabase) -> anyhow::Result<()> {
    store_points(database, &[duration_of("cart", MORNING_MS), duration_of("shop", MORNING_MS)]).await?;
    store_samples(database, &[("up", &[("job", "cart")], &[(MORNING_MS, 1.0)])]).await?;
    let reader = reader(database)?;
    let found = reader.cardinality(patience()).await?;
    assert_eq!(found.series, 11);
    assert_eq!(found.series_by_metric.len(), 6);
    assert_eq!(found.series_by_metric[0], ("aws_lambda_duration_average".to_owned(), 2));
    assert_eq!(found.series_by_metric[5], ("up".to_owned(), 1));
    assert_eq!(found.values_by_label[0], ("__name__".to_owned(), 6));
    let lambda = ("job".to_owned(), "AWS/Lambda".to_owned());
    assert!(found.series_by_pair.contains(&(lambda, 10)));
    let cart = Labels::new([("__name__", "up"), ("job", "cart")]);
    assert!(
        reader
            .series(&[], UnixMillis(0)..=UnixMillis(i64::MAX), None, LIMITS, patience())
            .await?
            .contains(&cart)
    );
    Ok(())
}
