//! For each alert rule: what must make it fire, and what must not.

use firefly_tests::demo::{ACCOUNT_ID, MINUTE_MS, NAMESPACE, Point, REGION, Unit};
use firefly_tests::firehose_sender::undecodable_line;

use crate::firehose::sample::minutes_ago;

const WEEK: i64 = 7 * 24 * 60;
/// Namespace of Lambda Insights.
const INSIGHTS: &str = "LambdaInsights";
/// The function that it is about, and another that is well.
const FUNCTION: &str = "o'hara\"; drop table";
const OTHER: &str = "checkout";

/// What happens before a rule is evaluated.
#[derive(Debug, Clone, Default)]
pub struct Events {
    /// Delivered by Firehose.
    pub points: Vec<Point>,
    /// Records that are no data points.
    pub records: Vec<Vec<u8>>,
    /// Done by the owner.
    pub sql: Vec<String>,
}

impl Events {
    fn point(mut self, name: &str, minutes: i64, samples: u64, maximum: f64) -> Self {
        self.points.push(point(FUNCTION, name, minutes, samples, maximum));
        self
    }

    /// Each five minutes of two hours until the range of the rule ends, this week or another.
    fn hours(mut self, function: &str, name: &str, weeks: i64, samples: u64, maximum: f64) -> Self {
        let minutes = (0..26).map(|step| weeks * WEEK + 4 + step * 5);
        self.points.extend(minutes.map(|minutes| point(function, name, minutes, samples, maximum)));
        self
    }

    fn configured(mut self, column: &str, value: i64) -> Self {
        let name = FUNCTION.replace('\'', "''");
        self.sql.push(format!(
            "INSERT INTO firefly.function_config (account_id, region, function_name, {column})
             VALUES ('{ACCOUNT_ID}', '{REGION}', '{name}', {value})"
        ));
        self
    }

    /// So many invocations eight and seven minutes ago, the failed ones among them.
    fn invoked(self, invocations: u64, errors: f64) -> Self {
        [8, 7].into_iter().fold(self, |events, minutes| {
            let errors_of_each = errors / invocations as f64;
            events.point("Invocations", minutes, invocations, 1.0).point(
                "Errors",
                minutes,
                invocations,
                errors_of_each,
            )
        })
    }
}

/// `samples` of which each is `maximum`.
fn point(function: &str, name: &str, minutes: i64, samples: u64, maximum: f64) -> Point {
    let is_insights = name.chars().next().is_some_and(char::is_lowercase);
    let (namespace, dimension) =
        if is_insights { (INSIGHTS, "function_name") } else { (NAMESPACE, "FunctionName") };
    Point {
        account_id: ACCOUNT_ID.to_owned(),
        region: REGION.to_owned(),
        namespace: namespace.to_owned(),
        metric_name: name.to_owned(),
        dimensions: vec![(dimension.to_owned(), function.to_owned())],
        unit: Unit::None,
        start_ms: minutes_ago(minutes),
        samples,
        sum: samples as f64 * maximum,
        minimum: maximum,
        maximum,
        extra: Vec::new(),
    }
}

