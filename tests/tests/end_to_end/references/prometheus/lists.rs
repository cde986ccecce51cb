//! What the catalogue of series is asked: series, names and values of labels, exemplars; and what is no question.

use firefly_tests::prometheus_client::Question;

use super::data::LENGTH_MS;

const MATCHES: &[&[&str]] = &[
    &["up"],
    &["up", "build_info"],
    &["up", "up"],
    &["up", "{job=\"api\"}"],
    &["{job=\"api\"}"],
    &["{job=~\"a.*|web\", instance!~\".*-0:.*\"}"],
    &["{__name__=~\".+\"}"],
    &["{__name__!=\"\"}"],
    &["{missing=\"\", job=\"batch\"}"],
    &["{job!=\"\"}"],
    &["{\"grüße.total\"}"],
    &["{\"küche.id\"=\"größe\"}"],
    &["texts{quote=~\".*🦗.*\"}"],
    &["nothing"],
    &["{job=\"api\"} "],
    &["worker_busy_ratio{zone=\"b\"}"],
    &["request_seconds_bucket{le=\"+Inf\"}"],
    // None of these is a selector that an API takes.
    &[""],
    &["{}"],
    &["{job=\"\"}"],
    &["{job=~\".*\"}"],
    &["up[5m]"],
    &["sum(up)"],
    &["up + up"],
    &["up offset 5m"],
    &["up @ 5"],
    &["(up)"],
    &["1"],
    &["up{"],
    &["up", "{}"],
    &["up", "x{"],
    &["up{job=~\"(\"}"],
];

const NAMES: &[&str] = &[
    "job",
    "instance",
    "__name__",
    "le",
    "missing",
    "quote",
    "text",
    "k%C3%BCche.id",
    "U__k_fc_che_2e_id",
    "U__job",
    "1a",
    "a.b",
    "a%20b",
];

fn with_matches(question: Question, matches: &[&str]) -> Question {
    matches.iter().fold(question, |question, selector| question.with("match[]", *selector))
}

/// From before the samples to after them: where they end in it is a matter of hours.
fn with_times(question: Question, start_ms: i64) -> Question {
    let [start, end] = [start_ms - 60_000, start_ms + LENGTH_MS].map(|millis| (millis / 1_000).to_string());
    question.with("start", start).with("end", end)
}

pub fn questions(start_ms: i64) -> Vec<Question> {
    let mut questions = vec![Question::new("/api/v1/series"), Question::new("/api/v1/series").as_form()];
    for matches in MATCHES {
        for path in
            ["/api/v1/series", "/api/v1/labels", "/api/v1/label/job/values", "/api/v1/label/__name__/values"]
        {
            let question = with_matches(Question::new(path), matches);
            questions.push(with_times(question.clone(), start_ms));
            questions.push(question.clone().with("end", "1"));
            questions.push(question.with("start", "5").with("end", "4"));
        }
        for path in ["/api/v1/series", "/api/v1/labels"] {
            questions.push(with_times(with_matches(Question::new(path), matches), start_ms).as_form());
        }
    }
    for name in NAMES {
        let question = Question::new(format!("/api/v1/label/{name}/values"));
        questions.push(question.clone());
        questions.push(with_times(question.clone(), start_ms));
        questions.push(question.with("match[]", "{job=\"api\"}"));
    }
    for limit in ["0", "1", "2", "3", "100", "40000", "-1", "x", "1.5", "", "99999999999999999999"] {
        for path in ["/api/v1/labels", "/api/v1/label/job/values", "/api/v1/label/__name__/values"] {
            questions.push(Question::new(path).with("limit", limit));
            questions.push(Question::new(path).with("limit", limit).with("match[]", "up"));
        }
        let everything = Question::new("/api/v1/series").with("match[]", "memory_limit_bytes{job=\"api\"}");
        questions.push(everything.with("limit", limit));
        questions
            .push(Question::new("/api/v1/query").with("query", "sort(memory_bytes)").with("limit", limit));
        let range = Question::range("memory_bytes", start_ms, start_ms + 600_000, 60_000);
        questions.push(range.with("limit", limit));
    }
    questions.extend(exemplars(start_ms));
    questions.extend(parameters(start_ms));
    questions
}

