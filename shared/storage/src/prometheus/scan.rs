//! The catalogue piece by piece, when it is too large to be held: what SQL can tell exactly it tells, and the rest is
//! looked at here, as it is for a catalogue that is held.

use firefly_model::cloudwatch_name::{Statistic, metric_name};
use firefly_model::selection::{METRIC_NAME, MatchOp, Matcher};
use tokio::time::Instant;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row};

use super::catalogue::Catalogue;
use super::column::Millis;
use super::find::Range;
use super::refresh::{extra_statistics, put_statistics};
use super::series_row::{COLUMNS, SeriesRow};
use crate::array::{Parameter, without_nul};
use crate::database::Operation;
use crate::{Database, StorageError};

/// Rows of one piece.
const PIECE: usize = 10_000;

/// Reads the rows that may meet all matchers and have data points in the range, piece by piece; of each piece a
/// catalogue.
pub(super) struct Scan<'a> {
    database: &'a Database,
    matchers: &'a [Matcher],
    range: Range,
    metrics: Metrics,
    /// The last row that was read.
    after: Option<i64>,
    is_over: bool,
}

impl<'a> Scan<'a> {
    /// Begins, by reading which metrics of CloudWatch there are.
    pub async fn begin(
        database: &'a Database,
        matchers: &'a [Matcher],
        range: Range,
        deadline: Instant,
    ) -> Result<Self, StorageError> {
        let metrics = database.run(&ReadMetrics, deadline).await?;
        Ok(Self { database, matchers, range, metrics, after: None, is_over: false })
    }

    /// The next piece.
    pub async fn next(&mut self, deadline: Instant) -> Result<Option<Catalogue>, StorageError> {
        if self.is_over {
            return Ok(None);
        }
        let rows = self.database.run(&ReadPiece(self), deadline).await?;
        self.is_over = rows.len() < PIECE;
        let mut catalogue = Catalogue::default();
        let failed = |source| StorageError::Statement { operation: "read series", source };
        self.metrics.put_into(&mut catalogue).map_err(failed)?;
        for row in &rows {
            self.after = Some(row.try_get(0).map_err(failed)?);
            if let Some(row) = SeriesRow::read(row).map_err(failed)? {
                catalogue.put(&row);
            }
        }
        Ok(Some(catalogue))
    }
}

/// Metrics of CloudWatch, and their further statistics.
struct Metrics {
    metrics: Vec<(String, String)>,
    statistics: Vec<Row>,
}

impl Metrics {
    fn put_into(&self, catalogue: &mut Catalogue) -> Result<(), Error> {
        for (namespace, name) in &self.metrics {
            catalogue.put_metric(namespace, name);
        }
        put_statistics(catalogue, &self.statistics)
    }

    /// Those of which some statistic may be named as the matchers say.
    fn named(&self, matchers: &[&Matcher]) -> Result<Vec<&(String, String)>, Error> {
        let matches = |namespace: &str, name: &str, statistic: &Statistic| {
            let name = metric_name(namespace, name, statistic);
            matchers.iter().all(|matcher| matcher.matches(&name))
        };
        let mut further = Vec::new();
        for row in &self.statistics {
            let (namespace, name) = (row.try_get(0)?, row.try_get(1)?);
            if matches(namespace, name, &Statistic::Extra(row.try_get(2)?)) {
                further.push((namespace, name));
            }
        }
        let is_named = |(namespace, name): &&(String, String)| {
            Statistic::COMMON.iter().any(|statistic| matches(namespace, name, statistic))
                || further.contains(&(namespace, name))
        };
        Ok(self.metrics.iter().filter(is_named).collect())
    }
}

struct ReadMetrics;

impl Operation for ReadMetrics {
    const NAME: &'static str = "list metrics of CloudWatch";
    type Output = Metrics;

    async fn run(&self, client: &Client) -> Result<Metrics, Error> {
        // From each metric to the next one in the index: there are few, of many series each.
        let sql = "WITH RECURSIVE metric AS (
                (SELECT namespace, name FROM firefly.series WHERE namespace > '' ORDER BY namespace, name LIMIT 1)
                UNION ALL
                SELECT next.namespace, next.name FROM metric CROSS JOIN LATERAL (
                    SELECT namespace, name FROM firefly.series AS series
                    WHERE (series.namespace, series.name) > (metric.namespace, metric.name)
                    ORDER BY namespace, name LIMIT 1
                ) AS next
            )
            SELECT namespace, name FROM metric";
        let (rows, statistics) =
            tokio::try_join!(client.query_typed(sql, &[]), extra_statistics(client, None))?;
        let metrics = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
        Ok(Metrics { metrics: metrics.collect::<Result<_, Error>>()?, statistics })
    }
}

