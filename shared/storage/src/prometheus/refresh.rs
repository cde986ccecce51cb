//! Bringing the catalogue in memory up to date: in one round trip, with the rows that have changed and no others.
//!
//! Every row carries the id of the transaction that wrote it last. A transaction that a snapshot does not see has an id
//! that is not below the snapshot's xmin, however late it commits. So what is new since a snapshot is among the rows
//! whose mark is not below its xmin.
//!
//! That holds within the life of one database. The state names that life: the start of the server, the database, the
//! table, and when rows were last removed. If any of it is another, or transaction ids have gone back, all is read anew.

use std::pin::pin;

use futures_util::TryStreamExt;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row, RowStream};

use super::catalogue::Catalogue;
use super::series_row::{COLUMNS, SeriesRow};
use crate::database::Operation;

/// How large a catalogue may be that is held in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatalogueCap {
    /// Rows: a series of samples, or a metric of CloudWatch with one set of dimensions, is one.
    pub rows: usize,
    /// Memory, roughly.
    pub bytes: usize,
}

impl Default for CatalogueCap {
    /// What leaves room for samples in a function of 512 MB.
    fn default() -> Self {
        Self { rows: 100_000, bytes: 48 * 1024 * 1024 }
    }
}

impl CatalogueCap {
    /// Whether a catalogue is within it.
    pub(super) fn holds(self, catalogue: &Catalogue) -> bool {
        catalogue.rows().len() <= self.rows && catalogue.bytes() <= self.bytes
    }
}

/// Of the database, when the catalogue was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// Every transaction with a smaller id had ended.
    xmin: u64,
    life: String,
}

impl State {
    /// Whether marks of this state mean anything in a later one.
    pub fn leads_to(&self, later: &Self) -> bool {
        self.life == later.life && self.xmin <= later.xmin
    }

    async fn read(client: &Client) -> Result<Self, Error> {
        let sql = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text, concat_ws(' ',
                extract(epoch FROM pg_postmaster_start_time()),
                (SELECT oid FROM pg_database WHERE datname = current_database()),
                'firefly.series'::regclass::oid,
                (SELECT removed FROM firefly.series_removal))";
        let row = client.query_typed_one(sql, &[]).await?;
        // 64 bits without a sign; what is none would be read as the beginning, from which all is new.
        let xmin = row.try_get::<_, &str>(0)?.parse().unwrap_or(0);
        Ok(Self { xmin, life: row.try_get(1)? })
    }
}

/// Reads the state alone.
pub(super) struct ReadState;

impl Operation for ReadState {
    const NAME: &'static str = "look at the catalogue of series";
    type Output = State;

    async fn run(&self, client: &Client) -> Result<State, Error> {
        State::read(client).await
    }
}

/// Reads the whole catalogue; `None` for one that is larger than the cap.
pub(super) struct Load(pub CatalogueCap);

impl Operation for Load {
    const NAME: &'static str = "read the catalogue of series";
    type Output = (State, Option<Catalogue>);

    async fn run(&self, client: &Client) -> Result<Self::Output, Error> {
        let limit = row_limit(self.0.rows);
        let sql = format!("SELECT {COLUMNS} FROM firefly.series LIMIT $1");
        let parameters: [(&(dyn ToSql + Sync), Type); 1] = [(&limit, Type::INT8)];
        // The state comes first: what is committed after it is new to the next look, even if it is read here already.
        let read_catalogue = async {
            let rows = client.query_typed_raw(&sql, parameters).await?;
            load(rows, self.0).await
        };
        let (state, catalogue, statistics) =
            tokio::try_join!(State::read(client), read_catalogue, extra_statistics(client, None))?;
        let with_statistics = |mut catalogue: Catalogue| {
            put_statistics(&mut catalogue, &statistics)?;
            Ok(catalogue)
        };
        Ok((state, catalogue.map(with_statistics).transpose()?))
    }
}

async fn load(rows: RowStream, cap: CatalogueCap) -> Result<Option<Catalogue>, Error> {
    let (mut rows, mut catalogue, mut fits) = (pin!(rows), Catalogue::default(), true);
    while let Some(row) = rows.try_next().await? {
        if fits && let Some(row) = SeriesRow::read(&row)? {
            catalogue.put(&row);
            fits = cap.holds(&catalogue);
        }
    }
    Ok(fits.then_some(catalogue))
}

/// Reads what has changed since a state.
pub(super) struct Changes<'a> {
    pub since: &'a State,
    pub cap: CatalogueCap,
}

/// What has changed.
pub(super) struct Changed {
    pub state: State,
    rows: Vec<Row>,
    statistics: Vec<Row>,
}

impl Operation for Changes<'_> {
    const NAME: &'static str = "read changes of the catalogue of series";
    type Output = Changed;

    async fn run(&self, client: &Client) -> Result<Changed, Error> {
        let (xmin, limit) = (self.since.xmin.to_string(), row_limit(self.cap.rows));
        let sql = format!("SELECT {COLUMNS} FROM firefly.series WHERE changed >= $1::xid8 LIMIT $2");
        let parameters: [(&(dyn ToSql + Sync), Type); 2] = [(&xmin, Type::TEXT), (&limit, Type::INT8)];
        let (state, rows, statistics) = tokio::try_join!(
            State::read(client),
            client.query_typed(&sql, &parameters),
            extra_statistics(client, Some(&xmin)),
        )?;
        Ok(Changed { state, rows, statistics })
    }
}

impl Changed {
    /// Brings a catalogue up to date.
    pub fn apply(&self, catalogue: &mut Catalogue) -> Result<(), Error> {
        for row in &self.rows {
            if let Some(row) = SeriesRow::read(row)? {
                catalogue.put(&row);
            }
        }
        put_statistics(catalogue, &self.statistics)
    }
}

/// Reads which statistics metrics have beyond the common ones: all, or those noted since.
pub(super) async fn extra_statistics(client: &Client, since: Option<&str>) -> Result<Vec<Row>, Error> {
    let all = "SELECT namespace, name, statistic FROM firefly.extra_statistic";
    match since {
        // Few rows, and no index on the mark.
        Some(xmin) => {
            let sql = format!("{all} WHERE changed >= $1::xid8 ORDER BY 1, 2, 3");
            client.query_typed(&sql, &[(&xmin, Type::TEXT)]).await
        }
        None => client.query_typed(&format!("{all} ORDER BY 1, 2, 3"), &[]).await,
    }
}

/// Takes these rows into a catalogue.
pub(super) fn put_statistics(catalogue: &mut Catalogue, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        catalogue.put_statistic(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    }
    Ok(())
}

/// One row more than may be there.
fn row_limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(xmin: u64, life: &str) -> State {
        State { xmin, life: life.to_owned() }
    }

    #[test]
    fn marks_mean_nothing_to_another_database_or_one_that_has_gone_back() {
        assert!(state(7, "a").leads_to(&state(7, "a")) && state(7, "a").leads_to(&state(8, "a")));
        assert!(!state(7, "a").leads_to(&state(6, "a")));
        assert!(!state(7, "a").leads_to(&state(8, "b")));
    }
}
