//! The Lambda function `firefly-remote-write`.

use anyhow::Context;
use firefly_lambda::{Environment, IngestConfig, open_database};
use firefly_remote_write::handler::Endpoint;
use lambda_http::{Error, run, service_fn, tracing};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = IngestConfig::from_environment(&Environment::new(&|name| std::env::var(name).ok()))?;
    let database = open_database(&config.database).await.context("DATABASE_URL")?;
    let endpoint = Endpoint::new(config, database);
    run(service_fn(|request| endpoint.answer(request))).await
}
