//! What holds for the data points of any record.

use firefly_wire::metric_stream::{DataPoint, Sink, Undecodable, decode_record};

/// Reads a record, and each of its points again as the record that it stands for.
pub fn check(record: &[u8]) {
    let mut points = Points::default();
    decode_record(record, &mut points);
    for (record, description) in points.0 {
        let mut again = Points::default();
        decode_record(&record, &mut again);
        assert_eq!(again.0, [(record, description)]);
    }
}

/// The record of each point, and all that is known of it.
#[derive(Default)]
struct Points(Vec<(Vec<u8>, String)>);

impl Sink for Points {
    fn data_point(&mut self, point: &DataPoint<'_>) {
        let (key, unit, extra) = (point.key(), point.unit(), point.extra().collect::<Vec<_>>());
        assert!(key.labels.windows(2).all(|pair| pair[0].0 < pair[1].0), "{key:?}");
        let statistics = point.statistics;
        let all = [statistics.samples, statistics.sum, statistics.minimum, statistics.maximum];
        let extra_values = extra.iter().map(|(_, value)| *value);
        assert!(all.into_iter().chain(extra_values).all(f64::is_finite), "{statistics:?} {extra:?}");
        let description = format!("{key:?} {unit} {:?} {statistics:?} {extra:?}", point.time);
        self.0.push((point.to_record().into_owned(), description));
    }

    fn undecodable(&mut self, _: &[u8], _: Undecodable) {}

    fn ignored(&mut self) {}
}
