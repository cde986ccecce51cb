//! Bringing a database up to date.

use firefly_storage::{DatabaseUrl, Grade, SCHEMA_VERSION, StorageError, migrate};
use firefly_tests::test_database::{Server, TestDatabase};

use super::batches::{batch, point};
use super::{door, stored, write};

on_each_empty_server!(
    a_new_database_gets_the_schema_of_its_grade,
    a_second_run_changes_nothing,
    several_at_once_make_one_schema,
    without_the_schema_the_error_says_what_to_run,
    an_older_schema_is_refused_and_a_newer_one_used,
    everything_has_a_comment,
);

fn url(database: &TestDatabase) -> anyhow::Result<DatabaseUrl> {
    Ok(DatabaseUrl::parse(database.owner_url().as_str())?)
}

fn grade_of(server: Server) -> Grade {
    match server {
        Server::Timescaledb => Grade::Apache,
        Server::Postgresql => Grade::Postgresql,
    }
}

async fn a_new_database_gets_the_schema_of_its_grade(database: &TestDatabase) -> anyhow::Result<()> {
    let applied = migrate(&url(database)?).await?;
    assert_eq!((applied.before, applied.after), (0, SCHEMA_VERSION));
    assert_eq!(applied.grade, grade_of(database.server()));
    let owner = database.owner().await?;
    let recorded =
        owner.query("SELECT version, grade FROM firefly.schema_version ORDER BY version", &[]).await?;
    let recorded: Vec<(i32, String)> = recorded.iter().map(|row| (row.get(0), row.get(1))).collect();
    let grade = grade_of(database.server()).as_str().to_owned();
    assert_eq!(recorded, (1..=SCHEMA_VERSION).map(|version| (version, grade.clone())).collect::<Vec<_>>());
    Ok(())
}

async fn a_second_run_changes_nothing(database: &TestDatabase) -> anyhow::Result<()> {
    migrate(&url(database)?).await?;
    let owner = database.owner().await?;
    let before = stored::row_versions(&owner, "pg_class").await?;
    let applied = migrate(&url(database)?).await?;
    assert_eq!((applied.before, applied.after), (SCHEMA_VERSION, SCHEMA_VERSION));
    assert_eq!(applied.grade, grade_of(database.server()));
    assert_eq!(stored::row_versions(&owner, "pg_class").await?, before);
    Ok(())
}

async fn several_at_once_make_one_schema(database: &TestDatabase) -> anyhow::Result<()> {
    let url = url(database)?;
    let runs: Vec<_> = (0..6)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { migrate(&url).await })
        })
        .collect();
    for run in runs {
        let applied = run.await??;
        assert_eq!((applied.grade, applied.after), (grade_of(database.server()), SCHEMA_VERSION));
    }
    assert_eq!(
        stored::count(&database.owner().await?, "firefly.schema_version").await?,
        i64::from(SCHEMA_VERSION)
    );
    Ok(())
}

async fn without_the_schema_the_error_says_what_to_run(database: &TestDatabase) -> anyhow::Result<()> {
    let error = write(&door(&database.owner_url())?, &batch([&point()])).await.unwrap_err();
    assert!(matches!(error, StorageError::SchemaVersion { found: 0 }), "{error:?}");
    assert!(error.to_string().contains("run ./scripts/migrate"), "{error}");
    Ok(())
}

async fn an_older_schema_is_refused_and_a_newer_one_used(database: &TestDatabase) -> anyhow::Result<()> {
    migrate(&url(database)?).await?;
    let owner = database.owner().await?;
    owner
        .batch_execute(
            "INSERT INTO firefly.schema_version (version, name, grade)
             SELECT version + 1, 'later', grade FROM firefly.schema_version ORDER BY version DESC LIMIT 1",
        )
        .await?;
    write(&door(&database.ingest_url())?, &batch([&point()])).await?;
    let applied = migrate(&url(database)?).await?;
    assert_eq!((applied.before, applied.after), (SCHEMA_VERSION + 1, SCHEMA_VERSION + 1));

    owner.batch_execute("DELETE FROM firefly.schema_version").await?;
    let error = write(&door(&database.ingest_url())?, &batch([&point()])).await.unwrap_err();
    assert!(matches!(error, StorageError::SchemaVersion { found: 0 }), "{error:?}");
    Ok(())
}

async fn everything_has_a_comment(database: &TestDatabase) -> anyhow::Result<()> {
    migrate(&url(database)?).await?;
    // Relations with their columns (number 0 is the relation itself), functions, and the schema.
    let sql = "
        SELECT relation.oid::regclass || coalesce('.' || attribute.attname, '')
        FROM pg_class AS relation
        LEFT JOIN (
            SELECT attrelid, attnum, attname FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped
            UNION ALL
            SELECT oid, 0, NULL FROM pg_class
        ) AS attribute ON attribute.attrelid = relation.oid
        WHERE relation.relnamespace = 'firefly'::regnamespace
            AND relation.relkind IN ('r', 'p', 'v', 'm', 'f')
            AND NOT relation.relispartition
            AND col_description(relation.oid, attribute.attnum) IS NULL
            AND (attribute.attnum > 0 OR obj_description(relation.oid, 'pg_class') IS NULL)
        UNION ALL
        SELECT oid::regprocedure::text FROM pg_proc
        WHERE pronamespace = 'firefly'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL
        UNION ALL
        SELECT nspname FROM pg_namespace
        WHERE nspname = 'firefly' AND obj_description(oid, 'pg_namespace') IS NULL";
    let without = database.owner().await?.query(sql, &[]).await?;
    let without: Vec<String> = without.iter().map(|row| row.get(0)).collect();
    assert_eq!(without, Vec::<String>::new());
    Ok(())
}
