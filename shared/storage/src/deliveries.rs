//! What each delivery brought, counted in the statement that stores it: its whole count is there, or nothing of it.

use firefly_model::UnixMillis;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Error, Row};
use uuid::Uuid;

use crate::Origin;

/// What was received with a delivery, as `firefly.delivery_minute` counts it.
#[derive(Clone, Copy, Debug)]
pub struct Received {
    /// What it is counted as, such as `otlp spans`.
    pub source: &'static str,
    /// Data points, spans or samples that were read, those set aside included.
    pub data_points: usize,
    /// Bytes of the body as it was sent.
    pub bytes: usize,
}

/// The count of one delivery by one instance of a function.
pub(crate) struct Delivery {
    source: &'static str,
    instance: String,
    data_points: i64,
    set_aside: i64,
    bytes: i64,
    /// When the newest of what is stored ended, in seconds since 1970.
    newest: Option<f64>,
}

impl Delivery {
    pub fn new(origin: &Origin<'_>, instance: Uuid, set_aside: usize, newest: Option<UnixMillis>) -> Self {
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let Received { source, data_points, bytes } = origin.received;
        Self {
            source,
            instance: instance.to_string(),
            data_points: count(data_points),
            set_aside: count(set_aside),
            bytes: count(bytes),
            newest: newest.map(seconds),
        }
    }

    /// What [`statement`] takes, in its order.
    pub fn parameters(&self) -> [(&(dyn ToSql + Sync), Type); 6] {
        [
            (&self.source, Type::TEXT),
            (&self.instance, Type::TEXT),
            (&self.data_points, Type::INT8),
            (&self.set_aside, Type::INT8),
            (&self.bytes, Type::INT8),
            (&self.newest, Type::FLOAT8),
        ]
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds have 53 bits for a long time to come")]
fn seconds(time: UnixMillis) -> f64 {
    time.0 as f64 / 1e3
}

/// One statement out of the common table expressions that go along with the data and the `INSERT` of the data: it counts
/// the delivery as well, and yields how many rows of data it wrote. The count's parameters are those from `first` on.
///
/// The clock is read when the rows are written, as waiting for locks is part of the lag.
pub(crate) fn statement(alongside: &str, insert: &str, first: usize) -> String {
    let [source, instance, data_points, set_aside, bytes, newest] =
        std::array::from_fn(|index| format!("${}", first + index));
    format!(
        "WITH {alongside}, written AS ({insert} RETURNING true), counted AS (
            SELECT count(*) AS stored, clock_timestamp() AS at FROM written
        ), delivered AS (
            INSERT INTO firefly.delivery_minute AS before (
                minute, source, instance, deliveries, deliveries_with_lag, data_points, stored, set_aside, bytes,
                lag_sum_seconds, lag_maximum_seconds)
            SELECT
                date_bin('1 minute', at, 'epoch'), {source}, {instance}::uuid, 1, (lag IS NOT NULL)::integer, {data_points},
                stored, {set_aside}, {bytes}, coalesce(lag, 0), lag
            FROM counted
            CROSS JOIN LATERAL (
                SELECT CASE WHEN {newest} IS NOT NULL
                    THEN greatest(extract(epoch FROM at)::double precision - {newest}, 0) END
            ) AS late (lag)
            ON CONFLICT (minute, source, instance) DO UPDATE SET
                deliveries = before.deliveries + excluded.deliveries,
                deliveries_with_lag = before.deliveries_with_lag + excluded.deliveries_with_lag,
                data_points = before.data_points + excluded.data_points,
                stored = before.stored + excluded.stored,
                set_aside = before.set_aside + excluded.set_aside,
                bytes = before.bytes + excluded.bytes,
                lag_sum_seconds = before.lag_sum_seconds + excluded.lag_sum_seconds,
                lag_maximum_seconds = greatest(before.lag_maximum_seconds, excluded.lag_maximum_seconds)
        )
        SELECT stored FROM counted"
    )
}

/// How many rows of data a [`statement`] wrote.
pub(crate) fn rows_written(row: &Row) -> Result<u64, Error> {
    let stored: i64 = row.try_get(0)?;
    Ok(stored.unsigned_abs())
}
