//! Whatever is written comes out of both versions alike, and whatever else comes is no harm.

use proptest::collection::vec;
use proptest::prelude::*;

use super::Message;
use super::recorded::{NOW, Pairs, Recorded, Series, encoded};

/// Sorted labels with distinct names, as senders have them.
fn labels(least: usize) -> impl Strategy<Value = Pairs> {
    proptest::collection::btree_map("[a-z\u{e4}.]{1,6}", "[ -~\u{2603}]{1,8}", least..5)
        .prop_map(|labels| labels.into_iter().collect())
}

fn a_series() -> impl Strategy<Value = Series> {
    let point = || (NOW - 86_400_000..NOW, any::<u64>().prop_map(f64::from_bits));
    let exemplars = vec((point(), labels(0)).prop_map(|((time, value), labels)| (time, value, labels)), 0..3);
    ("[a-z:_]{1,8}", labels(0), vec(point(), 1..4), exemplars, 0..2_usize).prop_map(
        |(name, mut labels, samples, exemplars, histograms)| {
            labels.insert(0, ("__name__".to_owned(), name));
            Series { labels, samples, exemplars, histograms }
        },
    )
}

fn name(series: &Series) -> String {
    let pairs: Vec<_> =
        series.labels.iter().map(|(name, value)| (name.as_str().into(), value.as_str().into())).collect();
    super::labels::title(None, &pairs)
}

/// Bytes that look like a write as far as they can.
fn nearly_a_write() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        Just(0x0a_u8),
        Just(0x12),
        Just(0x1a),
        Just(0x22),
        Just(0x2a),
        Just(0x09),
        Just(0x10),
        0..12_u8,
        any::<u8>()
    ];
    vec(byte, 0..120)
}

proptest! {
    #[test]
    fn what_is_written_is_read(all in vec(a_series(), 0..6)) {
        for message in [Message::WriteRequest, Message::Request] {
            let recorded = Recorded::of(&encoded(&all, message), message).unwrap();
            let samples: Vec<_> = all
                .iter()
                .flat_map(|series| series.samples.iter().map(|(time, value)| (name(series), time - NOW, value.to_bits())))
                .collect();
            prop_assert_eq!(&recorded.samples, &samples);
            let exemplars: Vec<_> = all
                .iter()
                .flat_map(|series| {
                    series.exemplars.iter().map(|(time, value, labels)| {
                        (name(series), time - NOW, value.to_bits(), labels.clone())
                    })
                })
                .collect();
            prop_assert_eq!(&recorded.exemplars, &exemplars);
            let histograms: usize = all.iter().map(|series| series.histograms).sum();
            prop_assert_eq!(recorded.refused.iter().map(|(_, count, _)| count).sum::<usize>(), histograms);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(body in nearly_a_write()) {
        for message in [Message::WriteRequest, Message::Request] {
            let Ok(recorded) = Recorded::of(&body, message) else { continue };
            for (write, refused) in recorded.set_aside.iter().zip(&recorded.refused) {
                let again = Recorded::of(write, message).unwrap();
                prop_assert_eq!((again.refused.len(), again.refused[0].1), (1, refused.1));
                prop_assert_eq!(&again.set_aside[0], write);
            }
        }
    }
}
