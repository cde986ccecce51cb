//! Where Firefly means to answer otherwise than Prometheus 3.14, and why.

use firefly_tests::prometheus_client::{Question, Reply};

/// A reason to differ. It must change an answer of Prometheus into Firefly's, or it is a difference no more.
pub struct KnownDifference {
    pub reason: &'static str,
    /// Makes of Prometheus' answer what Firefly's should be; that one comes last, for what is free.
    pub answered: fn(&Question, &mut Reply, &Reply),
}

pub const KNOWN_DIFFERENCES: [KnownDifference; 1] = [KnownDifference {
    reason: "which of several series stand for those that have no single partner is chance",
    answered: |_, prometheus, firefly| {
        let error = |reply: &Reply| reply.body["error"].as_str().unwrap_or("").to_owned();
        let (said, instead) = (error(prometheus), error(firefly));
        if said.starts_with("found duplicate series") && without_labels(&said) == without_labels(&instead) {
            prometheus.body["error"] = instead.into();
        }
    },
}];

/// A text without what stands in braces.
fn without_labels(text: &str) -> String {
    let mut depth = 0;
    let outside = |character: &char| {
        depth += i32::from(*character == '{') - i32::from(*character == '}');
        depth == 0
    };
    text.chars().filter(outside).collect()
}
