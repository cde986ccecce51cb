//! The queries of `tests/fixtures/promql_queries`, a file per topic: one a line, `#` before what is none. `<600>` stands
//! for the time 600 seconds after the samples begin.

use std::path::Path;

use firefly_tests::prometheus_client::Question;

const MINUTE_MS: i64 = 60_000;

/// Each query at some times and over some ranges.
pub fn questions(start_ms: i64) -> Vec<Question> {
    let at = |minutes: i64| start_ms + minutes * MINUTE_MS;
    let mut questions = Vec::new();
    for query in queries(start_ms) {
        questions.extend([
            Question::instant(&query, at(40)),
            Question::instant(&query, at(17) + 7_123).as_form(),
            Question::range(&query, at(10), at(30), MINUTE_MS),
            Question::range(&query, at(-2) + 500, at(12), 17_500).as_form(),
            Question::instant(&query, at(33)).with("lookback_delta", "40s"),
            Question::new("/api/v1/parse_query").with("query", &query),
            Question::new("/api/v1/format_query").with("query", &query).as_form(),
        ]);
    }
    questions
}

fn queries(start_ms: i64) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/promql_queries");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let texts: Vec<_> = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    let queries: Vec<_> = lines
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| with_times(line, start_ms))
        .collect();
    assert!(queries.len() > 300, "{} queries", queries.len());
    queries
}

fn with_times(line: &str, start_ms: i64) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        match after.split_once('>').map(|(seconds, after)| (seconds.parse::<i64>(), after)) {
            Some((Ok(seconds), after)) => {
                text.push_str(&(start_ms / 1_000 + seconds).to_string());
                rest = after;
            }
            _ => {
                text.push('<');
                rest = after;
            }
        }
    }
    text + rest
}
