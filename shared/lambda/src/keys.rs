//! The keys that callers of a public function URL present.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use crate::{ConfigError, Environment};

/// Fewer characters than this are guessed too easily.
const SHORTEST_KEY: usize = 16;

/// Who may call: everyone who holds one of several keys (so that keys can be rotated), or anyone at all.
#[derive(Clone)]
pub struct Keys(Admission);

#[derive(Clone)]
enum Admission {
    Open,
    /// SHA-256 of each key: all comparisons are of the same length.
    Holders(Vec<[u8; 32]>),
}

impl Keys {
    /// Reads a comma-separated list of keys from the variable `keys`. Without any, callers are admitted without a key
    /// only if the variable `open` says `true`.
    ///
    /// # Errors
    ///
    /// If neither is set, both are, or a key is too short.
    pub fn from_environment(
        environment: &Environment<'_>,
        keys: &'static str,
        open: &'static str,
    ) -> Result<Self, ConfigError> {
        const KEYS: &str = "one or more keys of at least 16 characters, separated by commas; or, to admit callers \
            without a key, leave it unset and set the variable that opens the function to true";
        let is_open = environment.optional(open, "true or false", str::parse::<bool>)?.unwrap_or(false);
        match environment.optional(keys, KEYS, Self::parse)? {
            Some(_) if is_open => Err(ConfigError::Malformed {
                name: open,
                problem: format!("it opens the function, and {keys} closes it"),
                form: "only one of the two",
            }),
            Some(holders) => Ok(holders),
            None if is_open => Ok(Self(Admission::Open)),
            None => Err(ConfigError::Missing { name: keys, form: KEYS }),
        }
    }

    fn parse(list: &str) -> Result<Self, KeyError> {
        let keys: Vec<_> = list.split(',').map(str::trim).filter(|key| !key.is_empty()).collect();
        if keys.is_empty() || keys.iter().any(|key| key.chars().count() < SHORTEST_KEY) {
            return Err(KeyError::TooShort);
        }
        Ok(Self(Admission::Holders(keys.into_iter().map(|key| Sha256::digest(key).into()).collect())))
    }

    /// Whether a caller who presents this key, or none, is admitted. Takes the same time whichever key is compared
    /// with and wherever the two differ.
    pub fn admit(&self, presented: Option<&[u8]>) -> bool {
        let Admission::Holders(holders) = &self.0 else { return true };
        let Some(presented) = presented else { return false };
        let presented: [u8; 32] = Sha256::digest(presented).into();
        holders.iter().fold(Choice::from(0), |found, key| found | key.ct_eq(&presented)).into()
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Admission::Open => f.write_str("Keys(open to all)"),
            Admission::Holders(holders) => write!(f, "Keys({} keys)", holders.len()),
        }
    }
}

/// Why a list of keys is refused; no key is part of it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A key that is guessed too easily.
    #[error("a key is shorter than {SHORTEST_KEY} characters")]
    TooShort,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(list: Option<&str>, open: Option<&str>) -> Result<Keys, ConfigError> {
        let lookup = |name: &str| match name {
            "KEYS" => list.map(str::to_owned),
            "OPEN" => open.map(str::to_owned),
            _ => None,
        };
        Keys::from_environment(&Environment::new(&lookup), "KEYS", "OPEN")
    }

    #[test]
    fn any_of_several_keys_is_admitted_and_nothing_else() {
        let keys = keys(Some("old-key-0123456789, new-key-0123456789"), None).unwrap();
        assert!(keys.admit(Some(b"old-key-0123456789")));
        assert!(keys.admit(Some(b"new-key-0123456789")));
        for wrong in [None, Some(&b""[..]), Some(b"old-key-012345678"), Some(b"old-key-0123456789 ")] {
            assert!(!keys.admit(wrong));
        }
        assert_eq!(format!("{keys:?}"), "Keys(2 keys)");
    }

    #[test]
    fn without_keys_a_function_must_be_opened_in_so_many_words() {
        assert!(keys(None, Some("true")).unwrap().admit(None));
        for (list, open) in [
            (None, None),
            (Some(""), None),
            (None, Some("false")),
            (None, Some("yes")),
            (Some(","), None),
            (Some("short"), None),
            (Some("long-enough-a-key,short"), None),
            (Some("long-enough-a-key"), Some("true")),
        ] {
            let error = keys(list, open).unwrap_err().to_string();
            assert!(!error.contains("long-enough") && !error.contains("short,"), "{error}");
        }
    }
}
