//! Points as they come, in any order, brought into series.

use std::collections::HashMap;

use firefly_model::selection::{Point, is_absent};

use super::samples::{Budget, Exhausted};
use super::shape::{Buckets, Markers};

/// The points of several series.
pub(super) struct Collected {
    places: HashMap<i64, usize>,
    series: Vec<Vec<Point>>,
    thinned: Option<(Buckets, Markers)>,
    /// The series of the last point: the next one is often of the same.
    last: (i64, usize),
}

impl Collected {
    /// None yet of these series.
    pub fn new(ids: &[i64], thinned: Option<(Buckets, Markers)>) -> Self {
        let places = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        let last = (ids.first().copied().unwrap_or_default(), 0);
        Self { places, series: vec![Vec::new(); ids.len()], thinned, last }
    }

    /// Adds a point, at the cost of the budget if it takes memory.
    pub fn add(&mut self, id: i64, point: Point, budget: &Budget) -> Result<(), Exhausted> {
        if self.last.0 != id {
            let Some(at) = self.places.get(&id) else { return Ok(()) };
            self.last = (id, *at);
        }
        let Some(points) = self.series.get_mut(self.last.1) else { return Ok(()) };
        if let Some((buckets, markers)) = self.thinned {
            if markers == Markers::LeftOut && is_absent(point.value) {
                return Ok(());
            }
            if let Some(newest) = points.last_mut()
                && buckets.index(newest.time_ms) == buckets.index(point.time_ms)
            {
                if newest.time_ms < point.time_ms {
                    *newest = point;
                }
                return Ok(());
            }
        }
        budget.take()?;
        points.push(point);
        Ok(())
    }

    /// By time; each time once, as the database has it to the microsecond, and of each bucket the newest.
    pub fn into_points(self) -> Vec<Vec<Point>> {
        let Self { mut series, thinned, .. } = self;
        for points in &mut series {
            if points.is_sorted_by(|one, next| one.time_ms < next.time_ms) {
                continue;
            }
            points.sort_by_key(|point| point.time_ms);
            let alike = |one: &Point, next: &Point| match thinned {
                Some((buckets, _)) => buckets.index(one.time_ms) == buckets.index(next.time_ms),
                None => one.time_ms == next.time_ms,
            };
            points.dedup_by(|next, kept| {
                let is_alike = alike(kept, next);
                if is_alike && kept.time_ms < next.time_ms {
                    *kept = *next;
                }
                is_alike
            });
        }
        series
    }
}
