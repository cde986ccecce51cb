//! The Lambda function `firefly-jaeger`.

use anyhow::Context;
use firefly_jaeger::handler::Api;
use firefly_lambda::{Environment, ReadConfig, open_database};
use lambda_http::{Error, run, service_fn, tracing};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = ReadConfig::from_environment(&Environment::new(&|name| std::env::var(name).ok()))?;
    let database = open_database(&config.database).await.context("DATABASE_URL")?;
    let api = Api::new(config, database);
    run(service_fn(|request| api.answer(request))).await
}
