//! What the demo data promise to the tests that use them.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// 2026-03-02, 00:00 UTC.
const MIDNIGHT_MS: i64 = 1_772_409_600_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

type Key = (String, String, Vec<(String, String)>, i64);

fn key(point: &Point) -> Key {
    (point.account_id.clone(), point.metric_name.clone(), point.dimensions.clone(), point.start_ms)
}

fn final_points(hours: std::ops::Range<i64>) -> Vec<Point> {
    let range_ms = MIDNIGHT_MS + hours.start * HOUR_MS..MIDNIGHT_MS + hours.end * HOUR_MS;
    Shop::default().final_points(range_ms).collect()
}

fn function(point: &Point) -> Option<&str> {
    match point.dimensions.as_slice() {
        [(name, value)] if name == "FunctionName" => Some(value),
        _ => None,
    }
}

fn sum(points: &[Point], metric: &str, function_name: &str) -> f64 {
    let of_function = points.iter().filter(|point| function(point) == Some(function_name));
    of_function.filter(|point| point.metric_name == metric).map(|point| point.sum).sum()
}

#[test]
fn is_the_same_for_the_same_seed_and_any_range() {
    let whole = final_points(9..11);
    let parts = [final_points(9..10), final_points(10..11)].concat();
    assert_eq!(whole, parts);
    let other: Vec<Point> =
        Shop::with_seed(1).final_points(MIDNIGHT_MS + 9 * HOUR_MS..MIDNIGHT_MS + 11 * HOUR_MS).collect();
    assert_ne!(whole, other);
}

#[test]
fn region_totals_are_the_sum_over_functions() {
    let mut totals = BTreeMap::new();
    let mut sums: BTreeMap<_, (u64, f64)> = BTreeMap::new();
    for point in final_points(8..10) {
        let at = (point.account_id.clone(), point.metric_name.clone(), point.start_ms);
        if point.dimensions.is_empty() {
            totals.insert(at, (point.samples, point.sum));
        } else if function(&point).is_some() {
            let (samples, sum) = sums.entry(at).or_default();
            *samples += point.samples;
            *sum += point.sum;
        }
    }
    assert!(totals.len() > 120 * 8, "only {} totals", totals.len());
    assert!(totals.keys().eq(sums.keys()));
    for (at, (samples, sum)) in &sums {
        assert_eq!(totals[at].0, *samples, "{at:?}");
        assert!((totals[at].1 - sum).abs() < 0.001, "{at:?}: {} and {sum}", totals[at].1);
    }
}

#[test]
fn versions_add_up_to_their_alias() {
    let points = final_points(12..13);
    let invocations = |names: &[&str]| -> f64 {
        let with_names = points.iter().filter(|point| {
            point.metric_name == "Invocations" && point.dimensions.iter().map(|(name, _)| name).eq(names)
        });
        with_names
            .filter(|point| point.dimensions.iter().any(|(_, value)| value == "checkout"))
            .map(|p| p.sum)
            .sum()
    };
    let by_name = invocations(&["FunctionName"]);
    assert!(by_name > 0.0);
    assert_eq!(by_name, invocations(&["FunctionName", "Resource"]));
    assert_eq!(by_name, invocations(&["ExecutedVersion", "FunctionName", "Resource"]));
}

#[test]
fn counts_are_consistent() {
    let points = final_points(8..10);
    let invocations: BTreeMap<Key, u64> = points
        .iter()
        .filter(|point| point.metric_name == "Invocations")
        .map(|point| (key(point), point.samples))
        .collect();
    for point in &points {
        assert!(point.samples > 0 && point.minimum <= point.maximum, "{point:?}");
        assert!(point.sum >= point.maximum, "{point:?}");
        let same_minute =
            (point.account_id.clone(), "Invocations".to_owned(), point.dimensions.clone(), point.start_ms);
        match point.metric_name.as_str() {
            "Invocations" => assert_eq!(point.sum, point.samples as f64),
            "Errors" | "Duration" | "ConcurrentExecutions" => {
                assert_eq!(invocations.get(&same_minute), Some(&point.samples), "{point:?}");
            }
            _ => (),
        }
        let percentiles: Vec<f64> = point.extra.iter().map(|(_, value)| *value).collect();
        assert!(
            percentiles.is_sorted() && percentiles.iter().all(|value| *value <= point.maximum),
            "{point:?}"
        );
        assert_eq!(percentiles.len(), if point.metric_name == "Duration" { 3 } else { 0 });
    }
}

