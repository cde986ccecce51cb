//! Numbers as they are found in OTLP's JSON.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Unexpected, Visitor};

/// A whole number: of JSON, in a string as the mapping wants 64-bit numbers, or as the two halves that JavaScript
/// splits them into, `{"low":…,"high":…}`, each with a sign or without. `null` is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Whole<T>(pub T);

/// The value of an attribute that is a whole number. JavaScript's SDKs write every number without a fraction as one, also
/// those that 64 bits do not hold: these stay floating-point numbers, as they were.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum IntValue {
    Int(i64),
    Double(f64),
}

/// A floating-point number: of JSON, or in a string, such as `"NaN"`. `null` is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Double(pub f64);

/// A number with a name in the schema, of which JSON has one or the other. `null` is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Enumerated<N>(pub i32, PhantomData<N>);

/// The names of an enumeration, in the order of their numbers.
pub(crate) trait Names {
    const NAMES: &'static [&'static str];
}

/// The integers of the schema.
pub(crate) trait Integer: TryFrom<i128> + Default {
    /// From the bits of a 64-bit number, signed or not.
    fn from_bits(bits: u64) -> Option<Self>;
}

impl Integer for u64 {
    fn from_bits(bits: u64) -> Option<Self> {
        Some(bits)
    }
}

impl Integer for i64 {
    fn from_bits(bits: u64) -> Option<Self> {
        Some(bits.cast_signed())
    }
}

impl Integer for u32 {
    fn from_bits(bits: u64) -> Option<Self> {
        Self::try_from(bits).ok()
    }
}

impl Integer for i32 {
    fn from_bits(bits: u64) -> Option<Self> {
        Self::try_from(bits.cast_signed()).ok()
    }
}

impl<'de> Deserialize<'de> for IntValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IntValueVisitor)
    }
}

struct IntValueVisitor;

const WHOLE: WholeVisitor<i64> = WholeVisitor(PhantomData);

/// The first number beyond `i64`.
const BEYOND_INT: f64 = 9_223_372_036_854_775_808.0;

impl<'de> Visitor<'de> for IntValueVisitor {
    type Value = IntValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        WHOLE.expecting(f)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<IntValue, E> {
        #[expect(clippy::cast_precision_loss, reason = "what JavaScript wrote is a floating-point number")]
        Ok(i64::try_from(number).map_or(IntValue::Double(number as f64), IntValue::Int))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<IntValue, E> {
        Ok(IntValue::Int(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<IntValue, E> {
        if number.abs() >= BEYOND_INT {
            return Ok(IntValue::Double(number));
        }
        WHOLE.visit_f64(number).map(IntValue::Int)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<IntValue, E> {
        WHOLE.visit_str(text).map(IntValue::Int)
    }

    fn visit_unit<E: Error>(self) -> Result<IntValue, E> {
        WHOLE.visit_unit().map(IntValue::Int)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<IntValue, A::Error> {
        WHOLE.visit_map(map).map(IntValue::Int)
    }
}

impl<'de, T: Integer> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WholeVisitor(PhantomData)).map(Self)
    }
}

struct WholeVisitor<T>(PhantomData<T>);

impl<T: Integer> WholeVisitor<T> {
    fn ranged<E: Error>(number: i128) -> Result<T, E> {
        T::try_from(number).map_err(|_| E::custom("a whole number out of range"))
    }
}

impl<'de, T: Integer> Visitor<'de> for WholeVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        Self::ranged(number.into())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        Self::ranged(number.into())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        if number.fract() != 0.0 {
            return Err(E::invalid_type(Unexpected::Float(number), &self));
        }
        #[expect(clippy::cast_possible_truncation, reason = "the fraction is zero, and the cast saturates")]
        Self::ranged(number as i128)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        match text.trim().parse::<i128>() {
            Ok(number) => Self::ranged(number),
            Err(_) => Err(E::custom("a string that is no whole number")),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let (mut low, mut high) = (0, 0);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "low" => low = map.next_value::<i64>()?,
                "high" => high = map.next_value::<i64>()?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let half = |half: i64| half.cast_unsigned() & 0xffff_ffff;
        let bits = half(high) << 32 | half(low);
        T::from_bits(bits).ok_or_else(|| A::Error::custom("a whole number out of range"))
    }
}

impl<'de> Deserialize<'de> for Double {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DoubleVisitor).map(Self)
    }
}

struct DoubleVisitor;

impl Visitor<'_> for DoubleVisitor {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<f64, E> {
        Ok(number)
    }

    #[expect(clippy::cast_precision_loss, reason = "as the nearest double, like every other number of JSON")]
    fn visit_u64<E: Error>(self, number: u64) -> Result<f64, E> {
        Ok(number as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "as the nearest double, like every other number of JSON")]
    fn visit_i64<E: Error>(self, number: i64) -> Result<f64, E> {
        Ok(number as f64)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<f64, E> {
        // Rust reads `NaN` and `Infinity` as well.
        text.trim().parse().map_err(|_| E::custom("a string that is no number"))
    }

    fn visit_unit<E: Error>(self) -> Result<f64, E> {
        Ok(0.0)
    }
}

