//! Writing a batch of metrics: one statement, hence one round trip and one transaction, whatever the batch holds.

use std::collections::BTreeSet;

use firefly_model::{DeadLetter, MetricBatch, Series, StatisticSet, UnixHour, UnixMillis};
use tokio::time::Instant;
use tokio_postgres::Client;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use crate::array::Parameter;
use crate::database::Operation;
use crate::deliveries::{self, Delivery, rows_written};
use crate::partitions::run_in_partitions;
use crate::{Database, Received, StorageError, dead_letters};

mod columns;
mod statistic_hours;

use statistic_hours::RefreshStatisticHours;

/// Where a batch came from.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The function that received it, such as `firehose`.
    pub source: &'static str,
    /// ARN of what sent it, if it said so.
    pub source_arn: Option<&'a str>,
    /// Id of the delivery.
    pub request_id: &'a str,
    /// What was received with it.
    pub received: Received,
}

/// What a batch changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Statistic sets that are new or more complete than what was there.
    pub statistic_sets: u64,
}

/// Takes batches of metrics: the database, and one day other engines beside it.
pub trait MetricWriter {
    /// Writes a sealed batch, all of it or nothing, before the deadline. Writing the same again changes nothing.
    ///
    /// # Errors
    ///
    /// If the batch was not written, or might not have been. It may then be written again.
    fn write_metrics(
        &self,
        batch: &MetricBatch,
        origin: Origin<'_>,
        deadline: Instant,
    ) -> impl Future<Output = Result<Written, StorageError>> + Send;

    /// Adds up the statistic sets of at most so many hours that are over and of which some have come since; says of how
    /// many. Begins no further hour after a second, and returns at once if another writer is at it.
    ///
    /// # Errors
    ///
    /// If the database does not answer.
    fn refresh_statistic_hours(
        &self,
        most: u8,
        deadline: Instant,
    ) -> impl Future<Output = Result<u64, StorageError>> + Send;
}

impl MetricWriter for Database {
    async fn write_metrics(
        &self,
        batch: &MetricBatch,
        origin: Origin<'_>,
        deadline: Instant,
    ) -> Result<Written, StorageError> {
        let rows = Rows::of(batch, origin, self.instance);
        let times = batch.statistic_sets.iter().map(|set| ("statistic_set", set.time));
        run_in_partitions(self, &rows, times, deadline).await
    }

    async fn refresh_statistic_hours(&self, most: u8, deadline: Instant) -> Result<u64, StorageError> {
        self.run(&RefreshStatisticHours { most }, deadline).await
    }
}

/// A batch in the order in which its rows are locked.
struct Rows<'a> {
    statistic_sets: &'a [StatisticSet],
    series: Vec<&'a Series>,
    /// The hours that the statistic sets are of.
    hours: Vec<UnixHour>,
    extra_statistics: Vec<ExtraStatistic<'a>>,
    dead_letters: &'a [DeadLetter],
    origin: Origin<'a>,
    delivery: Delivery,
}

/// Namespace, metric and statistic.
type ExtraStatistic<'a> = [&'a str; 3];

/// Bytes of the longest name of an extra statistic that the catalogue takes: CloudWatch's have some 30. Together with
/// namespace and metric it has to fit into an index row.
const STATISTIC_BYTES: usize = 255;

impl<'a> Rows<'a> {
    fn of(batch: &'a MetricBatch, origin: Origin<'a>, instance: Uuid) -> Self {
        let mut series: Vec<_> = batch.series.values().collect();
        series.sort_unstable_by_key(|series| series.fingerprint);
        let hours: BTreeSet<_> = batch.statistic_sets.iter().map(|set| set.time.hour()).collect();
        let extra_statistics: BTreeSet<_> = batch
            .extra_statistics
            .values()
            .flat_map(|of| of.statistics.iter().map(|statistic| [&*of.namespace, &*of.name, &**statistic]))
            .filter(|[_, _, statistic]| statistic.len() <= STATISTIC_BYTES)
            .collect();
        Self {
            statistic_sets: &batch.statistic_sets,
            series,
            hours: hours.into_iter().collect(),
            extra_statistics: extra_statistics.into_iter().collect(),
            dead_letters: &batch.dead_letters,
            origin,
            delivery: Delivery::new(&origin, instance, batch.dead_letters.len(), newest_end(batch)),
        }
    }
}

/// Metric streams have periods of one minute.
const PERIOD_MS: i64 = 60_000;

/// When the newest period of the batch ended.
fn newest_end(batch: &MetricBatch) -> Option<UnixMillis> {
    let newest = batch.statistic_sets.iter().map(|set| set.time.0).max()?;
    Some(UnixMillis(newest.saturating_add(PERIOD_MS)))
}

