//! `DATABASE_URL`, with the TLS parameters of libpq that tokio-postgres does not know.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::config::{Host, SslMode};
use url::Url;

/// How long a connection attempt may take: a database that is there answers within milliseconds.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long sent bytes may stay unacknowledged. A Lambda sandbox thaws with connections whose other end is gone
/// without a word; this is when it notices and reconnects.
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(5);

/// Where the database is and how to reach it: `postgres://user:password@host:port/name?sslmode=…&sslrootcert=…`.
///
/// `sslmode` is `disable` or `verify-full`. The latter is the default for every host that is not loopback; libpq's
/// `require` and `verify-ca` are taken for it, because they would accept a stranger's certificate. `sslrootcert` names
/// a PEM file of the authorities to trust in place of the public ones.
#[derive(Clone)]
pub struct DatabaseUrl {
    pub(crate) config: tokio_postgres::Config,
    pub(crate) tls: Tls,
}

/// How the connection is secured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tls {
    Off,
    VerifyFull { root_certificates: Option<PathBuf> },
}

impl DatabaseUrl {
    /// Reads a URL.
    ///
    /// # Errors
    ///
    /// If it is no `postgres://` URL or has parameters of unknown meaning. No part of the URL stands in the error, as
    /// it holds a password.
    pub fn parse(text: &str) -> Result<Self, DatabaseUrlError> {
        let mut url = Url::parse(text).map_err(|_| DatabaseUrlError::NotAUrl)?;
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            return Err(DatabaseUrlError::NotAUrl);
        }
        let (mut mode, mut root_certificates) = (None, None);
        let mut others = Vec::new();
        for parameter in url.query().unwrap_or_default().split('&').filter(|parameter| !parameter.is_empty())
        {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match name {
                "sslmode" => mode = Some(Mode::parse(value)?),
                "sslrootcert" => root_certificates = Some(PathBuf::from(decoded(value))),
                _ => others.push(parameter),
            }
        }
        let others = (!others.is_empty()).then(|| others.join("&"));
        url.set_query(others.as_deref());
        let mut config: tokio_postgres::Config =
            url.as_str().parse().map_err(|_: tokio_postgres::Error| DatabaseUrlError::Parameters)?;
        let mode = mode.unwrap_or(if is_local(&config) { Mode::Disable } else { Mode::VerifyFull });
        let tls = match mode {
            Mode::Disable => Tls::Off,
            Mode::VerifyFull => Tls::VerifyFull { root_certificates },
        };
        config.ssl_mode(if tls == Tls::Off { SslMode::Disable } else { SslMode::Require });
        config.connect_timeout(CONNECT_TIMEOUT).tcp_user_timeout(TCP_USER_TIMEOUT);
        if config.get_application_name().is_none() {
            config.application_name("firefly");
        }
        Ok(Self { config, tls })
    }
}

/// A parameter's value. Unlike in a form, a plus sign is itself, as it is to libpq and to tokio-postgres.
fn decoded(value: &str) -> String {
    let literal_plus = value.replace('+', "%2B");
    url::form_urlencoded::parse(format!("={literal_plus}").as_bytes()).map(|(_, value)| value).collect()
}

/// Whether every host is this machine, where nobody can listen in between.
fn is_local(config: &tokio_postgres::Config) -> bool {
    let hosts = config.get_hosts();
    !hosts.is_empty()
        && hosts.iter().all(|host| match host {
            Host::Tcp(name) => {
                name == "localhost"
                    || name.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
            }
            #[cfg(unix)]
            Host::Unix(_) => true,
        })
}

enum Mode {
    Disable,
    VerifyFull,
}

impl Mode {
    fn parse(value: &str) -> Result<Self, DatabaseUrlError> {
        match value {
            "disable" => Ok(Self::Disable),
            "require" | "verify-ca" | "verify-full" => Ok(Self::VerifyFull),
            _ => Err(DatabaseUrlError::SslMode),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseUrl")
            .field("hosts", &self.config.get_hosts())
            .field("dbname", &self.config.get_dbname())
            .field("user", &self.config.get_user())
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

/// What is wrong with a database URL.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// Not a URL, or of another scheme.
    #[error("expected postgres://user:password@host:port/database, special characters percent-encoded")]
    NotAUrl,
    /// An `sslmode` that would fall back to an open connection, or is unknown.
    #[error("sslmode must be disable or verify-full (require and verify-ca are taken for verify-full)")]
    SslMode,
    /// A parameter that tokio-postgres does not know.
    #[error("the database URL has a parameter of unknown name or value")]
    Parameters,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls(url: &str) -> Tls {
        DatabaseUrl::parse(url).unwrap().tls
    }

    const FULL: Tls = Tls::VerifyFull { root_certificates: None };

    #[test]
    fn a_host_that_is_not_loopback_is_verified_by_default() {
        for local in ["127.0.0.1:5433", "localhost", "[::1]:5432"] {
            assert_eq!(tls(&format!("postgres://u:p@{local}/d")), Tls::Off, "{local}");
        }
        for remote in ["db.example.com", "10.0.0.5", "localhost.example.com"] {
            assert_eq!(tls(&format!("postgres://u:p@{remote}/d")), FULL, "{remote}");
        }
    }

    #[test]
    fn sslmode_and_root_certificates_are_honoured() {
        assert_eq!(tls("postgres://u:p@db.example.com/d?sslmode=disable"), Tls::Off);
        assert_eq!(tls("postgres://u:p@localhost/d?sslmode=require"), FULL);
        assert_eq!(
            tls(
                "postgresql://u:p@localhost/d?sslmode=verify-full&sslrootcert=/etc/ca.pem&application_name=x"
            ),
            Tls::VerifyFull { root_certificates: Some("/etc/ca.pem".into()) }
        );
    }

    #[test]
    fn parameters_are_percent_encoded_and_a_plus_sign_is_itself() {
        let url = "postgres://u:p@localhost/d?options=-c%20search_path%3Da%2Cb&sslmode=verify-full\
            &sslrootcert=/my%20keys/a+b%2Bc.pem&application_name=a%26b+c";
        let url = DatabaseUrl::parse(url).unwrap();
        assert_eq!(url.config.get_options(), Some("-c search_path=a,b"));
        assert_eq!(url.config.get_application_name(), Some("a&b+c"));
        assert_eq!(url.tls, Tls::VerifyFull { root_certificates: Some("/my keys/a+b+c.pem".into()) });
    }

    #[test]
    fn errors_and_debug_output_do_not_show_the_password() {
        let secret = "s3cr3t-word";
        for url in [
            format!("postgres://u:{secret}@h/d?sslmode=prefer"),
            format!("postgres://u:{secret}@h/d?no_such_parameter=1"),
            format!("mysql://u:{secret}@h/d"),
            format!("u:{secret}@h/d"),
        ] {
            let error = DatabaseUrl::parse(&url).unwrap_err();
            assert!(!format!("{error} {error:?}").contains(secret));
        }
        let url = DatabaseUrl::parse(&format!("postgres://u:{secret}@h/d")).unwrap();
        assert!(!format!("{url:?}").contains(secret));
    }
}
