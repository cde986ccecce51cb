//! The metrics: a metric stream's records, delivered by Firehose.

use std::ops::Range;
use std::time::{Duration, Instant};

use firefly_tests::demo::{MinuteDelivery, Point, Shop, SplitMix64};
use firefly_tests::firehose_sender::{
    BUFFER_BYTES, Buffer, Delivery, Format, Outcome, RetryPolicy, Sender, request_id, split_records,
    undecodable_line, undecodable_message,
};

use crate::time::{sleep_until, unix_ms};

/// Records stay well below Firehose's limit, so that a delivery has many.
const MAX_RECORD_BYTES: usize = 64 * 1024;
/// Firehose tries for 300 seconds; here its waits are a twentieth, so that a missing server is noticed soon.
const RETRY: RetryPolicy = RetryPolicy { duration: Duration::from_secs(300), time_scale: 0.05 };
/// How often a long run says how far it is.
pub(crate) const PROGRESS_INTERVAL: Duration = Duration::from_secs(2);

/// The stream's state: what is buffered, and what has been sent.
pub(crate) struct MetricTraffic {
    sender: Sender,
    buffer: Buffer,
    /// Points in the buffer.
    buffered_points: usize,
    random: SplitMix64,
    deliveries: usize,
    records: usize,
    points: usize,
    /// Records of each format, in the order of [`Format::ALL`].
    formats: [usize; Format::ALL.len()],
    pub(crate) failed: usize,
    next_progress: Instant,
}

impl MetricTraffic {
    pub(crate) fn new(sender: Sender) -> Self {
        Self {
            sender,
            buffer: Buffer::new(BUFFER_BYTES),
            buffered_points: 0,
            random: SplitMix64::new(unix_ms().unsigned_abs()),
            deliveries: 0,
            records: 0,
            points: 0,
            formats: [0; Format::ALL.len()],
            failed: 0,
            next_progress: Instant::now() + PROGRESS_INTERVAL,
        }
    }

    /// Sends what has been published until now as fast as it is taken, a full buffer at a time, and what is published
    /// later when its minute has ended.
    pub(crate) async fn run(&mut self, shop: &Shop, range_ms: Range<i64>, poison: bool) {
        let started_ms = unix_ms();
        let live = range_ms.end == i64::MAX;
        if poison {
            self.push(undecodable_line(), 0).await;
            self.push(undecodable_message(), 0).await;
        }
        for (index, minute) in shop.deliveries(range_ms).enumerate() {
            if live && minute.published_ms > started_ms {
                self.flush().await;
                sleep_until(minute.published_ms).await;
            }
            self.push_minute(index, &minute).await;
        }
        self.flush().await;
    }

    /// Encodes a minute: all of it in one format, the next minute in another, every fourth in all three.
    async fn push_minute(&mut self, index: usize, minute: &MinuteDelivery) {
        let points = minute.points.as_slice();
        let third = points.len().div_ceil(Format::ALL.len()).max(1);
        let parts: Vec<(Format, &[Point])> = match Format::ALL.get(index % (Format::ALL.len() + 1)) {
            Some(format) => vec![(*format, points)],
            None => Format::ALL.into_iter().zip(points.chunks(third)).collect(),
        };
        for (format, points) in parts {
            let mut count = points.len();
            for record in split_records(points, format, MAX_RECORD_BYTES) {
                self.formats[format as usize] += 1;
                // A minute's points are counted with the first of its records.
                self.push(record, std::mem::take(&mut count)).await;
            }
        }
    }

    async fn push(&mut self, record: Vec<u8>, points: usize) {
        if let Some(records) = self.buffer.push(record) {
            self.deliver(records).await;
        }
        self.buffered_points += points;
    }

    async fn flush(&mut self) {
        if let Some(records) = self.buffer.flush() {
            self.deliver(records).await;
        }
    }

    async fn deliver(&mut self, records: Vec<Vec<u8>>) {
        let points = std::mem::take(&mut self.buffered_points);
        let delivery =
            Delivery { request_id: request_id(&mut self.random), timestamp_ms: unix_ms(), records };
        let outcome = self.sender.deliver_with_retry(&delivery, &RETRY).await;
        self.deliveries += 1;
        match outcome {
            Outcome::Delivered { .. } => {
                self.records += delivery.records.len();
                self.points += points;
            }
            Outcome::BackedUp { answer, .. } | Outcome::Lost { answer } => {
                self.failed += 1;
                eprintln!("delivery {} refused: {}", delivery.request_id, answer.reason());
            }
        }
        if Instant::now() >= self.next_progress {
            eprintln!("{}", self.summary());
            self.next_progress = Instant::now() + PROGRESS_INTERVAL;
        }
    }

    pub(crate) fn summary(&self) -> String {
        let Self { deliveries, records, points, failed, formats: [json, otel_0_7, otel_1_0], .. } = self;
        format!(
            "sent {points} data points in {records} records ({json} of JSON, {otel_0_7} of OpenTelemetry 0.7.0, \
             {otel_1_0} of 1.0.0), {deliveries} deliveries, {failed} of them refused"
        )
    }
}
