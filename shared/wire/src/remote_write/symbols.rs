//! The strings of a 2.0 request, each once.

use super::Unreadable;
use super::fault::WriteFault;
use crate::limits;
use crate::protobuf::{Field, Fields, Malformed, Value, read_varint};

/// The strings of a request, which the rest of it refers to by their places. They stay where they are.
#[derive(Debug)]
pub(super) struct Symbols<'a>(Vec<&'a [u8]>);

impl<'a> Symbols<'a> {
    /// Collects those of a `Request`, which may stand anywhere in it.
    pub(super) fn of_request(body: &'a [u8]) -> Result<Self, Unreadable> {
        let mut symbols = Vec::new();
        for field in Fields::of(body) {
            let field = field?;
            if field.number == 4 {
                if symbols.len() >= limits::SYMBOLS {
                    return Err(Unreadable::TooMuch { what: "symbols", cap: limits::SYMBOLS });
                }
                symbols.push(field.message()?);
            }
        }
        Ok(Self(symbols))
    }

    /// The places of all.
    pub(super) fn references(&self) -> impl Iterator<Item = u32> {
        (0_u32..).take(self.0.len())
    }

    pub(super) fn get(&self, reference: u32) -> Result<&'a [u8], WriteFault> {
        let place = usize::try_from(reference).unwrap_or(usize::MAX);
        let symbols = self.0.len();
        self.0.get(place).copied().ok_or(WriteFault::Symbol { reference, symbols })
    }
}

/// References in a field of `repeated uint32`: packed into one field, as proto3 has it, or one in each.
pub(super) fn references<'a>(
    field: Field<'a>,
) -> Result<impl Iterator<Item = Result<u32, Malformed>> + 'a, Malformed> {
    let (single, mut packed) = match field.value {
        Value::Varint(_) => (Some(field.uint32()), &[][..]),
        _ => (None, field.message()?),
    };
    let packed = std::iter::from_fn(move || {
        if packed.is_empty() {
            return None;
        }
        let reference = read_varint(&mut packed);
        if reference.is_err() {
            packed = &[];
        }
        // As of any uint32, the low 32 bits of a longer number.
        Some(reference.map(|value| u32::try_from(value & 0xffff_ffff).unwrap_or_default()))
    });
    Ok(single.into_iter().chain(packed))
}
