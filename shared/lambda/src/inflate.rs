//! Decompression with a cap: with that of snappy the only decompressor of Firefly, so that no bomb finds another.
//!
//! The content codings of HTTP: `gzip` (RFC 1952), `deflate` (RFC 1950, and RFC 1951 without the wrapper, which some
//! clients mean by it), and `zstd` (RFC 8878, with the window of RFC 9659). Of `zstd`, dictionaries and skippable
//! frames are left out, and so are lists of several codings: no exporter uses them.

use std::borrow::Cow;
use std::io::{self, Read};

/// The first two bytes of every gzip member (RFC 1952).
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Deflate's greatest ratio: a length of 258 bytes from two bits.
const GREATEST_RATIO: usize = 1_032;

/// The largest window that a zstd frame may ask for: RFC 9659 allows no more in HTTP. It is held beside the body.
const ZSTD_WINDOW_BYTES: u64 = 8 * 1024 * 1024;

/// The plain bytes of a body, up to `cap` of them: inflated as its `Content-Encoding` says, or, if that says nothing, if
/// it begins as gzip does, which neither JSON nor protobuf can.
///
/// # Errors
///
/// If the encoding is unknown, or the body is damaged, cut off, or makes more than `cap` bytes, of which no more than
/// that are ever held.
pub fn inflate<'a>(
    body: &'a [u8],
    content_encoding: Option<&str>,
    cap: usize,
) -> Result<Cow<'a, [u8]>, InflateError> {
    let encoding = content_encoding.map(|encoding| encoding.trim().to_ascii_lowercase()).unwrap_or_default();
    let inflated = match encoding.as_str() {
        "" | "identity" if is_gzip(body) => gunzip(body, cap),
        "" | "identity" if body.len() > cap => Err(InflateError::PlainTooLarge { bytes: body.len(), cap }),
        "" | "identity" => return Ok(Cow::Borrowed(body)),
        "gzip" | "x-gzip" => gunzip(body, cap),
        "deflate" => inflate_deflate(body, cap),
        "zstd" => inflate_zstd(body, cap),
        _ => Err(InflateError::UnknownEncoding),
    };
    inflated.map(Cow::Owned)
}

/// Whether bytes are gzip by their magic number.
fn is_gzip(bytes: &[u8]) -> bool {
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
    read_capped(flate2::bufread::MultiGzDecoder::new(bytes), &mut inflated, cap)?;
    Ok(inflated)
}

/// The size that the last member claims to have, as far as its compressed size makes it possible.
fn size_hint(bytes: &[u8]) -> usize {
    let claimed = bytes.last_chunk().map_or(0, |size| u32::from_le_bytes(*size));
    usize::try_from(claimed).unwrap_or(usize::MAX).min(bytes.len().saturating_mul(GREATEST_RATIO))
}

/// With the wrapper if it looks like one and all of it can be read so, else without.
#[expect(clippy::disallowed_types, reason = "the one capped use")]
fn inflate_deflate(bytes: &[u8], cap: usize) -> Result<Vec<u8>, InflateError> {
    let mut inflated = Vec::new();
    let is_wrapped = bytes
        .first_chunk()
        .is_some_and(|[method, flags]| method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]) % 31 == 0);
    if is_wrapped {
        match read_capped(flate2::bufread::ZlibDecoder::new(bytes), &mut inflated, cap) {
            Err(InflateError::Damaged(_)) => inflated.clear(),
            outcome => return outcome.map(|()| inflated),
        }
    }
    read_capped(flate2::bufread::DeflateDecoder::new(bytes), &mut inflated, cap)?;
    Ok(inflated)
}

/// One or several frames.
#[expect(clippy::disallowed_types, reason = "the one capped use")]
fn inflate_zstd(mut bytes: &[u8], cap: usize) -> Result<Vec<u8>, InflateError> {
    let mut inflated = Vec::new();
    loop {
        let frame = ruzstd::decoding::StreamingDecoder::new_with_max_window_size(bytes, ZSTD_WINDOW_BYTES);
        let mut frame = frame.map_err(|error| InflateError::Damaged(io::Error::other(error)))?;
        read_capped(&mut frame, &mut inflated, cap)?;
        bytes = frame.into_inner();
        if bytes.is_empty() {
            return Ok(inflated);
        }
    }
}

/// Appends what there is to read, up to `cap` bytes in all.
fn read_capped(from: impl Read, inflated: &mut Vec<u8>, cap: usize) -> Result<(), InflateError> {
    let limit = u64::try_from(cap - inflated.len()).unwrap_or(u64::MAX).saturating_add(1);
    from.take(limit).read_to_end(inflated).map_err(InflateError::Damaged)?;
    if inflated.len() > cap { Err(InflateError::TooLarge { cap }) } else { Ok(()) }
}

