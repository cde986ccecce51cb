//! From metrics to series: what each kind of data point becomes.

use std::collections::BTreeSet;

use firefly_model::trace::{Resource, Scope};
use firefly_model::{
    MetricMetadata, MetricType, STALE_MARKER, SampleSeriesKey, SeriesId, TimeWindow, UnixMillis,
};

use super::histogram::Classic;
use super::labels::{Labels, Pairs};
use super::name::{self, Suffix};
use super::point::{
    CUMULATIVE, DELTA, Data, Exemplar, ExponentialHistogram, Histogram, Metric, Number, Point, Summary,
    of_count,
};
use super::{MetricFault, MetricSink, exemplar};
use crate::limits;
use crate::otlp::{Fault, MetricSource};
use crate::storable_text::cut;

/// Hands the series of an export over, metric by metric.
pub(crate) struct Translator<'a> {
    pub window: TimeWindow,
    pub sink: &'a mut dyn MetricSink,
}

/// What makes the metrics that follow.
pub(crate) struct Target {
    labels: Result<Labels, MetricFault>,
    info: Option<Labels>,
    /// When its points were taken: so often `target_info` is there to be joined with.
    times: BTreeSet<UnixMillis>,
}

/// Labels that a scope adds to the metrics that follow.
pub(crate) struct ScopeLabels(Result<Labels, MetricFault>);

/// A metric that could not be read, with its name as far as it was.
pub(crate) struct UnreadMetric {
    pub name: String,
    pub fault: Fault,
}

/// A metric by its Prometheus name, and what its points have in common.
struct Family<'a> {
    name: String,
    metadata: MetricMetadata,
    target: &'a Labels,
    scope: &'a Labels,
}

/// How many points were refused, and why the first was.
#[derive(Default)]
struct Refused {
    points: usize,
    fault: Option<MetricFault>,
}

impl Target {
    /// Of a resource, if it could be read.
    pub(crate) fn of(resource: Result<Resource, Fault>) -> Self {
        let (labels, info) = match resource {
            Ok(resource) => {
                let labels = Labels::of_resource(&resource);
                let info =
                    labels.as_ref().ok().and_then(|identity| Labels::of_target_info(&resource, identity));
                (labels, info)
            }
            Err(fault) => (Err(fault.into()), None),
        };
        Self { labels, info, times: BTreeSet::new() }
    }
}

impl ScopeLabels {
    /// Of a scope, if it could be read.
    pub(crate) fn of(scope: Result<Scope, Fault>) -> Self {
        Self(scope.map_err(MetricFault::from).and_then(|scope| Labels::of_scope(&scope)))
    }
}

