//! Deliveries as a metric stream of many Lambda functions makes them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use firefly_firehose::delivery::{Delivery as Decoded, read};
use firefly_lambda::gunzip;
use firefly_model::{KnownRows, TimeWindow, UnixMillis};
use firefly_wire::limits;

use crate::demo::{MINUTE_MS, Point, Shop, SplitMix64};
use crate::firehose_sender::{BUFFER_BYTES, Buffer, Delivery, Format, request_id, split_records};

/// About 5,000 data points a minute.
const FUNCTIONS: usize = 350;
/// Records stay well below Firehose's limit, so that a delivery has many.
const RECORD_BYTES: usize = 64 * 1024;
/// How far back the data begin: within the two days that a metric stream reaches back.
const BACK: Duration = Duration::from_secs(24 * 60 * 60);
/// How old a data point may be, as for the function.
const MAX_AGE: Duration = Duration::from_secs(15 * 24 * 60 * 60);

/// An endless stream of data points, minute after minute, with late points again, as CloudWatch publishes them.
pub(super) struct Corpus<'a> {
    points: Box<dyn Iterator<Item = Point> + 'a>,
    random: SplitMix64,
}

/// The shop that a corpus is about.
pub(super) fn shop() -> Shop {
    Shop::with_functions(FUNCTIONS)
}

impl<'a> Corpus<'a> {
    pub(super) fn of(shop: &'a Shop) -> Self {
        let start_ms = now_ms() - i64::try_from(BACK.as_millis()).unwrap_or_default();
        let whole_minute_ms = start_ms.div_euclid(MINUTE_MS) * MINUTE_MS;
        let points = shop.deliveries(whole_minute_ms..i64::MAX).flat_map(|minute| minute.points);
        Self { points: Box::new(points), random: SplitMix64::new(1) }
    }

    /// The next data points.
    pub(super) fn points(&mut self, count: usize) -> Vec<Point> {
        self.points.by_ref().take(count).collect()
    }

    /// A delivery of the next data points.
    pub(super) fn delivery(&mut self, format: Format, points: usize) -> Delivery {
        let records = split_records(&self.points(points), format, RECORD_BYTES);
        self.delivery_of(records)
    }

    /// A delivery of a full buffer of 1 MiB, as the product's templates configure it.
    pub(super) fn full_buffer(&mut self, format: Format) -> Delivery {
        let mut buffer = Buffer::new(BUFFER_BYTES);
        loop {
            for record in split_records(&self.points(1_000), format, RECORD_BYTES) {
                if let Some(records) = buffer.push(record) {
                    return self.delivery_of(records);
                }
            }
        }
    }

    pub(super) fn delivery_of(&mut self, records: Vec<Vec<u8>>) -> Delivery {
        Delivery { request_id: request_id(&mut self.random), timestamp_ms: now_ms(), records }
    }
}

/// From the body of a request to rows, as the function does it.
pub(super) fn decode(gzip_body: &[u8], known: &KnownRows) -> anyhow::Result<Decoded> {
    let body = gunzip(gzip_body, limits::BODY_BYTES)?;
    Ok(read(&body, known, TimeWindow::around(UnixMillis(now_ms()), MAX_AGE))?)
}

pub(super) fn now_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}
