//! The shop's functions and how each behaves.

/// How a function's requests spread over time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// About `per_minute` requests, a third more at noon and less at midnight (UTC).
    Steady {
        /// Mean over a day.
        per_minute: f64,
    },
    /// `per_minute` requests, eight times as many in about one of five blocks of five minutes.
    Bursty {
        /// Mean between bursts; below 1 it leaves idle minutes.
        per_minute: f64,
    },
    /// `requests` in each `period`th minute, none in between.
    Scheduled {
        /// Minutes from one run to the next.
        period: u16,
        /// Mean number of requests of a run.
        requests: f64,
    },
    /// `per_minute` requests from `from` to `until` o'clock UTC, none outside.
    Nightly {
        /// First hour of the day with requests.
        from: u16,
        /// First hour of the day without.
        until: u16,
        /// Mean within the hours.
        per_minute: f64,
    },
}

/// What invokes a function; it decides which further metrics there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// A caller that waits for the answer.
    Synchronous,
    /// An event queue in front of the function: `AsyncEventsReceived`, and `DeadLetterErrors` on failed requests.
    Asynchronous,
    /// A Kinesis stream, read in batches: `IteratorAge`.
    Stream,
}

/// An alias that splits its requests over two published versions, as in a canary deployment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alias {
    /// Name of the alias.
    pub name: &'static str,
    /// Version that most requests run.
    pub version: &'static str,
    /// Version under trial.
    pub canary_version: &'static str,
    /// Share of requests that run the version under trial, `0.0..=1.0`.
    pub canary_share: f64,
}

/// One function and its traffic.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionSpec {
    /// `FunctionName`.
    pub name: String,
    /// Owned by the linked account.
    pub linked: bool,
    /// Requests over time.
    pub shape: Shape,
    /// What invokes it.
    pub trigger: Trigger,
    /// Median run time in milliseconds.
    pub median_ms: f64,
    /// Deviation of the run time's logarithm: 0.2 is even, 0.8 has a long tail.
    pub spread: f64,
    /// Configured time-out in milliseconds; a run that reaches it is an error.
    pub timeout_ms: u32,
    /// Share of requests that fail by themselves, `0.0..=1.0`.
    pub error_rate: f64,
    /// Requests a minute beyond which the rest is throttled.
    pub throttle_above: Option<u64>,
    /// Alias through which all its requests come.
    pub alias: Option<Alias>,
}

impl FunctionSpec {
    /// A function that waits for its callers, in the account itself, with few errors and a time-out of ten seconds.
    pub fn new(name: &str, shape: Shape, median_ms: f64, spread: f64) -> Self {
        Self {
            name: name.to_owned(),
            linked: false,
            shape,
            trigger: Trigger::Synchronous,
            median_ms,
            spread,
            timeout_ms: 10_000,
            error_rate: 0.002,
            throttle_above: None,
            alias: None,
        }
    }
}

/// The shop's functions, one for each profile.
pub(super) fn shop_functions() -> Vec<FunctionSpec> {
    let live = Alias { name: "live", version: "17", canary_version: "18", canary_share: 0.1 };
    let steady = |per_minute| Shape::Steady { per_minute };
    let bursty = |per_minute| Shape::Bursty { per_minute };
    let new = FunctionSpec::new;
    vec![
        FunctionSpec { alias: Some(live), ..new("checkout", steady(24.0), 180.0, 0.4) },
        new("cart", steady(60.0), 35.0, 0.5),
        new("catalog-search", bursty(40.0), 90.0, 0.8),
        new("product-page", steady(110.0), 22.0, 0.6),
        FunctionSpec { error_rate: 0.12, ..new("payment-webhook", steady(14.0), 240.0, 0.5) },
        FunctionSpec {
            trigger: Trigger::Asynchronous,
            error_rate: 0.03,
            ..new("order-email", bursty(6.0), 420.0, 0.4)
        },
        // Slow: most runs end shortly before the time-out, some reach it.
        FunctionSpec {
            trigger: Trigger::Asynchronous,
            timeout_ms: 30_000,
            ..new("image-resize", bursty(3.0), 22_000.0, 0.2)
        },
        FunctionSpec {
            trigger: Trigger::Stream,
            timeout_ms: 60_000,
            ..new("inventory-sync", steady(12.0), 900.0, 0.5)
        },
        FunctionSpec { throttle_above: Some(80), ..new("recommendations", steady(85.0), 310.0, 0.5) },
        new("session-cleanup", Shape::Scheduled { period: 5, requests: 1.5 }, 650.0, 0.2),
        // Runs beyond the next minute, so that a minute is complete only after its second re-publication.
        FunctionSpec {
            timeout_ms: 300_000,
            ..new("nightly-report", Shape::Nightly { from: 1, until: 3, per_minute: 2.0 }, 75_000.0, 0.3)
        },
        new("stock-alert", bursty(0.4), 130.0, 0.3),
        FunctionSpec { linked: true, ..new("fraud-check", steady(18.0), 75.0, 0.7) },
        FunctionSpec { linked: true, ..new("invoice-pdf", bursty(1.0), 1_900.0, 0.4) },
    ]
}