/// Why a body has no plain bytes.
#[derive(Debug, thiserror::Error)]
pub enum InflateError {
    /// An encoding that is not read.
    #[error("expected a body in gzip, deflate, zstd or plain, as its Content-Encoding should say")]
    UnknownEncoding,
    /// Not what its encoding says, or not all of it.
    #[error("the compressed body is damaged: {0}")]
    Damaged(io::Error),
    /// More than may be.
    #[error("the body has more than {cap} bytes after decompression")]
    TooLarge {
        /// How many may be.
        cap: usize,
    },
    /// Plain, and more than may be.
    #[error("the body has {bytes} bytes, more than {cap}")]
    PlainTooLarge {
        /// How many there are.
        bytes: usize,
        /// How many may be.
        cap: usize,
    },
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use proptest::prelude::*;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn raw_deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        compress_to_vec(bytes, CompressionLevel::Fastest)
    }

    /// A body in each encoding, with its header.
    fn encoded(bytes: &[u8]) -> [(Option<&'static str>, Vec<u8>); 7] {
        [
            (None, bytes.to_vec()),
            (Some("Identity"), bytes.to_vec()),
            (Some("gzip"), gzip(bytes)),
            (None, gzip(bytes)),
            (Some("deflate"), zlib(bytes)),
            (Some("deflate"), raw_deflate(bytes)),
            (Some("zstd"), zstd(bytes)),
        ]
    }

    #[test]
    fn inflates_all_members_and_frames() {
        let members = [gzip(b"hello "), gzip(b""), gzip(b"world")].concat();
        assert_eq!(gunzip(&members, 11).unwrap(), b"hello world");
        let frames = [zstd(b"hello "), zstd(b"world")].concat();
        assert_eq!(*inflate(&frames, Some("zstd"), 11).unwrap(), *b"hello world");
        assert!(matches!(inflate(&frames, Some("zstd"), 10), Err(InflateError::TooLarge { cap: 10 })));
    }

    #[test]
    fn a_bomb_is_refused_at_the_cap() {
        for (encoding, bomb) in encoded(&vec![0; 1_000_000]) {
            assert_eq!(inflate(&bomb, encoding, 1_000_000).unwrap().len(), 1_000_000);
            assert!(
                matches!(
                    inflate(&bomb, encoding, 999_999),
                    Err(InflateError::TooLarge { .. } | InflateError::PlainTooLarge { .. })
                ),
                "{encoding:?}"
            );
        }
        let bomb = gzip(&vec![0; 1_000_000]);
        assert!(matches!(gunzip(&bomb.repeat(2), 1_000_001), Err(InflateError::TooLarge { .. })));
    }

    #[test]
    fn damage_is_named() {
        let whole = gzip(b"hello world, hello world, hello world");
        for damaged in [&whole[..whole.len() - 1], &whole[..12], b"", b"\x1f\x8b", b"{}"] {
            assert!(matches!(gunzip(damaged, 100), Err(InflateError::Damaged(_))), "{damaged:?}");
        }
        for (encoding, whole) in &encoded(b"hello world, hello world, hello world")[4..] {
            for damaged in [&whole[..whole.len() - 8], b"", b"\xff\xff"] {
                let outcome = inflate(damaged, *encoding, 100);
                assert!(matches!(outcome, Err(InflateError::Damaged(_))), "{encoding:?} {damaged:?}");
            }
        }
    }

    #[test]
    fn a_zstd_window_beyond_that_of_http_is_refused() {
        // Magic, a frame without its size, a window of 16 MiB, and an empty last block.
        let frame = [0x28, 0xb5, 0x2f, 0xfd, 0, (24 - 10) << 3, 1, 0, 0];
        assert!(matches!(inflate(&frame, Some("zstd"), 100), Err(InflateError::Damaged(_))));
        let within = [0x28, 0xb5, 0x2f, 0xfd, 0, (23 - 10) << 3, 1, 0, 0];
        assert_eq!(*inflate(&within, Some("zstd"), 100).unwrap(), *b"");
    }

    #[test]
    fn other_encodings_are_refused_by_name() {
        for encoding in ["br", "gzip, gzip", "compress"] {
            assert!(matches!(inflate(b"", Some(encoding), 1), Err(InflateError::UnknownEncoding)));
        }
    }

    proptest! {
        #[test]
        fn what_was_compressed_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..5_000)) {
            prop_assume!(!is_gzip(&bytes));
            for (encoding, body) in encoded(&bytes) {
                prop_assert_eq!(&*inflate(&body, encoding, bytes.len()).unwrap(), &bytes);
            }
        }

        #[test]
        fn arbitrary_bytes_never_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for encoding in [None, Some("deflate"), Some("zstd")] {
                let _inflated = inflate(&bytes, encoding, 1_000);
            }
            for start in [&GZIP_MAGIC[..], &[0x28, 0xb5, 0x2f, 0xfd]] {
                bytes.splice(0..0, start.iter().copied());
                let _inflated = inflate(&bytes, Some("zstd"), 1_000);
            }
        }
    }
}
