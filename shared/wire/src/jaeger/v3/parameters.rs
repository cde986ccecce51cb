//! Parameters of v3's requests, each under its new and its old name.

use firefly_model::UnixNanos;
use firefly_model::trace::{SpanKind, TraceQuery};

use crate::jaeger::search::{capped_tags, durations, inclusive, limit, tags_of_json};
use crate::jaeger::{ParameterError, Parameters, TimeHint};
use crate::rfc3339;

const SERVICE_NAME: [&str; 2] = ["query.serviceName", "query.service_name"];
const OPERATION_NAME: [&str; 2] = ["query.operationName", "query.operation_name"];
const START_TIME_MIN: [&str; 2] = ["query.startTimeMin", "query.start_time_min"];
const START_TIME_MAX: [&str; 2] = ["query.startTimeMax", "query.start_time_max"];
const DURATION_MIN: [&str; 2] = ["query.durationMin", "query.duration_min"];
const DURATION_MAX: [&str; 2] = ["query.durationMax", "query.duration_max"];
const SEARCH_DEPTH: [&str; 3] = ["query.searchDepth", "query.search_depth", "query.num_traces"];
const SEARCH_RAW: [&str; 2] = ["query.rawTraces", "query.raw_traces"];
const ATTRIBUTES: &str = "query.attributes";

