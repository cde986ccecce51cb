//! Which function is computed how.

use firefly_model::selection::WindowFunction;

use super::Implementation::{self, Whole};
use super::dates::{Part, part};
use super::{Notes, OfWindow, Window};
use super::{absent, histograms, labels, maths, over_time, rate, regression, scalars, sort};

type Compute = fn(&Window<'_>, &[f64], &mut Notes<'_>) -> Option<f64>;

/// How the function of this name is computed; None for those that are experimental. Not here are `timestamp` of a
/// selector, which needs more than values, and the window half of `absent_over_time`, which is that of
/// `present_over_time`.
pub(crate) fn implementation(name: &str) -> Option<Implementation> {
    of_window(name).or_else(|| of_vector(name)).or_else(|| of_each_value(name)).or_else(|| of_date(name))
}

fn of_window(name: &str) -> Option<Implementation> {
    Some(match name {
        "avg_over_time" => in_database(over_time::average, WindowFunction::Average),
        "changes" => window(over_time::changes),
        "count_over_time" => in_database(over_time::count, WindowFunction::Count),
        "delta" => window(rate::delta),
        "deriv" => window(regression::deriv),
        "first_over_time" => named(over_time::first, None),
        "idelta" => window(rate::idelta),
        "increase" => window(rate::increase),
        "irate" => window(rate::irate),
        "last_over_time" => named(over_time::last, Some(WindowFunction::Last)),
        "max_over_time" => in_database(over_time::maximum, WindowFunction::Maximum),
        "min_over_time" => in_database(over_time::minimum, WindowFunction::Minimum),
        "predict_linear" => window(regression::predict_linear),
        "present_over_time" => in_database(over_time::present, WindowFunction::Present),
        "quantile_over_time" => window(over_time::of_quantile),
        "rate" => window(rate::rate),
        "resets" => window(over_time::resets),
        "stddev_over_time" => window(over_time::standard_deviation),
        "stdvar_over_time" => window(over_time::standard_variance),
        "sum_over_time" => in_database(over_time::sum, WindowFunction::Sum),
        _ => return None,
    })
}

fn of_vector(name: &str) -> Option<Implementation> {
    Some(match name {
        "absent" | "absent_over_time" => Whole(absent::absent),
        "histogram_avg" | "histogram_count" | "histogram_stddev" | "histogram_stdvar" | "histogram_sum" => {
            Whole(histograms::of_native)
        }
        "histogram_fraction" => Whole(histograms::histogram_fraction),
        "histogram_quantile" => Whole(histograms::histogram_quantile),
        "label_join" => Whole(labels::label_join),
        "label_replace" => Whole(labels::label_replace),
        "pi" => Whole(scalars::pi),
        "scalar" => Whole(scalars::scalar),
        "sort" => Whole(sort::sort),
        "sort_desc" => Whole(sort::sort_desc),
        "time" => Whole(scalars::time),
        "timestamp" => Whole(scalars::timestamp),
        "vector" => Whole(scalars::vector),
        _ => return None,
    })
}

