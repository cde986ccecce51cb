//! Exemplars, `query_exemplars`.

use firefly_model::Exemplar;
use firefly_model::selection::Labels;

use crate::prometheus::values::{push_labels, push_number, push_pairs, push_time};

/// Appends a series with its exemplars, an element of the list.
pub fn push_exemplars(json: &mut String, labels: &Labels, exemplars: &[Exemplar]) {
    json.push_str("{\"seriesLabels\":");
    push_labels(json, labels);
    json.push_str(",\"exemplars\":[");
    for (index, exemplar) in exemplars.iter().enumerate() {
        json.push_str(if index == 0 { "{\"labels\":" } else { ",{\"labels\":" });
        push_pairs(json, exemplar.labels.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        json.push_str(",\"value\":");
        push_number(json, exemplar.value);
        json.push_str(",\"timestamp\":");
        push_time(json, exemplar.time.0);
        json.push('}');
    }
    json.push_str("]}");
}

#[cfg(test)]
mod tests {
    use firefly_model::{SeriesId, UnixMillis};

    use super::*;

    #[test]
    fn stand_with_their_series() {
        let exemplar = Exemplar {
            series: SeriesId(1),
            time: UnixMillis(1_600_096_945_479),
            value: 6.0,
            labels: vec![("trace_id".into(), "EpTxMJ40fUus7aGY".into())],
        };
        let mut json = String::new();
        push_exemplars(&mut json, &Labels::new([("job", "<a>")]), &[exemplar.clone(), exemplar]);
        let one = r#"{"labels":{"trace_id":"EpTxMJ40fUus7aGY"},"value":"6","timestamp":1600096945.479}"#;
        assert_eq!(json, format!(r#"{{"seriesLabels":{{"job":"<a>"}},"exemplars":[{one},{one}]}}"#));
    }
}
