//! Functions by their names, on windows and vectors made here.

use firefly_model::selection::{ABSENT, Labels, Point, Times, is_absent};

use super::{Context, Implementation, Notes, Window, implementation};
use crate::evaluate::{Evaluated, StepSeries};
use crate::parser::{Call, Expr, ExprKind, parse};
use crate::{Annotations, QueryError};

const MINUTE_MS: i64 = 60_000;

fn call(expr: &Expr) -> &Call {
    match &expr.kind {
        ExprKind::Call(call) => call,
        other => panic!("{other:?} is no call"),
    }
}

/// The value of a function of a window that ends at 0, with points a minute apart, the last of them at 0.
fn over(query: &str, numbers: &[f64], values: &[f64]) -> (Option<f64>, Annotations) {
    let expr = parse(query).unwrap();
    let Some(Implementation::Window(function)) = implementation(call(&expr).function.name) else {
        panic!("{query} is of no window");
    };
    let point = |(before, value): (usize, &f64)| Point {
        time_ms: -MINUTE_MS * i64::try_from(before).unwrap(),
        value: *value,
    };
    let points: Vec<_> = values.iter().rev().enumerate().map(point).rev().collect();
    let window = Window { points: &points, start_ms: -5 * MINUTE_MS, end_ms: 0, step_ms: 0 };
    let mut annotations = Annotations::default();
    let labels = Labels::new([("__name__", "x"), ("a", "1")]);
    let mut notes =
        Notes { annotations: &mut annotations, call: call(&expr), span: expr.span, labels: &labels };
    ((function.compute)(&window, numbers, &mut notes), annotations)
}

fn value(query: &str, values: &[f64]) -> Option<f64> {
    over(query, &[], values).0
}

/// The value of a function of whole arguments, at the minutes from 0 on.
fn whole(query: &str, steps: usize, arguments: Vec<Evaluated>) -> Result<Evaluated, QueryError> {
    let expr = parse(query).unwrap();
    let Some(Implementation::Whole(function)) = implementation(call(&expr).function.name) else {
        panic!("{query} is of a window");
    };
    let times = Times { first_ms: 0, step_ms: MINUTE_MS, count: steps };
    let context = Context { call: call(&expr), span: expr.span, times, is_range: steps > 1 };
    function(&context, arguments, &mut Annotations::default())
}

fn series(labels: &[(&'static str, &'static str)], values: &[f64]) -> StepSeries {
    StepSeries { labels: Labels::new(labels.iter().copied()), drops_name: false, values: values.into() }
}

fn vector(evaluated: Evaluated) -> Vec<StepSeries> {
    match evaluated {
        Evaluated::Vector(series) => series,
        other => panic!("{other:?} is no vector"),
    }
}

/// With NaN and nothing as texts, which are equal to themselves.
fn shown(values: &[f64]) -> Vec<String> {
    values.iter().map(|value| if is_absent(*value) { "_".into() } else { value.to_string() }).collect()
}

#[test]
fn rates_reach_to_the_ends_of_the_window() {
    // As Prometheus 3.14 has them for the same points.
    assert_eq!(value("rate(x[5m])", &[60.0, 120.0, 180.0, 240.0, 300.0]), Some(1.0));
    assert_eq!(value("increase(x[5m])", &[10.0, 20.0, 30.0]), Some(25.0));
    assert_eq!(value("delta(x[5m])", &[80.0, 10.0, 20.0, 5.0, 15.0]), Some(-81.25));
    assert_eq!(value("increase(x[5m])", &[80.0, 10.0, 20.0, 5.0, 15.0]), Some(43.75));
}

#[test]
fn changes_need_two_points() {
    for query in
        ["rate(x[5m])", "increase(x[5m])", "delta(x[5m])", "irate(x[5m])", "idelta(x[5m])", "deriv(x[5m])"]
    {
        assert_eq!(value(query, &[1.0]), None, "{query}");
    }
    assert_eq!(value("changes(x[5m])", &[1.0]), Some(0.0));
    assert_eq!(value("resets(x[5m])", &[1.0]), Some(0.0));
}

#[test]
fn a_reset_counts_from_zero() {
    assert_eq!(value("irate(x[5m])", &[10.0, 6.0]), Some(0.1));
    assert_eq!(value("idelta(x[5m])", &[10.0, 6.0]), Some(-4.0));
    assert_eq!(value("resets(x[5m])", &[10.0, 6.0, 7.0, 1.0, f64::NAN, 0.0]), Some(2.0));
    assert_eq!(value("changes(x[5m])", &[1.0, f64::NAN, f64::NAN, 1.0, 1.0, 2.0]), Some(3.0));
}

#[test]
fn doubts_about_counters_are_of_the_argument() {
    let informed = |query: &str| over(query, &[], &[1.0, 2.0]).1.infos(query);
    let said =
        "PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \"x\"";
    assert_eq!(informed("rate(x[5m])"), [format!("{said} (1:6)")]);
    assert_eq!(informed("increase(((x[5m])))"), [format!("{said} (1:12)")]);
    assert_eq!(informed("rate(x[5m:1m])"), [format!("{said} (1:1)")]);
    assert!(informed("delta(x[5m])").is_empty() && informed("irate(x[5m])").is_empty());
}

#[test]
fn a_rank_that_is_none_is_warned_of() {
    let (value, annotations) = over("quantile_over_time(1.5, x[5m])", &[1.5], &[1.0, 2.0]);
    assert_eq!(value, Some(f64::INFINITY));
    let warning = "PromQL warning: quantile value should be between 0 and 1, got 1.5 (1:20)";
    assert_eq!(annotations.warnings("quantile_over_time(1.5, x[5m])"), [warning]);
}

