//! The same spans into Firefly and into the real Jaeger, the same questions to both: the answers are equal, but for what
//! is listed with its reason.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use firefly_storage::SpanWriter;
use firefly_tests::references::Jaeger;
use firefly_tests::test_database::Server;

use super::canonical::{canonical, differences, sort_lists};
use super::gateway::Gateway;
use super::known_differences::KNOWN_DIFFERENCES;
use super::questions::{Window, questions};
use super::samples::{NOT_FINITE, requests};
use super::side::{Answer, Side};

/// The longest sample lasts two hours, and none ends in the future.
const AGE_SECONDS: u64 = 3 * 3_600;

/// The times of the samples.
pub fn window() -> Window {
    let last_second = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    Window { first_second: last_second - AGE_SECONDS, last_second }
}

/// What Jaeger says, made into what Firefly should say. Notes which known differences made them two.
async fn expected(jaeger: &Side, path: &str, firefly: &Answer, noted: &mut [bool]) -> Answer {
    let mut expected = canonical(jaeger.ask(path).await);
    for (difference, noted) in KNOWN_DIFFERENCES.iter().zip(&mut *noted) {
        if let Some(instead) = (difference.asked)(path) {
            let answer = canonical(jaeger.ask(&instead).await);
            *noted |= answer != expected;
            expected = answer;
        }
    }
    for (difference, noted) in KNOWN_DIFFERENCES.iter().zip(noted) {
        let before = expected.clone();
        (difference.answered)(path, &mut expected, firefly);
        sort_lists(&mut expected);
        *noted |= expected != before;
    }
    expected
}

/// Has it worked out who called whom, for which its function `otlp` takes its time.
async fn work_out_service_edges(gateway: &Gateway) {
    let database = gateway.database.ingest().unwrap();
    let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
    while database.refresh_service_edges(u8::MAX, deadline).await.unwrap() > 0 {}
}

#[tokio::test]
async fn firefly_answers_as_jaeger_does() {
    let jaeger = Jaeger::start().await.unwrap();
    let jaeger_side = Side::new(jaeger.otlp_url(), jaeger.query_url(), None);
    let gateways = [Gateway::start(Server::Timescaledb).await, Gateway::start(Server::Postgresql).await];
    let firefly_sides = gateways.each_ref().map(Gateway::side);
    let window = window();
    let mut found = Vec::new();
    for service in ["/api/services", "/api/v3/services"] {
        let answers = [jaeger_side.ask(service).await, firefly_sides[0].ask(service).await];
        assert_eq!(answers.map(|answer| answer.status), [200, 200], "{service} without any span");
    }
    for request in requests(window.first_second) {
        jaeger_side.export(&request).await;
        for firefly in &firefly_sides {
            firefly.export(&request).await;
        }
    }

    for gateway in &gateways {
        work_out_service_edges(gateway).await;
    }

    let mut noted = [false; KNOWN_DIFFERENCES.len()];
    let questions = questions(window);
    for path in &questions {
        for (firefly, gateway) in firefly_sides.iter().zip(&gateways) {
            let answered = canonical(firefly.ask(path).await);
            let expected = expected(&jaeger_side, path, &answered, &mut noted).await;
            let different = differences(&expected, &answered);
            if !different.is_empty() {
                found.push(format!(
                    "{:?} {path}\n    {}",
                    gateway.database.server(),
                    different.join("\n    ")
                ));
            }
        }
    }
    let of = questions.len();
    assert!(found.is_empty(), "{} answers to {of} questions differ:\n{}", found.len(), found.join("\n"));
    for (difference, noted) in KNOWN_DIFFERENCES.iter().zip(noted) {
        assert!(noted, "this is no difference any more: {}", difference.reason);
    }
}

#[tokio::test]
async fn a_number_that_json_has_not_is_an_error_of_jaeger_and_none_of_firefly() {
    let jaeger = Jaeger::start().await.unwrap();
    let jaeger_side = Side::new(jaeger.otlp_url(), jaeger.query_url(), None);
    let gateway = Gateway::start(Server::Timescaledb).await;
    let firefly_side = gateway.side();
    for request in requests(window().first_second) {
        jaeger_side.export(&request).await;
        firefly_side.export(&request).await;
    }
    let path = format!("/api/traces/{NOT_FINITE:032x}");
    assert_eq!(jaeger_side.ask(&path).await.status, 500);
    let answer = firefly_side.ask(&path).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let tags = answer.body["data"][0]["spans"][0]["tags"].as_array().unwrap();
    let value = |key: &str| tags.iter().find(|tag| tag["key"] == key).map(|tag| tag["value"].clone());
    assert_eq!(["nan", "plus", "minus"].map(value), ["NaN", "+Inf", "-Inf"].map(|text| Some(text.into())));
}
