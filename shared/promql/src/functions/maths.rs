//! Functions of one number, applied to each value of a vector.
//!
//! Prometheus computes most of them with Go's library and this with the C library, which agree but for the last digit.
//! Only of numbers below 2.2e-308 Go's natural logarithm is wrong on the processors of most servers, and not followed.

use std::f64::consts::{LN_2, LOG2_E, LOG10_E, PI};

use firefly_model::selection::{ABSENT, is_absent};

use super::{Context, arguments};
use crate::evaluate::Evaluated;
use crate::{Annotations, QueryError};

/// Applies a function to all values of the first argument; the names go.
pub(super) fn map(arguments: Vec<Evaluated>, function: impl Fn(f64) -> f64) -> Evaluated {
    let mut series = arguments::first_vector(arguments);
    for series in &mut series {
        series.drops_name = true;
        for value in series.values.iter_mut().filter(|value| !is_absent(**value)) {
            *value = function(*value);
        }
    }
    Evaluated::Vector(series)
}

/// The sign; zeros and NaN stay.
pub(super) fn sgn(value: f64) -> f64 {
    if value < 0.0 {
        -1.0
    } else if value > 0.0 {
        1.0
    } else {
        value
    }
}

pub(super) fn rad(value: f64) -> f64 {
    value * PI / 180.0
}

pub(super) fn deg(value: f64) -> f64 {
    value * 180.0 / PI
}

/// Exact for powers of two, and near 1 as inexact as Go's.
pub(super) fn log2(value: f64) -> f64 {
    if !value.is_finite() || value <= 0.0 {
        return value.ln();
    }
    let (fraction, exponent) = fraction_and_exponent(value);
    match fraction == 0.5 {
        true => exponent - 1.0,
        false => fraction.ln() * LOG2_E + exponent,
    }
}

/// From the natural logarithm, as Go has it.
pub(super) fn log10(value: f64) -> f64 {
    value.ln() * LOG10_E
}

/// A fraction from 0.5 to 1 and an exponent of 2, of a finite number above 0.
fn fraction_and_exponent(value: f64) -> (f64, f64) {
    const SMALLEST_NORMAL: f64 = f64::MIN_POSITIVE;
    let (normal, shift) = match value < SMALLEST_NORMAL {
        true => (value * (1_u64 << 52) as f64, 52.0),
        false => (value, 0.0),
    };
    let bits = normal.to_bits();
    let exponent = (bits >> 52) as f64 - 1022.0 - shift;
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), exponent)
}

/// Without the overflow that the definition has far away.
pub(super) fn asinh(value: f64) -> f64 {
    const LARGE: f64 = (1_u64 << 28) as f64;
    match value.abs() {
        size if size > LARGE && size.is_finite() => (size.ln() + LN_2).copysign(value),
        _ => value.asinh(),
    }
}

/// Without the loss that the definition has near 1.
pub(super) fn acosh(value: f64) -> f64 {
    const LARGE: f64 = (1_u64 << 28) as f64;
    if value.is_nan() || value < 1.0 {
        return f64::NAN;
    }
    if value >= LARGE {
        return value.ln() + LN_2;
    }
    if value > 2.0 {
        return (2.0 * value - 1.0 / (value + (value * value - 1.0).sqrt())).ln();
    }
    let above_one = value - 1.0;
    (above_one + (2.0 * above_one + above_one * above_one).sqrt()).ln_1p()
}

/// To the nearest multiple of the second argument, 1 without one; halves go up.
pub(super) fn round(
    _: &Context<'_>,
    arguments: Vec<Evaluated>,
    _: &mut Annotations,
) -> Result<Evaluated, QueryError> {
    let mut arguments = arguments.into_iter();
    let mut series = arguments::vector(arguments.next());
    let nearest = arguments.next().map(|argument| arguments::numbers(Some(argument)));
    for series in &mut series {
        series.drops_name = true;
        for (step, value) in series.values.iter_mut().enumerate().filter(|(_, value)| !is_absent(**value)) {
            let inverse = 1.0 / nearest.as_ref().and_then(|numbers| numbers.get(step)).unwrap_or(&1.0);
            *value = (*value * inverse + 0.5).floor() / inverse;
        }
    }
    Ok(Evaluated::Vector(series))
}

pub(super) fn clamp(
    _: &Context<'_>,
    arguments: Vec<Evaluated>,
    _: &mut Annotations,
) -> Result<Evaluated, QueryError> {
    let mut arguments = arguments.into_iter();
    let (vector, least, greatest) = (arguments.next(), arguments.next(), arguments.next());
    Ok(clamped(vector, least, greatest))
}

