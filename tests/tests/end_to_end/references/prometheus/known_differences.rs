//! Where Firefly means to answer otherwise than Prometheus 3.14, and why.

use firefly_tests::prometheus_client::{Question, Reply};

/// A reason to differ. It must change an answer of Prometheus into Firefly's, or it is a difference no more.
pub struct KnownDifference {
    pub reason: &'static str,
    /// Makes of Prometheus' answer what Firefly's should be; that one comes last, for what is free.
    pub answered: fn(&Question, &mut Reply, &Reply),
}

pub const KNOWN_DIFFERENCES: [KnownDifference; 0] = [];
