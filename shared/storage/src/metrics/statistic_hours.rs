//! Statistic sets of whole hours, added up.

use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::database::Operation;

/// Adds up the statistic sets of at most so many hours.
pub(super) struct RefreshStatisticHours {
    pub(super) most: u8,
}

impl Operation for RefreshStatisticHours {
    const NAME: &'static str = "refresh statistic hours";
    type Output = u64;

    async fn run(&self, client: &Client) -> Result<u64, tokio_postgres::Error> {
        let sql = "SELECT firefly.refresh_statistic_hours($1)";
        let most = i32::from(self.most);
        let refreshed: i32 = client.query_typed_one(sql, &[(&most, Type::INT4)]).await?.try_get(0)?;
        Ok(refreshed.unsigned_abs().into())
    }
}
