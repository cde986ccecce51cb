//! The encodings of bodies.

use std::io::Write;

use firefly_tests::test_database::{Server, TestDatabase};
use flate2::Compression;
use flate2::write::{DeflateEncoder, ZlibEncoder};
use prost::Message;

use super::endpoint::{Endpoint, JSON, PROTOBUF, function};
use super::rows::Stored;
use super::sample::{export_of, span};
use crate::firehose::bodies::gzip;

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

/// A frame with one block that is stored as it is, of fewer than 32 KiB.
fn zstd(bytes: &[u8]) -> Vec<u8> {
    let header = u32::try_from(bytes.len() << 3 | 1).unwrap().to_le_bytes();
    [&[0x28, 0xb5, 0x2f, 0xfd, 0, 5 << 3][..], &header[..3], bytes].concat()
}

#[tokio::test]
async fn every_encoding_is_understood() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let endpoint = Endpoint::start(function(&database.ingest_url())).await;
    let plain = |bytes: &[u8]| bytes.to_vec();
    type Encode<'a> = &'a dyn Fn(&[u8]) -> Vec<u8>;
    let cases: [(Option<&str>, Encode<'_>); 8] = [
        (None, &plain),
        (Some("identity"), &plain),
        (Some("gzip"), &gzip),
        (None, &gzip),
        (Some("GZIP"), &gzip),
        (Some("deflate"), &zlib),
        (Some("deflate"), &raw_deflate),
        (Some("zstd"), &zstd),
    ];
    let mut expected = Vec::new();
    for (number, (encoding, encode)) in (0..).zip(cases) {
        for (content_type, number) in [(PROTOBUF, 2 * number), (JSON, 2 * number + 1)] {
            let name = format!("span {number:02}");
            let export = export_of(vec![span(number, &name)]);
            let body = match content_type {
                PROTOBUF => export.encode_to_vec(),
                _ => serde_json::to_vec(&export).unwrap(),
            };
            let mut request = endpoint.post(content_type).body(encode(&body));
            if let Some(encoding) = encoding {
                request = request.header("content-encoding", encoding);
            }
            let answer = endpoint.send(request).await;
            assert_eq!((answer.status, answer.rejected), (200, 0), "{encoding:?} {content_type}: {answer:?}");
            expected.push(name);
        }
    }
    assert_eq!(Stored::in_database(&database).await.names(), expected);
}
