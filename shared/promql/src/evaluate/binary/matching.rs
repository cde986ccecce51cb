//! Which series of two vectors belong together.

use std::collections::HashMap;

use firefly_model::selection::{Labels, METRIC_NAME};

use crate::evaluate::StepSeries;
use crate::parser::{VectorMatching, quoted};

/// The match group of each series: those of the same labels, as far as they take part.
pub(super) struct Groups {
    pub left: Vec<usize>,
    pub right: Vec<usize>,
    pub count: usize,
}

impl Groups {
    /// Puts series into groups by their labels alone, which are the same in all steps.
    pub fn new(matching: &VectorMatching, left: &[StepSeries], right: &[StepSeries]) -> Self {
        let mut known: HashMap<Labels, usize> = HashMap::new();
        let mut group = |series: &StepSeries| {
            let next = known.len();
            *known.entry(group_labels(&series.labels, matching)).or_insert(next)
        };
        let left = left.iter().map(&mut group).collect();
        let right = right.iter().map(&mut group).collect();
        Self { left, right, count: known.len() }
    }
}

/// The labels that take part. A name that is to be dropped is there as yet, but counts only if `on` names it.
pub(super) fn group_labels(labels: &Labels, matching: &VectorMatching) -> Labels {
    let mut labels = labels.clone();
    let is_named = |name: &str| matching.labels.iter().any(|label| label == name);
    match matching.is_on {
        true => labels.retain(is_named),
        false => labels.retain(|name| name != METRIC_NAME && !is_named(name)),
    }
    labels
}

/// Labels as Prometheus writes them in errors: `{__name__="up", job="shop"}`.
pub(super) fn shown(labels: &Labels) -> String {
    let label = |(name, value): (&str, &str)| {
        let is_plain = name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
            && !name.starts_with(|first: char| first.is_ascii_digit());
        let name = if is_plain { name.to_owned() } else { quoted(name) };
        format!("{name}={}", quoted(value))
    };
    format!("{{{}}}", labels.iter().map(label).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_shown_as_prometheus_does() {
        let labels = Labels::new([(METRIC_NAME, "up"), ("a.b", "say \"1\""), ("c", "")]);
        assert_eq!(shown(&labels), r#"{__name__="up", "a.b"="say \"1\""}"#);
        assert_eq!(shown(&Labels::default()), "{}");
    }
}
