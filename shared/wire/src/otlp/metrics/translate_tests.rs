//! What metrics become, point by point.

use std::time::Duration;

use firefly_model::trace::{AttributeValue, Attributes, Resource, Scope};
use firefly_model::{
    Exemplar, KnownRows, MetricMetadata, STALE_MARKER, SampleBatch, SampleSeriesKey, SeriesId, TimeWindow,
    UnixHour, UnixMillis, UnixNanos,
};

use super::point::{self, CUMULATIVE, DELTA, Data, Metric, Number, Point};
use super::translate::{ScopeLabels, Target, Translator};
use super::{MetricFault, MetricSink};
use crate::limits;
use crate::otlp::MetricSource;
use crate::otlp::source::{Parts, Sent};

/// When these points were taken.
const TIME_MS: i64 = 1_772_442_000_123;

/// Keeps what it is given as lines, such as `up{job="cart"} 1`.
#[derive(Default)]
struct Lines {
    samples: Vec<String>,
    exemplars: Vec<String>,
    metadata: Vec<String>,
    refused: Vec<(String, usize, MetricFault)>,
    batch: SampleBatch,
}

impl MetricSink for Lines {
    fn sample(&mut self, key: &SampleSeriesKey<'_>, time: UnixMillis, value: f64) -> SeriesId {
        let sorted = key.labels.windows(2).all(|pair| pair[0].0 < pair[1].0);
        assert!(sorted && key.labels.iter().all(|(_, value)| !value.is_empty()), "{key:?}");
        let labels: Vec<_> = key.labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
        let value =
            if value.to_bits() == STALE_MARKER.to_bits() { "stale".to_owned() } else { value.to_string() };
        let at = if time.0 == TIME_MS { String::new() } else { format!(" @{}", time.0 - TIME_MS) };
        self.samples.push(format!("{}{{{}}} {value}{at}", key.name, labels.join(",")));
        self.batch.add(key, time, 0.0, &KnownRows::with_generation(0))
    }

    fn exemplar(&mut self, exemplar: Exemplar) {
        let series =
            self.batch.series.values().find(|series| series.fingerprint.id() == exemplar.series).unwrap();
        let le = series.labels.iter().find(|(name, _)| name == "le").map_or("", |(_, le)| le);
        let labels: Vec<_> =
            exemplar.labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
        let offset = exemplar.time.0 - TIME_MS;
        self.exemplars.push(format!(
            "{}[{le}] {{{}}} {} @{offset}",
            series.name,
            labels.join(","),
            exemplar.value
        ));
    }

    fn describe(&mut self, family: &str, metadata: &MetricMetadata, hour: UnixHour) {
        assert_eq!(hour, UnixMillis(TIME_MS).hour());
        let MetricMetadata { metric_type, unit, help } = metadata;
        let line = format!("{family} {} {unit:?} {help:?}", metric_type.as_str());
        if !self.metadata.contains(&line) {
            self.metadata.push(line);
        }
    }

    fn refused(&mut self, name: &str, points: usize, fault: &MetricFault, source: &MetricSource<'_>) {
        assert!(source.to_request().1 > 0);
        self.refused.push((name.to_owned(), points, fault.clone()));
    }

    fn is_full(&self) -> bool {
        self.samples.len() >= 10_000
    }
}

fn attributes(texts: &[(&str, &str)]) -> Attributes {
    texts
        .iter()
        .map(|(name, value)| ((*name).to_owned(), AttributeValue::String((*value).to_owned())))
        .collect()
}

fn point<T>(texts: &[(&str, &str)], value: T) -> Point<T> {
    let time = UnixNanos(u64::try_from(TIME_MS).unwrap() * 1_000_000 + 999_999);
    Point { attributes: attributes(texts), time, flags: 0, exemplars: Vec::new(), value }
}