/// Reads a search: the parameters of `/api/v3/traces` and `/api/v3/trace-summaries`.
///
/// # Errors
///
/// If one is malformed, or one of the two times is missing.
pub fn search(parameters: &Parameters<'_>) -> Result<TraceQuery, ParameterError> {
    let required = |names: &[&'static str]| time(parameters, names)?.ok_or(ParameterError::Missing(names[0]));
    let start = inclusive(required(&START_TIME_MIN)?, required(&START_TIME_MAX)?);
    let depth = match parameters.any(&SEARCH_DEPTH) {
        Some((name, _)) => parameters.number(name)?,
        None => None,
    };
    let (duration_min, duration_max) = durations(parameters, &DURATION_MIN, &DURATION_MAX)?;
    parameters.check_bool(&SEARCH_RAW)?;
    let tags = parameters.get(ATTRIBUTES).map(|json| tags_of_json(ATTRIBUTES, json)).transpose()?;
    let text = |names: &[&'static str]| parameters.any(names).map(|(_, text)| text.to_owned());
    Ok(TraceQuery {
        service_name: text(&SERVICE_NAME),
        operation_name: text(&OPERATION_NAME),
        tags: capped_tags(tags.unwrap_or_default())?,
        start,
        duration_min,
        duration_max,
        limit: limit(depth),
    })
}

/// Reads the times of `/api/v3/traces/{id}`.
///
/// # Errors
///
/// If one is malformed.
pub fn time_hint(parameters: &Parameters<'_>) -> Result<TimeHint, ParameterError> {
    parameters.check_bool(&["rawTraces", "raw_traces"])?;
    let start = time(parameters, &["startTime", "start_time"])?;
    let end = time(parameters, &["endTime", "end_time"])?;
    if start.is_none() && end.is_none() {
        return Ok(None);
    }
    Ok(Some(inclusive(start.unwrap_or_default(), end.unwrap_or(UnixNanos(u64::MAX)))))
}

/// Reads the parameters of `/api/v3/operations`. A kind that there is not has no operations: none of `Some(None)`.
///
/// # Errors
///
/// If no service is given.
pub fn operations_request<'a>(
    parameters: &'a Parameters<'_>,
) -> Result<(&'a str, Option<Option<SpanKind>>), ParameterError> {
    let service = parameters.get("service").ok_or(ParameterError::Missing("service"))?;
    let kind = parameters.any(&["spanKind", "span_kind"]);
    Ok((service, kind.map(|(_, word)| SpanKind::from_word(word))))
}

fn time(parameters: &Parameters<'_>, names: &[&'static str]) -> Result<Option<UnixNanos>, ParameterError> {
    let read = |(name, text)| {
        let nanos = rfc3339::parse(text).map_err(|problem| ParameterError::malformed(name, problem))?;
        // Nothing is older than 1970.
        Ok(UnixNanos(u64::try_from(nanos.max(0)).unwrap_or(u64::MAX)))
    };
    parameters.any(names).map(read).transpose()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::limits;

    const TIMES: &str =
        "query.startTimeMin=2026-03-02T09:00:00Z&query.startTimeMax=2026-03-02T10:00:00+01:00";

    fn searched(query: &str) -> Result<TraceQuery, String> {
        search(&Parameters::parse(query)).map_err(|error| error.to_string())
    }

    #[test]
    fn new_and_old_names_mean_the_same() {
        let new = "query.serviceName=a%2Fb&query.operationName=GET+%2F&query.startTimeMin=2026-03-02T08:00:00.5Z\
            &query.startTimeMax=2026-03-02T10:00:00%2B01:00&query.searchDepth=20&query.durationMin=1ms\
            &query.durationMax=1.5s&query.attributes=%7B%22error%22:%22true%22%7D&query.rawTraces=true";
        let old = "query.service_name=a%2Fb&query.operation_name=GET+%2F&query.start_time_min=2026-03-02T08:00:00.5Z\
            &query.start_time_max=2026-03-02T10:00:00+01:00&query.num_traces=20&query.duration_min=1ms\
            &query.duration_max=1.5s&query.attributes=%7B%22error%22:%22true%22%7D&query.raw_traces=1";
        let expected = TraceQuery {
            service_name: Some("a/b".into()),
            operation_name: Some("GET /".into()),
            tags: vec![("error".into(), "true".into())],
            start: UnixNanos(1_772_438_400_500_000_000)..UnixNanos(1_772_442_000_000_000_001),
            duration_min: Some(Duration::from_millis(1)),
            duration_max: Some(Duration::from_millis(1_500)),
            limit: 20,
        };
        assert_eq!(searched(new), Ok(expected.clone()));
        assert_eq!(searched(old), Ok(expected));
    }

    #[test]
    fn only_the_times_are_required() {
        let search = searched(TIMES).unwrap();
        assert_eq!((search.service_name, search.limit), (None, 100));
        assert_eq!(searched(&format!("{TIMES}&query.searchDepth=100000")).unwrap().limit, limits::TRACES);
        for (query, error) in [
            ("", "parameter 'query.startTimeMin' is required"),
            ("query.startTimeMin=2026-03-02T09:00:00Z", "parameter 'query.startTimeMax' is required"),
            (
                "query.start_time_min=yesterday",
                "unable to parse param 'query.start_time_min': expected a time as RFC 3339 has it, such as \
                    2026-03-02T09:00:00Z",
            ),
        ] {
            assert_eq!(searched(query), Err(error.to_owned()));
        }
        for malformed in ["searchDepth=x", "durationMin=1", "attributes=[]", "rawTraces=x"] {
            assert!(searched(&format!("{TIMES}&query.{malformed}")).is_err(), "{malformed}");
        }
    }

    #[test]
    fn a_trace_may_come_with_times() {
        let hint = |query| time_hint(&Parameters::parse(query));
        assert_eq!(hint(""), Ok(None));
        let from = UnixNanos(1_772_442_000_000_000_000);
        assert_eq!(hint("startTime=2026-03-02T09:00:00Z"), Ok(Some(from..UnixNanos(u64::MAX))));
        assert_eq!(hint("end_time=2026-03-02T09:00:00Z"), Ok(Some(UnixNanos(0)..UnixNanos(from.0 + 1))));
        assert!(hint("startTime=1772442000").is_err());
    }

    #[test]
    fn operations_are_of_a_service_and_perhaps_a_kind() {
        for query in ["service=a&spanKind=server", "service=a&span_kind=server"] {
            assert_eq!(
                operations_request(&Parameters::parse(query)),
                Ok(("a", Some(Some(SpanKind::Server))))
            );
        }
        assert!(operations_request(&Parameters::parse("")).is_err());
    }
}
