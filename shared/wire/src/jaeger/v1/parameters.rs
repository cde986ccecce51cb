//! Parameters of v1's requests.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use firefly_model::UnixNanos;
use firefly_model::trace::{SpanKind, TraceId, TraceQuery};

use crate::jaeger::parameters::since_epoch;
use crate::jaeger::search::{capped_tags, durations, inclusive, limit, tags_of_json};
use crate::jaeger::{ParameterError, Parameters, TimeHint, parse_trace_id};
use crate::limits;

const MICROSECOND: u64 = 1_000;
const MILLISECOND: u64 = 1_000_000;

/// How far back a search goes if it does not say: two days, Jaeger's default.
const DEFAULT_LOOKBACK: Duration = Duration::from_secs(2 * 24 * 60 * 60);
/// How far back dependencies go if the request does not say: a day, Jaeger's default.
const DEFAULT_DEPENDENCIES_LOOKBACK_MS: i64 = 24 * 60 * 60 * 1_000;

/// As microseconds, smaller numbers than this lie before March 1973; as milliseconds, before the year 5139. Some versions
/// of Grafana send milliseconds where Jaeger expects microseconds.
const FEWEST_MICROSECONDS: i64 = 100_000_000_000_000;

/// What `/api/traces` asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum TracesRequest {
    /// The traces with these ids.
    ById(Vec<TraceId>, TimeHint),
    /// The traces that a search finds.
    Search(TraceQuery),
}

/// What `/api/dependencies` asks for.
#[derive(Debug, PartialEq, Eq)]
pub struct DependenciesRequest {
    /// When the calls began.
    pub range: Range<UnixNanos>,
    /// The service that must be one of the two; any if it is not given.
    pub service_name: Option<String>,
}

/// Reads the parameters of `/api/traces`.
///
/// # Errors
///
/// If one is malformed, or neither a service nor an id is given.
pub fn traces_request(parameters: &Parameters<'_>, now: UnixNanos) -> Result<TracesRequest, ParameterError> {
    let start = time(parameters, "start")?;
    let end = time(parameters, "end")?;
    let tags = capped_tags(tags(parameters)?)?;
    let limit = limit(parameters.number("limit")?);
    let (duration_min, duration_max) = durations(parameters, &["minDuration"], &["maxDuration"])?;
    parameters.check_bool(&["raw"])?;
    let ids = trace_ids(parameters)?;
    if !ids.is_empty() {
        return Ok(TracesRequest::ById(ids, hint(start, end)));
    }
    let default_start = || UnixNanos(now.0.saturating_sub(nanos(DEFAULT_LOOKBACK)));
    Ok(TracesRequest::Search(TraceQuery {
        service_name: Some(parameters.get("service").ok_or(ParameterError::Missing("service"))?.to_owned()),
        operation_name: parameters.get("operation").map(str::to_owned),
        tags,
        start: inclusive(start.unwrap_or_else(default_start), end.unwrap_or(now)),
        duration_min,
        duration_max,
        limit,
    }))
}

/// Reads the times of `/api/traces/{id}`.
///
/// # Errors
///
/// If one is malformed.
pub fn time_hint(parameters: &Parameters<'_>) -> Result<TimeHint, ParameterError> {
    parameters.check_bool(&["raw"])?;
    Ok(hint(time(parameters, "start")?, time(parameters, "end")?))
}

/// Reads the parameters of `/api/operations`. A kind that there is not has no operations: none of `Some(None)`.
///
/// # Errors
///
/// If no service is given.
pub fn operations_request<'a>(
    parameters: &'a Parameters<'_>,
) -> Result<(&'a str, Option<Option<SpanKind>>), ParameterError> {
    let service = parameters.get("service").ok_or(ParameterError::Missing("service"))?;
    Ok((service, parameters.get("spanKind").map(SpanKind::from_word)))
}

