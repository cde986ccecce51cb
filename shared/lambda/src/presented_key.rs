//! Where callers put their keys.

use std::borrow::Cow;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};

/// Lower-case name of the header that carries a key and nothing else, for callers whose `Authorization` is taken.
pub const KEY_HEADER: &str = "x-firefly-key";

/// The key that a request presents, for [`Keys::admit`](crate::Keys::admit): `x-firefly-key: KEY`, else
/// `Authorization: Bearer KEY` (RFC 6750), else the password of `Authorization: Basic …` (RFC 7617).
pub fn presented_key(headers: &HeaderMap) -> Option<Cow<'_, [u8]>> {
    if let Some(key) = headers.get(KEY_HEADER) {
        return Some(Cow::Borrowed(key.as_bytes()));
    }
    let (scheme, credentials) = headers.get(AUTHORIZATION).and_then(credentials)?;
    if scheme.eq_ignore_ascii_case(b"bearer") {
        Some(Cow::Borrowed(credentials))
    } else if scheme.eq_ignore_ascii_case(b"basic") {
        password(credentials).map(Cow::Owned)
    } else {
        None
    }
}

fn credentials(authorization: &HeaderValue) -> Option<(&[u8], &[u8])> {
    let authorization = authorization.as_bytes();
    let space = authorization.iter().position(|byte| *byte == b' ')?;
    Some((&authorization[..space], authorization[space..].trim_ascii()))
}

/// What follows the first colon; the user's name is anyone's.
fn password(credentials: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = base64_simd::STANDARD.decode_to_vec(credentials).ok()?;
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    Some(decoded.split_off(colon + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(headers: &[(&'static str, &'static str)]) -> Option<String> {
        let headers =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        presented_key(&headers).map(|key| String::from_utf8(key.into_owned()).unwrap())
    }

    #[test]
    fn a_key_is_found_in_each_of_its_places() {
        for headers in [
            &[("x-firefly-key", "the:key")][..],
            &[("authorization", "Bearer the:key")],
            &[("authorization", "bearer  the:key ")],
            &[("authorization", "Basic dXNlcjp0aGU6a2V5")],
            &[("authorization", "BASIC OnRoZTprZXk=")],
            &[("authorization", "Bearer another"), ("x-firefly-key", "the:key")],
        ] {
            assert_eq!(key(headers).as_deref(), Some("the:key"), "{headers:?}");
        }
    }

    #[test]
    fn other_credentials_are_none() {
        for headers in [
            &[][..],
            &[("authorization", "the:key")],
            &[("authorization", "Digest the:key")],
            &[("authorization", "Basic the:key")],
            &[("authorization", "Basic dGhla2V5")],
        ] {
            assert_eq!(key(headers), None, "{headers:?}");
        }
        assert_eq!(key(&[("authorization", "Bearer ")]).as_deref(), Some(""));
    }
}
