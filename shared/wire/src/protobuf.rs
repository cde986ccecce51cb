//! Reading protobuf's wire format in place: no copies, no recursion, no trust in any length.
//!
//! Specification: <https://protobuf.dev/programming-guides/encoding/>. Generated code would allocate every string of a
//! message; here they stay where they are, which makes decoding several times as fast.

/// Why bytes are not protobuf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Ten bytes did not end a varint, or its value exceeds 64 bits.
    #[error("a varint of more than 64 bits")]
    Varint,
    /// A field is longer than what is left.
    #[error("a field that ends after its message")]
    Truncated,
    /// Field number 0, or above 2²⁹ - 1.
    #[error("an impossible field number")]
    FieldNumber,
    /// Wire type 6 or 7, or a group that ends but never began.
    #[error("an impossible wire type")]
    WireType,
    /// A string that is not UTF-8.
    #[error("a string that is not UTF-8")]
    Utf8,
    /// A known field has another type than the schema says.
    #[error("field {0} of another type than the schema's")]
    FieldType(u32),
}

/// The value of one field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Varint(u64),
    Fixed64(u64),
    Bytes(&'a [u8]),
    Fixed32(u32),
}

/// The number and value of one field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Field<'a> {
    pub number: u32,
    pub value: Value<'a>,
}

impl<'a> Field<'a> {
    /// The bytes of a nested message.
    pub(crate) fn message(self) -> Result<&'a [u8], Malformed> {
        match self.value {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(Malformed::FieldType(self.number)),
        }
    }

    pub(crate) fn text(self) -> Result<&'a str, Malformed> {
        str::from_utf8(self.message()?).map_err(|_| Malformed::Utf8)
    }

    /// A string, as [`lossy`] has it.
    pub(crate) fn lossy_text(self) -> Result<String, Malformed> {
        self.message().map(lossy)
    }

    pub(crate) fn varint(self) -> Result<u64, Malformed> {
        match self.value {
            Value::Varint(value) => Ok(value),
            _ => Err(Malformed::FieldType(self.number)),
        }
    }

    /// `int64`.
    pub(crate) fn int64(self) -> Result<i64, Malformed> {
        self.varint().map(u64::cast_signed)
    }

    /// `uint32`: of a longer number, the low 32 bits.
    pub(crate) fn uint32(self) -> Result<u32, Malformed> {
        self.varint().map(|value| u32::try_from(value & 0xffff_ffff).unwrap_or_default())
    }

    /// `int32`, and enumerations: of a longer number, the low 32 bits.
    pub(crate) fn int32(self) -> Result<i32, Malformed> {
        self.uint32().map(u32::cast_signed)
    }

    pub(crate) fn fixed32(self) -> Result<u32, Malformed> {
        match self.value {
            Value::Fixed32(value) => Ok(value),
            _ => Err(Malformed::FieldType(self.number)),
        }
    }

    pub(crate) fn fixed64(self) -> Result<u64, Malformed> {
        match self.value {
            Value::Fixed64(value) => Ok(value),
            _ => Err(Malformed::FieldType(self.number)),
        }
    }

    pub(crate) fn double(self) -> Result<f64, Malformed> {
        self.fixed64().map(f64::from_bits)
    }
}

/// Walks over the fields of a message. Groups, which no schema here uses, are passed over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a>(&'a [u8]);

const WIRE_VARINT: u64 = 0;
const WIRE_FIXED64: u64 = 1;
const WIRE_BYTES: u64 = 2;
const WIRE_START_GROUP: u64 = 3;
const WIRE_END_GROUP: u64 = 4;
const WIRE_FIXED32: u64 = 5;

impl<'a> Fields<'a> {
    pub(crate) fn of(message: &'a [u8]) -> Self {
        Self(message)
    }

