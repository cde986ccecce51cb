//! A dashboard that somebody looks at: its range, and what is chosen in its variables.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::choice::{Choice, Choices};
use super::dashboard::Dashboard;
use super::datasource::Sources;
use super::metric_find;
use super::panel::Panel;
use super::template::{Bound, Flavour, Scope};
use super::time_range::TimeRange;
use super::variable::{Variable, VariableKind};

/// What all panels of a dashboard share.
#[derive(Debug, Clone)]
pub struct Session {
    /// The range of time.
    pub range: TimeRange,
    /// The variables with what is chosen.
    pub variables: BTreeMap<String, Bound>,
    /// What there is to choose, by variable.
    pub options: BTreeMap<String, Vec<String>>,
    /// How long each variable's query took.
    pub took: BTreeMap<String, Duration>,
}

impl Session {
    /// Finds the values of all variables, those that others depend on first.
    ///
    /// # Errors
    ///
    /// If a query fails, or variables depend on each other in a circle.
    pub async fn open(
        dashboard: &Dashboard,
        sources: &Sources,
        range: TimeRange,
        choices: &Choices,
    ) -> Result<Self> {
        let empty = BTreeMap::new;
        let mut session = Self { range, variables: BTreeMap::new(), options: empty(), took: BTreeMap::new() };
        let mut waiting: Vec<&Variable> = dashboard.variables.iter().collect();
        while !waiting.is_empty() {
            let names: Vec<_> = waiting.iter().map(|variable| variable.name.clone()).collect();
            let is_ready = |variable: &Variable| !variable.mentions().iter().any(|name| names.contains(name));
            let (ready, later): (Vec<_>, Vec<_>) =
                waiting.into_iter().partition(|variable| is_ready(variable));
            if ready.is_empty() {
                bail!("variables depend on each other: {names:?}");
            }
            for variable in ready {
                let bound = session.bind(variable, sources, choices.0.get(&variable.name)).await;
                let bound = bound.with_context(|| format!("variable {}", variable.name))?;
                session.variables.insert(variable.name.clone(), bound);
            }
            waiting = later;
        }
        Ok(session)
    }

    async fn bind(
        &mut self,
        variable: &Variable,
        sources: &Sources,
        choice: Option<&Choice>,
    ) -> Result<Bound> {
        let scope =
            Scope { variables: &self.variables, range: self.range, interval: None, flavour: Flavour::Plain };
        let started = Instant::now();
        let options = match &variable.kind {
            VariableKind::Query { source, query } => {
                variable.filtered(metric_find::find(source, query, sources, scope).await?)?
            }
            VariableKind::Textbox => Vec::new(),
            VariableKind::Custom(options) => options.iter().map(|(_, value)| value.clone()).collect(),
            VariableKind::Constant(value) => vec![value.clone()],
            VariableKind::Interval(steps) => steps.clone(),
            VariableKind::Datasource(plugin) => sources.of_plugin(plugin)?,
        };
        self.took.insert(variable.name.clone(), started.elapsed());
        let chosen = choice.or(variable.current.as_ref());
        let bound = bind(variable, &options, chosen);
        self.options.insert(variable.name.clone(), options);
        Ok(bound)
    }

    /// The variables as a panel sees them, its own repetition included.
    pub fn variables_of(&self, panel: &Panel) -> BTreeMap<String, Bound> {
        let mut variables = self.variables.clone();
        variables.extend(panel.repeated.clone());
        variables
    }
}

impl Sources {
    fn of_plugin(&self, plugin: &str) -> Result<Vec<String>> {
        let kind = super::datasource::DataSourceKind::of_plugin(plugin)?;
        Ok(self.known.iter().filter(|(_, source)| source.kind == kind).map(|(uid, _)| uid.clone()).collect())
    }
}

fn bind(variable: &Variable, options: &[String], chosen: Option<&Choice>) -> Bound {
    let is_list = variable.multi || variable.include_all;
    let first = || options.first().cloned().into_iter().collect();
    let (values, is_all) = match (&variable.kind, chosen) {
        (VariableKind::Constant(value), _) => (vec![value.clone()], false),
        // An empty box is an empty text, and no list.
        (VariableKind::Textbox, Some(Choice::Values(values))) => (values.clone(), false),
        (VariableKind::Textbox, _) => (vec![String::new()], false),
        (_, Some(Choice::All)) => (options.to_vec(), true),
        (_, Some(Choice::Values(values))) => (values.clone(), false),
        (_, None) if variable.include_all => (options.to_vec(), true),
        (_, None) => (first(), false),
    };
    Bound { values, is_list, is_all, all_value: variable.all_value.clone(), in_url: !variable.skip_url }
}
