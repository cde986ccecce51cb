//! The making of a host: its address and functions, checked before anything runs.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;

use super::pool::Pool;
use super::{Function, Host, HostError, Pools, front, without_delay};

/// What a [`Host`] is made of.
#[derive(Debug)]
pub struct HostBuilder {
    pub(super) listen: SocketAddr,
    pub(super) functions: Vec<Function>,
}

impl HostBuilder {
    /// The address of the function URLs; loopback only. Without it, a free port of 127.0.0.1.
    #[must_use]
    pub fn listen(mut self, listen: SocketAddr) -> Self {
        self.listen = listen;
        self
    }

    /// Adds a function. Its binary is started by the first request that needs it.
    #[must_use]
    pub fn function(mut self, function: Function) -> Self {
        self.functions.push(function);
        self
    }

    /// Opens the function URLs.
    ///
    /// # Errors
    ///
    /// If the address is not a loopback address or cannot be bound, a name is unfit or used twice, or a binary is not
    /// a file.
    pub async fn start(self) -> Result<Host, HostError> {
        if !self.listen.ip().is_loopback() {
            return Err(HostError::NotLoopback(self.listen));
        }
        let mut pools = Pools::new();
        for function in self.functions {
            let function = function.checked()?;
            let name = function.name.clone();
            if pools.insert(name.clone(), Arc::new(Pool::new(function))).is_some() {
                return Err(HostError::NameUsedTwice(name));
            }
        }
        let pools = Arc::new(pools);
        let bound =
            TcpListener::bind(self.listen).await.and_then(|listener| Ok((listener.local_addr()?, listener)));
        let (address, listener) = bound.map_err(|source| HostError::Bind { address: self.listen, source })?;
        let router = front::router(Arc::clone(&pools), address);
        let server = tokio::spawn(async move {
            let service = router.into_make_service_with_connect_info::<SocketAddr>();
            // Serves until the task is aborted: accept errors are retried inside.
            axum::serve(without_delay(listener), service).await.ok();
        });
        Ok(Host { address, pools, server })
    }
}
