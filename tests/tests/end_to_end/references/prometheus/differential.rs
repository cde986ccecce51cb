//! Queries, generated ones and corner cases: the same answers, but for what is listed with its reason.

use std::collections::BTreeMap;

use firefly_tests::demo::SplitMix64;
use firefly_tests::prometheus_client::{Question, Reply};
use firefly_tests::test_database::Server;

use super::known_differences::KNOWN_DIFFERENCES;
use super::lists;
use super::pair::{Difference, Pair};
use super::queries::{Expression, Generator, corner_cases, mutated};

/// Another seed or more queries, to look for what these do not find.
fn from_environment(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// Asks the parts of a query one by one, for the smallest that is answered differently.
async fn smallest(pair: &Pair, whole: Difference, expression: &Expression) -> Difference {
    for part in expression.inner() {
        let question = whole.question.changed("query", &part.to_string());
        let difference = pair.compare(&question).await;
        if !difference.found.is_empty() {
            return difference;
        }
    }
    whole
}

/// Fails if there are differences: each query once.
pub fn report(pair: &Pair, seed: u64, asked: usize, different: Vec<Difference>) {
    const SHOWN: u64 = 40;
    let count = different.len();
    let first: BTreeMap<_, _> = different
        .into_iter()
        .rev()
        .map(|Difference { question, found, .. }| {
            let found = found.iter().take(4).cloned().collect::<Vec<_>>().join("\n    ");
            let query = question.parameter("query").map_or_else(|| question.to_string(), str::to_owned);
            (query, format!("{question}\n    {found}"))
        })
        .collect();
    let shown: Vec<_> = first
        .values()
        .take(usize::try_from(from_environment("FIREFLY_PROMQL_SHOWN", SHOWN)).unwrap())
        .map(String::as_str)
        .collect();
    assert!(
        first.is_empty(),
        "{count} answers to {asked} questions differ, seed {seed}, samples from {} on:\n{}",
        pair.start_ms,
        shown.join("\n")
    );
}

fn is_empty(reply: &Reply) -> bool {
    reply.body["data"]["result"].as_array().is_some_and(Vec::is_empty)
}

#[tokio::test]
async fn generated_queries_are_answered_as_prometheus_does() {
    let seed = from_environment("FIREFLY_PROMQL_SEED", 1);
    let count = usize::try_from(from_environment("FIREFLY_PROMQL_QUERIES", 3_000)).unwrap();
    let pair = Pair::start(Server::Timescaledb, seed).await;
    let mut generator = Generator::new(seed, pair.start_ms);
    let asked: Vec<_> = (0..count).map(|_| generator.question()).collect();
    let questions: Vec<_> = asked.iter().map(|(question, _)| question.clone()).collect();
    let mut different = Vec::new();
    let (mut valid, mut filled) = (0, 0);
    for (difference, (_, expression)) in pair.compare_all(&questions).await.into_iter().zip(&asked) {
        valid += usize::from(difference.expected.status == 200);
        filled += usize::from(difference.expected.status == 200 && !is_empty(&difference.expected));
        if !difference.found.is_empty() {
            different.push(smallest(&pair, difference, expression).await);
        }
    }
    report(&pair, seed, count, different);
    assert!(
        valid * 10 > count * 8 && filled * 10 > count * 6,
        "of {count} {valid} are valid, {filled} find something"
    );
}

#[tokio::test]
async fn slips_of_the_pen_are_told_as_prometheus_does() {
    let seed = from_environment("FIREFLY_PROMQL_SEED", 1);
    let pair = Pair::start(Server::Postgresql, seed).await;
    let mut generator = Generator::new(seed, pair.start_ms);
    let mut random = SplitMix64::new(seed);
    let mut questions = Vec::new();
    for _ in 0..from_environment("FIREFLY_PROMQL_QUERIES", 3_000) / 6 {
        let (question, expression) = generator.question();
        let query = mutated(&expression.to_string(), &mut random);
        questions.push(question.changed("query", &query));
        questions.push(Question::new("/api/v1/parse_query").with("query", query.as_str()));
        questions.push(Question::new("/api/v1/format_query").with("query", query));
    }
    let compared = pair.compare_all(&questions).await;
    let different: Vec<_> = compared.into_iter().filter(|difference| !difference.found.is_empty()).collect();
    report(&pair, seed, questions.len(), different);
}

#[tokio::test]
async fn corner_cases_and_lists_are_answered_as_prometheus_does() {
    let pair = Pair::start(Server::Postgresql, 2).await;
    let mut questions = corner_cases::questions(pair.start_ms);
    questions.extend(lists::questions(pair.start_ms));
    let compared = pair.compare_all(&questions).await;
    let different: Vec<_> = compared.into_iter().filter(|difference| !difference.found.is_empty()).collect();
    report(&pair, 2, questions.len(), different);
    for (known, noted) in KNOWN_DIFFERENCES.iter().zip(pair.noted()) {
        assert!(noted || known.is_chance, "this is no difference any more: {}", known.reason);
    }
}
