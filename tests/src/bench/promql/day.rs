//! A day of many functions, each of which runs in every minute: as statistic sets for Firefly, as samples for Prometheus.

use firefly_model::{ExtraStatistics, KnownRows, MetricBatch, SeriesKey, Statistics, UnixMillis};

use crate::demo::{MINUTE_MS, SplitMix64};
use crate::remote_write::Series;

const ACCOUNT: &str = "123456789012";
const REGION: &str = "eu-central-1";
const NAMESPACE: &str = "AWS/Lambda";

/// A metric, its unit, and the statistic by which panels know it.
const METRICS: [(&str, &str, &str); 5] = [
    ("Invocations", "Count", "aws_lambda_invocations_sum"),
    ("Errors", "Count", "aws_lambda_errors_sum"),
    ("Throttles", "Count", "aws_lambda_throttles_sum"),
    ("Duration", "Milliseconds", "aws_lambda_duration_p99"),
    ("ConcurrentExecutions", "Count", "aws_lambda_concurrent_executions_maximum"),
];

/// Some minutes of some functions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Day {
    pub(super) functions: usize,
    pub(super) minutes: usize,
    /// The first minute.
    pub(super) start_ms: i64,
}

impl Day {
    /// The minutes that end with this one.
    pub(super) fn until(now_ms: i64, functions: usize, minutes: usize) -> Self {
        let this_minute_ms = now_ms.div_euclid(MINUTE_MS) * MINUTE_MS;
        Self { functions, minutes, start_ms: this_minute_ms - offset(minutes) }
    }

    /// The last minute.
    pub(super) fn last_ms(&self) -> i64 {
        self.minute_ms(self.minutes - 1)
    }

    /// Data points and samples there are.
    pub(super) fn points(&self) -> usize {
        self.functions * self.minutes * METRICS.len()
    }

    pub(super) fn function_name(function: usize) -> String {
        format!("shop-function-{function:04}")
    }

    fn minute_ms(&self, minute: usize) -> i64 {
        self.start_ms + offset(minute)
    }

    /// A minute of all functions, as statistic sets.
    pub(super) fn batch(&self, minute: usize, known: &KnownRows) -> MetricBatch {
        let mut batch = MetricBatch::default();
        for function in 0..self.functions {
            let labels = [("FunctionName".into(), Self::function_name(function).into())];
            for (metric, (name, unit, _)) in METRICS.iter().enumerate() {
                let value = value(function, metric, minute);
                let key = SeriesKey {
                    account_id: ACCOUNT,
                    region: REGION,
                    namespace: NAMESPACE,
                    name,
                    labels: &labels,
                };
                let statistics = Statistics { samples: 60.0, sum: value, minimum: 0.0, maximum: value };
                let extra = (*name == "Duration").then(|| Box::new(ExtraStatistics::new([("p99", value)])));
                batch.add(&key, unit, UnixMillis(self.minute_ms(minute)), statistics, extra, known);
            }
        }
        batch.seal();
        batch
    }

    /// All minutes of a function, as Prometheus has them.
    pub(super) fn series(&self, function: usize) -> Vec<Series> {
        let labels = |name: &str| {
            [
                ("__name__", name.to_owned()),
                ("account_id", ACCOUNT.to_owned()),
                ("dimension_FunctionName", Self::function_name(function)),
                ("job", NAMESPACE.to_owned()),
                ("region", REGION.to_owned()),
            ]
            .map(|(name, value)| (name.to_owned(), value))
            .to_vec()
        };
        let sample = |metric, minute| (self.minute_ms(minute), value(function, metric, minute));
        let series = METRICS.iter().enumerate().map(|(metric, (_, _, name))| Series {
            labels: labels(name),
            samples: (0..self.minutes).map(|minute| sample(metric, minute)).collect(),
            ..Series::default()
        });
        series.collect()
    }
}

fn offset(minutes: usize) -> i64 {
    i64::try_from(minutes).unwrap_or(i64::MAX / MINUTE_MS) * MINUTE_MS
}

/// Whole numbers, a thousand times more of them for a thousandth of the functions; of errors and throttles mostly none.
fn value(function: usize, metric: usize, minute: usize) -> f64 {
    let seed = ((function * METRICS.len() + metric) as u64) << 32 | minute as u64;
    let random = SplitMix64::new(seed).next_u64() % 1_000;
    let value = match metric {
        1 | 2 => random.saturating_sub(950),
        _ => random + 1,
    };
    value as f64
}
