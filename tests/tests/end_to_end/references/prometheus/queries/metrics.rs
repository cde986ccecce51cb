//! What the generator knows of the sample data.

/// A metric with labels and some of their values.
pub struct Metric {
    pub name: &'static str,
    pub labels: &'static [(&'static str, &'static [&'static str])],
    /// Whether no two of its series have the same value at once, so that there is one order of them.
    pub is_distinct: bool,
}

const JOBS: &[&str] = &["api", "web", "batch"];
const INSTANCES: &[&str] =
    &["api-0:9090", "api-1:9090", "api-2:9090", "web-0:9090", "web-1:9090", "batch-0:9090"];

const fn metric(
    name: &'static str,
    is_distinct: bool,
    labels: &'static [(&'static str, &'static [&'static str])],
) -> Metric {
    Metric { name, labels, is_distinct }
}

pub const METRICS: &[Metric] = &[
    metric(
        "http_requests_total",
        false,
        &[
            ("job", JOBS),
            ("instance", INSTANCES),
            ("method", &["GET", "POST"]),
            ("code", &["200", "404", "500"]),
        ],
    ),
    metric("up", false, &[("job", JOBS), ("instance", INSTANCES)]),
    metric("build_info", false, &[("job", JOBS), ("instance", INSTANCES), ("version", &["1.2.3", "1.10.0"])]),
    metric("memory_bytes", true, &[("job", JOBS), ("instance", INSTANCES)]),
    metric("memory_limit_bytes", false, &[("job", JOBS)]),
    metric(
        "request_seconds_bucket",
        false,
        &[
            ("route", &["/", "/cart", "/pay", "falls", "endless", "unread"]),
            ("le", &["0.01", "0.05", "0.1", "0.5", "1", "5", "+Inf", "one"]),
        ],
    ),
    metric("request_seconds_sum", true, &[("route", &["/", "/cart", "/pay", "falls"])]),
    metric("request_seconds_count", false, &[("route", &["/", "/cart", "/pay", "falls"])]),
    metric(
        "temperature_celsius",
        true,
        &[("room", &["attic", "bath", "cellar", "hall", "den"]), ("floor", &["0", "1", "2"])],
    ),
    metric("queue_depth", false, &[("queue", &["mail", "orders", "refunds"])]),
    metric("till_balance", true, &[("shop", &["north", "south"])]),
    metric("backup_timestamp_seconds", false, &[("disk", &["sda"])]),
    metric(
        "odd_value",
        false,
        &[(
            "kind",
            &[
                "nan",
                "infinite",
                "minus_infinite",
                "minus_zero",
                "tiny",
                "huge",
                "some_nan",
                "some_infinite",
                "inexact",
                "wide",
            ],
        )],
    ),
    metric(
        "worker_busy_ratio",
        true,
        &[
            ("pod", &["worker-0", "worker-1", "worker-2", "worker-3", "worker-4", "worker-5", "worker-7"]),
            ("zone", &["a", "b"]),
        ],
    ),
    metric("grüße.total", false, &[("küche.id", &["größe", "日本"]), ("plain", &["a"])]),
    metric("texts", false, &[("text", &["line\nbreak", "back\\slash"]), ("quote", &["`back`"])]),
];
