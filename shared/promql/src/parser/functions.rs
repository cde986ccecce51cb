//! The functions of PromQL, what they take and what they yield.

use super::ValueType::{self, Matrix, Scalar, String, Vector};

/// A function as the parser knows it.
#[derive(Debug, PartialEq, Eq)]
pub struct Signature {
    /// Its name.
    pub name: &'static str,
    /// Types of its arguments; the last is that of all further ones too.
    pub args: &'static [ValueType],
    /// How many arguments it takes.
    pub arity: Arity,
    /// Type of its value.
    pub returns: ValueType,
    /// Whether Prometheus has it behind a feature flag, and Firefly not at all.
    pub is_experimental: bool,
}

/// How many arguments a function takes, beside those that [`Signature::args`] lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// As many as it has types.
    Exact,
    /// The last type's may be left out, or come up to so many times.
    UpTo(u8),
    /// The last type's may be left out, or come any number of times.
    Any,
}

/// The function of this name.
pub fn signature(name: &str) -> Option<&'static Signature> {
    FUNCTIONS.binary_search_by(|function| function.name.cmp(name)).ok().map(|at| &FUNCTIONS[at])
}

const fn stable(
    name: &'static str,
    args: &'static [ValueType],
    arity: Arity,
    returns: ValueType,
) -> Signature {
    Signature { name, args, arity, returns, is_experimental: false }
}

const fn experimental(name: &'static str) -> Signature {
    Signature { name, args: &[], arity: Arity::Any, returns: Vector, is_experimental: true }
}

