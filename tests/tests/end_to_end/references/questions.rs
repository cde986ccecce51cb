//! Requests to Jaeger's API of version 1 and 3 about the samples: each parameter, right and wrong.

use std::fmt::Display;

use url::form_urlencoded::byte_serialize;

use super::samples::{EVERY_TYPE, LINKS, NOT_FINITE, NUMBERS, OF_64_BITS, SHORT, trace_ids};

const SERVICES: [&str; 16] = [
    "shop/front",
    "legacy",
    "kinds",
    "errors",
    "events",
    "links",
    "gateway",
    "handler",
    "continued",
    "numbers",
    "dienst ö/+%",
    "backwards",
    "twice",
    "own tags",
    "clock",
    "no such service",
];

/// Names and values of attributes, and whether there is a span with them is what is asked.
const TAGS: [(&str, &str); 32] = [
    ("text", "plain"),
    ("text", "plai"),
    ("text", "PLAIN"),
    ("text.empty", ""),
    ("text.escapes", "a\"b\\c\nd\t<&>\u{7f}\u{1}/"),
    ("yes", "true"),
    ("no", "false"),
    ("no", "true"),
    ("int", "42"),
    ("int", "42.0"),
    ("int", "042"),
    ("http.status_code", "200"),
    ("double", "1.5"),
    ("double", "1.50"),
    ("bytes", "AAEC/v8="),
    ("empty", ""),
    ("array.texts", "[\"a\",\"b,c\",\"\"]"),
    ("array.texts", "a"),
    ("array.empty", "[]"),
    ("array.nested", "[[1],[],{\"k\":[\"v\"]}]"),
    ("map", "{\"a\":\"b\",\"n\":{\"deep\":0.5},\"z\":1}"),
    ("map.empty", "{}"),
    ("service.version", "1.2"),
    ("process.pid", "17"),
    ("host.tags", "[\"x\",1]"),
    ("service.name", "shop/front"),
    ("scope.yes", "true"),
    ("no such tag", "x"),
    ("otel.scope.name", "shop.http"),
    ("span.kind", "server"),
    ("w3c.tracestate", "vendor=value,other=1"),
    ("schlüssel ä", "wert 😀\u{2028}"),
];

/// Numbers in text form, of the service `numbers`.
const NUMBER_TAGS: [(&str, &str); 12] = [
    ("int.largest", "9223372036854775807"),
    ("int.beyond", "9007199254740992"),
    ("int.negative", "-1"),
    ("double.whole", "2"),
    ("double.whole", "2.0"),
    ("double.fraction", "0.1"),
    ("double.huge", "1e+300"),
    ("double.1e21", "1e+21"),
    ("double.1e20", "100000000000000000000"),
    ("double.1e-7", "1e-07"),
    ("double.1e-6", "0.000001"),
    ("double.zero", "0"),
];

/// The times between which is searched.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// In Unix seconds, the first one included.
    pub first_second: u64,
    /// In Unix seconds.
    pub last_second: u64,
}

/// All of it.
pub fn questions(window: Window) -> Vec<String> {
    [catalogue(), by_id(), search_v1(window), search_v3(window), dependencies(window), wrong(window)].concat()
}

/// A value as it stands in a query.
fn encoded(value: &str) -> String {
    byte_serialize(value.as_bytes()).collect()
}

fn in_path(value: &str) -> String {
    encoded(value).replace('+', "%20")
}

fn catalogue() -> Vec<String> {
    let mut paths = vec!["/api/services".to_owned(), "/api/v3/services".to_owned()];
    for service in SERVICES {
        paths.push(format!("/api/services/{}/operations", in_path(service)));
        paths.push(format!("/api/operations?service={}", encoded(service)));
        paths.push(format!("/api/v3/operations?service={}", encoded(service)));
    }
    for kind in ["", "server", "client", "producer", "consumer", "internal", "unspecified", "SERVER", "bogus"]
    {
        paths.push(format!("/api/operations?service=kinds&spanKind={kind}"));
        paths.push(format!("/api/v3/operations?service=kinds&span_kind={kind}"));
    }
    paths
}

fn by_id() -> Vec<String> {
    let mut paths = Vec::new();
    for id in trace_ids() {
        // What Jaeger answers with an error has a test of its own.
        if id != NOT_FINITE {
            paths.push(format!("/api/traces/{id:032x}"));
        }
        paths.push(format!("/api/v3/traces/{id:032x}"));
    }
    for version in ["/api", "/api/v3"] {
        for id in [
            format!("{EVERY_TYPE:032X}"),
            format!("{EVERY_TYPE:x}"),
            format!("{OF_64_BITS:016x}"),
            format!("{OF_64_BITS:x}"),
            format!("{SHORT:x}"),
            format!("{SHORT:016X}"),
            format!("0{EVERY_TYPE:032x}"),
            format!("{EVERY_TYPE:032x}ff"),
            "0".into(),
            "00000000000000000000000000000000".into(),
            "f".into(),
            "ffffffffffffffffffffffffffffffff".into(),
            "xyz".into(),
            "0x1".into(),
            "-1".into(),
            "%20".into(),
            "1%202".into(),
        ] {
            paths.push(format!("{version}/traces/{id}"));
        }
    }
    paths.push(format!("/api/traces/{EVERY_TYPE:032x}?raw=true"));
    paths.push(format!("/api/traces/{EVERY_TYPE:032x}?prettyPrint=true"));
    paths.push(format!("/api/traces?traceID={EVERY_TYPE:032x}"));
    paths.push(format!("/api/traces?traceID={OF_64_BITS:x}&traceID={EVERY_TYPE:032X}&traceID={LINKS:x}"));
    paths.push(format!("/api/traces?traceID={NUMBERS:x}&traceID=f0"));
    paths.push("/api/traces?traceID=f0&traceID=123456789012345678".into());
    paths.push("/api/traces?traceID=xyz".into());
    paths.push("/api/traces?traceID=".into());
    paths
}

