//! `count_values`: how many series of a group have the same value, for each value.

use std::collections::HashMap;
use std::sync::Arc;

use firefly_model::selection::{ABSENT, GoFloat, Labels, format_go_float, is_absent};

use super::groups::group_labels;
use crate::QueryError;
use crate::evaluate::{Evaluated, StepSeries};
use crate::parser::{Grouping, quoted};

/// A series for each group and value that it has in any step. The value is a label, which takes part in the grouping.
///
/// # Errors
///
/// If the label has no name.
pub(super) fn count_values(
    series: &[StepSeries],
    grouping: &Grouping,
    parameter: Option<Evaluated>,
    steps: usize,
) -> Result<Vec<StepSeries>, QueryError> {
    let Some(Evaluated::String(name)) = parameter else { return Ok(Vec::new()) };
    if name.is_empty() {
        return Err(QueryError::Execution(format!("invalid label name {}", quoted(&name))));
    }
    let name: Arc<str> = name.into();
    let grouping = match grouping.clone() {
        Grouping::By(mut names) => {
            names.push(name.to_string());
            Grouping::By(names)
        }
        without @ Grouping::Without(_) => without,
    };
    let mut counts = Counts { name, grouping, steps, results: Vec::new(), known: HashMap::new() };
    series.iter().for_each(|series| counts.add(series));
    Ok(counts.results)
}

struct Counts {
    name: Arc<str>,
    grouping: Grouping,
    steps: usize,
    results: Vec<StepSeries>,
    /// Where in the results.
    known: HashMap<Labels, usize>,
}

impl Counts {
    fn add(&mut self, series: &StepSeries) {
        // The values of one series repeat themselves: labels are made once for each.
        let mut of_value: HashMap<u64, usize> = HashMap::new();
        for (step, value) in series.values.iter().copied().enumerate().take(self.steps) {
            if is_absent(value) {
                continue;
            }
            // One NaN is like the other.
            let bits = if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() };
            let at = *of_value.entry(bits).or_insert_with(|| self.position(&series.labels, value));
            let count = &mut self.results[at].values[step];
            *count = if is_absent(*count) { 1.0 } else { *count + 1.0 };
        }
    }

    /// Where the series of a value is, or comes to be.
    fn position(&mut self, labels: &Labels, value: f64) -> usize {
        let mut labels = labels.clone();
        labels.set(self.name.clone(), format_go_float(value, GoFloat::Plain).into());
        let labels = group_labels(&labels, &self.grouping);
        *self.known.entry(labels).or_insert_with_key(|labels| {
            let values = vec![ABSENT; self.steps];
            self.results.push(StepSeries { labels: labels.clone(), drops_name: false, values });
            self.results.len() - 1
        })
    }
}
