//! The Lambda function `firefly-jaeger`.

use std::time::Duration;

use anyhow::Context;
use firefly_jaeger::config::Config;
use firefly_jaeger::handler::Api;
use firefly_lambda::Environment;
use firefly_storage::Database;
use lambda_http::{Error, run, service_fn, tracing};
use tokio::time::Instant;

/// How long the start may wait for the database; Lambda allows 10 s for all of it.
const WARM_UP: Duration = Duration::from_secs(3);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = Config::from_environment(&Environment::new(&|name| std::env::var(name).ok()))?;
    let database = Database::new(&config.database).context("DATABASE_URL")?;
    if let Err(error) = database.warm_up(Instant::now() + WARM_UP).await {
        // Requests are answered with 503 until it is back.
        tracing::error!("starting without the database: {error}");
    }
    let api = Api::new(config, database);
    run(service_fn(|request| api.answer(request))).await
}
