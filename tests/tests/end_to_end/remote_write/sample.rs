//! Series to write.

use std::time::SystemTime;

use firefly_tests::remote_write::{Exemplar, Metadata, Series};

pub const SECOND: i64 = 1_000;

/// The bits of Prometheus' stale marker.
pub const STALE: u64 = 0x7ff0_0000_0000_0002;

/// Now, in milliseconds.
pub fn now() -> i64 {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    i64::try_from(since_epoch.as_millis()).unwrap()
}

/// A minute ago, at a whole second.
pub fn minute_ago() -> i64 {
    (now() / SECOND - 60) * SECOND
}

pub fn labels(labels: &[(&str, &str)]) -> Vec<(String, String)> {
    labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub fn series(name: &str, job: &str, samples: Vec<(i64, f64)>) -> Series {
    Series { labels: labels(&[("__name__", name), ("job", job)]), samples, ..Series::default() }
}

pub fn said(metric_type: i32, family: &str, unit: &str) -> Option<Metadata> {
    let (family, help, unit) = (family.to_owned(), format!("About {family}."), unit.to_owned());
    Some(Metadata { metric_type, family, help, unit })
}

/// One of everything that can be stored.
pub fn everything(time: i64) -> Vec<Series> {
    let odd = [1.5, -1e300, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, f64::from_bits(STALE)];
    let odd_bits = [f64::from_bits(0x7ff8_0000_dead_beef), f64::from_bits(1)];
    let values = (0..).zip(odd.into_iter().chain(odd_bits));
    let mut odd = series("odd", "a", values.map(|(step, value)| (time + step * SECOND, value)).collect());
    odd.metadata = said(2, "odd", "");
    let mut bucket = series("duration_seconds_bucket", "a", vec![(time, 3.0)]);
    bucket.labels.push(("le".into(), "0.5".into()));
    bucket.metadata = said(3, "duration_seconds", "seconds");
    bucket.exemplars = vec![Exemplar {
        labels: labels(&[("span_id", "00f067aa0ba902b7"), ("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736")]),
        time: time - 1,
        value: 0.25,
    }];
    let mut alone = series("requests_total", "a", vec![]);
    alone.exemplars = vec![Exemplar { labels: vec![], time, value: 1.0 }];
    let mut utf8 = series("größe.außen", "a", vec![(time, 1.0)]);
    utf8.labels.push(("k8s.pod/name".into(), "x \"y\" ☃".into()));
    vec![odd, bucket, alone, utf8]
}

/// So many series with a sample each.
pub fn many(name: &str, count: usize, time: i64) -> Vec<Series> {
    (0..count).map(|number| series(name, &number.to_string(), vec![(time, 1.0)])).collect()
}
