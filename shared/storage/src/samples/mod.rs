//! Writing a batch of samples: one statement, hence one round trip and one transaction, whatever the batch holds.

use std::collections::HashMap;

use firefly_model::{Fingerprint, SampleBatch};
use tokio::time::Instant;
use tokio_postgres::Client;
use tokio_postgres::types::{ToSql, Type};

use crate::database::Operation;
use crate::deliveries::{self, Delivery, rows_written};
use crate::partitions::run_in_partitions;
use crate::{Database, Origin, StorageError, dead_letters};

mod columns;

/// Takes batches of samples: the database, and one day other engines beside it.
pub trait SampleWriter {
    /// Writes a sealed batch, all of it or nothing, before the deadline, and says how many samples are new. Writing the
    /// same again changes nothing.
    ///
    /// # Errors
    ///
    /// If the batch was not written, or might not have been. It may then be written again.
    fn write_samples(
        &self,
        batch: &SampleBatch,
        origin: Origin<'_>,
        deadline: Instant,
    ) -> impl Future<Output = Result<u64, StorageError>> + Send;
}

impl SampleWriter for Database {
    async fn write_samples(
        &self,
        batch: &SampleBatch,
        origin: Origin<'_>,
        deadline: Instant,
    ) -> Result<u64, StorageError> {
        let newest = batch.samples.iter().map(|sample| sample.time).max();
        let rows = Rows {
            series: sorted(&batch.series),
            metadata: sorted(&batch.metadata),
            batch,
            origin,
            delivery: Delivery::new(&origin, self.instance, batch.dead_letters.len(), newest),
        };
        let samples = batch.samples.iter().map(|sample| ("sample", sample.time));
        let exemplars = batch.exemplars.iter().map(|exemplar| ("exemplar", exemplar.time));
        run_in_partitions(self, &rows, samples.chain(exemplars), deadline).await
    }
}

/// A batch in the order in which its rows are locked.
struct Rows<'a> {
    batch: &'a SampleBatch,
    series: Vec<(Fingerprint, &'a firefly_model::Series)>,
    metadata: Vec<(Fingerprint, &'a firefly_model::FamilyMetadata)>,
    origin: Origin<'a>,
    delivery: Delivery,
}

fn sorted<T>(rows: &HashMap<Fingerprint, T>) -> Vec<(Fingerprint, &T)> {
    let mut sorted: Vec<_> = rows.iter().map(|(fingerprint, row)| (*fingerprint, row)).collect();
    sorted.sort_unstable_by_key(|(fingerprint, _)| *fingerprint);
    sorted
}

/// `$1`–`$3` are the columns of samples, `$4`–`$9` of series, `$10`–`$16` of metadata, `$17`–`$21` of exemplars,
/// `$22`–`$25` of dead letters, `$26`–`$28` the origin.
///
/// What is there already stays as it is, so that a copy that comes late undoes nothing.
const WRITE: &str = "
    seen AS (
        INSERT INTO firefly.series AS known
            (id, fingerprint, name, labels, first_seen, last_seen, kind, account_id, region, namespace, unit)
        SELECT *, 2, '', '', '', '' FROM unnest($4, $5, $6, $7, $8, $9)
        ON CONFLICT (fingerprint) DO UPDATE SET
            first_seen = least(known.first_seen, excluded.first_seen),
            last_seen = greatest(known.last_seen, excluded.last_seen),
            changed = excluded.changed
        WHERE excluded.first_seen < known.first_seen OR excluded.last_seen > known.last_seen
    ), said AS (
        INSERT INTO firefly.metric_metadata AS known
            (fingerprint, metric, type, unit, help, first_seen, last_seen)
        SELECT * FROM unnest($10, $11, $12, $13, $14, $15, $16)
        ON CONFLICT (fingerprint) DO UPDATE SET
            first_seen = least(known.first_seen, excluded.first_seen),
            last_seen = greatest(known.last_seen, excluded.last_seen)
        WHERE excluded.first_seen < known.first_seen OR excluded.last_seen > known.last_seen
    ), shown AS (
        INSERT INTO firefly.exemplar (series_id, time, fingerprint, value, labels)
        SELECT * FROM unnest($17, $18, $19, $20, $21)
        ON CONFLICT (series_id, time, fingerprint) DO NOTHING
    ), set_aside AS (
        INSERT INTO firefly.dead_letter (id, reason, bytes, size_bytes, source, source_arn, request_id)
        SELECT *, $26, $27, $28 FROM unnest($22, $23, $24, $25) AS letter (id, reason, bytes, size_bytes) ORDER BY id
        ON CONFLICT (id) DO NOTHING
    )
";

/// The samples themselves.
const INSERT: &str = "
    INSERT INTO firefly.sample (series_id, time, value)
    SELECT * FROM unnest($1, $2, $3)
    ON CONFLICT (series_id, time) DO NOTHING
";

impl Operation for Rows<'_> {
    const NAME: &'static str = "store samples";
    type Output = u64;

    async fn run(&self, client: &Client) -> Result<u64, tokio_postgres::Error> {
        let mut columns = Vec::from(columns::of_samples(&self.batch.samples));
        columns.extend(columns::of_series(&self.series));
        columns.extend(columns::of_metadata(&self.metadata));
        columns.extend(columns::of_exemplars(&self.batch.exemplars));
        columns.extend(dead_letters::columns(&self.batch.dead_letters, self.origin.source));
        let Origin { source, source_arn, request_id, .. } = &self.origin;
        let origin: [&(dyn ToSql + Sync); 3] = [source, source_arn, request_id];
        let mut parameters: Vec<_> = columns
            .iter()
            .map(|(column, array)| (column.as_ref() as &(dyn ToSql + Sync), array.clone()))
            .chain(origin.map(|text| (text, Type::TEXT)))
            .collect();
        let sql = deliveries::statement(WRITE, INSERT, parameters.len() + 1);
        parameters.extend(self.delivery.parameters());
        rows_written(&client.query_typed_one(&sql, &parameters).await?)
    }
}
