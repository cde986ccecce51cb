//! Pieces of a write as they were sent.

use std::collections::HashMap;

use super::labels::Encoding;
use super::symbols::{Symbols, references};
use crate::limits;
use crate::protobuf::{Field, Fields, Malformed, Value, write_bytes, write_field, write_number};

/// A series as it was sent, with all its samples, or, of 1.0, what was said about a metric family.
#[derive(Clone, Copy, Debug)]
pub struct WriteSource<'a> {
    pub(super) encoding: Encoding<'a>,
    pub(super) piece: Piece<'a>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Piece<'a> {
    Series(&'a [u8]),
    Metadata(&'a [u8]),
}

impl WriteSource<'_> {
    /// A write of the same version with this piece alone; as far as it is no longer than what is kept of a dead letter.
    /// With it, how long all of it is. The numbers of its fields tell the version: up to 3 in 1.0, from 4 in 2.0.
    pub fn to_request(&self) -> (Vec<u8>, usize) {
        let mut request = Vec::new();
        match (self.encoding, self.piece) {
            (Encoding::InPlace, Piece::Series(message)) => write_bytes(&mut request, 1, message),
            (_, Piece::Metadata(message)) => write_bytes(&mut request, 3, message),
            (Encoding::Symbols(symbols), Piece::Series(message)) => {
                let mut table = Table::new(symbols);
                let rewritten = table.rewritten(message, &SERIES);
                // What is refused for its labels may be damaged further on, and then stays as it is, with all symbols.
                let (used, series) = match &rewritten {
                    Ok(series) => (table.used, series.as_slice()),
                    Err(_) => (symbols.references().collect(), message),
                };
                for reference in used {
                    write_bytes(&mut request, 4, symbols.get(reference).unwrap_or_default());
                }
                write_bytes(&mut request, 5, series);
            }
        }
        let size = request.len();
        request.truncate(limits::RECORD_BYTES);
        (request, size)
    }
}

/// Which fields of a message of 2.0 hold references, and which hold messages that do.
struct Shape {
    references: &'static [u32],
    messages: &'static [(u32, Shape)],
}

const EXEMPLAR: Shape = Shape { references: &[1], messages: &[] };
const METADATA: Shape = Shape { references: &[3, 4], messages: &[] };
const SERIES: Shape = Shape { references: &[1], messages: &[(4, EXEMPLAR), (5, METADATA)] };

/// The symbols that one series needs, in the order in which it does, after the first of all, which stands for nothing.
struct Table<'a> {
    symbols: &'a Symbols<'a>,
    used: Vec<u32>,
    places: HashMap<u32, u32>,
}

impl<'a> Table<'a> {
    fn new(symbols: &'a Symbols<'a>) -> Self {
        let mut table = Self { symbols, used: Vec::new(), places: HashMap::new() };
        table.place(0);
        table
    }

    /// Where a symbol is now. One that is missing stays where it is, beyond all that are there.
    fn place(&mut self, reference: u32) -> u32 {
        if self.symbols.get(reference).is_err() {
            return reference;
        }
        *self.places.entry(reference).or_insert_with(|| {
            self.used.push(reference);
            u32::try_from(self.used.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// A message with its references as they are here.
    fn rewritten(&mut self, message: &[u8], shape: &Shape) -> Result<Vec<u8>, Malformed> {
        let mut written = Vec::new();
        for field in Fields::of(message) {
            let Field { number, mut value } = field?;
            let (packed, nested);
            if shape.references.contains(&number) {
                if let Value::Varint(_) = value {
                    value = Value::Varint(self.place(Field { number, value }.uint32()?).into());
                } else {
                    packed = self.packed(Field { number, value })?;
                    value = Value::Bytes(&packed);
                }
            } else if let Some((_, shape)) = shape.messages.iter().find(|(of, _)| *of == number) {
                nested = self.rewritten(Field { number, value }.message()?, shape)?;
                value = Value::Bytes(&nested);
            }
            write_field(&mut written, Field { number, value });
        }
        Ok(written)
    }

    fn packed(&mut self, field: Field<'_>) -> Result<Vec<u8>, Malformed> {
        let mut packed = Vec::new();
        for reference in references(field)? {
            write_number(&mut packed, self.place(reference?).into());
        }
        Ok(packed)
    }
}
