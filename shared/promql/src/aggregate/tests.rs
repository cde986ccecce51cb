use firefly_model::selection::{ABSENT, Labels, is_absent};
use proptest::prelude::*;

use super::*;
use crate::parser::{ExprKind, parse};

fn series(labels: &[(&'static str, &'static str)], values: &[f64]) -> StepSeries {
    StepSeries { labels: Labels::new(labels.iter().copied()), drops_name: false, values: values.into() }
}

/// Aggregates as a query says, whose expression is not looked at; of a range if there are several steps.
fn run(
    query: &str,
    series: Vec<StepSeries>,
    parameter: Option<Evaluated>,
) -> Result<Vec<StepSeries>, QueryError> {
    let expr = parse(query).unwrap();
    let ExprKind::Aggregate(node) = &expr.kind else { panic!("{query} is no aggregation") };
    let steps = series.first().map_or(1, |series| series.values.len());
    aggregate(node, expr.span, series, parameter, steps > 1, steps, &mut Annotations::default())
}

fn shown(series: &[StepSeries]) -> Vec<String> {
    let show = |value: &f64| if is_absent(*value) { "_".to_owned() } else { value.to_string() };
    let values = |series: &StepSeries| series.values.iter().map(show).collect::<Vec<_>>().join(" ");
    series.iter().map(|series| format!("{:?} {}", series.labels, values(series))).collect()
}

fn shops() -> Vec<StepSeries> {
    vec![
        series(&[("__name__", "x"), ("shop", "a"), ("till", "1")], &[1.0, 2.0, ABSENT]),
        series(&[("__name__", "x"), ("shop", "b"), ("till", "1")], &[f64::NAN, 5.0, ABSENT]),
        series(&[("__name__", "x"), ("shop", "a"), ("till", "2")], &[3.0, ABSENT, ABSENT]),
    ]
}

