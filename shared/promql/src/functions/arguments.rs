//! Arguments, of the types that the parser has made sure of.

use crate::evaluate::{Evaluated, StepSeries};

/// The vector of an argument.
pub(super) fn vector(argument: Option<Evaluated>) -> Vec<StepSeries> {
    match argument {
        Some(Evaluated::Vector(series)) => series,
        _ => Vec::new(),
    }
}

/// The numbers of an argument, one for each step.
pub(super) fn numbers(argument: Option<Evaluated>) -> Vec<f64> {
    match argument {
        Some(Evaluated::Scalar(numbers)) => numbers,
        _ => Vec::new(),
    }
}

/// The text of an argument.
pub(super) fn text(argument: Option<Evaluated>) -> String {
    match argument {
        Some(Evaluated::String(text)) => text,
        _ => String::new(),
    }
}

/// The vector that is the first argument.
pub(super) fn first_vector(arguments: Vec<Evaluated>) -> Vec<StepSeries> {
    vector(arguments.into_iter().next())
}
