//! Aggregations.

use super::metrics::METRICS;
use super::{Expression, Generator, Type};

pub const LABELS: &[&str] = &[
    "job",
    "instance",
    "method",
    "code",
    "route",
    "le",
    "room",
    "floor",
    "queue",
    "kind",
    "pod",
    "zone",
    "version",
    "missing",
    "\"küche.id\"",
    "__name__",
];

impl Generator {
    pub fn labels(&mut self) -> String {
        let count = self.one_of(&[0, 1, 1, 1, 2, 2, 3]);
        (0..count).map(|_| self.one_of(LABELS)).collect::<Vec<_>>().join(", ")
    }

    fn grouping(&mut self) -> String {
        match self.below(8) {
            0..3 => String::new(),
            3..7 => format!(" by ({})", self.labels()),
            _ => format!(" without ({})", self.labels()),
        }
    }

    pub fn aggregation(&mut self, depth: usize) -> Expression {
        let (operator, parameter, inner) = match self.below(16) {
            0 => ("quantile", Some(self.quantile()), self.vector(depth)),
            1 => {
                let label = self.one_of(&["\"value\"", "'job'", "`other`", "\"with.dot\""]);
                ("count_values", Some(Expression::new(Type::Scalar).text(label)), self.vector(depth))
            }
            2 | 3 => {
                let count = self.one_of(&["1", "2", "3", "0", "-1", "100", "1.9"]);
                let count = Expression::new(Type::Scalar).text(count);
                (self.one_of(&["topk", "bottomk"]), Some(count), self.distinct())
            }
            _ => {
                let operator =
                    self.one_of(&["sum", "sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"]);
                (operator, None, self.vector(depth))
            }
        };
        let grouping = self.grouping();
        // Before the argument or behind it.
        let is_before = self.chance(0.6);
        let mut call = Expression::new(Type::Vector).text(operator);
        if is_before {
            call = call.text(grouping.clone());
        }
        call = call.text("(");
        if let Some(parameter) = parameter {
            call = call.with(parameter).text(", ");
        }
        call = call.with(inner).text(")");
        if is_before { call } else { call.text(grouping) }
    }

    /// A vector without two equal values: which of equal ones come first is nobody's promise.
    fn distinct(&mut self) -> Expression {
        let metrics: Vec<_> = METRICS.iter().filter(|metric| metric.is_distinct).collect();
        let metric = self.one_of(&metrics);
        let (series, modifiers) = (self.series_of(metric), self.modifiers());
        let (is, text) = match self.below(4) {
            0 => (Type::Matrix, format!("{series}[{}]{modifiers}", self.range_length())),
            _ => (Type::Vector, format!("{series}{modifiers}")),
        };
        let series = Expression::new(is).text(text);
        match is {
            Type::Matrix => {
                let function =
                    self.one_of(&["avg_over_time", "max_over_time", "last_over_time", "sum_over_time"]);
                Expression::call(Type::Vector, function, [series])
            }
            _ if self.chance(0.4) => {
                let factor = self.one_of(&["2", "-1", "0.5"]);
                Expression::new(Type::Vector).with(series).text(format!(" * {factor}"))
            }
            _ => series,
        }
    }
}
