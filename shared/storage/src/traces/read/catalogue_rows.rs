//! The catalogue rows that spans refer to, each read once, and the traces that they complete.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use firefly_model::trace::{Resource, Scope, SpanKind, Trace, TraceId, TraceSpan};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error, Row};

use super::column::kind;
use super::from_jsonb::{Json, JsonAttributes};
use super::span_row::{CatalogueIds, SpanRow};

/// Rows of the three catalogues.
pub(super) struct CatalogueRows {
    operations: HashMap<i64, (String, SpanKind)>,
    resources: HashMap<i64, Resource>,
    scopes: HashMap<i64, Scope>,
}

impl CatalogueRows {
    /// Reads these rows, in one round trip.
    pub async fn read(client: &Client, ids: impl Iterator<Item = CatalogueIds>) -> Result<Self, Error> {
        let (mut operations, mut resources, mut scopes) = (HashSet::new(), HashSet::new(), HashSet::new());
        for CatalogueIds { operation, resource, scope } in ids {
            operations.insert(operation);
            resources.insert(resource);
            scopes.insert(scope);
        }
        let (operations, resources, scopes) = tokio::try_join!(
            rows(
                client,
                "SELECT id, name, kind FROM firefly.operation WHERE id = ANY ($1)",
                operations,
                |row| Ok((row.try_get(1)?, kind(row.try_get(2)?))),
            ),
            rows(
                client,
                "SELECT id, attributes, dropped_attributes_count, schema_url FROM firefly.resource WHERE id = ANY ($1)",
                resources,
                |row| {
                    let Json(JsonAttributes(attributes)) = row.try_get(1)?;
                    let dropped_attributes_count = count(row, 2)?;
                    Ok(Resource { attributes, dropped_attributes_count, schema_url: row.try_get(3)? })
                },
            ),
            rows(
                client,
                "SELECT id, attributes, dropped_attributes_count, schema_url, name, version FROM firefly.scope
                WHERE id = ANY ($1)",
                scopes,
                |row| {
                    let Json(JsonAttributes(attributes)) = row.try_get(1)?;
                    Ok(Scope {
                        name: row.try_get(4)?,
                        version: row.try_get(5)?,
                        attributes,
                        dropped_attributes_count: count(row, 2)?,
                        schema_url: row.try_get(3)?,
                    })
                },
            ),
        )?;
        Ok(Self { operations, resources, scopes })
    }

    /// A trace of these spans.
    pub fn trace(&self, trace_id: TraceId, rows: Vec<SpanRow>) -> Trace {
        let (mut resources, mut scopes) = (Numbered::default(), Numbered::default());
        let spans = rows.into_iter().map(|SpanRow { mut span, ids, warning }| {
            if let Some((name, kind)) = self.operations.get(&ids.operation) {
                (span.name, span.kind) = (name.clone(), *kind);
            }
            TraceSpan {
                span,
                resource: resources.number(ids.resource),
                scope: scopes.number(ids.scope),
                warning,
            }
        });
        Trace {
            trace_id,
            spans: spans.collect(),
            resources: resources.values(&self.resources),
            scopes: scopes.values(&self.scopes),
        }
    }
}

fn count(row: &Row, index: usize) -> Result<u32, Error> {
    Ok(u32::try_from(row.try_get::<_, i64>(index)?).unwrap_or(u32::MAX))
}

async fn rows<T>(
    client: &Client,
    sql: &str,
    ids: HashSet<i64>,
    read: impl Fn(&Row) -> Result<T, Error>,
) -> Result<HashMap<i64, T>, Error> {
    let ids: Vec<_> = ids.into_iter().collect();
    let rows = client.query_typed(sql, &[(&ids, Type::INT8_ARRAY)]).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, read(row)?))).collect()
}

/// Ids in the order in which they were seen first.
struct Numbered<T>(Vec<T>, HashMap<T, usize>);

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self(Vec::new(), HashMap::new())
    }
}

impl<T: Copy + Eq + Hash> Numbered<T> {
    fn number(&mut self, id: T) -> usize {
        *self.1.entry(id).or_insert_with(|| {
            self.0.push(id);
            self.0.len() - 1
        })
    }

    fn values<V: Clone + Default>(&self, values: &HashMap<T, V>) -> Vec<V> {
        self.0.iter().map(|id| values.get(id).cloned().unwrap_or_default()).collect()
    }
}
