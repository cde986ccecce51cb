//! Rows as columns: arrays for `unnest`, written straight into the message to the server.
//!
//! Binary format of one-dimensional arrays: `array_send` in PostgreSQL's `src/backend/utils/adt/arrayfuncs.c`.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use bytes::{BufMut, BytesMut};
use firefly_model::UnixMillis;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// Milliseconds from 1970-01-01, the Unix epoch, to 2000-01-01, PostgreSQL's.
const POSTGRES_EPOCH_MS: i64 = 946_684_800_000;

/// An array parameter with its type.
pub(crate) type Parameter<'a> = (Box<dyn ToSql + Sync + Send + 'a>, Type);

/// One column of `rows` as an array parameter; `write` appends the binary form of one element.
pub(crate) fn column<'a, T: Sync>(
    rows: &'a [T],
    element: Type,
    array: Type,
    write: impl Fn(&T, &mut BytesMut) -> Result<IsNull, ArrayError> + Sync + Send + 'a,
) -> Parameter<'a> {
    (Box::new(Column { rows, element, write }), array)
}

/// One column of `rows` as an array parameter; `write` appends the binary form of one element.
pub(crate) struct Column<'a, T, F> {
    pub rows: &'a [T],
    pub element: Type,
    pub write: F,
}

impl<T, F> fmt::Debug for Column<'_, T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.element, self.rows.len())
    }
}

impl<T, F> ToSql for Column<'_, T, F>
where
    F: Fn(&T, &mut BytesMut) -> Result<IsNull, ArrayError>,
{
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, ArrayError> {
        let (dimensions, has_nulls, lower_bound) = (i32::from(!self.rows.is_empty()), 1, 1);
        out.put_i32(dimensions);
        out.put_i32(has_nulls);
        out.put_u32(self.element.oid());
        if !self.rows.is_empty() {
            out.put_i32(i32::try_from(self.rows.len())?);
            out.put_i32(lower_bound);
        }
        for row in self.rows {
            let length_at = out.len();
            out.put_i32(-1);
            if let IsNull::No = (self.write)(row, out)? {
                let length = i32::try_from(out.len() - length_at - 4)?;
                out[length_at..length_at + 4].copy_from_slice(&length.to_be_bytes());
            }
        }
        Ok(IsNull::No)
    }

    // The types of parameters are given with each statement, never asked for.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// What the driver takes for an error of conversion.
pub(crate) type ArrayError = Box<dyn Error + Sync + Send>;

/// A `timestamptz`: microseconds since PostgreSQL's epoch.
pub(crate) fn put_timestamp(time: UnixMillis, out: &mut BytesMut) -> Result<IsNull, ArrayError> {
    put_timestamp_micros(time.0.checked_mul(1_000).ok_or(OUT_OF_RANGE)?, out)
}

/// A `timestamptz` from microseconds since the Unix epoch.
pub(crate) fn put_timestamp_micros(unix_micros: i64, out: &mut BytesMut) -> Result<IsNull, ArrayError> {
    put_i64(unix_micros.checked_sub(POSTGRES_EPOCH_MS * 1_000).ok_or(OUT_OF_RANGE)?, out)
}

/// Microseconds since the Unix epoch of a `timestamptz`'s microseconds since PostgreSQL's.
pub(crate) fn micros_from_postgres(micros: i64) -> Result<i64, ArrayError> {
    Ok(micros.checked_add(POSTGRES_EPOCH_MS * 1_000).ok_or(OUT_OF_RANGE)?)
}

const OUT_OF_RANGE: &str = "a time outside of PostgreSQL's range";

/// An `int8`.
pub(crate) fn put_i64(value: i64, out: &mut BytesMut) -> Result<IsNull, ArrayError> {
    out.put_i64(value);
    Ok(IsNull::No)
}

/// A `jsonb` from its text: a version number, then the text.
pub(crate) fn put_jsonb(json: &impl serde::Serialize, out: &mut BytesMut) -> Result<IsNull, ArrayError> {
    out.put_u8(1);
    serde_json::to_writer(out.writer(), json)?;
    Ok(IsNull::No)
}

/// A `text`, in which PostgreSQL has no place for the character U+0000: U+FFFD stands for it.
pub(crate) fn put_text(text: &str, out: &mut BytesMut) -> Result<IsNull, ArrayError> {
    put_bytes(without_nul(text).as_bytes(), out)
}

/// The text with U+FFFD for U+0000.
pub(crate) fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// A value that is its bytes, such as `uuid`.
pub(crate) fn put_bytes(bytes: &[u8], out: &mut BytesMut) -> Result<IsNull, ArrayError> {
    out.put_slice(bytes);
    Ok(IsNull::No)
}

/// Pairs as a JSON object.
pub(crate) struct JsonObject<F>(pub F);

impl<K, V, I, F> serde::Serialize for JsonObject<F>
where
    K: serde::Serialize,
    V: serde::Serialize,
    I: Iterator<Item = (K, V)>,
    F: Fn() -> I,
{
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map((self.0)())
    }
}
