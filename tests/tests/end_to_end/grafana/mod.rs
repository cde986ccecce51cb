//! Grafana's dashboards, alert rules and data sources, each asked as Grafana asks, on the demo world.

mod dashboards;
mod world;
