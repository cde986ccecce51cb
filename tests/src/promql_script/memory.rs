//! A storage in memory that leaves all thinking to the engine.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::Result;
use firefly_model::selection::{
    LabelledPoints, Labels, Limits, Point, Samples, SelectedSeries, Selection, Visibility,
};
use firefly_promql::{SelectError, Storage};

use super::ScriptStorage;

/// Series by their labels, and their samples by time.
#[derive(Debug, Default)]
pub struct MemoryStorage(BTreeMap<Labels, BTreeMap<i64, f64>>);

impl MemoryStorage {
    /// All samples of the series that a selection names, whenever they are.
    fn selected(&self, selection: &Selection) -> Vec<SelectedSeries> {
        let is_selected = |labels: &Labels| {
            selection.matchers.iter().all(|matcher| matcher.matches(labels.get(matcher.name())))
        };
        let series = self.0.iter().filter(|(labels, _)| is_selected(labels));
        let series = series.map(|(labels, samples)| {
            let points = samples.iter().map(|(time_ms, value)| Point { time_ms: *time_ms, value: *value });
            SelectedSeries {
                labels: labels.clone(),
                visibility: Visibility::Sustained,
                samples: Samples::Points(points.collect()),
            }
        });
        series.collect()
    }
}

impl Storage for MemoryStorage {
    async fn select(
        &self,
        selections: &[Selection],
        _: Limits,
        _: Instant,
    ) -> Result<Vec<Vec<SelectedSeries>>, SelectError> {
        Ok(selections.iter().map(|selection| self.selected(selection)).collect())
    }
}

impl ScriptStorage for MemoryStorage {
    async fn clear(&mut self) -> Result<()> {
        self.0.clear();
        Ok(())
    }

    async fn load(&mut self, series: Vec<LabelledPoints>) -> Result<()> {
        for series in series {
            let samples = self.0.entry(series.labels).or_default();
            samples.extend(series.points.into_iter().map(|point| (point.time_ms, point.value)));
        }
        Ok(())
    }
}
