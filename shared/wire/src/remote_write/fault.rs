//! What can be wrong with a write.

use firefly_model::OutsideWindow;

use crate::limits;
use crate::protobuf::Malformed;

/// Why a write cannot be read at all.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not protobuf, or not this message.
    #[error("the body is not a remote write in protobuf: {0}")]
    Protobuf(#[from] Malformed),
    /// More than is read.
    #[error("the write has more than {cap} {what}: lower max_samples_per_send of its sender")]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// How many it may have.
        cap: usize,
    },
}

/// Why something of a series cannot be stored, whenever it is sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteFault {
    /// Nothing says what is measured.
    #[error("it has no name: the label __name__ is missing or empty")]
    NoName,
    /// A name that no index holds.
    #[error("its name is longer than {cap} bytes", cap = limits::NAME_BYTES)]
    NameLength,
    /// A label that no query could name.
    #[error("a label has no name")]
    NoLabelName,
    /// Which of its values should count?
    #[error("the label {0:?} comes twice")]
    LabelTwice(String),
    /// A label that is too long.
    #[error("the label {0:?} has a name or value of more than {cap} bytes", cap = limits::LABEL_BYTES)]
    LabelLength(String),
    /// More labels than any query could use.
    #[error("it has more than {cap} labels", cap = limits::LABELS)]
    TooManyLabels,
    /// No text.
    #[error("a label is not UTF-8")]
    Utf8,
    /// PostgreSQL cannot hold it, and another character would make it another series.
    #[error("the label {0:?} holds U+0000, which the database cannot")]
    Nul(String),
    /// A symbol that the request does not have.
    #[error("it refers to the symbol {reference}, of {symbols} that the request has")]
    Symbol {
        /// Its number.
        reference: u32,
        /// How many there are.
        symbols: usize,
    },
    /// Names and values do not pair.
    #[error("a label has a reference to its name and none to its value")]
    NoLabelValue,
    /// Too old, too far ahead, or of no time.
    #[error("a sample {0}")]
    Time(OutsideWindow),
    /// The same of an exemplar.
    #[error("an exemplar {0}")]
    ExemplarTime(OutsideWindow),
    /// An exemplar whose labels cannot be stored.
    #[error("in the labels of an exemplar: {0}")]
    Exemplar(Box<WriteFault>),
    /// Labels that are no reference to a trace any more.
    #[error("together they have more than {cap} bytes", cap = limits::LABEL_BYTES)]
    ExemplarLength,
    /// A histogram in one piece.
    #[error(
        "native histograms are not supported: send classic histograms (always_scrape_classic_histograms)"
    )]
    NativeHistogram,
    /// A series of which nothing is said; 2.0 does not allow it.
    #[error("it has neither samples nor histograms nor exemplars")]
    Nothing,
    /// Metadata of no metric.
    #[error("it has no metric_family_name, or one of more than {cap} bytes", cap = limits::NAME_BYTES)]
    FamilyName,
}