fn of_each_value(name: &str) -> Option<Implementation> {
    Some(match name {
        "abs" => Whole(|_, arguments, _| Ok(maths::map(arguments, f64::abs))),
        "acos" => Whole(|_, arguments, _| Ok(maths::map(arguments, f64::acos))),
        "acosh" => Whole(|_, arguments, _| Ok(maths::map(arguments, maths::acosh))),
        "asin" => Whole(|_, arguments, _| Ok(maths::map(arguments, f64::asin))),
        "asinh" => Whole(|_, arguments, _| Ok(maths::map(arguments, maths::asinh))),
        "atan" => Whole(|_, arguments, _| Ok(maths::map(arguments, f64::atan))),
        "atanh" => Whole(|_, arguments, _| Ok(maths::map(arguments, f64::atanh))),
        "ceil" => Whole(|_, arguments, _| Ok(maths::map(arguments, f64::ceil))),
        "clamp" => Whole(maths::clamp),
        "clamp_max" => Whole(maths::clamp_max),
        "clamp_min" => Whole(maths::clamp_min),
        "cos" => Whole(|_, arguments, _| Ok(maths::map(arguments, f64::cos))),
        "cosh" => Whole(|_, arguments, _| Ok(maths::map(arguments, f64::cosh))),
        "deg" => Whole(|_, arguments, _| Ok(maths::map(arguments, maths::deg))),
        "exp" => Whole(|_, arguments, _| Ok(maths::map(arguments, f64::exp))),
        "floor" => Whole(|_, arguments, _| Ok(maths::map(arguments, f64::floor))),
        "ln" => Whole(|_, arguments, _| Ok(maths::map(arguments, f64::ln))),
        "log10" => Whole(|_, arguments, _| Ok(maths::map(arguments, maths::log10))),
        "log2" => Whole(|_, arguments, _| Ok(maths::map(arguments, maths::log2))),
        "rad" => Whole(|_, arguments, _| Ok(maths::map(arguments, maths::rad))),
        "round" => Whole(maths::round),
        "sgn" => Whole(|_, arguments, _| Ok(maths::map(arguments, maths::sgn))),
        "sin" => Whole(|_, arguments, _| Ok(maths::map(arguments, f64::sin))),
        "sinh" => Whole(|_, arguments, _| Ok(maths::map(arguments, f64::sinh))),
        "sqrt" => Whole(|_, arguments, _| Ok(maths::map(arguments, f64::sqrt))),
        "tan" => Whole(|_, arguments, _| Ok(maths::map(arguments, f64::tan))),
        "tanh" => Whole(|_, arguments, _| Ok(maths::map(arguments, f64::tanh))),
        _ => return None,
    })
}

fn of_date(name: &str) -> Option<Implementation> {
    Some(match name {
        "day_of_month" => Whole(|context, arguments, _| Ok(part(context, arguments, Part::DayOfMonth))),
        "day_of_week" => Whole(|context, arguments, _| Ok(part(context, arguments, Part::DayOfWeek))),
        "day_of_year" => Whole(|context, arguments, _| Ok(part(context, arguments, Part::DayOfYear))),
        "days_in_month" => Whole(|context, arguments, _| Ok(part(context, arguments, Part::DaysInMonth))),
        "hour" => Whole(|context, arguments, _| Ok(part(context, arguments, Part::Hour))),
        "minute" => Whole(|context, arguments, _| Ok(part(context, arguments, Part::Minute))),
        "month" => Whole(|context, arguments, _| Ok(part(context, arguments, Part::Month))),
        "year" => Whole(|context, arguments, _| Ok(part(context, arguments, Part::Year))),
        _ => return None,
    })
}

fn window(compute: Compute) -> Implementation {
    Implementation::Window(OfWindow { compute, keeps_name: false, in_database: None })
}

fn in_database(compute: Compute, function: WindowFunction) -> Implementation {
    Implementation::Window(OfWindow { compute, keeps_name: false, in_database: Some(function) })
}

fn named(compute: Compute, in_database: Option<WindowFunction>) -> Implementation {
    Implementation::Window(OfWindow { compute, keeps_name: true, in_database })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::{FUNCTIONS, ValueType};

    #[test]
    fn all_stable_functions_are_computed_and_no_others() {
        for function in FUNCTIONS {
            assert_eq!(
                implementation(function.name).is_some(),
                !function.is_experimental,
                "{}",
                function.name
            );
        }
        assert!(implementation("holt_winters").is_none());
    }

    #[test]
    fn functions_of_windows_are_those_that_take_a_range_vector() {
        for function in FUNCTIONS.iter().filter(|function| function.name != "absent_over_time") {
            let is_of_window = matches!(implementation(function.name), Some(Implementation::Window(_)));
            assert_eq!(is_of_window, function.args.contains(&ValueType::Matrix), "{}", function.name);
        }
    }
}
