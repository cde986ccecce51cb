//! What is said about metrics: by the senders of samples, and of CloudWatch's by their units.

use std::collections::BTreeMap;

use firefly_model::selection::{METRIC_NAME, Matcher};
use firefly_model::{FamilyMetadata, MetricMetadata, MetricType, Sighting, UnixMillis};
use tokio::time::Instant;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row};

use super::column::Millis;
use super::find::Found;
use crate::array::without_nul;
use crate::database::Operation;
use crate::{Database, StorageError};

/// The series to look at for the metadata of a metric, or of all.
pub(super) fn sets(metric: Option<&str>) -> Vec<Vec<Matcher>> {
    metric.map(|metric| vec![Matcher::equal(METRIC_NAME, metric)]).into_iter().collect()
}

/// Metadata of the metrics of CloudWatch.
#[derive(Default)]
pub(super) struct OfCloudwatch(BTreeMap<String, FamilyMetadata>);

impl OfCloudwatch {
    /// Adds what a series tells: the unit is that of the series with the newest data point.
    pub fn add(&mut self, found: &Found<'_>) {
        let (Some((statistic, name)), Some(metric)) = (found.statistic, found.metric) else {
            return;
        };
        let (first, last) = (UnixMillis(found.row.first_ms).hour(), UnixMillis(found.row.last_ms).hour());
        let unit = match &*found.row.unit {
            "None" => "",
            unit => unit,
        };
        match self.0.get_mut(&**name) {
            Some(known) => {
                if (last, unit) > (known.sighting.last, &known.metadata.unit) {
                    unit.clone_into(&mut known.metadata.unit);
                    known.sighting.last = last;
                }
                known.sighting.first = known.sighting.first.min(first);
            }
            None => {
                let words = words(statistic.as_str());
                let metadata = MetricMetadata {
                    metric_type: MetricType::Gauge,
                    unit: unit.to_owned(),
                    help: format!("CloudWatch metric {} {}, {words}", metric.namespace, metric.name),
                };
                let sighting = Sighting { first, last, unit: String::new() };
                let said = FamilyMetadata { family: name.to_string(), metadata, sighting };
                self.0.insert(name.to_string(), said);
            }
        }
    }
}

/// A statistic in words.
fn words(statistic: &str) -> &str {
    match statistic {
        "SampleCount" => "number of samples",
        "Sum" => "sum",
        "Average" => "average",
        "Minimum" => "minimum",
        "Maximum" => "maximum",
        other => other,
    }
}

/// Adds what the senders of samples say. Of one metric, what was said last is last.
pub(super) async fn read(
    database: &Database,
    metric: Option<&str>,
    of_cloudwatch: OfCloudwatch,
    deadline: Instant,
) -> Result<Vec<FamilyMetadata>, StorageError> {
    let mut all = database.run(&ReadMetadata(metric), deadline).await?;
    all.extend(of_cloudwatch.0.into_values());
    all.sort_by(|one, other| (&one.family, one.sighting.last).cmp(&(&other.family, other.sighting.last)));
    Ok(all)
}

struct ReadMetadata<'a>(Option<&'a str>);

impl Operation for ReadMetadata<'_> {
    const NAME: &'static str = "read metadata of metrics";
    type Output = Vec<FamilyMetadata>;

    async fn run(&self, client: &Client) -> Result<Vec<FamilyMetadata>, Error> {
        let metric = self.0.map(without_nul);
        let condition = if metric.is_some() { "WHERE metric = $1" } else { "" };
        let sql = format!(
            "SELECT metric, type, unit, help, first_seen, last_seen FROM firefly.metric_metadata {condition}
            ORDER BY metric COLLATE \"C\", last_seen, fingerprint"
        );
        let parameters: Vec<(&(dyn ToSql + Sync), Type)> =
            metric.iter().map(|metric| (metric as &(dyn ToSql + Sync), Type::TEXT)).collect();
        client.query_typed(&sql, &parameters).await?.iter().map(said).collect()
    }
}

fn said(row: &Row) -> Result<FamilyMetadata, Error> {
    let hour = |at| row.try_get(at).map(|Millis(time_ms)| UnixMillis(time_ms).hour());
    Ok(FamilyMetadata {
        family: row.try_get(0)?,
        metadata: MetricMetadata {
            metric_type: MetricType::parse(row.try_get(1)?),
            unit: row.try_get(2)?,
            help: row.try_get(3)?,
        },
        sighting: Sighting { first: hour(4)?, last: hour(5)?, unit: String::new() },
    })
}
