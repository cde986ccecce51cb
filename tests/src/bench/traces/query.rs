//! Questions about a day of traces: the real function and the real database, beside the real Jaeger in memory.

use std::time::Instant;

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use url::Url;

use super::bare::bytes_per_span;
use super::jaeger::JaegerFunction;
use super::load::{Loaded, load};
use super::searches::{Kind, KnownTrace};
use crate::bench::measure::{median, percentile};
use crate::bench::memory::{LARGEST_MIB, USUAL_MIB, mib};
use crate::bench::report::{Limit, Report};
use crate::bench::{Settings, proc};
use crate::demo::SplitMix64;
use crate::jaeger_client::{JaegerClient, JaegerTrace, Search};
use crate::references::Jaeger;
use crate::test_database::{Server, TestDatabase};

const TRACE_MS: f64 = 10.0;
const SEARCH_MS: f64 = 100.0;
const SERVICES_MS: f64 = 5.0;
/// More than fit into an answer.
const MOST_TRACES: usize = 1_500;
/// Few of a hundred may be slower than the limit.
const PERCENT: usize = 95;

pub(in crate::bench) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let database = TestDatabase::create(Server::Timescaledb).await?;
    let spans = settings.repetitions(20_000, 1_000_000);
    let reference = Jaeger::start_for(spans).await.context("the real Jaeger, to be compared with")?;
    let Loaded { known, seconds } = load(&database, &reference, spans).await?;
    let owner = database.owner().await?;
    // What the server does by itself within minutes.
    owner.batch_execute("VACUUM ANALYZE firefly.stored_span").await?;
    report.known("traces, spans stored for the questions", spans as f64, "");
    report.known("– stored through one instance in", seconds, "s");
    let bytes = bytes_per_span(&owner, "firefly.stored_span").await?;
    report.known("– on disk, with the indexes", bytes, "bytes/span");

    let function = JaegerFunction::start(&database).await?;
    anyhow::ensure!(!known.is_empty(), "no trace is known");
    let asked = Asked {
        ours: function.client()?,
        reference: JaegerClient::new(&reference.query_url())?,
        known,
        repetitions: settings.repetitions(5, 100),
    };
    // The cold start is measured elsewhere.
    asked.ours.services().await?;
    asked.services(report).await?;
    asked.traces(report).await?;
    for kind in Kind::ALL {
        asked.searches(kind, report).await?;
    }
    let peak = proc::peak_memory_mib(function.function.pid()?)?;
    report.limited("memory of jaeger, after these questions", peak, "MiB", Limit::AtMost(USUAL_MIB));
    let largest =
        Search { limit: MOST_TRACES, ..Kind::Service.search(&mut SplitMix64::new(7), &asked.known[0]) };
    let answer = asked.ours.body(asked.ours.search_url(&largest)?).await?.context("no traces")?;
    let peak = proc::peak_memory_mib(function.function.pid()?)?;
    report.limited("memory of jaeger, after the largest answer", peak, "MiB", Limit::AtMost(LARGEST_MIB));
    report.known("– that answer", mib(answer.len()), "MiB");
    function.function.stop().await;
    Ok(())
}

/// Whom to ask, and about what.
struct Asked {
    ours: JaegerClient,
    reference: JaegerClient,
    known: Vec<KnownTrace>,
    repetitions: usize,
}

/// Milliseconds of answers to the same questions.
#[derive(Default)]
struct Answers {
    ours: Vec<f64>,
    /// None where Jaeger's memory has no such question.
    reference: Vec<f64>,
}

impl Answers {
    fn report(self, what: String, limit_ms: f64, report: &mut Report) {
        let slow = percentile(self.ours.clone(), PERCENT);
        report.limited(format!("{what}, p{PERCENT}"), slow, "ms", Limit::AtMost(limit_ms));
        report.beside("– median", median(self.ours), "ms", slow);
        if !self.reference.is_empty() {
            report.beside("– Jaeger, in memory", percentile(self.reference, PERCENT), "ms", slow);
        }
    }
}

impl Asked {
    async fn services(&self, report: &mut Report) -> Result<()> {
        let mut answers = Answers::default();
        for _ in 0..self.repetitions {
            let ours: Vec<String> = timed(&mut answers.ours, &self.ours, self.ours.services_url()?).await?;
            let mut reference: Vec<String> =
                timed(&mut answers.reference, &self.reference, self.reference.services_url()?).await?;
            reference.sort_unstable();
            anyhow::ensure!(ours == reference, "services {ours:?} instead of {reference:?}");
        }
        answers.report("services".to_owned(), SERVICES_MS, report);
        Ok(())
    }

    async fn traces(&self, report: &mut Report) -> Result<()> {
        let mut answers = Answers::default();
        for KnownTrace { trace_id, .. } in self.known.iter().cycle().take(self.repetitions) {
            let (ours, reference) = (self.ours.trace_url(trace_id)?, self.reference.trace_url(trace_id)?);
            let ours: Vec<JaegerTrace> = timed(&mut answers.ours, &self.ours, ours).await?;
            let reference: Vec<JaegerTrace> =
                timed(&mut answers.reference, &self.reference, reference).await?;
            let spans = |traces: &[JaegerTrace]| traces.iter().map(|trace| trace.spans.len()).sum::<usize>();
            let (ours, reference) = (spans(&ours), spans(&reference));
            anyhow::ensure!(ours == reference, "{ours} spans instead of {reference} of trace {trace_id}");
        }
        answers.report("trace by id".to_owned(), TRACE_MS, report);
        Ok(())
    }

    async fn searches(&self, kind: Kind, report: &mut Report) -> Result<()> {
        let mut answers = Answers::default();
        let mut random = SplitMix64::new(7);
        for known in self.known.iter().cycle().take(self.repetitions) {
            let search = kind.search(&mut random, known);
            let url = self.ours.search_url(&search)?;
            let ours: Vec<JaegerTrace> = timed(&mut answers.ours, &self.ours, url).await?;
            if kind.is_known_to_jaeger() {
                let url = self.reference.search_url(&search)?;
                let reference: Vec<JaegerTrace> = timed(&mut answers.reference, &self.reference, url).await?;
                let (ours, reference) = (ours.len(), reference.len());
                anyhow::ensure!(ours == reference, "{ours} traces instead of {reference} for {search:?}");
            }
        }
        answers.report(format!("search by {}", kind.name()), SEARCH_MS, report);
        Ok(())
    }
}

/// What is answered, after the milliseconds until all of it is there are noted.
async fn timed<T: DeserializeOwned>(times: &mut Vec<f64>, client: &JaegerClient, url: Url) -> Result<T> {
    let start = Instant::now();
    let body = client.body(url.clone()).await?;
    times.push(start.elapsed().as_secs_f64() * 1e3);
    client.data(&body.with_context(|| format!("404 to {url}"))?)
}
