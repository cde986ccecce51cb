//! From the body of a delivery to rows, in one thread.

use std::collections::BTreeMap;
use std::hint::black_box;

use firefly_lambda::gunzip;
use firefly_model::KnownRows;
use firefly_wire::limits;
use serde::Deserialize;

use super::corpus::{Corpus, decode};
use super::measure::{Case, in_turns};
use super::report::{Limit, Report};
use super::{Settings, corpus};
use crate::firehose_sender::{Delivery, Format};

/// How many different deliveries are decoded in turn, so that no cache holds all of them.
const DELIVERIES: usize = 6;

pub(super) fn run(settings: &Settings, report: &mut Report) -> anyhow::Result<()> {
    let repetitions = settings.repetitions(5, 60);
    for (name, format, limit) in [
        ("JSON", Format::Json, Some(Limit::AtLeast(700_000.0))),
        ("OTel 0.7", Format::Otel07, None),
        ("OTel 1.0", Format::Otel10, Some(Limit::AtLeast(1_000_000.0))),
    ] {
        let input = Input::new(format)?;
        let mut cases: Vec<Case<'_>> = vec![
            Box::new(|| input.decode(&input.known)),
            Box::new(|| input.decode(&KnownRows::with_generation(50_000))),
            Box::new(|| input.inflate()),
            Box::new(|| input.unpack()),
        ];
        if format == Format::Json {
            cases.push(Box::new(|| input.parse_lines()));
        }
        let seconds = in_turns(repetitions, &mut cases)?;
        let rates: Vec<f64> = seconds.iter().map(|seconds| input.points as f64 / seconds).collect();
        let ours = rates[0];
        match limit {
            Some(limit) => {
                report.limited(format!("decode gzip {name}, series known"), ours, "points/s", limit);
            }
            None => report.known(format!("decode gzip {name}, series known"), ours, "points/s"),
        }
        for (what, rate) in
            ["series new", "gzip alone", "gzip and base64 alone", "its lines by serde_json alone"]
                .iter()
                .zip(&rates[1..])
        {
            report.beside(format!("– {name}, {what}"), *rate, "points/s", ours);
        }
    }
    Ok(())
}

/// Deliveries of one format, in each form that they go through.
struct Input {
    bodies: Vec<Vec<u8>>,
    base64: Vec<String>,
    records: Vec<Vec<u8>>,
    known: KnownRows,
    points: usize,
}

impl Input {
    fn new(format: Format) -> anyhow::Result<Self> {
        let shop = corpus::shop();
        let mut corpus = Corpus::of(&shop);
        let deliveries: Vec<Delivery> = (0..DELIVERIES).map(|_| corpus.full_buffer(format)).collect();
        let bodies = deliveries.iter().map(Delivery::gzip_body).collect::<Result<Vec<_>, _>>()?;
        let mut known = KnownRows::with_generation(50_000);
        let mut points = 0;
        for body in &bodies {
            let decoded = corpus::decode(body, &known)?;
            anyhow::ensure!(decoded.batch.dead_letters.is_empty(), "the decoder does not read the corpus");
            known.remember(decoded.batch.catalogue_rows());
            points += decoded.data_points;
        }
        let records: Vec<Vec<u8>> = deliveries.into_iter().flat_map(|delivery| delivery.records).collect();
        let base64 = records.iter().map(|record| base64_simd::STANDARD.encode_to_string(record)).collect();
        Ok(Self { bodies, base64, records, known, points })
    }

    fn decode(&self, known: &KnownRows) -> anyhow::Result<()> {
        for body in &self.bodies {
            black_box(decode(body, known)?);
        }
        Ok(())
    }

    fn inflate(&self) -> anyhow::Result<()> {
        for body in &self.bodies {
            black_box(gunzip(body, limits::BODY_BYTES)?);
        }
        Ok(())
    }

    fn unpack(&self) -> anyhow::Result<()> {
        self.inflate()?;
        for record in &self.base64 {
            black_box(base64_simd::STANDARD.decode_to_vec(record)?);
        }
        Ok(())
    }

    fn parse_lines(&self) -> anyhow::Result<()> {
        for record in &self.records {
            for line in record.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                black_box(serde_json::from_slice::<Line<'_>>(line)?);
            }
        }
        Ok(())
    }
}

/// A line as one would write it down first.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only parsed")]
struct Line<'a> {
    metric_stream_name: &'a str,
    account_id: &'a str,
    region: &'a str,
    namespace: &'a str,
    metric_name: &'a str,
    dimensions: BTreeMap<&'a str, &'a str>,
    timestamp: i64,
    value: BTreeMap<&'a str, f64>,
    unit: &'a str,
}
