//! From the body of a delivery request to a batch of rows.

use std::fmt::Display;

use firefly_model::{DeadLetter, ExtraStatistics, KnownRows, MetricBatch, TimeWindow};
use firefly_wire::firehose::DeliveryRequest;
use firefly_wire::limits;
use firefly_wire::metric_stream::{DataPoint, Sink, Undecodable, decode_record};

use crate::answer::Refusal;

/// What a delivery held.
#[derive(Debug)]
pub struct Delivery {
    /// The request id in the body.
    pub request_id: String,
    /// Rows, sealed.
    pub batch: MetricBatch,
    /// Records, empty ones included.
    pub records: usize,
    /// Data points that were read, those outside the window included.
    pub data_points: usize,
    /// Lines that are no data by intent.
    pub ignored: usize,
}

/// Reads a plain body.
///
/// # Errors
///
/// If the envelope cannot be read, or the delivery exceeds a cap. A record, message or line that cannot be read is no
/// error: it becomes a dead letter.
pub fn read(body: &[u8], known: &KnownRows, window: TimeWindow) -> Result<Delivery, Refusal> {
    let request = DeliveryRequest::parse(body)?;
    let mut collector = Collector::new(known, window);
    let mut buffer = Vec::new();
    for record in &request.records {
        match record.decode(&mut buffer) {
            Ok(bytes) => decode_record(bytes, &mut collector),
            Err(error) => collector.set_aside(record.encoded(), &error),
        }
        collector.within_caps()?;
    }
    let Collector { mut batch, data_points, ignored, .. } = collector;
    batch.seal();
    let (records, request_id) = (request.records.len(), request.request_id.into_owned());
    Ok(Delivery { request_id, batch, records, data_points, ignored })
}

/// Collects the data points of all records. Past a cap it takes nothing more, so that its memory stays bounded.
struct Collector<'a> {
    known: &'a KnownRows,
    window: TimeWindow,
    batch: MetricBatch,
    data_points: usize,
    extra_statistics: usize,
    ignored: usize,
    dead_letter_bytes: usize,
}

impl<'a> Collector<'a> {
    fn new(known: &'a KnownRows, window: TimeWindow) -> Self {
        Self {
            known,
            window,
            batch: MetricBatch::default(),
            data_points: 0,
            extra_statistics: 0,
            ignored: 0,
            dead_letter_bytes: 0,
        }
    }

    fn within_caps(&self) -> Result<(), Refusal> {
        for (what, count, cap) in [
            ("data points", self.data_points, limits::DATA_POINTS),
            ("extra statistics", self.extra_statistics, limits::EXTRA_STATISTICS_TOTAL),
            ("pieces that cannot be stored", self.batch.dead_letters.len(), limits::DEAD_LETTERS),
            ("bytes that cannot be stored", self.dead_letter_bytes, limits::DEAD_LETTER_BYTES),
        ] {
            if count > cap {
                return Err(Refusal::TooMuch { what, cap });
            }
        }
        Ok(())
    }

    fn set_aside(&mut self, piece: &[u8], reason: &impl Display) {
        if self.is_full() {
            return;
        }
        let kept = &piece[..piece.len().min(limits::RECORD_BYTES)];
        self.dead_letter_bytes += kept.len();
        self.batch.dead_letters.push(DeadLetter {
            reason: reason.to_string(),
            bytes: kept.to_vec(),
            size_bytes: piece.len(),
        });
    }
}

impl Sink for Collector<'_> {
    fn data_point(&mut self, point: &DataPoint<'_>) {
        self.data_points += 1;
        if self.is_full() {
            return;
        }
        if let Err(outside) = self.window.check(point.time) {
            return self.set_aside(&point.to_record(), &format_args!("the data point {outside}"));
        }
        let extra = point.extra();
        self.extra_statistics += extra.len();
        let extra = (extra.len() > 0).then(|| Box::new(ExtraStatistics::new(extra)));
        self.batch.add(&point.key(), point.unit(), point.time, point.statistics, extra, self.known);
    }

    fn undecodable(&mut self, piece: &[u8], reason: Undecodable) {
        self.set_aside(piece, &reason);
    }

    fn ignored(&mut self) {
        self.ignored += 1;
    }

    fn is_full(&self) -> bool {
        self.within_caps().is_err()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use firefly_model::UnixMillis;

    use super::*;

    #[test]
    fn a_delivery_may_have_so_many_extra_statistics_and_no_more() {
        let extra: Vec<_> =
            (0..limits::EXTRA_STATISTICS).map(|number| format!(r#","tm{number}":1"#)).collect();
        let line = format!(
            r#"{{"account_id":"1","region":"r","namespace":"n","metric_name":"m","dimensions":{{}},"timestamp":60000,"value":{{"count":1,"sum":1,"min":1,"max":1{}}},"unit":"Count"}}{}"#,
            extra.concat(),
            '\n'
        );
        let known = KnownRows::with_generation(8);
        let window = TimeWindow::around(UnixMillis(60_000), Duration::from_secs(60));
        let mut collector = Collector::new(&known, window);
        let fitting = limits::EXTRA_STATISTICS_TOTAL / limits::EXTRA_STATISTICS;
        decode_record(line.repeat(fitting).as_bytes(), &mut collector);
        assert!(collector.within_caps().is_ok());
        assert_eq!(collector.batch.statistic_sets.len(), fitting);
        decode_record(line.repeat(3).as_bytes(), &mut collector);
        assert!(matches!(collector.within_caps(), Err(Refusal::TooMuch { what: "extra statistics", .. })));
        assert_eq!(collector.batch.statistic_sets.len(), fitting + 1, "nothing more is taken past the cap");
    }
}