/// `$1`–`$7` are the columns of statistic sets, `$8`–`$17` of series, `$18`–`$21` of dead letters, `$22`–`$24` the
/// origin, `$25` the hours. The conditions are those of `StatisticSet::merge` and `Sighting::extend`: the order in which
/// batches arrive does not matter, and a row that would not change is not written. What is said of hours: see
/// `firefly.refresh_statistic_hours`.
const WRITE: &str = "
    seen AS (
        INSERT INTO firefly.series AS known
            (id, fingerprint, account_id, region, namespace, name, labels, unit, first_seen, last_seen)
        SELECT * FROM unnest($8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        ON CONFLICT (fingerprint) DO UPDATE SET
            first_seen = least(known.first_seen, excluded.first_seen),
            last_seen = greatest(known.last_seen, excluded.last_seen),
            unit = CASE WHEN (excluded.last_seen, excluded.unit) > (known.last_seen, known.unit)
                THEN excluded.unit ELSE known.unit END,
            changed = excluded.changed
        WHERE excluded.first_seen < known.first_seen
            OR (excluded.last_seen, excluded.unit) > (known.last_seen, known.unit)
    ), set_aside AS (
        INSERT INTO firefly.dead_letter (id, reason, bytes, size_bytes, source, source_arn, request_id)
        SELECT *, $22, $23, $24 FROM unnest($18, $19, $20, $21) AS letter (id, reason, bytes, size_bytes) ORDER BY id
        ON CONFLICT (id) DO NOTHING
    ), touched AS (
        SELECT hour, hour + interval '1 hour' + interval '9 minutes' <= now() AS is_late FROM unnest($25) AS hour
    ), hours AS (
        INSERT INTO firefly.statistic_hour_bucket (hour, stale)
        SELECT hour, true FROM touched
        WHERE NOT is_late AND NOT EXISTS (
            SELECT FROM firefly.statistic_hour_bucket AS present WHERE present.hour = touched.hour
        )
        ORDER BY hour
        ON CONFLICT (hour) DO NOTHING
    ), stale_hours AS (
        SELECT hour FROM firefly.statistic_hour_bucket
        WHERE stale AND hour IN (SELECT hour FROM touched WHERE is_late)
        ORDER BY hour FOR SHARE
    ), late_hours AS (
        INSERT INTO firefly.statistic_hour_bucket (hour, stale)
        SELECT hour, true FROM touched WHERE is_late AND hour NOT IN (SELECT hour FROM stale_hours) ORDER BY hour
        ON CONFLICT (hour) DO UPDATE SET stale = true
    )
";

/// The data points themselves.
const INSERT: &str = "
    INSERT INTO firefly.statistic_set AS stored (series_id, time, samples, sum, minimum, maximum, extra)
    SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (series_id, time) DO UPDATE SET
        samples = excluded.samples,
        sum = excluded.sum,
        minimum = excluded.minimum,
        maximum = excluded.maximum,
        extra = CASE
            WHEN (excluded.samples, excluded.sum, excluded.maximum, excluded.minimum)
                > (stored.samples, stored.sum, stored.maximum, stored.minimum)
            THEN excluded.extra
            ELSE firefly.unite_extra(coalesce(stored.extra, '{}'), excluded.extra)
        END
    WHERE (excluded.samples, excluded.sum, excluded.maximum, excluded.minimum)
            > (stored.samples, stored.sum, stored.maximum, stored.minimum)
        OR ((excluded.samples, excluded.sum, excluded.maximum, excluded.minimum)
            = (stored.samples, stored.sum, stored.maximum, stored.minimum)
            AND NOT coalesce(stored.extra, '{}') @> coalesce(excluded.extra, '{}')
            AND firefly.unite_extra(coalesce(stored.extra, '{}'), excluded.extra) <> coalesce(stored.extra, '{}'))
";

/// What comes first where a metric has extra statistics that are new to this writer, which is seldom; `$26`–`$28` are
/// their columns.
const DESCRIBE: &str = "
    described AS (
        INSERT INTO firefly.extra_statistic (namespace, name, statistic)
        SELECT * FROM unnest($26, $27, $28)
        ON CONFLICT (namespace, name, statistic) DO NOTHING
    ),
";

impl Operation for Rows<'_> {
    const NAME: &'static str = "store metrics";
    type Output = Written;

    async fn run(&self, client: &Client) -> Result<Written, tokio_postgres::Error> {
        let statistic_sets = columns::of_statistic_sets(self.statistic_sets);
        let series = columns::of_series(&self.series);
        let dead_letters = dead_letters::columns(self.dead_letters, self.origin.source);
        let Origin { source, source_arn, request_id, .. } = &self.origin;
        let origin: [&(dyn ToSql + Sync); 3] = [source, source_arn, request_id];
        let columns = statistic_sets.iter().chain(&series).chain(&dead_letters);
        let mut parameters: Vec<_> =
            columns.map(typed).chain(origin.map(|text| (text, Type::TEXT))).collect();
        let hours = columns::of_hours(&self.hours);
        parameters.push(typed(&hours));
        let extra_statistics = columns::of_extra_statistics(&self.extra_statistics);
        let described = if self.extra_statistics.is_empty() {
            ""
        } else {
            parameters.extend(extra_statistics.iter().map(typed));
            DESCRIBE
        };
        let sql = deliveries::statement(&format!("{described} {WRITE}"), INSERT, parameters.len() + 1);
        parameters.extend(self.delivery.parameters());
        let statistic_sets = rows_written(&client.query_typed_one(&sql, &parameters).await?)?;
        Ok(Written { statistic_sets })
    }
}

fn typed<'a>((column, array): &'a Parameter<'_>) -> (&'a (dyn ToSql + Sync), Type) {
    (column.as_ref(), array.clone())
}
