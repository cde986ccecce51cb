//! What `scripts/bench` measures, against the limits that Firefly sets itself.
//!
//! The machine is taken to be noisy: every figure is a median over repetitions, figures about CPU are of CPU time and
//! not of the clock on the wall, and what is compared with each other is measured in turns. Data are those of the
//! [`crate::demo`] shop with many functions, packed as a metric stream and Firehose pack them.
//!
//! Left out: the network, TLS, and what Lambda itself adds to a request.

mod bare;
mod corpus;
mod costs;
mod dashboards;
mod decode;
mod firehose;
mod function;
mod measure;
mod memory;
mod path;
mod proc;
mod promql;
mod report;
mod start;
mod store;
mod traces;
mod victoria_metrics;

pub use report::Report;

/// One of the parts that can be run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// From the body of a delivery to rows, in one thread.
    Decode,
    /// From rows to the database.
    Store,
    /// The real function and the real database, beside VictoriaMetrics.
    Path,
    /// The largest resident memory of each function.
    Memory,
    /// Cold start of each function, and the size of what Lambda loads.
    Start,
    /// From the body of an export to rows, in one thread.
    TracesDecode,
    /// From spans to the database.
    TracesStore,
    /// Spans through the real function into the real database.
    TracesPath,
    /// Questions about a day of traces, beside the real Jaeger.
    TracesQuery,
    /// Panels over a day of CloudWatch metrics, beside the real Prometheus.
    Promql,
    /// All panels of Grafana's dashboards over a month.
    Dashboards,
}

/// How the parts are to be run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Few repetitions: shows that everything works, and little more.
    pub quick: bool,
    /// The words of a command that runs VictoriaMetrics, up to its program; without it, there is no comparison.
    pub victoria_metrics: Option<Vec<String>>,
}

impl Settings {
    /// A number of repetitions.
    fn repetitions(&self, quick: usize, full: usize) -> usize {
        if self.quick { quick } else { full }
    }
}

/// Runs parts in their order and says on standard error which.
///
/// # Errors
///
/// If something breaks. A limit that is missed is no error, it stands in the report.
pub async fn run(parts: &[Part], settings: &Settings) -> anyhow::Result<Report> {
    let mut report = Report::default();
    for part in parts {
        eprintln!("bench: {part:?}");
        match part {
            Part::Decode => decode::run(settings, &mut report)?,
            Part::Store => store::run(settings, &mut report).await?,
            Part::Path => path::run(settings, &mut report).await?,
            Part::Memory => memory::run(settings, &mut report).await?,
            Part::Start => start::run(settings, &mut report).await?,
            Part::TracesDecode => traces::decode::run(settings, &mut report)?,
            Part::TracesStore => traces::store::run(settings, &mut report).await?,
            Part::TracesPath => traces::path::run(settings, &mut report).await?,
            Part::TracesQuery => traces::query::run(settings, &mut report).await?,
            Part::Promql => promql::query::run(settings, &mut report).await?,
            Part::Dashboards => dashboards::run(settings, &mut report).await?,
        }
    }
    Ok(report)
}
