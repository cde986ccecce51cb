//! Exemplars: examples of what a sample counts, with the labels that lead to them.

use firefly_model::{TimeWindow, UnixMillis};

use super::WriteFault;
use super::labels::{Encoding, Labels};
use crate::limits;
use crate::protobuf::{Fields, Malformed};

/// An exemplar, still without its series.
#[derive(Debug, PartialEq)]
pub(super) struct Exemplar {
    pub time: UnixMillis,
    pub value: f64,
    pub labels: Vec<(String, String)>,
}

/// `Exemplar`, whose fields both versions number alike. Its labels are read into a list that is used again; those
/// without a value are kept too.
pub(super) fn read<'a>(
    message: &'a [u8],
    encoding: Encoding<'a>,
    window: TimeWindow,
    labels: &mut Labels<'a>,
) -> Result<Result<Exemplar, WriteFault>, Malformed> {
    labels.clear();
    let (mut value, mut time) = (0.0, UnixMillis(0));
    for field in Fields::of(message) {
        let field = field?;
        match field.number {
            1 => labels.read(field, encoding)?,
            2 => value = field.double()?,
            3 => time = UnixMillis(field.int64()?),
            _ => {}
        }
    }
    let fits = labels.bytes() <= limits::LABEL_BYTES;
    let checked = window
        .check(time)
        .map_err(WriteFault::ExemplarTime)
        .and_then(|()| {
            let length = if fits { Ok(()) } else { Err(WriteFault::ExemplarLength) };
            length.and_then(|()| labels.sorted()).map_err(|fault| WriteFault::Exemplar(Box::new(fault)))
        })
        .map(|pairs| {
            let labels = pairs.iter().map(|(name, value)| (name.to_string(), value.to_string()));
            Exemplar { time, value, labels: labels.collect() }
        });
    Ok(checked)
}
