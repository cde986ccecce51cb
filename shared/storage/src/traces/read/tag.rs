//! A searched tag as conditions on a span.
//!
//! Every condition comes in two parts. The one says exactly what matches, in a form that no index serves; the other,
//! `… @> ANY (…)`, makes the indexes on attributes and events find what may match. The server cannot know how common a
//! tag is, so that it is chosen here which parts a statement has.

use firefly_model::trace::{AttributeValue, Attributes, SpanKind, StatusCode};
use serde::ser::{Serialize, SerializeMap, Serializer};
use tokio_postgres::types::Type;

use super::super::to_jsonb::{JsonAttributes, JsonValue};
use super::statement::Parameters;
use super::tag_value::{objects, values_of};
use crate::array::{column, put_jsonb};

/// Name of the field by which Jaeger shows the name of an event.
const EVENT_NAME: &str = "event";

/// A name and a text, and what the text may stand for.
pub(super) struct Tag {
    name: String,
    text: String,
    values: Vec<AttributeValue>,
    objects: Vec<Attributes>,
}

impl Tag {
    pub fn new(name: &str, text: &str) -> Self {
        let values = values_of(text);
        Self { name: name.to_owned(), text: text.to_owned(), objects: objects(name, &values), values }
    }

    /// Whether it is one of those that spans with an error have.
    pub fn is_error(&self) -> bool {
        matches!((&*self.name, &*self.text), ("error", "true") | ("otel.status_code", "ERROR"))
    }

    /// Whether a span, an alias of this name, has the tag anywhere.
    pub fn matches<'a>(&'a self, parameters: &mut Parameters<'a>) -> String {
        let mut places = vec![
            self.in_attributes("span.attributes", parameters),
            self.in_events(parameters),
            self.in_resource(parameters),
        ];
        places.extend(self.in_other_column(parameters));
        format!("({}) IS TRUE", places.join(" OR "))
    }

    /// Whether a span has it among its attributes, by the index.
    pub fn in_indexed_attributes<'a>(&'a self, parameters: &mut Parameters<'a>) -> String {
        let exactly = self.in_attributes("span.attributes", parameters);
        format!("span.attributes @> ANY ({}) AND {exactly}", self.objects(parameters))
    }

    /// Whether a span has it in one of its events, by the index.
    pub fn in_indexed_events<'a>(&'a self, parameters: &mut Parameters<'a>) -> String {
        let events = parameters.bind(column(&self.objects, Type::JSONB, Type::JSONB_ARRAY, |object, out| {
            put_jsonb(&[EventWith { attributes: object }], out)
        }));
        let mut containing = vec![format!("span.events @> ANY ({events})")];
        if self.name == EVENT_NAME {
            let named = parameters.bind(column(
                std::slice::from_ref(&self.text),
                Type::JSONB,
                Type::JSONB_ARRAY,
                |name, out| put_jsonb(&[std::collections::BTreeMap::from([("name", name)])], out),
            ));
            containing.push(format!("span.events @> ANY ({named})"));
        }
        let exactly = self.in_events(parameters);
        format!("span.events IS NOT NULL AND ({}) AND {exactly}", containing.join(" OR "))
    }

    /// Whether the resource of a span has it.
    pub fn in_resource<'a>(&'a self, parameters: &mut Parameters<'a>) -> String {
        format!(
            "span.resource_id IN (SELECT resource.id FROM firefly.resource WHERE {})",
            self.of_resource(parameters)
        )
    }

    /// Whether a resource has it, by the index.
    pub fn of_resource<'a>(&'a self, parameters: &mut Parameters<'a>) -> String {
        let exactly = self.in_attributes("resource.attributes", parameters);
        format!("resource.attributes @> ANY ({}) AND {exactly}", self.objects(parameters))
    }

    /// Whether a span has what Jaeger shows as this tag in another column. None if there is no such tag or value.
    pub fn in_other_column<'a>(&'a self, parameters: &mut Parameters<'a>) -> Option<String> {
        // No parameter: an index has only the errors.
        let status = |code: StatusCode| Some(format!("span.status_code = {}", code as i16));
        match (&*self.name, &*self.text) {
            (_, "") => None,
            _ if self.is_error() => status(StatusCode::Error),
            ("otel.status_code", "OK") => status(StatusCode::Ok),
            ("otel.status_description", text) => {
                Some(format!("span.status_message = {}", parameters.text(text)))
            }
            ("w3c.tracestate", text) => Some(format!("span.trace_state = {}", parameters.text(text))),
            ("span.kind", word) => {
                let kind = SpanKind::from_word(word).filter(|kind| *kind != SpanKind::Unspecified)?;
                let kind = parameters.int2(kind as i16);
                let ids = format!("SELECT operation.id FROM firefly.operation WHERE operation.kind = {kind}");
                Some(format!("span.operation_id IN ({ids})"))
            }
            ("otel.scope.name", text) => Some(in_scope("name", text, parameters)),
            ("otel.scope.version", text) => Some(in_scope("version", text, parameters)),
            _ => None,
        }
    }

    fn in_attributes<'a>(&'a self, column: &str, parameters: &mut Parameters<'a>) -> String {
        let (name, values) = (parameters.text(&self.name), self.values(parameters));
        format!("{column} -> {name} = ANY ({values})")
    }

    fn in_events<'a>(&'a self, parameters: &mut Parameters<'a>) -> String {
        let (name, values) = (parameters.text(&self.name), self.values(parameters));
        let mut matching = format!("event -> 'attributes' -> {name} = ANY ({values})");
        if self.name == EVENT_NAME {
            let text = parameters.text(&self.text);
            matching = format!("({matching} OR event ->> 'name' = {text})");
        }
        format!("EXISTS (SELECT FROM jsonb_array_elements(span.events) AS event WHERE {matching})")
    }

    fn values<'a>(&'a self, parameters: &mut Parameters<'a>) -> String {
        parameters.bind(column(&self.values, Type::JSONB, Type::JSONB_ARRAY, |value, out| {
            put_jsonb(&JsonValue(value), out)
        }))
    }

    fn objects<'a>(&'a self, parameters: &mut Parameters<'a>) -> String {
        parameters.bind(column(&self.objects, Type::JSONB, Type::JSONB_ARRAY, |object, out| {
            put_jsonb(&JsonAttributes(object), out)
        }))
    }
}

fn in_scope(column: &str, text: &str, parameters: &mut Parameters<'_>) -> String {
    let text = parameters.text(text);
    format!("span.scope_id IN (SELECT scope.id FROM firefly.scope WHERE scope.{column} = {text})")
}

/// An event that has these attributes, among others.
struct EventWith<'a> {
    attributes: &'a Attributes,
}

impl Serialize for EventWith<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(1))?;
        object.serialize_entry("attributes", &JsonAttributes(self.attributes))?;
        object.end()
    }
}
