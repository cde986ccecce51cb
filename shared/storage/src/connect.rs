//! Opening a connection, with TLS through rustls.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::{Client, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::DatabaseUrl;
use crate::cancel::cancel;
use crate::database_url::Tls;

pub(crate) type ConnectError = Box<dyn Error + Send + Sync>;

/// Opens connections to one database.
pub(crate) struct Connector {
    config: tokio_postgres::Config,
    tls: Option<MakeRustlsConnect>,
}

impl Connector {
    /// Reads the certificates that the URL names.
    pub(crate) fn new(url: &DatabaseUrl) -> Result<Self, ConnectError> {
        let tls = match &url.tls {
            Tls::Off => None,
            Tls::VerifyFull { root_certificates } => {
                Some(MakeRustlsConnect::new(client_config(root_certificates.as_deref())?))
            }
        };
        Ok(Self { config: url.config.clone(), tls })
    }

    /// Opens a connection and drives it in a task of its own, which ends with the connection.
    pub(crate) async fn connect(&self) -> Result<Client, tokio_postgres::Error> {
        match &self.tls {
            None => {
                let (client, connection) = self.config.connect(NoTls).await?;
                drive(connection);
                Ok(client)
            }
            Some(tls) => {
                let (client, connection) = self.config.connect(tls.clone()).await?;
                drive(connection);
                Ok(client)
            }
        }
    }

    /// Asks the server to end what it does for this client, and waits until it has been asked.
    pub(crate) async fn cancel(&self, client: &Client) -> Result<(), ConnectError> {
        cancel(client, &self.config, self.tls.as_ref()).await
    }
}

fn drive(connection: impl Future<Output = Result<(), tokio_postgres::Error>> + Send + 'static) {
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!("connection ended: {}", crate::error::describe(&error));
        }
    });
}

fn client_config(root_certificates: Option<&Path>) -> Result<ClientConfig, ConnectError> {
    let mut roots = RootCertStore::empty();
    match root_certificates {
        Some(path) => {
            let unreadable = |error| format!("sslrootcert {}: {error}", path.display());
            for certificate in CertificateDer::pem_file_iter(path).map_err(unreadable)? {
                roots.add(certificate.map_err(unreadable)?)?;
            }
            if roots.is_empty() {
                return Err(format!("sslrootcert {}: no certificate in it", path.display()).into());
            }
        }
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
