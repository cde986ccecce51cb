//! Aggregations that make one number of the numbers of a group in a step.

use firefly_model::selection::{ABSENT, is_absent};

use super::groups::Groups;
use crate::evaluate::StepSeries;
use crate::functions::quantile;
use crate::kahan::{KahanMean, KahanSum};

/// What has been seen of a group in a step.
pub(super) trait Cell: Clone {
    /// Of nothing yet.
    const EMPTY: Self;

    /// A number more.
    fn add(&mut self, value: f64);

    /// What they make; [`ABSENT`] if there were none.
    fn result(&self) -> f64;
}

/// The column of each group: one pass over the columns of its series, the first of which becomes that of the results.
/// Large columns cost more in the making than in the reading.
pub(super) fn fold<C: Cell>(series: &mut [StepSeries], groups: &Groups, steps: usize) -> Vec<Vec<f64>> {
    let mut cells = vec![C::EMPTY; steps];
    let of_group = |members: &Vec<usize>| {
        cells.fill(C::EMPTY);
        for member in members {
            for (cell, value) in cells.iter_mut().zip(&series[*member].values) {
                if !is_absent(*value) {
                    cell.add(*value);
                }
            }
        }
        let first = members.first().map(|first| std::mem::take(&mut series[*first].values));
        let mut column = first.unwrap_or_default();
        column.resize(steps, ABSENT);
        column.iter_mut().zip(&cells).for_each(|(result, cell)| *result = cell.result());
        column
    };
    groups.members().iter().map(of_group).collect()
}

/// `sum`
#[derive(Clone, Copy)]
pub(super) struct Sum(KahanSum);

impl Cell for Sum {
    const EMPTY: Self = Self(KahanSum { sum: ABSENT, lost: 0.0 });

    fn add(&mut self, value: f64) {
        let so_far = if is_absent(self.0.sum) { KahanSum::default() } else { self.0 };
        self.0 = so_far.plus(value);
    }

    fn result(&self) -> f64 {
        if is_absent(self.0.sum) { ABSENT } else { self.0.value() }
    }
}

/// `avg`
#[derive(Clone, Copy)]
pub(super) struct Average(Option<KahanMean>);

impl Cell for Average {
    const EMPTY: Self = Self(None);

    fn add(&mut self, value: f64) {
        self.0 = Some(self.0.map_or_else(|| KahanMean::of(value), |mean| mean.plus(value)));
    }

    fn result(&self) -> f64 {
        self.0.map_or(ABSENT, KahanMean::value)
    }
}

/// `count`
#[derive(Clone, Copy)]
pub(super) struct Count(f64);

impl Cell for Count {
    const EMPTY: Self = Self(0.0);

    fn add(&mut self, _: f64) {
        self.0 += 1.0;
    }

    fn result(&self) -> f64 {
        if self.0 == 0.0 { ABSENT } else { self.0 }
    }
}

/// `group`
#[derive(Clone, Copy)]
pub(super) struct Group(f64);

impl Cell for Group {
    const EMPTY: Self = Self(ABSENT);

    fn add(&mut self, _: f64) {
        self.0 = 1.0;
    }

    fn result(&self) -> f64 {
        self.0
    }
}

/// `min`: the least number, NaN if there is none. To begin with there is a NaN, which is less than nothing.
#[derive(Clone, Copy)]
pub(super) struct Minimum(f64);

impl Cell for Minimum {
    const EMPTY: Self = Self(ABSENT);

    fn add(&mut self, value: f64) {
        if self.0 > value || self.0.is_nan() {
            self.0 = value;
        }
    }

    fn result(&self) -> f64 {
        self.0
    }
}

/// `max`: the greatest number, NaN if there is none.
#[derive(Clone, Copy)]
pub(super) struct Maximum(f64);

impl Cell for Maximum {
    const EMPTY: Self = Self(ABSENT);

    fn add(&mut self, value: f64) {
        if self.0 < value || self.0.is_nan() {
            self.0 = value;
        }
    }

    fn result(&self) -> f64 {
        self.0
    }
}

/// `stdvar`: Welford's method.
#[derive(Clone, Copy)]
pub(super) struct Variance {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Cell for Variance {
    const EMPTY: Self = Self { count: 0.0, mean: 0.0, squares: 0.0 };

    fn add(&mut self, value: f64) {
        self.count += 1.0;
        if self.count == 1.0 {
            self.mean = value;
            self.squares = if value.is_finite() { 0.0 } else { f64::NAN };
            return;
        }
        let distance = value - self.mean;
        self.mean += distance / self.count;
        self.squares += distance * (value - self.mean);
    }

    fn result(&self) -> f64 {
        if self.count == 0.0 { ABSENT } else { self.squares / self.count }
    }
}

/// `stddev`
#[derive(Clone, Copy)]
pub(super) struct Deviation(Variance);

impl Cell for Deviation {
    const EMPTY: Self = Self(Variance::EMPTY);

    fn add(&mut self, value: f64) {
        self.0.add(value);
    }

    fn result(&self) -> f64 {
        // The root of what stands for nothing would not.
        if self.0.count == 0.0 { ABSENT } else { self.0.result().sqrt() }
    }
}

/// `quantile`, of another rank in each step. The numbers of a step have to be looked at together.
pub(super) fn quantiles(series: &[StepSeries], groups: &Groups, ranks: &[f64]) -> Vec<Vec<f64>> {
    let mut columns = vec![vec![ABSENT; ranks.len()]; groups.labels.len()];
    let members = groups.members();
    let mut numbers = Vec::new();
    for (column, members) in columns.iter_mut().zip(&members) {
        for (step, (result, rank)) in column.iter_mut().zip(ranks).enumerate() {
            numbers.clear();
            let values = members.iter().filter_map(|member| series[*member].values.get(step).copied());
            numbers.extend(values.filter(|value| !is_absent(*value)));
            if !numbers.is_empty() {
                *result = quantile(*rank, &mut numbers);
            }
        }
    }
    columns
}