fn v1(window: Window, service: &str, more: impl Display) -> String {
    let (start, end) = (window.first_second * 1_000_000, window.last_second * 1_000_000);
    format!("/api/traces?service={}&start={start}&end={end}{more}", encoded(service))
}

fn search_v1(window: Window) -> Vec<String> {
    let mut paths: Vec<_> = SERVICES.iter().map(|service| v1(window, service, "")).collect();
    for (service, operation) in [
        ("shop/front", "SELECT"),
        ("shop/front", "GET /orders/{id}"),
        ("shop/front", "handle"),
        ("handler", "handle"),
        ("dienst ö/+%", "größe 😀 %2F?&=+"),
        ("kinds", ""),
    ] {
        paths.push(v1(window, service, format_args!("&operation={}", encoded(operation))));
    }
    let tagged = |service: &str, key: &str, value: &str| {
        let tags = serde_json::json!({ key: value }).to_string();
        [
            v1(window, service, format_args!("&tags={}", encoded(&tags))),
            v1(window, service, format_args!("&tag={}", encoded(&format!("{key}:{value}")))),
        ]
    };
    paths.extend(TAGS.iter().flat_map(|(key, value)| tagged("shop/front", key, value)));
    paths.extend(tagged("dienst ö/+%", "schlüssel ä", "wert 😀\u{2028}"));
    paths.extend(NUMBER_TAGS.iter().flat_map(|(key, value)| tagged("numbers", key, value)));
    paths.extend(tagged("errors", "exception.type", "ValueError"));
    paths.extend(tagged("events", "size", "3"));
    paths.extend(tagged("events", "parts", "[1,2]"));
    paths.extend(tagged("errors", "error", "true"));
    paths.extend(tagged("handler", "service.instance.id", "2"));
    // All of it must be true of one span.
    for tags in [
        r#"{"text":"plain","int":"42"}"#,
        r#"{"text":"plain","int":"43"}"#,
        r#"{"service.version":"1.2","text":"plain"}"#,
        "{}",
    ] {
        paths.push(v1(window, "shop/front", format_args!("&tags={}", encoded(tags))));
        paths.push(v1(window, "shop/front", format_args!("&operation=SELECT&tags={}", encoded(tags))));
    }
    for tags in
        ["&tag=text:plain&tag=int:42", "&tag=text:plain&tag=int:43", "&tag=a:b:c", "&tag=:x", "&tag=text:"]
    {
        paths.push(v1(window, "shop/front", tags));
    }
    let durations = [
        "0s", "2ns", "999ns", "1us", "1µs", "1.001us", "1500us", "1.5ms", "1s", "0.5h", "2h", "1h59m60s",
        "3h",
    ];
    for duration in durations {
        paths.push(v1(window, "clock", format_args!("&minDuration={}", encoded(duration))));
        paths.push(v1(window, "clock", format_args!("&maxDuration={}", encoded(duration))));
    }
    paths.push(v1(window, "clock", "&minDuration=1us&maxDuration=1s"));
    paths.push(v1(window, "clock", "&minDuration=1s&maxDuration=1s"));
    paths.extend([1, 2, 7, 8, 9, 1_000].map(|limit| v1(window, "clock", format_args!("&limit={limit}"))));
    paths.push(v1(window, "clock", "&lookback=1h"));
    paths.push(v1(window, "clock", "&lookback=nonsense"));
    paths.extend(windows(window).map(|narrow| v1(narrow, "clock", "")));
    paths.push("/api/traces?service=clock".into());
    paths.push(format!("/api/traces?service=clock&start={}", window.first_second * 1_000_000));
    paths.push("/api/traces?service=clock&start=10&end=20".into());
    paths.push("/api/traces?service=clock&start=20&end=10".into());
    paths
}

/// Narrower ones: the samples begin on full seconds.
fn windows(window: Window) -> impl Iterator<Item = Window> {
    let length = window.last_second - window.first_second;
    [(0, 0), (0, 18), (17, 17), (18, 20), (20, length), (length, length)].into_iter().map(
        move |(from, to)| Window {
            first_second: window.first_second + from,
            last_second: window.first_second + to,
        },
    )
}

