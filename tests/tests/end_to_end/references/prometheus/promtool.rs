//! promtool, which asks Firefly as it asks Prometheus.

use std::path::PathBuf;

use firefly_tests::references::promtool;
use firefly_tests::test_database::Server;

use super::pair::{Pair, READ_KEY};

/// A file that tells promtool the read key, as a user would write it; it goes when this is dropped.
struct HttpConfig(PathBuf);

impl HttpConfig {
    fn write() -> Self {
        let path = std::env::temp_dir().join(format!("firefly-promtool-{}.yml", std::process::id()));
        std::fs::write(&path, format!("authorization: {{credentials: {READ_KEY}}}\n")).unwrap();
        Self(path)
    }
}

impl Drop for HttpConfig {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

/// What it prints, the lines in an order.
async fn lines(arguments: &[&str]) -> Vec<String> {
    let printed = promtool(arguments).await.unwrap();
    let mut lines: Vec<_> = printed.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn promtool_prints_of_firefly_what_it_prints_of_prometheus() {
    let pair = Pair::start(Server::Timescaledb, 4).await;
    let config = HttpConfig::write();
    let file = format!("--http.config.file={}", config.0.display());
    let at = |minutes: i64| (pair.start_ms / 1_000 + minutes * 60).to_string();
    let (time, start, end) =
        (format!("--time={}", at(40)), format!("--start={}", at(10)), format!("--end={}", at(30)));
    let (wide_start, wide_end) = (format!("--start={}", at(-1)), format!("--end={}", at(75)));
    let (time, start, end) = (time.as_str(), start.as_str(), end.as_str());
    let commands: [(&[&str], &[&str]); 9] = [
        (&["instant", time], &["sum by (job) (rate(http_requests_total[5m]))"]),
        (&["instant", time], &["up"]),
        (&["instant", time], &["1 + 1"]),
        (&["instant", time, "-o", "json"], &["sort(memory_bytes)"]),
        (
            &["range", start, end, "--step=60s"],
            &["histogram_quantile(0.9, rate(request_seconds_bucket[5m]))"],
        ),
        (&["range", start, end, "--step=1m", "-o", "json"], &["memory_bytes"]),
        (&["series", &wide_start, &wide_end, "--match=up", "--match={job=\"api\"}"], &[]),
        (&["labels", &wide_start, &wide_end], &["job"]),
        (&["labels", "--match=request_seconds_bucket"], &["le"]),
    ];
    let (of_prometheus, of_firefly) = (pair.prometheus_url(), pair.url());
    for (options, rest) in commands {
        let asked = [&["query"], options, &[of_prometheus.as_str()], rest].concat();
        let expected = lines(&asked).await;
        assert!(!expected.is_empty(), "{asked:?} prints nothing");
        let asked = [&["query"], options, &[&file, of_firefly.as_str()], rest].concat();
        assert_eq!(lines(&asked).await, expected, "{asked:?}");
    }
}

#[tokio::test]
async fn promtool_without_the_key_is_told_so() {
    let pair = Pair::start(Server::Timescaledb, 4).await;
    let error = promtool(&["query", "instant", &pair.url(), "up"]).await.unwrap_err();
    assert!(error.to_string().contains("key"), "{error}");
}
