//! What somebody chooses in a dashboard's variables.

use std::collections::BTreeMap;

/// The choice in one variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Every value there is.
    All,
    /// These values, whether there are such or not, as a URL may name them.
    Values(Vec<String>),
}

/// The choices by variable; what is not named stays as the dashboard has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices(pub BTreeMap<String, Choice>);

impl Choices {
    /// What the dashboard itself chooses.
    pub fn defaults() -> Self {
        Self::default()
    }

    /// One more choice.
    #[must_use]
    pub fn with<'a>(mut self, variable: &str, values: impl IntoIterator<Item = &'a str>) -> Self {
        let values = values.into_iter().map(str::to_owned).collect();
        self.0.insert(variable.to_owned(), Choice::Values(values));
        self
    }
}