/// Reads the parameters of `/api/dependencies`.
///
/// # Errors
///
/// If one is malformed.
pub fn dependencies_request(
    parameters: &Parameters<'_>,
    now: UnixNanos,
) -> Result<DependenciesRequest, ParameterError> {
    let end = parameters.number("endTs")?.map_or(now, |count| since_epoch(count, MILLISECOND));
    let lookback = parameters.number("lookback")?.unwrap_or(DEFAULT_DEPENDENCIES_LOOKBACK_MS);
    let start = UnixNanos(end.0.saturating_sub(since_epoch(lookback, MILLISECOND).0));
    Ok(DependenciesRequest {
        range: inclusive(start, end),
        service_name: parameters.get("service").map(str::to_owned),
    })
}

fn time(parameters: &Parameters<'_>, name: &'static str) -> Result<Option<UnixNanos>, ParameterError> {
    let unit = |count| if count < FEWEST_MICROSECONDS { MILLISECOND } else { MICROSECOND };
    Ok(parameters.number(name)?.map(|count| since_epoch(count, unit(count))))
}

fn hint(start: Option<UnixNanos>, end: Option<UnixNanos>) -> TimeHint {
    if start.is_none() && end.is_none() {
        return None;
    }
    Some(inclusive(start.unwrap_or_default(), end.unwrap_or(UnixNanos(u64::MAX))))
}

