//! What a query answers: columns with names, kinds and labels.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// What the values of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Unix milliseconds.
    Time,
    /// Numbers.
    Number,
    /// Texts; JSON and arrays as text, too.
    String,
    /// Yes or no.
    Boolean,
}

/// A column. Values are numbers, texts, booleans, and `null`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// What tells it from other fields of that name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// What is shown instead of name and labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// A value for each row.
    pub values: Vec<Value>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Frame {
    /// The query that it answers.
    pub ref_id: String,
    /// Its fields, of equal length.
    pub fields: Vec<Field>,
}

impl Field {
    /// A field without labels.
    pub fn new(name: impl Into<String>, kind: Kind, values: Vec<Value>) -> Self {
        Self { name: name.into(), kind, labels: BTreeMap::new(), display_name: None, values }
    }

    /// The names under which overrides may find it: as shown, and as it is.
    pub fn names(&self) -> Vec<String> {
        let values: Vec<_> = self.labels.values().cloned().collect();
        let mut names =
            vec![self.name.clone(), values.join(" "), format!("{} {}", self.name, values.join(" "))];
        names.extend(values);
        names.extend(self.display_name.clone());
        names.retain(|name| !name.trim().is_empty());
        names
    }

    /// Whether it has a value that is not null.
    pub fn has_values(&self) -> bool {
        self.values.iter().any(|value| !value.is_null())
    }
}

impl Frame {
    /// Rows.
    pub fn len(&self) -> usize {
        self.fields.first().map_or(0, |field| field.values.len())
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The field of a name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The first field of a kind.
    pub fn first_of(&self, kind: Kind) -> Option<&Field> {
        self.fields.iter().find(|field| field.kind == kind)
    }
}
