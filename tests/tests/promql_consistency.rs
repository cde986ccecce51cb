//! A range query has at each step the values that an instant query has at its time.

#![allow(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use firefly_model::STALE_MARKER;
use firefly_model::selection::{LabelledPoints, Labels, Limits, METRIC_NAME, Point};
use firefly_promql::{Engine, Query, QueryError, Value, parse};
use firefly_tests::promql_script::{MemoryStorage, ScriptStorage};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

const LIMITS: Limits = Limits { samples: 1_000_000, series: 1_000 };

/// How deep expressions are, how many parts they have, and how many a part has at most.
const SHAPE: (u32, u32, u32) = (4, 16, 2);

/// The series of two metrics, with samples in some five minutes.
fn any_series() -> impl Strategy<Value = Vec<LabelledPoints>> {
    let value = prop_oneof![
        12 => (-3..20_i32).prop_map(f64::from),
        1 => Just(STALE_MARKER),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(0.1),
    ];
    let labels =
        [("a", "1", "u"), ("a", "1", "v"), ("a", "2", "u"), ("b", "1", ""), ("b", "2", "u"), ("b", "3", "w")];
    let series = move |points: Vec<BTreeMap<i64, f64>>| {
        let points = points.into_iter().map(|points| {
            points.into_iter().map(|(at, value)| Point { time_ms: at * 1000, value }).collect()
        });
        let of = |((name, x, y), points)| LabelledPoints {
            labels: Labels::new([(METRIC_NAME, name), ("x", x), ("y", y)]),
            points,
        };
        labels.into_iter().zip(points).map(of).collect()
    };
    vec(btree_map(0..300_i64, value, 0..40), labels.len()).prop_map(series)
}

fn any_of(texts: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    select(texts)
}

/// A selector, with what says when.
fn selector() -> impl Strategy<Value = (String, String)> {
    let name = any_of(&["a", "b", "a{x=\"1\"}", "{__name__=~\"a|b\"}", "b{y=\"\"}", "a{y!~\"v|w\"}"]);
    let when = any_of(&["", "", "", "", " offset 20s", " offset -15s", " @ 100", " @ 200 offset 7s"]);
    (name, when).prop_map(|(name, when)| (name.to_owned(), when.to_owned()))
}

/// An expression that is a vector. The order of series may follow from the steps before, so nothing may follow from it:
/// which of equal values `topk` takes does not show.
fn vector() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => selector().prop_map(|(name, when)| name + &when),
        3 => (window_function(), selector(), any_of(&["10s", "30s", "1m", "95s"])).prop_map(
            |(function, (name, when), window)| function.replace('$', &format!("{name}[{window}]{when}"))
        ),
        1 => Just("vector(time())".to_owned()),
    ];
    leaf.prop_recursive(SHAPE.0, SHAPE.1, SHAPE.2, |inner| {
        prop_oneof![
            3 => (function(), inner.clone()).prop_map(|(function, of)| function.replacen('$', &of, 1)),
            3 => (window_function(), inner.clone(), subquery())
                .prop_map(|(function, of, suffix)| function.replace('$', &format!("({of}){suffix}"))),
            3 => (aggregation(), inner.clone()).prop_map(|(aggregation, of)| aggregation.replace('$', &of)),
            2 => (inner.clone(), arithmetic(), any_of(&["2", "-1", "0", "time() / 100"]))
                .prop_map(|(of, op, number)| format!("({of}) {op} {number}")),
            4 => (inner.clone(), operation(), inner)
                .prop_map(|(left, op, right)| op.replace("$1", &left).replace("$2", &right)),
        ]
    })
}

fn window_function() -> impl Strategy<Value = &'static str> {
    any_of(&[
        "rate($)",
        "increase($)",
        "delta($)",
        "irate($)",
        "idelta($)",
        "deriv($)",
        "changes($)",
        "resets($)",
        "sum_over_time($)",
        "avg_over_time($)",
        "min_over_time($)",
        "max_over_time($)",
        "count_over_time($)",
        "last_over_time($)",
        "first_over_time($)",
        "present_over_time($)",
        "absent_over_time($)",
        "stddev_over_time($)",
        "quantile_over_time(0.3, $)",
        "predict_linear($, 60)",
    ])
}

fn function() -> impl Strategy<Value = &'static str> {
    any_of(&[
        "abs($)",
        "-($)",
        "+($)",
        "sgn($)",
        "ceil($)",
        "clamp($, 0, 5)",
        "timestamp($)",
        "absent($)",
        "vector(scalar($))",
        "round($, 2)",
        "minute($)",
        "histogram_quantile(0.5, $)",
        "label_replace($, \"z\", \"$1\", \"x\", \"(.*)\")",
        "label_join($, \"y\", \"-\", \"x\")",
    ])
}

fn aggregation() -> impl Strategy<Value = &'static str> {
    any_of(&[
        "sum($)",
        "sum by (x) ($)",
        "avg without (y) ($)",
        "min by (y) ($)",
        "max without (x) ($)",
        "count by (x) ($)",
        "group by (x, y) ($)",
        "stddev($)",
        "stdvar by (x) ($)",
        "quantile(0.4, $)",
        "max(topk(1, $))",
        "min by (x) (bottomk by (x) (1, $))",
        "count_values(\"v\", $)",
        "count by (__name__) ($)",
    ])
}