fn trace_ids(parameters: &Parameters<'_>) -> Result<Vec<TraceId>, ParameterError> {
    let mut ids = Vec::new();
    for text in parameters.all("traceID") {
        let id = parse_trace_id(text).map_err(|problem| ParameterError::malformed("traceID", problem))?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.len() > limits::TRACE_IDS {
        return Err(ParameterError::TooMany { what: "trace ids", cap: limits::TRACE_IDS });
    }
    Ok(ids)
}

/// Tags of `tag=name:value`, and of `tags={"name":"value"}`, which override these.
fn tags(parameters: &Parameters<'_>) -> Result<BTreeMap<String, String>, ParameterError> {
    let mut tags = BTreeMap::new();
    for tag in parameters.all("tag") {
        let (name, value) =
            tag.split_once(':').ok_or_else(|| ParameterError::malformed("tag", "expected name:value"))?;
        tags.insert(name.to_owned(), value.to_owned());
    }
    for json in parameters.all("tags").filter(|json| !json.is_empty()) {
        tags.extend(tags_of_json("tags", json)?);
    }
    Ok(tags)
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixNanos = UnixNanos(1_772_442_000_000_000_000);

    fn request(query: &str) -> Result<TracesRequest, ParameterError> {
        traces_request(&Parameters::parse(query), NOW)
    }

    fn search(query: &str) -> TraceQuery {
        match request(query).unwrap() {
            TracesRequest::Search(search) => search,
            by_id @ TracesRequest::ById(..) => panic!("{by_id:?}"),
        }
    }

    #[test]
    fn reads_what_grafana_sends() {
        let query = "end=1772442000000000&limit=20&maxDuration=1.5s&minDuration=100us&operation=GET+%2F\
            &service=a%2Fb&start=1772438400000000&tags=%7B%22error%22%3A%22true%22%2C%22a%22%3A%22%22%7D&lookback=1h";
        assert_eq!(
            search(query),
            TraceQuery {
                service_name: Some("a/b".into()),
                operation_name: Some("GET /".into()),
                tags: vec![("a".into(), String::new()), ("error".into(), "true".into())],
                start: UnixNanos(1_772_438_400_000_000_000)..UnixNanos(1_772_442_000_000_000_001),
                duration_min: Some(Duration::from_micros(100)),
                duration_max: Some(Duration::from_millis(1_500)),
                limit: 20,
            }
        );
    }

    #[test]
    fn has_jaegers_defaults() {
        let two_days = 2 * 86_400_000_000_000;
        assert_eq!(
            search("service=a&operation=&tags=&minDuration=0s"),
            TraceQuery {
                service_name: Some("a".into()),
                operation_name: None,
                tags: Vec::new(),
                start: UnixNanos(NOW.0 - two_days)..UnixNanos(NOW.0 + 1),
                duration_min: None,
                duration_max: None,
                limit: 100,
            }
        );
        assert_eq!(search("service=a&limit=0").limit, limits::TRACES);
        assert_eq!(search("service=a&limit=99999").limit, limits::TRACES);
    }

    #[test]
    fn tags_come_in_two_ways_and_the_json_wins() {
        let tags =
            search("service=a&tag=url:http://x&tag=b:1&tags={\"b\":\"2\"}&tags={\"c\":null}&tags=null").tags;
        let expected = [("b", "2"), ("c", ""), ("url", "http://x")];
        assert_eq!(tags, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn milliseconds_are_told_by_their_size() {
        let expected = Some(UnixNanos(1_772_438_400_000_000_000)..UnixNanos(1_772_442_000_000_000_001));
        for query in ["start=1772438400000&end=1772442000000", "start=1772438400000000&end=1772442000000000"]
        {
            assert_eq!(time_hint(&Parameters::parse(query)), Ok(expected.clone()));
        }
        assert_eq!(time_hint(&Parameters::parse("")), Ok(None));
        assert_eq!(time_hint(&Parameters::parse("end=-5")), Ok(Some(UnixNanos(0)..UnixNanos(1))));
    }

    #[test]
    fn ids_need_no_service() {
        let ids = vec![TraceId(1), TraceId(0x5759_e988_bd86_2e3f_e1be_46a9_9427_2793)];
        assert_eq!(
            request("traceID=1&traceID=1-5759e988-bd862e3fe1be46a994272793&traceID=0001&limit=2"),
            Ok(TracesRequest::ById(ids, None))
        );
    }

    #[test]
    fn names_what_is_wrong() {
        for (query, error) in [
            ("", "parameter 'service' is required"),
            ("service=", "parameter 'service' is required"),
            ("service=a&start=now", "unable to parse param 'start': expected a whole number"),
            ("service=a&end=1.5", "unable to parse param 'end': expected a whole number"),
            ("service=a&limit=ten", "unable to parse param 'limit': expected a whole number"),
            (
                "service=a&minDuration=5",
                "unable to parse param 'minDuration': expected a duration such as 1.2s, 100ms or 500us",
            ),
            ("service=a&minDuration=2s&maxDuration=1s", "'maxDuration' should be greater than 'minDuration'"),
            ("service=a&tag=b", "unable to parse param 'tag': expected name:value"),
            (
                "service=a&tags={",
                "unable to parse param 'tags': expected a JSON object whose values are texts",
            ),
            (
                "service=a&tags={\"a\":1}",
                "unable to parse param 'tags': expected a JSON object whose values are texts",
            ),
            ("service=a&raw=maybe", "unable to parse param 'raw': expected true or false"),
        ] {
            assert_eq!(request(query).unwrap_err().to_string(), error, "{query}");
        }
        assert!(request("traceID=xyz").is_err());
        let ids: String = (1..=limits::TRACE_IDS + 1).map(|id| format!("traceID={id:x}&")).collect();
        assert!(request(&ids).unwrap_err().to_string().contains("trace ids"));
        let tags: String = (0..=limits::TAGS).map(|tag| format!("tag=a{tag}:b&")).collect();
        assert!(request(&format!("service=a&{tags}")).unwrap_err().to_string().contains("tags"));
    }

    #[test]
    fn dependencies_are_of_a_day_in_milliseconds() {
        let request = |query| dependencies_request(&Parameters::parse(query), NOW).unwrap();
        let day = 86_400_000_000_000;
        assert_eq!(request("").range, UnixNanos(NOW.0 - day)..UnixNanos(NOW.0 + 1));
        let asked = request("endTs=1772442000000&lookback=60000&service=a");
        assert_eq!(asked.range, UnixNanos(NOW.0 - 60_000_000_000)..UnixNanos(NOW.0 + 1));
        assert_eq!(asked.service_name.as_deref(), Some("a"));
        assert!(dependencies_request(&Parameters::parse("lookback=1h"), NOW).is_err());
    }

    #[test]
    fn operations_are_of_a_service_and_perhaps_a_kind() {
        let request =
            |query| operations_request(&Parameters::parse(query)).map(|(name, kind)| (name.to_owned(), kind));
        assert_eq!(request("service=a"), Ok(("a".into(), None)));
        assert_eq!(request("service=a&spanKind=server"), Ok(("a".into(), Some(Some(SpanKind::Server)))));
        assert_eq!(request("service=a&spanKind=SERVER"), Ok(("a".into(), Some(None))));
        assert_eq!(request("spanKind=server"), Err(ParameterError::Missing("service")));
    }
}