#[test]
fn each_step_has_the_series_that_it_has() {
    let of = |query| shown(&run(query, shops(), None).unwrap());
    assert_eq!(of("sum by (shop) (x)"), [r#"{"shop": "a"} 4 2 _"#, r#"{"shop": "b"} NaN 5 _"#]);
    assert_eq!(of("avg without (till) (x)"), [r#"{"shop": "a"} 2 2 _"#, r#"{"shop": "b"} NaN 5 _"#]);
    assert_eq!(of("count(x)"), ["{} 3 2 _"]);
    assert_eq!(of("min(x)"), ["{} 1 2 _"]);
    assert_eq!(of("max(x)"), ["{} 3 5 _"]);
    assert_eq!(of("group(x)"), ["{} 1 1 _"]);
    assert_eq!(of("stdvar by (shop) (x)"), [r#"{"shop": "a"} 1 0 _"#, r#"{"shop": "b"} NaN 0 _"#]);
    assert_eq!(of("stddev by (shop) (x)"), [r#"{"shop": "a"} 1 0 _"#, r#"{"shop": "b"} NaN 0 _"#]);
}

#[test]
fn ranks_are_those_of_the_steps() {
    let ranks = || Some(Evaluated::Scalar(vec![0.5, 1.0, 0.0]));
    let quantiles = run("quantile by (shop) (0.5, x)", shops(), ranks()).unwrap();
    assert_eq!(shown(&quantiles), [r#"{"shop": "a"} 2 2 _"#, r#"{"shop": "b"} NaN 5 _"#]);
}

#[test]
fn a_name_goes_if_it_does_in_the_last_step() {
    let drops = |values: [&[f64]; 2]| {
        let mut series = values.map(|values| series(&[("__name__", "x")], values));
        series[1].drops_name = true;
        run("sum by (__name__) (x)", series.into(), None).unwrap()[0].drops_name
    };
    assert!(drops([&[1.0, 1.0], &[1.0, 1.0]]));
    assert!(!drops([&[1.0, 1.0], &[1.0, ABSENT]]));
    assert!(drops([&[1.0, ABSENT], &[ABSENT, 1.0]]));
}

#[test]
fn the_first_of_each_group_are_sorted_only_at_once() {
    let hosts = |steps: usize| {
        let of = |host, values: [f64; 2]| series(&[("host", host)], &values[..steps]);
        vec![of("a", [1.0, 9.0]), of("b", [f64::NAN, 3.0]), of("c", [3.0, 5.0]), of("d", [2.0, 1.0])]
    };
    let top = |query, steps: usize, count: f64| {
        let counts = Some(Evaluated::Scalar(vec![count; steps]));
        shown(&run(query, hosts(steps), counts).unwrap())
    };
    assert_eq!(top("topk(2, x)", 1, 2.0), [r#"{"host": "c"} 3"#, r#"{"host": "d"} 2"#]);
    assert_eq!(top("bottomk(2, x)", 1, 2.9), [r#"{"host": "a"} 1"#, r#"{"host": "d"} 2"#]);
    assert_eq!(top("topk(9, x)", 1, 9.0).last().unwrap(), r#"{"host": "b"} NaN"#);
    let expected = [r#"{"host": "a"} _ 9"#, r#"{"host": "c"} 3 5"#, r#"{"host": "d"} 2 _"#];
    assert_eq!(top("topk(2, x)", 2, 2.0), expected);
    assert!(top("topk(0, x)", 2, 0.9).is_empty() && top("topk(-1, x)", 1, -1.0).is_empty());
}

#[test]
fn which_of_equal_values_come_first_is_as_in_prometheus() {
    // As Go 1.26's container/heap and sort leave them, with Prometheus' comparison.
    let top = |values: &[f64], count: f64| -> String {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"];
        let series =
            names.iter().zip(values).map(|(name, value)| series(&[("n", name)], &[*value])).collect();
        let top = run("topk(1, x)", series, Some(Evaluated::Scalar(vec![count]))).unwrap();
        top.iter().map(|series| series.labels.get("n").to_owned()).collect()
    };
    let nan = f64::NAN;
    assert_eq!(top(&[1.0, 1.0, 1.0, 1.0, 1.0], 2.0), "ab");
    assert_eq!(top(&[1.0, 1.0, 1.0, 1.0, 2.0], 3.0), "ebc");
    assert_eq!(top(&[1.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 2.0], 4.0), "hgce");
    assert_eq!(top(&[nan, 1.0, nan, 1.0, nan, 2.0, nan], 4.0), "fbda");
    assert_eq!(top(&[nan, nan, nan, 1.0, 2.0, 3.0, 2.0, 3.0, 1.0, 1.0], 5.0), "fhged");
    assert_eq!(top(&[3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0, 5.0], 6.0), "fhikec");
}

#[test]
fn counts_that_are_none_are_refused() {
    let refused = |count: f64| {
        run("topk(1, x)", shops(), Some(Evaluated::Scalar(vec![2.0, count, 1.0]))).unwrap_err().to_string()
    };
    assert_eq!(refused(f64::NAN), "Parameter value is NaN");
    assert_eq!(refused(f64::INFINITY), "Scalar value +Inf overflows int64");
    assert_eq!(refused(1e30), "Scalar value 1e+30 overflows int64");
    assert_eq!(refused(-1e20), "Scalar value -1e+20 underflows int64");
}

#[test]
fn equal_values_are_counted() {
    let counted = |query, name: &str| {
        let values = vec![series(&[("a", "1")], &[1.0, f64::NAN]), series(&[("a", "2")], &[1.0, -f64::NAN])];
        run(query, values, Some(Evaluated::String(name.to_owned())))
    };
    let by_value = counted("count_values(\"v\", x)", "v").unwrap();
    assert_eq!(shown(&by_value), [r#"{"v": "1"} 2 _"#, r#"{"v": "NaN"} _ 2"#]);
    let replaced = counted("count_values by (a) (\"a\", x)", "a").unwrap();
    assert_eq!(shown(&replaced), [r#"{"a": "1"} 2 _"#, r#"{"a": "NaN"} _ 2"#]);
    let without = counted("count_values without (v) (\"v\", x)", "v").unwrap();
    assert_eq!(shown(&without), [r#"{"a": "1"} 1 1"#, r#"{"a": "2"} 1 1"#]);
    assert_eq!(counted("count_values(\"v\", x)", "").unwrap_err().to_string(), "invalid label name \"\"");
}

/// Series of whole numbers, some of them not there.
fn columns() -> impl Strategy<Value = Vec<StepSeries>> {
    let value = prop_oneof![1 => Just(ABSENT), 4 => (-99..99_i32).prop_map(f64::from)];
    let values = prop::collection::vec(value, 4);
    prop::collection::vec(values, 1..20)
        .prop_map(|columns| columns.iter().map(|values| series(&[], values)).collect())
}

proptest! {
    /// Step by step, and by the definitions.
    #[test]
    fn one_pass_is_as_good_as_many(series in columns()) {
        let all = |query| run(query, series.clone(), None).unwrap().pop().map(|series| series.values);
        let (sums, counts, averages) = (all("sum(x)"), all("count(x)"), all("avg(x)"));
        for step in 0..4 {
            let present: Vec<f64> =
                series.iter().map(|series| series.values[step]).filter(|value| !is_absent(*value)).collect();
            let at = |values: &Option<Vec<f64>>| values.as_ref().map_or(ABSENT, |values| values[step]);
            if present.is_empty() {
                prop_assert!([&sums, &counts, &averages].iter().all(|values| is_absent(at(values))));
                continue;
            }
            let sum: f64 = present.iter().sum();
            prop_assert_eq!(at(&sums), sum);
            prop_assert_eq!(at(&counts), present.len() as f64);
            prop_assert_eq!(at(&averages), sum / present.len() as f64);
        }
    }

    /// The first ones are not below any other.
    #[test]
    fn the_first_are_the_greatest(values in prop::collection::vec(-99..99_i32, 1..40), count in 1..10_usize) {
        let input = values.iter().map(|value| series(&[], &[f64::from(*value)])).collect();
        let counts = Some(Evaluated::Scalar(vec![count as f64]));
        let top = run("topk(1, x)", input, counts).unwrap();
        let mut sorted = values;
        sorted.sort_by(|a, b| b.cmp(a));
        let expected: Vec<f64> = sorted.into_iter().take(count).map(f64::from).collect();
        prop_assert_eq!(top.iter().map(|series| series.values[0]).collect::<Vec<_>>(), expected);
    }
}
