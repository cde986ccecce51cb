//! Operators between a vector and something else.

use super::metrics::METRICS;
use super::{Expression, Generator, Type};

const ARITHMETIC: &[&str] = &["+", "-", "*", "/", "%", "^", "atan2"];
const COMPARISON: &[&str] = &["==", "!=", "<", ">", "<=", ">="];

/// Many to one: what belongs together, and by which labels.
const JOINS: &[(&str, &str, &str, &[&str])] = &[
    ("http_requests_total", "build_info", "on (job, instance)", &["version", "", "job", "version, missing"]),
    ("memory_bytes", "memory_limit_bytes", "on (job)", &["", "instance"]),
    ("http_requests_total", "up", "ignoring (method, code)", &["", "instance"]),
    ("request_seconds_bucket", "request_seconds_count", "ignoring (le)", &["", "missing"]),
    ("request_seconds_bucket", "request_seconds_sum", "on (route)", &["", "route"]),
];

impl Generator {
    fn operator(&mut self) -> String {
        if self.chance(0.6) {
            return self.one_of(ARITHMETIC).to_owned();
        }
        let operator = self.one_of(COMPARISON);
        if self.chance(0.4) { format!("{operator} bool") } else { operator.to_owned() }
    }

    /// Mostly with parentheses: without, precedence makes of it what it will.
    fn operand(&mut self, operand: Expression) -> Expression {
        if self.chance(0.7) { operand.in_parentheses() } else { operand }
    }

    fn between(&mut self, left: Expression, operator: &str, right: Expression) -> Expression {
        let (left, right) = (self.operand(left), self.operand(right));
        Expression::new(Type::Vector).with(left).text(format!(" {operator} ")).with(right)
    }

    pub fn with_scalar(&mut self, depth: usize) -> Expression {
        let (vector, scalar) = (self.vector(depth), self.scalar(depth.min(2)));
        let operator = self.operator();
        match self.chance(0.7) {
            true => self.between(vector, &operator, scalar),
            false => self.between(scalar, &operator, vector),
        }
    }

    pub fn of_two(&mut self, depth: usize) -> Expression {
        match self.below(10) {
            0 | 1 => self.of_one_metric(),
            2..4 => self.of_groups(depth),
            4..6 => self.join(),
            6..9 => self.of_sets(depth),
            _ => {
                let (left, right) = (self.vector(depth), self.vector(depth));
                let (operator, matching) = (self.operator(), self.matching());
                self.between(left, &format!("{operator}{matching}"), right)
            }
        }
    }

    fn matching(&mut self) -> String {
        match self.below(4) {
            0 | 1 => String::new(),
            2 => format!(" on ({})", self.labels()),
            _ => format!(" ignoring ({})", self.labels()),
        }
    }

    /// A metric beside itself.
    fn of_one_metric(&mut self) -> Expression {
        let metric = self.metric();
        let left = self.selector_of(metric);
        let right = match self.chance(0.5) {
            true => self.selector_of(metric),
            false => Expression::call(
                Type::Vector,
                self.one_of(&["avg_over_time", "rate"]),
                [self.range_of(metric)],
            ),
        };
        let operator = self.operator();
        self.between(left, &operator, right)
    }

    /// Two vectors with the same labels.
    fn of_groups(&mut self, depth: usize) -> Expression {
        let labels = self.labels();
        let [left, right] = [0, 1].map(|_| {
            let operator = self.one_of(&["sum", "avg", "count", "max"]);
            let inner = self.vector(depth);
            Expression::call(Type::Vector, &format!("{operator} by ({labels}) "), [inner])
        });
        let operator = self.operator();
        self.between(left, &operator, right)
    }

    fn join(&mut self) -> Expression {
        let (many, one, matching, included) = self.one_of(JOINS);
        let [many, one] = [many, one].map(|name| {
            let metric = METRICS.iter().find(|metric| metric.name == name).unwrap();
            self.selector_of(metric)
        });
        let operator = self.operator();
        let included = self.one_of(included);
        match self.chance(0.7) {
            true => self.between(many, &format!("{operator} {matching} group_left ({included})"), one),
            false => self.between(one, &format!("{operator} {matching} group_right ({included})"), many),
        }
    }

    fn of_sets(&mut self, depth: usize) -> Expression {
        let operator = self.one_of(&["and", "or", "unless"]);
        let (left, right) = match self.chance(0.5) {
            true => {
                let metric = self.metric();
                (self.selector_of(metric), self.selector_of(metric))
            }
            false => (self.vector(depth), self.vector(depth)),
        };
        let matching = self.matching();
        self.between(left, &format!("{operator}{matching}"), right)
    }
}
