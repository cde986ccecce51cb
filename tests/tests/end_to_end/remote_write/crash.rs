//! A database that crashes under the function.

use std::sync::Arc;
use std::time::Duration;

use firefly_tests::references::Prometheus;
use firefly_tests::remote_write::Protocol;

use super::endpoint::{Endpoint, function};
use super::exporter::Exporter;
use super::prometheus::{own_samples, remote_write, until_all_ended, until_arrived};
use super::rows::{Stored, samples};
use super::sample::{everything, minute_ago, series};
use crate::firehose::locks::until_waiting;
use crate::firehose::scratch_server::ScratchServer;

#[tokio::test]
async fn a_crash_in_the_middle_of_a_write_leaves_all_of_it_or_nothing() {
    let server = ScratchServer::start().await.unwrap();
    let endpoint = Arc::new(Endpoint::start(function(&server.ingest_url())).await);
    let time = minute_ago();
    endpoint.store(&[series("before", "a", vec![(time, 1.0)])], Protocol::One).await;
    let before = Stored::read(&server.owner().await).await;
    let mut all = everything(time);
    all.push(series("old", "a", vec![(1, 1.0)]));

    for table in ["sample", "series", "exemplar", "metric_metadata", "dead_letter"] {
        let holder = server.owner().await;
        holder.batch_execute(&format!("BEGIN; LOCK TABLE firefly.{table}")).await.unwrap();
        let waiting = {
            let (endpoint, all) = (Arc::clone(&endpoint), all.clone());
            tokio::spawn(async move { endpoint.write(&all, Protocol::Two).await })
        };
        until_waiting(&server.owner().await, 1).await;
        server.crash().await;
        let answer = waiting.await.unwrap();
        assert_eq!((answer.status, answer.written), (503, Some([0; 3])), "{table}: {answer:?}");
        server.restart().await;
        assert_eq!(Stored::read(&server.owner().await).await, before, "half of a write is stored: {table}");
    }

    let answer = endpoint.write(&all, Protocol::Two).await;
    assert_eq!((answer.status, answer.written), (400, Some([10, 0, 2])), "{answer:?}");
    assert_eq!(Stored::read(&server.owner().await).await.counts(), [11, 2, 5, 1]);
    drop(endpoint);
    server.remove().await;
}

#[tokio::test]
async fn a_prometheus_loses_nothing_over_a_crash() {
    let server = ScratchServer::start().await.unwrap();
    let endpoint = Endpoint::start(function(&server.ingest_url())).await;
    let exporter = Exporter::start().await;
    let write = remote_write(&endpoint.write_url(), Protocol::Two);
    let prometheus = Prometheus::writing(exporter.address, &[write]).await.unwrap();
    let observer = server.owner().await;
    while samples(&observer, i64::MAX).await.len() < 20 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let holder = server.owner().await;
    holder.batch_execute("BEGIN; LOCK TABLE firefly.sample").await.unwrap();
    until_waiting(&observer, 1).await;
    server.crash().await;
    server.restart().await;
    exporter.fail();
    let end = until_all_ended(&prometheus).await;
    let own = own_samples(&prometheus, end).await;
    let arrived = until_arrived(&server.owner().await, &own, end).await;
    assert_eq!(arrived, own, "{}\n{}", endpoint.log(), prometheus.log());
    assert!(endpoint.log().contains("not stored"), "the crash went by unnoticed");
    drop(prometheus);
    drop(endpoint);
    server.remove().await;
}