impl Translator<'_> {
    /// Takes a metric, or names one that could not be read; how many points that has is not known. Of what cannot be
    /// stored, the sink is told how many points there are, and why the first is one.
    pub(crate) fn metric(
        &mut self,
        metric: Result<Metric, UnreadMetric>,
        target: &mut Target,
        scope: &ScopeLabels,
        source: &MetricSource<'_>,
    ) {
        let metric = match metric {
            Ok(metric) => metric,
            Err(UnreadMetric { name, fault }) => return self.sink.refused(&name, 1, &fault.into(), source),
        };
        let refused = match family(&metric, target.labels.as_ref(), scope.0.as_ref()) {
            Ok(family) => self.points(&family, &metric.data, &mut target.times),
            Err(fault) => Refused { points: metric.data.points(), fault: Some(fault) },
        };
        if let Some(fault) = refused.fault {
            self.sink.refused(&metric.name, refused.points, &fault, source);
        }
    }

    /// Ends a resource with its `target_info`.
    pub(crate) fn end(&mut self, target: Target) {
        let Some(labels) = target.info else {
            return;
        };
        let metadata = MetricMetadata {
            metric_type: MetricType::Gauge,
            unit: String::new(),
            help: "Target metadata".to_owned(),
        };
        for time in target.times {
            self.sink.describe("target_info", &metadata, time.hour());
            self.sample("target_info", &labels.pairs(), time, 1.0);
        }
    }

    fn points(&mut self, family: &Family<'_>, data: &Data, times: &mut BTreeSet<UnixMillis>) -> Refused {
        match data {
            Data::Unknown => Refused::default(),
            Data::Gauge(points) | Data::Sum { points, .. } => self.each(family, points, times, Self::number),
            Data::Histogram { points, .. } => self.each(family, points, times, Self::histogram),
            Data::ExponentialHistogram { points, .. } => {
                self.each(family, points, times, Self::exponential_histogram)
            }
            Data::Summary(points) => self.each(family, points, times, Self::summary),
        }
    }

    fn each<T>(
        &mut self,
        family: &Family<'_>,
        points: &[Point<T>],
        times: &mut BTreeSet<UnixMillis>,
        take: fn(&mut Self, &str, &Labels, &Point<T>) -> Result<(), MetricFault>,
    ) -> Refused {
        let mut refused = Refused::default();
        for point in points {
            if self.sink.is_full() {
                break;
            }
            let time = point.time();
            let taken = self
                .window
                .check(time)
                .map_err(MetricFault::Time)
                .and_then(|()| Labels::of_point(&point.attributes, family.scope, family.target))
                .and_then(|labels| take(self, &family.name, &labels, point));
            match taken {
                Ok(()) => {
                    times.insert(time);
                    self.sink.describe(&family.name, &family.metadata, time.hour());
                }
                Err(fault) => {
                    refused.points += 1;
                    refused.fault.get_or_insert(fault);
                }
            }
        }
        refused
    }

    fn number(&mut self, name: &str, labels: &Labels, point: &Point<Number>) -> Result<(), MetricFault> {
        let value =
            if point.is_stale() { STALE_MARKER } else { point.value.0.ok_or(MetricFault::NoValue)? };
        let series = self.sample(name, &labels.pairs(), point.time(), value);
        self.exemplars(point.exemplars.iter(), series, point.time());
        Ok(())
    }

    fn histogram(
        &mut self,
        name: &str,
        labels: &Labels,
        point: &Point<Histogram>,
    ) -> Result<(), MetricFault> {
        self.classic(name, labels, point, &Classic::of_explicit(&point.value)?);
        Ok(())
    }

    fn exponential_histogram(
        &mut self,
        name: &str,
        labels: &Labels,
        point: &Point<ExponentialHistogram>,
    ) -> Result<(), MetricFault> {
        self.classic(name, labels, point, &Classic::of_exponential(&point.value)?);
        Ok(())
    }

    /// `_count`, `_sum` if there is one, and `_bucket` for each bound, each with the exemplars that fall into it alone.
    fn classic<T>(&mut self, name: &str, labels: &Labels, point: &Point<T>, histogram: &Classic) {
        let time = point.time();
        let value = |value: f64| if point.is_stale() { STALE_MARKER } else { value };
        let count = value(of_count(histogram.count));
        self.sample(&format!("{name}_count"), &labels.pairs(), time, count);
        if let Some(sum) = histogram.sum {
            self.sample(&format!("{name}_sum"), &labels.pairs(), time, value(sum));
        }
        let bucket = format!("{name}_bucket");
        let mut below = f64::NEG_INFINITY;
        for (bound, count) in &histogram.buckets {
            let le = decimal(*bound);
            let series = self.sample(&bucket, &labels.pairs_with("le", &le), time, value(of_count(*count)));
            let within = |exemplar: &&Exemplar| exemplar.value.is_some_and(|at| at > below && at <= *bound);
            self.exemplars(point.exemplars.iter().filter(within), series, time);
            below = *bound;
        }
        let series = self.sample(&bucket, &labels.pairs_with("le", "+Inf"), time, count);
        let above = |exemplar: &&Exemplar| exemplar.value.is_some_and(|at| at.is_nan() || at > below);
        self.exemplars(point.exemplars.iter().filter(above), series, time);
    }

    fn summary(&mut self, name: &str, labels: &Labels, point: &Point<Summary>) -> Result<(), MetricFault> {
        let Summary { count, sum, quantiles } = &point.value;
        if quantiles.len() > limits::BUCKETS {
            return Err(MetricFault::TooManyBuckets);
        }
        let time = point.time();
        let value = |value: f64| if point.is_stale() { STALE_MARKER } else { value };
        self.sample(&format!("{name}_count"), &labels.pairs(), time, value(of_count(*count)));
        self.sample(&format!("{name}_sum"), &labels.pairs(), time, value(*sum));
        for (quantile, at) in quantiles {
            self.sample(name, &labels.pairs_with("quantile", &decimal(*quantile)), time, value(*at));
        }
        Ok(())
    }

    fn sample(&mut self, name: &str, labels: &Pairs<'_>, time: UnixMillis, value: f64) -> SeriesId {
        self.sink.sample(&SampleSeriesKey { name, labels }, time, value)
    }

    fn exemplars<'e>(
        &mut self,
        exemplars: impl Iterator<Item = &'e Exemplar>,
        series: SeriesId,
        point_time: UnixMillis,
    ) {
        for exemplar in exemplars {
            if let Some(exemplar) = exemplar::of_series(exemplar, series, point_time, self.window) {
                self.sink.exemplar(exemplar);
            }
        }
    }
}

