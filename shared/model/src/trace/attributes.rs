//! Attributes with their types, as OTLP has them.

/// A value of an attribute: OTLP's `AnyValue`.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum AttributeValue {
    /// No value at all, which OTLP tells from an empty string.
    #[default]
    Empty,
    /// Text.
    String(String),
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A floating-point number, which may be infinite or not a number.
    Double(f64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Values in order, of any types.
    Array(Vec<AttributeValue>),
    /// Values by name.
    Map(Attributes),
}

/// Attributes in the order in which they came. OTLP wants each name once; of one that comes again, the last value is
/// the one that is stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes(pub Vec<(String, AttributeValue)>);

impl Attributes {
    /// The value of a name; of one that came several times, the last.
    pub fn get(&self, name: &str) -> Option<&AttributeValue> {
        self.0.iter().rev().find(|(present, _)| present == name).map(|(_, value)| value)
    }

    /// The text of a name, if its value is text and not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(AttributeValue::String(text)) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and values, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &AttributeValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl FromIterator<(String, AttributeValue)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (String, AttributeValue)>>(attributes: I) -> Self {
        Self(attributes.into_iter().collect())
    }
}
