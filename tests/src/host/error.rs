//! What can go wrong with the local host: when it starts, and in one invocation.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

/// Why a host did not start.
#[derive(Debug, Error)]
pub enum HostError {
    /// The functions of a host hold keys and reach a database, so nobody else on the network may call them.
    #[error("the local host listens on loopback addresses only, not on {0}")]
    NotLoopback(SocketAddr),

    /// The port is taken, mostly.
    #[error("cannot listen on {address}")]
    Bind {
        /// The wanted address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },

    /// A name has to fit in a URL as it stands.
    #[error("the function name `{0}` is not made of 1 to 64 letters, digits, `-` and `_`")]
    UnfitName(String),

    /// Two functions of one name.
    #[error("two functions are named `{0}`")]
    NameUsedTwice(String),

    /// The binary of a function is not there.
    #[error("cannot find the binary {} of the function `{function}`", binary.display())]
    Binary {
        /// The function.
        function: String,
        /// The path as given.
        binary: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Why an invocation has no answer.
#[derive(Debug, Error)]
pub enum InvokeError {
    /// The host has no function of that name.
    #[error("no function is named `{0}`")]
    NoSuchFunction(String),

    /// Every instance that the function may have is busy.
    #[error("all {0} instances are busy")]
    Throttled(usize),

    /// The process could not be started.
    #[error("the function process could not be started")]
    Start(#[from] io::Error),

    /// The instance ended, or reported an error, before it asked for its first event.
    #[error("the function failed to start: {0}")]
    Init(String),

    /// The function reported an error: the JSON it reported.
    #[error("the function reported {0}")]
    Function(String),

    /// The process ended in the middle of the invocation.
    #[error("the function process ended: {0}")]
    Exited(String),

    /// The instance was ended because it took longer than its function may.
    #[error("task timed out after {:.2} seconds", .0.as_secs_f64())]
    TimedOut(Duration),

    /// The answer is larger than Lambda passes on.
    #[error("the response of {0} bytes exceeds the {max} bytes that Lambda passes on", max = super::answer::MAX_RESPONSE_BYTES)]
    ResponseTooLarge(usize),

    /// The host is shutting down.
    #[error("the host is shutting down")]
    Stopped,
}
