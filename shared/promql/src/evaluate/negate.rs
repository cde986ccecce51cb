//! The unary minus.

use firefly_model::selection::is_absent;

use super::Evaluated;

/// The value with the other sign. Series lose their name.
pub(super) fn negate(value: Evaluated) -> Evaluated {
    match value {
        Evaluated::Scalar(values) => Evaluated::Scalar(values.into_iter().map(|value| -value).collect()),
        Evaluated::String(text) => Evaluated::String(text),
        Evaluated::Vector(mut series) => {
            for series in &mut series {
                series.drops_name = true;
                series
                    .values
                    .iter_mut()
                    .filter(|value| !is_absent(**value))
                    .for_each(|value| *value = -*value);
            }
            Evaluated::Vector(series)
        }
    }
}