    #[inline(always)]
    fn read(&mut self) -> Result<Option<Field<'a>>, Malformed> {
        // Nearly every field of a metric stream has a number below 16 and is a double, or bytes shorter than 128.
        if let [tag @ 0x08..0x80, rest @ ..] = self.0 {
            let number = u32::from(tag >> 3);
            match (u64::from(tag & 7), rest) {
                (WIRE_BYTES, [length @ ..0x80, rest @ ..]) => {
                    if let Some((bytes, rest)) = rest.split_at_checked(usize::from(*length)) {
                        self.0 = rest;
                        return Ok(Some(Field { number, value: Value::Bytes(bytes) }));
                    }
                }
                (WIRE_FIXED64, rest) => {
                    if let Some((bytes, rest)) = rest.split_first_chunk() {
                        self.0 = rest;
                        return Ok(Some(Field { number, value: Value::Fixed64(u64::from_le_bytes(*bytes)) }));
                    }
                }
                _ => {}
            }
        }
        self.read_any()
    }

    fn read_any(&mut self) -> Result<Option<Field<'a>>, Malformed> {
        let mut open_groups = 0_usize;
        while !self.0.is_empty() {
            let tag = read_varint(&mut self.0)?;
            let number = u32::try_from(tag >> 3).map_err(|_| Malformed::FieldNumber)?;
            if number == 0 || number > 0x1fff_ffff {
                return Err(Malformed::FieldNumber);
            }
            let value = match tag & 7 {
                WIRE_VARINT => Value::Varint(read_varint(&mut self.0)?),
                WIRE_FIXED64 => Value::Fixed64(u64::from_le_bytes(self.take()?)),
                WIRE_BYTES => Value::Bytes(self.take_length_delimited()?),
                WIRE_FIXED32 => Value::Fixed32(u32::from_le_bytes(self.take()?)),
                WIRE_START_GROUP => {
                    open_groups += 1;
                    continue;
                }
                WIRE_END_GROUP => {
                    open_groups = open_groups.checked_sub(1).ok_or(Malformed::WireType)?;
                    continue;
                }
                _ => return Err(Malformed::WireType),
            };
            if open_groups == 0 {
                return Ok(Some(Field { number, value }));
            }
        }
        if open_groups == 0 { Ok(None) } else { Err(Malformed::Truncated) }
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(Malformed::Truncated)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn take_length_delimited(&mut self) -> Result<&'a [u8], Malformed> {
        let length = usize::try_from(read_varint(&mut self.0)?).map_err(|_| Malformed::Truncated)?;
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Malformed::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, Malformed>;

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let field = self.read();
        if field.is_err() {
            self.0 = &[];
        }
        field.transpose()
    }
}

/// Bytes as text, in which each stretch that is no UTF-8 is one U+FFFD: senders in languages whose strings are bytes do
/// not check. One for each byte would make it three times as long.
pub(crate) fn lossy(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut is_replaced = false;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        is_replaced &= chunk.valid().is_empty();
        if !chunk.invalid().is_empty() && !is_replaced {
            text.push(char::REPLACEMENT_CHARACTER);
            is_replaced = true;
        }
    }
    text
}

/// The last occurrence of a field counts, as protobuf has it.
pub(crate) fn last_field(message: &[u8], number: u32) -> Result<Option<Field<'_>>, Malformed> {
    let mut last = None;
    for field in Fields::of(message) {
        let field = field?;
        if field.number == number {
            last = Some(field);
        }
    }
    Ok(last)
}

/// Reads a base-128 varint off the front of `bytes`.
#[inline]
pub(crate) fn read_varint(bytes: &mut &[u8]) -> Result<u64, Malformed> {
    // Every tag of the schema, and nearly every length, is one byte.
    if let [byte @ ..0x80, rest @ ..] = *bytes {
        *bytes = rest;
        return Ok(u64::from(*byte));
    }
    read_long_varint(bytes)
}

fn read_long_varint(bytes: &mut &[u8]) -> Result<u64, Malformed> {
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().enumerate().take(10) {
        let low = u64::from(byte & 0x7f);
        if index == 9 && low > 1 {
            return Err(Malformed::Varint);
        }
        value |= low << (7 * index);
        if byte & 0x80 == 0 {
            *bytes = &bytes[index + 1..];
            return Ok(value);
        }
    }
    Err(if bytes.len() < 10 { Malformed::Truncated } else { Malformed::Varint })
}

