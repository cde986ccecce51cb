//! The labels of a series: of its point's attributes, its scope and its resource.
//!
//! As Prometheus' OTLP endpoint has them, with `promote_scope_metadata`: two libraries may each count the same thing.
//! Where Prometheus would find no instance, `faas.instance` is one: else two instances of a Lambda function would be the
//! same series, and their counters one muddle. For the same reason `faas.name` stands in for `service.name`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use firefly_model::trace::{AttributeValue, Attributes, Resource, Scope};

use super::attribute_text::text;
use super::{MetricFault, name};
use crate::limits;
use crate::storable_text::{cut, without_nul};

/// Labels by name. What has no value is no label.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Labels(BTreeMap<String, String>);

/// Names and values of labels, as the key of a series has them.
pub(super) type Pairs<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// The label that Prometheus keeps a metric's name in.
const NAME: &str = "__name__";

/// Attributes that become `job` and `instance`.
const IDENTIFYING: [&str; 3] = ["service.namespace", "service.name", "service.instance.id"];

impl Labels {
    /// Of a data point.
    pub(super) fn of_point(
        attributes: &Attributes,
        scope: &Labels,
        resource: &Labels,
    ) -> Result<Self, MetricFault> {
        let mut labels = Self::default();
        for (attribute, value) in sorted(attributes) {
            labels.join(label_name(attribute)?, &text(value));
        }
        for (name, value) in scope.0.iter().chain(&resource.0) {
            labels.set(name, value);
        }
        labels.check()
    }

    /// What a scope adds to its points.
    pub(super) fn of_scope(scope: &Scope) -> Result<Self, MetricFault> {
        let mut labels = Self::default();
        if scope.name.is_empty() {
            return Ok(labels);
        }
        for (attribute, value) in sorted(&scope.attributes) {
            let name = format!("otel_scope_{attribute}");
            labels.set(&label_name(&name)?, &text(value));
        }
        labels.set("otel_scope_name", &scope.name);
        labels.set("otel_scope_version", &scope.version);
        labels.set("otel_scope_schema_url", &scope.schema_url);
        labels.check()
    }

    /// What a resource adds to its points: `job` and `instance`.
    pub(super) fn of_resource(resource: &Resource) -> Result<Self, MetricFault> {
        let attribute =
            |name| resource.attributes.get(name).map(text).filter(|value: &Cow<'_, str>| !value.is_empty());
        let mut labels = Self::default();
        if let Some(service) = attribute("service.name").or_else(|| attribute("faas.name")) {
            let job = match attribute("service.namespace") {
                Some(namespace) => format!("{namespace}/{service}"),
                None => service.into_owned(),
            };
            labels.set("job", &job);
        }
        if let Some(instance) = attribute("service.instance.id").or_else(|| attribute("faas.instance")) {
            labels.set("instance", &instance);
        }
        labels.check()
    }

    /// Of `target_info`: what else is said about the resource. `None` if that is nothing, or nothing identifies it.
    ///
    /// Nobody's samples depend on these: what makes no label is left out, what is too long is cut, and of too many
    /// those are kept that come first by name.
    pub(super) fn of_target_info(resource: &Resource, identity: &Labels) -> Option<Self> {
        let mut labels = Self::default();
        for (attribute, value) in sorted(&resource.attributes) {
            if IDENTIFYING.contains(&attribute) || labels.0.len() >= limits::LABELS {
                continue;
            }
            if let Ok(name) = label_name(attribute) {
                labels.join(name, cut(&text(value), limits::LABEL_BYTES));
            }
        }
        if labels.0.is_empty() || identity.0.is_empty() {
            return None;
        }
        for (name, value) in &identity.0 {
            labels.set(name, value);
        }
        Some(labels)
    }

    /// As pairs, which borrow from it.
    pub(super) fn pairs(&self) -> Pairs<'_> {
        self.0.iter().map(|(name, value)| (Cow::Borrowed(&**name), Cow::Borrowed(&**value))).collect()
    }

    /// As pairs, with a label of Prometheus' own, such as `le`, in place of one that may be there.
    pub(super) fn pairs_with<'a>(&'a self, name: &'a str, value: &'a str) -> Pairs<'a> {
        let mut pairs = self.pairs();
        let pair = (Cow::Borrowed(name), Cow::Borrowed(value));
        match pairs.binary_search_by(|(present, _)| (**present).cmp(name)) {
            Ok(at) => pairs[at] = pair,
            Err(at) => pairs.insert(at, pair),
        }
        pairs
    }

    /// Adds a label; values of attributes that become the same label are joined by `;`.
    fn join(&mut self, name: Cow<'_, str>, value: &str) {
        if name == NAME {
            return;
        }
        if let Some(present) = self.0.get_mut(&*name) {
            present.push(';');
            present.push_str(value);
        } else if !value.is_empty() {
            self.0.insert(name.into_owned(), value.to_owned());
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.0.insert(name.to_owned(), without_nul(value).into_owned());
        }
    }

    fn check(self) -> Result<Self, MetricFault> {
        if self.0.len() > limits::LABELS {
            return Err(MetricFault::TooManyLabels);
        }
        match self.0.iter().find(|(_, value)| value.len() > limits::LABEL_BYTES) {
            Some((name, _)) => Err(MetricFault::LabelLength(name.clone())),
            None => Ok(self),
        }
    }
}

/// Attributes by name; of a name that came several times, the last.
pub(super) fn sorted(attributes: &Attributes) -> Vec<(&str, &AttributeValue)> {
    let mut sorted: Vec<_> = attributes.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    sorted.reverse();
    sorted.dedup_by_key(|(name, _)| *name);
    sorted.reverse();
    sorted
}

fn label_name(attribute: &str) -> Result<Cow<'_, str>, MetricFault> {
    if attribute.len() > limits::LABEL_BYTES {
        let start: String = attribute.chars().take(64).collect();
        return Err(MetricFault::LabelLength(format!("{start}…")));
    }
    name::label(attribute).ok_or_else(|| MetricFault::LabelName(attribute.to_owned()))
}
