//! The same spans into tables of the same shape, without anything around them.

use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use bytes::{BufMut, Bytes, BytesMut};
use firefly_model::trace::{AttributeValue, Attributes, StoredSpan};
use futures_util::SinkExt;
use serde_json::{Map, Value};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Statement};
use uuid::Uuid;

use crate::bench::bare::{Encoded, Jsonb};

/// The columns, keys, indexes and chunks of `firefly.stored_span`.
const TABLES: &str = "
    CREATE SCHEMA bare;
    CREATE TABLE bare.span (LIKE firefly.stored_span INCLUDING ALL);
    CREATE TABLE bare.copied (LIKE firefly.stored_span INCLUDING ALL);
    SELECT create_hypertable(name, 'start_time',
        chunk_time_interval => interval '1 day', create_default_indexes => false)
    FROM unnest('{bare.span,bare.copied}'::regclass[]) AS name;
    GRANT USAGE ON SCHEMA bare TO firefly_ingest;
    GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA bare TO firefly_ingest;
";

/// What ordinary spans have; the other columns stay empty.
const COLUMNS: &str = "start_time, span_id, parent_span_id, duration_nanos, operation_id, resource_id, scope_id, flags, \
    start_nanos, status_code, trace_id, attributes, events, status_message";

pub(super) async fn create_tables(owner: &Client) -> Result<()> {
    Ok(owner.batch_execute(TABLES).await?)
}

/// A connection with a prepared statement.
pub(super) struct Bare {
    client: Client,
    insert: Statement,
}

impl Bare {
    pub(super) async fn prepare(client: Client) -> Result<Self> {
        let insert = format!(
            "INSERT INTO bare.span ({COLUMNS})
             SELECT * FROM unnest($1::timestamptz[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::int8[],
                $7::int8[], $8::int4[], $9::int2[], $10::int2[], $11::uuid[], $12::jsonb[], $13::jsonb[], $14::text[])
             ON CONFLICT (trace_id, span_id, start_time) DO NOTHING"
        );
        let insert = client.prepare(&insert).await?;
        Ok(Self { client, insert })
    }

    pub(super) async fn insert(&self, columns: &[Encoded]) -> Result<()> {
        let parameters = columns.iter().map(|column| column as &dyn ToSql);
        self.client.execute_raw(&self.insert, parameters).await?;
        Ok(())
    }

    /// `COPY`, which knows no `ON CONFLICT`: the most that the server takes.
    pub(super) async fn copy(&self, rows: Bytes) -> Result<()> {
        let copy = format!("COPY bare.copied ({COLUMNS}) FROM STDIN BINARY");
        let sink = self.client.copy_in::<_, Bytes>(&copy).await?;
        let mut sink = std::pin::pin!(sink);
        sink.send(rows).await?;
        sink.finish().await?;
        Ok(())
    }
}

/// The spans as the parameters of the statement.
pub(super) fn columns(spans: &[StoredSpan]) -> Result<Vec<Encoded>> {
    fn column<T: ToSql>(
        spans: &[StoredSpan],
        array: &Type,
        value: impl Fn(&Row<'_>) -> T,
    ) -> Result<Encoded> {
        Encoded::of(&spans.iter().map(|span| value(&Row(span))).collect::<Vec<_>>(), array)
    }
    Ok(vec![
        column(spans, &Type::TIMESTAMPTZ_ARRAY, |row| row.start_time())?,
        column(spans, &Type::INT8_ARRAY, |row| row.0.span.span_id.0.cast_signed())?,
        column(spans, &Type::INT8_ARRAY, |row| row.parent())?,
        column(spans, &Type::INT8_ARRAY, |row| row.duration())?,
        column(spans, &Type::INT8_ARRAY, |row| row.0.operation.id().0)?,
        column(spans, &Type::INT8_ARRAY, |row| row.0.resource.id().0)?,
        column(spans, &Type::INT8_ARRAY, |row| row.0.scope.id().0)?,
        column(spans, &Type::INT4_ARRAY, |row| row.0.span.flags.cast_signed())?,
        column(spans, &Type::INT2_ARRAY, |row| row.start_nanos())?,
        column(spans, &Type::INT2_ARRAY, |row| row.0.span.status.code as i16)?,
        column(spans, &Type::UUID_ARRAY, |row| row.trace_id())?,
        column(spans, &Type::JSONB_ARRAY, |row| row.attributes())?,
        column(spans, &Type::JSONB_ARRAY, |row| row.events())?,
        column(spans, &Type::TEXT_ARRAY, |row| row.status_message())?,
    ])
}

/// The spans as `COPY` takes them: <https://www.postgresql.org/docs/17/sql-copy.html>, "Binary Format".
pub(super) fn copy_rows(spans: &[StoredSpan]) -> Result<Bytes> {
    const FIELDS: i16 = 14;
    let mut out = BytesMut::from(&b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0"[..]);
    for row in spans.iter().map(Row) {
        out.put_i16(FIELDS);
        let fields: [(&dyn ToSql, Type); 14] = [
            (&row.start_time(), Type::TIMESTAMPTZ),
            (&row.0.span.span_id.0.cast_signed(), Type::INT8),
            (&row.parent(), Type::INT8),
            (&row.duration(), Type::INT8),
            (&row.0.operation.id().0, Type::INT8),
            (&row.0.resource.id().0, Type::INT8),
            (&row.0.scope.id().0, Type::INT8),
            (&row.0.span.flags.cast_signed(), Type::INT4),
            (&row.start_nanos(), Type::INT2),
            (&(row.0.span.status.code as i16), Type::INT2),
            (&row.trace_id(), Type::UUID),
            (&row.attributes(), Type::JSONB),
            (&row.events(), Type::JSONB),
            (&row.status_message(), Type::TEXT),
        ];
        for (value, type_) in fields {
            match Encoded::field(value, &type_)? {
                Some(bytes) => {
                    out.put_i32(i32::try_from(bytes.len())?);
                    out.extend_from_slice(&bytes);
                }
                None => out.put_i32(-1),
            }
        }
    }
    out.put_i16(-1);
    Ok(out.freeze())
}

/// A span's values as the columns have them.
struct Row<'a>(&'a StoredSpan);

impl Row<'_> {
    fn start_time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_micros(self.0.span.start.micros())
    }

