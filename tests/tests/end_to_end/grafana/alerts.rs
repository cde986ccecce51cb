//! Each alert rule fires on what it is for, and not on what is one step short of it.

use firefly_tests::firehose_sender::{Format, Sender};
use firefly_tests::grafana::alert::{AlertRule, Evaluation, evaluate};
use firefly_tests::test_database::Server;
use futures_util::{StreamExt, stream};

use super::events::{Events, evaluated_at_ms, events};
use super::provisioning::rules;
use super::world::Installed;
use crate::deployed::KEY;
use crate::firehose::sample::{delivery, delivery_of};

/// Databases at a time.
const CONCURRENT: usize = 4;

async fn evaluation(rule: &AlertRule, of: Events) -> Evaluation {
    let installed = Installed::empty(Server::Timescaledb).await;
    let mut records =
        if of.points.is_empty() { Vec::new() } else { delivery_of(&of.points, Format::Json).records };
    records.extend(of.records);
    if !records.is_empty() {
        let sender = Sender::new(installed.url("firehose")).unwrap().access_key(KEY);
        let answer = sender.deliver(&delivery(records)).await;
        assert!(answer.is_delivered(), "{}: {}", rule.uid, answer.reason());
    }
    let owner = installed.database.owner().await.unwrap();
    for sql in of.sql {
        owner.batch_execute(&sql).await.unwrap();
    }
    installed.refresh().await;
    evaluate(rule, &installed.sources, evaluated_at_ms()).await.unwrap_or_else(|error| panic!("{error:#}"))
}

/// What is wrong with a rule; nothing if it fires when it must and only then.
async fn problem(rule: AlertRule) -> Option<String> {
    let uid = &rule.uid;
    let (Some(trouble), Some(quiet)) = (events(uid, true), events(uid, false)) else {
        return Some(format!("{uid}: no test knows what makes it fire"));
    };
    let evaluated = evaluation(&rule, trouble).await;
    let firing: Vec<_> = evaluated.firing().collect();
    let [instance] = firing.as_slice() else {
        return Some(format!("{uid} does not fire once, where it must: {evaluated:?}"));
    };
    let missing: Vec<_> =
        rule.mentioned_labels().into_iter().filter(|label| !instance.labels.contains_key(label)).collect();
    if !missing.is_empty() {
        return Some(format!("{uid} speaks of labels {missing:?} that it has not: {:?}", instance.labels));
    }
    let missing: Vec<_> =
        rule.mentioned_values().into_iter().filter(|letter| !instance.values.contains_key(letter)).collect();
    if !missing.is_empty() {
        return Some(format!("{uid} speaks of values {missing:?} that it has not: {:?}", instance.values));
    }
    if !instance.labels.contains_key("severity") {
        return Some(format!("{uid} has no severity: {:?}", instance.labels));
    }
    let evaluated = evaluation(&rule, quiet).await;
    let fires = evaluated.firing().next().is_some();
    fires.then(|| format!("{uid} fires where it must not: {evaluated:?}"))
}

// A database is dropped on the thread that lets go of it, so that there are more threads than databases.
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn fire_on_what_they_are_for_and_on_nothing_else() {
    let judged = stream::iter(rules()).map(|rule| tokio::spawn(problem(rule))).buffer_unordered(CONCURRENT);
    let problems: Vec<_> = judged.filter_map(|problem| async { problem.unwrap() }).collect().await;
    assert!(problems.is_empty(), "{} rules\n\n{}", problems.len(), problems.join("\n\n"));
}

#[tokio::test]
async fn are_silent_on_a_fresh_installation() {
    let installed = Installed::empty(Server::Postgresql).await;
    for rule in rules() {
        let evaluated = evaluate(&rule, &installed.sources, evaluated_at_ms()).await;
        let evaluated = evaluated.unwrap_or_else(|error| panic!("{error:#}"));
        assert_eq!(evaluated.firing().count(), 0, "{}: {evaluated:?}", rule.uid);
    }
}
