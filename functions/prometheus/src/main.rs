//! The Lambda function `firefly-prometheus`.

use std::time::Duration;

use anyhow::Context;
use firefly_lambda::{Environment, open_database};
use firefly_prometheus::config::Config;
use firefly_prometheus::handler::Api;
use firefly_storage::PrometheusReader;
use lambda_http::{Error, run, service_fn, tracing};
use tokio::time::Instant;

/// How long the start may read the catalogue of series; Lambda allows 10 s for all of it.
const WARM_UP: Duration = Duration::from_secs(3);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = Config::from_environment(&Environment::new(&|name| std::env::var(name).ok()))?;
    let database = open_database(&config.read.database).await.context("DATABASE_URL")?;
    let reader = PrometheusReader::new(database);
    if let Err(error) = reader.warm_up(Instant::now() + WARM_UP).await {
        // The first request reads it.
        tracing::warn!("starting without the catalogue of series: {error}");
    }
    let api = Api::new(config, reader);
    run(service_fn(|request| api.answer(request))).await
}
