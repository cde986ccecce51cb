//! Matchers of all kinds, on a catalogue that is held and on one that is not, against the definition.

use std::collections::BTreeSet;

use firefly_model::selection::{Labels, Limits, MatchOp, Matcher};
use firefly_storage::MetricReader;
use firefly_tests::test_database::TestDatabase;
use proptest::prelude::*;

use super::super::batches::MORNING_MS;
use super::super::patience;
use super::data::{
    ALWAYS, LIMITS, check, duration_of, reader, reader_without_catalogue, series, store_points_through,
    store_samples_through,
};

on_each_server!(both_ways_find_what_the_matchers_say, a_label_that_is_not_there_is_an_empty_one,);

const CASES: u32 = 64;

fn any_matcher() -> impl Strategy<Value = Matcher> {
    let name = prop_oneof![
        3 => Just("__name__"),
        2 => Just("job"),
        1 => Just("region"),
        1 => Just("account_id"),
        2 => Just("dimension_FunctionName"),
        1 => Just("dimension_Service_Name"),
        1 => Just("le"),
        1 => Just("missing"),
    ];
    let value = prop_oneof![
        Just(""),
        Just("up"),
        Just("http_total"),
        Just("aws_lambda_duration_sum"),
        Just("aws_lambda_duration_p99"),
        Just("aws_shop_orders_placed_sum"),
        Just("AWS/Lambda"),
        Just("shop"),
        Just("eu-west-1"),
        Just("111122223333"),
        Just("cart"),
        Just("pay\u{1f525}"),
        Just("+Inf"),
    ];
    let pattern = prop_oneof![
        Just(".*"),
        Just(".+"),
        Just(""),
        Just("up|http_total"),
        Just("aws_.+_(sum|p99)"),
        Just("AWS/.*"),
        Just("[a-z]+"),
        Just("cart|"),
        Just("(?i)CART"),
    ];
    let plain = (name.clone(), prop_oneof![Just(MatchOp::Equal), Just(MatchOp::NotEqual)], value);
    let regex = (name, prop_oneof![Just(MatchOp::Regex), Just(MatchOp::NotRegex)], pattern);
    let matcher = |(name, op, value): (&str, MatchOp, &str)| Matcher::new(name, op, value).unwrap();
    prop_oneof![3 => plain.prop_map(matcher), 2 => regex.prop_map(matcher)]
}

async fn both_ways_find_what_the_matchers_say(database: &TestDatabase) -> anyhow::Result<()> {
    let ingest = database.ingest()?;
    let at = &[(MORNING_MS, 1.0)][..];
    store_samples_through(
        &ingest,
        &[
            ("up", &[], at),
            ("up", &[("job", "shop"), ("region", "eu-west-1")], at),
            ("up", &[("job", "cart")], at),
            ("http_total", &[("job", "shop"), ("le", "+Inf")], at),
            ("http_total", &[("job", "AWS/Lambda"), ("dimension_FunctionName", "cart")], at),
        ],
    )
    .await?;
    let mut points = vec![duration_of("cart", MORNING_MS), duration_of("pay\u{1f525}", MORNING_MS)];
    points[0].extra = vec![("p99".into(), 1.0)];
    let mut orders = duration_of("cart", MORNING_MS);
    (orders.namespace, orders.name) = ("shop".into(), "Orders Placed".into());
    orders.dimensions.push(("Service Name".into(), "cart".into()));
    points.push(orders);
    let mut regional = duration_of("cart", MORNING_MS);
    regional.dimensions.clear();
    points.push(regional);
    store_points_through(&ingest, &points).await?;

    let (held, scanned) = (reader(database)?, reader_without_catalogue(database)?);
    let everything = series(&held, &[]).await?;
    anyhow::ensure!(everything.len() == 5 + 6 + 6 + 5 + 6, "{everything:?}");
    let sets = || proptest::collection::vec(proptest::collection::vec(any_matcher(), 0..4), 1..3);
    check(CASES, sets, async move |sets| {
        let is_found = |labels: &&Labels| {
            sets.iter().any(|set| set.iter().all(|matcher| matcher.matches(labels.get(matcher.name()))))
        };
        let expected: Vec<_> = everything.iter().filter(is_found).cloned().collect();
        for reader in [&held, &scanned] {
            let found = reader.series(&sets, ALWAYS, None, LIMITS, patience()).await?;
            anyhow::ensure!(found == expected, "{found:?} and not {expected:?}");
            let few = Limits { series: 3, ..LIMITS };
            let first = reader.series(&sets, ALWAYS, Some(3), few, patience()).await?;
            anyhow::ensure!(first == expected[..expected.len().min(3)], "{first:?} and not {expected:?}");
            let names = reader.label_names(&sets, ALWAYS, patience()).await?;
            let of = expected.iter().flat_map(Labels::iter).map(|(name, _)| name.to_owned());
            anyhow::ensure!(names.into_iter().eq(of.collect::<BTreeSet<_>>()));
            let values = reader.label_values("__name__", &sets, ALWAYS, patience()).await?;
            let of = expected.iter().map(|labels| labels.metric_name().to_owned());
            anyhow::ensure!(values.into_iter().eq(of.collect::<BTreeSet<_>>()));
        }
        Ok(())
    })
    .await
}

async fn a_label_that_is_not_there_is_an_empty_one(database: &TestDatabase) -> anyhow::Result<()> {
    let at = &[(MORNING_MS, 1.0)][..];
    store_samples_through(&database.ingest()?, &[("up", &[], at), ("up", &[("job", "a")], at)]).await?;
    for reader in [reader(database)?, reader_without_catalogue(database)?] {
        for (texts, count) in [
            (&["__name__=up", "job="][..], 1),
            (&["__name__=up", "job!="], 1),
            (&["__name__=up", "job=~.*"], 2),
            (&["__name__=up", "job=~|b"], 1),
            (&["__name__=up", "job!~.+"], 1),
            (&["__name__=up", "job!~a"], 1),
            (&["__name__=up", "__name__!=up"], 0),
        ] {
            assert_eq!(series(&reader, texts).await?.len(), count, "{texts:?}");
        }
    }
    Ok(())
}
