//! The choice between kinds of expressions, and of when they are asked for.

use firefly_tests::demo::SplitMix64;
use firefly_tests::prometheus_client::Question;

use super::{Expression, Type};
use crate::references::prometheus::data::LENGTH_MS;

/// Makes expressions, as its seed says.
pub struct Generator {
    pub random: SplitMix64,
    pub start_ms: i64,
}

impl Generator {
    pub fn new(seed: u64, start_ms: i64) -> Self {
        Self { random: SplitMix64::new(seed), start_ms }
    }

    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.random.below(bound as u64)).unwrap()
    }

    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.random.chance(probability)
    }

    /// A whole query with the expression that it asks for.
    pub fn question(&mut self) -> (Question, Expression) {
        let depth = 1 + self.below(4);
        let expression = match self.below(20) {
            0 => self.scalar(depth),
            1 => self.matrix(depth),
            2 => self.sorted(depth),
            _ => self.vector(depth),
        };
        let is_range = expression.is != Type::Matrix && self.chance(0.5);
        let mut question = if is_range { self.range(&expression) } else { self.instant(&expression) };
        if self.chance(0.1) {
            question = question.with("lookback_delta", self.one_of(&["30s", "2m", "10m", "61.5"]));
        }
        if self.chance(0.5) {
            question = question.as_form();
        }
        (question, expression)
    }

    /// A time about the samples, on the minute, the second or neither.
    fn time(&mut self) -> i64 {
        let span = u64::try_from(LENGTH_MS + 8 * 60_000).unwrap();
        let offset = i64::try_from(self.random.below(span)).unwrap() - 2 * 60_000;
        let unit = self.one_of(&[60_000, 15_000, 1_000, 1]);
        self.start_ms + offset / unit * unit
    }

    fn instant(&mut self, expression: &Expression) -> Question {
        Question::instant(expression.to_string(), self.time())
    }

    fn range(&mut self, expression: &Expression) -> Question {
        let step = self.one_of(&[1_000, 7_000, 15_000, 15_000, 30_000, 60_000, 60_000, 61_500, 300_000]);
        let steps = self.one_of(&[1, 3, 10, 30, 60]);
        let start = self.time();
        let remainder = i64::try_from(self.random.below(u64::try_from(step).unwrap())).unwrap();
        Question::range(expression.to_string(), start, start + (steps - 1) * step + remainder, step)
    }

    pub fn vector(&mut self, depth: usize) -> Expression {
        if depth == 0 {
            return match self.below(12) {
                0 => Expression::call(Type::Vector, "vector", [self.scalar(0)]),
                _ => self.selector(),
            };
        }
        let inner = depth - 1;
        match self.below(24) {
            0..3 => self.selector(),
            3..8 => self.over_time(inner),
            8..12 => self.aggregation(inner),
            12..14 => self.with_scalar(inner),
            14..18 => self.of_two(inner),
            18..20 => self.of_numbers(inner),
            20 => self.of_labels(inner),
            21 => self.of_histogram(inner),
            22 => self.of_presence(inner),
            _ => self.wrapped(inner),
        }
    }

    fn wrapped(&mut self, depth: usize) -> Expression {
        let inner = self.vector(depth);
        match self.below(4) {
            0 => Expression::new(Type::Vector).text("-").with(inner),
            1 => Expression::new(Type::Vector).text("+").with(inner),
            _ => inner.in_parentheses(),
        }
    }
}
