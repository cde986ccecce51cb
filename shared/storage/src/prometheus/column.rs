//! Columns as they are read, from the binary form that the server sends.

use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::array::{micros_from_postgres, put_timestamp_micros};

type BoxedError = Box<dyn Error + Sync + Send>;

/// The years 1 to 9999, in milliseconds since 1970: PostgreSQL has room for them. Data lie after 1970, but the steps of a
/// query may begin before.
const TIMES: std::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;

/// A `timestamptz` in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Millis(pub i64);

/// Times outside of those of data become the nearest that PostgreSQL has for sure.
impl ToSql for Millis {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, BoxedError> {
        put_timestamp_micros(self.0.clamp(*TIMES.start(), *TIMES.end()) * 1_000, out)
    }

    fn accepts(r#type: &Type) -> bool {
        *r#type == Type::TIMESTAMPTZ
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Millis {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, BoxedError> {
        Ok(Self(micros_from_postgres(i64::from_be_bytes(raw.try_into()?))?.div_euclid(1_000)))
    }

    fn accepts(r#type: &Type) -> bool {
        *r#type == Type::TIMESTAMPTZ
    }
}

/// A `float8` with every bit of it.
pub(super) struct Float(pub f64);

impl<'a> FromSql<'a> for Float {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, BoxedError> {
        Ok(Self(f64::from_bits(u64::from_be_bytes(raw.try_into()?))))
    }

    fn accepts(r#type: &Type) -> bool {
        *r#type == Type::FLOAT8
    }
}
