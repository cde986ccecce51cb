//! A function as Lambda's configuration has it, for the local host or for an emulator.

use super::Runtime;
use crate::host;

/// Where a function exports its spans to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exporter {
    /// The address that `/v1/traces` follows.
    pub url: String,
    /// The key of those who send.
    pub key: String,
}

impl Exporter {
    /// The variables by which OpenTelemetry's exporters know it.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        vec![
            ("OTEL_EXPORTER_OTLP_ENDPOINT".into(), self.url.clone()),
            ("OTEL_EXPORTER_OTLP_HEADERS".into(), format!("authorization=Bearer%20{}", self.key)),
        ]
    }
}

/// A handler with its variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// The function's name.
    pub name: String,
    /// The handler: `shop/api.handler`.
    pub handler: String,
    /// Its own variables.
    pub environment: Vec<(String, String)>,
}

impl Function {
    /// One that exports its spans.
    #[must_use]
    pub fn new(name: &str, handler: &str, exporter: &Exporter) -> Self {
        Self { name: name.into(), handler: handler.into(), environment: exporter.environment() }
    }

    /// Adds a variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// All variables with which a runtime's bootstrap starts it.
    #[must_use]
    pub fn environment_in(&self, runtime: &Runtime) -> Vec<(String, String)> {
        [runtime.environment(&self.handler), self.environment.clone()].concat()
    }

    /// It, for the local host.
    #[must_use]
    pub fn hosted(&self, runtime: &Runtime) -> host::Function {
        let mut function = host::Function::new(self.name.as_str(), runtime.bootstrap());
        function.env = self.environment_in(runtime);
        function
    }
}
