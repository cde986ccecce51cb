//! What can be wrong with an export.

use crate::limits;
use crate::protobuf::Malformed;

/// Why an export cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Not protobuf, or not this message.
    #[error("the body is not an OTLP export in protobuf: {0}")]
    Protobuf(#[from] Malformed),
    /// Not JSON, or not this message.
    #[error("the body is not an OTLP export in JSON: {0}")]
    Json(String),
    /// More than is read.
    #[error("the export has more than {cap} {what}: lower the batch size of its exporter")]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// How many it may have.
        cap: usize,
    },
}

/// Why a piece of an export, such as a span, cannot be stored, whenever it is sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not the message, in protobuf.
    #[error("it is not OTLP: {0}")]
    Protobuf(#[from] Malformed),
    /// Not the message, in JSON.
    #[error("it is not OTLP: {0}")]
    Json(String),
    /// An id that is none.
    #[error("its {whose} has {bytes} bytes instead of {expected}")]
    IdLength {
        /// Which id.
        whose: &'static str,
        /// How many it has.
        bytes: usize,
        /// How many it should have.
        expected: usize,
    },
    /// An id that W3C Trace Context does not allow.
    #[error("its {0} is all zero")]
    ZeroId(&'static str),
    /// Values in values without end.
    #[error("an attribute is nested more than {max} levels deep", max = limits::VALUE_NESTING)]
    Nesting,
}

/// How many parts of an export may still come. Past the cap, nothing more is kept, and the export is refused.
#[derive(Debug)]
pub(crate) struct Budget {
    spans: usize,
    parts: usize,
}

impl Budget {
    pub(crate) fn new() -> Self {
        Self { spans: limits::SPANS, parts: limits::OTLP_PARTS }
    }

    /// Counts a span.
    pub(crate) fn span(&mut self) -> Result<(), Unreadable> {
        self.spans =
            self.spans.checked_sub(1).ok_or(Unreadable::TooMuch { what: "spans", cap: limits::SPANS })?;
        Ok(())
    }

    /// Whether there is room for one more attribute, element, event or link; of metrics also a data point, bucket,
    /// quantile or exemplar.
    pub(crate) fn part(&mut self) -> bool {
        self.parts = self.parts.saturating_sub(1);
        self.parts > 0
    }

    /// Whether there was room for all of them.
    pub(crate) fn check(&self) -> Result<(), Unreadable> {
        let what = "attributes, elements of arrays, events, links, points and buckets";
        if self.parts > 0 { Ok(()) } else { Err(Unreadable::TooMuch { what, cap: limits::OTLP_PARTS }) }
    }
}