fn metric(name: &str, unit: &str, data: Data) -> Metric {
    Metric { name: name.into(), description: "What it is.".into(), unit: unit.into(), data }
}

fn translate(resource: &[(&str, &str)], scope: &Scope, metrics: &[Metric]) -> Lines {
    let mut lines = Lines::default();
    let window = TimeWindow::around(UnixMillis(TIME_MS), Duration::from_secs(3_600));
    let mut translator = Translator { window, sink: &mut lines };
    let resource = Resource { attributes: attributes(resource), ..Resource::default() };
    let (mut target, scope) = (Target::of(Ok(resource)), ScopeLabels::of(Ok(scope.clone())));
    let source = MetricSource(Sent::Json(Parts {
        resource: "",
        resource_schema_url: "",
        scope: "",
        scope_schema_url: "",
        piece: "{}",
    }));
    for metric in metrics {
        translator.metric(Ok(metric.clone()), &mut target, &scope, &source);
    }
    translator.end(target);
    lines
}

/// Of a metric without resource and scope.
fn lines_of(name: &str, unit: &str, data: Data) -> Lines {
    translate(&[], &Scope::default(), &[metric(name, unit, data)])
}

fn gauge(points: Vec<Point<Number>>) -> Data {
    Data::Gauge(points)
}

fn sum(temporality: i32, is_monotonic: bool) -> Data {
    Data::Sum { points: vec![point(&[], Number(Some(3.0)))], temporality, is_monotonic }
}

