//! The requests: what is asked for, and of which time.

use std::ops::RangeInclusive;

use firefly_model::UnixMillis;

use crate::prometheus::time::{self, Time};
use crate::prometheus::{Form, ParameterError, QueryOptions, duration, options};

/// The most steps of a range query, less one.
const STEPS: i64 = 11_000;

/// A query at one time.
#[derive(Debug)]
pub struct InstantRequest {
    /// At which, in milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// The options.
    pub options: QueryOptions,
}

impl InstantRequest {
    /// Reads the parameters of `query`, but the query itself.
    ///
    /// # Errors
    ///
    /// If one is malformed.
    pub fn read(form: &Form<'_>, now_ms: i64) -> Result<Self, ParameterError> {
        let limit = options::limit(form)?;
        let time_ms = time_or(form, "time", Time::from_millis(now_ms))?.millis();
        Ok(Self { time_ms, options: QueryOptions::read(form, limit)? })
    }
}

/// A query at the steps of a range of time.
#[derive(Debug)]
pub struct RangeRequest {
    /// The first step, in milliseconds since the Unix epoch.
    pub start_ms: i64,
    /// What the last step is not after.
    pub end_ms: i64,
    /// From one step to the next, greater than 0.
    pub step_ms: i64,
    /// The options.
    pub options: QueryOptions,
}

impl RangeRequest {
    /// Reads the parameters of `query_range`, but the query itself.
    ///
    /// # Errors
    ///
    /// If one is missing or malformed, or there are more than 11,001 steps.
    pub fn read(form: &Form<'_>) -> Result<Self, ParameterError> {
        let limit = options::limit(form)?;
        let time =
            |name| time::parse(form.get(name)).map_err(|problem| ParameterError::invalid(name, problem));
        let (start, end) = (time("start")?, time("end")?);
        if end < start {
            return Err(ParameterError::invalid("end", "end timestamp must not be before start time"));
        }
        let step = duration::parse(form.get("step"));
        let step = step.map_err(|problem| ParameterError::invalid("step", problem))?;
        let too_short = || {
            let problem =
                "zero or negative query resolution step widths are not accepted. Try a positive integer";
            Err(ParameterError::invalid("step", problem))
        };
        if step <= 0 {
            return too_short();
        }
        // Durations of Go end after 292 years.
        let length = i64::try_from(end.0 - start.0).unwrap_or(i64::MAX);
        if length / step > STEPS {
            return Err(ParameterError::Other(
                "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution \
                 (?step=XX)"
                    .into(),
            ));
        }
        // Where Prometheus divides by zero.
        if step < 1_000_000 {
            return too_short();
        }
        let (start_ms, end_ms, step_ms) = (start.millis(), end.millis(), step / 1_000_000);
        // A range of centuries may still have too many. The part of a millisecond that a step has is cut off, which
        // doubles them at most.
        if (end_ms - start_ms) / step_ms > 2 * STEPS {
            return Err(ParameterError::invalid("step", "too short for a range of centuries"));
        }
        Ok(Self { start_ms, end_ms, step_ms, options: QueryOptions::read(form, limit)? })
    }
}

/// A question of the catalogue: `series`, `labels` and `label/…/values`.
#[derive(Debug, PartialEq, Eq)]
pub struct ListRequest {
    /// The most that are answered; None for all.
    pub limit: Option<usize>,
    /// Of which time; it may be empty.
    pub range: RangeInclusive<UnixMillis>,
}

impl ListRequest {
    /// Reads the parameters, but `match[]`.
    ///
    /// # Errors
    ///
    /// If one is malformed.
    pub fn read(form: &Form<'_>) -> Result<Self, ParameterError> {
        let limit = options::limit(form)?;
        Ok(Self { limit, range: range(form)? })
    }
}

/// A question of exemplars.
#[derive(Debug, PartialEq, Eq)]
pub struct ExemplarsRequest {
    /// Of which time.
    pub range: RangeInclusive<UnixMillis>,
}

