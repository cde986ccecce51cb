//! Writing a batch of spans: one statement, hence one round trip and one transaction, however many traces it holds.

use std::collections::{BTreeSet, HashMap};

use firefly_model::trace::{CatalogueRow, Resource, Scope, ServiceOperation, SpanBatch};
use firefly_model::{Fingerprint, UnixMillis};
use tokio::time::Instant;
use tokio_postgres::Client;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::SpanWriter;
use super::columns::{self, Named};
use super::service_edges::{BUCKET_MS, RefreshServiceEdges, buckets};
use crate::array::{Column, put_timestamp};
use crate::database::Operation;
use crate::deliveries::{self, Delivery, rows_written};
use crate::partitions::run_in_partitions;
use crate::{Database, Origin, StorageError, dead_letters};

impl SpanWriter for Database {
    async fn write_spans(
        &self,
        batch: &SpanBatch,
        origin: Origin<'_>,
        deadline: Instant,
    ) -> Result<u64, StorageError> {
        let rows = Rows::of(batch, origin, self.instance);
        let times = batch.spans.iter().map(|span| ("stored_span", span.span.start.millis()));
        run_in_partitions(self, &rows, times, deadline).await
    }

    async fn refresh_service_edges(&self, most: u8, deadline: Instant) -> Result<u64, StorageError> {
        self.run(&RefreshServiceEdges { most }, deadline).await
    }
}

/// A batch in the order in which its rows are locked.
struct Rows<'a> {
    batch: &'a SpanBatch,
    resources: Vec<Named<'a, Resource>>,
    scopes: Vec<Named<'a, Scope>>,
    operations: Vec<Named<'a, ServiceOperation>>,
    /// The starts of the service edges' buckets that the spans touch.
    buckets: Vec<UnixMillis>,
    origin: Origin<'a>,
    delivery: Delivery,
}

impl<'a> Rows<'a> {
    fn of(batch: &'a SpanBatch, origin: Origin<'a>, instance: Uuid) -> Self {
        let buckets: BTreeSet<_> = batch.spans.iter().flat_map(|span| buckets(&span.span)).collect();
        Self {
            batch,
            resources: sorted(&batch.resources),
            scopes: sorted(&batch.scopes),
            operations: sorted(&batch.operations),
            buckets: buckets.into_iter().collect(),
            origin,
            delivery: Delivery::new(&origin, instance, batch.dead_letters.len(), newest_end(batch)),
        }
    }
}

/// When the last span of the batch ended; one that came without an end, when it began.
fn newest_end(batch: &SpanBatch) -> Option<UnixMillis> {
    batch.spans.iter().map(|span| span.span.end.max(span.span.start).millis()).max()
}

fn sorted<T>(rows: &HashMap<Fingerprint, CatalogueRow<T>>) -> Vec<Named<'_, T>> {
    let mut sorted: Vec<_> = rows.iter().map(|(fingerprint, row)| (*fingerprint, row)).collect();
    sorted.sort_unstable_by_key(|(fingerprint, _)| *fingerprint);
    sorted
}

