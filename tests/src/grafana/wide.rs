//! From long time series, with a row for each time and label, to wide ones, with a row for each time.

use std::collections::BTreeMap;

use serde_json::Value;

use super::frame::{Field, Frame, Kind};

/// The column of labels that gives its values as names.
const METRIC: &str = "metric";

/// Turns a frame whose first field is an ascending time into one field for each number and combination of texts. A
/// combination is named after its `metric`, if that is its only label.
pub(super) fn long_to_wide(long: &Frame) -> Frame {
    let (Some(time), rest) = (long.fields.first(), long.fields.get(1..).unwrap_or_default()) else {
        return long.clone();
    };
    let (labels, numbers): (Vec<&Field>, Vec<&Field>) =
        rest.iter().partition(|field| matches!(field.kind, Kind::String | Kind::Boolean));
    let mut times: Vec<Value> = Vec::new();
    let mut columns: BTreeMap<(Vec<String>, usize), Vec<Value>> = BTreeMap::new();
    for (row, at) in time.values.iter().enumerate() {
        if times.last() != Some(at) {
            times.push(at.clone());
        }
        let key: Vec<String> = labels.iter().map(|field| label(field.values.get(row))).collect();
        for (number, field) in numbers.iter().enumerate() {
            let column = columns.entry((key.clone(), number)).or_default();
            column.resize(times.len(), Value::Null);
            if let (Some(last), Some(value)) = (column.last_mut(), field.values.get(row)) {
                last.clone_from(value);
            }
        }
    }
    let mut fields = vec![Field { values: times.clone(), ..time.clone() }];
    for ((key, number), mut values) in columns {
        values.resize(times.len(), Value::Null);
        let Some(source) = numbers.get(number) else { continue };
        let names = labels.iter().map(|field| field.name.clone());
        let mut labels: BTreeMap<String, String> = names.zip(key).collect();
        let mut name = source.name.clone();
        if labels.len() == 1
            && let Some(metric) = labels.remove(METRIC)
        {
            // With several numbers a time, the metric comes before the name of each.
            name = if numbers.len() == 1 { metric } else { format!("{metric} {name}") };
        }
        fields.push(Field { name, labels, values, ..(*source).clone() });
    }
    Frame { ref_id: long.ref_id.clone(), fields }
}

fn label(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn values(json: Value) -> Vec<Value> {
        json.as_array().unwrap().clone()
    }

    #[test]
    fn a_row_for_each_time_and_a_field_for_each_metric() {
        let long = Frame {
            ref_id: "A".into(),
            fields: vec![
                Field::new("time", Kind::Time, values(json!([1, 1, 2, 3]))),
                Field::new("metric", Kind::String, values(json!(["a", "b", "b", "a"]))),
                Field::new("value", Kind::Number, values(json!([10, 20, 21, 12]))),
            ],
        };
        let wide = long_to_wide(&long);
        let fields: Vec<_> =
            wide.fields.iter().map(|field| (field.name.as_str(), json!(field.values))).collect();
        let expected =
            [("time", json!([1, 2, 3])), ("a", json!([10, null, 12])), ("b", json!([20, 21, null]))];
        assert_eq!(fields, expected);
    }

    #[test]
    fn other_labels_stay_labels() {
        let long = Frame {
            ref_id: "A".into(),
            fields: vec![
                Field::new("time", Kind::Time, values(json!([1]))),
                Field::new("invocations", Kind::Number, values(json!([5]))),
                Field::new("function", Kind::String, values(json!(["a"]))),
            ],
        };
        let wide = long_to_wide(&long);
        let field = &wide.fields[1];
        assert_eq!((field.name.as_str(), field.labels["function"].as_str()), ("invocations", "a"));
        assert!(field.names().contains(&"a".to_owned()));
    }
}
