//! Behind PgBouncer in transaction mode, where each transaction may find another connection of the server.

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use anyhow::Context;
use firefly_storage::{DatabaseUrl, SCHEMA_VERSION, migrate};
use firefly_tests::test_database::TestDatabase;
use tokio::net::UnixStream;
use tokio::process::{Child, Command};
use url::Url;

use super::backends::{OURS, until};
use super::batches::{batch, point};
use super::{door, stored, write};

on_each_server!(
    several_writers_share_two_connections_of_the_server,
    a_deadline_cancels_a_statement_behind_the_pooler,
    a_database_is_migrated_through_the_pooler,
);

/// Part of its socket's name.
const PORT: u16 = 6432;

/// A PgBouncer of two connections for each database and user, ended when dropped.
struct Pooler {
    folder: PathBuf,
    _process: Child,
}

impl Pooler {
    async fn start(database: &TestDatabase) -> anyhow::Result<Self> {
        let folder = env::temp_dir().join(format!("{}_pooler", database.name()));
        fs::create_dir_all(&folder)?;
        // For the user that it runs as, and its socket.
        fs::set_permissions(&folder, Permissions::from_mode(0o777))?;
        let server = database.owner_url();
        let users = [&server, &database.ingest_url()]
            .map(|url| format!("\"{}\" \"{}\"\n", url.username(), url.password().unwrap_or_default()));
        fs::write(folder.join("users.txt"), users.concat())?;
        let settings = format!(
            "[databases]\n* = host={} port={}\n[pgbouncer]\nlisten_addr =\nlisten_port = {PORT}\n\
            unix_socket_dir = {folder}\nauth_type = scram-sha-256\nauth_file = {folder}/users.txt\n\
            pool_mode = transaction\ndefault_pool_size = 2\n",
            server.host_str().unwrap_or_default(),
            server.port().unwrap_or(5432),
            folder = folder.display()
        );
        fs::write(folder.join("pgbouncer.ini"), settings)?;
        let mut command = Command::new(program()?);
        // It refuses to run as root.
        if fs::metadata("/proc/self")?.uid() == 0 {
            command.args(["-u", "nobody"]);
        }
        command.arg("--quiet").arg(folder.join("pgbouncer.ini")).kill_on_drop(true);
        let mut process = command.spawn()?;
        let socket = folder.join(format!(".s.PGSQL.{PORT}"));
        while UnixStream::connect(&socket).await.is_err() {
            anyhow::ensure!(process.try_wait()?.is_none(), "PgBouncer ended at once");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(Self { folder, _process: process })
    }

    /// The way to a database through the pooler's Unix socket.
    fn url(&self, mut url: Url) -> anyhow::Result<Url> {
        url.set_host(Some(&self.folder.to_string_lossy().replace('/', "%2F")))?;
        url.set_port(Some(PORT)).ok().context("a URL without a host")?;
        Ok(url)
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("left {} behind: {error}", self.folder.display());
        }
    }
}

/// Debian installs it where a user's `PATH` does not lead.
fn program() -> anyhow::Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain([Path::new("/usr/sbin").to_owned()]);
    let mut programs = folders.map(|folder| folder.join("pgbouncer"));
    programs.find(|program| program.exists()).context("no pgbouncer: run ./scripts/lib/install-pgbouncer")
}

async fn several_writers_share_two_connections_of_the_server(database: &TestDatabase) -> anyhow::Result<()> {
    let pooler = Pooler::start(database).await?;
    let url = pooler.url(database.ingest_url())?;
    let writers = (0..5).map(|_| door(&url)).collect::<anyhow::Result<Vec<_>>>()?;
    let mut every_point = Vec::new();
    for round in 0..6 {
        // Each minute comes twice, from two writers.
        let points = |writer: i64| (0..20).map(move |n| point().minute(20 * (round * 5 + writer % 4) + n));
        let batches: Vec<_> = (0..5).map(|writer| batch(&points(writer).collect::<Vec<_>>())).collect();
        let (a, b, c, d, e) = tokio::join!(
            write(&writers[0], &batches[0]),
            write(&writers[1], &batches[1]),
            write(&writers[2], &batches[2]),
            write(&writers[3], &batches[3]),
            write(&writers[4], &batches[4]),
        );
        let written = [a?, b?, c?, d?, e?].map(|written| written.statistic_sets);
        assert_eq!(written.iter().sum::<u64>(), 80);
        every_point.extend((0..4).flat_map(points));
    }
    let owner = database.owner().await?;
    assert_eq!(stored::statistic_sets(&owner).await?, batch(&every_point).statistic_sets);
    until(&owner, OURS, 2).await?;
    Ok(())
}

async fn a_deadline_cancels_a_statement_behind_the_pooler(database: &TestDatabase) -> anyhow::Result<()> {
    let pooler = Pooler::start(database).await?;
    let ingest = door(&pooler.url(database.ingest_url())?)?;
    super::deadlines::assert_cancelled_at_deadline(database, &ingest).await
}

async fn a_database_is_migrated_through_the_pooler(database: &TestDatabase) -> anyhow::Result<()> {
    let owner = database.owner().await?;
    owner.batch_execute("DROP SCHEMA firefly CASCADE").await?;
    let pooler = Pooler::start(database).await?;
    let url = DatabaseUrl::parse(pooler.url(database.owner_url())?.as_str())?;
    let applied = migrate(&url).await?;
    assert_eq!((applied.before, applied.after), (0, SCHEMA_VERSION));
    let ingest = door(&pooler.url(database.ingest_url())?)?;
    write(&ingest, &batch([&point()])).await?;
    assert_eq!(stored::count(&owner, "firefly.lambda_minute").await?, 1);
    Ok(())
}
