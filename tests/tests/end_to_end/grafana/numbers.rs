//! The headline numbers, against what happened in the shop, and against each other.

use std::collections::BTreeMap;
use std::ops::Range;

use firefly_tests::demo::{ACCOUNT_ID, MINUTE_MS, Point, REGION, Settings, World, memory_mb};
use firefly_tests::grafana::{Choices, Dashboard, PanelAnswer, Session, TimeRange, run_panels};
use firefly_tests::test_database::Server;
use tokio_postgres::Client;

use super::world::{Installed, dashboards};

const WEEK_MS: i64 = 7 * 24 * 60 * MINUTE_MS;
/// Relative difference of sums that are added up in another order.
const TOLERANCE: f64 = 1e-9;

/// What functions did, added up from what was sent.
#[derive(Debug, Default, Clone, Copy)]
struct Totals {
    invocations: f64,
    errors: f64,
    duration_ms: f64,
    durations: f64,
    cost: f64,
}

impl Totals {
    /// Of the minutes that begin in a range, and of these functions.
    fn of(world: &World, range: &Range<i64>, prices: (f64, f64), is_chosen: &dyn Fn(&str) -> bool) -> Self {
        let memory: BTreeMap<&str, i32> = world
            .shop
            .functions()
            .iter()
            .enumerate()
            .map(|(index, function)| (function.name.as_str(), memory_mb(index)))
            .collect();
        let mut totals = Self::default();
        for point in world.metric_ranges().into_iter().flat_map(|sent| world.shop.final_points(sent)) {
            let Some(function) = function_of(&point).filter(|function| is_chosen(function)) else { continue };
            if !range.contains(&point.start_ms) {
                continue;
            }
            match point.metric_name.as_str() {
                "Invocations" => {
                    totals.invocations += point.sum;
                    totals.cost += point.sum * prices.1;
                }
                "Errors" => totals.errors += point.sum,
                "Duration" => {
                    totals.duration_ms += point.sum;
                    totals.durations += point.samples as f64;
                    totals.cost += point.sum / 1e3 * f64::from(memory[function]) / 1024.0 * prices.0;
                }
                _ => {}
            }
        }
        totals
    }

    fn error_percent(self) -> f64 {
        100.0 * self.errors / self.invocations
    }

    fn duration_average_ms(self) -> f64 {
        self.duration_ms / self.durations
    }
}

fn function_of(point: &Point) -> Option<&str> {
    match point.dimensions.as_slice() {
        [(name, function)] if name == "FunctionName" => Some(function),
        _ => None,
    }
}

/// Prices of a gigabyte-second and of a request on Graviton.
async fn prices(owner: &Client) -> (f64, f64) {
    let sql = "SELECT gb_second::double precision, request::double precision FROM firefly.lambda_price
        WHERE architecture = 'arm64' AND region IN ($1, '*') ORDER BY region = '*' LIMIT 1";
    let row = owner.query_one(sql, &[&REGION]).await.unwrap();
    (row.get(0), row.get(1))
}

/// The only value of a field in a panel of this title; none if it is null.
fn number(answers: &[PanelAnswer], title: &str, field: &str) -> Option<f64> {
    let mut titled =
        answers.iter().filter(|answer| answer.panel.title == title && answer.panel.kind == "stat");
    let answer = titled.next().unwrap_or_else(|| panic!("there is no panel {title}"));
    let frame = answer.frames().next().unwrap_or_else(|| panic!("{title} has no answer: {answer:?}"));
    let field = frame.field(field).unwrap_or_else(|| panic!("{title} has no field {field}"));
    assert!(field.values.len() <= 1, "{title}: {field:?}");
    field.values.first()?.as_f64()
}

fn assert_near(found: Option<f64>, expected: f64, what: &str) {
    let found = found.unwrap_or_else(|| panic!("{what} is null, and should be {expected}"));
    let difference = (found - expected).abs();
    assert!(difference <= TOLERANCE * expected.abs().max(1.0), "{what} is {found}, and should be {expected}");
}

async fn run(
    installed: &Installed,
    dashboard: &Dashboard,
    range: TimeRange,
    choices: &Choices,
) -> Vec<PanelAnswer> {
    let session = Session::open(dashboard, &installed.sources, range, choices).await.unwrap();
    run_panels(dashboard, &session, &installed.sources).await.unwrap()
}

fn named<'a>(dashboards: &'a [Dashboard], uid: &str) -> &'a Dashboard {
    dashboards.iter().find(|dashboard| dashboard.uid == uid).unwrap_or_else(|| panic!("there is no {uid}"))
}

