//! A function as the host is told of it.

use std::path::PathBuf;
use std::time::Duration;

use super::{HostError, LogSink};

/// Lambda's own limit on the length of a function name.
const MAX_NAME_BYTES: usize = 64;

/// A function: a binary and how to run it. Start from [`Function::new`] and change what differs.
#[derive(Clone, Debug)]
pub struct Function {
    /// The name, part of its URL: letters, digits, `-` and `_`.
    pub name: String,
    /// The executable that Lambda would know as `bootstrap`.
    pub binary: PathBuf,
    /// Its environment variables, set after (and so over) those that Lambda itself sets.
    pub env: Vec<(String, String)>,
    /// How long one invocation may take; the process is ended beyond it.
    pub timeout: Duration,
    /// What the function is told of its memory, in MB. Not enforced.
    pub memory_mb: u32,
    /// How many instances may live at once; further requests are answered 429, as with reserved concurrency.
    pub max_concurrency: usize,
    /// Where its log lines go.
    pub log: LogSink,
}

impl Function {
    /// A function with no environment of its own, 30 seconds, 256 MB, 10 instances and a log that is kept only.
    #[must_use]
    pub fn new(name: impl Into<String>, binary: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            binary: binary.into(),
            env: Vec::new(),
            timeout: Duration::from_secs(30),
            memory_mb: 256,
            max_concurrency: 10,
            log: LogSink::Keep,
        }
    }

    /// Adds an environment variable.
    #[must_use]
    pub fn env(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.push((key.into(), value.into()));
        self
    }

    /// Checks the name and makes the path of the binary absolute, since the process starts in another directory.
    pub(super) fn checked(mut self) -> Result<Self, HostError> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !(1..=MAX_NAME_BYTES).contains(&self.name.len()) || !self.name.bytes().all(fits) {
            return Err(HostError::UnfitName(self.name));
        }
        match self.binary.canonicalize() {
            Ok(binary) => self.binary = binary,
            Err(source) => {
                return Err(HostError::Binary { function: self.name, binary: self.binary, source });
            }
        }
        Ok(self)
    }
}
