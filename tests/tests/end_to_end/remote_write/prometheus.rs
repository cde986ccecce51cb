//! A real Prometheus scrapes an application and writes what it finds here, in both versions: what it has itself is in the
//! database, bit for bit.

use std::collections::BTreeMap;
use std::time::Duration;

use firefly_tests::references::Prometheus;
use firefly_tests::remote_write::{Protocol, read};
use firefly_tests::test_database::{Server, TestDatabase};
use serde_json::Value;
use tokio::time::Instant;
use tokio_postgres::Client;

use super::endpoint::{Endpoint, function};
use super::exporter::Exporter;
use super::rows::{Sample, Stored, exemplars, samples, title};
use super::sample::STALE;
use crate::deployed::KEY;

/// What the way from one to the other may take on a busy machine.
const ARRIVAL: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(100);

/// An item of Prometheus' `remote_write`, by which one request at a time is sent soon.
pub fn remote_write(url: &str, protocol: Protocol) -> String {
    format!(
        "{{url: '{url}', protobuf_message: {}, authorization: {{credentials: '{KEY}'}}, send_exemplars: true, \
        metadata_config: {{send_interval: 1s}}, queue_config: {{max_shards: 1, batch_send_deadline: 300ms}}}}",
        protocol.message()
    )
}

/// The samples of a Prometheus up to this time.
pub async fn own_samples(prometheus: &Prometheus, until: i64) -> Vec<Sample> {
    let series = read::every_series(&prometheus.url(), until).await.unwrap();
    let mut samples: Vec<_> = series
        .iter()
        .flat_map(|series| {
            let mut labels: BTreeMap<_, _> =
                series.labels.iter().map(|label| (label.name.clone(), label.value.clone())).collect();
            let name = labels.remove("__name__").unwrap();
            let title = title(&name, &labels);
            series.samples.iter().map(move |sample| (title.clone(), sample.timestamp, sample.value.to_bits()))
        })
        .collect();
    samples.sort();
    samples
}

/// Waits until a scrape has failed, with which every series ends, and says when.
pub async fn until_all_ended(prometheus: &Prometheus) -> i64 {
    let deadline = Instant::now() + ARRIVAL;
    loop {
        let samples = own_samples(prometheus, i64::MAX).await;
        let end = samples
            .iter()
            .filter(|(name, ..)| name.starts_with("requests_total"))
            .find(|(_, _, bits)| *bits == STALE);
        if let Some((_, time, _)) = end {
            return *time;
        }
        assert!(Instant::now() < deadline, "no series ends: {samples:?}\n{}", prometheus.log());
        tokio::time::sleep(POLL).await;
    }
}

/// Waits until there are as many samples up to this time as are expected, and gives them.
pub async fn until_arrived(client: &Client, expected: &[Sample], until: i64) -> Vec<Sample> {
    let deadline = Instant::now() + ARRIVAL;
    loop {
        let arrived = samples(client, until).await;
        if arrived.len() >= expected.len() || Instant::now() > deadline {
            return arrived;
        }
        tokio::time::sleep(POLL).await;
    }
}

/// Waits until what is said about one of the application's metrics has come, for which Prometheus takes its own time.
async fn until_described(client: &Client) {
    let deadline = Instant::now() + ARRIVAL;
    let expected = "duration_seconds histogram seconds|How long requests take.".to_owned();
    loop {
        let stored = Stored::read(client).await.metadata;
        if stored.contains(&expected) {
            return;
        }
        assert!(Instant::now() < deadline, "{stored:?}");
        tokio::time::sleep(POLL).await;
    }
}

type Exemplar = (Sample, BTreeMap<String, String>);

/// Of seconds with up to three digits after the point.
fn milliseconds(seconds: &str) -> i64 {
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    format!("{seconds}{fraction:0<3}").parse().unwrap()
}

async fn own_exemplars(prometheus: &Prometheus) -> Vec<Exemplar> {
    let url = format!("{}/api/v1/query_exemplars", prometheus.url());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let query = "query=%7B__name__%3D~%22.%2B%22%7D&start=0&end=4000000000";
    let answer = client.get(format!("{url}?{query}")).send().await.unwrap().bytes().await.unwrap();
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    let labels =
        |labels: &Value| -> BTreeMap<String, String> { serde_json::from_value(labels.clone()).unwrap() };
    let mut exemplars = Vec::new();
    for series in answer["data"].as_array().unwrap() {
        let mut of = labels(&series["seriesLabels"]);
        let name = of.remove("__name__").unwrap();
        for exemplar in series["exemplars"].as_array().unwrap() {
            let time = milliseconds(&exemplar["timestamp"].to_string());
            let value: f64 = exemplar["value"].as_str().unwrap().parse().unwrap();
            exemplars.push(((title(&name, &of), time, value.to_bits()), labels(&exemplar["labels"])));
        }
    }
    exemplars.sort();
    exemplars
}

#[tokio::test]
async fn all_that_a_prometheus_has_is_found_here_bit_for_bit() {
    let mut receivers = Vec::new();
    for protocol in Protocol::ALL {
        let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
        let endpoint = Endpoint::start(function(&database.ingest_url())).await;
        receivers.push((protocol, database, endpoint));
    }
    let writes: Vec<_> = receivers
        .iter()
        .map(|(protocol, _, endpoint)| remote_write(&endpoint.write_url(), *protocol))
        .collect();
    let exporter = Exporter::start().await;
    let prometheus = Prometheus::writing(exporter.address, &writes).await.unwrap();
    exporter.until_scraped(4).await;
    exporter.drop_a_series();
    exporter.until_scraped(7).await;
    exporter.fail();
    let end = until_all_ended(&prometheus).await;

    let own = own_samples(&prometheus, end).await;
    let ended_before =
        |(name, time, bits): &&Sample| name.starts_with("short") && *time < end && *bits == STALE;
    assert_eq!(own.iter().filter(ended_before).count(), 1, "the series that was dropped ends: {own:?}");
    let exemplars_of_own = own_exemplars(&prometheus).await;
    assert!(exemplars_of_own.len() >= 14, "{exemplars_of_own:?}");
    for (protocol, database, endpoint) in &receivers {
        let client = database.owner().await.unwrap();
        let arrived = until_arrived(&client, &own, end).await;
        assert_eq!(arrived, own, "{protocol:?}: {}\n{}", endpoint.log(), prometheus.log());
        let arrived = exemplars(&client, end).await;
        assert_eq!(arrived, exemplars_of_own, "{protocol:?}");
        if *protocol == Protocol::One {
            // By 2.0, this version sends none.
            until_described(&client).await;
        }
        assert_eq!(Stored::read(&client).await.dead_letters, [], "{protocol:?}");
        assert!(!endpoint.log().contains("refused:"), "{}", endpoint.log());
    }
}