/// `$1`–`$18` are the columns of spans, `$19`–`$26` of resources, `$27`–`$35` of scopes, `$36`–`$42` of operations,
/// `$43`–`$46` of dead letters, `$47`–`$49` the origin, `$50` the buckets of service edges and `$51` their length.
///
/// A span that is there already stays as it is. What is said of buckets: see `firefly.refresh_service_edges`.
const WRITE: &str = "
    resources AS (
        INSERT INTO firefly.resource AS known
            (id, fingerprint, service_name, attributes, dropped_attributes_count, schema_url, first_seen, last_seen)
        SELECT * FROM unnest($19, $20, $21, $22, $23, $24, $25, $26)
        ON CONFLICT (fingerprint) DO UPDATE SET
            first_seen = least(known.first_seen, excluded.first_seen),
            last_seen = greatest(known.last_seen, excluded.last_seen)
        WHERE excluded.first_seen < known.first_seen OR excluded.last_seen > known.last_seen
    ), scopes AS (
        INSERT INTO firefly.scope AS known
            (id, fingerprint, name, version, attributes, dropped_attributes_count, schema_url, first_seen, last_seen)
        SELECT * FROM unnest($27, $28, $29, $30, $31, $32, $33, $34, $35)
        ON CONFLICT (fingerprint) DO UPDATE SET
            first_seen = least(known.first_seen, excluded.first_seen),
            last_seen = greatest(known.last_seen, excluded.last_seen)
        WHERE excluded.first_seen < known.first_seen OR excluded.last_seen > known.last_seen
    ), operations AS (
        INSERT INTO firefly.operation AS known
            (id, fingerprint, service_name, name, kind, first_seen, last_seen)
        SELECT * FROM unnest($36, $37, $38, $39, $40, $41, $42)
        ON CONFLICT (fingerprint) DO UPDATE SET
            first_seen = least(known.first_seen, excluded.first_seen),
            last_seen = greatest(known.last_seen, excluded.last_seen)
        WHERE excluded.first_seen < known.first_seen OR excluded.last_seen > known.last_seen
    ), set_aside AS (
        INSERT INTO firefly.dead_letter (id, reason, bytes, size_bytes, source, source_arn, request_id)
        SELECT *, $47, $48, $49 FROM unnest($43, $44, $45, $46) AS letter (id, reason, bytes, size_bytes) ORDER BY id
        ON CONFLICT (id) DO NOTHING
    ), touched AS (
        SELECT bucket, bucket + $51 * interval '1 millisecond' + interval '60 seconds' <= now() AS is_late
        FROM unnest($50) AS bucket
    ), buckets AS (
        INSERT INTO firefly.service_edge_bucket (bucket, stale)
        SELECT bucket, true FROM touched
        WHERE NOT is_late AND NOT EXISTS (
            SELECT FROM firefly.service_edge_bucket AS present WHERE present.bucket = touched.bucket
        )
        ORDER BY bucket
        ON CONFLICT (bucket) DO NOTHING
    ), late_buckets AS (
        INSERT INTO firefly.service_edge_bucket (bucket, stale)
        SELECT bucket, true FROM touched WHERE is_late ORDER BY bucket
        ON CONFLICT (bucket) DO UPDATE SET stale = true
    )
";

/// The spans themselves.
const INSERT: &str = "
    INSERT INTO firefly.stored_span (
        start_time, span_id, parent_span_id, duration_nanos, operation_id, resource_id, scope_id, flags, start_nanos,
        status_code, trace_id, attributes, events, links, dropped_counts, trace_state, status_message, warning)
    SELECT a, b, c, d, e, f, g, h, i, j, k, l, m, n, o::bigint[], p, q, r
    FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        AS span (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r)
    ON CONFLICT (trace_id, span_id, start_time) DO NOTHING
";

impl Operation for Rows<'_> {
    const NAME: &'static str = "store spans";
    type Output = u64;

    async fn run(&self, client: &Client) -> Result<u64, tokio_postgres::Error> {
        let mut columns = Vec::from(columns::of_spans(&self.batch.spans));
        columns.extend(columns::of_resources(&self.resources));
        columns.extend(columns::of_scopes(&self.scopes));
        columns.extend(columns::of_operations(&self.operations));
        columns.extend(dead_letters::columns(&self.batch.dead_letters, self.origin.source));
        let Origin { source, source_arn, request_id, .. } = &self.origin;
        let origin: [&(dyn ToSql + Sync); 3] = [source, source_arn, request_id];
        let buckets = Column {
            rows: self.buckets.as_slice(),
            element: Type::TIMESTAMPTZ,
            write: |bucket: &UnixMillis, out: &mut _| put_timestamp(*bucket, out),
        };
        let width = BUCKET_MS;
        let mut parameters: Vec<(&(dyn ToSql + Sync), Type)> = columns
            .iter()
            .map(|(column, array)| (column.as_ref() as &(dyn ToSql + Sync), array.clone()))
            .chain(origin.map(|text| (text, Type::TEXT)))
            .chain([(&buckets as &(dyn ToSql + Sync), Type::TIMESTAMPTZ_ARRAY), (&width, Type::INT8)])
            .collect();
        let sql = deliveries::statement(WRITE, INSERT, parameters.len() + 1);
        parameters.extend(self.delivery.parameters());
        rows_written(&client.query_typed_one(&sql, &parameters).await?)
    }
}