#[test]
fn gauges_and_sums_are_one_series_with_its_metadata() {
    for (name, unit, data, sample, metadata) in [
        (
            "mem.free",
            "By",
            gauge(vec![point(&[("host.name", "a")], Number(Some(0.5)))]),
            r#"mem_free_bytes{host_name="a"} 0.5"#,
            r#"mem_free_bytes gauge "bytes" "What it is.""#,
        ),
        (
            "calls",
            "{call}",
            sum(CUMULATIVE, true),
            "calls_total{} 3",
            r#"calls_total counter "" "What it is.""#,
        ),
        ("queue", "1", sum(CUMULATIVE, false), "queue{} 3", r#"queue gauge "" "What it is.""#),
        ("calls", "", sum(DELTA, true), "calls_total{} 3", r#"calls_total unknown "" "What it is.""#),
        ("queue", "", sum(DELTA, false), "queue{} 3", r#"queue unknown "" "What it is.""#),
    ] {
        let lines = lines_of(name, unit, data);
        assert_eq!(lines.samples, [sample]);
        assert_eq!(lines.metadata, [metadata]);
        assert_eq!(lines.refused, []);
    }
}

#[test]
fn a_point_without_a_recorded_value_is_stale() {
    let stale = |value| Point { flags: 1, ..point(&[], value) };
    assert_eq!(lines_of("up", "", gauge(vec![stale(Number(None))])).samples, ["up{} stale"]);
    let histogram =
        point::Histogram { sum: Some(0.0), bucket_counts: vec![0, 0], explicit_bounds: vec![1.0], count: 0 };
    let data = Data::Histogram {
        points: vec![Point { flags: 1, ..point(&[], histogram) }],
        temporality: CUMULATIVE,
    };
    assert_eq!(
        lines_of("h", "", data).samples,
        ["h_count{} stale", "h_sum{} stale", r#"h_bucket{le="1"} stale"#, r#"h_bucket{le="+Inf"} stale"#]
    );
}

#[test]
fn a_resource_is_job_instance_and_target_info() {
    let scope = Scope {
        name: "http".into(),
        version: "1.2".into(),
        attributes: attributes(&[("team.name", "web")]),
        ..Scope::default()
    };
    let up = || metric("up", "", gauge(vec![point(&[("job", "mine"), ("a", "")], Number(Some(1.0)))]));
    let resource = [
        ("service.namespace", "shop"),
        ("service.name", "cart"),
        ("service.instance.id", "7"),
        ("cloud.region", "eu"),
    ];
    assert_eq!(
        translate(&resource, &scope, &[up(), up()]).samples,
        [
            r#"up{instance="7",job="shop/cart",otel_scope_name="http",otel_scope_team_name="web",otel_scope_version="1.2"} 1"#,
            r#"up{instance="7",job="shop/cart",otel_scope_name="http",otel_scope_team_name="web",otel_scope_version="1.2"} 1"#,
            r#"target_info{cloud_region="eu",instance="7",job="shop/cart"} 1"#,
        ]
    );
    let lambda = [("faas.name", "cart"), ("faas.instance", "2026/[1]abc")];
    assert_eq!(
        translate(&lambda, &Scope::default(), &[up()]).samples,
        [
            r#"up{instance="2026/[1]abc",job="cart"} 1"#,
            r#"target_info{faas_instance="2026/[1]abc",faas_name="cart",instance="2026/[1]abc",job="cart"} 1"#,
        ]
    );
    let nothing_more = translate(&resource[..2], &Scope::default(), &[up()]);
    assert_eq!(nothing_more.samples, [r#"up{job="shop/cart"} 1"#]);
    assert_eq!(
        translate(&[("cloud.region", "eu")], &Scope::default(), &[up()]).samples,
        [r#"up{job="mine"} 1"#]
    );
    assert_eq!(translate(&resource, &scope, &[]).samples, <[&str; 0]>::default());
}

#[test]
fn a_resource_may_say_much() {
    let long = "é".repeat(limits::LABEL_BYTES);
    let names: Vec<_> = (0..200).map(|number| format!("a{number:03}")).collect();
    let mut resource = vec![("service.name", "cart"), ("_", "no label"), ("a000", &long)];
    resource.extend(names[1..].iter().map(|name| (name.as_str(), "1")));
    let up = metric("up", "", gauge(vec![point(&[], Number(Some(1.0)))]));
    let lines = translate(&resource, &Scope::default(), &[up]);
    let info = &lines.samples[1];
    assert!(
        info.starts_with(r#"target_info{a000="éé"#) && info.contains(r#",a127="1",job="cart"} 1"#),
        "{info}"
    );
    assert_eq!(info.matches('é').count(), limits::LABEL_BYTES / 2);
    assert_eq!(lines.refused, []);
}

#[test]
fn attributes_that_become_one_label_are_joined() {
    let point = point(
        &[("b_c", "2"), ("b.c", "1"), ("b.c", "3"), ("b-c", ""), ("__name__", "x"), ("c", "a\0b")],
        Number(Some(1.0)),
    );
    assert_eq!(lines_of("up", "", gauge(vec![point])).samples, ["up{b_c=\"3;2\",c=\"a\u{fffd}b\"} 1"]);
}

fn explicit(count: u64, bucket_counts: &[u64], explicit_bounds: &[f64]) -> point::Histogram {
    let (bucket_counts, explicit_bounds) = (bucket_counts.to_vec(), explicit_bounds.to_vec());
    point::Histogram { count, sum: Some(5.5), bucket_counts, explicit_bounds }
}

fn histogram(value: point::Histogram) -> Data {
    Data::Histogram { points: vec![point(&[("le", "mine")], value)], temporality: CUMULATIVE }
}

#[test]
fn a_histogram_has_cumulative_buckets() {
    let lines = lines_of("took", "s", histogram(explicit(7, &[1, 0, 4, 2], &[-0.0, 0.25, 1e9])));
    assert_eq!(
        lines.samples,
        [
            r#"took_seconds_count{le="mine"} 7"#,
            r#"took_seconds_sum{le="mine"} 5.5"#,
            r#"took_seconds_bucket{le="0"} 1"#,
            r#"took_seconds_bucket{le="0.25"} 1"#,
            r#"took_seconds_bucket{le="1000000000"} 5"#,
            r#"took_seconds_bucket{le="+Inf"} 7"#,
        ]
    );
    assert_eq!(lines.metadata, [r#"took_seconds histogram "seconds" "What it is.""#]);
    let bare = point::Histogram { sum: None, ..explicit(2, &[], &[]) };
    assert_eq!(
        lines_of("took", "", histogram(bare)).samples,
        [r#"took_count{le="mine"} 2"#, r#"took_bucket{le="+Inf"} 2"#]
    );
    let infinite = explicit(2, &[1, 1, 0], &[1.0, f64::INFINITY]);
    assert_eq!(lines_of("took", "", histogram(infinite)).samples.len(), 4);
}

#[test]
fn a_summary_has_quantiles() {
    let value = point::Summary { count: 4, sum: 2.5, quantiles: vec![(0.5, 0.25), (1.0, f64::INFINITY)] };
    let lines = lines_of("took", "ms", Data::Summary(vec![point(&[], value)]));
    assert_eq!(
        lines.samples,
        [
            "took_milliseconds_count{} 4",
            "took_milliseconds_sum{} 2.5",
            r#"took_milliseconds{quantile="0.5"} 0.25"#,
            r#"took_milliseconds{quantile="1"} inf"#,
        ]
    );
}

fn exemplar(value: f64, offset_ms: i64, trace: &[u8]) -> point::Exemplar {
    let time = UnixNanos(u64::try_from((TIME_MS + offset_ms) * 1_000_000).unwrap());
    let filtered_attributes = attributes(&[("user.id", "u1")]);
    point::Exemplar {
        filtered_attributes,
        time,
        value: Some(value),
        trace_id: trace.to_vec(),
        span_id: vec![0xab; 8],
    }
}

#[test]
fn exemplars_belong_to_the_one_bucket_that_they_fall_into() {
    let mut data = histogram(explicit(4, &[1, 1, 2], &[1.0, 2.0]));
    let Data::Histogram { points, .. } = &mut data else { unreachable!() };
    points[0].exemplars = vec![
        exemplar(1.0, -5, &[1; 16]),
        exemplar(1.5, -5, &[0; 16]),
        exemplar(9.0, -9_999_999, &[2; 16]),
        point::Exemplar { value: None, ..exemplar(1.0, 0, &[1; 16]) },
    ];
    let (one, two) = ("01".repeat(16), "02".repeat(16));
    assert_eq!(
        lines_of("took", "", data).exemplars,
        [
            format!(r#"took_bucket[1] {{span_id="abababababababab",trace_id="{one}",user.id="u1"}} 1 @-5"#),
            r#"took_bucket[2] {span_id="abababababababab",user.id="u1"} 1.5 @-5"#.to_owned(),
            format!(r#"took_bucket[+Inf] {{span_id="abababababababab",trace_id="{two}",user.id="u1"}} 9 @0"#),
        ]
    );
    let mut gauge = vec![point(&[], Number(Some(1.0)))];
    gauge[0].exemplars = vec![exemplar(3.0, 1, &[1; 16])];
    assert_eq!(lines_of("up", "", Data::Gauge(gauge)).exemplars.len(), 1);
}

#[test]
fn what_cannot_be_a_series_is_refused_by_name() {
    let number =
        |texts: &[(&str, &str)]| gauge(vec![point(texts, Number(Some(1.0))), point(&[], Number(Some(1.0)))]);
    let long = "a".repeat(limits::LABEL_BYTES + 1);
    let many: Vec<_> = (0..=limits::LABELS).map(|number| format!("a{number}")).collect();
    let many: Vec<_> = many.iter().map(|name| (name.as_str(), "1")).collect();
    let at = |time| gauge(vec![Point { time: UnixNanos(time), ..point(&[], Number(Some(1.0))) }]);
    let long_name = "a".repeat(limits::NAME_BYTES + 1);
    let exponential = |scale| {
        let value = point::ExponentialHistogram { scale, ..Default::default() };
        Data::ExponentialHistogram { points: vec![point(&[], value)], temporality: DELTA }
    };
    for (name, data, points, taken, message) in [
        ("", number(&[]), 2, 0, "its name has no letter or digit"),
        ("日本", number(&[]), 2, 0, "its name has no letter or digit"),
        (&*long_name, number(&[]), 2, 0, "its name is longer than 1020 bytes"),
        ("m", Data::Unknown, 1, 0, "it is neither a gauge, a sum, a histogram, an exponential"),
        ("m", sum(0, true), 1, 0, "its temporality is neither delta nor cumulative"),
        ("m", sum(3, false), 1, 0, "its temporality is neither delta nor cumulative"),
        ("m", gauge(vec![point(&[], Number(None))]), 1, 0, "a data point has no value"),
        ("m", at(0), 1, 0, "a data point has no time"),
        ("m", at(1_000_000), 1, 0, "a data point has the time 1 ms, before"),
        ("m", at(u64::MAX), 1, 0, "a data point has the time 18446744073709 ms, after"),
        ("m", histogram(explicit(1, &[1], &[1.0])), 1, 0, "a histogram has 1 bucket counts and 1 bounds"),
        ("m", histogram(explicit(1, &[], &[1.0])), 1, 0, "a histogram has 0 bucket counts and 1 bounds"),
        ("m", histogram(explicit(1, &[1, 1, 1], &[2.0, 1.0])), 1, 0, "the bounds of a histogram do not rise"),
        ("m", histogram(explicit(1, &[1, 1, 1], &[1.0, 1.0])), 1, 0, "the bounds of a histogram do not rise"),
        ("m", histogram(explicit(1, &[1, 1], &[f64::NAN])), 1, 0, "the bounds of a histogram do not rise"),
        (
            "m",
            histogram(explicit(1, &[1; 1_001], &[1.0; 1_000])),
            1,
            0,
            "a histogram or summary has more than 1000",
        ),
        ("m", exponential(21), 1, 0, "an exponential histogram has the scale 21"),
        ("m", exponential(i32::MIN), 1, 0, "an exponential histogram has the scale -2147483648"),
        ("m", number(&[("__", "1")]), 1, 1, "the name of the attribute \"__\" has no letter or digit"),
        (
            "m",
            number(&[("a", &long)]),
            1,
            1,
            "the attribute \"a\" has a name or value of more than 4096 bytes",
        ),
        ("m", number(&[(&long, "1")]), 1, 1, "the attribute \"aaaa"),
        ("m", number(&many), 1, 1, "a data point has more than 128 attributes"),
    ] {
        let lines = lines_of(name, "", data);
        let [(refused, count, fault)] = &lines.refused[..] else { panic!("{message}: {:?}", lines.refused) };
        assert_eq!((&**refused, *count, lines.samples.len()), (name, points, taken), "{message}");
        assert!(fault.to_string().starts_with(message), "{fault}");
    }
}

#[test]
fn a_resource_or_scope_that_makes_no_labels_refuses_its_metrics() {
    let long = "a".repeat(limits::LABEL_BYTES + 1);
    let up = || [metric("up", "", gauge(vec![point(&[], Number(Some(1.0)))]))];
    let scope = Scope { name: "s".into(), version: long.clone(), ..Scope::default() };
    for lines in
        [translate(&[("service.name", &long)], &Scope::default(), &up()), translate(&[], &scope, &up())]
    {
        assert_eq!(lines.samples, <[&str; 0]>::default());
        assert!(matches!(&lines.refused[..], [(_, 1, MetricFault::LabelLength(_))]), "{:?}", lines.refused);
    }
}

#[test]
fn a_full_sink_gets_no_more_points() {
    let points = vec![point(&[], Number(Some(1.0))); 20_000];
    assert_eq!(lines_of("up", "", gauge(points)).samples.len(), 10_000);
}