pub(super) fn clamp_min(
    _: &Context<'_>,
    arguments: Vec<Evaluated>,
    _: &mut Annotations,
) -> Result<Evaluated, QueryError> {
    let mut arguments = arguments.into_iter();
    let (vector, least) = (arguments.next(), arguments.next());
    Ok(clamped(vector, least, None))
}

pub(super) fn clamp_max(
    _: &Context<'_>,
    arguments: Vec<Evaluated>,
    _: &mut Annotations,
) -> Result<Evaluated, QueryError> {
    let mut arguments = arguments.into_iter();
    let (vector, greatest) = (arguments.next(), arguments.next());
    Ok(clamped(vector, None, greatest))
}

/// No value in steps where the least is above the greatest.
fn clamped(vector: Option<Evaluated>, least: Option<Evaluated>, greatest: Option<Evaluated>) -> Evaluated {
    let mut series = arguments::vector(vector);
    let (least, greatest) = (arguments::numbers(least), arguments::numbers(greatest));
    for series in &mut series {
        series.drops_name = true;
        for (step, value) in series.values.iter_mut().enumerate().filter(|(_, value)| !is_absent(**value)) {
            let least = least.get(step).copied().unwrap_or(f64::NEG_INFINITY);
            let greatest = greatest.get(step).copied().unwrap_or(f64::INFINITY);
            *value = match greatest < least {
                true => ABSENT,
                false => go_max(least, go_min(greatest, *value)),
            };
        }
    }
    series.retain(crate::evaluate::StepSeries::has_values);
    Evaluated::Vector(series)
}

/// The lesser of two as Go has it: NaN if either is, but negative infinity before that.
pub(crate) fn go_min(a: f64, b: f64) -> f64 {
    if a == f64::NEG_INFINITY || b == f64::NEG_INFINITY {
        f64::NEG_INFINITY
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == 0.0 && b == 0.0 {
        if a.is_sign_negative() { a } else { b }
    } else if a < b {
        a
    } else {
        b
    }
}

/// The greater of two as Go has it: NaN if either is, but infinity before that.
pub(crate) fn go_max(a: f64, b: f64) -> f64 {
    if a == f64::INFINITY || b == f64::INFINITY {
        f64::INFINITY
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == 0.0 && b == 0.0 {
        if a.is_sign_negative() { b } else { a }
    } else if a > b {
        a
    } else {
        b
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_of_powers_are_exact() {
        for exponent in [-1022, -1, 0, 1, 10, 1023] {
            assert_eq!(log2(2_f64.powi(exponent)), f64::from(exponent));
        }
        assert_eq!(log2(f64::from_bits(1)), -1074.0);
        assert_eq!([log2(0.0), log10(0.0)], [f64::NEG_INFINITY; 2]);
        assert_eq!([log2(f64::INFINITY), log10(f64::INFINITY)], [f64::INFINITY; 2]);
        assert!(log2(-1.0).is_nan() && log10(f64::NAN).is_nan());
        assert!((log10(1000.0) - 3.0).abs() < 1e-15);
    }

    #[test]
    fn acosh_is_exact_near_one_and_far_away() {
        assert!((acosh(1.0 + 1e-10) / 1.414_213_562_373_095e-5 - 1.0).abs() < 1e-6);
        assert_eq!((acosh(1.0), acosh(0.5).is_nan()), (0.0, true));
        assert!((acosh(1e300) - 691.468_675_078_773_6).abs() < 1e-9);
    }

    #[test]
    fn extremes_prevail_over_nan_as_in_go() {
        assert_eq!(go_max(f64::NAN, f64::INFINITY), f64::INFINITY);
        assert_eq!(go_min(f64::NAN, f64::NEG_INFINITY), f64::NEG_INFINITY);
        assert!(go_max(f64::NAN, 1.0).is_nan() && go_min(1.0, f64::NAN).is_nan());
        assert!(go_max(-0.0, 0.0).is_sign_positive() && go_min(0.0, -0.0).is_sign_negative());
        assert_eq!((go_max(1.0, 2.0), go_min(1.0, 2.0)), (2.0, 1.0));
    }

    #[test]
    fn signs_keep_zero_and_nan() {
        assert_eq!([sgn(-3.0), sgn(0.0), sgn(7.0)], [-1.0, 0.0, 1.0]);
        assert!(sgn(f64::NAN).is_nan() && sgn(-0.0).is_sign_negative());
    }
}