fn exemplars(start_ms: i64) -> Vec<Question> {
    let queries = [
        "http_requests_total",
        "http_requests_total{job=\"api\"}",
        "rate(http_requests_total{code=\"500\"}[5m])",
        "sum(rate(request_seconds_bucket[5m])) / sum(http_requests_total)",
        "histogram_quantile(0.9, sum by (le) (rate(request_seconds_bucket{route=\"/\"}[5m])))",
        "request_seconds_bucket",
        "up",
        "nothing",
        "1",
        "test",
        "{job=\"api\"}",
        "{}",
        "sum(",
        "",
    ];
    let ask = |query: &&str| {
        let question = Question::new("/api/v1/query_exemplars").with("query", *query);
        let later = |minutes: i64| (start_ms / 1_000 + minutes * 60).to_string();
        [
            with_times(question.clone(), start_ms),
            with_times(question.clone(), start_ms).as_form(),
            question.clone().with("start", later(10)).with("end", later(40)),
            question.clone().with("start", "5").with("end", "4"),
            // As some Grafana asks at first, in milliseconds.
            question.with("start", start_ms.to_string()).with("end", start_ms.to_string()),
        ]
    };
    queries.iter().flat_map(ask).collect()
}

/// Times, steps and durations as they may be written, and as they may not.
fn parameters(start_ms: i64) -> Vec<Question> {
    let query = || Question::new("/api/v1/query").with("query", "sort(memory_bytes)");
    let start = start_ms / 1_000;
    let mut questions = vec![Question::new("/api/v1/query"), Question::new("/api/v1/query").as_form()];
    let times = [
        format!("{}", start + 600),
        format!("{}.5", start + 600),
        format!("{}.0004", start + 600),
        format!("{}e0", start + 600),
        "2026-13-01T00:00:00Z".to_owned(),
        "2026-01-01T00:00:00Z".to_owned(),
        "2026-01-01T00:00:00.123456789+02:00".to_owned(),
        "2026-01-01".to_owned(),
        "2026-01-01 00:00:00Z".to_owned(),
        "0".to_owned(),
        "-1".to_owned(),
        "1e10".to_owned(),
        "NaN".to_owned(),
        "Inf".to_owned(),
        "now".to_owned(),
        " 1".to_owned(),
        "0x10".to_owned(),
        "1_000".to_owned(),
        "-292273086-05-16T16:47:06Z".to_owned(),
    ];
    questions.extend(times.iter().map(|time| query().with("time", time)));
    for time in &times {
        let range = |one: &str, other: &str| {
            let range = Question::new("/api/v1/query_range").with("query", "sum(up)").with("step", "60");
            range.with(one, time).with(other, (start + 600).to_string())
        };
        questions.push(range("start", "end"));
        questions.push(Question::new("/api/v1/labels").with("start", time));
        questions
            .push(Question::new("/api/v1/series").with("match[]", "up{job=\"batch\"}").with("start", time));
    }
    let durations = [
        "5m", "1m30s", "90", "0.5", "0", "-1", "-5m", "1y", "5x", "", "1e300", "NaN", "Inf", "1e3", "5m ",
        "1ms", "0.0001",
    ];
    for duration in durations {
        let range = Question::new("/api/v1/query_range").with("query", "sum(up)");
        let range = range.with("start", start.to_string()).with("end", (start + 600).to_string());
        questions.push(range.clone().with("step", duration));
        // Below a millisecond Prometheus looks back on nothing, and Firefly as far as it does by itself.
        if duration != "0.0001" {
            questions.push(query().with("time", (start + 600).to_string()).with("lookback_delta", duration));
        }
        // What takes longer than so little is a matter of chance.
        if !["1ms", "0.0001", "0", "-1", "-5m"].contains(&duration) {
            questions.push(query().with("time", (start + 600).to_string()).with("timeout", duration));
        }
    }
    for (from, to, step) in
        [(600, 0, 60), (0, 11_000, 1), (0, 11_001, 1), (0, 660_060, 60), (0, 0, 1), (0, 10, 100)]
    {
        let range =
            Question::new("/api/v1/query_range").with("query", "vector(1)").with("step", step.to_string());
        questions.push(range.with("start", (start + from).to_string()).with("end", (start + to).to_string()));
    }
    for missing in ["query", "start", "end", "step"] {
        let mut range = Question::range("up", start_ms, start_ms + 600_000, 60_000);
        range.parameters.retain(|(name, _)| name != missing);
        questions.push(range.clone().as_form());
        questions.push(range.with(missing, ""));
    }
    for path in ["/api/v1/parse_query", "/api/v1/format_query"] {
        questions.push(Question::new(path));
        questions.push(Question::new(path).with("query", "").as_form());
    }
    questions
}
