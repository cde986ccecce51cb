//! The instances of one function. A request takes the idle instance that was used last, or starts one (a cold start);
//! at the function's concurrency it is refused.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;

use super::input::Input;
use super::instance::Instance;
use super::log::Log;
use super::{Function, InvokeError};

#[derive(Debug)]
pub(super) struct Pool {
    function: Arc<Function>,
    log: Arc<Log>,
    slots: Mutex<Slots>,
}

#[derive(Debug, Default)]
struct Slots {
    instances: Vec<Arc<Instance>>,
    idle: Vec<Arc<Instance>>,
    init_error: Option<String>,
    stopped: bool,
}

impl Pool {
    pub(super) fn new(function: Function) -> Self {
        let log = Arc::new(Log::new(&function.name, function.log));
        Self { function: Arc::new(function), log, slots: Mutex::default() }
    }

    /// Has one event handled. It is handled to its end even if the caller loses interest, as on Lambda.
    pub(super) async fn invoke(self: Arc<Self>, input: Input) -> Result<Bytes, InvokeError> {
        let instance = self.take()?;
        let invocation = tokio::spawn(async move {
            let result = instance.run(input).await;
            self.put_back(instance, &result);
            result
        });
        // The task cannot panic; it is cancelled only when the whole runtime goes.
        invocation.await.unwrap_or(Err(InvokeError::Stopped))
    }

    fn take(&self) -> Result<Arc<Instance>, InvokeError> {
        let mut slots = self.slots();
        if slots.stopped {
            return Err(InvokeError::Stopped);
        }
        slots.instances.retain(|instance| !instance.has_ended());
        slots.idle.retain(|instance| !instance.has_ended());
        if let Some(instance) = slots.idle.pop() {
            return Ok(instance);
        }
        if slots.instances.len() >= self.function.max_concurrency {
            return Err(InvokeError::Throttled(slots.instances.len()));
        }
        let instance = Instance::start(&self.function, &self.log).inspect_err(|error| {
            slots.init_error = Some(error.to_string());
            self.log.push(format!("cannot start {}: {error}", self.function.binary.display()));
        })?;
        slots.instances.push(Arc::clone(&instance));
        Ok(instance)
    }

    fn put_back(&self, instance: Arc<Instance>, result: &Result<Bytes, InvokeError>) {
        let mut slots = self.slots();
        if let Err(InvokeError::Init(reason)) = result {
            slots.init_error = Some(reason.clone());
        }
        if instance.has_ended() {
            slots.instances.retain(|other| !Arc::ptr_eq(other, &instance));
        } else {
            slots.idle.push(instance);
        }
    }

    pub(super) fn pids(&self) -> Vec<u32> {
        self.slots()
            .instances
            .iter()
            .filter(|instance| !instance.has_ended())
            .map(|instance| instance.pid)
            .collect()
    }

    pub(super) fn log_lines(&self) -> Vec<String> {
        self.log.lines()
    }

    pub(super) fn log_line(&self, line: String) {
        self.log.push(line);
    }

    pub(super) fn init_error(&self) -> Option<String> {
        self.slots().init_error.clone()
    }

    /// Takes no further requests and has every instance killed. Returns those that were alive.
    pub(super) fn begin_stop(&self) -> Vec<Arc<Instance>> {
        let mut slots = self.slots();
        slots.stopped = true;
        slots.idle.clear();
        let instances = std::mem::take(&mut slots.instances);
        for instance in &instances {
            instance.begin_end();
        }
        instances
    }

    /// Like [`Pool::begin_stop`], and waits until the processes are gone.
    pub(super) async fn stop(&self) {
        for instance in self.begin_stop() {
            instance.end().await;
        }
    }

    fn slots(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
