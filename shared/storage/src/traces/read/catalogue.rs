//! Services and their operations, from the catalogue: no span is read.

use firefly_model::trace::{Operation as SpanOperation, SpanKind};
use tokio_postgres::{Client, Error};

use super::column;
use super::statement::Parameters;
use crate::database::Operation;

/// All services.
pub(super) struct Services;

impl Operation for Services {
    const NAME: &'static str = "list services";
    type Output = Vec<String>;

    async fn run(&self, client: &Client) -> Result<Vec<String>, Error> {
        let sql = "SELECT DISTINCT service_name FROM firefly.operation ORDER BY service_name";
        client.query_typed(sql, &[]).await?.iter().map(|row| row.try_get(0)).collect()
    }
}

/// The operations of a service, of one kind or all.
pub(super) struct Operations<'a> {
    pub service_name: &'a str,
    pub kind: Option<SpanKind>,
}

impl Operation for Operations<'_> {
    const NAME: &'static str = "list operations";
    type Output = Vec<SpanOperation>;

    async fn run(&self, client: &Client) -> Result<Vec<SpanOperation>, Error> {
        let mut parameters = Parameters::default();
        let service_name = parameters.text(self.service_name);
        let of_kind = match self.kind {
            Some(kind) => format!("AND kind = {}", parameters.int2(kind as i16)),
            None => String::new(),
        };
        let sql = format!(
            "SELECT name, kind FROM firefly.operation
            WHERE md5(service_name) = md5({service_name}) AND service_name = {service_name} {of_kind}
            ORDER BY name, kind"
        );
        let rows = parameters.query(client, &sql).await?;
        rows.iter()
            .map(|row| Ok(SpanOperation { name: row.try_get(0)?, kind: column::kind(row.try_get(1)?) }))
            .collect()
    }
}
