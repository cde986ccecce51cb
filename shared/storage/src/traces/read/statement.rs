//! A statement that is put together, with its parameters.

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row};

use crate::array::{Parameter, column, put_bytes, without_nul};
use firefly_model::trace::TraceId;

use super::column::Timestamp;

/// Parameters, and where in the statement each stands.
#[derive(Default)]
pub(super) struct Parameters<'a>(Vec<Parameter<'a>>);

impl<'a> Parameters<'a> {
    /// Adds a parameter, and gives the placeholder that stands for it.
    pub fn bind(&mut self, parameter: Parameter<'a>) -> String {
        self.0.push(parameter);
        format!("${}", self.0.len())
    }

    /// Adds a text, as the writer stores it: with U+FFFD for U+0000.
    pub fn text(&mut self, text: &str) -> String {
        self.bind((Box::new(without_nul(text).into_owned()), Type::TEXT))
    }

    /// Adds a whole number.
    pub fn int8(&mut self, number: i64) -> String {
        self.bind((Box::new(number), Type::INT8))
    }

    /// Adds a small whole number.
    pub fn int2(&mut self, number: i16) -> String {
        self.bind((Box::new(number), Type::INT2))
    }

    /// Adds a point in time.
    pub fn time(&mut self, time: Timestamp) -> String {
        self.bind((Box::new(time), Type::TIMESTAMPTZ))
    }

    /// Adds a list of whole numbers.
    pub fn int8s(&mut self, numbers: &'a [i64]) -> String {
        self.bind((Box::new(numbers), Type::INT8_ARRAY))
    }

    /// Adds a list of trace ids.
    pub fn trace_ids(&mut self, ids: &'a [TraceId]) -> String {
        self.bind(column(ids, Type::UUID, Type::UUID_ARRAY, |id, out| put_bytes(&id.0.to_be_bytes(), out)))
    }

    /// Runs the statement in which all of them stand.
    pub async fn query(&self, client: &Client, sql: &str) -> Result<Vec<Row>, Error> {
        client.query_typed(sql, &self.typed()).await
    }

    /// The parameters as the driver takes them.
    pub fn typed(&self) -> Vec<(&(dyn ToSql + Sync), Type)> {
        self.0.iter().map(|(value, r#type)| (value.as_ref() as &(dyn ToSql + Sync), r#type.clone())).collect()
    }
}