impl ExemplarsRequest {
    /// Reads the parameters of `query_exemplars`, but the query itself.
    ///
    /// # Errors
    ///
    /// If one is malformed, or the range ends before it starts.
    pub fn read(form: &Form<'_>) -> Result<Self, ParameterError> {
        let range = range(form)?;
        if range.end() < range.start() {
            return Err(ParameterError::Other("end timestamp must not be before start timestamp".into()));
        }
        Ok(Self { range })
    }
}

fn range(form: &Form<'_>) -> Result<RangeInclusive<UnixMillis>, ParameterError> {
    let start = time_or(form, "start", Time::EARLIEST)?.millis();
    let end = time_or(form, "end", Time::LATEST)?.millis();
    Ok(UnixMillis(start)..=UnixMillis(end))
}

fn time_or(form: &Form<'_>, name: &'static str, default: Time) -> Result<Time, ParameterError> {
    let text = form.get(name);
    if text.is_empty() {
        return Ok(default);
    }
    time::parse(text).map_err(|problem| {
        ParameterError::invalid(name, format!("invalid time value for '{name}': {problem}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(query: &str) -> Result<(i64, i64, i64), String> {
        let request = RangeRequest::read(&Form::parse(b"", query));
        let range = |request: RangeRequest| (request.start_ms, request.end_ms, request.step_ms);
        request.map(range).map_err(|error| error.to_string())
    }

    #[test]
    fn a_range_has_its_steps() {
        assert_eq!(range("start=1&end=4&step=1.5"), Ok((1_000, 4_000, 1_500)));
        assert_eq!(range("start=1&end=1&step=1m"), Ok((1_000, 1_000, 60_000)));
        assert_eq!(range("start=0&end=11000.9&step=1"), Ok((0, 11_000_900, 1_000)));
        assert_eq!(range("start=0&end=1&step=0.0019"), Ok((0, 1_000, 1)));
    }

    #[test]
    fn what_is_no_range_is_refused_in_the_order_of_prometheus() {
        for (query, error) in [
            ("", r#"invalid parameter "start": cannot parse "" to a valid timestamp"#),
            ("start=x", r#"invalid parameter "start": cannot parse "x" to a valid timestamp"#),
            ("start=1", r#"invalid parameter "end": cannot parse "" to a valid timestamp"#),
            ("start=4&end=3", r#"invalid parameter "end": end timestamp must not be before start time"#),
            ("start=4&end=5", r#"invalid parameter "step": cannot parse "" to a valid duration"#),
            (
                "start=4&end=5&step=0",
                "invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a \
                 positive integer",
            ),
            (
                "start=0&end=1&step=0.0001",
                "invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a \
                 positive integer",
            ),
            (
                "start=0&end=11001&step=1",
                "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution \
                 (?step=XX)",
            ),
            (
                "start=-1e12&end=1e12&step=1y",
                r#"invalid parameter "step": too short for a range of centuries"#,
            ),
        ] {
            assert_eq!(range(query), Err(error.to_owned()), "{query}");
        }
    }

    #[test]
    fn times_have_defaults() {
        let instant = InstantRequest::read(&Form::default(), 7).unwrap();
        assert_eq!(instant.time_ms, 7);
        let error = InstantRequest::read(&Form::parse(b"", "time=x"), 7).unwrap_err().to_string();
        assert_eq!(
            error,
            r#"invalid parameter "time": invalid time value for 'time': cannot parse "x" to a valid timestamp"#
        );
        let list = ListRequest::read(&Form::parse(b"", "start=2&limit=3")).unwrap();
        assert_eq!(
            list,
            ListRequest { limit: Some(3), range: UnixMillis(2_000)..=UnixMillis(8_640_000_000_000_000) }
        );
    }

    #[test]
    fn exemplars_are_asked_for_in_milliseconds_too() {
        let read = |query| ExemplarsRequest::read(&Form::parse(b"", query));
        let request = read("query=test&start=1700000000000&end=1700000360000").unwrap();
        assert_eq!(request.range, UnixMillis(1_700_000_000_000_000)..=UnixMillis(1_700_000_360_000_000));
        assert_eq!(
            read("start=2&end=1").unwrap_err().to_string(),
            "end timestamp must not be before start timestamp"
        );
    }
}