fn rfc3339(second: u64) -> String {
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(second);
    // `Sun, 06 Nov 1994 08:49:37 GMT`, of fixed width.
    let text = httpdate::fmt_http_date(time);
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = 1 + months.iter().position(|month| *month == &text[8..11]).unwrap();
    format!("{}-{month:02}-{}T{}Z", &text[12..16], &text[5..7], &text[17..25])
}

fn v3(window: Window, service: &str, more: impl Display) -> String {
    let (start, end) = (rfc3339(window.first_second), rfc3339(window.last_second));
    format!(
        "/api/v3/traces?query.service_name={}&query.start_time_min={start}&query.start_time_max={end}&query.num_traces=50{more}",
        encoded(service)
    )
}

fn search_v3(window: Window) -> Vec<String> {
    let mut paths: Vec<_> = SERVICES.iter().map(|service| v3(window, service, "")).collect();
    paths.push(v3(window, "not finite", ""));
    paths.push(v3(window, "shop/front", "&query.operation_name=SELECT"));
    paths.push(v3(window, "shop/front", "&query.operation_name=handle"));
    for duration in ["999ns", "1.5ms", "2h", "3h"] {
        paths.push(v3(window, "clock", format_args!("&query.duration_min={duration}")));
        paths.push(v3(window, "clock", format_args!("&query.duration_max={duration}")));
    }
    paths.extend(windows(window).map(|narrow| v3(narrow, "clock", "")));
    let [one, two] =
        [1, 2].map(|count| v3(window, "clock", "").replace("num_traces=50", &format!("num_traces={count}")));
    paths.extend([one, two]);
    paths
}

fn dependencies(window: Window) -> Vec<String> {
    let end = window.last_second * 1_000;
    vec![
        format!(
            "/api/dependencies?endTs={end}&lookback={}",
            (window.last_second - window.first_second) * 1_000
        ),
        format!("/api/dependencies?endTs={end}"),
        "/api/dependencies".into(),
        "/api/dependencies?endTs=1000&lookback=1000".into(),
        "/api/dependencies?endTs=x".into(),
        "/api/dependencies?endTs=1.5".into(),
        format!("/api/dependencies?endTs={end}&lookback=x"),
        format!("/api/dependencies?endTs={end}&lookback="),
    ]
}

/// What is refused, each with Jaeger's own words.
fn wrong(window: Window) -> Vec<String> {
    let mut paths: Vec<String> =
        ["", "?service=", "?operation=x", "?tags=x"].map(|query| format!("/api/traces{query}")).into();
    paths.extend(["/api/operations", "/api/operations?spanKind=server"].map(Into::into));
    for more in [
        "limit=x",
        "limit=1.5",
        "limit=99999999999999999999",
        "start=x",
        "start=",
        "end=x",
        "end=1.5",
        "start=-",
        "minDuration=x",
        "minDuration=1",
        "minDuration=",
        "minDuration=1x",
        "minDuration=s",
        "minDuration=1s1",
        "maxDuration=1",
        "maxDuration=.s",
        "minDuration=2s&maxDuration=1s",
        "minDuration=9999999999h",
        "minDuration=1.s",
        "minDuration=%2B1s",
        "tag=x",
        "tag=",
        "tags=x",
        "tags=",
        "tags=%7B",
        "tags=%7B%22a%22%3A1%7D",
        "tags=%5B%5D",
        "tags=null",
        "tags=%7B%22a%22%3Atrue%7D",
        "tags=%7B%22a%22%3A%22b%22%7D%7D",
        "tags=%22x%22",
        "tags=1",
    ] {
        paths.push(format!("/api/traces?service=clock&{more}"));
    }
    paths.push(format!("/api/traces/{EVERY_TYPE:032x}?start=x"));
    paths.push(format!("/api/traces/{EVERY_TYPE:032x}?end=x"));
    paths.push(format!("/api/v3/traces/{EVERY_TYPE:032x}?start_time=x"));
    paths.push(format!("/api/v3/traces/{EVERY_TYPE:032x}?end_time=x"));
    let (start, end) = (rfc3339(window.first_second), rfc3339(window.last_second));
    for query in [
        String::new(),
        "query.service_name=clock".into(),
        format!("query.service_name=clock&query.start_time_min={start}"),
        format!("query.service_name=clock&query.start_time_max={end}"),
        format!("query.service_name=clock&query.start_time_min=x&query.start_time_max={end}"),
        format!("query.service_name=clock&query.start_time_min={start}&query.start_time_max=1"),
        format!(
            "query.service_name=clock&query.start_time_min={start}&query.start_time_max=2026-13-01T00:00:00Z"
        ),
    ] {
        paths.push(format!("/api/v3/traces?{query}"));
    }
    for more in
        ["&query.num_traces=x", "&query.duration_min=x", "&query.duration_max=1", "&query.num_traces=1.5"]
    {
        paths.push(v3(window, "clock", "").replace("&query.num_traces=50", more));
    }
    paths.extend(
        [
            "/api/metrics/calls",
            "/api/metrics/latencies?service=clock",
            "/api/metrics/latencies?service=clock&quantile=0.95",
            "/api/metrics/errors?service=clock",
            "/api/metrics/calls?service=clock",
            "/api/metrics/minstep",
        ]
        .map(Into::into),
    );
    paths
}
