//! Errors that arise in some step, of which the first is told.

/// What is wrong in a step.
pub(super) struct Conflict {
    /// The step, what is looked at there first, and the series.
    place: (usize, u8, usize),
    pub message: String,
}

impl Conflict {
    /// Takes over what is wrong at a place, if that comes before all others.
    pub fn keep_first(
        first: &mut Option<Self>,
        step: usize,
        stage: u8,
        series: usize,
        message: impl FnOnce() -> String,
    ) {
        let place = (step, stage, series);
        if first.as_ref().is_none_or(|first| place < first.place) {
            *first = Some(Self { place, message: message() });
        }
    }
}