fn subquery() -> impl Strategy<Value = &'static str> {
    any_of(&[
        "[1m:15s]",
        "[30s:7s]",
        "[2m:]",
        "[50s:20s] offset 10s",
        "[1m:20s] @ 150",
        "[1m:10s] offset -20s",
    ])
}

fn arithmetic() -> impl Strategy<Value = &'static str> {
    any_of(&["+", "*", "/", "%", "^", "atan2", ">", "<=", "==", "!= bool", "< bool"])
}

/// `or` joins only what has no names: a series that comes from either side in turn has its name or not as where it is
/// first seen, so that the steps before matter.
fn operation() -> impl Strategy<Value = &'static str> {
    any_of(&[
        "($1) + ($2)",
        "($1) - on (x) ($2)",
        "($1) * on (x, y) group_left () ($2)",
        "($1) / ignoring (y) ($2)",
        "($1) + on (x) group_right (y) ($2)",
        "($1) > ($2)",
        "($1) <= bool on (x, y) ($2)",
        "($1) and ($2)",
        "($1) and on (x) ($2)",
        "($1) unless ($2)",
        "($1) unless on (y) ($2)",
        "sum by (x) ($1) or sum by (y) ($2)",
        "max by (x) ($1) or on () min by (x, y) ($2)",
    ])
}

async fn ask(query: &Query<'_>, storage: &MemoryStorage) -> Result<Value, QueryError> {
    let deadline = Instant::now() + Duration::from_secs(60);
    Engine::new(LIMITS).answer(query, storage, deadline).await.map(|answer| answer.value)
}

/// The values at one time, by their labels.
type AtOneTime = BTreeMap<Labels, f64>;

/// Whether all are equal but for rounding, as series may be added up in another order.
fn are_near(one: &AtOneTime, other: &AtOneTime) -> bool {
    let is_near = |one: f64, other: f64| {
        one.to_bits() == other.to_bits()
            || (one.is_nan() && other.is_nan())
            || (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1.0)
    };
    one.keys().eq(other.keys()) && one.values().zip(other.values()).all(|(one, other)| is_near(*one, *other))
}

/// An error without the series that it names, of which there may be several.
fn outline(error: &QueryError) -> String {
    let error = error.to_string();
    error.split(": [").next().unwrap_or_default().to_owned()
}

fn of_vector(value: Value) -> AtOneTime {
    let Value::Vector(series) = value else { panic!("expected a vector, got {value:?}") };
    series.into_iter().map(|series| (series.labels, series.point.value)).collect()
}

fn of_matrix(value: &Value, time_ms: i64) -> AtOneTime {
    let Value::Matrix(series) = value else { panic!("expected a matrix, got {value:?}") };
    let point =
        |series: &LabelledPoints| series.points.iter().find(|point| point.time_ms == time_ms).copied();
    let values = series.iter().filter_map(|series| Some((series.labels.clone(), point(series)?.value)));
    values.collect()
}

async fn check(query: &str, series: Vec<LabelledPoints>, start_ms: i64, step_ms: i64) -> Result<(), String> {
    let mut storage = MemoryStorage::default();
    storage.load(series).await.map_err(|error| error.to_string())?;
    let expr = parse(query).map_err(|error| error.to_string())?;
    let range = Query::range(&expr, start_ms, start_ms + 9 * step_ms, step_ms);
    let matrix = ask(&range, &storage).await;
    let mut errors = Vec::new();
    for time_ms in range.times.iter() {
        match (ask(&Query::instant(&expr, time_ms), &storage).await, &matrix) {
            (Err(error), _) => errors.push(outline(&error)),
            (Ok(vector), Ok(matrix)) => {
                let (once, stepped) = (of_vector(vector), of_matrix(matrix, time_ms));
                if !are_near(&once, &stepped) {
                    return Err(format!("at {time_ms}: once {once:?}, as a step {stepped:?}"));
                }
            }
            (Ok(_), Err(_)) => {}
        }
    }
    match matrix {
        Ok(_) if errors.is_empty() => Ok(()),
        // Parts are evaluated for all steps before what they are parts of: not the error of the first step is told, but of
        // the first part.
        Err(error) if errors.contains(&outline(&error)) => Ok(()),
        Ok(_) => Err(format!("once {errors:?}")),
        Err(error) => Err(format!("once {errors:?}, as steps {error}")),
    }
}

proptest! {
    // The same cases each time: where rounding decides a comparison, there may be a difference after all.
    #![proptest_config(ProptestConfig { cases: 1_000, rng_seed: RngSeed::Fixed(4), ..ProptestConfig::default() })]

    #[test]
    fn the_steps_of_a_range_query_are_instant_queries(
        query in vector(),
        series in any_series(),
        start_ms in -20_000..300_000_i64,
        step_ms in prop_oneof![Just(1_000_i64), Just(15_000), 2_000..70_000_i64],
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let result = runtime.block_on(check(&query, series, start_ms, step_ms));
        prop_assert!(result.is_ok(), "{query}: {}", result.unwrap_err());
    }
}
