//! Tables and statements to compare the product's with: the same rows without anything around them.

use std::time::{Duration, SystemTime};

use anyhow::Result;
use bytes::BytesMut;
use firefly_model::StatisticSet;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Statement};

/// `wide` has the columns, keys and chunks of `firefly.statistic_set`; `narrow` a row for each statistic, as a table
/// for any metric would have it.
const TABLES: &str = "
    CREATE SCHEMA bare;
    CREATE TABLE bare.wide (LIKE firefly.statistic_set INCLUDING ALL);
    CREATE TABLE bare.narrow (
        series_id bigint NOT NULL, time timestamptz NOT NULL, value double precision NOT NULL,
        PRIMARY KEY (series_id, time)
    );
    SELECT create_hypertable('bare.wide', 'time',
        chunk_time_interval => interval '1 day', create_default_indexes => false);
    SELECT create_hypertable('bare.narrow', 'time',
        chunk_time_interval => interval '1 day', create_default_indexes => false);
    GRANT USAGE ON SCHEMA bare TO firefly_ingest;
    GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA bare TO firefly_ingest;
";

const INSERT_WIDE: &str = "
    INSERT INTO bare.wide
    SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::float8[], $4::float8[], $5::float8[], $6::float8[],
        $7::jsonb[])
    ON CONFLICT (series_id, time) DO UPDATE SET
        samples = excluded.samples, sum = excluded.sum, minimum = excluded.minimum, maximum = excluded.maximum,
        extra = excluded.extra
";

const INSERT_NARROW: &str = "
    INSERT INTO bare.narrow
    SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::float8[])
    ON CONFLICT (series_id, time) DO UPDATE SET value = excluded.value
";

pub(super) async fn create_tables(owner: &Client) -> Result<()> {
    Ok(owner.batch_execute(TABLES).await?)
}

/// A connection with a prepared statement.
pub(super) struct Bare {
    client: Client,
    statement: Statement,
}

impl Bare {
    pub(super) async fn wide(client: Client) -> Result<Self> {
        let statement = client.prepare(INSERT_WIDE).await?;
        Ok(Self { client, statement })
    }

    pub(super) async fn narrow(client: Client) -> Result<Self> {
        let statement = client.prepare(INSERT_NARROW).await?;
        Ok(Self { client, statement })
    }

    pub(super) async fn insert(&self, columns: &[Encoded]) -> Result<()> {
        let parameters = columns.iter().map(|column| column as &dyn ToSql);
        self.client.execute_raw(&self.statement, parameters).await?;
        Ok(())
    }
}

/// A parameter in the form in which it travels.
#[derive(Debug)]
pub(super) struct Encoded(BytesMut);

impl Encoded {
    pub(super) fn of(value: &impl ToSql, type_: &Type) -> Result<Self> {
        Ok(Self(Self::field(value, type_)?.unwrap_or_default()))
    }

    /// The bytes of a value; none for NULL.
    pub(super) fn field(value: &dyn ToSql, type_: &Type) -> Result<Option<BytesMut>> {
        let mut bytes = BytesMut::new();
        // A type that does not fit is found here, and an encoding that fails says why.
        let is_null = value.to_sql_checked(type_, &mut bytes).map_err(|error| anyhow::anyhow!(error))?;
        Ok(matches!(is_null, IsNull::No).then_some(bytes))
    }
}

impl ToSql for Encoded {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        out.extend_from_slice(&self.0);
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The columns of the rows as they are.
pub(super) fn wide_columns(rows: &[StatisticSet]) -> Result<Vec<Encoded>> {
    let float8 = |value: fn(&StatisticSet) -> f64| {
        Encoded::of(&rows.iter().map(value).collect::<Vec<_>>(), &Type::FLOAT8_ARRAY)
    };
    let extra: Vec<Option<Jsonb>> = rows
        .iter()
        .map(|row| {
            row.extra.as_ref().map(|extra| {
                let extra = extra.iter().map(|(name, value)| (name.to_owned(), value.into()));
                Jsonb(serde_json::Map::from_iter(extra).into())
            })
        })
        .collect();
    Ok(vec![
        Encoded::of(&rows.iter().map(|row| row.series.0).collect::<Vec<_>>(), &Type::INT8_ARRAY)?,
        Encoded::of(&rows.iter().map(time).collect::<Vec<_>>(), &Type::TIMESTAMPTZ_ARRAY)?,
        float8(|row| row.statistics.samples)?,
        float8(|row| row.statistics.sum)?,
        float8(|row| row.statistics.minimum)?,
        float8(|row| row.statistics.maximum)?,
        Encoded::of(&extra, &Type::JSONB_ARRAY)?,
    ])
}

/// Four rows for each: every statistic is a series of its own, and the rows are sorted as those of `wide` are.
pub(super) fn narrow_columns(rows: &[StatisticSet]) -> Result<Vec<Encoded>> {
    let mut samples: Vec<(i64, SystemTime, f64)> = rows
        .iter()
        .flat_map(|row| {
            let statistics = row.statistics;
            let values = [statistics.samples, statistics.sum, statistics.minimum, statistics.maximum];
            (0_i64..).zip(values).map(|(index, value)| (row.series.0 ^ index << 60, time(row), value))
        })
        .collect();
    samples.sort_unstable_by_key(|(series, time, _)| (*series, *time));
    Ok(vec![
        Encoded::of(&samples.iter().map(|sample| sample.0).collect::<Vec<_>>(), &Type::INT8_ARRAY)?,
        Encoded::of(&samples.iter().map(|sample| sample.1).collect::<Vec<_>>(), &Type::TIMESTAMPTZ_ARRAY)?,
        Encoded::of(&samples.iter().map(|sample| sample.2).collect::<Vec<_>>(), &Type::FLOAT8_ARRAY)?,
    ])
}

fn time(row: &StatisticSet) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(row.time.0.unsigned_abs())
}

/// JSON as PostgreSQL receives `jsonb`: a version number, then text.
#[derive(Debug)]
pub(super) struct Jsonb(pub(super) serde_json::Value);

impl ToSql for Jsonb {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        out.extend_from_slice(&[1]);
        out.extend_from_slice(&serde_json::to_vec(&self.0)?);
        Ok(IsNull::No)
    }

    fn accepts(type_: &Type) -> bool {
        *type_ == Type::JSONB
    }

    to_sql_checked!();
}
