//! Rows of the catalogue of series.

use std::borrow::Cow;
use std::fmt;

use firefly_model::SeriesKind;
use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use tokio_postgres::types::{FromSql, Type};
use tokio_postgres::{Error, Row};

use super::column::Millis;

/// The columns that [`SeriesRow::read`] reads, in this order.
pub(super) const COLUMNS: &str =
    "id, kind, account_id, region, namespace, name, labels, unit, first_seen, last_seen";

/// A row of `firefly.series`.
pub(super) struct SeriesRow<'a> {
    pub id: i64,
    pub kind: SeriesKind,
    pub account_id: &'a str,
    pub region: &'a str,
    pub namespace: &'a str,
    pub name: &'a str,
    pub labels: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub unit: &'a str,
    /// First moments of the hours of the oldest and of the newest data point.
    pub first_ms: i64,
    pub last_ms: i64,
}

impl<'a> SeriesRow<'a> {
    /// Reads a row; `None` for one of a kind that only a later release knows.
    pub fn read(row: &'a Row) -> Result<Option<Self>, Error> {
        let kind = match row.try_get::<_, i16>(1)? {
            1 => SeriesKind::StatisticSets,
            2 => SeriesKind::Samples,
            _ => return Ok(None),
        };
        let JsonLabels(labels) = row.try_get(6)?;
        let (Millis(first_ms), Millis(last_ms)) = (row.try_get(8)?, row.try_get(9)?);
        Ok(Some(Self {
            id: row.try_get(0)?,
            kind,
            account_id: row.try_get(2)?,
            region: row.try_get(3)?,
            namespace: row.try_get(4)?,
            name: row.try_get(5)?,
            labels,
            unit: row.try_get(7)?,
            first_ms,
            last_ms,
        }))
    }
}

/// An object of strings, out of a `jsonb`.
pub(super) struct JsonLabels<'a>(pub Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> FromSql<'a> for JsonLabels<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        match raw {
            [1, text @ ..] => Ok(serde_json::from_slice(text)?),
            _ => Err("a jsonb of an unknown version".into()),
        }
    }

    fn accepts(r#type: &Type) -> bool {
        *r#type == Type::JSONB
    }
}

impl<'de> Deserialize<'de> for JsonLabels<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Pairs)
    }
}

struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = JsonLabels<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of strings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some((Text(name), Text(value))) = map.next_entry()? {
            pairs.push((name, value));
        }
        Ok(JsonLabels(pairs))
    }
}

/// A text that is borrowed where nothing had to be unescaped.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
