//! What was set aside, as the rows that every writer's statement takes along.

use firefly_model::DeadLetter;
use tokio_postgres::types::Type;
use xxhash_rust::xxh3::Xxh3;

use crate::array::{Parameter, column, put_bytes, put_i64, put_text};

/// The columns `id`, `reason`, `bytes` and `size_bytes`.
pub(crate) fn columns<'a>(rows: &'a [DeadLetter], source: &'static str) -> [Parameter<'a>; 4] {
    [
        column(rows, Type::UUID, Type::UUID_ARRAY, move |row, out| {
            let mut hash = Xxh3::new();
            hash.update(source.as_bytes());
            hash.update(&[0]);
            hash.update(&row.bytes);
            put_bytes(&hash.digest128().to_be_bytes(), out)
        }),
        column(rows, Type::TEXT, Type::TEXT_ARRAY, |row, out| put_text(&row.reason, out)),
        column(rows, Type::BYTEA, Type::BYTEA_ARRAY, |row, out| put_bytes(&row.bytes, out)),
        column(rows, Type::INT8, Type::INT8_ARRAY, |row, out| put_i64(i64::try_from(row.size_bytes)?, out)),
    ]
}
