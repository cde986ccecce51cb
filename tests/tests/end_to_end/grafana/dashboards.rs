//! Every panel of every dashboard, with every kind of choice: it answers within a second and fits its visualisation.

use firefly_tests::demo::{HOSTILE_NAME, Settings, World};
use firefly_tests::grafana::check::{Catalogue, Emptiness, check_dashboard_links, check_panel};
use firefly_tests::grafana::{Choices, Dashboard, Session, TimeRange, run_annotations, run_panels};
use firefly_tests::test_database::Server;
use tokio_postgres::Client;

use super::world::{Installed, dashboards};

const SETTINGS: Settings = Settings { metric_minutes: 120, span_minutes: 60 };
const MINUTE_MS: i64 = 60_000;

/// The last two hours, as somebody sees them who opens a dashboard now.
fn last_two_hours(world: &World) -> TimeRange {
    let to_ms = world.now_ms + MINUTE_MS / 2;
    TimeRange { from_ms: to_ms - 120 * MINUTE_MS, to_ms }
}

/// A trace that failed, so that its panels have something of everything.
async fn failed_trace(owner: &Client) -> String {
    let sql = "SELECT trace_id::text FROM firefly.span WHERE status = 'error' AND start_time > now() - interval '1 hour'
        ORDER BY start_time DESC LIMIT 1";
    owner.query_one(sql, &[]).await.unwrap().get::<_, String>(0).replace('-', "")
}

/// Runs all dashboards with a choice of functions; none for the dashboards' own. Gives what is wrong.
async fn problems(
    installed: &Installed,
    range: TimeRange,
    choices: &Choices,
    emptiness: Emptiness,
) -> Vec<String> {
    let dashboards = dashboards();
    let catalogue = Catalogue::of(&dashboards);
    let mut problems = Vec::new();
    for dashboard in &dashboards {
        let found = of_dashboard(dashboard, &catalogue, installed, range, choices, emptiness).await;
        problems.extend(found.iter().map(|problem| format!("{}: {problem}", dashboard.uid)));
    }
    problems
}

async fn of_dashboard(
    dashboard: &Dashboard,
    catalogue: &Catalogue,
    installed: &Installed,
    range: TimeRange,
    choices: &Choices,
    emptiness: Emptiness,
) -> Vec<String> {
    let session = match Session::open(dashboard, &installed.sources, range, choices).await {
        Ok(session) => session,
        Err(error) => return vec![format!("{error:#}")],
    };
    let mut problems = check_dashboard_links(dashboard, catalogue);
    for answer in run_panels(dashboard, &session, &installed.sources).await.unwrap() {
        problems.extend(check_panel(&answer, &session, catalogue, emptiness));
    }
    for answer in run_annotations(dashboard, &session, &installed.sources).await {
        let error = answer.frames.err();
        problems
            .extend(error.map(|error| format!("annotation {}: {error:#}\n{}", answer.ref_id, answer.query)));
    }
    problems
}

fn none(problems: &[String]) {
    assert!(problems.is_empty(), "{} problems\n\n{}", problems.len(), problems.join("\n\n"));
}

async fn fits_with_every_choice(server: Server) {
    let (installed, world) = Installed::with_world(server, SETTINGS).await;
    let range = last_two_hours(&world);
    let trace = failed_trace(&installed.database.owner().await.unwrap()).await;
    let all = Choices::defaults().with("traceID", [trace.as_str()]);
    none(&problems(&installed, range, &all, Emptiness::AsDescribed).await);
    for functions in
        [&["payment-webhook"][..], &["checkout", "cart", "fraud-check"], &[HOSTILE_NAME], &["no such"]]
    {
        let chosen = all.clone().with("function", functions.iter().copied());
        none(&problems(&installed, range, &chosen, Emptiness::Allowed).await);
    }
    let nothing = Choices::defaults().with("account", ["no such"]);
    none(&problems(&installed, range, &nothing, Emptiness::Allowed).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fit_their_visualisations_on_timescaledb() {
    fits_with_every_choice(Server::Timescaledb).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fit_their_visualisations_on_postgresql() {
    fits_with_every_choice(Server::Postgresql).await;
}

#[tokio::test]
async fn of_a_fresh_installation_are_empty_and_no_error() {
    for server in Server::ALL {
        let installed = Installed::empty(server).await;
        let range = TimeRange::last_ms(6 * 60 * MINUTE_MS);
        none(&problems(&installed, range, &Choices::defaults(), Emptiness::Allowed).await);
    }
}