/// Appends a length as a base-128 varint.
pub(crate) fn write_varint(bytes: &mut Vec<u8>, value: usize) {
    write_number(bytes, value as u64);
}

/// Appends a number of 64 bits as a base-128 varint.
pub(crate) fn write_number(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
}

/// Appends a field as it was read.
pub(crate) fn write_field(message: &mut Vec<u8>, Field { number, value }: Field<'_>) {
    let mut tag = |wire| write_number(message, u64::from(number) << 3 | wire);
    match value {
        Value::Varint(value) => {
            tag(WIRE_VARINT);
            write_number(message, value);
        }
        Value::Fixed64(value) => {
            tag(WIRE_FIXED64);
            message.extend_from_slice(&value.to_le_bytes());
        }
        Value::Bytes(bytes) => {
            tag(WIRE_BYTES);
            write_varint(message, bytes.len());
            message.extend_from_slice(bytes);
        }
        Value::Fixed32(value) => {
            tag(WIRE_FIXED32);
            message.extend_from_slice(&value.to_le_bytes());
        }
    }
}

/// Appends a length-delimited field; `number` below 16.
pub(crate) fn write_bytes(message: &mut Vec<u8>, number: u8, bytes: &[u8]) {
    message.push(number << 3 | 2);
    write_varint(message, bytes.len());
    message.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(message: &[u8]) -> Result<Vec<Field<'_>>, Malformed> {
        Fields::of(message).collect()
    }

    #[test]
    fn reads_every_wire_type_and_passes_over_groups() {
        let message = [
            0x08, 0x96, 0x01, // 1: varint 150
            0x11, 1, 0, 0, 0, 0, 0, 0, 0, // 2: fixed64 1
            0x1b, 0x1b, 0x08, 0x05, 0x1c, 0x1c, // 3: a group in a group
            0x22, 2, b'h', b'i', // 4: bytes
            0x2d, 7, 0, 0, 0, // 5: fixed32
        ];
        let expected = [
            Field { number: 1, value: Value::Varint(150) },
            Field { number: 2, value: Value::Fixed64(1) },
            Field { number: 4, value: Value::Bytes(b"hi") },
            Field { number: 5, value: Value::Fixed32(7) },
        ];
        assert_eq!(fields(&message).unwrap(), expected);
        let mut written = Vec::new();
        for field in expected {
            write_field(&mut written, field);
        }
        assert_eq!(written, [&message[..12], &message[18..]].concat(), "all but the group");
    }

    #[test]
    fn names_what_is_malformed() {
        let ends_late = [0x0a, 5, b'x'];
        let endless = [0xff; 12];
        for (message, malformed) in [
            (&ends_late[..], Malformed::Truncated),
            (&[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], Malformed::Truncated),
            (&[0x80], Malformed::Truncated),
            (&[0x11, 0], Malformed::Truncated),
            (&[0x1b, 0x08, 1], Malformed::Truncated),
            (&endless, Malformed::Varint),
            (&[0x00, 0], Malformed::FieldNumber),
            (&[0x0e], Malformed::WireType),
            (&[0x0c], Malformed::WireType),
        ] {
            assert_eq!(fields(message), Err(malformed), "{message:?}");
        }
    }

    #[test]
    fn each_stretch_that_is_no_text_is_replaced_once() {
        assert_eq!(lossy(b"a\xff\xfe\xe2\x82b\xffc\0"), "a\u{fffd}b\u{fffd}c\0");
        assert_eq!(lossy("na\u{ef}ve".as_bytes()), "na\u{ef}ve");
        assert_eq!(lossy(b"\xff"), "\u{fffd}");
    }

    #[test]
    fn varints_keep_all_64_bits() {
        let mut largest: &[u8] = &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 9];
        assert_eq!(read_varint(&mut largest), Ok(u64::MAX));
        assert_eq!(largest, [9]);
        let mut written = Vec::new();
        write_varint(&mut written, 300);
        assert_eq!(written, [0xac, 0x02]);
    }
}