async fn home_shows_what_happened(installed: &Installed, world: &World) {
    let dashboards = dashboards();
    let home = named(&dashboards, "firefly-home");
    let owner = installed.database.owner().await.unwrap();
    let prices = prices(&owner).await;
    let now = world.now_ms;
    let ranges = [
        now - 120 * MINUTE_MS..now,
        now - 90 * MINUTE_MS..now - 60 * MINUTE_MS,
        now - 95 * MINUTE_MS + 30_000..now - 15 * MINUTE_MS + 1,
    ];
    for range in ranges {
        let asked = TimeRange { from_ms: range.start, to_ms: range.end };
        for chosen in [None, Some("payment-webhook")] {
            let is_chosen = |function: &str| chosen.is_none_or(|chosen| chosen == function);
            let week_before = range.start - WEEK_MS..range.end - WEEK_MS;
            let (now, before) = (
                Totals::of(world, &range, prices, &is_chosen),
                Totals::of(world, &week_before, prices, &is_chosen),
            );
            let choices = match chosen {
                None => Choices::defaults(),
                Some(function) => Choices::defaults().with("function", [function]),
            };
            let answers = run(installed, home, asked, &choices).await;
            let change = |now: f64, before: f64| (now / before - 1.0) * 100.0;
            for (title, value, changed) in [
                ("Invocations", now.invocations, change(now.invocations, before.invocations)),
                ("Error rate", now.error_percent(), now.error_percent() - before.error_percent()),
                (
                    "Average duration",
                    now.duration_average_ms(),
                    change(now.duration_average_ms(), before.duration_average_ms()),
                ),
                ("Estimated cost", now.cost, change(now.cost, before.cost)),
            ] {
                let what = |field: &str| format!("{field} of {title} in {range:?}, {chosen:?}");
                assert_near(number(&answers, title, "value"), value, &what("value"));
                assert_near(number(&answers, title, "change"), changed, &what("change"));
            }
            assert_table_adds_up(&answers, now);
        }
    }
}

/// The rows of the table of functions, added up.
fn assert_table_adds_up(answers: &[PanelAnswer], totals: Totals) {
    let table = answers.iter().find(|answer| answer.panel.title == "Functions").unwrap();
    let frame = table.frames().next().unwrap_or_else(|| panic!("{table:?}"));
    let sum = |field: &str| {
        let values = &frame.field(field).unwrap_or_else(|| panic!("no field {field}")).values;
        Some(values.iter().filter_map(serde_json::Value::as_f64).sum::<f64>())
    };
    assert_near(sum("invocations"), totals.invocations, "the sum of the functions' invocations");
    assert_near(sum("cost"), totals.cost, "the sum of the functions' cost");
    let [rates, invocations] = ["error_rate", "invocations"].map(|name| &frame.field(name).unwrap().values);
    let errors =
        rates.iter().zip(invocations).filter_map(|(rate, of)| Some(rate.as_f64()? / 100.0 * of.as_f64()?));
    assert_near(Some(errors.sum()), totals.errors, "the sum of the functions' errors");
}

/// Figures of one name, on whatever dashboard, and whoever is asked: SQL or PromQL.
async fn a_number_is_the_same_on_all_dashboards(installed: &Installed, world: &World) {
    let dashboards = dashboards();
    // Between minutes: a minute that begins with the range belongs to it in SQL, one that begins with its end in PromQL.
    let end_ms = world.now_ms - 10 * MINUTE_MS + MINUTE_MS / 2;
    let range = TimeRange { from_ms: end_ms - 90 * MINUTE_MS, to_ms: end_ms };
    for choices in [
        Choices::defaults(),
        Choices::defaults().with("function", ["payment-webhook"]),
        Choices::defaults().with("account", [ACCOUNT_ID]).with("function", ["checkout", "cart"]),
    ] {
        let mut figures: BTreeMap<String, Vec<(String, f64)>> = BTreeMap::new();
        for dashboard in &dashboards {
            for answer in run(installed, dashboard, range, &choices).await {
                if answer.panel.kind != "stat" {
                    continue;
                }
                let fields = answer.frames().flat_map(|frame| &frame.fields);
                let named = fields.filter(|field| field.name.eq_ignore_ascii_case("value"));
                let value = named.filter_map(|field| field.values.last()?.as_f64()).next();
                let figure = figures.entry(answer.panel.title.clone()).or_default();
                figure.extend(value.map(|value| (dashboard.uid.clone(), value)));
            }
        }
        let shared: Vec<_> = figures.iter().filter(|(_, found)| found.len() > 1).collect();
        for title in ["Average duration", "Error rate", "Estimated cost", "Invocations"] {
            assert!(
                shared.iter().any(|(known, _)| *known == title),
                "{title} is on one dashboard only: {figures:?}"
            );
        }
        for (title, found) in shared {
            let first = found[0].1;
            for (dashboard, value) in found {
                let what =
                    format!("{title} of {dashboard}, which is not that of {}, {choices:?}", found[0].0);
                assert_near(Some(*value), first, &what);
            }
        }
    }
}

async fn numbers_are_right(server: Server) {
    let settings = Settings { metric_minutes: 120, span_minutes: 5 };
    let (installed, world) = Installed::with_world(server, settings).await;
    home_shows_what_happened(&installed, &world).await;
    a_number_is_the_same_on_all_dashboards(&installed, &world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn are_those_of_the_shop_and_agree_on_timescaledb() {
    numbers_are_right(Server::Timescaledb).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn are_those_of_the_shop_and_agree_on_postgresql() {
    numbers_are_right(Server::Postgresql).await;
}
