//! Names beside those that the Go module `github.com/prometheus/otlptranslator` v1.0.0 gives, with
//! `UnderscoreEscapingWithSuffixes`: every expected value here is its output.

use super::name::{Suffix, label, metric, unit};

#[test]
fn metrics_are_named_as_prometheus_names_them() {
    for (suffix, name, unit, expected) in [
        (Suffix::Ratio, "system.filesystem.usage", "By", Some("system_filesystem_usage_bytes")),
        (Suffix::Ratio, "system.filesystem.utilization", "1", Some("system_filesystem_utilization_ratio")),
        (Suffix::Total, "http.server.request.count", "1", Some("http_server_request_count_total")),
        (Suffix::Total, "system.io", "foo/bar", Some("system_io_foo_per_bar_total")),
        (Suffix::Total, "total.requests.total", "", Some("requests_total")),
        (Suffix::Total, "faas.invocations", "{invocation}", Some("faas_invocations_total")),
        (Suffix::Total, "cache.hits", "{hit}/s", Some("cache_hits_per_second_total")),
        (Suffix::None, "http.server.request.duration", "s", Some("http_server_request_duration_seconds")),
        (Suffix::None, "faas.mem_usage", "By", Some("faas_mem_usage_bytes")),
        (Suffix::None, "faas.init_duration", "ms", Some("faas_init_duration_milliseconds")),
        (Suffix::None, "queue.size", "{message}", Some("queue_size")),
        (Suffix::None, "db.client.connections.usage", "1", Some("db_client_connections_usage")),
        (Suffix::None, "rpc.duration", "us", Some("rpc_duration_microseconds")),
        (Suffix::Ratio, "network.speed", "By/s", Some("network_speed_bytes_per_second")),
        (Suffix::Ratio, "disk.speed", "MBy/h", Some("disk_speed_megabytes_per_hour")),
        (Suffix::Ratio, "rate", "/s", Some("rate_per_second")),
        (Suffix::Ratio, "temperature", "Cel", Some("temperature_celsius")),
        (Suffix::Ratio, "cpu.utilization", "%", Some("cpu_utilization_percent")),
        (Suffix::Ratio, "frequency", "Hz", Some("frequency_hertz")),
        (Suffix::Ratio, "energy", "J", Some("energy_joules")),
        (Suffix::Ratio, "power", "W", Some("power_watts")),
        (Suffix::Ratio, "voltage", "V", Some("voltage_volts")),
        (Suffix::Ratio, "current", "A", Some("current_amperes")),
        (Suffix::Ratio, "length", "m", Some("length_meters")),
        (Suffix::Ratio, "weight", "g", Some("weight_grams")),
        (Suffix::Ratio, "age", "d", Some("age_days")),
        (Suffix::Ratio, "age", "h", Some("age_hours")),
        (Suffix::Ratio, "age", "min", Some("age_minutes")),
        (Suffix::Ratio, "age", "ns", Some("age_nanoseconds")),
        (Suffix::Ratio, "size", "KiBy", Some("size_kibibytes")),
        (Suffix::Ratio, "size", "MiBy", Some("size_mebibytes")),
        (Suffix::Ratio, "size", "GiBy", Some("size_gibibytes")),
        (Suffix::Ratio, "size", "TiBy", Some("size_tibibytes")),
        (Suffix::Ratio, "size", "KBy", Some("size_kilobytes")),
        (Suffix::Ratio, "size", "GBy", Some("size_gigabytes")),
        (Suffix::Ratio, "size", "TBy", Some("size_terabytes")),
        (Suffix::Ratio, "calls", "1/m", Some("calls_per_minute")),
        (Suffix::Ratio, "calls", "1/d", Some("calls_per_day")),
        (Suffix::Ratio, "calls", "1/w", Some("calls_per_week")),
        (Suffix::Ratio, "calls", "1/mo", Some("calls_per_month")),
        (Suffix::Ratio, "calls", "1/y", Some("calls_per_year")),
        (Suffix::Ratio, "duration.seconds", "s", Some("duration_seconds")),
        (Suffix::Ratio, "seconds.per.second", "s", Some("seconds_per_second")),
        (Suffix::Ratio, "success.ratio.of.all", "1", Some("success_of_all_ratio")),
        (Suffix::Total, "already_total_seconds", "s", Some("already_seconds_total")),
        (Suffix::Total, "_leading.and__double__", "", Some("leading_and_double_total")),
        (Suffix::Ratio, "3d.frames", "{frame}", Some("_3d_frames")),
        (Suffix::Ratio, "größe", "By", Some("gr_e_bytes")),
        (Suffix::Ratio, "foo:bar", "s", Some("foo:bar_seconds")),
        (Suffix::Ratio, "日本", "", None),
        (Suffix::Ratio, "___", "", None),
        (Suffix::Ratio, "", "", None),
        (Suffix::Ratio, "", "s", Some("seconds")),
        (Suffix::Total, "", "", Some("total")),
        (Suffix::Ratio, "speed", "km/h", Some("speed_km_per_hour")),
        (Suffix::Ratio, "flow", " l / min ", Some("flow_l_per_min")),
        (Suffix::Ratio, "odd", "_", Some("odd")),
        (Suffix::Ratio, "odd", "a_/b_", Some("odd_a_per_b")),
        (Suffix::Ratio, "odd", "é/é", Some("odd")),
        (Suffix::Ratio, "odd", "a/b/c", Some("odd_a_per_b_c")),
        (Suffix::Total, "x", "total", Some("x_total")),
    ] {
        assert_eq!(metric(name, unit, suffix).as_deref(), expected, "{name:?} in {unit:?}");
    }
}

#[test]
fn units_are_spelled_as_prometheus_spells_them() {
    for (symbol, expected) in [
        ("", ""),
        ("1", ""),
        ("s", "seconds"),
        ("By/s", "bytes_per_second"),
        ("{request}", ""),
        ("{request}/s", "per_second"),
        ("km/h", "km_per_hour"),
        ("1/mo", "per_month"),
        ("%", "percent"),
        ("a/é", "a_per"),
        ("foo.bar", "foo_bar"),
    ] {
        assert_eq!(unit(symbol), expected, "{symbol:?}");
    }
}

#[test]
fn labels_are_named_as_prometheus_names_them() {
    for (name, expected) in [
        ("http.method", Some("http_method")),
        ("http_status_code", Some("http_status_code")),
        ("a..b", Some("a_b")),
        ("a__b", Some("a_b")),
        ("_private", Some("_private")),
        ("__name__", Some("__name__")),
        ("__a.b__", Some("__a_b__")),
        ("3xx", Some("key_3xx")),
        ("été", Some("_t_")),
        ("日本", None),
        ("_", None),
        ("____", None),
        ("", None),
        ("le", Some("le")),
        ("a:b", Some("a_b")),
        ("a-", Some("a_")),
    ] {
        assert_eq!(label(name).as_deref(), expected, "{name:?}");
    }
}
