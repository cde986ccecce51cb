//! The fixtures in `tests/fixtures/metric_stream`, and what a decoder makes of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use firefly_tests::demo;
use firefly_wire::metric_stream::{DataPoint, Sink, Undecodable, decode_record};
use serde::Deserialize;

/// What a record must yield.
#[derive(Debug, Default, PartialEq, Deserialize)]
pub struct Decoded {
    pub data_points: Vec<Point>,
    pub set_aside: usize,
    pub ignored: usize,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Point {
    pub account_id: String,
    pub region: String,
    pub namespace: String,
    pub metric_name: String,
    pub dimensions: BTreeMap<String, String>,
    pub unit: String,
    pub time_ms: i64,
    pub samples: f64,
    pub sum: f64,
    pub minimum: f64,
    pub maximum: f64,
    pub extra: BTreeMap<String, f64>,
}

impl Decoded {
    pub fn of(record: &[u8]) -> Self {
        let mut decoded = Self::default();
        decode_record(record, &mut decoded);
        decoded.data_points = sorted(decoded.data_points);
        decoded
    }
}

/// Points in the order of the expected files.
pub fn sorted(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_by(|a, b| a.key().cmp(&b.key()));
    points
}

/// What must be stored of the demo's points.
pub fn expected(points: &[demo::Point]) -> Vec<Point> {
    sorted(points.iter().map(Point::from).collect())
}

impl From<&demo::Point> for Point {
    fn from(point: &demo::Point) -> Self {
        Self {
            account_id: point.account_id.clone(),
            region: point.region.clone(),
            namespace: point.namespace.clone(),
            metric_name: point.metric_name.clone(),
            dimensions: point.dimensions.iter().cloned().collect(),
            unit: point.unit.cloudwatch().to_owned(),
            time_ms: point.start_ms,
            samples: point.samples as f64,
            sum: point.sum,
            minimum: point.minimum,
            maximum: point.maximum,
            extra: point.extra.iter().cloned().collect(),
        }
    }
}

impl Point {
    fn key(&self) -> (&str, &str, &str, &str, &BTreeMap<String, String>, i64) {
        let Self { account_id, region, namespace, metric_name, dimensions, time_ms, .. } = self;
        (account_id, region, namespace, metric_name, dimensions, *time_ms)
    }
}

impl Sink for Decoded {
    fn data_point(&mut self, point: &DataPoint<'_>) {
        let key = point.key();
        let extra = point.extra().map(|(name, value)| (name.to_owned(), value)).collect();
        self.data_points.push(Point {
            account_id: key.account_id.to_owned(),
            region: key.region.to_owned(),
            namespace: key.namespace.to_owned(),
            metric_name: key.name.to_owned(),
            dimensions: key
                .labels
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect(),
            unit: point.unit().to_owned(),
            time_ms: point.time.0,
            samples: point.statistics.samples,
            sum: point.statistics.sum,
            minimum: point.statistics.minimum,
            maximum: point.statistics.maximum,
            extra,
        });
    }

    fn undecodable(&mut self, _: &[u8], _: Undecodable) {
        self.set_aside += 1;
    }

    fn ignored(&mut self) {
        self.ignored += 1;
    }
}

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// The records of a case, one for each format that can express it, and what each of them must yield.
pub struct Case {
    pub name: String,
    pub records: Vec<(String, Vec<u8>)>,
    pub expected: Decoded,
}

pub fn cases() -> Vec<Case> {
    let folder = folder().join("metric_stream");
    let mut cases = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let Some(name) = path.file_name().unwrap().to_str().unwrap().strip_suffix(".expected.json") else {
            continue;
        };
        let expected = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let records: Vec<_> = ["json", "otel07", "otel10"]
            .into_iter()
            .filter_map(|format| {
                let record = fs::read(folder.join(format!("{name}.{format}"))).ok()?;
                Some((format!("{name}.{format}"), record))
            })
            .collect();
        assert!(!records.is_empty(), "{name} has no record");
        cases.push(Case { name: name.to_owned(), records, expected });
    }
    assert!(cases.len() >= 20, "fixtures are missing");
    cases
}
