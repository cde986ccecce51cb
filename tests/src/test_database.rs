//! A database of its own for each test, on a real server.
//!
//! The servers are those of `scripts/database`, at its addresses unless `FIREFLY_TEST_TIMESCALEDB_URL` or
//! `FIREFLY_TEST_POSTGRESQL_URL` say otherwise. The schema is migrated once into a template, of which each test gets a
//! copy; it is dropped when the test ends, and what a killed process leaves behind when the next one begins.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Context;
use firefly_storage::{Database, DatabaseUrl, Role, migrate, set_role_password};
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls};
use url::Url;

/// Passwords of the roles `firefly_ingest` and `firefly_read` on the test servers.
const INGEST_PASSWORD: &str = "test-ingest";
const READ_PASSWORD: &str = "test-read";

/// A role that is no superuser and may create roles and alter Firefly's.
pub const OWNER: &str = "firefly_test_owner";
/// A role that may log in and nothing else.
pub const GUEST: &str = "firefly_test_guest";

/// A kind of database server that Firefly runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    /// TimescaleDB, Apache-2 edition.
    Timescaledb,
    /// PostgreSQL 15 without extensions.
    Postgresql,
}

impl Server {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Timescaledb, Self::Postgresql];

    /// The name that `scripts/database` has for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Timescaledb => "timescaledb",
            Self::Postgresql => "postgresql",
        }
    }

    /// The URL of its database `firefly`, as the owner.
    ///
    /// # Errors
    ///
    /// If the variable that overrides it holds no URL.
    pub fn url(self) -> anyhow::Result<Url> {
        let (variable, default) = match self {
            Self::Timescaledb => {
                ("FIREFLY_TEST_TIMESCALEDB_URL", "postgres://firefly:firefly@127.0.0.1:5434/firefly")
            }
            Self::Postgresql => {
                ("FIREFLY_TEST_POSTGRESQL_URL", "postgres://firefly:firefly@127.0.0.1:5435/firefly")
            }
        };
        let url = env::var(variable).unwrap_or_else(|_| default.to_owned());
        Url::parse(&url).with_context(|| format!("{variable} is no URL"))
    }

    /// The file of the authority that signed its certificate.
    ///
    /// # Errors
    ///
    /// If `scripts/database` does not know it.
    pub fn certificate_authority(self) -> anyhow::Result<PathBuf> {
        let variable = match self {
            Self::Timescaledb => "FIREFLY_TEST_TIMESCALEDB_CA",
            Self::Postgresql => "FIREFLY_TEST_POSTGRESQL_CA",
        };
        if let Some(path) = env::var_os(variable) {
            return Ok(path.into());
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/database");
        let output = Command::new(script).args(["ca", self.name()]).output()?;
        let (path, error) = (String::from_utf8(output.stdout)?, String::from_utf8_lossy(&output.stderr));
        anyhow::ensure!(output.status.success(), "{error}: or name it in {variable}");
        Ok(path.trim_end().into())
    }

    async fn template(self) -> anyhow::Result<&'static Template> {
        static TIMESCALEDB: OnceCell<Template> = OnceCell::const_new();
        static POSTGRESQL: OnceCell<Template> = OnceCell::const_new();
        let template = match self {
            Self::Timescaledb => &TIMESCALEDB,
            Self::Postgresql => &POSTGRESQL,
        };
        template.get_or_try_init(|| Template::create(self)).await
    }
}

/// A migrated database to copy from. It stays behind when its process ends, and the next run drops it.
struct Template {
    name: String,
}

impl Template {
    async fn create(server: Server) -> anyhow::Result<Self> {
        let name = format!("firefly_template_{}", std::process::id());
        let server_url = server.url()?;
        let admin = connect(&server_url)
            .await
            .with_context(|| format!("no test database: run ./scripts/database up {}", server.name()))?;
        // Roles belong to the server: two processes that alter one at once would fail. Held until `admin` closes.
        admin.batch_execute("SELECT pg_advisory_lock(hashtextextended('firefly test template', 0))").await?;
        drop_stale_databases(&admin).await?;
        admin.batch_execute(&format!("CREATE DATABASE {name}")).await?;
        let url = DatabaseUrl::parse(with_database(&server_url, &name).as_str())?;
        migrate(&url).await?;
        create_test_roles(&admin).await?;
        set_role_password(&url, Role::Ingest, INGEST_PASSWORD).await?;
        set_role_password(&url, Role::Read, READ_PASSWORD).await?;
        Ok(Self { name })
    }
}

