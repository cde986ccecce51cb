//! Writers that meet.

use firefly_tests::test_database::TestDatabase;

use super::super::stored::count;
use super::{batch_of, span, write};

on_each_server!(writers_of_the_same_traces_wait_for_each_other_and_store_each_span_once);

async fn writers_of_the_same_traces_wait_for_each_other_and_store_each_span_once(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    const WRITERS: u64 = 4;
    const ROUNDS: u64 = 15;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let ingest = database.ingest();
            tokio::spawn(async move {
                let (ingest, mut new) = (ingest?, 0);
                for round in 0..ROUNDS {
                    // Each span is another writer's as well, and comes in another order.
                    let ids = (0..20).map(|index| (writer * 10 + index) % 40);
                    let batch =
                        batch_of(ids.map(|id| ("cart", span(u128::from(round) + 1, id + 1, "GET /"))));
                    new += write(&ingest, &batch).await?;
                }
                anyhow::Ok(new)
            })
        })
        .collect();
    let mut new = 0;
    for writer in writers {
        new += i64::try_from(writer.await??)?;
    }
    let owner = database.owner().await?;
    assert_eq!(count(&owner, "firefly.span").await?, new);
    let distinct = owner
        .query_one("SELECT count(*) FROM (SELECT DISTINCT trace_id, span_id FROM firefly.span) AS span", &[])
        .await?;
    assert_eq!(distinct.get::<_, i64>(0), new);
    Ok(())
}
