//! The labels of a series.

use std::fmt;
use std::sync::Arc;

/// The label that holds the name of the metric.
pub const METRIC_NAME: &str = "__name__";

/// Names and values, sorted by name in byte order, each name once, none with an empty value. The name of the metric is
/// one of them. Texts are shared, so that copies are cheap.
///
/// The order of two is Prometheus': pair by pair, name before value.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Labels(Vec<(Arc<str>, Arc<str>)>);

impl Labels {
    /// From pairs in any order; of a name that is given twice the last counts, and an empty value is no label.
    pub fn new<N: Into<Arc<str>>, V: Into<Arc<str>>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut labels = Self::default();
        for (name, value) in pairs {
            labels.set(name.into(), value.into());
        }
        labels
    }

    /// The value of a label; empty if there is none.
    pub fn get(&self, name: &str) -> &str {
        self.position(name).map_or("", |at| &self.0[at].1)
    }

    /// The name of the metric; empty if it has been dropped.
    pub fn metric_name(&self) -> &str {
        self.get(METRIC_NAME)
    }

    /// Gives a label a value; an empty one removes it.
    pub fn set(&mut self, name: Arc<str>, value: Arc<str>) {
        match (self.position(&name), value.is_empty()) {
            (Ok(at), false) => self.0[at].1 = value,
            (Ok(at), true) => drop(self.0.remove(at)),
            (Err(at), false) => self.0.insert(at, (name, value)),
            (Err(_), true) => {}
        }
    }

    /// Removes a label if it is there.
    pub fn remove(&mut self, name: &str) {
        if let Ok(at) = self.position(name) {
            self.0.remove(at);
        }
    }

    /// Keeps the labels for which this holds of their name.
    pub fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.0.retain(|(name, _)| keep(name));
    }

    /// Names and values, sorted by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// The shared texts, sorted by name.
    pub fn shared(&self) -> &[(Arc<str>, Arc<str>)] {
        &self.0
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn position(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(present, _)| (**present).cmp(name))
    }
}

/// As an object of strings.
impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_sorted_and_without_empty_values() {
        let mut labels = Labels::new([("b", "1"), ("a", "2"), ("c", ""), ("b", "3")]);
        assert_eq!(labels.iter().collect::<Vec<_>>(), [("a", "2"), ("b", "3")]);
        labels.set("a".into(), "".into());
        labels.set(METRIC_NAME.into(), "up".into());
        assert_eq!((labels.metric_name(), labels.get("a"), labels.get("b")), ("up", "", "3"));
        labels.remove(METRIC_NAME);
        assert_eq!(labels, Labels::new([("b", "3")]));
    }

    #[test]
    fn are_ordered_pair_by_pair() {
        let labels = |pairs: &[(&'static str, &'static str)]| Labels::new(pairs.iter().copied());
        assert!(labels(&[("a", "1")]) < labels(&[("a", "1"), ("b", "1")]));
        assert!(labels(&[("a", "2")]) > labels(&[("a", "1"), ("b", "1")]));
        assert!(labels(&[("b", "1")]) > labels(&[("a", "9")]));
    }
}
