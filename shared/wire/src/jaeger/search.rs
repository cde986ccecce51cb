//! What a search looks for, whichever version of the API it came by.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use firefly_model::UnixNanos;

use super::parameters::ParameterError;
use super::{Parameters, go_duration};
use crate::limits;

/// How many traces a search yields if it does not say: Jaeger's default.
pub(super) const DEFAULT_TRACES: usize = 100;

/// Between which times a trace that is asked for by its id is looked for.
pub type TimeHint = Option<Range<UnixNanos>>;

/// The range of all times from one to another, both included, as Jaeger means it.
pub(super) fn inclusive(from: UnixNanos, to: UnixNanos) -> Range<UnixNanos> {
    from..UnixNanos(to.0.saturating_add(1))
}

/// The number of traces that a parameter asks for. Jaeger's own store takes 0 and less for all there are.
pub(super) fn limit(number: Option<i64>) -> usize {
    match number {
        None => DEFAULT_TRACES,
        Some(number) => {
            let most = limits::TRACES;
            usize::try_from(number).ok().filter(|number| *number > 0).unwrap_or(most).min(most)
        }
    }
}

/// The bounds of a duration, from the parameters of these names; 0 is none.
pub(super) fn durations(
    parameters: &Parameters<'_>,
    shortest: &[&'static str],
    longest: &[&'static str],
) -> Result<(Option<Duration>, Option<Duration>), ParameterError> {
    let read = |names: &[&'static str]| match parameters.any(names) {
        None => Ok(None),
        Some((name, text)) => go_duration::parse(text)
            .map(|duration| Some(duration).filter(|duration| !duration.is_zero()))
            .map_err(|problem| ParameterError::malformed(name, problem)),
    };
    let bounds = (read(shortest)?, read(longest)?);
    if let (Some(min), Some(max)) = bounds
        && max < min
    {
        return Err(ParameterError::NoDuration { longest: longest[0], shortest: shortest[0] });
    }
    Ok(bounds)
}

/// Reads tags from a JSON object of texts.
pub(super) fn tags_of_json(
    name: &'static str,
    json: &str,
) -> Result<BTreeMap<String, String>, ParameterError> {
    let tags: Option<BTreeMap<String, Option<String>>> = serde_json::from_str(json)
        .map_err(|_| ParameterError::malformed(name, "expected a JSON object whose values are texts"))?;
    let tags = tags.unwrap_or_default().into_iter();
    Ok(tags.map(|(name, value)| (name, value.unwrap_or_default())).collect())
}

/// The tags as a list, unless there are too many to look for.
pub(super) fn capped_tags(tags: BTreeMap<String, String>) -> Result<Vec<(String, String)>, ParameterError> {
    if tags.len() > limits::TAGS {
        return Err(ParameterError::TooMany { what: "tags", cap: limits::TAGS });
    }
    Ok(tags.into_iter().collect())
}
