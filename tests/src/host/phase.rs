//! Where an instance is in its life. One side moves it on, any number of others wait for it.

use tokio::sync::watch;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The process has not asked for an event yet.
    Starting,
    /// It has asked, and there is none.
    Waiting,
    /// It works on an event, or is about to get one.
    Busy,
    /// The process is gone: its exit status in words.
    Ended(String),
}

impl Phase {
    pub(super) fn is_end(&self) -> bool {
        matches!(self, Self::Ended(_))
    }
}

#[derive(Debug)]
pub(super) struct Life(watch::Sender<Phase>);

impl Default for Life {
    fn default() -> Self {
        Self(watch::Sender::new(Phase::Starting))
    }
}

impl Life {
    /// Moves on; but nothing comes after the end.
    pub(super) fn advance(&self, to: Phase) {
        self.0.send_if_modified(|phase| {
            let alive = !phase.is_end();
            if alive {
                *phase = to;
            }
            alive
        });
    }

    /// Waits for a phase, which is the present one if that will do.
    pub(super) async fn reach(&self, wanted: impl FnMut(&Phase) -> bool) -> Phase {
        let mut phase = self.0.subscribe();
        // It fails only when the sender is dropped, which `self` holds.
        phase.wait_for(wanted).await.map_or(Phase::Ended(String::new()), |phase| phase.clone())
    }

    pub(super) fn has_ended(&self) -> bool {
        self.0.borrow().is_end()
    }
}
