//! Calls of functions that make vectors.

use super::metrics::METRICS;
use super::{Expression, Generator, Type};

const OF_ONE: &[&str] = &[
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "ceil",
    "cos",
    "cosh",
    "day_of_month",
    "day_of_week",
    "day_of_year",
    "days_in_month",
    "deg",
    "exp",
    "floor",
    "histogram_avg",
    "histogram_count",
    "histogram_stddev",
    "histogram_stdvar",
    "histogram_sum",
    "hour",
    "ln",
    "log10",
    "log2",
    "minute",
    "month",
    "rad",
    "round",
    "sgn",
    "sin",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "timestamp",
    "year",
];

const OF_RANGE: &[&str] = &[
    "avg_over_time",
    "changes",
    "count_over_time",
    "delta",
    "deriv",
    "first_over_time",
    "idelta",
    "increase",
    "irate",
    "last_over_time",
    "max_over_time",
    "min_over_time",
    "present_over_time",
    "rate",
    "rate",
    "resets",
    "stddev_over_time",
    "stdvar_over_time",
    "sum_over_time",
];

impl Generator {
    /// A function over a range.
    pub fn over_time(&mut self, depth: usize) -> Expression {
        let matrix = self.matrix(depth);
        match self.below(12) {
            0 => {
                let quantile = self.quantile();
                Expression::call(Type::Vector, "quantile_over_time", [quantile, matrix])
            }
            1 => {
                // Of a subquery with `@` Prometheus has none.
                let metric = self.metric();
                let (matrix, ahead) = (self.range_of(metric), self.scalar(0));
                Expression::call(Type::Vector, "predict_linear", [matrix, ahead])
            }
            _ => Expression::call(Type::Vector, self.one_of(OF_RANGE), [matrix]),
        }
    }

    pub fn quantile(&mut self) -> Expression {
        match self.below(8) {
            0 => self.scalar(1),
            _ => {
                let quantile = self.one_of(&["0", "0.5", "0.9", "0.99", "1", "0.25", "-1", "1.5", "NaN"]);
                Expression::new(Type::Scalar).text(quantile)
            }
        }
    }

    /// A function of each value by itself.
    pub fn of_numbers(&mut self, depth: usize) -> Expression {
        let vector = self.vector(depth);
        match self.below(12) {
            0 => {
                let [low, high] = [self.scalar(0), self.scalar(0)];
                Expression::call(Type::Vector, "clamp", [vector, low, high])
            }
            1 => {
                let function = self.one_of(&["clamp_max", "clamp_min", "round"]);
                let scalar = self.scalar(depth.min(1));
                Expression::call(Type::Vector, function, [vector, scalar])
            }
            2 => {
                let function =
                    self.one_of(&["hour", "minute", "month", "year", "day_of_week", "days_in_month"]);
                Expression::call(Type::Vector, function, [])
            }
            _ => Expression::call(Type::Vector, self.one_of(OF_ONE), [vector]),
        }
    }

    /// A function of labels.
    pub fn of_labels(&mut self, depth: usize) -> Expression {
        let vector = self.vector(depth);
        let label = |generator: &mut Self| {
            generator.one_of(&[
                "job",
                "instance",
                "route",
                "room",
                "new",
                "le",
                "code",
                "__name__",
                "kind",
                "küche.id",
            ])
        };
        let call = Expression::new(Type::Vector);
        let (to, from) = (label(self), label(self));
        if self.chance(0.3) {
            let separator = self.one_of(&["-", "", ", "]);
            let more = label(self);
            let call = call.text("label_join(").with(vector);
            return call.text(format!(", \"{to}\", \"{separator}\", \"{from}\", \"{more}\")"));
        }
        let pattern = self.one_of(&[
            "(.*)",
            "(.+)-(.*)",
            "([a-z]+).*",
            "",
            "(?P<word>\\\\w+).*",
            "a.*",
            "(.*):.*",
            "[0-9]+",
        ]);
        let replacement = self.one_of(&["$1", "x", "${1}_y", "$2$1", "$word", "$$1", "", "$0", "${9}"]);
        call.text("label_replace(")
            .with(vector)
            .text(format!(", \"{to}\", \"{replacement}\", \"{from}\", \"{pattern}\")"))
    }

    /// A function of classic histograms.
    pub fn of_histogram(&mut self, depth: usize) -> Expression {
        let buckets = METRICS.iter().find(|metric| metric.name == "request_seconds_bucket").unwrap();
        let buckets = match self.below(5) {
            0 => self.selector_of(buckets),
            1 => self.vector(depth),
            2 => {
                let rate = Expression::call(Type::Vector, "rate", [self.range_of(buckets)]);
                Expression::call(Type::Vector, "sum by (le)", [rate])
            }
            _ => Expression::call(Type::Vector, self.one_of(&["rate", "increase"]), [self.range_of(buckets)]),
        };
        if self.chance(0.3) {
            let bounds = [self.scalar(0), self.scalar(0)];
            return Expression::call(Type::Vector, "histogram_fraction", bounds.into_iter().chain([buckets]));
        }
        let quantile = self.quantile();
        Expression::call(Type::Vector, "histogram_quantile", [quantile, buckets])
    }

    /// A function of what is there and what is not.
    pub fn of_presence(&mut self, depth: usize) -> Expression {
        match self.below(5) {
            0 | 1 => {
                let nothing = self.one_of(&[
                    "nothing{a=\"b\"}",
                    "up{job=\"none\", instance=~\"x|y\"}",
                    "nothing{a=\"1\",a=\"2\", c=\"3\"}",
                    "{job=\"none\"}",
                ]);
                let (function, text) = match self.chance(0.5) {
                    true => ("absent", nothing.to_owned()),
                    false => ("absent_over_time", format!("{nothing}[{}]", self.range_length())),
                };
                Expression::new(Type::Vector).text(format!("{function}({text})"))
            }
            2 => Expression::call(Type::Vector, "absent", [self.vector(depth)]),
            3 => Expression::call(Type::Vector, "absent_over_time", [self.matrix(depth)]),
            _ => Expression::call(Type::Vector, "vector", [self.scalar(depth)]),
        }
    }

    /// What has an order in an instant query.
    pub fn sorted(&mut self, depth: usize) -> Expression {
        let function = self.one_of(&["sort", "sort_desc"]);
        Expression::call(Type::Vector, function, [self.vector(depth)])
    }
}
