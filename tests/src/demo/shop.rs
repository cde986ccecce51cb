//! The shop: which data points are published when, and which remain in the end.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use super::MINUTE_MS;
use super::catalogue::{FunctionSpec, shop_functions};
use super::minute::Minute;
use super::point::Point;
use super::request::PUBLICATIONS;

/// The shop. Equal seeds and functions give equal data, whatever range is asked for.
#[derive(Debug, Clone)]
pub struct Shop {
    seed: u64,
    functions: Vec<FunctionSpec>,
}

/// What CloudWatch publishes when one minute has ended.
#[derive(Debug, Clone, PartialEq)]
pub struct MinuteDelivery {
    /// When it is published: the end of the newest minute in it, Unix milliseconds.
    pub published_ms: i64,
    /// Points of the minute just ended, and again those of the two minutes before that have grown since.
    pub points: Vec<Point>,
}

impl Default for Shop {
    /// The shop of the demo.
    fn default() -> Self {
        Self::with_seed(2022)
    }
}

impl Shop {
    /// A shop with the usual functions and other traffic.
    pub fn with_seed(seed: u64) -> Self {
        Self { seed, functions: shop_functions() }
    }

    /// A shop of `count` functions that cycle over the usual profiles, for benchmarks. From the second cycle on,
    /// names are numbered (`cart-2`).
    pub fn with_functions(count: usize) -> Self {
        let profiles = shop_functions();
        let mut functions: Vec<FunctionSpec> = profiles.iter().cycle().take(count).cloned().collect();
        for (index, function) in functions.iter_mut().enumerate().skip(profiles.len()) {
            function.name = format!("{}-{}", function.name, index / profiles.len() + 1);
        }
        Self { seed: Self::default().seed, functions }
    }

    /// The shop with one function more, which has no alias and no further profile.
    #[must_use]
    pub fn with_function(mut self, function: FunctionSpec) -> Self {
        self.functions.push(function);
        self
    }

    pub(super) fn seed(&self) -> u64 {
        self.seed
    }

    /// The functions and their traffic.
    pub fn functions(&self) -> &[FunctionSpec] {
        &self.functions
    }

    /// What is published for the minutes that start in `range_ms` (Unix milliseconds), one item for each minute and
    /// two more for the last minutes' late points. Lazy: the range may be without end, as `now..i64::MAX`.
    pub fn deliveries(&self, range_ms: Range<i64>) -> Deliveries<'_> {
        let minutes = whole_minutes(&range_ms);
        Deliveries { shop: self, next: minutes.start, minutes, recent: VecDeque::new() }
    }

    /// What must be stored once everything of `range_ms` has been published, ordered by minute.
    pub fn final_points(&self, range_ms: Range<i64>) -> impl Iterator<Item = Point> + '_ {
        whole_minutes(&range_ms).flat_map(|minute| {
            Minute::simulate(&self.functions, self.seed, minute).points(&self.functions, PUBLICATIONS - 1)
        })
    }
}

/// The minutes, counted from 1970, that start within a range of milliseconds.
pub(super) fn whole_minutes(range_ms: &Range<i64>) -> Range<i64> {
    let first_from =
        |time_ms: i64| time_ms.div_euclid(MINUTE_MS) + i64::from(time_ms.rem_euclid(MINUTE_MS) != 0);
    first_from(range_ms.start)..first_from(range_ms.end)
}

/// Iterator over what is published each minute; see [`Shop::deliveries`].
#[derive(Debug)]
pub struct Deliveries<'a> {
    shop: &'a Shop,
    minutes: Range<i64>,
    next: i64,
    /// Minutes that may still grow, the newest first.
    recent: VecDeque<Minute>,
}

impl Iterator for Deliveries<'_> {
    type Item = MinuteDelivery;

    fn next(&mut self) -> Option<MinuteDelivery> {
        let late_minutes = i64::from(PUBLICATIONS - 1);
        if self.minutes.is_empty() || self.next >= self.minutes.end.saturating_add(late_minutes) {
            return None;
        }
        let minute = self.next;
        self.next += 1;
        if self.minutes.contains(&minute) {
            self.recent.push_front(Minute::simulate(&self.shop.functions, self.shop.seed, minute));
        }
        self.recent.retain(|recent| minute - recent.number <= late_minutes);

        let mut points = Vec::new();
        for recent in &self.recent {
            let publication = u8::try_from(minute - recent.number).unwrap_or(PUBLICATIONS);
            let current = recent.points(&self.shop.functions, publication);
            let before =
                publication.checked_sub(1).map(|earlier| recent.points(&self.shop.functions, earlier));
            match before {
                None => points.extend(current),
                Some(before) => points.extend(grown(current, &before)),
            }
        }
        Some(MinuteDelivery { published_ms: (minute + 1) * MINUTE_MS, points })
    }
}

/// The points that were not published before, or with fewer samples.
fn grown<'a>(current: Vec<Point>, before: &'a [Point]) -> impl Iterator<Item = Point> + 'a {
    let published: BTreeMap<_, u64> = before.iter().map(|point| (point.series(), point.samples)).collect();
    current.into_iter().filter(move |point| published.get(&point.series()) != Some(&point.samples))
}
