//! Input that was set aside instead of stored.

/// A piece of input that could not be stored, kept with its reason so that nothing is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Why it was set aside, for a person to read; no secrets.
    pub reason: String,
    /// The bytes as received, cut at a cap. Wherever possible they are a valid Firehose record of their own, so that
    /// they can be sent again once the reason is gone.
    pub bytes: Vec<u8>,
    /// How many bytes there were before the cut.
    pub size_bytes: usize,
}
