//! The shop's metrics, read back through PromQL.

use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::{Context, Result};
use serde_json::Value;

use super::table::table;
use crate::demo::{Point, Shop};
use crate::prometheus_client::{PrometheusClient, Question};

/// Relative difference of sums that count as equal.
const TOLERANCE: f64 = 1e-9;

/// What PromQL says of the shop's functions.
#[derive(Debug)]
pub struct PromqlReadBack {
    /// The first of the queries, as one would type it.
    pub query: String,
    /// A table of the functions, one line each.
    pub functions: String,
    /// Sums that are not those of what was sent, described.
    pub differences: Vec<String>,
}

/// A function: its name and account.
type Function = [String; 2];
type Sums = BTreeMap<Function, f64>;

/// A CloudWatch metric, and its sum's name in PromQL.
const SUMS: [(&str, &str); 3] = [
    ("Invocations", "aws_lambda_invocations_sum"),
    ("Errors", "aws_lambda_errors_sum"),
    ("Duration", "aws_lambda_duration_sum"),
];

impl PromqlReadBack {
    /// Adds up, by PromQL and by hand, what each function did in a range of Unix milliseconds.
    ///
    /// # Errors
    ///
    /// If the API does not answer.
    pub async fn of(client: &PrometheusClient, shop: &Shop, range_ms: Range<i64>) -> Result<Self> {
        let points: Vec<_> = shop.final_points(range_ms.clone()).collect();
        let (mut found, mut differences) = (Vec::new(), Vec::new());
        for (metric, name) in SUMS {
            let sums = sums(client, &query(name, &range_ms), range_ms.end).await?;
            differences.extend(compare(name, &sums, &sent(&points, metric)));
            found.push(sums);
        }
        let [invocations, errors, durations] = found.as_slice() else {
            anyhow::bail!("not a sum for each metric")
        };
        let mut lines =
            vec![["function", "account", "invocations", "errors", "average ms"].map(str::to_owned).to_vec()];
        for (function @ [name, account], invocations) in invocations {
            let of = |sums: &Sums| sums.get(function).copied().unwrap_or_default();
            let average = of(durations) / invocations;
            let numbers = [invocations.to_string(), of(errors).to_string(), format!("{average:.1}")];
            lines.push([name.clone(), account.clone()].into_iter().chain(numbers).collect());
        }
        Ok(Self { query: query(SUMS[0].1, &range_ms), functions: table(&lines, 2), differences })
    }
}

/// The dimensions are those under which each invocation is counted once.
fn query(name: &str, range_ms: &Range<i64>) -> String {
    let seconds = (range_ms.end - range_ms.start) / 1_000;
    let selector = format!("{name}{{dimension_FunctionName!=\"\", dimension_Resource=\"\"}}[{seconds}s]");
    format!("sum by (dimension_FunctionName, account_id) (sum_over_time({selector}))")
}

async fn sums(client: &PrometheusClient, query: &str, end_ms: i64) -> Result<Sums> {
    // A window ends with its last moment and begins after its first.
    let reply = client.ask(&Question::instant(query, end_ms - 1)).await?;
    anyhow::ensure!(reply.status == 200, "{query}: {}", reply.body);
    let series = reply.body["data"]["result"].as_array().context("no result")?;
    let sum = |series: &Value| {
        let label = |name: &str| series["metric"][name].as_str().unwrap_or_default().to_owned();
        let value = series["value"][1].as_str().context("no value")?.parse()?;
        Ok(([label("dimension_FunctionName"), label("account_id")], value))
    };
    series.iter().map(sum).collect()
}

fn sent(points: &[Point], metric: &str) -> Sums {
    let mut sums = Sums::new();
    for point in points.iter().filter(|point| point.metric_name == metric) {
        if let [(dimension, function)] = point.dimensions.as_slice()
            && dimension == "FunctionName"
        {
            *sums.entry([function.clone(), point.account_id.clone()]).or_default() += point.sum;
        }
    }
    sums
}

fn compare(name: &str, found: &Sums, sent: &Sums) -> Vec<String> {
    let functions: std::collections::BTreeSet<_> = found.keys().chain(sent.keys()).collect();
    let differences = functions.into_iter().filter_map(|function| {
        let (found, sent) = (found.get(function), sent.get(function));
        let is_equal =
            found.zip(sent).is_some_and(|(found, sent)| (found - sent).abs() <= TOLERANCE * sent.abs());
        (!is_equal).then(|| format!("{name} of {}: {found:?} instead of {sent:?}", function.join(" of ")))
    });
    differences.collect()
}
