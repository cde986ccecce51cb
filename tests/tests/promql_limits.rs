//! What a query may take.

#![allow(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::time::{Duration, Instant};

use firefly_model::selection::{LabelledPoints, Labels, Limits, METRIC_NAME, Point};
use firefly_promql::parser::MAX_DEPTH;
use firefly_promql::{Answer, Engine, Query, QueryError, parse};
use firefly_tests::promql_script::{MemoryStorage, ScriptStorage};

const SECOND_MS: i64 = 1000;
const PLENTY: Limits = Limits { samples: 10_000, series: 100 };

/// Ten series with a sample each second for a minute.
async fn storage() -> MemoryStorage {
    let points: Vec<_> =
        (0..60).map(|second| Point { time_ms: second * SECOND_MS, value: second as f64 }).collect();
    let series = (0..10).map(|n| LabelledPoints {
        labels: Labels::new([(METRIC_NAME, "m".to_owned()), ("n", n.to_string())]),
        points: points.clone(),
    });
    let mut storage = MemoryStorage::default();
    storage.load(series.collect()).await.unwrap();
    storage
}

async fn ask(query: &str, steps: i64, limits: Limits, patience: Duration) -> Result<Answer, QueryError> {
    let expr = parse(query).unwrap();
    let query = Query::range(&expr, 0, (steps - 1) * SECOND_MS, SECOND_MS);
    Engine::new(limits).answer(&query, &storage().await, Instant::now() + patience).await
}

async fn within(query: &str, steps: i64, samples: usize) -> bool {
    let limits = Limits { samples, ..PLENTY };
    match ask(query, steps, limits, Duration::from_secs(60)).await {
        Ok(answer) => {
            assert!(answer.statistics.peak_samples <= samples as u64);
            true
        }
        Err(QueryError::TooManySamples { limit }) => {
            assert_eq!(limit, samples);
            false
        }
        Err(error) => panic!("{query}: {error}"),
    }
}

#[tokio::test]
async fn samples_and_values_held_at_once_are_bounded() {
    // 600 samples are loaded, and 60 values made of them.
    assert!(within("m", 6, 660).await && !within("m", 6, 659).await);
    // Those of the other operand are gone before the values are made of it.
    assert!(within("rate(m[10s]) + 1", 6, 700).await && !within("m + m * m", 60, 1000).await);
    assert!(!within("vector(1)", 100, 99).await);
    assert!(!within("sum_over_time(vector(1)[1h:1s])", 1, 3_599).await);
    assert!(!within("sum_over_time(vector(1)[100y:1ms])", 1, 10_000).await);
    // Every pair of a match group would be a series.
    assert!(!within("m * on () group_left () m{n=\"1\"} * on (n) m", 60, 1_300).await);
}

#[tokio::test]
async fn series_are_bounded() {
    let limits = Limits { series: 9, ..PLENTY };
    let error = ask("m", 1, limits, Duration::from_secs(60)).await.unwrap_err();
    assert!(matches!(error, QueryError::TooManySeries { limit: 9 }), "{error}");
}

#[tokio::test]
async fn the_deadline_ends_a_query() {
    for query in ["1", "m", "m + m", "rate(m[10s])", "sum(m)"] {
        let error = ask(query, 60, PLENTY, Duration::ZERO).await.unwrap_err();
        assert!(matches!(error, QueryError::TimedOut { .. }), "{query}: {error}");
    }
}

#[tokio::test]
async fn samples_that_are_looked_at_are_counted_step_by_step() {
    let looked_at = async |query| {
        ask(query, 10, PLENTY, Duration::from_secs(60)).await.unwrap().statistics.total_queryable_samples
    };
    assert_eq!(looked_at("1").await, 0);
    assert_eq!(looked_at("m{n=\"1\"}").await, 10);
    assert_eq!(looked_at("m").await, 100);
    assert_eq!(looked_at("m{n=\"1\"} @ 30").await, 10);
    // One sample in the window of the first step, two in that of all others.
    assert_eq!(looked_at("sum_over_time(m{n=\"1\"}[2s])").await, 19);
    assert_eq!(looked_at("sum_over_time(m{n=\"1\"}[2s:1s])").await, 19);
}

#[tokio::test]
async fn the_deepest_queries_fit_the_stack() {
    let wraps = [
        ("abs(", "m", ")"),
        ("m + (", "m", ")"),
        ("sum(", "m", ")"),
        ("max_over_time((", "m", ")[2s:1s])"),
        ("-", "m", ""),
        ("m or ", "m", ""),
        ("", "m", " * on (n) m"),
    ];
    for (open, core, close) in wraps {
        let nested = |depth: usize| format!("{}{core}{}", open.repeat(depth), close.repeat(depth));
        let deepest = (0..MAX_DEPTH).rev().map(nested).find(|query| parse(query).is_ok()).unwrap();
        let answer = ask(&deepest, 1, PLENTY, Duration::from_secs(60)).await;
        assert!(!matches!(answer, Err(QueryError::Storage(_))), "{open}");
    }
}
