//! The macros of Grafana's PostgreSQL data source, which its back end expands in the text of a query.
//!
//! <https://grafana.com/docs/grafana/latest/datasources/postgres/#macros>. A macro's arguments end at the first closing
//! parenthesis and are parted by every comma, so that no argument may hold either.

use regex::{Captures, Regex};
use thiserror::Error;

use super::interval::parse_interval;
use super::time_range::{TimeRange, rfc3339};

/// Why a query cannot be expanded.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum MacroError {
    /// A name with two underscores and parentheses that is none of the macros.
    #[error("unknown macro ${0}")]
    Unknown(String),
    /// Arguments that are missing.
    #[error("macro ${name} needs {expected}")]
    Arguments {
        /// The macro.
        name: String,
        /// What it takes.
        expected: &'static str,
    },
    /// An interval that cannot be read.
    #[error("macro ${name}: {interval} is no interval")]
    Interval {
        /// The macro.
        name: String,
        /// What stands there.
        interval: String,
    },
}

/// What the macros stand for.
#[derive(Debug, Clone, Copy)]
struct Context {
    range: TimeRange,
    is_timescale: bool,
}

/// Expands the macros of a query. `is_timescale` is the data source's option "TimescaleDB".
///
/// # Errors
///
/// If a macro is not known or its arguments are wrong.
pub fn expand_macros(sql: &str, range: TimeRange, is_timescale: bool) -> Result<String, MacroError> {
    let pattern = r"\$(__[_a-zA-Z0-9]+)\(([^\)]*)\)";
    let Ok(pattern) = Regex::new(pattern) else { return Ok(sql.to_owned()) };
    let context = Context { range, is_timescale };
    let (mut expanded, mut end) = (String::new(), 0);
    for found in pattern.captures_iter(sql) {
        let Some(whole) = found.get(0) else { continue };
        let text = context.expand(&found)?;
        expanded.push_str(sql.get(end..whole.start()).unwrap_or_default());
        expanded.push_str(&text);
        end = whole.end();
    }
    expanded.push_str(sql.get(end..).unwrap_or_default());
    Ok(expanded)
}

impl Context {
    fn expand(self, found: &Captures<'_>) -> Result<String, MacroError> {
        let part = |index| found.get(index).map_or("", |part| part.as_str());
        let (name, arguments) = (part(1), part(2).split(',').map(str::trim).collect::<Vec<_>>());
        let column = arguments.first().copied().unwrap_or_default();
        let missing = |expected| MacroError::Arguments { name: name.to_owned(), expected };
        let needs_column = || if column.is_empty() { Err(missing("a time column")) } else { Ok(()) };
        let TimeRange { from_ms, to_ms } = self.range;
        let (from, to) = (rfc3339(from_ms), rfc3339(to_ms));
        let (from_s, to_s) = (from_ms.div_euclid(1_000), to_ms.div_euclid(1_000));
        let (from_nanos, to_nanos) = (i128::from(from_ms) * 1_000_000, i128::from(to_ms) * 1_000_000);
        let between = |from: String, to: String| format!("{column} >= {from} AND {column} <= {to}");
        Ok(match name {
            "__timeFrom" => format!("'{from}'"),
            "__timeTo" => format!("'{to}'"),
            "__unixEpochFrom" => from_s.to_string(),
            "__unixEpochTo" => to_s.to_string(),
            "__unixEpochNanoFrom" => from_nanos.to_string(),
            "__unixEpochNanoTo" => to_nanos.to_string(),
            "__time" | "__timeEpoch" | "__timeFilter" | "__unixEpochFilter" | "__unixEpochNanoFilter" => {
                needs_column()?;
                match name {
                    "__time" => format!("{column} AS \"time\""),
                    "__timeEpoch" => format!("extract(epoch from {column}) as \"time\""),
                    "__timeFilter" => format!("{column} BETWEEN '{from}' AND '{to}'"),
                    "__unixEpochFilter" => between(from_s.to_string(), to_s.to_string()),
                    _ => between(from_nanos.to_string(), to_nanos.to_string()),
                }
            }
            "__timeGroup" | "__timeGroupAlias" | "__unixEpochGroup" | "__unixEpochGroupAlias" => {
                let [column, interval, ..] = arguments.as_slice() else {
                    return Err(missing("a time column and an interval"));
                };
                let grouped = self.grouped(name, column, interval)?;
                if name.ends_with("Alias") { format!("{grouped} AS \"time\"") } else { grouped }
            }
            _ => return Err(MacroError::Unknown(name.to_owned())),
        })
    }

