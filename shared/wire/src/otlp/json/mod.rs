//! OTLP's JSON encoding: protobuf's JSON mapping with hexadecimal ids, <https://protobuf.dev/programming-guides/json/>.
//!
//! Read more leniently than it is written: names in lowerCamelCase or as in the schema, whole numbers in any form,
//! enumerations by number or name, `null` for a default; unknown fields are ignored. Each span is read on its own, so
//! that one that is malformed does not hold back the others.

pub(crate) mod attributes;
mod metric;
mod metrics;
pub(crate) mod number;
mod span;
pub(crate) mod text;
mod write;
mod write_attributes;

pub(super) use metrics::decode_metrics;
use serde::Deserialize;
use sonic_rs::LazyValue;
pub use write::TracesData;

use self::attributes::{JsonResource, JsonScope};
use self::span::JsonSpan;
use self::text::Text;
use super::fault::{Budget, Fault, Unreadable};
use super::sink::{Refused, SpanSink, hand_over};
use super::source::{Parts, Sent, SpanSource};
use crate::json_text::{Brackets, one_line};
use crate::limits;

/// `ExportTraceServiceRequest`.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Request<'a> {
    #[serde(borrow, alias = "resource_spans")]
    resource_spans: Option<LazyValue<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ResourceSpans<'a> {
    #[serde(borrow)]
    resource: Option<LazyValue<'a>>,
    #[serde(borrow, alias = "scope_spans")]
    scope_spans: Option<LazyValue<'a>>,
    #[serde(borrow, alias = "schema_url")]
    schema_url: Option<LazyValue<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ScopeSpans<'a> {
    #[serde(borrow)]
    scope: Option<LazyValue<'a>>,
    #[serde(borrow)]
    spans: Option<LazyValue<'a>>,
    #[serde(borrow, alias = "schema_url")]
    schema_url: Option<LazyValue<'a>>,
}

/// `ExportTraceServiceRequest`.
pub(super) fn decode_traces(body: &[u8], sink: &mut dyn SpanSink) -> Result<(), Unreadable> {
    let text = checked(body)?;
    let mut budget = Budget::new();
    let request: Request<'_> = read(text)?;
    each(request.resource_spans.as_ref(), |text| resource_spans(text, &mut budget, sink))
}

/// The text of a body that is an object, not nested too deeply, and not of too many pieces.
pub(crate) fn checked(body: &[u8]) -> Result<&str, Unreadable> {
    // Structures are also read from arrays of their fields, which is no JSON mapping of protobuf's.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(Unreadable::Json("not an object".to_owned()));
    }
    let brackets = Brackets { depth: limits::OTLP_JSON_NESTING, number: limits::OTLP_JSON_BRACKETS };
    brackets.check(body).map_err(Unreadable::Json)?;
    str::from_utf8(body).map_err(|_| Unreadable::Json("not UTF-8".to_owned()))
}

/// Reads a piece of a text that has been checked.
pub(crate) fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Unreadable> {
    sonic_rs::from_str(text).map_err(|error| Unreadable::Json(one_line(&error)))
}

/// Reads a piece that may be at fault on its own; one that is missing is a default.
pub(crate) fn read_piece<'a, T: Default + Deserialize<'a>>(text: &'a str) -> Result<T, Fault> {
    if text.is_empty() {
        return Ok(T::default());
    }
    let mut deserializer = sonic_rs::Deserializer::from_str(text).utf8_lossy();
    T::deserialize(&mut deserializer).map_err(|error| Fault::Json(one_line(&error)))
}

/// Calls `take` with the text of each element of an array.
pub(crate) fn each(
    array: Option<&LazyValue<'_>>,
    mut take: impl FnMut(&str) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    let Some(array) = array else { return Ok(()) };
    for element in sonic_rs::to_array_iter(array.as_raw_str()) {
        take(element.map_err(|error| Unreadable::Json(one_line(&error)))?.as_raw_str())?;
    }
    Ok(())
}

/// The text of a value that may be missing.
pub(crate) fn raw<'a>(value: Option<&'a LazyValue<'_>>) -> &'a str {
    value.map_or("", LazyValue::as_raw_str)
}

fn resource_spans(text: &str, budget: &mut Budget, sink: &mut dyn SpanSink) -> Result<(), Unreadable> {
    let ResourceSpans { resource, scope_spans, schema_url } = read(text)?;
    let (resource, schema_url) = (raw(resource.as_ref()), raw(schema_url.as_ref()));
    let decoded = read_piece::<Text>(schema_url)
        .and_then(|schema_url| read_piece::<JsonResource>(resource)?.into_model(schema_url.0));
    let fault = match decoded {
        Ok(resource) => {
            sink.resource(resource);
            None
        }
        Err(fault) => Some(fault),
    };
    each(scope_spans.as_ref(), |text| {
        let ScopeSpans { scope, spans, schema_url: scope_schema_url } = read(text)?;
        let (scope, scope_schema_url) = (raw(scope.as_ref()), raw(scope_schema_url.as_ref()));
        let decoded = read_piece::<Text>(scope_schema_url)
            .and_then(|schema_url| read_piece::<JsonScope>(scope)?.into_model(schema_url.0));
        let fault = match decoded {
            Ok(scope) => {
                sink.scope(scope);
                fault.clone()
            }
            Err(scope_fault) => fault.clone().or(Some(scope_fault)),
        };
        each(spans.as_ref(), |span| {
            budget.span()?;
            let parts =
                Parts { resource, resource_schema_url: schema_url, scope, scope_schema_url, piece: span };
            let nameless = |fault| Refused { name: String::new(), fault };
            let decoded = read_piece::<JsonSpan>(span).map_err(nameless).and_then(JsonSpan::into_model);
            hand_over(decoded, fault.as_ref(), &SpanSource(Sent::Json(parts)), sink);
            Ok(())
        })
    })
}
