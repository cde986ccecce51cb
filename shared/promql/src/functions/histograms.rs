//! Classic histograms: `histogram_quantile` and `histogram_fraction`, over the series that are their buckets.

use std::collections::HashMap;

use firefly_model::selection::{
    ABSENT, GoFloat, Labels, format_go_float, format_go_float_rounded, is_absent, parse_go_float,
};

use super::buckets::{self, Bucket, Forced};
use super::dates::rfc3339;
use super::{Context, arguments, is_invalid, quantile_warning};
use crate::evaluate::{Evaluated, StepSeries};
use crate::parser::{Span, quoted};
use crate::{Annotations, QueryError};

/// The label that holds the bound of a bucket.
const BUCKET: &str = "le";

/// The series of one histogram, by their bounds.
struct Histogram {
    labels: Labels,
    /// Bounds, and counts for each step.
    buckets: Vec<(f64, Vec<f64>)>,
}

pub(super) fn histogram_quantile(
    context: &Context<'_>,
    arguments: Vec<Evaluated>,
    annotations: &mut Annotations,
) -> Result<Evaluated, QueryError> {
    let mut arguments = arguments.into_iter();
    let (ranks, series) = (arguments::numbers(arguments.next()), arguments::vector(arguments.next()));
    for rank in ranks.iter().copied().filter(|rank| is_invalid(*rank)) {
        annotations.warn(context.argument_span(0), quantile_warning(rank));
    }
    let span = context.argument_span(1);
    let mut remarks = Remarks::default();
    let results = each(histograms(series, span, annotations), context, |labels, step, buckets| {
        let rank = ranks.get(step).copied().unwrap_or(f64::NAN);
        let (value, forced) = buckets::quantile(rank, buckets);
        if let Some(forced) = forced {
            remarks.add(labels.metric_name(), context.times.at(step), forced);
        }
        value
    });
    remarks.inform(span, annotations);
    Ok(results)
}

pub(super) fn histogram_fraction(
    context: &Context<'_>,
    arguments: Vec<Evaluated>,
    annotations: &mut Annotations,
) -> Result<Evaluated, QueryError> {
    let mut arguments = arguments.into_iter();
    let (lower, upper) = (arguments::numbers(arguments.next()), arguments::numbers(arguments.next()));
    let series = arguments::vector(arguments.next());
    let at = |bounds: &[f64], step: usize| bounds.get(step).copied().unwrap_or(f64::NAN);
    let histograms = histograms(series, context.argument_span(2), annotations);
    Ok(each(histograms, context, |_, step, buckets| {
        buckets::fraction(at(&lower, step), at(&upper, step), buckets)
    }))
}

/// Of native histograms, of which there are none.
pub(super) fn of_native(
    _: &Context<'_>,
    _: Vec<Evaluated>,
    _: &mut Annotations,
) -> Result<Evaluated, QueryError> {
    Ok(Evaluated::Vector(Vec::new()))
}

/// Puts buckets together that differ in nothing but their bounds, sorted by those. The labels are the same in all steps.
fn histograms(series: Vec<StepSeries>, span: Span, annotations: &mut Annotations) -> Vec<Histogram> {
    let mut histograms: Vec<Histogram> = Vec::new();
    let mut known: HashMap<Labels, usize> = HashMap::new();
    for StepSeries { mut labels, values, .. } in series {
        let Some(bound) = bound(labels.get(BUCKET)) else {
            annotations.warn(span, bad_bound(&labels));
            continue;
        };
        labels.remove(BUCKET);
        let at = *known.entry(labels).or_insert_with_key(|labels| {
            histograms.push(Histogram { labels: labels.clone(), buckets: Vec::new() });
            histograms.len() - 1
        });
        histograms[at].buckets.push((bound, values));
    }
    for histogram in &mut histograms {
        histogram.buckets.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    }
    histograms
}

/// A bound as Go reads numbers, but for hexadecimal ones, which nobody writes there.
fn bound(text: &str) -> Option<f64> {
    let bound = parse_go_float(text)?;
    let is_too_large = bound.is_infinite() && text.bytes().any(|byte| byte.is_ascii_digit());
    let is_signed_nan = bound.is_nan() && text.starts_with(['+', '-']);
    (!is_too_large && !is_signed_nan).then_some(bound)
}

fn bad_bound(labels: &Labels) -> String {
    let value = quoted(labels.get(BUCKET));
    let message = format!("bucket label \"le\" is missing or has a malformed value of {value}");
    with_name(message, labels.metric_name())
}

fn with_name(message: String, name: &str) -> String {
    if name.is_empty() { message } else { format!("{message} for metric name {}", quoted(name)) }
}

/// The results for each histogram and step in which it has a bucket.
fn each(
    histograms: Vec<Histogram>,
    context: &Context<'_>,
    mut compute: impl FnMut(&Labels, usize, &mut Vec<Bucket>) -> f64,
) -> Evaluated {
    let mut buckets = Vec::new();
    let mut of_histogram = |Histogram { labels, buckets: columns }| {
        let mut values = Vec::with_capacity(context.times.count);
        for step in 0..context.times.count {
            buckets.clear();
            for (bound, counts) in &columns {
                let count = counts.get(step).copied().unwrap_or(ABSENT);
                if !is_absent(count) {
                    buckets.push(Bucket { bound: *bound, count });
                }
            }
            values.push(if buckets.is_empty() { ABSENT } else { compute(&labels, step, &mut buckets) });
        }
        StepSeries { labels, drops_name: true, values }
    };
    Evaluated::Vector(histograms.into_iter().map(&mut of_histogram).filter(StepSeries::has_values).collect())
}

/// What had to be put right in the histograms of each name. Each histogram and step counts once; Prometheus 3.14 counts
/// those of range queries over and over.
#[derive(Default)]
struct Remarks(Vec<Remark>);

struct Remark {
    name: String,
    forced: Forced,
    /// Histograms in steps.
    count: usize,
    first_ms: i64,
    last_ms: i64,
}

impl Remarks {
    fn add(&mut self, name: &str, time_ms: i64, forced: Forced) {
        match self.0.iter_mut().find(|remark| remark.name == name) {
            Some(remark) => {
                remark.forced = remark.forced.and(forced);
                remark.count += 1;
                remark.first_ms = remark.first_ms.min(time_ms);
                remark.last_ms = remark.last_ms.max(time_ms);
            }
            None => {
                let name = name.to_owned();
                self.0.push(Remark { name, forced, count: 1, first_ms: time_ms, last_ms: time_ms });
            }
        }
    }

    fn inform(self, span: Span, annotations: &mut Annotations) {
        for remark in self.0 {
            annotations.inform(span, remark.to_string());
        }
    }
}

impl std::fmt::Display for Remark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let general = |value| format_go_float(value, GoFloat::General);
        let message = "input to histogram_quantile needed to be fixed for monotonicity (see \
            https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)";
        write!(
            f,
            "{}, from buckets {} to {}, with a max diff of {}, over {} samples from {} to {}",
            with_name(message.to_owned(), &self.name),
            general(self.forced.least),
            general(self.forced.greatest),
            format_go_float_rounded(self.forced.difference, 2),
            self.count,
            rfc3339(self.first_ms),
            rfc3339(self.last_ms)
        )
    }
}
