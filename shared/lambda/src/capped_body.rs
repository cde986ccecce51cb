//! Bodies of answers that are cut where Lambda would refuse them.

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

/// The largest answer of a function, with everything in it: 6 MB. Beyond it the caller gets an error without a word,
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>.
const ANSWER_BYTES: usize = 6_291_456;
/// What is kept back of it for status, headers, and the end of the body.
const RESERVE_BYTES: usize = 64 * 1024;
const BODY_BYTES: usize = ANSWER_BYTES - RESERVE_BYTES;
/// Gzip is sent as base64, which makes four bytes of three.
const GZIP_BYTES: usize = BODY_BYTES / 4 * 3;

/// RFC 1952: deflate, no flags, no time, an unknown system.
const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// A body in parts, each of which is taken only if it fits.
pub struct CappedBody(Encoding);

/// A finished body.
#[derive(Debug, PartialEq, Eq)]
pub enum EncodedBody {
    /// As it is.
    Plain(Vec<u8>),
    /// With content encoding gzip.
    Gzip(Vec<u8>),
}

enum Encoding {
    /// JSON or other text, and its length within the JSON of the answer.
    Plain {
        text: Vec<u8>,
        escaped: usize,
    },
    Gzip(Gzip),
}

impl CappedBody {
    /// An empty body. Compressed, much more fits.
    pub fn new(is_gzip: bool) -> Self {
        Self(if is_gzip {
            Encoding::Gzip(Gzip::new())
        } else {
            Encoding::Plain { text: Vec::new(), escaped: 0 }
        })
    }

    /// Adds a part, or says that it does not fit, and then nothing has changed.
    pub fn push(&mut self, part: &[u8]) -> bool {
        match &mut self.0 {
            Encoding::Plain { text, escaped } => {
                let length = escaped.saturating_add(escaped_length(part));
                let fits = length <= BODY_BYTES;
                if fits {
                    text.extend_from_slice(part);
                    *escaped = length;
                }
                fits
            }
            Encoding::Gzip(gzip) => gzip.push(part),
        }
    }

    /// The body with its end, which is short.
    pub fn finish(self, end: &[u8]) -> EncodedBody {
        match self.0 {
            Encoding::Plain { mut text, .. } => {
                text.extend_from_slice(end);
                EncodedBody::Plain(text)
            }
            Encoding::Gzip(gzip) => EncodedBody::Gzip(gzip.finish(end)),
        }
    }
}

/// The length of a text as a JSON string.
fn escaped_length(text: &[u8]) -> usize {
    let length = |byte: &u8| match byte {
        b'"' | b'\\' => 2,
        0..0x20 => 6,
        _ => 1,
    };
    text.iter().map(length).sum()
}

/// Deflated parts, each complete to its last byte, so that one can be taken back.
struct Gzip {
    compressed: Vec<u8>,
    /// None when a part has been taken back: the compressor would refer to it.
    compress: Option<Compress>,
    checksum: Crc,
}

impl Gzip {
    fn new() -> Self {
        Self { compressed: GZIP_HEADER.to_vec(), compress: None, checksum: Crc::new() }
    }

    fn push(&mut self, part: &[u8]) -> bool {
        let length = self.compressed.len();
        let mut compress = self.compress.take().unwrap_or_else(compressor);
        let is_done = deflate(&mut compress, part, FlushCompress::Sync, &mut self.compressed);
        if !is_done || self.compressed.len() > GZIP_BYTES {
            self.compressed.truncate(length);
            return false;
        }
        let mut checksum = Crc::new();
        checksum.update(part);
        self.checksum.combine(&checksum);
        self.compress = Some(compress);
        true
    }

    fn finish(mut self, end: &[u8]) -> Vec<u8> {
        let mut compress = self.compress.take().unwrap_or_else(compressor);
        deflate(&mut compress, end, FlushCompress::Finish, &mut self.compressed);
        self.checksum.update(end);
        self.compressed.extend_from_slice(&self.checksum.sum().to_le_bytes());
        self.compressed.extend_from_slice(&self.checksum.amount().to_le_bytes());
        self.compressed
    }
}

/// Fast rather than small: the processor is paid for too.
fn compressor() -> Compress {
    Compress::new(Compression::fast(), false)
}

/// Whether all of the input has been compressed and put out.
fn deflate(compress: &mut Compress, mut input: &[u8], flush: FlushCompress, out: &mut Vec<u8>) -> bool {
    loop {
        out.reserve(input.len() / 8 + 1_024);
        let before = compress.total_in();
        let Ok(status) = compress.compress_vec(input, out, flush) else { return false };
        let consumed = usize::try_from(compress.total_in() - before).unwrap_or(usize::MAX);
        input = input.get(consumed..).unwrap_or_default();
        // With room left, nothing waits to be put out.
        if status == Status::StreamEnd || (input.is_empty() && out.len() < out.capacity()) {
            return true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gunzip;

    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let next = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            b' ' + u8::try_from(state >> 25).unwrap() % 90
        };
        (0..length).map(next).collect()
    }

    fn plain(body: EncodedBody) -> Vec<u8> {
        match body {
            EncodedBody::Plain(text) => text,
            EncodedBody::Gzip(compressed) => gunzip(&compressed, 1 << 30).unwrap(),
        }
    }

    #[test]
    fn parts_come_out_in_order() {
        for is_gzip in [false, true] {
            let mut body = CappedBody::new(is_gzip);
            for part in [&b"[1"[..], b"", b",2", &noise(100_000)] {
                assert!(body.push(part));
            }
            assert_eq!(plain(body.finish(b"]")), [b"[1,2", &noise(100_000)[..], b"]"].concat());
            assert_eq!(plain(CappedBody::new(is_gzip).finish(b"")), b"");
        }
    }

    #[test]
    fn a_part_that_does_not_fit_is_as_if_it_had_never_been() {
        for is_gzip in [false, true] {
            let mut body = CappedBody::new(is_gzip);
            assert!(body.push(b"head"));
            assert!(!body.push(&noise(8_000_000)));
            assert!(body.push(b"small"));
            assert!(!body.push(&noise(8_000_000)));
            assert_eq!(plain(body.finish(b"tail")), b"headsmalltail");
        }
    }

    #[test]
    fn the_largest_bodies_still_fit_into_an_answer() {
        let part = br#"{"key":"a","value":"b\\"}"#;
        let mut body = CappedBody::new(false);
        while body.push(part) {}
        let EncodedBody::Plain(text) = body.finish(b"") else { panic!("compressed") };
        let text = serde_json_length(&text);
        assert!((BODY_BYTES - 100..=BODY_BYTES).contains(&text), "{text}");

        let mut body = CappedBody::new(true);
        let part = noise(100_000);
        while body.push(&part) {}
        let EncodedBody::Gzip(compressed) = body.finish(b"") else { panic!("plain") };
        let base64 = compressed.len().div_ceil(3) * 4;
        assert!((BODY_BYTES - 200_000..ANSWER_BYTES).contains(&base64), "{base64}");
    }

    fn serde_json_length(text: &[u8]) -> usize {
        text.len() + text.iter().filter(|byte| matches!(byte, b'"' | b'\\')).count()
    }

    #[test]
    fn what_repeats_itself_is_compressed_across_parts() {
        let (mut body, part) = (CappedBody::new(true), noise(10_000));
        for _ in 0..1_000 {
            assert!(body.push(&part));
        }
        let EncodedBody::Gzip(compressed) = body.finish(b"") else { panic!("plain") };
        assert!(compressed.len() < 1_000_000, "{}", compressed.len());
    }
}
