//! `KeyValue`, `AnyValue`, `Resource` and `InstrumentationScope`.

use firefly_model::trace::{AttributeValue, Attributes, Resource, Scope};

use crate::limits;
use crate::otlp::Fault;
use crate::otlp::fault::Budget;
use crate::protobuf::{Fields, lossy};

/// Adds a `KeyValue`.
pub(crate) fn add_attribute(
    attributes: &mut Attributes,
    message: &[u8],
    budget: &mut Budget,
) -> Result<(), Fault> {
    add(attributes, message, 0, budget)
}

fn add(attributes: &mut Attributes, message: &[u8], depth: usize, budget: &mut Budget) -> Result<(), Fault> {
    if !budget.part() {
        return Ok(());
    }
    let (mut key, mut value) = (String::new(), AttributeValue::Empty);
    for field in Fields::of(message) {
        let field = field?;
        match field.number {
            1 => key = field.lossy_text()?,
            2 => value = any_value(field.message()?, depth, budget)?,
            _ => {}
        }
    }
    attributes.0.push((key, value));
    Ok(())
}

/// `AnyValue`; of several values, the last counts.
fn any_value(message: &[u8], depth: usize, budget: &mut Budget) -> Result<AttributeValue, Fault> {
    let mut value = AttributeValue::Empty;
    for field in Fields::of(message) {
        let field = field?;
        match field.number {
            1 => value = AttributeValue::String(field.lossy_text()?),
            2 => value = AttributeValue::Bool(field.varint()? != 0),
            3 => value = AttributeValue::Int(field.varint()?.cast_signed()),
            4 => value = AttributeValue::Double(field.double()?),
            5 | 6 if depth >= limits::VALUE_NESTING => return Err(Fault::Nesting),
            5 => value = array(field.message()?, depth + 1, budget)?,
            6 => value = key_value_list(field.message()?, depth + 1, budget)?,
            7 => value = AttributeValue::Bytes(field.message()?.to_vec()),
            _ => {}
        }
    }
    Ok(value)
}

/// `ArrayValue`.
fn array(message: &[u8], depth: usize, budget: &mut Budget) -> Result<AttributeValue, Fault> {
    let mut values = Vec::new();
    for field in Fields::of(message) {
        let field = field?;
        if field.number == 1 && budget.part() {
            values.push(any_value(field.message()?, depth, budget)?);
        }
    }
    Ok(AttributeValue::Array(values))
}

/// `KeyValueList`.
fn key_value_list(message: &[u8], depth: usize, budget: &mut Budget) -> Result<AttributeValue, Fault> {
    let mut attributes = Attributes::default();
    for field in Fields::of(message) {
        let field = field?;
        if field.number == 1 {
            add(&mut attributes, field.message()?, depth, budget)?;
        }
    }
    Ok(AttributeValue::Map(attributes))
}

/// `Resource`. Entities, which are in development, are left out.
pub(crate) fn resource(message: &[u8], schema_url: &[u8], budget: &mut Budget) -> Result<Resource, Fault> {
    let schema_url = lossy(schema_url);
    let mut resource = Resource { schema_url, ..Resource::default() };
    for field in Fields::of(message) {
        let field = field?;
        match field.number {
            1 => add_attribute(&mut resource.attributes, field.message()?, budget)?,
            2 => resource.dropped_attributes_count = field.uint32()?,
            _ => {}
        }
    }
    Ok(resource)
}

/// `InstrumentationScope`.
pub(crate) fn scope(message: &[u8], schema_url: &[u8], budget: &mut Budget) -> Result<Scope, Fault> {
    let schema_url = lossy(schema_url);
    let mut scope = Scope { schema_url, ..Scope::default() };
    for field in Fields::of(message) {
        let field = field?;
        match field.number {
            1 => scope.name = field.lossy_text()?,
            2 => scope.version = field.lossy_text()?,
            3 => add_attribute(&mut scope.attributes, field.message()?, budget)?,
            4 => scope.dropped_attributes_count = field.uint32()?,
            _ => {}
        }
    }
    Ok(scope)
}
