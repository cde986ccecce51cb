//! Snappy with a cap, in its block format: the one encoding of Prometheus remote write.
//!
//! Specification: <https://github.com/google/snappy/blob/main/format_description.txt>. The framing format is left out, as
//! no sender of remote write uses it.

use std::io;

use crate::InflateError;

/// Snappy's greatest ratio, rounded up: 64 bytes from the three of a copy.
const GREATEST_RATIO: usize = 22;

/// The plain bytes of a body, up to `cap` of them. A block says first how many bytes it makes: nothing is allocated for
/// more than the cap, nor for more than as many bytes can make.
///
/// # Errors
///
/// If the block is damaged, cut off, or makes more than `cap` bytes.
#[expect(clippy::disallowed_types, reason = "the one capped use")]
pub fn snappy(block: &[u8], cap: usize) -> Result<Vec<u8>, InflateError> {
    let damaged = |error: snap::Error| InflateError::Damaged(io::Error::other(error));
    let claimed = snap::raw::decompress_len(block).map_err(damaged)?;
    if claimed > cap {
        return Err(InflateError::TooLarge { cap });
    }
    if claimed > block.len().saturating_mul(GREATEST_RATIO) {
        let error =
            format!("{} bytes of snappy cannot make the {claimed} bytes that they claim", block.len());
        return Err(InflateError::Damaged(io::Error::other(error)));
    }
    let mut plain = vec![0; claimed];
    let length = snap::raw::Decoder::new().decompress(block, &mut plain).map_err(damaged)?;
    plain.truncate(length);
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use snap::raw::Encoder;

    use super::*;

    fn compressed(bytes: &[u8]) -> Vec<u8> {
        Encoder::new().compress_vec(bytes).unwrap()
    }

    #[test]
    fn a_bomb_is_refused_at_the_cap() {
        let bomb = compressed(&vec![0; 1_000_000]);
        assert_eq!(snappy(&bomb, 1_000_000).unwrap().len(), 1_000_000);
        assert!(matches!(snappy(&bomb, 999_999), Err(InflateError::TooLarge { cap: 999_999 })));
    }

    #[test]
    fn a_claim_that_cannot_be_true_is_damage() {
        // 2³² - 1 bytes, and 64 MiB, of nothing.
        let largest = [0xff, 0xff, 0xff, 0xff, 0x0f, 0];
        assert!(matches!(snappy(&largest, usize::MAX), Err(InflateError::Damaged(_))));
        let error = snappy(&[0x80, 0x80, 0x80, 0x20, 0], 1 << 26).unwrap_err().to_string();
        assert!(error.contains("67108864"), "{error}");
        let mut shorter = compressed(b"hello world");
        shorter[0] -= 1;
        for damaged in [&b""[..], b"\xff", &shorter, &compressed(b"hello world")[..5], &[0, 0]] {
            assert!(matches!(snappy(damaged, 100), Err(InflateError::Damaged(_))), "{damaged:?}");
        }
        assert_eq!(snappy(&compressed(b""), 0).unwrap(), b"");
    }

    proptest! {
        #[test]
        fn what_was_compressed_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..5_000), times in 1..50_usize) {
            let bytes = bytes.repeat(times);
            prop_assert_eq!(snappy(&compressed(&bytes), bytes.len()).unwrap(), bytes);
        }

        #[test]
        fn arbitrary_bytes_never_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _plain = snappy(&bytes, 1_000);
            // A length that is believed.
            bytes.splice(0..0, [0xff, 0x01]);
            let _plain = snappy(&bytes, 1_000);
        }
    }
}
