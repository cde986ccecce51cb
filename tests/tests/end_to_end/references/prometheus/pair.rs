//! The two that are compared, with the same samples.

use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use firefly_tests::host::Host;
use firefly_tests::prometheus_client::{PrometheusClient, Question, Reply};
use firefly_tests::references::Prometheus;
use firefly_tests::remote_write::Series;
use firefly_tests::test_database::{Server, TestDatabase};
use futures_util::{StreamExt, stream};

use super::answers::differences;
use super::data;
use super::known_differences::KNOWN_DIFFERENCES;
use crate::deployed::unconfigured;

/// The key of those who send.
const INGEST_KEY: &str = "ingest-key-of-the-comparison";
/// The key of those who ask.
pub const READ_KEY: &str = "read-key-of-the-comparison";

/// Questions under way at once.
const AT_ONCE: usize = 4;

const HOUR_MS: i64 = 3_600_000;

/// Firefly as a user has it: `remote-write` takes samples in, `prometheus` is asked for them, a database of its own
/// between them.
pub struct Gateway {
    host: Host,
    _database: TestDatabase,
}

impl Gateway {
    pub async fn start(server: Server) -> Self {
        let database = TestDatabase::create(server).await.unwrap();
        let remote_write = unconfigured("remote-write")
            .env("DATABASE_URL", database.ingest_url().as_str())
            .env("FIREFLY_INGEST_KEYS", INGEST_KEY);
        let api = unconfigured("prometheus")
            .env("DATABASE_URL", database.read_url().as_str())
            .env("FIREFLY_READ_KEYS", READ_KEY);
        let host = Host::builder().function(remote_write).function(api).start().await.unwrap();
        Self { host, _database: database }
    }

    pub async fn write(&self, series: &[Series]) {
        let sender = PrometheusClient::new(&self.host.url("remote-write")).unwrap().key(INGEST_KEY);
        sender.write(series).await.unwrap();
    }

    /// Where it is asked.
    pub fn url(&self) -> String {
        self.host.url("prometheus").trim_end_matches('/').to_owned()
    }

    pub fn client(&self) -> PrometheusClient {
        PrometheusClient::new(&self.url()).unwrap().key(READ_KEY)
    }
}

/// A Prometheus and a Firefly with the same samples.
pub struct Pair {
    gateway: Gateway,
    prometheus: Prometheus,
    expected: PrometheusClient,
    actual: PrometheusClient,
    /// When the samples begin, Unix milliseconds: a whole hour.
    pub start_ms: i64,
    noted: Mutex<Vec<bool>>,
}

/// What was asked, and how the answers differ.
pub struct Difference {
    pub question: Question,
    pub found: Vec<String>,
    pub expected: Reply,
}

impl Pair {
    /// Both with the samples of this seed.
    pub async fn start(server: Server, seed: u64) -> Self {
        let prometheus = Prometheus::start().await.unwrap();
        let gateway = Gateway::start(server).await;
        let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
        let pair = Self {
            expected: PrometheusClient::new(&prometheus.url()).unwrap(),
            actual: gateway.client(),
            gateway,
            prometheus,
            start_ms: now / HOUR_MS * HOUR_MS - 3 * HOUR_MS,
            noted: Mutex::new(vec![false; KNOWN_DIFFERENCES.len()]),
        };
        let series = data::series(seed, pair.start_ms);
        for piece in data::pieces(&series, pair.start_ms) {
            pair.expected.write(&piece).await.unwrap();
            pair.gateway.write(&piece).await;
        }
        pair
    }

    /// Where Firefly is asked.
    pub fn url(&self) -> String {
        self.gateway.url()
    }

    /// Where Prometheus is asked.
    pub fn prometheus_url(&self) -> String {
        self.prometheus.url()
    }

    /// Asks both.
    pub async fn compare(&self, question: &Question) -> Difference {
        let (expected, actual) = tokio::join!(self.expected.ask(question), self.actual.ask(question));
        let (mut expected, actual) = (expected.unwrap(), actual.unwrap());
        for (index, known) in KNOWN_DIFFERENCES.iter().enumerate() {
            let before = expected.clone();
            (known.answered)(question, &mut expected, &actual);
            if expected != before {
                self.noted.lock().unwrap()[index] = true;
            }
        }
        Difference { found: differences(question, &expected, &actual), question: question.clone(), expected }
    }

    /// Asks both all of these, in any order, and gives the answers in the order of the questions.
    pub async fn compare_all(&self, questions: &[Question]) -> Vec<Difference> {
        stream::iter(questions).map(|question| self.compare(question)).buffered(AT_ONCE).collect().await
    }

    /// The reasons to differ that have occurred.
    pub fn noted(&self) -> Vec<bool> {
        self.noted.lock().unwrap().clone()
    }
}
