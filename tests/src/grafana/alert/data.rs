//! What queries and expressions of alert rules work on: numbers and series, each with labels.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::grafana::frame::{Field, Frame, Kind};

/// What tells one number from another.
pub type Labels = BTreeMap<String, String>;

/// A number with labels; none for a null.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// Its labels.
    pub labels: Labels,
    /// Its value.
    pub value: Option<f64>,
}

/// The answer to a query or an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// No rows.
    Nothing,
    /// Numbers.
    Numbers(Vec<Number>),
    /// Values over time, oldest first, by labels.
    Series(Vec<(Labels, Vec<Option<f64>>)>),
}

impl Data {
    /// The answer of the Prometheus data source: series of a range, or the numbers of a moment.
    pub(super) fn of_series(frames: &[Frame], is_instant: bool) -> Result<Self> {
        let mut series = Vec::new();
        for frame in frames {
            let value = frame.first_of(Kind::Number).context("a series without values")?;
            series.push((value.labels.clone(), value.values.iter().map(Value::as_f64).collect::<Vec<_>>()));
        }
        if series.is_empty() {
            return Ok(Self::Nothing);
        }
        if !is_instant {
            return Ok(Self::Series(series));
        }
        let number = |(labels, values): (Labels, Vec<Option<f64>>)| Number {
            labels,
            value: values.last().copied().flatten(),
        };
        Self::numbers(series.into_iter().map(number).collect())
    }

    /// The answer of an SQL data source. A table with one column of numbers and any of texts is numbers, whose labels are
    /// the texts; a time beside numbers alone is series.
    pub(super) fn of_frame(frame: &Frame) -> Result<Self> {
        if frame.is_empty() {
            return Ok(Self::Nothing);
        }
        let of = |kind| frame.fields.iter().filter(|field| field.kind == kind).collect::<Vec<&Field>>();
        let (numbers, texts) = (of(Kind::Number), of(Kind::String));
        if frame.first_of(Kind::Time).is_some() {
            if !texts.is_empty() {
                bail!("input data must be a wide series but got type long: a time beside texts");
            }
            let series = numbers.iter().map(|field| {
                (field.labels.clone(), field.values.iter().map(Value::as_f64).collect::<Vec<_>>())
            });
            return Ok(Self::Series(series.collect()));
        }
        let [number] = numbers.as_slice() else {
            bail!("a table of numbers has one column of them, not {}", numbers.len());
        };
        let labels = |row: usize| -> Labels {
            let named = texts.iter().filter_map(|field| {
                let text = field.values.get(row)?.as_str()?;
                Some((field.name.clone(), text.to_owned()))
            });
            named.collect()
        };
        let rows = number.values.iter().enumerate();
        Self::numbers(
            rows.map(|(row, value)| Number { labels: labels(row), value: value.as_f64() }).collect(),
        )
    }

    fn numbers(numbers: Vec<Number>) -> Result<Self> {
        let labels: BTreeSet<_> = numbers.iter().map(|number| &number.labels).collect();
        if labels.len() < numbers.len() {
            bail!("two rows have the same labels, so that they are no instances of their own");
        }
        Ok(Self::Numbers(numbers))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn frame(fields: &[(&str, Kind, Value)]) -> Frame {
        let field = |(name, kind, values): &(&str, Kind, Value)| {
            Field::new(*name, *kind, values.as_array().unwrap().clone())
        };
        Frame { ref_id: "A".into(), fields: fields.iter().map(field).collect() }
    }

    #[test]
    fn the_texts_of_a_table_are_the_labels_of_its_numbers() {
        let table = frame(&[
            ("function_name", Kind::String, json!(["a", null])),
            ("value", Kind::Number, json!([1.5, null])),
        ]);
        let expected = [
            Number { labels: [("function_name".to_owned(), "a".to_owned())].into(), value: Some(1.5) },
            Number { labels: Labels::new(), value: None },
        ];
        assert_eq!(Data::of_frame(&table).unwrap(), Data::Numbers(expected.into()));
    }

    #[test]
    fn what_cannot_be_told_apart_or_is_no_number_is_an_error() {
        let twice = frame(&[("f", Kind::String, json!(["a", "a"])), ("v", Kind::Number, json!([1, 2]))]);
        let two = frame(&[("v", Kind::Number, json!([1])), ("w", Kind::Number, json!([1]))]);
        let long = frame(&[
            ("t", Kind::Time, json!([1])),
            ("f", Kind::String, json!(["a"])),
            ("v", Kind::Number, json!([1])),
        ]);
        for wrong in [twice, two, long] {
            assert!(Data::of_frame(&wrong).is_err());
        }
    }
}
