//! What stands on the metrics and spans of functions: insights, the table of functions, invocations, costs, deployments.

use firefly_model::KnownRows;
use firefly_model::UnixNanos;
use firefly_model::trace::{
    AttributeValue, Attributes, Resource, Span, SpanBatch, SpanEvent, Status, StatusCode,
};
use firefly_tests::demo::{Point, Unit};
use firefly_tests::test_database::{TestDatabase, connect};
use serde_json::Value;

use super::batches::{MINUTE_MS, MORNING_MS};
use super::spans::{self, MILLI_NANOS, scope, text};
use super::views::batch_of;
use super::write;

mod anomalies;
mod costs;
mod deployments;
mod functions;
mod invocations;
mod no_data;
mod owners;
mod rules;
mod thresholds;

const ACCOUNT: &str = "111122223333";
const REGION: &str = "eu-west-1";

/// A name that ends strings of SQL and JSON.
const HOSTILE: &str = "o'hara\"; drop table";

/// The range that the tests look at, 09:00 to 10:00, as SQL.
const MORNING: &str = "'2026-03-02 09:00Z', '2026-03-02 10:00Z'";

/// Metrics and spans to be stored, and what has to be configured.
#[derive(Default)]
struct World {
    points: Vec<Point>,
    spans: SpanBatch,
    config: String,
}

impl World {
    /// A function of the first account.
    fn function(&mut self, name: &str) -> Function<'_> {
        Function { name: name.to_owned(), account: ACCOUNT.to_owned(), world: self }
    }

    /// A statement for the owner, run when everything is stored.
    fn config(&mut self, sql: &str) {
        self.config.push_str(sql);
        self.config.push(';');
    }

    async fn store(mut self, database: &TestDatabase) -> anyhow::Result<()> {
        let ingest = database.ingest()?;
        write(&ingest, &batch_of(&self.points)).await?;
        self.spans.seal();
        spans::write(&ingest, &self.spans).await?;
        let owner = database.owner().await?;
        owner.batch_execute(&self.config).await?;
        // Whatever is over is read from the hours. Those without data, months of them until today, need no making.
        owner
            .batch_execute(
                "INSERT INTO firefly.statistic_hour_bucket (hour, stale)
                SELECT generate_series(min(hour), now(), interval '1 hour'), false FROM firefly.statistic_hour_bucket
                ON CONFLICT DO NOTHING",
            )
            .await?;
        while owner.query_one("SELECT firefly.refresh_statistic_hours(100)", &[]).await?.get::<_, i32>(0) > 0
        {
        }
        Ok(())
    }
}

/// A function of the world, to which its metrics and spans are added.
struct Function<'a> {
    name: String,
    account: String,
    world: &'a mut World,
}