#[test]
fn lines_are_extended_from_the_step() {
    assert_eq!(value("deriv(x[5m])", &[0.0, 30.0, 60.0]), Some(0.5));
    assert_eq!(over("predict_linear(x[5m], 60)", &[60.0], &[0.0, 30.0, 60.0]).0, Some(90.0));
    assert_eq!(value("deriv(x[5m])", &[7.0, 7.0]), Some(0.0));
    assert!(value("deriv(x[5m])", &[f64::INFINITY, f64::INFINITY]).unwrap().is_nan());
}

#[test]
fn nothing_stays_nothing_in_elementwise_functions() {
    let input = vec![series(&[("__name__", "x")], &[-1.5, ABSENT, f64::NAN])];
    let result = vector(whole("abs(x)", 3, vec![Evaluated::Vector(input)]).unwrap());
    assert_eq!(shown(&result[0].values), ["1.5", "_", "NaN"]);
    assert!(result[0].drops_name && result[0].labels.metric_name() == "x");
}

#[test]
fn a_range_without_a_middle_has_no_values() {
    let arguments = |least: [f64; 2]| {
        let vector = Evaluated::Vector(vec![series(&[], &[5.0, f64::NAN])]);
        vec![vector, Evaluated::Scalar(least.into()), Evaluated::Scalar(vec![2.0, 2.0])]
    };
    let clamped = |least| vector(whole("clamp(x, 0, 0)", 2, arguments(least)).unwrap());
    assert_eq!(shown(&clamped([0.0, 0.0])[0].values), ["2", "NaN"]);
    assert_eq!(shown(&clamped([0.0, 3.0])[0].values), ["2", "_"]);
    assert!(clamped([3.0, 3.0]).is_empty());
}

#[test]
fn a_scalar_is_of_a_single_series() {
    let input =
        vec![series(&[("a", "1")], &[1.0, ABSENT, 3.0]), series(&[("a", "2")], &[ABSENT, ABSENT, 4.0])];
    let Evaluated::Scalar(numbers) = whole("scalar(x)", 3, vec![Evaluated::Vector(input)]).unwrap() else {
        panic!("no scalar");
    };
    assert_eq!(shown(&numbers), ["1", "NaN", "NaN"]);
}

#[test]
fn absence_is_of_all_series_together() {
    let input = vec![
        series(&[("a", "1")], &[1.0, ABSENT, ABSENT]),
        series(&[("a", "2")], &[ABSENT, f64::NAN, ABSENT]),
    ];
    let result = vector(whole("absent(x{a=\"1\"})", 3, vec![Evaluated::Vector(input)]).unwrap());
    assert_eq!(result.len(), 1);
    assert_eq!(shown(&result[0].values), ["_", "_", "1"]);
    assert_eq!(result[0].labels, Labels::new([("a", "1")]));
    let all = vec![series(&[], &[0.0, 0.0, 0.0])];
    assert!(vector(whole("absent_over_time(x[5m])", 3, vec![Evaluated::Vector(all)]).unwrap()).is_empty());
}

#[test]
fn series_that_become_equal_are_united_unless_they_meet() {
    let arguments = |second: &[f64]| {
        let vector = vec![series(&[("a", "1")], &[1.0, ABSENT]), series(&[("a", "2")], second)];
        let texts = ["a", "", "a", ".*"].map(|text| Evaluated::String(text.to_owned()));
        std::iter::once(Evaluated::Vector(vector)).chain(texts).collect()
    };
    let replaced =
        |second: &[f64]| whole("label_replace(x, \"a\", \"\", \"a\", \".*\")", 2, arguments(second));
    let united = vector(replaced(&[ABSENT, 2.0]).unwrap());
    assert_eq!((united.len(), shown(&united[0].values)), (1, vec!["1".to_owned(), "2".to_owned()]));
    let error = replaced(&[3.0, 2.0]).unwrap_err();
    assert_eq!(error.to_string(), "vector cannot contain metrics with the same labelset");
}

#[test]
fn a_name_that_is_given_stays() {
    let mut input = series(&[("__name__", "x"), ("a", "1")], &[1.0]);
    input.drops_name = true;
    let arguments = |destination: &str| {
        let texts = [destination, "-", "a"].map(|text| Evaluated::String(text.to_owned()));
        std::iter::once(Evaluated::Vector(vec![input.clone()])).chain(texts).collect()
    };
    let joined =
        |destination| vector(whole("label_join(x, \"b\", \"-\", \"a\")", 1, arguments(destination)).unwrap());
    assert!(joined("b")[0].drops_name);
    assert!(!joined("__name__")[0].drops_name);
}

#[test]
fn sorting_puts_nan_last_both_ways() {
    let input = || {
        let values = [2.0, f64::NAN, 1.0, f64::INFINITY];
        Evaluated::Vector(values.iter().map(|value| series(&[], &[*value])).collect())
    };
    let sorted = |query| -> Vec<String> {
        let sorted = vector(whole(query, 1, vec![input()]).unwrap());
        sorted.iter().flat_map(|series| shown(&series.values)).collect()
    };
    assert_eq!(sorted("sort(x)"), ["1", "2", "inf", "NaN"]);
    assert_eq!(sorted("sort_desc(x)"), ["inf", "2", "1", "NaN"]);
}
