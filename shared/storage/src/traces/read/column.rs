//! Columns as they are read, from the binary form that the server sends.

use std::error::Error;

use bytes::BytesMut;
use firefly_model::UnixNanos;
use firefly_model::trace::{SpanKind, TraceId};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::array::{micros_from_postgres, put_timestamp_micros};

type BoxedError = Box<dyn Error + Sync + Send>;

/// A `timestamptz`: microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Timestamp(pub i64);

impl Timestamp {
    /// The microsecond that a moment falls into.
    pub fn of(time: UnixNanos) -> Self {
        Self(time.micros().cast_signed())
    }

    /// The moment, so many nanoseconds behind the whole microsecond.
    pub fn nanos(self, beyond: i16) -> UnixNanos {
        let micros = u64::try_from(self.0).unwrap_or(0);
        UnixNanos(micros.saturating_mul(1_000).saturating_add(u64::try_from(beyond).unwrap_or(0)))
    }
}

impl ToSql for Timestamp {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, BoxedError> {
        put_timestamp_micros(self.0, out)
    }

    fn accepts(r#type: &Type) -> bool {
        *r#type == Type::TIMESTAMPTZ
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Timestamp {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, BoxedError> {
        Ok(Self(micros_from_postgres(i64::from_be_bytes(raw.try_into()?))?))
    }

    fn accepts(r#type: &Type) -> bool {
        *r#type == Type::TIMESTAMPTZ
    }
}

/// A `uuid` that is a trace id.
pub(super) struct TraceIdColumn(pub TraceId);

impl<'a> FromSql<'a> for TraceIdColumn {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, BoxedError> {
        Ok(Self(TraceId(u128::from_be_bytes(raw.try_into()?))))
    }

    fn accepts(r#type: &Type) -> bool {
        *r#type == Type::UUID
    }
}

/// The text of a `jsonb`.
pub(super) struct JsonbText<'a>(pub &'a [u8]);

impl<'a> FromSql<'a> for JsonbText<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, BoxedError> {
        match raw {
            [1, text @ ..] => Ok(Self(text)),
            _ => Err("a jsonb of an unknown version".into()),
        }
    }

    fn accepts(r#type: &Type) -> bool {
        *r#type == Type::JSONB
    }
}

/// The kind of a number in the catalogue.
pub(super) fn kind(number: i16) -> SpanKind {
    SpanKind::from_number(number.into())
}