/// A number as Prometheus writes it in labels: the shortest form, never with an exponent.
fn decimal(value: f64) -> String {
    match value {
        f64::INFINITY => "+Inf".to_owned(),
        f64::NEG_INFINITY => "-Inf".to_owned(),
        // Without the sign of a negative zero.
        _ => (value + 0.0).to_string(),
    }
}

fn family<'a>(
    metric: &Metric,
    target: Result<&'a Labels, &MetricFault>,
    scope: Result<&'a Labels, &MetricFault>,
) -> Result<Family<'a>, MetricFault> {
    let (metric_type, suffix) = metric.data.types()?;
    if metric.name.len() > limits::NAME_BYTES {
        return Err(MetricFault::NameLength);
    }
    if metric.name.is_empty() {
        return Err(MetricFault::Name);
    }
    let name = name::metric(&metric.name, &metric.unit, suffix).ok_or(MetricFault::Name)?;
    // Words for its unit, and `_bucket`, may have been added.
    if name.len() + "_bucket".len() > limits::NAME_BYTES {
        return Err(MetricFault::NameLength);
    }
    let metadata = MetricMetadata {
        metric_type,
        unit: name::unit(&metric.unit),
        help: cut(&metric.description, limits::HELP_BYTES).to_owned(),
    };
    let labels = |labels: Result<&'a Labels, &MetricFault>| labels.map_err(MetricFault::clone);
    Ok(Family { name, metadata, target: labels(target)?, scope: labels(scope)? })
}

impl Data {
    /// How many points it has; where they could not be read, one.
    fn points(&self) -> usize {
        match self {
            Self::Unknown => 1,
            Self::Gauge(points) | Self::Sum { points, .. } => points.len(),
            Self::Histogram { points, .. } => points.len(),
            Self::ExponentialHistogram { points, .. } => points.len(),
            Self::Summary(points) => points.len(),
        }
    }

    /// Prometheus' type, and what the name says of it. Of delta temporality, Prometheus has no type for the amounts.
    fn types(&self) -> Result<(MetricType, Suffix), MetricFault> {
        let (metric_type, suffix, temporality) = match self {
            Self::Unknown => return Err(MetricFault::Type),
            Self::Gauge(_) => (MetricType::Gauge, Suffix::Ratio, CUMULATIVE),
            Self::Sum { is_monotonic: true, temporality, .. } => {
                (MetricType::Counter, Suffix::Total, *temporality)
            }
            Self::Sum { temporality, .. } => (MetricType::Gauge, Suffix::None, *temporality),
            Self::Histogram { temporality, .. } | Self::ExponentialHistogram { temporality, .. } => {
                (MetricType::Histogram, Suffix::None, *temporality)
            }
            Self::Summary(_) => (MetricType::Summary, Suffix::None, CUMULATIVE),
        };
        match temporality {
            CUMULATIVE => Ok((metric_type, suffix)),
            DELTA => Ok((MetricType::Unknown, suffix)),
            _ => Err(MetricFault::Temporality),
        }
    }
}