struct ReadPiece<'s, 'a>(&'s Scan<'a>);

impl Operation for ReadPiece<'_, '_> {
    const NAME: &'static str = "read series";
    type Output = Vec<Row>;

    async fn run(&self, client: &Client) -> Result<Vec<Row>, Error> {
        let Scan { matchers, range, metrics, after, .. } = self.0;
        let of_name: Vec<_> = matchers.iter().filter(|matcher| matcher.name() == METRIC_NAME).collect();
        let named = metrics.named(&of_name)?;
        let mut conditions = Conditions::default();
        let samples = conditions.of_samples(matchers);
        let statistic_sets = conditions.of_statistic_sets(matchers, &named, &of_name);
        let [first, last] = [range.first_ms, range.last_ms]
            .map(|time_ms| conditions.bind((Box::new(Millis(time_ms)), Type::TIMESTAMPTZ)));
        let after = match after {
            Some(after) => format!("AND id > {}", conditions.bind((Box::new(*after), Type::INT8))),
            None => String::new(),
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM firefly.series
            WHERE (({samples}) OR ({statistic_sets}))
                AND first_seen <= {last} AND last_seen > {first} - interval '1 hour' {after}
            ORDER BY id LIMIT {PIECE}"
        );
        client.query_typed(&sql, &conditions.typed()).await
    }
}

/// Conditions in SQL, with their parameters. They leave out no row that meets the matchers.
#[derive(Default)]
struct Conditions<'a>(Vec<Parameter<'a>>);

impl<'a> Conditions<'a> {
    fn bind(&mut self, parameter: Parameter<'a>) -> String {
        self.0.push(parameter);
        format!("${}", self.0.len())
    }

    fn typed(&self) -> Vec<(&(dyn ToSql + Sync), Type)> {
        self.0.iter().map(|(value, r#type)| (value.as_ref() as &(dyn ToSql + Sync), r#type.clone())).collect()
    }

    fn text(&mut self, text: &str) -> String {
        self.bind((Box::new(without_nul(text).into_owned()), Type::TEXT))
    }

    fn of_samples(&mut self, matchers: &[Matcher]) -> String {
        let mut all = vec!["kind = 2".to_owned()];
        for matcher in asked_by_value(matchers) {
            let value = self.text(matcher.value());
            all.push(if matcher.name() == METRIC_NAME {
                format!("namespace = '' AND name = {value}")
            } else {
                let name = self.text(matcher.name());
                format!("labels @> jsonb_build_object({name}, {value})")
            });
        }
        all.join(" AND ")
    }

    fn of_statistic_sets(
        &mut self,
        matchers: &[Matcher],
        named: &[&'a (String, String)],
        of_name: &[&Matcher],
    ) -> String {
        let mut all = vec!["kind = 1".to_owned()];
        if !of_name.is_empty() {
            let (namespaces, names): (Vec<&str>, Vec<&str>) =
                named.iter().map(|(namespace, name)| (&**namespace, &**name)).unzip();
            let [namespaces, names] =
                [namespaces, names].map(|texts| self.bind((Box::new(texts), Type::TEXT_ARRAY)));
            all.push(format!("(namespace, name) IN (SELECT * FROM unnest({namespaces}, {names}))"));
        }
        for matcher in asked_by_value(matchers).filter(|matcher| matcher.name() != METRIC_NAME) {
            let value = self.text(matcher.value());
            match matcher.name() {
                "account_id" => all.push(format!("account_id = {value}")),
                "region" => all.push(format!("region = {value}")),
                "job" => all.push(format!("namespace = {value}")),
                label => match label.strip_prefix("dimension_") {
                    // An underscore may stand for another character in the dimension's own name.
                    Some(dimension) if !dimension.contains('_') => {
                        let name = self.text(dimension);
                        all.push(format!("labels @> jsonb_build_object({name}, {value})"));
                    }
                    Some(_) => {}
                    None => all.push("false".to_owned()),
                },
            }
        }
        all.join(" AND ")
    }
}

/// The matchers that ask for a label of a certain value.
fn asked_by_value(matchers: &[Matcher]) -> impl Iterator<Item = &Matcher> {
    matchers.iter().filter(|matcher| matcher.op() == MatchOp::Equal && !matcher.value().is_empty())
}
