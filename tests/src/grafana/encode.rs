//! Percent-encoding as JavaScript's `encodeURIComponent` does it.

use std::fmt::Write;

/// A text as part of a URL's query.
pub fn encode_component(text: &str) -> String {
    encode(text, b"-_.!~*'()")
}

/// The same with nothing spared but what RFC 3986 calls unreserved.
pub(super) fn encode_strict(text: &str) -> String {
    encode(text, b"-_.~")
}

fn encode(text: &str, spared: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || spared.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // A String takes everything.
            write!(encoded, "%{byte:02X}").ok();
        }
    }
    encoded
}
