//! Exemplars, with the labels by which Prometheus and Grafana find their traces.

use std::collections::BTreeMap;

use firefly_model::{SeriesId, TimeWindow, UnixMillis};

use super::attribute_text::text;
use super::point::Exemplar;
use crate::storable_text::without_nul;

/// As Prometheus has it: `trace_id` and `span_id` beside the attributes that the series does not have. One that was
/// recorded at no time, or outside of the window, is taken for as old as its point; `None` if it has no value.
///
/// Prometheus leaves attributes out where all labels together exceed 128 characters; here all are kept.
pub(super) fn of_series(
    exemplar: &Exemplar,
    series: SeriesId,
    point_time: UnixMillis,
    window: TimeWindow,
) -> Option<firefly_model::Exemplar> {
    let time = exemplar.time.millis();
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in exemplar.filtered_attributes.iter() {
        labels.insert(without_nul(name).into_owned(), text(value).into_owned());
    }
    for (name, id) in [("trace_id", &exemplar.trace_id), ("span_id", &exemplar.span_id)] {
        if id.iter().any(|byte| *byte != 0) {
            labels.insert(name.to_owned(), id.iter().map(|byte| format!("{byte:02x}")).collect());
        }
    }
    Some(firefly_model::Exemplar {
        series,
        time: if window.check(time).is_ok() { time } else { point_time },
        value: exemplar.value?,
        labels: labels.into_iter().collect(),
    })
}
