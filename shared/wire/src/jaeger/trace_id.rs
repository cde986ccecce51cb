//! Trace ids, in all the spellings that people have at hand.

use firefly_model::trace::TraceId;

/// Digits of a whole id.
const DIGITS: usize = 32;

/// Why a text is no trace id.
const EXPECTED: &str = "expected 1 to 32 hexadecimal digits, an AWS X-Ray trace id or a UUID";

/// Reads a trace id: 1 to 32 hexadecimal digits (fewer mean zeros at the front, so that 16 digits are a 64-bit id), an
/// X-Ray id such as `1-5759e988-bd862e3fe1be46a994272793`, or a UUID with its dashes.
///
/// # Errors
///
/// If it is none of these; the error says what is.
pub fn parse_trace_id(text: &str) -> Result<TraceId, &'static str> {
    let mut joined = String::with_capacity(DIGITS);
    let lengths: Vec<_> = text.split('-').map(str::len).collect();
    let digits = match lengths[..] {
        [1..=DIGITS] => text,
        [1, 8, 24] if text.starts_with("1-") => {
            joined.extend(text[2..].split('-'));
            &joined
        }
        [8, 4, 4, 4, 12] => {
            joined.extend(text.split('-'));
            &joined
        }
        _ => return Err(EXPECTED),
    };
    // What `from_str_radix` would take besides: a sign.
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(EXPECTED);
    }
    u128::from_str_radix(digits, 16).map(TraceId).map_err(|_| EXPECTED)
}

/// A trace id as v1 shows it: 16 digits if the high half is zero, else 32.
pub(super) fn short_trace_id(id: TraceId) -> String {
    match u64::try_from(id.0) {
        Ok(low) => format!("{low:016x}"),
        Err(_) => id.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_names_its_trace() {
        let id = TraceId(0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c);
        for text in [
            "0af7651916cd43dd8448eb211c80319c",
            "0AF7651916CD43DD8448EB211C80319C",
            "af7651916cd43dd8448eb211c80319c",
            "1-0af76519-16cd43dd8448eb211c80319c",
            "0af76519-16cd-43dd-8448-eb211c80319c",
        ] {
            assert_eq!(parse_trace_id(text), Ok(id), "{text}");
        }
        assert_eq!(parse_trace_id("8448eb211c80319c"), Ok(TraceId(0x8448_eb21_1c80_319c)));
        assert_eq!(parse_trace_id("1"), Ok(TraceId(1)));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "-",
            "+1",
            "-1",
            "xyz",
            "0x12",
            "é",
            "000af7651916cd43dd8448eb211c80319c",
            "2-0af76519-16cd43dd8448eb211c80319c",
            "1-0af7651-916cd43dd8448eb211c80319c",
            "0af76519-16cd-43dd-8448-eb211c8031+c",
        ] {
            assert!(parse_trace_id(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ids_of_64_bits_are_shown_with_16_digits() {
        assert_eq!(short_trace_id(TraceId(0x1f)), "000000000000001f");
        assert_eq!(short_trace_id(TraceId(1 << 64)), "00000000000000010000000000000000");
    }
}