#[test]
fn functions_behave_as_their_names_say() {
    let points = final_points(0..24);
    let error_rate = |name| sum(&points, "Errors", name) / sum(&points, "Invocations", name);
    assert!((0.10..0.14).contains(&error_rate("payment-webhook")), "{}", error_rate("payment-webhook"));
    assert!(error_rate("cart") < 0.01);
    assert!((0.01..0.25).contains(&error_rate("image-resize")), "{}", error_rate("image-resize"));
    assert!(sum(&points, "Throttles", "recommendations") > 1_000.0);
    assert_eq!(sum(&points, "Throttles", "cart"), 0.0);
    assert!(sum(&points, "IteratorAge", "inventory-sync") > 0.0);
    assert!(sum(&points, "AsyncEventsReceived", "order-email") > 0.0);
    assert!(sum(&points, "DeadLetterErrors", "order-email") > 0.0);
    let linked = points.iter().filter(|point| point.account_id == LINKED_ACCOUNT_ID).filter_map(function);
    assert_eq!(linked.collect::<BTreeSet<_>>(), BTreeSet::from(["fraud-check", "invoice-pdf"]));
    assert!(points.iter().any(|point| function(point) == Some("recommendations") && point.maximum > 3.0));
}

#[test]
fn idle_minutes_have_no_points() {
    let points = final_points(0..24);
    let minutes = |name: &str| -> BTreeSet<i64> {
        let of_function = points.iter().filter(|point| function(point) == Some(name));
        of_function.map(|point| (point.start_ms - MIDNIGHT_MS) / MINUTE_MS).collect()
    };
    assert_eq!(minutes("cart").len(), 24 * 60);
    assert!(minutes("session-cleanup").iter().all(|minute| minute % 5 == 0));
    assert!(minutes("nightly-report").iter().all(|minute| (60..180).contains(minute)));
    assert!((100..1_300).contains(&minutes("stock-alert").len()));
}

#[test]
fn late_points_grow_to_the_final_ones() {
    let shop = Shop::default();
    let range_ms = MIDNIGHT_MS + HOUR_MS..MIDNIGHT_MS + 2 * HOUR_MS;
    let mut stored: BTreeMap<Key, Point> = BTreeMap::new();
    let mut repeated_after: BTreeSet<i64> = BTreeSet::new();
    let deliveries: Vec<MinuteDelivery> = shop.deliveries(range_ms.clone()).collect();
    assert_eq!(deliveries.len(), 62);
    for delivery in deliveries {
        for point in delivery.points {
            let late_minutes = (delivery.published_ms - point.start_ms) / MINUTE_MS - 1;
            assert!((0..=2).contains(&late_minutes));
            if let Some(before) = stored.insert(key(&point), point.clone()) {
                repeated_after.insert(late_minutes);
                assert!(point.samples > before.samples, "{before:?} then {point:?}");
                assert!(
                    point.sum >= before.sum && point.minimum <= before.minimum,
                    "{before:?} then {point:?}"
                );
            }
        }
    }
    assert_eq!(repeated_after, BTreeSet::from([1, 2]));
    let wanted: BTreeMap<Key, Point> =
        shop.final_points(range_ms).map(|point| (key(&point), point)).collect();
    assert_eq!(stored, wanted);
}

#[test]
fn minutes_partly_in_the_range_count_by_their_start() {
    let shop = Shop::default();
    let starts: BTreeSet<i64> =
        shop.final_points(MIDNIGHT_MS + 1..MIDNIGHT_MS + MINUTE_MS + 1).map(|point| point.start_ms).collect();
    assert_eq!(starts, BTreeSet::from([MIDNIGHT_MS + MINUTE_MS]));
    assert_eq!(shop.deliveries(MIDNIGHT_MS..MIDNIGHT_MS).count(), 0);
    assert_eq!(shop.deliveries(MIDNIGHT_MS..i64::MAX).take(3).count(), 3);
}

#[test]
fn scales_to_any_number_of_functions() {
    let shop = Shop::with_functions(100);
    let names: BTreeSet<&str> = shop.functions().iter().map(|function| function.name.as_str()).collect();
    assert_eq!(names.len(), 100);
    assert!(names.contains("cart") && names.contains("cart-2"));
    assert_eq!(Shop::with_functions(3).functions().len(), 3);
}
