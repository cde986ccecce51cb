//! PostgreSQL's binary values as Grafana shows them.

use std::error::Error;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio_postgres::types::{FromSql, Kind as TypeKind, Type};

use super::frame::Kind;

/// From 1970 to 2000, from which PostgreSQL counts.
const EPOCH_MICROS: i64 = 946_684_800_000_000;
const DAY_MICROS: i64 = 86_400_000_000;

/// A value of any type, as it came.
pub(super) struct Raw(Option<Vec<u8>>);

impl<'a> FromSql<'a> for Raw {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Some(raw.to_vec())))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl Raw {
    pub(super) fn value(&self, of: &Type) -> Result<Value> {
        self.0.as_deref().map_or(Ok(Value::Null), |bytes| decode(of, bytes))
    }
}

/// What a column of a type is shown as.
pub(super) fn kind(of: &Type) -> Kind {
    match *of {
        Type::TIMESTAMPTZ | Type::TIMESTAMP | Type::DATE => Kind::Time,
        Type::INT2 | Type::INT4 | Type::INT8 | Type::FLOAT4 | Type::FLOAT8 | Type::NUMERIC | Type::OID => {
            Kind::Number
        }
        Type::BOOL => Kind::Boolean,
        _ => Kind::String,
    }
}

fn decode(of: &Type, bytes: &[u8]) -> Result<Value> {
    let text = || Ok(Value::from(std::str::from_utf8(bytes)?));
    Ok(match *of {
        Type::BOOL => Value::from(fixed::<1>(bytes)?[0] != 0),
        Type::INT2 => Value::from(i16::from_be_bytes(fixed(bytes)?)),
        Type::INT4 => Value::from(i32::from_be_bytes(fixed(bytes)?)),
        Type::INT8 => Value::from(i64::from_be_bytes(fixed(bytes)?)),
        Type::OID => Value::from(u32::from_be_bytes(fixed(bytes)?)),
        Type::FLOAT4 => Value::from(f32::from_be_bytes(fixed(bytes)?)),
        Type::FLOAT8 => Value::from(f64::from_be_bytes(fixed(bytes)?)),
        Type::NUMERIC => Value::from(numeric(bytes)?),
        Type::TIMESTAMPTZ | Type::TIMESTAMP => {
            let micros = i64::from_be_bytes(fixed(bytes)?).saturating_add(EPOCH_MICROS);
            Value::from(micros.div_euclid(1_000))
        }
        Type::DATE => {
            let micros = i64::from(i32::from_be_bytes(fixed(bytes)?)) * DAY_MICROS + EPOCH_MICROS;
            Value::from(micros / 1_000)
        }
        Type::UUID => Value::from(uuid::Uuid::from_slice(bytes)?.to_string()),
        // A byte of the version, and the text.
        Type::JSONB => Value::from(std::str::from_utf8(bytes.get(1..).context("an empty jsonb")?)?),
        Type::INTERVAL => Value::from(interval(bytes)?),
        Type::TEXT | Type::VARCHAR | Type::NAME | Type::BPCHAR | Type::UNKNOWN | Type::JSON => return text(),
        _ => match of.kind() {
            TypeKind::Enum(_) => return text(),
            TypeKind::Domain(of) => return decode(of, bytes),
            TypeKind::Array(of) => Value::from(array(of, bytes)?),
            _ => bail!("a column of type {of} is nothing that Grafana shows: cast it"),
        },
    })
}

fn fixed<const LENGTH: usize>(bytes: &[u8]) -> Result<[u8; LENGTH]> {
    bytes.try_into().context("a value of another length than its type")
}

/// Reads the next bytes off a value.
fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Result<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(length).context("a value is cut short")?;
    *bytes = rest;
    Ok(taken)
}

fn int4(bytes: &mut &[u8]) -> Result<i32> {
    Ok(i32::from_be_bytes(fixed(take(bytes, 4)?)?))
}

/// Digits to the base of 10,000, with the weight of the first.
fn numeric(mut bytes: &[u8]) -> Result<f64> {
    let mut word = || Ok::<_, anyhow::Error>(i16::from_be_bytes(fixed(take(&mut bytes, 2)?)?));
    let (count, weight, sign, _scale) = (word()?, word()?, word()?, word()?);
    let mut written = if sign == 0x4000 { "-0".to_owned() } else { "0".to_owned() };
    match sign {
        0 | 0x4000 => {}
        _ => return Ok(f64::NAN),
    }
    for _ in 0..count {
        written.push_str(&format!("{:04}", word()?));
    }
    let exponent = (i32::from(weight) + 1 - i32::from(count)) * 4;
    Ok(format!("{written}e{exponent}").parse()?)
}

fn interval(mut bytes: &[u8]) -> Result<String> {
    let micros = i64::from_be_bytes(fixed(take(&mut bytes, 8)?)?);
    let (days, months) = (int4(&mut bytes)?, int4(&mut bytes)?);
    let seconds = micros / 1_000_000;
    let time = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let parts = [(months, "mon"), (days, "days")].into_iter().filter(|(count, _)| *count != 0);
    let mut written: Vec<_> = parts.map(|(count, unit)| format!("{count} {unit}")).collect();
    if micros != 0 || written.is_empty() {
        written.push(time);
    }
    Ok(written.join(" "))
}

/// An array of one dimension as PostgreSQL writes it.
fn array(of: &Type, mut bytes: &[u8]) -> Result<String> {
    let dimensions = int4(&mut bytes)?;
    take(&mut bytes, 8)?;
    if dimensions == 0 {
        return Ok("{}".to_owned());
    }
    anyhow::ensure!(dimensions == 1, "an array of {dimensions} dimensions");
    let length = int4(&mut bytes)?;
    take(&mut bytes, 4)?;
    let mut members = Vec::new();
    for _ in 0..length {
        let length = int4(&mut bytes)?;
        members.push(match usize::try_from(length) {
            Err(_) => "NULL".to_owned(),
            Ok(length) => match decode(of, take(&mut bytes, length)?)? {
                Value::String(text) => text,
                other => other.to_string(),
            },
        });
    }
    Ok(format!("{{{}}}", members.join(",")))
}
