//! What is in the database, in the words of the model.

use std::collections::BTreeMap;

use firefly_model::{
    ExtraStatistics, Fingerprint, MetricBatch, Series, SeriesId, SeriesKind, Sighting, StatisticSet,
    Statistics, UnixHour, UnixMillis,
};
use tokio_postgres::Client;

/// All statistic sets, by series and time.
pub async fn statistic_sets(client: &Client) -> anyhow::Result<Vec<StatisticSet>> {
    let sql = "SELECT series_id, (extract(epoch FROM time) * 1000)::bigint, samples, sum, minimum, maximum, extra::text
        FROM firefly.statistic_set ORDER BY series_id, time";
    let mut sets = Vec::new();
    for row in client.query(sql, &[]).await? {
        let extra = match row.try_get::<_, Option<&str>>(6)? {
            Some(json) => {
                let extra: BTreeMap<String, f64> = serde_json::from_str(json)?;
                Some(ExtraStatistics::new(extra.iter().map(|(name, value)| (name.as_str(), *value))))
            }
            None => None,
        };
        sets.push(StatisticSet {
            series: SeriesId(row.try_get(0)?),
            time: UnixMillis(row.try_get(1)?),
            statistics: Statistics {
                samples: row.try_get(2)?,
                sum: row.try_get(3)?,
                minimum: row.try_get(4)?,
                maximum: row.try_get(5)?,
            },
            extra: extra.map(Box::new),
        });
    }
    Ok(sets)
}

/// The catalogue, by fingerprint.
pub async fn series(client: &Client) -> anyhow::Result<Vec<Series>> {
    let sql = "SELECT replace(fingerprint::text, '-', ''), id, account_id, region, namespace, name, labels::text, unit,
            (extract(epoch FROM first_seen) / 3600)::bigint, (extract(epoch FROM last_seen) / 3600)::bigint,
            date_trunc('hour', first_seen) = first_seen AND date_trunc('hour', last_seen) = last_seen, kind
        FROM firefly.series ORDER BY fingerprint";
    let mut catalogue = Vec::new();
    for row in client.query(sql, &[]).await? {
        let fingerprint = Fingerprint(u128::from_str_radix(row.try_get(0)?, 16)?);
        anyhow::ensure!(
            fingerprint.id().0 == row.try_get::<_, i64>(1)?,
            "the id is the fingerprint's low half"
        );
        anyhow::ensure!(row.try_get::<_, bool>(10)?, "series are seen at full hours");
        let labels: BTreeMap<String, String> = serde_json::from_str(row.try_get(6)?)?;
        catalogue.push(Series {
            fingerprint,
            kind: match row.try_get::<_, i16>(11)? {
                1 => SeriesKind::StatisticSets,
                2 => SeriesKind::Samples,
                other => anyhow::bail!("no kind of series: {other}"),
            },
            account_id: row.try_get(2)?,
            region: row.try_get(3)?,
            namespace: row.try_get(4)?,
            name: row.try_get(5)?,
            labels: labels.into_iter().collect(),
            sighting: Sighting {
                first: UnixHour(row.try_get(8)?),
                last: UnixHour(row.try_get(9)?),
                unit: row.try_get(7)?,
            },
        });
    }
    Ok(catalogue)
}

/// The catalogue rows that a batch brings, by fingerprint.
pub fn series_of(batch: &MetricBatch) -> Vec<Series> {
    let mut series: Vec<_> = batch.series.values().cloned().collect();
    series.sort_by_key(|series| series.fingerprint);
    series
}

/// How many rows a table has.
pub async fn count(client: &Client, table: &str) -> anyhow::Result<i64> {
    Ok(client.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await?.try_get(0)?)
}

/// Which version of each row is stored where: a row that is written again, even with the same values, changes it.
pub async fn row_versions(client: &Client, table: &str) -> anyhow::Result<Vec<String>> {
    let sql = format!(
        "SELECT format('%s %s %s', tableoid::regclass, ctid, xmin) AS version FROM {table} ORDER BY version"
    );
    Ok(client.query(&sql, &[]).await?.iter().map(|row| row.get(0)).collect())
}
