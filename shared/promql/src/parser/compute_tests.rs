//! Lengths that are computed.

use super::{Expr, ExprKind, parse, with_lengths};

/// Window, step and offset of a subquery, in a range query of an hour in steps of a minute.
fn computed(query: &str) -> Result<(i64, Option<i64>, i64), String> {
    let expr = parse(query).unwrap();
    let expr = with_lengths(&expr, 60_000, 3_600_000)?;
    match &expr.kind {
        ExprKind::Subquery(subquery) => Ok((subquery.window_ms, subquery.step_ms, subquery.offset_ms)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn lengths_are_computed_from_step_and_range() {
    assert_eq!(computed("a[5m:]"), Ok((300_000, None, 0)));
    assert_eq!(
        computed("a[step() * 2:1m / 4] offset -(range() + 1)"),
        Ok((120_000, Some(15_000), -3_601_000))
    );
    assert_eq!(computed("a[max_of(1m, range()):] offset +min_of(1m, 2 ^ 3)"), Ok((3_600_000, None, 8_000)));
    assert_eq!(computed("a[5m:] offset (step() % 7s - 10)"), Ok((300_000, None, -6_000)));
}

#[test]
fn what_is_no_length_is_told_as_by_prometheus() {
    let error = |query| computed(query).unwrap_err();
    assert_eq!(error("a[step() - 1m:]"), "2:13: duration must be greater than 0");
    assert_eq!(error("a[1m / (step() - 1m):]"), "2:19: division by zero");
    assert_eq!(error("a[5m:] offset ((0 - 1) ^ 0.5)"), "16:28: duration is NaN or infinite");
    assert_eq!(error("a[9000000000 * 2:]"), "2:16: duration is out of range");
}

#[test]
fn an_expression_without_lengths_to_compute_stays_as_it_is() {
    let expr: Expr = parse("sum(rate(a[5m] offset 1m))").unwrap();
    assert!(matches!(with_lengths(&expr, 0, 0), Ok(std::borrow::Cow::Borrowed(_))));
}
