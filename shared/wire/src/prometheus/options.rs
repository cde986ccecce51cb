//! What `query` and `query_range` can be asked beside the query.

use std::time::Duration;

use firefly_model::selection::quote_go;

use crate::prometheus::{Form, ParameterError, duration};

/// The warning about an answer that was cut to a limit.
pub const TRUNCATED: &str = "results truncated due to limit";

/// Options of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryOptions {
    /// The most series that are answered; None for all.
    pub limit: Option<usize>,
    /// The longest that the query may take.
    pub timeout: Option<Duration>,
    /// How far back instant selectors look, in milliseconds; None for the default.
    pub lookback_ms: Option<i64>,
    /// Whether statistics are answered too.
    pub has_statistics: bool,
    /// What is to be said about the options.
    pub warning: Option<String>,
}

impl QueryOptions {
    /// Reads the options, whose limit has been read before the times of the query.
    pub(super) fn read(form: &Form<'_>, limit: Option<usize>) -> Result<Self, ParameterError> {
        let timeout = Some(form.get("timeout")).filter(|text| !text.is_empty());
        let timeout = timeout.map(duration::parse).transpose();
        let timeout = timeout.map_err(|problem| ParameterError::invalid("timeout", problem))?;
        let stats = form.get("stats");
        Ok(Self {
            limit,
            timeout: timeout.map(|nanos| Duration::from_nanos(u64::try_from(nanos).unwrap_or(0))),
            lookback_ms: lookback_ms(form.get("lookback_delta"))?,
            has_statistics: !stats.is_empty(),
            warning: stats_warning(stats),
        })
    }
}

fn lookback_ms(text: &str) -> Result<Option<i64>, ParameterError> {
    if text.is_empty() {
        return Ok(None);
    }
    let nanos = duration::parse(text).map_err(|problem| {
        ParameterError::Other(format!("error parsing lookback delta duration: {problem}"))
    })?;
    // What is shorter than a millisecond sees nothing.
    Ok((nanos > 0).then_some(nanos / 1_000_000))
}

fn stats_warning(stats: &str) -> Option<String> {
    let warn = || {
        format!(
            "value {} for parameter \"stats\" is deprecated and will be rejected in the next major release, use \
             \"true\" or \"all\"",
            quote_go(stats)
        )
    };
    (!matches!(stats, "" | "true" | "all")).then(warn)
}

/// Reads `limit`: None for no limit, which 0 says too.
pub(super) fn limit(form: &Form<'_>) -> Result<Option<usize>, ParameterError> {
    let text = form.get("limit");
    if text.is_empty() {
        return Ok(None);
    }
    let limit = whole_number(text).map_err(|problem| ParameterError::invalid("limit", problem))?;
    if limit < 0 {
        return Err(ParameterError::invalid("limit", "limit must be non-negative"));
    }
    Ok(usize::try_from(limit).ok().filter(|limit| *limit > 0))
}

/// Cuts to a limit, and says whether there was more.
pub fn truncate<T>(items: &mut Vec<T>, limit: Option<usize>) -> bool {
    let is_cut = limit.is_some_and(|limit| items.len() > limit);
    items.truncate(limit.unwrap_or(usize::MAX));
    is_cut
}

/// A whole number, as Go reads it.
///
/// # Errors
///
/// If it is none or does not fit, in Go's words.
pub fn whole_number(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let problem = if is_number { "value out of range" } else { "invalid syntax" };
        format!("strconv.Atoi: parsing {}: {problem}", quote_go(text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(query: &str) -> Result<QueryOptions, String> {
        let form = Form::parse(b"", query);
        let options = limit(&form).and_then(|limit| QueryOptions::read(&form, limit));
        options.map_err(|error| error.to_string())
    }

    #[test]
    fn all_may_be_left_out() {
        let none = QueryOptions {
            limit: None,
            timeout: None,
            lookback_ms: None,
            has_statistics: false,
            warning: None,
        };
        for query in ["", "limit=&timeout=&lookback_delta=&stats=", "limit=0&lookback_delta=-5m"] {
            let query = query.replace("-5m", "-5");
            assert_eq!(options(&query).as_ref(), Ok(&none), "{query}");
        }
    }

    #[test]
    fn all_may_be_given() {
        let given = options("limit=7&timeout=1.5&lookback_delta=1m&stats=all").unwrap();
        assert_eq!((given.limit, given.timeout), (Some(7), Some(Duration::from_millis(1_500))));
        assert_eq!((given.lookback_ms, given.has_statistics, given.warning), (Some(60_000), true, None));
        assert_eq!(options("timeout=-1").unwrap().timeout, Some(Duration::ZERO));
        let other = options("stats=some").unwrap();
        assert!(other.has_statistics && other.warning.unwrap().starts_with("value \"some\" for"));
    }

    #[test]
    fn what_is_malformed_is_named() {
        for (query, error) in [
            ("limit=x", r#"invalid parameter "limit": strconv.Atoi: parsing "x": invalid syntax"#),
            ("limit=-1", r#"invalid parameter "limit": limit must be non-negative"#),
            (
                "limit=99999999999999999999",
                r#"invalid parameter "limit": strconv.Atoi: parsing "99999999999999999999": value out of range"#,
            ),
            ("timeout=x", r#"invalid parameter "timeout": cannot parse "x" to a valid duration"#),
            (
                "lookback_delta=x",
                r#"error parsing lookback delta duration: cannot parse "x" to a valid duration"#,
            ),
        ] {
            assert_eq!(options(query), Err(error.to_owned()));
        }
    }

    #[test]
    fn lists_are_cut_to_a_limit() {
        let mut items = vec![1, 2, 3];
        assert!(!truncate(&mut items, None) && !truncate(&mut items, Some(3)));
        assert!(truncate(&mut items, Some(2)));
        assert_eq!(items, [1, 2]);
    }
}
