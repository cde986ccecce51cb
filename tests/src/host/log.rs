//! The log of a function: what its instances print, and what the host has to say on them. Kept in memory for tests,
//! the newest lines of it, and printed if wanted.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// How many lines are kept: more than any test reads back, and a bound on what a benchmark piles up.
const MAX_LINES: usize = 10_000;

/// Where the log lines of a function go. They are kept in memory in any case, see [`super::Host::logs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogSink {
    /// In memory only.
    Keep,
    /// Also to standard error, after the function's name.
    Print,
}

#[derive(Debug)]
pub(super) struct Log {
    function: String,
    sink: LogSink,
    lines: Mutex<VecDeque<String>>,
}

impl Log {
    pub(super) fn new(function: &str, sink: LogSink) -> Self {
        Self { function: function.into(), sink, lines: Mutex::default() }
    }

    pub(super) fn push(&self, line: String) {
        if self.sink == LogSink::Print {
            eprintln!("{}: {line}", self.function);
        }
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == MAX_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Takes over what a process prints until it closes the pipe, if there is one.
    pub(super) async fn read(&self, pipe: Option<impl AsyncRead + Unpin>) {
        let Some(pipe) = pipe else { return };
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while matches!(pipe.read_until(b'\n', &mut line).await, Ok(1..)) {
            self.push(String::from_utf8_lossy(line.trim_ascii_end()).into_owned());
            line.clear();
        }
    }
}
