//! `ExportMetricsServiceRequest` in JSON.

use memchr::memchr_iter;
use serde::Deserialize;
use sonic_rs::LazyValue;

use super::attributes::{JsonResource, JsonScope};
use super::metric::JsonMetric;
use super::text::Text;
use super::{checked, each, raw, read, read_piece};
use crate::limits;
use crate::otlp::fault::Unreadable;
use crate::otlp::metrics::translate::{ScopeLabels, Target, Translator, UnreadMetric};
use crate::otlp::source::{MetricSource, Parts, Sent};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Request<'a> {
    #[serde(borrow, alias = "resource_metrics")]
    resource_metrics: Option<LazyValue<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ResourceMetrics<'a> {
    #[serde(borrow)]
    resource: Option<LazyValue<'a>>,
    #[serde(borrow, alias = "scope_metrics")]
    scope_metrics: Option<LazyValue<'a>>,
    #[serde(borrow, alias = "schema_url")]
    schema_url: Option<LazyValue<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ScopeMetrics<'a> {
    #[serde(borrow)]
    scope: Option<LazyValue<'a>>,
    #[serde(borrow)]
    metrics: Option<LazyValue<'a>>,
    #[serde(borrow, alias = "schema_url")]
    schema_url: Option<LazyValue<'a>>,
}

/// `ExportMetricsServiceRequest`.
pub(crate) fn decode_metrics(body: &[u8], translator: &mut Translator<'_>) -> Result<(), Unreadable> {
    let text = checked(body)?;
    if memchr_iter(b',', body).nth(limits::OTLP_JSON_COMMAS).is_some() {
        return Err(Unreadable::TooMuch { what: "commas", cap: limits::OTLP_JSON_COMMAS });
    }
    let request: Request<'_> = read(text)?;
    each(request.resource_metrics.as_ref(), |text| resource_metrics(text, translator))
}

fn resource_metrics(text: &str, translator: &mut Translator<'_>) -> Result<(), Unreadable> {
    let ResourceMetrics { resource, scope_metrics, schema_url } = read(text)?;
    let (resource, resource_schema_url) = (raw(resource.as_ref()), raw(schema_url.as_ref()));
    let decoded = read_piece::<Text>(resource_schema_url)
        .and_then(|schema_url| read_piece::<JsonResource>(resource)?.into_model(schema_url.0));
    let mut target = Target::of(decoded);
    each(scope_metrics.as_ref(), |text| {
        let ScopeMetrics { scope, metrics, schema_url } = read(text)?;
        let (scope, scope_schema_url) = (raw(scope.as_ref()), raw(schema_url.as_ref()));
        let decoded = read_piece::<Text>(scope_schema_url)
            .and_then(|schema_url| read_piece::<JsonScope>(scope)?.into_model(schema_url.0));
        let scope_labels = ScopeLabels::of(decoded);
        each(metrics.as_ref(), |piece| {
            let nameless = |fault| UnreadMetric { name: String::new(), fault };
            let decoded = read_piece::<JsonMetric>(piece).map_err(nameless).and_then(JsonMetric::into_metric);
            let parts = Parts { resource, resource_schema_url, scope, scope_schema_url, piece };
            translator.metric(decoded, &mut target, &scope_labels, &MetricSource(Sent::Json(parts)));
            Ok(())
        })
    })?;
    translator.end(target);
    Ok(())
}
