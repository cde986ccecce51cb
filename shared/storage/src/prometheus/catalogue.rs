//! Series of the catalogue in memory, found by name and label.
//!
//! A row of samples is one series. A row of statistic sets is several, one for each statistic, that differ by name.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use firefly_model::SeriesKind;
use firefly_model::cloudwatch_name::{Statistic, dimension_label, metric_name};
use firefly_model::selection::{Labels, METRIC_NAME};

use super::series_row::SeriesRow;
use super::texts::Texts;

/// What a row costs besides its labels and texts, and what each label costs: its place in the row and in the lists of
/// rows by label.
const ROW_BYTES: usize = 160;
const LABEL_BYTES: usize = 48;

/// Rows, and where to find them.
#[derive(Default)]
pub(super) struct Catalogue {
    texts: Texts,
    rows: Vec<CatalogueRow>,
    by_id: HashMap<i64, usize>,
    metrics: Vec<CloudwatchMetric>,
    metric_ids: HashMap<Arc<str>, HashMap<Arc<str>, usize>>,
    names: BTreeMap<Arc<str>, Named>,
    by_label: BTreeMap<Arc<str>, HashMap<Arc<str>, Vec<usize>>>,
    label_bytes: usize,
    has_ambiguous_labels: bool,
}

/// A row of the catalogue.
pub(super) struct CatalogueRow {
    pub id: i64,
    /// Of samples all labels, of statistic sets all but the name.
    pub labels: Labels,
    /// Of statistic sets.
    pub metric: Option<usize>,
    pub unit: Arc<str>,
    /// First moments of the hours of the oldest and of the newest data point.
    pub first_ms: i64,
    pub last_ms: i64,
}

/// A metric of CloudWatch.
pub(super) struct CloudwatchMetric {
    pub namespace: Arc<str>,
    pub name: Arc<str>,
    /// Its statistics, and the names that they have in Prometheus.
    pub statistics: Vec<(Statistic, Arc<str>)>,
    pub rows: Vec<usize>,
}

/// What has a name in Prometheus.
#[derive(Default)]
pub(super) struct Named {
    /// Rows of samples.
    pub samples: Vec<usize>,
    /// Statistics, each of a metric of CloudWatch, by their places; mostly one.
    pub statistics: Vec<(usize, usize)>,
}

impl Catalogue {
    /// Takes a row that is new or has changed. What a series is never changes, only when it was seen and its unit.
    pub fn put(&mut self, row: &SeriesRow<'_>) {
        let unit = self.texts.share(row.unit);
        if let Some(&at) = self.by_id.get(&row.id) {
            let known = &mut self.rows[at];
            (known.unit, known.first_ms, known.last_ms) = (unit, row.first_ms, row.last_ms);
            return;
        }
        let at = self.rows.len();
        let (labels, metric) = match row.kind {
            SeriesKind::Samples => (self.labels_of_samples(row), None),
            SeriesKind::StatisticSets => {
                let metric = self.metric(row.namespace, row.name);
                self.metrics[metric].rows.push(at);
                (self.labels_of_statistic_sets(row), Some(metric))
            }
        };
        for (name, value) in labels.shared() {
            let values = self.by_label.entry(Arc::clone(name)).or_default();
            values.entry(Arc::clone(value)).or_default().push(at);
        }
        if metric.is_none() {
            let name = self.texts.share(row.name);
            self.names.entry(name).or_default().samples.push(at);
        }
        self.label_bytes += labels.shared().len() * LABEL_BYTES;
        self.by_id.insert(row.id, at);
        let (id, first_ms, last_ms) = (row.id, row.first_ms, row.last_ms);
        self.rows.push(CatalogueRow { id, labels, metric, unit, first_ms, last_ms });
    }

    /// Takes note of a metric of CloudWatch, whose rows may be elsewhere.
    pub fn put_metric(&mut self, namespace: &str, name: &str) {
        self.metric(namespace, name);
    }

    /// Takes note of a further statistic of a metric.
    pub fn put_statistic(&mut self, namespace: &str, name: &str, statistic: &str) {
        let metric = self.metric(namespace, name);
        let statistic = Statistic::Extra(statistic.to_owned());
        if !self.metrics[metric].statistics.iter().any(|(known, _)| *known == statistic) {
            self.name(metric, statistic);
        }
    }

    fn labels_of_samples(&mut self, row: &SeriesRow<'_>) -> Labels {
        let mut pairs = vec![(self.texts.share(METRIC_NAME), self.texts.share(row.name))];
        pairs
            .extend(row.labels.iter().map(|(name, value)| (self.texts.share(name), self.texts.share(value))));
        Labels::new(pairs)
    }

    fn labels_of_statistic_sets(&mut self, row: &SeriesRow<'_>) -> Labels {
        let own = [("account_id", row.account_id), ("region", row.region), ("job", row.namespace)];
        let mut pairs = Vec::from(own.map(|(name, value)| (self.texts.share(name), self.texts.share(value))));
        for (dimension, value) in &row.labels {
            let label = dimension_label(dimension);
            self.has_ambiguous_labels |= !label.ends_with(&**dimension);
            pairs.push((self.texts.share(&label), self.texts.share(value)));
        }
        Labels::new(pairs)
    }

    /// Where a metric of CloudWatch is, which has its common statistics from the beginning.
    fn metric(&mut self, namespace: &str, name: &str) -> usize {
        let known = self.metric_ids.get(namespace).and_then(|names| names.get(name));
        if let Some(&metric) = known {
            return metric;
        }
        let (namespace, name) = (self.texts.share(namespace), self.texts.share(name));
        let metric = self.metrics.len();
        self.metric_ids.entry(Arc::clone(&namespace)).or_default().insert(Arc::clone(&name), metric);
        self.metrics.push(CloudwatchMetric { namespace, name, statistics: Vec::new(), rows: Vec::new() });
        for statistic in Statistic::COMMON {
            self.name(metric, statistic);
        }
        metric
    }

    fn name(&mut self, metric: usize, statistic: Statistic) {
        let of = &mut self.metrics[metric];
        let name = self.texts.share(&metric_name(&of.namespace, &of.name, &statistic));
        self.names.entry(Arc::clone(&name)).or_default().statistics.push((metric, of.statistics.len()));
        of.statistics.push((statistic, name));
    }

    /// All rows.
    pub fn rows(&self) -> &[CatalogueRow] {
        &self.rows
    }

    /// A metric of CloudWatch.
    pub fn cloudwatch_metric(&self, at: usize) -> &CloudwatchMetric {
        &self.metrics[at]
    }

    /// What has which name, in the order of names.
    pub fn names(&self) -> &BTreeMap<Arc<str>, Named> {
        &self.names
    }

    /// The rows that have a label with this value, in the order of their places.
    pub fn with_label(&self, name: &str, value: &str) -> &[usize] {
        self.by_label.get(name).and_then(|values| values.get(value)).map_or(&[], Vec::as_slice)
    }

    /// Whether two series of this name may have the same labels. CloudWatch tells apart metrics and dimensions that
    /// are spelled alike in Prometheus, such as `Orders.Placed` and `Orders-Placed`.
    pub fn is_ambiguous(&self, name: &str) -> bool {
        let is_shared = |named: &Named| {
            named.statistics.len() > 1 || (!named.samples.is_empty() && !named.statistics.is_empty())
        };
        self.has_ambiguous_labels || self.names.get(name).is_some_and(is_shared)
    }

    /// Memory that it takes, roughly.
    pub fn bytes(&self) -> usize {
        self.texts.bytes() + self.label_bytes + self.rows.len() * ROW_BYTES
    }
}
