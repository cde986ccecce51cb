//! Alert rules in Grafana's provisioning format, evaluated once.
//!
//! A rule's queries are asked, its expressions are worked out over the answers, and each set of labels of its condition is
//! an instance that fires or does not. <https://grafana.com/docs/grafana/latest/alerting/fundamentals/>. Left out: the
//! time that a rule must hold (`for`), notifications, `classic_conditions`, `resample` and `sql` expressions.

mod data;
mod evaluate;
mod expression;
mod math;
mod rule;

pub use data::{Data, Labels, Number};
pub use evaluate::{Evaluation, Instance, State, evaluate};
pub use rule::AlertRule;
