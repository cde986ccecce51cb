//! One instance of a function: a process, its own Runtime API on a port of its own (so that, as on Lambda,
//! `AWS_LAMBDA_RUNTIME_API` is a plain `host:port` and needs no path), and the event it is working on.
//!
//! Like an execution environment of Lambda it handles one event at a time, and an invocation is over only when the
//! process asks for its next event: so the instance is free, or known to be gone, before the caller has its answer.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use tokio::net::TcpListener;
use tokio::process::Child;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};
use uuid::Uuid;

use super::input::Input;
use super::log::Log;
use super::phase::{Life, Phase};
use super::time::epoch_ms;
use super::{Function, InvokeError, process, runtime_api, without_delay};

/// How long Lambda lets a process start before it tries once more within the time-out of the invocation:
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>.
const INIT_LIMIT: Duration = Duration::from_secs(10);

/// How long to wait for the last log lines of a process that ended: its own children may hold the pipes open.
const LAST_LINES_LIMIT: Duration = Duration::from_secs(1);

/// An event on its way to the process.
#[derive(Debug)]
pub(super) struct Invocation {
    pub(super) request_id: String,
    pub(super) deadline_ms: u64,
    pub(super) input: Input,
}

/// The event that the process works on, and who waits for the answer.
#[derive(Debug)]
struct Current {
    request_id: String,
    answer: oneshot::Sender<Result<Bytes, InvokeError>>,
}

#[derive(Debug)]
pub(super) struct Instance {
    pub(super) function: Arc<Function>,
    pub(super) pid: u32,
    log: Arc<Log>,
    life: Life,
    outbox: mpsc::Sender<Invocation>,
    inbox: tokio::sync::Mutex<mpsc::Receiver<Invocation>>,
    current: Mutex<Option<Current>>,
    reported_init_error: Mutex<Option<String>>,
    stop: Notify,
}

impl Instance {
    /// Starts a process and its Runtime API.
    pub(super) fn start(function: &Arc<Function>, log: &Arc<Log>) -> io::Result<Arc<Self>> {
        let listener = std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let log_stream = format!("[$LATEST]{}", Uuid::new_v4().simple());
        let child = process::start(function, &log_stream, listener.local_addr()?)?;
        let (outbox, inbox) = mpsc::channel(1);
        let instance = Arc::new(Self {
            function: Arc::clone(function),
            pid: child.id().unwrap_or_default(),
            log: Arc::clone(log),
            life: Life::default(),
            outbox,
            inbox: tokio::sync::Mutex::new(inbox),
            current: Mutex::default(),
            reported_init_error: Mutex::default(),
            stop: Notify::new(),
        });
        let router = runtime_api::router(Arc::clone(&instance));
        let server = tokio::spawn(async move {
            axum::serve(without_delay(listener), router).await.ok();
        });
        tokio::spawn(Arc::clone(&instance).supervise(child, server));
        Ok(instance)
    }

    /// Waits for the end of the process, or brings it about, and for its last log lines.
    async fn supervise(self: Arc<Self>, mut child: Child, server: JoinHandle<()>) {
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let read_logs = async { tokio::join!(self.log.read(stdout), self.log.read(stderr)) };
        tokio::pin!(read_logs);
        let end = async {
            tokio::select! {
                status = child.wait() => return status,
                () = self.stop.notified() => {}
            }
            child.start_kill()?;
            child.wait().await
        };
        tokio::pin!(end);
        let status = tokio::select! {
            status = &mut end => {
                timeout(LAST_LINES_LIMIT, read_logs).await.ok();
                status
            }
            // A process may close its standard output and error and go on.
            _ = &mut read_logs => end.await,
        };
        server.abort();
        self.life.advance(Phase::Ended(process::describe_end(&status)));
    }

    /// Hands an event to the process and waits until it is done with it, or gone.
    pub(super) async fn run(&self, input: Input) -> Result<Bytes, InvokeError> {
        self.started().await?;
        let limit = self.function.timeout;
        let request_id = Uuid::new_v4().to_string();
        let (answer, answered) = oneshot::channel();
        let deadline_ms = epoch_ms(SystemTime::now() + limit);
        self.life.advance(Phase::Busy);
        *lock(&self.current) = Some(Current { request_id: request_id.clone(), answer });
        let invocation = Invocation { request_id: request_id.clone(), deadline_ms, input };
        if self.outbox.send(invocation).await.is_err() {
            return Err(InvokeError::Stopped);
        }
        let deadline = Instant::now() + limit;
        let result = match timeout_at(deadline, self.answer(answered)).await {
            Ok(result) => result,
            Err(_) => Err(InvokeError::TimedOut(limit)),
        };
        if timeout_at(deadline, self.life.reach(|phase| *phase != Phase::Busy)).await.is_err() {
            self.end().await;
        }
        if let Err(error) = &result {
            self.log.push(format!("RequestId: {request_id} Error: {error}"));
        }
        result
    }

    /// Waits until the process asks for an event for the first time.
    async fn started(&self) -> Result<(), InvokeError> {
        let limit = INIT_LIMIT + self.function.timeout;
        let phase = timeout(limit, self.life.reach(|phase| *phase != Phase::Starting)).await;
        let reason = match phase {
            Ok(Phase::Ended(status)) => lock(&self.reported_init_error).take().unwrap_or(status),
            Ok(_) => return Ok(()),
            Err(_) => {
                self.end().await;
                format!("no event was asked for in {} seconds", limit.as_secs_f64())
            }
        };
        let error = InvokeError::Init(reason);
        self.log.push(format!("INIT_REPORT Error: {error}"));
        Err(error)
    }

    /// The answer of the process, or how it ended without one.
    async fn answer(
        &self,
        answered: oneshot::Receiver<Result<Bytes, InvokeError>>,
    ) -> Result<Bytes, InvokeError> {
        let ended = self.life.reach(Phase::is_end);
        tokio::select! {
            biased;
            Ok(result) = answered => result,
            Phase::Ended(status) = ended => Err(InvokeError::Exited(status)),
            else => Err(InvokeError::Stopped),
        }
    }

    /// The process asks for an event, and waits until there is one.
    pub(super) async fn next_invocation(&self) -> Option<Invocation> {
        let mut inbox = self.inbox.lock().await;
        self.life.advance(Phase::Waiting);
        inbox.recv().await
    }

    /// The process has an answer, or an error. False if it is not to the event that it works on.
    pub(super) fn settle(&self, request_id: &str, result: Result<Bytes, InvokeError>) -> bool {
        let current = lock(&self.current).take_if(|current| current.request_id == request_id);
        current.is_some_and(|current| current.answer.send(result).is_ok())
    }

    /// The process says why it cannot start. It is expected to end by itself then.
    pub(super) fn report_init_error(&self, error: String) {
        *lock(&self.reported_init_error) = Some(error);
    }

    /// Has the process killed, without waiting for its end.
    pub(super) fn begin_end(&self) {
        self.stop.notify_one();
    }

    /// Kills the process and waits for its end.
    pub(super) async fn end(&self) {
        self.begin_end();
        self.life.reach(Phase::is_end).await;
    }

    pub(super) fn has_ended(&self) -> bool {
        self.life.has_ended()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
