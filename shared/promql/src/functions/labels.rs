//! Functions of labels: `label_replace` and `label_join`. They see no values.

use std::collections::HashMap;
use std::sync::Arc;

use firefly_model::selection::{CapturingRegex, Labels, METRIC_NAME, is_absent};

use super::template::Template;
use super::{Context, arguments};
use crate::evaluate::{Evaluated, StepSeries};
use crate::{Annotations, QueryError};

/// Where the whole value of the source label matches, the destination label becomes the replacement.
pub(super) fn label_replace(
    _: &Context<'_>,
    arguments: Vec<Evaluated>,
    _: &mut Annotations,
) -> Result<Evaluated, QueryError> {
    let mut arguments = arguments.into_iter();
    let mut series = arguments::vector(arguments.next());
    let [destination, replacement, source, pattern] =
        std::array::from_fn(|_| arguments::text(arguments.next()));
    let Ok(regex) = CapturingRegex::new(&pattern) else {
        return Err(invalid("regular expression in label_replace()", &pattern));
    };
    if destination.is_empty() {
        return Err(invalid("destination label name in label_replace()", &destination));
    }
    let (destination, replacement) = (destination.into(), Template::new(&replacement));
    // Many series have the same value, and a replacement is as long in the making as a match.
    let mut replaced: HashMap<Arc<str>, Option<Arc<str>>> = HashMap::new();
    for series in &mut series {
        let value = shared_value(&series.labels, &source);
        let result = replaced.entry(value.clone()).or_insert_with(|| {
            let captures = regex.captures(&value)?;
            Some(replacement.expand(&regex, &captures).into())
        });
        if let Some(result) = result.clone() {
            set(series, &destination, result);
        }
    }
    merge_equal(series).map(Evaluated::Vector)
}

/// The destination label becomes the values of the source labels, with the separator between them.
pub(super) fn label_join(
    _: &Context<'_>,
    arguments: Vec<Evaluated>,
    _: &mut Annotations,
) -> Result<Evaluated, QueryError> {
    let mut arguments = arguments.into_iter();
    let mut series = arguments::vector(arguments.next());
    let [destination, separator] = std::array::from_fn(|_| arguments::text(arguments.next()));
    let sources: Vec<String> = arguments.map(|argument| arguments::text(Some(argument))).collect();
    if let Some(source) = sources.iter().find(|source| source.is_empty()) {
        return Err(invalid("source label name in label_join()", source));
    }
    if destination.is_empty() {
        return Err(invalid("destination label name in label_join()", &destination));
    }
    let destination = destination.into();
    for series in &mut series {
        let values: Vec<&str> = sources.iter().map(|source| series.labels.get(source)).collect();
        let joined = values.join(&separator);
        set(series, &destination, joined.into());
    }
    merge_equal(series).map(Evaluated::Vector)
}

fn invalid(what: &str, text: &str) -> QueryError {
    QueryError::Execution(format!("invalid {what}: {text}"))
}

fn shared_value(labels: &Labels, name: &str) -> Arc<str> {
    let label = labels.shared().iter().find(|(label, _)| **label == *name);
    label.map_or_else(|| Arc::from(""), |(_, value)| value.clone())
}

/// Gives a label a value. A name that has been given stays.
fn set(series: &mut StepSeries, name: &Arc<str>, value: Arc<str>) {
    if **name == *METRIC_NAME {
        series.drops_name = false;
    }
    series.labels.set(name.clone(), value);
}

/// Series that have come to have equal labels become one, unless they have values in the same step.
fn merge_equal(series: Vec<StepSeries>) -> Result<Vec<StepSeries>, QueryError> {
    let mut merged: Vec<StepSeries> = Vec::with_capacity(series.len());
    let mut known: HashMap<Labels, usize> = HashMap::with_capacity(series.len());
    for series in series {
        let Some(at) = known.get(&series.labels) else {
            known.insert(series.labels.clone(), merged.len());
            merged.push(series);
            continue;
        };
        for (value, further) in merged[*at].values.iter_mut().zip(series.values) {
            match (is_absent(*value), is_absent(further)) {
                (false, false) => return Err(same_labels()),
                (true, false) => *value = further,
                _ => {}
            }
        }
    }
    Ok(merged)
}

fn same_labels() -> QueryError {
    QueryError::Execution("vector cannot contain metrics with the same labelset".to_owned())
}
