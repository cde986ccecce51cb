//! Fills a database with what dashboards show at their best, through the running functions: some hours of the demo shop
//! until now, the same hours a week before, and how its functions are configured.

use anyhow::{Context, Result};
use clap::Parser;
use firefly_tests::demo::{Settings, Shop, World};
use firefly_tests::firehose_sender::Sender;
use firefly_tests::otlp_exporter::Exporter;
use firefly_tests::test_database::connect;
use url::Url;

#[derive(Parser)]
#[command(about = "Fills a database with the demo shop's last hours, and the same hours a week before")]
struct Arguments {
    /// The database, as its owner.
    #[arg(long)]
    database_url: Url,
    /// URL of the `firehose` function.
    #[arg(long, default_value = "http://127.0.0.1:9000/lambda-url/firehose/")]
    firehose_url: String,
    /// URL of the `otlp` function.
    #[arg(long, default_value = "http://127.0.0.1:9000/lambda-url/otlp/")]
    otlp_url: String,
    /// Access key of both.
    #[arg(long, default_value = "local-ingest-key")]
    key: String,
    /// Minutes until now, and as many a week before; 0 for the configuration of the functions alone.
    #[arg(long, default_value_t = 360, value_parser = clap::value_parser!(u32).range(..=24 * 60))]
    minutes: u32,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let minutes = i64::from(arguments.minutes);
    let world = World::of_shop(Shop::default(), Settings { metric_minutes: minutes, span_minutes: minutes });
    let owner = connect(&arguments.database_url).await.context("the database")?;
    world.configure(&owner).await?;
    if minutes == 0 {
        return Ok(());
    }
    let sender = Sender::new(arguments.firehose_url)?.access_key(&arguments.key).gzip(true);
    world.deliver(&sender).await?;
    world.export(&Exporter::new(&arguments.otlp_url)?.key(arguments.key)).await?;
    // What the functions do beside deliveries, a few minutes after the fact.
    for refresh in ["refresh_service_edges", "refresh_statistic_hours"] {
        owner.execute(&format!("SELECT firefly.{refresh}(1000)"), &[]).await?;
    }
    owner.batch_execute("ANALYZE").await?;
    Ok(())
}
