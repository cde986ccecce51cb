//! Single requests to one function in one minute: what all its statistics are made of.

use super::catalogue::{FunctionSpec, Shape, Trigger};
use super::random::{SplitMix64, whole};
use super::{MINUTE_MS, point::Unit};

/// Length of a minute in the hundredths of a millisecond that run times are counted in.
const MINUTE_HUNDREDTHS: u64 = MINUTE_MS.unsigned_abs() * 100;
/// How long a host may keep a finished request's metrics before it reports them.
const REPORT_DELAY_MS: u64 = 6_000;
/// A minute is published when it ends and, if it has grown, one and two minutes later.
pub(super) const PUBLICATIONS: u8 = 3;

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Request {
    /// Run time in hundredths of a millisecond; `None` when it was throttled.
    pub duration: Option<u64>,
    pub failed: bool,
    /// Requests of the function running at this one's start, itself included.
    pub concurrency: u64,
    /// Ran the version under trial of the function's alias.
    pub canary: bool,
    /// Age of the last record of a stream batch, hundredths of a millisecond.
    pub iterator_age: Option<u64>,
    /// The event of a failed request could not be put into the dead-letter queue.
    pub dead_letter_failed: bool,
    /// First publication (`0..PUBLICATIONS`) of the minute that includes it.
    pub publication: u8,
}

/// One sample of one metric; values are hundredths.
pub(super) type Sample = (Metric, u64);

/// The metrics of AWS/Lambda that the shop has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Metric {
    Invocations,
    Errors,
    Throttles,
    Duration,
    ConcurrentExecutions,
    IteratorAge,
    AsyncEventsReceived,
    DeadLetterErrors,
}

impl Metric {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Invocations => "Invocations",
            Self::Errors => "Errors",
            Self::Throttles => "Throttles",
            Self::Duration => "Duration",
            Self::ConcurrentExecutions => "ConcurrentExecutions",
            Self::IteratorAge => "IteratorAge",
            Self::AsyncEventsReceived => "AsyncEventsReceived",
            Self::DeadLetterErrors => "DeadLetterErrors",
        }
    }

    pub(super) fn unit(self) -> Unit {
        match self {
            Self::Duration | Self::IteratorAge => Unit::Milliseconds,
            _ => Unit::Count,
        }
    }
}

impl Request {
    /// What the request adds to each metric. A throttled request is no invocation: it only counts as throttled.
    pub(super) fn samples(&self, trigger: Trigger) -> Vec<Sample> {
        let flag = |set: bool| u64::from(set) * 100;
        let mut samples = vec![(Metric::Throttles, flag(self.duration.is_none()))];
        if trigger == Trigger::Asynchronous {
            samples.push((Metric::AsyncEventsReceived, 100));
        }
        let Some(duration) = self.duration else {
            return samples;
        };
        samples.extend([
            (Metric::Invocations, 100),
            (Metric::Errors, flag(self.failed)),
            (Metric::Duration, duration),
            (Metric::ConcurrentExecutions, self.concurrency * 100),
        ]);
        if let Some(age) = self.iterator_age {
            samples.push((Metric::IteratorAge, age));
        }
        if self.failed && trigger == Trigger::Asynchronous {
            samples.push((Metric::DeadLetterErrors, flag(self.dead_letter_failed)));
        }
        samples
    }
}

/// The requests that begin in minute `minute` (counted from 1970) of the function at `index`.
pub(super) fn requests(spec: &FunctionSpec, seed: u64, index: usize, minute: i64) -> Vec<Request> {
    let (index, minute) = (index as u64, minute.unsigned_abs());
    let mut random = SplitMix64::for_parts(seed, &[index, minute]);
    let mean = mean_requests(spec.shape, seed, index, minute);
    let mut starts: Vec<u64> = (0..random.poisson(mean)).map(|_| random.below(MINUTE_HUNDREDTHS)).collect();
    starts.sort_unstable();

    let admitted = spec.throttle_above.unwrap_or(u64::MAX);
    let mut requests: Vec<Request> = starts
        .iter()
        .zip(0..)
        .map(|(&start, rank)| request(spec, &mut random, start, rank < admitted))
        .collect();
    count_concurrency(&starts, &mut requests);
    requests
}

fn mean_requests(shape: Shape, seed: u64, index: u64, minute: u64) -> f64 {
    let minute_of_day = minute % (24 * 60);
    match shape {
        Shape::Steady { per_minute } => {
            let turn = minute_of_day as f64 / (24.0 * 60.0) * std::f64::consts::TAU;
            per_minute * (1.0 - 0.33 * turn.cos())
        }
        Shape::Bursty { per_minute } => {
            let burst = SplitMix64::for_parts(seed, &[index, minute / 5, 0xb0b]).chance(0.2);
            if burst { per_minute * 8.0 } else { per_minute }
        }
        Shape::Scheduled { period, requests } => {
            if minute.is_multiple_of(u64::from(period)) {
                requests
            } else {
                0.0
            }
        }
        Shape::Nightly { from, until, per_minute } => {
            let hours = u64::from(from) * 60..u64::from(until) * 60;
            if hours.contains(&minute_of_day) { per_minute } else { 0.0 }
        }
    }
}

fn request(spec: &FunctionSpec, random: &mut SplitMix64, start: u64, admitted: bool) -> Request {
    let timeout = u64::from(spec.timeout_ms) * 100;
    let duration = whole(random.log_normal(spec.median_ms, spec.spread) * 100.0).clamp(100, timeout);
    let reported = start + if admitted { duration } else { 0 } + random.below(REPORT_DELAY_MS * 100);
    let publication = (reported / MINUTE_HUNDREDTHS).min(u64::from(PUBLICATIONS) - 1);
    let failed = random.chance(spec.error_rate) || duration == timeout;
    let iterator_age = whole(random.log_normal(1_500.0, 0.6) * 100.0);
    Request {
        duration: admitted.then_some(duration),
        failed: admitted && failed,
        concurrency: 0,
        canary: spec.alias.is_some_and(|alias| random.chance(alias.canary_share)),
        iterator_age: (spec.trigger == Trigger::Stream).then_some(iterator_age),
        dead_letter_failed: random.chance(0.25),
        publication: u8::try_from(publication).unwrap_or(PUBLICATIONS - 1),
    }
}

/// Counts, at each request's start, the requests of this minute that have begun and not ended.
fn count_concurrency(starts: &[u64], requests: &mut [Request]) {
    let running =
        || starts.iter().zip(&*requests).filter_map(|(start, request)| Some((*start, request.duration?)));
    let begun: Vec<u64> = running().map(|(start, _)| start).collect();
    let mut ended: Vec<u64> = running().map(|(start, duration)| start + duration).collect();
    ended.sort_unstable();
    for (request, start) in requests.iter_mut().zip(starts) {
        let begun_by_then = begun.partition_point(|other| other <= start);
        let ended_by_then = ended.partition_point(|end| end <= start);
        request.concurrency = begun_by_then.saturating_sub(ended_by_then) as u64;
    }
}
