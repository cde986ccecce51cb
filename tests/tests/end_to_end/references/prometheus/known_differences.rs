//! Where Firefly means to answer otherwise than Prometheus 3.14, and why.

use firefly_tests::prometheus_client::{Question, Reply};
use serde_json::Value;

/// A reason to differ. It must change an answer of Prometheus into Firefly's, or it is a difference no more.
pub struct KnownDifference {
    pub reason: &'static str,
    /// Whether it is chance if it occurs.
    pub is_chance: bool,
    /// Makes of Prometheus' answer what Firefly's should be; that one comes last, for what is free.
    pub answered: fn(&Question, &mut Reply, &Reply),
}

pub const KNOWN_DIFFERENCES: [KnownDifference; 7] = [
    KnownDifference {
        reason: "which of several series stand for those that have no single partner is chance",
        is_chance: true,
        answered: |_, prometheus, firefly| {
            let error = |reply: &Reply| reply.body["error"].as_str().unwrap_or("").to_owned();
            let (said, instead) = (error(prometheus), error(firefly));
            if said.starts_with("found duplicate series") && without_labels(&said) == without_labels(&instead)
            {
                prometheus.body["error"] = instead.into();
            }
        },
    },
    KnownDifference {
        reason: "a histogram that had to be made to rise counts once, where Prometheus doubles the count at every step",
        is_chance: false,
        answered: |_, prometheus, firefly| {
            copy_notes("infos", prometheus, firefly, |note| {
                let (before, after) = note.split_once("with a max diff of ")?.1.split_once(", over ")?;
                let samples = after.split_once(" samples from ")?;
                Some(note.replace(&format!("{before}, over {} ", samples.0), &format!("{before}, over ")))
            });
        },
    },
    KnownDifference {
        reason: "the last digit of a function of angles is that of the mathematical library",
        is_chance: false,
        answered: |_, prometheus, firefly| {
            copy_notes("warnings", prometheus, firefly, |note| {
                let (before, after) = note.split_once(", got ")?;
                let (number, position) = after.split_once(' ')?;
                let rounded: f64 = number.parse().ok()?;
                Some(format!("{before} {rounded:.12} {position}"))
            });
        },
    },
    KnownDifference {
        reason: "logarithms of subnormal numbers are right, which those of Go are not on all processors",
        is_chance: false,
        answered: |question, prometheus, firefly| {
            if question.parameter("query").is_some_and(|query| query == "ln(vector(5e-324))")
                && question.path.contains("/query")
            {
                prometheus.body["data"] = firefly.body["data"].clone();
            }
        },
    },
    KnownDifference {
        reason: "predict_linear has a value of a subquery with @ too, of which that of Prometheus is empty",
        is_chance: false,
        answered: |question, prometheus, firefly| {
            let is_such = |query: &str| query.starts_with("predict_linear((") && query.contains("] @ ");
            if question.parameter("query").is_some_and(is_such) && question.path.contains("/query") {
                prometheus.body["data"] = firefly.body["data"].clone();
            }
        },
    },
    KnownDifference {
        reason: "texts are Unicode: bytes that are none become the sign for that",
        is_chance: false,
        answered: |question, prometheus, firefly| {
            if question.parameter("query").is_some_and(|query| query.contains("\\xff"))
                && firefly.status == 200
            {
                *prometheus = firefly.clone();
            }
        },
    },
    KnownDifference {
        reason: "a time or length that is no number, or without end, is refused",
        is_chance: false,
        answered: |question, prometheus, firefly| {
            let is_endless = |name: &str| matches!(question.parameter(name), Some("NaN" | "Inf"));
            if ["time", "start", "end", "step", "timeout", "lookback_delta"].into_iter().any(is_endless)
                && firefly.status == 400
            {
                *prometheus = firefly.clone();
            }
        },
    },
];

/// Takes over Firefly's notes where they are the same but for what this takes out of them.
fn copy_notes(field: &str, prometheus: &mut Reply, firefly: &Reply, rest: fn(&str) -> Option<String>) {
    let instead: Vec<_> =
        firefly.body[field].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let notes = prometheus.body.get_mut(field).and_then(Value::as_array_mut);
    for note in notes.into_iter().flatten() {
        let Some(said) = note.as_str().and_then(rest) else { continue };
        if let Some(same) = instead.iter().find(|note| rest(note).as_ref() == Some(&said)) {
            *note = (*same).into();
        }
    }
}

/// A text without what stands in braces.
fn without_labels(text: &str) -> String {
    let mut depth = 0;
    let outside = |character: &char| {
        depth += i32::from(*character == '{') - i32::from(*character == '}');
        depth == 0
    };
    text.chars().filter(outside).collect()
}
