//! From rows to a frame, as the SQL data sources do it for tables and for time series.

use anyhow::{Context, Result};
use serde_json::Value;

use super::frame::{Field, Frame, Kind};
use super::sql::Table;
use super::wide::long_to_wide;

/// Names of the column that a time series goes along.
const TIME_COLUMNS: [&str; 4] = ["time", "time_sec", "timeend", "ts"];

/// Rows as a table.
pub(super) fn table(rows: Table, ref_id: &str) -> Frame {
    let mut fields: Vec<Field> =
        rows.columns.into_iter().map(|(name, kind)| Field::new(name, kind, Vec::new())).collect();
    for row in rows.rows {
        for (field, value) in fields.iter_mut().zip(row) {
            field.values.push(value);
        }
    }
    Frame { ref_id: ref_id.to_owned(), fields }
}

/// Rows as time series: a field for each combination of texts.
///
/// # Errors
///
/// If there is no column of time, or the rows are not in its order.
pub(super) fn time_series(rows: Table, ref_id: &str) -> Result<Frame> {
    let mut frame = table(rows, ref_id);
    let is_time = |field: &Field| TIME_COLUMNS.contains(&field.name.to_ascii_lowercase().as_str());
    let index = frame.fields.iter().position(is_time);
    let index = index.context("no time column found: a time series needs a column called time")?;
    let mut time = frame.fields.remove(index);
    if time.kind == Kind::Number {
        time.values = time.values.iter().map(epoch_ms).collect();
        time.kind = Kind::Time;
    }
    anyhow::ensure!(time.kind == Kind::Time, "column {} is no time", time.name);
    anyhow::ensure!(time.values.iter().all(|value| !value.is_null()), "column {} has nulls", time.name);
    frame.fields.insert(0, time);
    let times = frame.fields.first().map(|time| time.values.as_slice()).unwrap_or_default();
    let is_ascending = times.is_sorted_by_key(|value| value.as_i64());
    let is_long = frame.fields.iter().any(|field| matches!(field.kind, Kind::String | Kind::Boolean));
    if !is_long {
        anyhow::ensure!(is_ascending, "the rows are not in the order of time");
        return Ok(frame);
    }
    anyhow::ensure!(is_ascending, "long series must be sorted ascending by time to be converted");
    Ok(long_to_wide(&frame))
}

/// Seconds, milliseconds or nanoseconds since 1970, told apart by their size.
fn epoch_ms(value: &Value) -> Value {
    let Some(number) = value.as_f64() else { return Value::Null };
    let ms = if number.abs() >= 1e17 {
        number / 1e6
    } else if number.abs() >= 1e11 {
        number
    } else {
        number * 1e3
    };
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of a time fit")]
    Value::from(ms.round() as i64)
}
