//! The Lambda function `firefly-prometheus`.

use anyhow::Context;
use firefly_lambda::{Environment, open_database};
use firefly_prometheus::config::Config;
use firefly_prometheus::handler::Api;
use lambda_http::{Error, run, service_fn, tracing};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = Config::from_environment(&Environment::new(&|name| std::env::var(name).ok()))?;
    let database = open_database(&config.read.database).await.context("DATABASE_URL")?;
    let api = Api::new(config, database);
    run(service_fn(|request| api.answer(request))).await
}