    fn grouped(self, name: &str, column: &str, interval: &str) -> Result<String, MacroError> {
        let ms = parse_interval(interval.trim_matches(['\'', '"']));
        let ms =
            ms.map_err(|_| MacroError::Interval { name: name.to_owned(), interval: interval.to_owned() })?;
        let seconds = ms as f64 / 1_000.0;
        Ok(if name.starts_with("__unixEpoch") {
            format!("floor(({column})/{seconds})*{seconds}")
        } else if self.is_timescale {
            format!("time_bucket('{seconds:.3}s',{column})")
        } else {
            format!("floor(extract(epoch from {column})/{seconds})*{seconds}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANGE: TimeRange = TimeRange { from_ms: 1_772_409_600_000, to_ms: 1_772_413_200_500 };

    #[test]
    fn each_macro_becomes_what_the_documentation_says() {
        let (from, to) = ("'2026-03-02T00:00:00Z'", "'2026-03-02T01:00:00.5Z'");
        for (sql, expected) in [
            ("f($__timeFrom(), $__timeTo())", format!("f({from}, {to})")),
            ("$__timeFilter(minute)", format!("minute BETWEEN {from} AND {to}")),
            ("$__time(t)", "t AS \"time\"".into()),
            ("$__timeEpoch(t)", "extract(epoch from t) as \"time\"".into()),
            ("$__timeGroup(t, '5m')", "time_bucket('300.000s',t)".into()),
            ("$__timeGroupAlias(t,5m,NULL)", "time_bucket('300.000s',t) AS \"time\"".into()),
            ("$__unixEpochFilter(t)", "t >= 1772409600 AND t <= 1772413200".into()),
            ("$__unixEpochNanoFilter(t)", "t >= 1772409600000000000 AND t <= 1772413200500000000".into()),
            ("$__unixEpochNanoFrom()", "1772409600000000000".into()),
            ("$__unixEpochGroup(t, 1m)", "floor((t)/60)*60".into()),
            ("$1 AS $$text$$", "$1 AS $$text$$".into()),
        ] {
            assert_eq!(expand_macros(sql, RANGE, true).unwrap(), expected, "{sql}");
        }
        let plain = expand_macros("$__timeGroupAlias(t,'1h')", RANGE, false).unwrap();
        assert_eq!(plain, "floor(extract(epoch from t)/3600)*3600 AS \"time\"");
    }

    #[test]
    fn arguments_end_at_the_first_parenthesis_and_comma() {
        let nested = expand_macros("$__timeFilter(date_trunc('hour', t))", RANGE, true).unwrap();
        let between = "BETWEEN '2026-03-02T00:00:00Z' AND '2026-03-02T01:00:00.5Z'";
        assert_eq!(nested, format!("date_trunc('hour' {between})"));
    }

    #[test]
    fn what_is_no_macro_or_lacks_arguments_is_an_error() {
        let error = |sql| expand_macros(sql, RANGE, true).unwrap_err();
        assert_eq!(error("$__timeNow()"), MacroError::Unknown("__timeNow".into()));
        assert!(matches!(error("$__timeFilter()"), MacroError::Arguments { .. }));
        assert!(matches!(error("$__timeGroup(t)"), MacroError::Arguments { .. }));
        assert!(matches!(error("$__timeGroup(t, 'soon')"), MacroError::Interval { .. }));
    }
}
