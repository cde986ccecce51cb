//! Strings, ids, bytes and lists as they are found in OTLP's JSON.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use smallvec::SmallVec;

use crate::limits;

/// A string; `null` is the empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text(pub String);

/// The bytes of an id in hexadecimal digits of either case, of any number; `null` is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Id(pub SmallVec<[u8; 16]>);

/// Bytes in base64, with the alphabet of either kind; `null` is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bytes(pub Vec<u8>);

/// Elements in order; `null` is none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct List<T>(pub Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// Reads a string, or `null` as the empty one, and makes something of it.
struct TextVisitor<F>(F);

impl<T, F: FnOnce(&str) -> Result<T, &'static str>> Visitor<'_> for TextVisitor<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        self.visit_str("")
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor(|text: &str| Ok(Self(text.to_owned()))))
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor(|text: &str| {
            Self::parse(text).ok_or("an id that is not hexadecimal")
        }))
    }
}

impl Id {
    fn parse(text: &str) -> Option<Self> {
        let digit = |digit: &u8| char::from(*digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        });
        pairs.collect::<Option<_>>().map(Self)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(TextVisitor(|text: &str| Self::parse(text).ok_or("bytes that are not base64")))
    }
}

impl Bytes {
    /// Protobuf's JSON takes both alphabets, with padding or without.
    fn parse(text: &str) -> Option<Self> {
        let bare = text.trim_end_matches('=');
        let standard = base64_simd::STANDARD_NO_PAD.decode_to_vec(bare);
        standard.or_else(|_| base64_simd::URL_SAFE_NO_PAD.decode_to_vec(bare)).ok().map(Self)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Vec<T>, A::Error> {
                let mut elements = Vec::new();
                while let Some(element) = sequence.next_element()? {
                    if elements.len() >= limits::OTLP_JSON_LIST_BYTES / size_of::<T>() {
                        return Err(A::Error::custom("an array of too many elements"));
                    }
                    elements.push(element);
                }
                Ok(elements)
            }

            fn visit_unit<E: Error>(self) -> Result<Vec<T>, E> {
                Ok(Vec::new())
            }
        }

        deserializer.deserialize_any(ListVisitor(PhantomData)).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_hexadecimal_in_either_case() {
        assert_eq!(Id::parse("00fFaB").unwrap().0.as_slice(), [0, 0xff, 0xab]);
        assert!(Id::parse("").unwrap().0.is_empty());
        for wrong in ["0", "0g", "é0", "+1"] {
            assert_eq!(Id::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn bytes_are_base64_of_either_kind() {
        for text in ["+/8=", "+/8", "-_8"] {
            assert_eq!(Bytes::parse(text).unwrap().0, [0xfb, 0xff], "{text}");
        }
        assert_eq!(Bytes::parse("?"), None);
    }

    #[test]
    fn null_is_nothing() {
        assert_eq!(sonic_rs::from_str::<Text>("null").unwrap(), Text::default());
        assert_eq!(sonic_rs::from_str::<Id>("null").unwrap(), Id::default());
        assert_eq!(sonic_rs::from_str::<List<Text>>("null").unwrap(), List::default());
        assert!(sonic_rs::from_str::<List<Text>>("{}").is_err());
        assert!(sonic_rs::from_str::<Text>("1").is_err());
    }
}
