//! Encrypted connections: to whom, and to whom not. The test servers' certificates are for `localhost` and 127.0.0.1.

use std::fs;
use std::path::Path;

use firefly_storage::StorageError;
use firefly_tests::test_database::{Server, TestDatabase};
use url::Url;

use super::backends::{OURS, until};
use super::batches::{batch, point};
use super::{door, write};

on_each_server!(
    the_servers_own_authority_is_trusted_when_it_is_named,
    an_authority_that_did_not_sign_is_refused,
    a_host_that_the_certificate_does_not_name_is_refused,
    a_file_without_authorities_is_refused_before_connecting,
    a_deadline_cancels_an_encrypted_statement,
);

/// The URL with these parameters, as `firefly_ingest`.
fn url_with(database: &TestDatabase, parameters: &[(&str, &str)]) -> Url {
    let mut url = database.ingest_url();
    url.query_pairs_mut().extend_pairs(parameters);
    // As in a form, where a space is a plus sign; here it is not.
    let query = url.query().map(|query| query.replace('+', "%20"));
    url.set_query(query.as_deref());
    url
}

fn verified(database: &TestDatabase, authority: &Path) -> Url {
    url_with(database, &[("sslmode", "verify-full"), ("sslrootcert", &authority.to_string_lossy())])
}

async fn assert_refused(url: &Url, expected: &str) -> anyhow::Result<()> {
    let error = write(&door(url)?, &batch([&point()])).await.unwrap_err();
    assert!(matches!(error, StorageError::Connect(_)), "{error:?}");
    assert!(error.to_string().contains(expected), "{error}");
    Ok(())
}

async fn the_servers_own_authority_is_trusted_when_it_is_named(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    let observer = database.owner().await?;
    for host in ["127.0.0.1", "localhost"] {
        let mut url = verified(database, &database.server().certificate_authority()?);
        url.set_host(Some(host))?;
        let ingest = door(&url)?;
        write(&ingest, &batch([&point()])).await?;
        let backend = until(&observer, OURS, 1).await?[0];
        let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = $1";
        assert!(observer.query_one(sql, &[&backend]).await?.try_get::<_, bool>(0)?);
        drop(ingest);
        until(&observer, OURS, 0).await?;
    }
    Ok(())
}

async fn an_authority_that_did_not_sign_is_refused(database: &TestDatabase) -> anyhow::Result<()> {
    let other = match database.server() {
        Server::Timescaledb => Server::Postgresql,
        Server::Postgresql => Server::Timescaledb,
    };
    assert_refused(&verified(database, &other.certificate_authority()?), "invalid peer certificate").await?;
    // Without a file, the public ones.
    assert_refused(&url_with(database, &[("sslmode", "verify-full")]), "invalid peer certificate").await
}

async fn a_host_that_the_certificate_does_not_name_is_refused(database: &TestDatabase) -> anyhow::Result<()> {
    let mut url = verified(database, &database.server().certificate_authority()?);
    url.set_host(Some("database.example.com"))?;
    url.query_pairs_mut().append_pair("hostaddr", "127.0.0.1");
    assert_refused(&url, "database.example.com").await
}

async fn a_file_without_authorities_is_refused_before_connecting(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    let empty = std::env::temp_dir().join(format!("{}.pem", database.name()));
    fs::write(&empty, "no certificate")?;
    for (path, expected) in
        [(&*empty, "no certificate in it"), (Path::new("/no/such/file.pem"), "No such file")]
    {
        let error = door(&verified(database, path)).err().unwrap();
        let error = error.downcast_ref::<StorageError>().unwrap();
        assert!(matches!(error, StorageError::Connect(_)), "{error:?}");
        let text = error.to_string();
        assert!(text.contains(expected) && text.contains(&*path.to_string_lossy()), "{text}");
    }
    fs::remove_file(&empty)?;
    Ok(())
}

async fn a_deadline_cancels_an_encrypted_statement(database: &TestDatabase) -> anyhow::Result<()> {
    let url = verified(database, &database.server().certificate_authority()?);
    super::deadlines::assert_cancelled_at_deadline(database, &door(&url)?).await
}
