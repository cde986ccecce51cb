//! The local host: runs the real function binaries as Lambda does, behind function URLs on 127.0.0.1.
//!
//! A request to `http://127.0.0.1:PORT/lambda-url/<function>/<any/path>` becomes a function-URL event (`event`), is
//! handed over the Lambda Runtime API (`runtime_api`) to an instance of the function's binary (`instance`; one
//! event at a time each, started when a request finds none idle, `pool`), and the function's answer becomes the HTTP
//! response (`answer`).
//!
//! Followed: <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html> (payload format 2.0) and
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html> (2018-06-01); the path scheme is that of
//! `cargo lambda watch`.
//!
//! Left out: the Extensions, Telemetry and Logs APIs, freezing between invocations, memory and CPU limits, response
//! streaming, `AWS_IAM` authorization, CORS settings of the URL, the queue and the retries of asynchronous invocation,
//! and the retirement of idle instances. Environment variables are those of an OS-only runtime; credentials are the caller's.
//! Processes that a function starts itself are not ended with it.

mod answer;
mod builder;
mod error;
mod event;
mod front;
mod function;
mod input;
mod instance;
mod log;
mod phase;
mod pool;
mod process;
mod runtime_api;
mod time;
mod trace;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::body::Bytes;
use axum::serve::{ListenerExt, TapIo};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub use builder::HostBuilder;
pub use error::{HostError, InvokeError};
pub use function::Function;
pub use log::LogSink;

use pool::Pool;

/// The pools of instances, by function name.
type Pools = BTreeMap<String, Arc<Pool>>;

/// Running function URLs. Dropping it ends the function processes too, without waiting for them.
#[derive(Debug)]
pub struct Host {
    address: SocketAddr,
    pools: Arc<Pools>,
    server: JoinHandle<()>,
}

impl Host {
    /// Starts with no function, on a free port.
    #[must_use]
    pub fn builder() -> HostBuilder {
        HostBuilder { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), functions: Vec::new() }
    }

    /// The address of the function URLs.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of a function, with a slash at its end: `http://127.0.0.1:PORT/lambda-url/<function>/`.
    #[must_use]
    pub fn url(&self, function: &str) -> String {
        front::function_url(self.address, function)
    }

    /// Hands an event to a function directly, as a synchronous `Invoke` does: for functions that answer to a schedule
    /// or to S3 instead of HTTP. Takes and returns the JSON text of the event and of the function's answer.
    ///
    /// # Errors
    ///
    /// If there is no such function or no free instance, or the function fails, ends or takes too long.
    pub async fn invoke(&self, function: &str, event: impl Into<Bytes>) -> Result<Bytes, InvokeError> {
        let pool = self.pools.get(function).ok_or_else(|| InvokeError::NoSuchFunction(function.into()))?;
        Arc::clone(pool).invoke(event.into().into()).await
    }

    /// The process ids of a function's living instances, oldest first; none for an unknown function.
    #[must_use]
    pub fn function_pids(&self, function: &str) -> Vec<u32> {
        self.pools.get(function).map(|pool| pool.pids()).unwrap_or_default()
    }

    /// The newest lines of a function's log, oldest first: its standard output and error, and the host's own lines on
    /// invocations that failed.
    #[must_use]
    pub fn logs(&self, function: &str) -> Vec<String> {
        self.pools.get(function).map(|pool| pool.log_lines()).unwrap_or_default()
    }

    /// Why the last instance that could not start did not.
    #[must_use]
    pub fn init_error(&self, function: &str) -> Option<String> {
        self.pools.get(function)?.init_error()
    }

    /// Closes the function URLs, ends every function process and waits until they are gone. Requests under way are
    /// answered with an error or cut off.
    pub async fn shutdown(self) {
        self.server.abort();
        for pool in self.pools.values() {
            pool.stop().await;
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.server.abort();
        for pool in self.pools.values() {
            pool.begin_stop();
        }
    }
}

/// Has small answers sent at once, not held back until the ones before them are acknowledged.
fn without_delay(listener: TcpListener) -> TapIo<TcpListener, impl FnMut(&mut TcpStream) + Send + 'static> {
    listener.tap_io(|stream| {
        // Only slower if it cannot be set.
        stream.set_nodelay(true).ok();
    })
}
