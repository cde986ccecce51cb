//! What the two roles may do, and what not.

use firefly_tests::test_database::{TestDatabase, connect};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use super::batches::{batch, point};
use super::{spans, write};

on_each_server!(
    the_ingest_role_may_only_store,
    the_ingest_role_may_store_spans,
    the_read_role_may_select_from_every_table_and_view,
    the_read_role_may_not_write,
    names_need_no_schema,
);

pub async fn assert_refused(client: &Client, statements: &[&str]) {
    for statement in statements {
        let refused = client.batch_execute(statement).await;
        let code = refused.as_ref().err().and_then(tokio_postgres::Error::code);
        assert_eq!(code, Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{statement}: {refused:?}");
    }
}

const DEFINITIONS: [&str; 7] = [
    "CREATE TABLE firefly.mine (id int)",
    "CREATE TABLE public.mine (id int)",
    "CREATE SCHEMA mine",
    "CREATE ROLE mine",
    "ALTER TABLE firefly.series ADD COLUMN mine int",
    "DROP VIEW firefly.lambda_minute",
    "CREATE OR REPLACE FUNCTION firefly.unite_extra(one jsonb, other jsonb) RETURNS jsonb LANGUAGE sql AS 'SELECT one'",
];

async fn the_ingest_role_may_only_store(database: &TestDatabase) -> anyhow::Result<()> {
    let mut batch = batch([&point()]);
    batch.dead_letters.push(super::dead_letters::letter("undecodable"));
    // As new rows and as known ones, which takes other rights.
    for _ in 0..2 {
        write(&database.ingest()?, &batch).await?;
    }
    let ingest = connect(&database.ingest_url()).await?;
    assert_refused(&ingest, &DEFINITIONS).await;
    assert_refused(
        &ingest,
        &[
            "DELETE FROM firefly.series",
            "DELETE FROM firefly.statistic_set",
            "DELETE FROM firefly.dead_letter",
            "TRUNCATE firefly.statistic_set",
            "UPDATE firefly.dead_letter SET reason = ''",
            "SELECT bytes FROM firefly.dead_letter",
            "SELECT * FROM firefly.lambda_minute",
            "SELECT * FROM firefly.metric_point",
            "INSERT INTO firefly.schema_version VALUES (1000, '', '')",
            "DELETE FROM firefly.schema_version",
            "DELETE FROM firefly.extra_statistic",
            "UPDATE firefly.series_removal SET removed = removed",
        ],
    )
    .await;
    Ok(())
}

async fn the_ingest_role_may_store_spans(database: &TestDatabase) -> anyhow::Result<()> {
    let span = || ("cart", spans::span(1, 1, "GET /"));
    for _ in 0..2 {
        spans::write(&database.ingest()?, &spans::batch_of([span()])).await?;
    }
    let ingest = connect(&database.ingest_url()).await?;
    assert_refused(
        &ingest,
        &[
            "DELETE FROM firefly.stored_span",
            "UPDATE firefly.stored_span SET flags = 0",
            "DELETE FROM firefly.resource",
            "INSERT INTO firefly.service_edge VALUES (now(), '', '', 1, 1)",
            "SELECT * FROM firefly.span",
            "SELECT * FROM firefly.exception",
        ],
    )
    .await;
    Ok(())
}

async fn the_read_role_may_select_from_every_table_and_view(database: &TestDatabase) -> anyhow::Result<()> {
    write(&database.ingest()?, &batch([&point()])).await?;
    let read = connect(&database.read_url()).await?;
    let relations = "SELECT relname FROM pg_class WHERE relnamespace = 'firefly'::regnamespace
        AND relkind IN ('r', 'p', 'v', 'm') AND NOT relispartition";
    let relations: Vec<String> = read.query(relations, &[]).await?.iter().map(|row| row.get(0)).collect();
    assert!(relations.len() >= 6, "{relations:?}");
    for relation in relations {
        read.batch_execute(&format!("SELECT * FROM firefly.{relation}")).await?;
    }
    Ok(())
}

async fn the_read_role_may_not_write(database: &TestDatabase) -> anyhow::Result<()> {
    write(&database.ingest()?, &batch([&point()])).await?;
    let read = connect(&database.read_url()).await?;
    assert_refused(&read, &DEFINITIONS).await;
    for table in ["series", "statistic_set", "stored_span", "resource", "dead_letter", "schema_version"] {
        assert_refused(
            &read,
            &[&format!("DELETE FROM firefly.{table}"), &format!("TRUNCATE firefly.{table}")],
        )
        .await;
    }
    assert_refused(
        &read,
        &[
            "UPDATE firefly.statistic_set SET samples = 0",
            "UPDATE firefly.series SET unit = ''",
            "INSERT INTO firefly.statistic_set VALUES (1, now(), 1, 1, 1, 1)",
            "INSERT INTO firefly.dead_letter SELECT * FROM firefly.dead_letter",
            "INSERT INTO firefly.stored_span SELECT * FROM firefly.stored_span",
            "SELECT firefly.refresh_service_edges(1)",
        ],
    )
    .await;
    Ok(())
}

async fn names_need_no_schema(database: &TestDatabase) -> anyhow::Result<()> {
    let read = connect(&database.read_url()).await?;
    read.batch_execute("SELECT * FROM lambda_minute; SELECT * FROM metric_point").await?;
    let ingest = connect(&database.ingest_url()).await?;
    ingest.batch_execute("SELECT * FROM series; SELECT * FROM statistic_set").await?;
    Ok(())
}
