//! The step of a PromQL query, and what the Prometheus data source writes for intervals and ranges.
//!
//! <https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/>

use anyhow::Result;

use super::interval::{format_interval, parse_interval, round_ms};
use super::time_range::TimeRange;

/// Points that a range query may have: Prometheus refuses more.
const MOST_POINTS: i64 = 11_000;

/// How a query steps through its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub step_ms: i64,
    /// The range, with both ends on whole steps.
    pub range: TimeRange,
    rate_interval_ms: i64,
    length_ms: i64,
}

impl Step {
    /// `min_step` is the query's own; `scrape_interval` the data source's.
    pub(super) fn of(
        range: TimeRange,
        max_data_points: i64,
        min_step: Option<&str>,
        scrape_interval: &str,
    ) -> Result<Self> {
        let scrape_ms = parse_interval(scrape_interval)?;
        let asks_rate = min_step.is_some_and(|step| step.contains("__rate_interval"));
        let min_ms = match min_step {
            Some(step) if !asks_rate && !step.is_empty() => parse_interval(step)?,
            _ => scrape_ms,
        };
        let length_ms = range.length_ms();
        let wanted_ms = round_ms(length_ms / max_data_points.max(1)).max(min_ms);
        let safe_ms = round_ms(length_ms / MOST_POINTS);
        let step_ms = wanted_ms.max(safe_ms);
        let rate = |scrape_ms: i64| (step_ms + scrape_ms).max(4 * scrape_ms);
        let step_ms = if asks_rate { rate(scrape_ms) } else { step_ms };
        let aligned = |time_ms: i64| time_ms.div_euclid(step_ms) * step_ms;
        Ok(Self {
            step_ms,
            range: TimeRange { from_ms: aligned(range.from_ms), to_ms: aligned(range.to_ms) },
            rate_interval_ms: rate(min_ms),
            length_ms,
        })
    }

    /// Writes intervals and ranges into a query. The longer names go first: one begins with another.
    pub(super) fn expand(self, query: &str) -> String {
        let range_s = (self.length_ms + 500) / 1_000;
        let names = [
            ("__rate_interval_ms", self.rate_interval_ms.to_string()),
            ("__rate_interval", format_interval(self.rate_interval_ms)),
            ("__interval_ms", self.step_ms.to_string()),
            ("__interval", format_interval(self.step_ms)),
            ("__range_ms", self.length_ms.to_string()),
            ("__range_s", range_s.to_string()),
            ("__range", format!("{range_s}s")),
        ];
        names.into_iter().fold(query.to_owned(), |query, (name, value)| {
            query.replace(&format!("${{{name}}}"), &value).replace(&format!("${name}"), &value)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    fn step(hours: i64, points: i64, min_step: Option<&str>) -> Step {
        let range = TimeRange { from_ms: 1_772_409_612_345, to_ms: 1_772_409_612_345 + hours * HOUR_MS };
        Step::of(range, points, min_step, "60s").unwrap()
    }

    #[test]
    fn steps_are_no_shorter_than_the_scrape_interval_and_both_ends_on_them() {
        let step = step(6, 1_000, None);
        assert_eq!(step.step_ms, 60_000);
        assert_eq!((step.range.from_ms % 60_000, step.range.to_ms % 60_000), (0, 0));
    }

    #[test]
    fn steps_follow_the_width_the_query_and_what_prometheus_takes() {
        assert_eq!(step(24 * 7, 900, None).step_ms, 600_000);
        assert_eq!(step(6, 1_000, Some("5m")).step_ms, 300_000);
        assert_eq!(step(24 * 365, 1_000_000, None).step_ms, 3_600_000);
    }

    #[test]
    fn intervals_and_ranges_are_written() {
        let step = step(6, 1_000, None);
        let query = "sum_over_time(x[$__interval]) / rate(y[${__rate_interval}]) + z[$__range] * $__range_s";
        let expected = "sum_over_time(x[1m]) / rate(y[4m]) + z[21600s] * 21600";
        assert_eq!(step.expand(query), expected);
    }
}
