//! The expressions `reduce` and `threshold`; see `math` for the third.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::data::{Data, Number};
use super::math;

/// Works out an expression over what comes before it.
pub(super) fn work_out(model: &Value, before: &BTreeMap<String, Data>) -> Result<Data> {
    let text = |key: &str| model.get(key).and_then(Value::as_str).unwrap_or_default();
    let input = || {
        let name = text("expression").trim_start_matches('$').trim_matches(['{', '}']);
        before.get(name).with_context(|| format!("there is no {name:?} before it"))
    };
    match text("type") {
        "reduce" => reduce(input()?, text("reducer"), model),
        "threshold" => threshold(input()?, model),
        "math" => math::work_out(text("expression"), before),
        other => bail!("expressions of type {other:?} are not known to the runner"),
    }
}

fn reduce(input: &Data, reducer: &str, model: &Value) -> Result<Data> {
    let Data::Series(series) = input else { return Ok(input.clone()) };
    let mode = model.pointer("/settings/mode").and_then(Value::as_str).unwrap_or_default();
    let replacement = model.pointer("/settings/replaceWithValue").and_then(Value::as_f64);
    let reduced = series.iter().map(|(labels, values)| {
        let is_number = |value: &Option<f64>| value.is_some_and(f64::is_finite);
        let values: Vec<Option<f64>> = match mode {
            "dropNN" => values.iter().copied().filter(is_number).collect(),
            "replaceNN" => {
                let replaced = |value: &Option<f64>| if is_number(value) { *value } else { replacement };
                values.iter().map(replaced).collect()
            }
            _ => values.clone(),
        };
        Ok(Number { labels: labels.clone(), value: reduced(&values, reducer)? })
    });
    Ok(Data::Numbers(reduced.collect::<Result<_>>()?))
}

/// One value for many. A null among them makes all but `last` and `count` a null.
fn reduced(values: &[Option<f64>], reducer: &str) -> Result<Option<f64>> {
    let all: Option<Vec<f64>> = values.iter().copied().collect();
    let filled = all.filter(|all| !all.is_empty());
    Ok(match reducer {
        "last" => values.last().copied().flatten(),
        "count" => Some(values.len() as f64),
        "sum" => filled.map(|all| all.iter().sum()),
        "mean" => filled.map(|all| all.iter().sum::<f64>() / all.len() as f64),
        "min" => filled.and_then(|all| all.into_iter().reduce(f64::min)),
        "max" => filled.and_then(|all| all.into_iter().reduce(f64::max)),
        other => bail!("reducer {other:?} is not known to the runner"),
    })
}

fn threshold(input: &Data, model: &Value) -> Result<Data> {
    let evaluator = model.pointer("/conditions/0/evaluator").context("a threshold has no evaluator")?;
    let kind = evaluator.get("type").and_then(Value::as_str).unwrap_or_default();
    let parameter = |index: usize| {
        let value = evaluator.get("params").and_then(|of| of.get(index)).and_then(Value::as_f64);
        value.with_context(|| format!("threshold {kind} lacks a parameter"))
    };
    let first = parameter(0)?;
    let exceeds: Box<dyn Fn(f64) -> bool> = match kind {
        "gt" => Box::new(move |value| value > first),
        "lt" => Box::new(move |value| value < first),
        "gte" => Box::new(move |value| value >= first),
        "lte" => Box::new(move |value| value <= first),
        "eq" => Box::new(move |value| value == first),
        "ne" => Box::new(move |value| value != first),
        "within_range" => {
            let second = parameter(1)?;
            Box::new(move |value| value > first && value < second)
        }
        "outside_range" => {
            let second = parameter(1)?;
            Box::new(move |value| value < first || value > second)
        }
        other => bail!("threshold {other:?} is not known to the runner"),
    };
    Ok(match input {
        Data::Nothing => Data::Nothing,
        Data::Series(_) => bail!("a threshold is over a series: reduce it first"),
        Data::Numbers(numbers) => {
            let judged = |number: &Number| Number {
                labels: number.labels.clone(),
                value: number.value.map(|value| f64::from(u8::from(exceeds(value)))),
            };
            Data::Numbers(numbers.iter().map(judged).collect())
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::grafana::alert::data::Labels;

    fn before() -> BTreeMap<String, Data> {
        let numbers = [Some(1.0), Some(5.0), None].map(|value| Number { labels: Labels::new(), value });
        let series = vec![(Labels::new(), vec![Some(1.0), None, Some(4.0)])];
        BTreeMap::from([
            ("A".to_owned(), Data::Numbers(numbers.into())),
            ("S".to_owned(), Data::Series(series)),
            ("N".to_owned(), Data::Nothing),
        ])
    }

    fn values(model: Value) -> Result<Vec<Option<f64>>> {
        Ok(match work_out(&model, &before())? {
            Data::Numbers(numbers) => numbers.into_iter().map(|number| number.value).collect(),
            _ => Vec::new(),
        })
    }

    #[test]
    fn a_threshold_tells_numbers_that_exceed_it() {
        let of = |kind: &str, params: Value| {
            values(
                json!({"type": "threshold", "expression": "A", "conditions": [{"evaluator": {"type": kind, "params": params}}]}),
            )
        };
        assert_eq!(of("gt", json!([1])).unwrap(), [Some(0.0), Some(1.0), None]);
        assert_eq!(of("lt", json!([5])).unwrap(), [Some(1.0), Some(0.0), None]);
        assert_eq!(of("within_range", json!([0, 2])).unwrap(), [Some(1.0), Some(0.0), None]);
        assert_eq!(of("outside_range", json!([0, 2])).unwrap(), [Some(0.0), Some(1.0), None]);
        assert!(of("gt", json!([])).is_err());
    }

    #[test]
    fn a_series_is_reduced_before_it_is_judged() {
        let of = |reducer: &str, mode: &str| {
            values(
                json!({"type": "reduce", "expression": "S", "reducer": reducer, "settings": {"mode": mode}}),
            )
            .unwrap()
        };
        assert_eq!(of("last", ""), [Some(4.0)]);
        assert_eq!(of("mean", ""), [None]);
        assert_eq!(of("mean", "dropNN"), [Some(2.5)]);
        assert_eq!(of("max", "dropNN"), [Some(4.0)]);
        assert_eq!(of("count", ""), [Some(3.0)]);
        let unreduced = json!({"type": "threshold", "expression": "S", "conditions": [{"evaluator": {"type": "gt", "params": [0]}}]});
        assert!(values(unreduced).is_err());
    }
}
