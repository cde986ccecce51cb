//! Prometheus remote write, from the receiver's side.
//!
//! Specifications: 1.0, <https://prometheus.io/docs/specs/prw/remote_write_spec/>, and 2.0,
//! <https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/>. Where they leave room, it is done as in Prometheus
//! 3.14's own receiver: labels in disorder are sorted, a label without a value is none, and a series may be named by any
//! UTF-8.
//!
//! Read are samples, exemplars and metadata. Start timestamps, which 2.0 calls so and others "created", are read and left
//! out: no query needs them. Native histograms are refused by that name. What cannot be stored is handed to the sink
//! series by series, see [`WriteFault`].

mod content_type;
#[cfg(test)]
mod decode_tests;
mod exemplar;
mod fault;
mod labels;
mod metadata;
#[cfg(test)]
mod recorded;
#[cfg(test)]
mod round_trip_tests;
mod series;
mod sink;
mod source;
mod symbols;

use firefly_model::{TimeWindow, UnixMillis};

pub use fault::{Unreadable, WriteFault};
pub use sink::WriteSink;
pub use source::WriteSource;

use self::labels::Encoding;
use self::series::Decoder;
use self::source::Piece;
use self::symbols::Symbols;
use crate::protobuf::Fields;

/// The message of a write, one for each version of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// 1.0: `prometheus.WriteRequest`.
    WriteRequest,
    /// 2.0: `io.prometheus.write.v2.Request`.
    Request,
}

/// Reads every series of a write into `sink`, and hands it every series of which something cannot be stored: it does not
/// hold back the rest. Samples and exemplars outside of the window are of these. `received` is when metadata was said
/// that comes without a sample.
///
/// # Errors
///
/// If the body is not the message, or has more than is read. What the sink was handed is then not all of it. A sink that
/// is full is no error here: whoever fills it knows.
pub fn decode(
    body: &[u8],
    message: Message,
    received: UnixMillis,
    window: TimeWindow,
    sink: &mut dyn WriteSink,
) -> Result<(), Unreadable> {
    match message {
        Message::WriteRequest => write_request(body, received, window, sink),
        Message::Request => request(body, window, sink),
    }
}

fn write_request(
    body: &[u8],
    received: UnixMillis,
    window: TimeWindow,
    sink: &mut dyn WriteSink,
) -> Result<(), Unreadable> {
    let mut decoder = Decoder::new(Encoding::InPlace, window, sink);
    let mut families = 0;
    for field in Fields::of(body) {
        let field = field?;
        match field.number {
            1 => decoder.series(field.message()?)?,
            3 => {
                families += 1;
                metadata::check_count(families)?;
                let message = field.message()?;
                let source = WriteSource { encoding: Encoding::InPlace, piece: Piece::Metadata(message) };
                metadata::family(message, received.hour(), &source, decoder.sink())?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The symbols first, wherever they stand.
fn request(body: &[u8], window: TimeWindow, sink: &mut dyn WriteSink) -> Result<(), Unreadable> {
    let symbols = Symbols::of_request(body)?;
    let mut decoder = Decoder::new(Encoding::Symbols(&symbols), window, sink);
    for field in Fields::of(body) {
        let field = field?;
        if field.number == 5 {
            decoder.series(field.message()?)?;
        }
    }
    Ok(())
}