/// All functions of Prometheus 3.14, sorted by name. Of those that are experimental only the names are of interest.
pub const FUNCTIONS: &[Signature] = &[
    stable("abs", &[Vector], Arity::Exact, Vector),
    stable("absent", &[Vector], Arity::Exact, Vector),
    stable("absent_over_time", &[Matrix], Arity::Exact, Vector),
    stable("acos", &[Vector], Arity::Exact, Vector),
    stable("acosh", &[Vector], Arity::Exact, Vector),
    stable("asin", &[Vector], Arity::Exact, Vector),
    stable("asinh", &[Vector], Arity::Exact, Vector),
    stable("atan", &[Vector], Arity::Exact, Vector),
    stable("atanh", &[Vector], Arity::Exact, Vector),
    stable("avg_over_time", &[Matrix], Arity::Exact, Vector),
    stable("ceil", &[Vector], Arity::Exact, Vector),
    stable("changes", &[Matrix], Arity::Exact, Vector),
    stable("clamp", &[Vector, Scalar, Scalar], Arity::Exact, Vector),
    stable("clamp_max", &[Vector, Scalar], Arity::Exact, Vector),
    stable("clamp_min", &[Vector, Scalar], Arity::Exact, Vector),
    stable("cos", &[Vector], Arity::Exact, Vector),
    stable("cosh", &[Vector], Arity::Exact, Vector),
    stable("count_over_time", &[Matrix], Arity::Exact, Vector),
    stable("day_of_month", &[Vector], Arity::UpTo(1), Vector),
    stable("day_of_week", &[Vector], Arity::UpTo(1), Vector),
    stable("day_of_year", &[Vector], Arity::UpTo(1), Vector),
    stable("days_in_month", &[Vector], Arity::UpTo(1), Vector),
    stable("deg", &[Vector], Arity::Exact, Vector),
    stable("delta", &[Matrix], Arity::Exact, Vector),
    stable("deriv", &[Matrix], Arity::Exact, Vector),
    experimental("double_exponential_smoothing"),
    experimental("end"),
    stable("exp", &[Vector], Arity::Exact, Vector),
    stable("first_over_time", &[Matrix], Arity::Exact, Vector),
    stable("floor", &[Vector], Arity::Exact, Vector),
    stable("histogram_avg", &[Vector], Arity::Exact, Vector),
    stable("histogram_count", &[Vector], Arity::Exact, Vector),
    stable("histogram_fraction", &[Scalar, Scalar, Vector], Arity::Exact, Vector),
    stable("histogram_quantile", &[Scalar, Vector], Arity::Exact, Vector),
    experimental("histogram_quantiles"),
    stable("histogram_stddev", &[Vector], Arity::Exact, Vector),
    stable("histogram_stdvar", &[Vector], Arity::Exact, Vector),
    stable("histogram_sum", &[Vector], Arity::Exact, Vector),
    stable("hour", &[Vector], Arity::UpTo(1), Vector),
    stable("idelta", &[Matrix], Arity::Exact, Vector),
    stable("increase", &[Matrix], Arity::Exact, Vector),
    experimental("info"),
    stable("irate", &[Matrix], Arity::Exact, Vector),
    stable("label_join", &[Vector, String, String, String], Arity::Any, Vector),
    stable("label_replace", &[Vector, String, String, String, String], Arity::Exact, Vector),
    stable("last_over_time", &[Matrix], Arity::Exact, Vector),
    stable("ln", &[Vector], Arity::Exact, Vector),
    stable("log10", &[Vector], Arity::Exact, Vector),
    stable("log2", &[Vector], Arity::Exact, Vector),
    experimental("mad_over_time"),
    experimental("max_of"),
    stable("max_over_time", &[Matrix], Arity::Exact, Vector),
    experimental("min_of"),
    stable("min_over_time", &[Matrix], Arity::Exact, Vector),
    stable("minute", &[Vector], Arity::UpTo(1), Vector),
    stable("month", &[Vector], Arity::UpTo(1), Vector),
    stable("pi", &[], Arity::Exact, Scalar),
    stable("predict_linear", &[Matrix, Scalar], Arity::Exact, Vector),
    stable("present_over_time", &[Matrix], Arity::Exact, Vector),
    stable("quantile_over_time", &[Scalar, Matrix], Arity::Exact, Vector),
    stable("rad", &[Vector], Arity::Exact, Vector),
    experimental("range"),
    stable("rate", &[Matrix], Arity::Exact, Vector),
    stable("resets", &[Matrix], Arity::Exact, Vector),
    stable("round", &[Vector, Scalar], Arity::UpTo(1), Vector),
    stable("scalar", &[Vector], Arity::Exact, Scalar),
    stable("sgn", &[Vector], Arity::Exact, Vector),
    stable("sin", &[Vector], Arity::Exact, Vector),
    stable("sinh", &[Vector], Arity::Exact, Vector),
    stable("sort", &[Vector], Arity::Exact, Vector),
    experimental("sort_by_label"),
    experimental("sort_by_label_desc"),
    stable("sort_desc", &[Vector], Arity::Exact, Vector),
    stable("sqrt", &[Vector], Arity::Exact, Vector),
    experimental("start"),
    experimental("start_timestamp"),
    stable("stddev_over_time", &[Matrix], Arity::Exact, Vector),
    stable("stdvar_over_time", &[Matrix], Arity::Exact, Vector),
    experimental("step"),
    stable("sum_over_time", &[Matrix], Arity::Exact, Vector),
    stable("tan", &[Vector], Arity::Exact, Vector),
    stable("tanh", &[Vector], Arity::Exact, Vector),
    stable("time", &[], Arity::Exact, Scalar),
    stable("timestamp", &[Vector], Arity::Exact, Vector),
    experimental("ts_of_first_over_time"),
    experimental("ts_of_last_over_time"),
    experimental("ts_of_max_over_time"),
    experimental("ts_of_min_over_time"),
    stable("vector", &[Scalar], Arity::Exact, Vector),
    stable("year", &[Vector], Arity::UpTo(1), Vector),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_found_by_name() {
        assert!(FUNCTIONS.is_sorted_by_key(|function| function.name));
        assert_eq!(signature("rate").map(|function| function.args), Some(&[Matrix][..]));
        assert_eq!(signature("holt_winters"), None);
    }
}
