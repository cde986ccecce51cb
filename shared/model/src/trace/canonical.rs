//! What makes two resources, scopes or operations the same, as bytes to be hashed.

use xxhash_rust::xxh3::xxh3_128;

use super::{AttributeValue, Attributes, Resource, Scope, SpanKind};
use crate::Fingerprint;
use crate::series::push_canonical;

/// The first byte of each canonical form; 1 and 2 are those of series.
const RESOURCE: u8 = 3;
const SCOPE: u8 = 4;
const OPERATION: u8 = 5;

/// Hashes attributes, the count of those left out, and the schema.
pub(super) fn resource_fingerprint(resource: &Resource, scratch: &mut Vec<u8>) -> Fingerprint {
    scratch.clear();
    scratch.push(RESOURCE);
    push_canonical(scratch, &resource.schema_url);
    scratch.extend_from_slice(&resource.dropped_attributes_count.to_le_bytes());
    push_attributes(scratch, &resource.attributes);
    Fingerprint(xxh3_128(scratch))
}

/// Hashes name, version, attributes, the count of those left out, and the schema.
pub(super) fn scope_fingerprint(scope: &Scope, scratch: &mut Vec<u8>) -> Fingerprint {
    scratch.clear();
    scratch.push(SCOPE);
    for text in [&scope.name, &scope.version, &scope.schema_url] {
        push_canonical(scratch, text);
    }
    scratch.extend_from_slice(&scope.dropped_attributes_count.to_le_bytes());
    push_attributes(scratch, &scope.attributes);
    Fingerprint(xxh3_128(scratch))
}

/// Hashes service, name and kind.
pub(super) fn operation_fingerprint(
    service_name: &str,
    name: &str,
    kind: SpanKind,
    scratch: &mut Vec<u8>,
) -> Fingerprint {
    scratch.clear();
    scratch.extend_from_slice(&[OPERATION, kind as u8]);
    push_canonical(scratch, service_name);
    push_canonical(scratch, name);
    Fingerprint(xxh3_128(scratch))
}

/// Their number, then each name and value. Sorted by name, as their order means nothing; the sort is stable, and of a
/// name that came several times the last value counts.
fn push_attributes(canonical: &mut Vec<u8>, attributes: &Attributes) {
    let mut sorted: Vec<_> = attributes.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    sorted.reverse();
    sorted.dedup_by_key(|(name, _)| *name);
    push_count(canonical, sorted.len());
    for (name, value) in sorted {
        push_canonical(canonical, name);
        push_value(canonical, value);
    }
}

/// A byte for the type, then the value.
fn push_value(canonical: &mut Vec<u8>, value: &AttributeValue) {
    match value {
        AttributeValue::Empty => canonical.push(0),
        AttributeValue::String(text) => {
            canonical.push(1);
            push_canonical(canonical, text);
        }
        AttributeValue::Bool(value) => canonical.extend_from_slice(&[2, u8::from(*value)]),
        AttributeValue::Int(value) => {
            canonical.push(3);
            canonical.extend_from_slice(&value.to_le_bytes());
        }
        AttributeValue::Double(value) => {
            canonical.push(4);
            canonical.extend_from_slice(&value.to_bits().to_le_bytes());
        }
        AttributeValue::Bytes(bytes) => {
            canonical.push(5);
            push_count(canonical, bytes.len());
            canonical.extend_from_slice(bytes);
        }
        AttributeValue::Array(values) => {
            canonical.push(6);
            push_count(canonical, values.len());
            for value in values {
                push_value(canonical, value);
            }
        }
        AttributeValue::Map(attributes) => {
            canonical.push(7);
            push_attributes(canonical, attributes);
        }
    }
}

fn push_count(canonical: &mut Vec<u8>, count: usize) {
    canonical.extend_from_slice(&(count as u64).to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(attributes: &[(&str, AttributeValue)]) -> Resource {
        Resource {
            attributes: attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            ..Resource::default()
        }
    }

    fn fingerprint(attributes: &[(&str, AttributeValue)]) -> Fingerprint {
        resource_fingerprint(&resource(attributes), &mut Vec::new())
    }

    #[test]
    fn the_order_of_attributes_does_not_matter_and_the_last_of_a_name_counts() {
        let (one, two) = (AttributeValue::Int(1), AttributeValue::Int(2));
        let sorted = fingerprint(&[("a", one.clone()), ("b", two.clone())]);
        assert_eq!(fingerprint(&[("b", two.clone()), ("a", one.clone())]), sorted);
        assert_eq!(fingerprint(&[("a", two.clone()), ("b", two.clone()), ("a", one.clone())]), sorted);
        assert_ne!(fingerprint(&[("a", one.clone()), ("b", two), ("b", one)]), sorted);
    }

    #[test]
    fn values_of_other_types_are_other_values() {
        let values = [
            AttributeValue::Empty,
            AttributeValue::String(String::new()),
            AttributeValue::String("1".into()),
            AttributeValue::Bool(true),
            AttributeValue::Int(1),
            AttributeValue::Double(1.0),
            AttributeValue::Double(f64::NAN),
            AttributeValue::Bytes(b"1".to_vec()),
            AttributeValue::Array(vec![AttributeValue::Int(1)]),
            AttributeValue::Map(Attributes(vec![("1".into(), AttributeValue::Int(1))])),
        ];
        for (index, value) in values.iter().enumerate() {
            for other in &values[index + 1..] {
                assert_ne!(fingerprint(&[("a", value.clone())]), fingerprint(&[("a", other.clone())]));
            }
        }
    }

    #[test]
    fn the_fingerprints_are_stable_for_ever() {
        let resource = resource(&[("service.name", AttributeValue::String("checkout".into()))]);
        let scope = Scope { name: "http".into(), version: "1".into(), ..Scope::default() };
        let scratch = &mut Vec::new();
        let fingerprints = [
            resource_fingerprint(&resource, scratch),
            scope_fingerprint(&scope, scratch),
            operation_fingerprint("checkout", "GET /", SpanKind::Server, scratch),
        ];
        assert_eq!(
            fingerprints.map(|fingerprint| format!("{:032x}", fingerprint.0)),
            [
                "15f14a9b5fdd9e2ac148871cfba7efde",
                "76488fd05f4e8c443c4dfc496a26c374",
                "0a6e29dd39f72526b61b95d8db1e9e9d",
            ],
            "a changed hash would start every catalogue anew"
        );
    }
}
