//! The shop's metrics, read back through the views.

use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::Result;
use serde_json::Value;
use tokio_postgres::{Client, Row};

use super::table::table;
use crate::demo::{Point, Shop};

/// What the database holds of the shop's data.
#[derive(Debug)]
pub struct ReadBack {
    /// Data points stored in the range.
    pub stored: usize,
    /// Series that they belong to.
    pub series: usize,
    /// Data points that are missing, superfluous or different, described.
    pub differences: Vec<String>,
    /// Reasons for what was set aside, with how often.
    pub set_aside: Vec<(String, i64)>,
    /// A table of the functions, one line each.
    pub functions: String,
}

impl ReadBack {
    /// Compares the shop's final data points of a range of Unix milliseconds with those in the database, and reads the
    /// functions' totals.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    pub async fn of(client: &Client, shop: &Shop, range_ms: Range<i64>) -> Result<Self> {
        let in_range = |column: &str| {
            format!(
                "{column} >= to_timestamp({} / 1000.0) AND {column} < to_timestamp({} / 1000.0)",
                range_ms.start, range_ms.end
            )
        };
        let points = format!(
            "SELECT account_id, region, namespace, metric_name, dimensions::text, unit,
                (extract(epoch FROM time) * 1000)::bigint, samples, sum, minimum, maximum, coalesce(extra, '{{}}')::text
             FROM firefly.metric_point WHERE {}",
            in_range("time")
        );
        let mut stored = BTreeMap::new();
        for row in client.query(&points, &[]).await? {
            let (key, statistics) = stored_point(&row)?;
            stored.insert(key, statistics);
        }
        let mut series: Vec<_> = stored.keys().map(|key| &key[..5]).collect();
        series.dedup();
        let (count, series) = (stored.len(), series.len());
        let differences = differences(stored, shop.final_points(range_ms.clone()));

        let reasons = "SELECT reason, count(*) FROM firefly.dead_letter GROUP BY reason ORDER BY reason";
        let reasons = client.query(reasons, &[]).await?;
        let set_aside = reasons.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
        let functions = client
            .query(&format!("{FUNCTIONS} {} GROUP BY 1, 2 ORDER BY 1, 2", in_range("minute")), &[])
            .await?;
        Ok(Self {
            stored: count,
            series,
            differences,
            set_aside: set_aside.collect::<Result<_>>()?,
            functions: rows_table(&functions)?,
        })
    }
}

/// A data point as comparable text: what it is, and its values.
type Key = [String; 7];

fn stored_point(row: &Row) -> Result<(Key, Value)> {
    let text = |index: usize| row.try_get::<_, String>(index);
    let dimensions: Value = serde_json::from_str(&text(4)?)?;
    let time: i64 = row.try_get(6)?;
    let key = [text(0)?, text(1)?, text(2)?, text(3)?, dimensions.to_string(), text(5)?, time.to_string()];
    let extra: Value = serde_json::from_str(&text(11)?)?;
    let extra: BTreeMap<_, _> =
        extra.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.as_f64())).collect();
    let number = |index: usize| row.try_get::<_, f64>(index);
    Ok((key, serde_json::json!([number(7)?, number(8)?, number(9)?, number(10)?, extra])))
}

fn sent_point(point: &Point) -> (Key, Value) {
    let dimensions: BTreeMap<_, _> = point.dimensions.iter().cloned().collect();
    let key = [
        point.account_id.clone(),
        point.region.clone(),
        point.namespace.clone(),
        point.metric_name.clone(),
        serde_json::json!(dimensions).to_string(),
        point.unit.cloudwatch().to_owned(),
        point.start_ms.to_string(),
    ];
    let extra: BTreeMap<_, _> = point.extra.iter().cloned().collect();
    #[expect(clippy::cast_precision_loss, reason = "the shop's counts are small")]
    let samples = point.samples as f64;
    (key, serde_json::json!([samples, point.sum, point.minimum, point.maximum, extra]))
}

fn differences(mut stored: BTreeMap<Key, Value>, sent: impl Iterator<Item = Point>) -> Vec<String> {
    let mut differences = Vec::new();
    for point in sent {
        let (key, statistics) = sent_point(&point);
        match stored.remove(&key) {
            None => differences.push(format!("missing: {}", key.join(" "))),
            Some(found) if found != statistics => {
                differences.push(format!("{}: {found} instead of {statistics}", key.join(" ")));
            }
            Some(_) => {}
        }
    }
    differences.extend(stored.keys().map(|key| format!("not sent: {}", key.join(" "))));
    differences
}

const FUNCTIONS: &str = "
    SELECT
        function_name AS \"function\",
        account_id AS account,
        count(*)::text AS minutes,
        sum(invocations)::bigint::text AS invocations,
        sum(errors)::bigint::text AS errors,
        sum(throttles)::bigint::text AS throttles,
        round((sum(duration_average_ms * invocations) / nullif(sum(invocations), 0))::numeric, 1)::text AS \"average ms\",
        round(max(duration_maximum_ms)::numeric, 1)::text AS \"maximum ms\",
        round(max(duration_p99_ms)::numeric, 1)::text AS \"p99 ms\",
        max(concurrent_executions)::text AS concurrent
    FROM firefly.lambda_minute WHERE";

/// Rows of text as a table with a head.
fn rows_table(rows: &[Row]) -> Result<String> {
    let Some(first) = rows.first() else { return Ok("no function ran\n".to_owned()) };
    let mut lines: Vec<Vec<String>> =
        vec![first.columns().iter().map(|column| column.name().to_owned()).collect()];
    for row in rows {
        let cells =
            (0..row.len()).map(|index| Ok(row.try_get::<_, Option<String>>(index)?.unwrap_or_default()));
        lines.push(cells.collect::<Result<_>>()?);
    }
    Ok(table(&lines, 2))
}