    fn parent(&self) -> Option<i64> {
        self.0.span.parent_span_id.map(|parent| parent.0.cast_signed())
    }

    fn duration(&self) -> i64 {
        i64::try_from(self.0.span.duration_nanos()).unwrap_or(i64::MAX)
    }

    fn start_nanos(&self) -> i16 {
        i16::try_from(self.0.span.start.0 % 1_000).unwrap_or_default()
    }

    fn trace_id(&self) -> Uuid {
        Uuid::from_u128(self.0.span.trace_id.0)
    }

    fn attributes(&self) -> Jsonb {
        Jsonb(object(&self.0.span.attributes).into())
    }

    fn events(&self) -> Option<Jsonb> {
        let events = self.0.span.events.iter().map(|event| {
            Value::from(Map::from_iter([
                ("time_unix_nano".to_owned(), Value::from(event.time.0)),
                ("name".to_owned(), Value::from(event.name.as_str())),
                ("attributes".to_owned(), object(&event.attributes).into()),
                ("dropped_attributes_count".to_owned(), Value::from(event.dropped_attributes_count)),
            ]))
        });
        let events: Vec<Value> = events.collect();
        (!events.is_empty()).then(|| Jsonb(events.into()))
    }

    fn status_message(&self) -> Option<String> {
        Some(self.0.span.status.message.clone()).filter(|message| !message.is_empty())
    }
}

/// Attributes of the types that the corpus has.
fn object(attributes: &Attributes) -> Map<String, Value> {
    let value = |value: &AttributeValue| match value {
        AttributeValue::String(text) => Value::from(text.as_str()),
        AttributeValue::Bool(value) => Value::from(*value),
        AttributeValue::Int(value) => Value::from(*value),
        _ => Value::Null,
    };
    attributes.iter().map(|(name, present)| (name.to_owned(), value(present))).collect()
}

/// Size of a hypertable with its indexes for each span in it.
pub(super) async fn bytes_per_span(owner: &Client, table: &str) -> Result<f64> {
    let sql = format!("SELECT hypertable_size('{table}')::float8 / (SELECT count(*) FROM {table})");
    owner.query_one(&sql, &[]).await?.try_get(0).context("size of a table")
}
