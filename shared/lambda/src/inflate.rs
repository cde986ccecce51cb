//! Decompression with a cap: the only decompressor of Firefly, so that no bomb finds another.

use std::io::Read;

/// The first two bytes of every gzip member (RFC 1952).
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Deflate's greatest ratio: a length of 258 bytes from two bits.
const GREATEST_RATIO: usize = 1_032;

/// Whether bytes are gzip by their magic number.
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&GZIP_MAGIC)
}

/// Inflates gzip of one or several members, up to `cap` bytes.
///
/// # Errors
///
/// If the bytes are no gzip, damaged, cut off, or make more than `cap` bytes, of which no more than that are ever held.
#[expect(clippy::disallowed_types, reason = "the one capped use")]
pub fn gunzip(bytes: &[u8], cap: usize) -> Result<Vec<u8>, InflateError> {
    let mut inflated = Vec::with_capacity(size_hint(bytes).min(cap));
    let limit = u64::try_from(cap).unwrap_or(u64::MAX).saturating_add(1);
    flate2::bufread::MultiGzDecoder::new(bytes)
        .take(limit)
        .read_to_end(&mut inflated)
        .map_err(InflateError::Damaged)?;
    if inflated.len() > cap {
        return Err(InflateError::TooLarge { cap });
    }
    Ok(inflated)
}

/// The size that the last member claims to have, as far as its compressed size makes it possible.
fn size_hint(bytes: &[u8]) -> usize {
    let claimed = bytes.last_chunk().map_or(0, |size| u32::from_le_bytes(*size));
    usize::try_from(claimed).unwrap_or(usize::MAX).min(bytes.len().saturating_mul(GREATEST_RATIO))
}

/// Why a body could not be inflated.
#[derive(Debug, thiserror::Error)]
pub enum InflateError {
    /// No gzip, or not all of it.
    #[error("the gzip body is damaged: {0}")]
    Damaged(std::io::Error),
    /// More than may be.
    #[error("the body has more than {cap} bytes after decompression")]
    TooLarge {
        /// How many may be.
        cap: usize,
    },
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn inflates_all_members() {
        let members = [gzip(b"hello "), gzip(b""), gzip(b"world")].concat();
        assert!(is_gzip(&members));
        assert_eq!(gunzip(&members, 11).unwrap(), b"hello world");
    }

    #[test]
    fn a_bomb_is_refused_at_the_cap() {
        let bomb = gzip(&vec![0; 1_000_000]);
        assert_eq!(gunzip(&bomb, 1_000_000).unwrap().len(), 1_000_000);
        assert!(matches!(gunzip(&bomb, 999_999), Err(InflateError::TooLarge { .. })));
        let many = [bomb.clone(), bomb].concat();
        assert!(matches!(gunzip(&many, 1_000_001), Err(InflateError::TooLarge { .. })));
    }

    #[test]
    fn damage_is_named() {
        let whole = gzip(b"hello world, hello world, hello world");
        for damaged in [&whole[..whole.len() - 1], &whole[..12], b"", b"\x1f\x8b", b"{}"] {
            assert!(matches!(gunzip(damaged, 100), Err(InflateError::Damaged(_))), "{damaged:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_compressed_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..5_000)) {
            prop_assert_eq!(gunzip(&gzip(&bytes), bytes.len()).unwrap(), bytes);
        }

        #[test]
        fn arbitrary_bytes_never_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            bytes.splice(0..0, GZIP_MAGIC);
            let _inflated = gunzip(&bytes, 1_000);
        }
    }
}
