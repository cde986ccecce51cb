//! How instances come, work, fail and go.

use std::time::Duration;

use firefly_tests::host::Host;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{echo, get, is_alive, request, start, until_gone};

/// Asserts that a request fails as on AWS, and that the next one is answered.
async fn fails_and_recovers(host: &Host, path: &str) -> anyhow::Result<()> {
    let response = get(host, path).await?;
    assert_eq!(response.status(), StatusCode::BAD_GATEWAY, "{path}");
    assert_eq!(super::json(response).await?, json!({ "message": "Internal Server Error" }), "{path}");
    assert_eq!(get(host, "").await?.status(), StatusCode::OK, "after {path}");
    Ok(())
}

fn logged(host: &Host, part: &str) -> bool {
    host.logs("echo").iter().any(|line| line.contains(part))
}

#[tokio::test]
async fn an_instance_serves_one_request_after_the_other() -> anyhow::Result<()> {
    let host = start(echo()).await?;
    assert!(host.function_pids("echo").is_empty(), "an instance before the first request");
    for _ in 0..20 {
        let seen = super::json(get(&host, "").await?).await?;
        assert_eq!(json!(host.function_pids("echo")), json!([seen["pid"]]));
    }
    assert!(logged(&host, "ready for events"), "standard output is not in the log");
    host.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn concurrent_requests_get_an_instance_each() -> anyhow::Result<()> {
    let host = start(echo()).await?;
    let path = "?do=sleep&ms=1000";
    let (first, second) = tokio::try_join!(get(&host, path), get(&host, path))?;
    assert_ne!(super::json(first).await?["pid"], super::json(second).await?["pid"]);
    assert_eq!(host.function_pids("echo").len(), 2);
    host.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn requests_beyond_the_concurrency_are_refused() -> anyhow::Result<()> {
    let mut function = echo();
    function.max_concurrency = 1;
    let host = start(function).await?;
    let path = "?do=sleep&ms=1000";
    let (first, second) = tokio::try_join!(get(&host, path), get(&host, path))?;
    let mut statuses = [first.status(), second.status()];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::TOO_MANY_REQUESTS]);
    assert_eq!(get(&host, "").await?.status(), StatusCode::OK);
    host.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn errors_and_panics_leave_the_instance_alive() -> anyhow::Result<()> {
    let host = start(echo()).await?;
    get(&host, "").await?;
    let pids = host.function_pids("echo");
    for path in ["?do=error", "?do=panic"] {
        fails_and_recovers(&host, path).await?;
    }
    assert_eq!(host.function_pids("echo"), pids);
    assert!(logged(&host, "told to fail") && logged(&host, "told to panic"), "{:?}", host.logs("echo"));
    host.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn an_instance_that_exits_or_is_killed_is_replaced() -> anyhow::Result<()> {
    let host = start(echo()).await?;
    fails_and_recovers(&host, "?do=exit").await?;
    assert!(logged(&host, "told to exit"), "the last words of the process are not in the log");
    assert!(logged(&host, "exit status: 3"), "{:?}", host.logs("echo"));
    let pids = host.function_pids("echo");
    assert_eq!(pids.len(), 1);
    std::process::Command::new("kill").args(["-KILL", &pids[0].to_string()]).status()?;
    until_gone(pids[0]).await?;
    assert_eq!(get(&host, "").await?.status(), StatusCode::OK);
    assert_ne!(host.function_pids("echo"), pids);
    host.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn an_instance_over_its_time_is_killed_and_replaced() -> anyhow::Result<()> {
    let mut function = echo();
    function.timeout = Duration::from_secs(2);
    function.max_concurrency = 1;
    let host = start(function).await?;
    get(&host, "").await?;
    let slow = host.function_pids("echo");
    fails_and_recovers(&host, "?do=sleep&ms=600000").await?;
    assert!(!is_alive(slow[0])?, "the slow process is still there");
    assert_ne!(host.function_pids("echo"), slow);
    assert!(logged(&host, "timed out after 2.00 seconds"), "{:?}", host.logs("echo"));
    host.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn a_function_that_cannot_start_says_why() -> anyhow::Result<()> {
    for (fail_init, line, reason) in [
        ("exit", "told to fail before the first event", "exit status: 1"),
        ("report", "reported an initialisation error", "no ingest key"),
    ] {
        let host = start(echo().env("FAIL_INIT", fail_init)).await?;
        let response = get(&host, "").await?;
        assert_eq!(response.status(), StatusCode::BAD_GATEWAY, "{fail_init}");
        assert!(logged(&host, line), "{fail_init}: {:?}", host.logs("echo"));
        let init_error = host.init_error("echo").unwrap_or_default();
        assert!(init_error.contains(reason), "{fail_init}: {init_error:?}");
        assert!(host.function_pids("echo").is_empty(), "{fail_init}");
        host.shutdown().await;
    }
    Ok(())
}

#[tokio::test]
async fn no_process_outlives_the_host() -> anyhow::Result<()> {
    let path = "?do=sleep&ms=500";
    let host = start(echo()).await?;
    tokio::try_join!(get(&host, path), get(&host, path))?;
    let pids = host.function_pids("echo");
    assert_eq!(pids.len(), 2);
    host.shutdown().await;
    for pid in pids {
        assert!(!is_alive(pid)?, "{pid} outlived the shutdown");
    }

    let host = start(echo()).await?;
    get(&host, "").await?;
    let pids = host.function_pids("echo");
    drop(host);
    until_gone(pids[0]).await
}

#[tokio::test]
async fn an_abandoned_request_frees_its_instance() -> anyhow::Result<()> {
    let mut function = echo();
    function.max_concurrency = 1;
    let host = start(function).await?;
    get(&host, "").await?;
    let pids = host.function_pids("echo");
    let abandoned = request(&host, Method::GET, "?do=sleep&ms=1000").timeout(Duration::from_millis(200));
    assert!(abandoned.send().await.is_err_and(|error| error.is_timeout()));
    assert_eq!(get(&host, "").await?.status(), StatusCode::TOO_MANY_REQUESTS);
    let answered = async {
        while get(&host, "").await?.status() != StatusCode::OK {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(Duration::from_secs(10), answered).await??;
    assert_eq!(host.function_pids("echo"), pids);
    host.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn shutdown_ends_an_instance_that_does_not_start() -> anyhow::Result<()> {
    let host = start(echo().env("FAIL_INIT", "hang")).await?;
    let under_way = tokio::spawn(reqwest::get(host.url("echo")));
    let started = async {
        while host.function_pids("echo").is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), started).await?;
    let pids = host.function_pids("echo");
    host.shutdown().await;
    assert!(!is_alive(pids[0])?);
    assert_eq!(under_way.await??.status(), StatusCode::BAD_GATEWAY);
    Ok(())
}

#[tokio::test]
async fn shutdown_ends_requests_under_way() -> anyhow::Result<()> {
    let host = start(echo()).await?;
    get(&host, "").await?;
    let pids = host.function_pids("echo");
    let url = format!("{}?do=sleep&ms=600000", host.url("echo"));
    let under_way = tokio::spawn(reqwest::get(url));
    tokio::time::sleep(Duration::from_millis(200)).await;
    host.shutdown().await;
    assert!(!is_alive(pids[0])?);
    let status = under_way.await?.map(|response| response.status());
    assert!(status.is_err() || status.is_ok_and(|status| status == StatusCode::BAD_GATEWAY));
    Ok(())
}