/// Creates the roles of [`TestDatabase::give_to`]. They stay on the server, as Firefly's own do.
async fn create_test_roles(admin: &Client) -> anyhow::Result<()> {
    for (role, attributes) in [(OWNER, "CREATEROLE"), (GUEST, "NOCREATEROLE")] {
        let missing = "SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)";
        if admin.query_opt(missing, &[&role]).await?.is_some() {
            let sql = format!("CREATE ROLE {role} LOGIN {attributes} PASSWORD '{role}'");
            admin.batch_execute(&sql).await?;
        }
    }
    // What CREATEROLE takes since PostgreSQL 16 to alter roles that somebody else has created.
    Ok(admin
        .batch_execute(&format!("GRANT firefly_ingest, firefly_read TO {OWNER} WITH ADMIN OPTION"))
        .await?)
}

/// Drops what processes that are no more have left behind.
async fn drop_stale_databases(admin: &Client) -> anyhow::Result<()> {
    let ours = "SELECT datname FROM pg_database WHERE datname ~ '^firefly_(template|test)_[0-9]'";
    for row in admin.query(ours, &[]).await? {
        let database: String = row.try_get(0)?;
        let process = database.split('_').nth(2).unwrap_or_default();
        if !Path::new("/proc").join(process).exists() {
            admin.batch_execute(&format!("DROP DATABASE IF EXISTS {database}")).await?;
        }
    }
    Ok(())
}

/// A database that only one test uses.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    server: Server,
    server_url: Url,
}

impl TestDatabase {
    /// Makes one with Firefly's schema in it.
    ///
    /// # Errors
    ///
    /// If the server cannot be reached.
    pub async fn create(server: Server) -> anyhow::Result<Self> {
        let template = server.template().await?;
        let database = Self::from_template(server, &template.name).await?;
        // Settings of a role in a database are not part of the copy.
        let admin = connect(&database.server_url).await?;
        for role in ["firefly_ingest", "firefly_read"] {
            let name = &database.name;
            admin
                .batch_execute(&format!(
                    "ALTER ROLE {role} IN DATABASE {name} SET search_path = firefly, public"
                ))
                .await?;
        }
        Ok(database)
    }

    /// Makes one with nothing in it, not even the extension.
    ///
    /// # Errors
    ///
    /// If the server cannot be reached.
    pub async fn create_empty(server: Server) -> anyhow::Result<Self> {
        // So that nothing else alters the roles while this one is migrated.
        server.template().await?;
        Self::from_template(server, "template0").await
    }

    async fn from_template(server: Server, template: &str) -> anyhow::Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server_url = server.url()?;
        let name = format!("firefly_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let admin = connect(&server_url).await?;
        admin.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await?;
        Ok(Self { name, server, server_url })
    }

    /// The server that it is on.
    pub fn server(&self) -> Server {
        self.server
    }

    /// Its name on the server.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its URL as the owner.
    pub fn owner_url(&self) -> Url {
        with_database(&self.server_url, &self.name)
    }

    /// Its URL as `firefly_ingest`.
    pub fn ingest_url(&self) -> Url {
        self.url_of("firefly_ingest", INGEST_PASSWORD)
    }

    /// Its URL as `firefly_read`.
    pub fn read_url(&self) -> Url {
        self.url_of("firefly_read", READ_PASSWORD)
    }

    /// A connection as the owner.
    ///
    /// # Errors
    ///
    /// If there is none to be had.
    pub async fn owner(&self) -> anyhow::Result<Client> {
        connect(&self.owner_url()).await
    }

    /// Makes [`OWNER`] or [`GUEST`] its owner, and says its URL as that role.
    ///
    /// # Errors
    ///
    /// If the server refuses.
    pub async fn give_to(&self, role: &str) -> anyhow::Result<Url> {
        let admin = connect(&self.server_url).await?;
        admin.batch_execute(&format!("ALTER DATABASE {} OWNER TO {role}", self.name)).await?;
        Ok(self.url_of(role, role))
    }

    /// Firefly's own door to it, as `firefly_ingest`.
    ///
    /// # Errors
    ///
    /// None to be expected: it connects when it is first used.
    pub fn ingest(&self) -> anyhow::Result<Database> {
        Ok(Database::new(&DatabaseUrl::parse(self.ingest_url().as_str())?)?)
    }

    /// Its URL as any role.
    pub fn url_of(&self, user: &str, password: &str) -> Url {
        let mut url = self.owner_url();
        // A `postgres://` URL with a host takes both.
        let set = url.set_username(user).and_then(|()| url.set_password(Some(password)));
        debug_assert_eq!(set, Ok(()));
        url
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (url, sql) =
            (self.server_url.clone(), format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async { anyhow::Ok(connect(&url).await?.batch_execute(&sql).await?) })
        });
        if !matches!(dropped.join(), Ok(Ok(()))) {
            eprintln!("left database {} behind", self.name);
        }
    }
}

/// A plain connection, driven in the background.
///
/// # Errors
///
/// If there is none to be had.
pub async fn connect(url: &Url) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(url.as_str(), NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

fn with_database(url: &Url, name: &str) -> Url {
    let mut url = url.clone();
    url.set_path(name);
    url
}
