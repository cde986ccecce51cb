//! Grafana's dashboards, alert rules and data sources, each asked as Grafana asks, on the demo world.

mod alerts;
mod dashboards;
mod events;
mod numbers;
mod provisioning;
mod world;
