//! A database that is away, not ready or slow.

use std::time::{Duration, Instant};

use firefly_storage::{DatabaseUrl, migrate};
use firefly_tests::firehose_sender::Format;
use firefly_tests::test_database::{Server, TestDatabase, connect};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use url::Url;

use super::endpoint::{Endpoint, function};
use super::locks::until_waiting;
use super::rows::Stored;
use super::sample::{delivery_of, minute, minutes_ago};
use crate::metric_stream::fixtures::expected;

/// Takes connections on `listener` and passes them on to the server of `url`, for as long as the test runs.
pub fn forward(listener: TcpListener, url: &Url) {
    let server = (url.host_str().unwrap().to_owned(), url.port().unwrap());
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let server = server.clone();
            tokio::spawn(async move {
                let mut server = TcpStream::connect(server).await.unwrap();
                tokio::io::copy_bidirectional(&mut client, &mut server).await.ok();
            });
        }
    });
}

#[tokio::test]
async fn the_function_starts_without_its_database_and_stores_once_it_is_there() {
    let database = TestDatabase::create(Server::Postgresql).await.unwrap();
    // Bound, so that nobody else takes the port, but not listening: connections are refused.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let mut url = database.ingest_url();
    url.set_port(Some(socket.local_addr().unwrap().port())).unwrap();
    let endpoint = Endpoint::start(function(&url)).await;
    let points = minute(4, minutes_ago(3), 1);
    let delivery = delivery_of(&points, Format::Json);

    for _ in 0..2 {
        let answer = endpoint.sender().deliver(&delivery).await;
        assert_eq!(answer.status(), Some(503), "{answer:?}\n{}", endpoint.log());
        assert!(answer.reason().contains("cannot connect to the database"), "{answer:?}");
    }
    assert!(endpoint.log().contains("starting without the database"), "{}", endpoint.log());
    let pids = endpoint.pids();

    forward(socket.listen(8).unwrap(), &database.ingest_url());
    endpoint.deliver(&delivery).await;
    assert_eq!(endpoint.pids(), pids, "the same instance recovers");
    assert_eq!(Stored::in_database(&database).await.points, expected(&points));
}

#[tokio::test]
async fn a_wrong_password_is_answered_with_503_and_not_shown() {
    let database = TestDatabase::create(Server::Postgresql).await.unwrap();
    let mut url = database.ingest_url();
    url.set_password(Some("a-wrong-password")).unwrap();
    let endpoint = Endpoint::start(function(&url)).await;
    let answer = endpoint.sender().deliver(&delivery_of(&minute(1, minutes_ago(3), 1), Format::Json)).await;
    assert_eq!(answer.status(), Some(503), "{answer:?}");
    assert!(answer.reason().contains("password authentication failed"), "{answer:?}");
    assert!(!answer.reason().contains("a-wrong-password"), "{answer:?}");
}

#[tokio::test]
async fn a_database_without_schema_is_answered_with_what_to_do() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let owner = database.owner().await.unwrap();
        owner.batch_execute("DROP SCHEMA firefly CASCADE").await.unwrap();
        let endpoint = Endpoint::start(function(&database.ingest_url())).await;
        let points = minute(4, minutes_ago(3), 1);
        let delivery = delivery_of(&points, Format::Otel07);
        let answer = endpoint.sender().deliver(&delivery).await;
        assert_eq!(answer.status(), Some(503), "{server:?}: {answer:?}");
        assert!(answer.reason().contains("run ./scripts/migrate"), "{server:?}: {answer:?}");

        let url = DatabaseUrl::parse(database.owner_url().as_str()).unwrap();
        migrate(&url).await.unwrap();
        endpoint.deliver(&delivery).await;
        assert_eq!(Stored::in_database(&database).await.points, expected(&points), "{server:?}");
    }
}

#[tokio::test]
async fn a_slow_database_is_answered_with_503_before_the_time_of_the_function_is_over() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let timeout = Duration::from_secs(6);
        let mut short = function(&database.ingest_url());
        short.timeout = timeout;
        let endpoint = Endpoint::start(short).await;
        endpoint.deliver(&delivery_of(&minute(1, minutes_ago(5), 1), Format::Json)).await;

        let mut holder = connect(&database.owner_url()).await.unwrap();
        let lock = holder.transaction().await.unwrap();
        lock.batch_execute("LOCK TABLE firefly.statistic_set").await.unwrap();
        let points = minute(4, minutes_ago(3), 1);
        let delivery = delivery_of(&points, Format::Json);
        let started = Instant::now();
        let answer = endpoint.sender().deliver(&delivery).await;
        assert_eq!(answer.status(), Some(503), "{server:?}: {answer:?}\n{}", endpoint.log());
        assert!(answer.reason().contains("did not answer within"), "{server:?}: {answer:?}");
        assert!(started.elapsed() < timeout, "{server:?}: {:?}", started.elapsed());
        // Nothing is left behind that would store the batch after the answer.
        until_waiting(&database.owner().await.unwrap(), 0).await;
        lock.rollback().await.unwrap();
        assert_eq!(Stored::read(&holder).await.counts(), [1, 1, 0], "{server:?}");
        endpoint.deliver(&delivery).await;
        assert_eq!(Stored::read(&holder).await.counts(), [5, 4, 0], "{server:?}");
    }
}