impl<'de, N: Names> Deserialize<'de> for Enumerated<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = deserializer.deserialize_any(EnumeratedVisitor::<N>(PhantomData))?;
        Ok(Self(number, PhantomData))
    }
}

struct EnumeratedVisitor<N>(PhantomData<N>);

impl<'de, N: Names> Visitor<'de> for EnumeratedVisitor<N> {
    type Value = i32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or a name of an enumeration")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<i32, E> {
        WholeVisitor(PhantomData).visit_u64(number)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<i32, E> {
        WholeVisitor(PhantomData).visit_i64(number)
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<i32, E> {
        match N::NAMES.iter().position(|known| *known == name) {
            Some(number) => Ok(i32::try_from(number).unwrap_or_default()),
            None => WholeVisitor(PhantomData)
                .visit_str(name)
                .map_err(|_: E| E::custom("an unknown name of an enumeration")),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<i32, E> {
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;

    use super::*;

    fn read<T: DeserializeOwned>(json: &str) -> Option<T> {
        sonic_rs::from_str(json).ok()
    }

    #[test]
    fn whole_numbers_in_all_their_forms() {
        for (json, number) in [
            ("1", Some(1)),
            ("\"18446744073709551615\"", Some(u64::MAX)),
            ("18446744073709551615", Some(u64::MAX)),
            ("1.5e3", Some(1_500)),
            ("null", Some(0)),
            (r#"{"low":-1,"high":0}"#, Some(0xffff_ffff)),
            (r#"{"high":4294967295,"low":4294967295,"unsigned":true}"#, Some(u64::MAX)),
            (r#"{"low":1095216660,"high":402653184}"#, Some(402_653_184 << 32 | 1_095_216_660)),
            ("-1", None),
            ("\"18446744073709551616\"", None),
            ("1.5", None),
            ("1e300", None),
            ("\"\"", None),
            ("[]", None),
        ] {
            assert_eq!(read::<Whole<u64>>(json).map(|whole| whole.0), number, "{json}");
        }
        assert_eq!(read(r#"{"low":-1,"high":-1}"#), Some(Whole(-1_i64)));
        assert_eq!(read("\"-9223372036854775808\""), Some(Whole(i64::MIN)));
        assert_eq!(read("\"7\""), Some(Whole(7_u32)));
        assert_eq!(read::<Whole<u32>>("4294967296"), None);
    }

    #[test]
    fn doubles_in_all_their_forms() {
        for (json, number) in
            [("1", 1.0), ("-0.5", -0.5), ("\"Infinity\"", f64::INFINITY), ("\"1e3\"", 1_000.0), ("null", 0.0)]
        {
            assert_eq!(read(json), Some(Double(number)), "{json}");
        }
        assert!(read::<Double>("\"NaN\"").unwrap().0.is_nan());
        assert_eq!(read::<Double>("\"-Infinity\""), Some(Double(f64::NEG_INFINITY)));
        assert_eq!(read::<Double>("\"much\""), None);
    }

    #[test]
    fn enumerations_by_number_or_name() {
        #[derive(Debug, PartialEq)]
        struct Colour;
        impl Names for Colour {
            const NAMES: &'static [&'static str] = &["COLOUR_NONE", "COLOUR_RED"];
        }
        for (json, number) in [
            ("1", Some(1)),
            ("-7", Some(-7)),
            ("\"COLOUR_RED\"", Some(1)),
            ("\"1\"", Some(1)),
            ("null", Some(0)),
            ("\"COLOUR_BLUE\"", None),
            ("1.5", None),
        ] {
            assert_eq!(read::<Enumerated<Colour>>(json).map(|read| read.0), number, "{json}");
        }
    }
}
