//! Asking the server to end what it does for a client.
//!
//! The only answer to a cancel request is that the other side hangs up. The driver does not wait for it and hangs up
//! first; PgBouncer then drops the request, and its version 1.18 ends altogether
//! (<https://github.com/pgbouncer/pgbouncer/issues/801>). So the driver is given streams here whose shutdown is to wait
//! until the other side has hung up, as libpq does.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio_postgres::config::Host;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres::{CancelToken, Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::connect::ConnectError;

/// PostgreSQL's own port.
const DEFAULT_PORT: u16 = 5_432;

/// Ends the statement that runs for this client, which was connected by these settings.
pub(crate) async fn cancel(
    client: &Client,
    config: &Config,
    tls: Option<&MakeRustlsConnect>,
) -> Result<(), ConnectError> {
    let (token, ports) = (client.cancel_token(), config.get_ports());
    // Which of several hosts the client is connected to, the driver does not tell. The others do not know its key.
    for (index, host) in config.get_hosts().iter().enumerate() {
        let port = ports.get(index).or(ports.first()).copied().unwrap_or(DEFAULT_PORT);
        match host {
            Host::Tcp(name) => {
                let stream = match config.get_hostaddrs().get(index) {
                    Some(address) => TcpStream::connect((*address, port)).await?,
                    None => TcpStream::connect((name.as_str(), port)).await?,
                };
                ask(&token, stream, name, tls).await?;
            }
            #[cfg(unix)]
            Host::Unix(folder) => {
                let socket = folder.join(format!(".s.PGSQL.{port}"));
                ask(&token, UnixStream::connect(socket).await?, "", tls).await?;
            }
        }
    }
    Ok(())
}

async fn ask<S>(
    token: &CancelToken,
    stream: S,
    name: &str,
    tls: Option<&MakeRustlsConnect>,
) -> Result<(), tokio_postgres::Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    match tls {
        None => token.cancel_query_raw(Patient(stream), NoTls).await,
        Some(tls) => {
            let Ok(tls) = MakeTlsConnect::<S>::make_tls_connect(&mut tls.clone(), name);
            token.cancel_query_raw(stream, PatientTls(tls)).await
        }
    }
}

/// A stream whose shutdown is to wait for the other side's.
struct Patient<S>(S);

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut unexpected = [0; 64];
        loop {
            let mut buffer = ReadBuf::new(&mut unexpected);
            // A server need not take leave by the rules of TLS, which is an error of reading.
            let read = ready!(Pin::new(&mut self.0).poll_read(context, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: TlsStream + Unpin> TlsStream for Patient<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.0.channel_binding()
    }
}

/// Makes TLS streams patient.
struct PatientTls<T>(T);

impl<S, T: TlsConnect<S>> TlsConnect<S> for PatientTls<T>
where
    T::Future: Send + 'static,
{
    type Stream = Patient<T::Stream>;
    type Error = T::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Stream, T::Error>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        let connecting = self.0.connect(stream);
        Box::pin(async move { connecting.await.map(Patient) })
    }
}
