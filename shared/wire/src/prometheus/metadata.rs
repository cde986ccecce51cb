//! What is said about metrics, `metadata`.

use std::collections::BTreeMap;

use firefly_model::{FamilyMetadata, MetricMetadata};
use serde::Serialize;

use crate::prometheus::options::whole_number;
use crate::prometheus::{Form, ParameterError, to_go_json};

/// A question of metadata.
#[derive(Debug, PartialEq, Eq)]
pub struct MetadataRequest<'a> {
    /// Of which metric; None for all.
    pub metric: Option<&'a str>,
    /// The most metrics that are answered; None for all, and 0 for none.
    pub limit: Option<usize>,
    /// The most that is said about one; None for all.
    pub limit_per_metric: Option<usize>,
}

impl<'a> MetadataRequest<'a> {
    /// Reads the parameters.
    ///
    /// # Errors
    ///
    /// If one is malformed.
    pub fn read(form: &'a Form<'_>) -> Result<Self, ParameterError> {
        let limit = |name| match form.get(name) {
            "" => Ok(None),
            // A negative one is no limit.
            text => whole_number(text)
                .map(|limit| usize::try_from(limit).ok())
                .map_err(|_| ParameterError::Other(format!("{name} must be a number"))),
        };
        Ok(Self {
            limit: limit("limit")?,
            limit_per_metric: limit("limit_per_metric")?.filter(|limit| *limit > 0),
            metric: Some(form.get("metric")).filter(|metric| !metric.is_empty()),
        })
    }
}

#[derive(Serialize)]
struct JsonMetadata<'a> {
    r#type: &'static str,
    unit: &'a str,
    help: &'a str,
}

impl<'a> From<&'a MetricMetadata> for JsonMetadata<'a> {
    fn from(metadata: &'a MetricMetadata) -> Self {
        Self { r#type: metadata.metric_type.as_str(), unit: &metadata.unit, help: &metadata.help }
    }
}

/// The JSON members of an object, each a metric with what is said about it, sorted by name.
pub fn metadata_members<'a>(
    families: &'a [FamilyMetadata],
    request: &MetadataRequest<'_>,
) -> impl Iterator<Item = String> + use<'a> {
    let mut said = BTreeMap::<_, Vec<_>>::new();
    for family in families {
        said.entry(family.family.as_str()).or_default().push(&family.metadata);
    }
    let per_metric = request.limit_per_metric.unwrap_or(usize::MAX);
    said.into_iter().take(request.limit.unwrap_or(usize::MAX)).map(move |(name, said)| {
        let said: Vec<_> = said.into_iter().take(per_metric).map(JsonMetadata::from).collect();
        format!("{}:{}", to_go_json(&name), to_go_json(&said))
    })
}

#[cfg(test)]
mod tests {
    use firefly_model::{MetricType, Sighting, UnixHour};

    use super::*;

    fn family(name: &str, help: &str) -> FamilyMetadata {
        let metadata =
            MetricMetadata { metric_type: MetricType::Gauge, unit: "seconds".into(), help: help.into() };
        let sighting = Sighting { first: UnixHour(0), last: UnixHour(0), unit: String::new() };
        FamilyMetadata { family: name.into(), metadata, sighting }
    }

    fn members(query: &str) -> Result<String, String> {
        let families = [family("b", "<1>"), family("a", "2"), family("b", "3")];
        let form = Form::parse(b"", query);
        let request = MetadataRequest::read(&form).map_err(|error| error.to_string())?;
        Ok(metadata_members(&families, &request).collect::<Vec<_>>().join(","))
    }

    #[test]
    fn metadata_stands_under_its_name() {
        let of = |help| format!(r#"{{"type":"gauge","unit":"seconds","help":"{help}"}}"#);
        let (a, b) = (format!(r#""a":[{}]"#, of("2")), of(r"\u003c1\u003e"));
        assert_eq!(members(""), Ok(format!(r#"{a},"b":[{b},{}]"#, of("3"))));
        assert_eq!(members("limit=-1&limit_per_metric=1"), Ok(format!(r#"{a},"b":[{b}]"#)));
        assert_eq!(members("limit=1"), Ok(a));
        assert_eq!(members("limit=0"), Ok(String::new()));
        assert_eq!(members("limit=x"), Err("limit must be a number".into()));
        assert_eq!(members("limit_per_metric=1.5"), Err("limit_per_metric must be a number".into()));
    }

    #[test]
    fn one_metric_may_be_asked_for() {
        let form = Form::parse(b"", "metric=up");
        assert_eq!(MetadataRequest::read(&form).unwrap().metric, Some("up"));
        assert_eq!(MetadataRequest::read(&Form::default()).unwrap().metric, None);
    }
}