impl Function<'_> {
    fn of_account(self, account: &str) -> Self {
        Self { account: account.to_owned(), ..self }
    }

    /// Data points of the morning's minute (from 0), each with its sum, which is its maximum as well.
    fn minute(self, minute: i64, metrics: &[(&str, f64)]) -> Self {
        self.at(MORNING_MS + minute * MINUTE_MS, metrics)
    }

    fn at(mut self, start_ms: i64, metrics: &[(&str, f64)]) -> Self {
        for (metric, sum) in metrics {
            self.push(start_ms, metric, 1, *sum, *sum);
        }
        self
    }

    /// Invocations that took this long on average.
    fn ran(mut self, start_ms: i64, invocations: u64, average_ms: f64) -> Self {
        let count = invocations as f64;
        self.push(start_ms, "Invocations", invocations, count, 1.0);
        self.push(start_ms, "Duration", invocations, count * average_ms, average_ms);
        self
    }

    /// What Lambda Insights says of the first minute.
    fn enhanced(self, metric: &str, samples: u64, maximum: f64) -> Self {
        let dimensions = vec![("function_name".to_owned(), self.name.clone())];
        let point = Point {
            namespace: "LambdaInsights".into(),
            dimensions,
            ..self.point(MORNING_MS, metric, samples, maximum, maximum)
        };
        self.world.points.push(point);
        self
    }

    fn push(&mut self, start_ms: i64, metric: &str, samples: u64, sum: f64, maximum: f64) {
        let point = self.point(start_ms, metric, samples, sum, maximum);
        // Under a second set of dimensions, as AWS/Lambda does: nothing may count twice.
        let mut again = point.clone();
        again.dimensions.push(("Resource".into(), self.name.clone()));
        self.world.points.extend([point, again]);
    }

    fn point(&self, start_ms: i64, metric: &str, samples: u64, sum: f64, maximum: f64) -> Point {
        Point {
            account_id: self.account.clone(),
            region: REGION.into(),
            namespace: "AWS/Lambda".into(),
            metric_name: metric.into(),
            dimensions: vec![("FunctionName".into(), self.name.clone())],
            unit: Unit::Count,
            start_ms,
            samples,
            sum,
            minimum: maximum.min(sum / samples as f64),
            maximum,
            extra: Vec::new(),
        }
    }

    /// A span of an invocation, to be changed as the test needs it.
    fn traced(self, change: impl FnOnce(&mut Span, &mut Resource)) -> Self {
        let number = self.world.spans.spans.len() as u64 + 1;
        let mut span = spans::span(number.into(), number, "handler");
        span.attributes = attributes(&[("faas.invocation_id", text(&format!("request-{number}")))]);
        let mut resource = resource(&self.name, &[("cloud.account.id", text(&self.account))]);
        change(&mut span, &mut resource);
        self.world.add_span(span, resource);
        self
    }
}

impl World {
    fn add_span(&mut self, span: Span, resource: Resource) {
        let scope = self.spans.scope(scope());
        let resource = self.spans.resource(resource);
        self.spans.add(span, &resource, &scope, &KnownRows::with_generation(0));
    }
}

fn attributes(pairs: &[(&str, AttributeValue)]) -> Attributes {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn resource(name: &str, more: &[(&str, AttributeValue)]) -> Resource {
    let own = [("service.name", text(name)), ("faas.name", text(name)), ("cloud.region", text(REGION))];
    Resource { attributes: attributes(&[&own, more].concat()), ..Resource::default() }
}

/// Makes a span fail with an exception.
fn throw(span: &mut Span, kind: &str, message: &str) {
    span.status = Status { code: StatusCode::Error, message: "failed".into() };
    span.events.push(SpanEvent {
        time: span.start,
        name: "exception".into(),
        attributes: attributes(&[("exception.type", text(kind)), ("exception.message", text(message))]),
        dropped_attributes_count: 0,
    });
}

/// Moves a span to another moment.
fn begin(span: &mut Span, start_ms: i64) {
    let length = span.end.0 - span.start.0;
    span.start = UnixNanos(start_ms.unsigned_abs() * MILLI_NANOS);
    span.end = UnixNanos(span.start.0 + length);
}

/// Rows of a query by the reading role, as JSON.
async fn read(database: &TestDatabase, sql: &str) -> anyhow::Result<Vec<Value>> {
    let reader = connect(&database.read_url()).await?;
    let rows = reader.query(&format!("SELECT to_jsonb(row)::text FROM ({sql}) AS row"), &[]).await?;
    Ok(rows.iter().map(|row| serde_json::from_str(row.get(0))).collect::<Result<_, _>>()?)
}

/// What fires in the morning, as `rule function severity` in alphabetical order.
async fn fired(database: &TestDatabase) -> anyhow::Result<Vec<String>> {
    fired_in(database, MORNING).await
}

async fn fired_in(database: &TestDatabase, range: &str) -> anyhow::Result<Vec<String>> {
    let reader = connect(&database.read_url()).await?;
    let sql = format!(
        "SELECT concat_ws(' ', rule, function_name, severity) FROM firefly.insights_between({range})"
    );
    let mut fired: Vec<String> = reader.query(&sql, &[]).await?.iter().map(|row| row.get(0)).collect();
    fired.sort();
    Ok(fired)
}
