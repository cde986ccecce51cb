//! Grafana's part in a dashboard, without a Grafana: what its browser and its back end do with the files of `grafana/`.
//!
//! A [`Dashboard`] is read, its variables are [resolved](Session) in order of dependence, each panel is expanded (variables,
//! built-ins, macros) and sent where Grafana would send it: SQL to the database as `firefly_read`, PromQL and Jaeger's
//! queries over HTTP. The answers are [`Frame`]s, which [`check`] compares with what the visualisation needs. [`alert`]
//! evaluates provisioned alert rules, [`provisioning`] reads the other files.
//!
//! Followed: the public documentation of Grafana 9.4 to 13 (variables, formats, global variables, PostgreSQL macros,
//! Prometheus' steps, expressions, provisioning). Where versions differ, the stricter is followed. Left out: rendering,
//! library panels, ad hoc filters, group-by variables, caching, other data sources.

pub mod alert;
pub mod check;
pub mod provisioning;

mod choice;
mod dashboard;
mod datasource;
mod encode;
mod format;
mod frame;
mod interval;
mod jaeger;
mod macros;
mod metric_find;
mod panel;
mod prometheus;
mod prometheus_step;
mod report;
mod run;
mod session;
mod sql;
mod sql_frame;
mod sql_value;
mod template;
mod time_range;
mod variable;
mod wide;

pub use choice::{Choice, Choices};
pub use dashboard::{Annotation, Dashboard};
pub use datasource::{DataSource, DataSourceKind, Sources};
pub use encode::encode_component;
pub use frame::{Field, Frame, Kind};
pub use interval::{Interval, format_interval, parse_interval};
pub use jaeger::JaegerSource;
pub use macros::{MacroError, expand_macros};
pub use panel::{Panel, Target};
pub use prometheus::PrometheusSource;
pub use report::{PanelReport, Report};
pub use run::{PanelAnswer, TargetAnswer, run_annotations, run_panel, run_panels};
pub use session::Session;
pub use sql::SqlSource;
pub use template::{Bound, Flavour, Reference, Scope, expand, references};
pub use time_range::TimeRange;
pub use variable::{Variable, VariableKind};
