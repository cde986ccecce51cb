//! Prints what is stored, and says whether it is what was sent.

use std::ops::Range;

use anyhow::{Context, Result};
use firefly_tests::demo::{RequestTree, Shop};
use firefly_tests::jaeger_client::JaegerClient;
use firefly_tests::prometheus_client::PrometheusClient;
use firefly_tests::read_back::{PromqlReadBack, ReadBack, TracesReadBack};
use firefly_tests::test_database::connect;
use url::Url;

/// Differences that are shown: the first ones tell what is wrong.
const SHOWN: usize = 10;

/// Prints what the database holds; whether it is what was sent.
pub(crate) async fn metrics(url: &Url, shop: &Shop, range_ms: Range<i64>) -> Result<bool> {
    let client = connect(url).await.context("the database to read back from")?;
    let read = ReadBack::of(&client, shop, range_ms).await?;
    println!("stored {} data points of {} series, read back through metric_point", read.stored, read.series);
    let set_aside: i64 = read.set_aside.iter().map(|(_, count)| count).sum();
    println!("set aside {set_aside} pieces that cannot be stored, in dead_letter");
    for (reason, count) in &read.set_aside {
        println!("  {count} x {reason}");
    }
    println!("\neach function, read back through lambda_minute:\n\n{}", read.functions);
    print_first(&read.differences);
    match read.differences.len() {
        0 => println!("every data point is stored as it was last sent"),
        count => println!("{count} data points are not stored as they were last sent"),
    }
    Ok(read.differences.is_empty())
}

/// Prints what PromQL says; whether it is what was sent.
pub(crate) async fn promql(client: &PrometheusClient, shop: &Shop, range_ms: Range<i64>) -> Result<bool> {
    let read =
        PromqlReadBack::of(client, shop, range_ms).await.context("the metrics, read back by PromQL")?;
    println!("\neach function, read back through PromQL:\n\n  {}\n\n{}", read.query, read.functions);
    print_first(&read.differences);
    match read.differences.len() {
        0 => println!("every sum is that of what was sent"),
        count => println!("{count} sums are not those of what was sent"),
    }
    Ok(read.differences.is_empty())
}

/// Prints what Jaeger's query API finds; whether it is what was sent.
pub(crate) async fn traces(client: &JaegerClient, shop: &Shop, range_ms: Range<i64>) -> Result<bool> {
    let sent: Vec<RequestTree> = shop.traces(range_ms.clone()).flat_map(|minute| minute.trees).collect();
    let read = TracesReadBack::of(client, &sent, range_ms)
        .await
        .context("the traces, read back from Jaeger's API")?;
    let (traces, spans) = (read.traces, read.spans);
    println!(
        "\nfound {spans} spans of {traces} traces through Jaeger's query API; each service, as it was sent and found:\n"
    );
    println!("{}", read.services);
    if let Some(trace) = read.failed_trace {
        println!("one that failed: {trace}");
    }
    print_first(&read.differences);
    match read.differences.len() {
        0 => println!("every span is found once, in its trace and by its service"),
        count => println!("{count} differences from what was sent"),
    }
    Ok(read.differences.is_empty())
}

fn print_first(differences: &[String]) {
    for difference in differences.iter().take(SHOWN) {
        println!("{difference}");
    }
}