/// The events that must make a rule fire, or, one step short of it, must not. None for a rule that is not known here.
pub fn events(rule: &str, fires: bool) -> Option<Events> {
    let pick = |yes: f64, no: f64| if fires { yes } else { no };
    let none = Events::default;
    Some(match rule {
        "firefly-error-rate" => none().invoked(100, pick(10.0, 0.0)),
        "firefly-throttles" => none().invoked(10, 0.0).point("Throttles", 7, 10, pick(1.0, 0.0)),
        "firefly-concurrency-near-limit" => none()
            .invoked(10, 0.0)
            .configured("reserved_concurrency", 10)
            .point("ConcurrentExecutions", 7, 10, pick(9.0, 5.0)),
        "firefly-provisioned-concurrency" => {
            none().point("ProvisionedConcurrencyUtilization", 7, 1, pick(0.95, 0.5))
        }
        "firefly-provisioned-spillover" => {
            none().point("ProvisionedConcurrencySpilloverInvocations", 7, 3, pick(1.0, 0.0))
        }
        "firefly-iterator-age" => none().point("IteratorAge", 7, 1, pick(120_000.0, 1_000.0)),
        "firefly-async-event-age" => none().point("AsyncEventAge", 7, 1, pick(400_000.0, 1_000.0)),
        "firefly-async-drops" => none().point("AsyncEventsDropped", 7, 1, pick(1.0, 0.0)),
        "firefly-dead-letters" => none().point("DeadLetterErrors", 7, 1, pick(1.0, 0.0)),
        "firefly-duration-near-timeout" => none().invoked(10, 0.0).configured("timeout_ms", 3_000).point(
            "Duration",
            7,
            10,
            pick(2_900.0, 1_000.0),
        ),
        "firefly-timeouts" => none().invoked(10, 1.0).configured("timeout_ms", 3_000).point(
            "Duration",
            7,
            10,
            pick(3_000.0, 2_000.0),
        ),
        "firefly-out-of-memory" => {
            none().invoked(10, 1.0).point("memory_utilization", 7, 10, pick(100.0, 50.0))
        }
        "firefly-memory-near-limit" => {
            none().invoked(10, 0.0).point("memory_utilization", 7, 10, pick(95.0, 50.0))
        }
        "firefly-cold-starts" => {
            let started = if fires { 20 } else { 1 };
            none().invoked(100, 0.0).point("init_duration", 7, started, 300.0)
        }
        "firefly-error-anomaly" => none()
            .hours(FUNCTION, "Invocations", 0, 200, 1.0)
            .hours(FUNCTION, "Errors", 0, 200, pick(0.1, 0.01))
            .hours(FUNCTION, "Invocations", 1, 200, 1.0)
            .hours(FUNCTION, "Errors", 1, 200, 0.01),
        "firefly-duration-anomaly" => none()
            .hours(FUNCTION, "Invocations", 0, 200, 1.0)
            .hours(FUNCTION, "Duration", 0, 200, pick(500.0, 110.0))
            .hours(FUNCTION, "Invocations", 1, 200, 1.0)
            .hours(FUNCTION, "Duration", 1, 200, 100.0),
        "firefly-no-data" => {
            let others = none()
                .hours(OTHER, "Invocations", 0, 20, 1.0)
                .hours(OTHER, "Invocations", 1, 20, 1.0)
                .hours(FUNCTION, "Invocations", 1, 20, 1.0);
            if fires { others } else { others.hours(FUNCTION, "Invocations", 0, 1, 1.0) }
        }
        "firefly-no-delivery" => {
            let minutes = if fires { 30 } else { 2 };
            let minute = (minutes_ago(minutes) / 1_000) as f64;
            let sql = format!(
                "INSERT INTO firefly.delivery_minute (minute, source, instance, deliveries, deliveries_with_lag, data_points, stored, set_aside, bytes, lag_sum_seconds)
                 VALUES (to_timestamp({minute}), 'firehose', gen_random_uuid(), 1, 0, 10, 10, 0, 1000, 0)"
            );
            Events { sql: vec![sql], ..none() }
        }
        "firefly-delivery-lag" => none().point("Invocations", if fires { 20 } else { 1 }, 1, 1.0),
        "firefly-set-aside" => {
            let well = none().point("Invocations", 7, 1, 1.0);
            let records = if fires { vec![undecodable_line()] } else { Vec::new() };
            Events { records, ..well }
        }
        "firefly-gateway-errors" => {
            let points = vec![point("firefly-otlp", "Url5xxCount", 7, 5, pick(1.0, 0.0))];
            Events { points, ..none() }
        }
        _ => return None,
    })
}

/// The end of the range that the newest event lies in.
pub fn evaluated_at_ms() -> i64 {
    minutes_ago(0) + MINUTE_MS / 2
}
