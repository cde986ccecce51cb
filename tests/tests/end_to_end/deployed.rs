//! A function under test, behind its URL. Whatever a test does to it: no secret stands in an answer or in the log.

use std::path::PathBuf;

use firefly_tests::host::{Function, Host};
use reqwest::header::HeaderMap;
use url::Url;

/// The key of the senders here.
pub const KEY: &str = "ingest-key-of-the-tests";
/// A second key, as while keys are being rotated.
pub const NEXT_KEY: &str = "key-after-the-rotation";

/// An ingesting function of this name, with both keys, and this database.
pub fn ingesting(name: &str, database_url: &Url) -> Function {
    unconfigured(name)
        .env("DATABASE_URL", database_url.as_str())
        .env("FIREFLY_INGEST_KEYS", format!("{KEY}, {NEXT_KEY}"))
}

/// The function of this name, without any variable of its own.
pub fn unconfigured(name: &str) -> Function {
    Function::new(name, binary(name))
}

/// Binaries of other packages are built beside the folder in which test executables are.
fn binary(name: &str) -> PathBuf {
    let executable = std::env::current_exe().unwrap();
    let profile = executable.parent().and_then(|deps| deps.parent()).unwrap();
    let binary = profile.join(format!("firefly-{name}"));
    assert!(binary.is_file(), "{} is missing: run `cargo build --workspace --bins` first", binary.display());
    binary
}

/// The function behind its URL.
pub struct Deployed {
    host: Host,
    name: String,
    pub client: reqwest::Client,
    secrets: Vec<String>,
}

impl Deployed {
    /// Starts it behind a host; its process starts with the first request.
    pub async fn start(function: Function) -> Self {
        let (name, secrets) = (function.name.clone(), secrets(&function));
        let host = Host::builder().function(function).start().await.unwrap();
        Self { host, name, client: reqwest::Client::builder().no_proxy().build().unwrap(), secrets }
    }

    pub fn url(&self) -> String {
        self.host.url(&self.name)
    }

    pub fn log(&self) -> String {
        self.host.logs(&self.name).join("\n")
    }

    pub fn pids(&self) -> Vec<u32> {
        self.host.function_pids(&self.name)
    }

    pub fn init_error(&self) -> Option<String> {
        self.host.init_error(&self.name)
    }

    pub async fn invoke(&self, event: String) -> Vec<u8> {
        let answer = self.host.invoke(&self.name, event).await.unwrap().to_vec();
        self.assert_no_secret(&String::from_utf8_lossy(&answer));
        answer
    }

    /// Sends a request whose headers are as they are, and gives its status, headers and body.
    pub async fn execute(&self, request: reqwest::Request) -> (u16, HeaderMap, Vec<u8>) {
        let response = self.client.execute(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.unwrap().to_vec();
        self.assert_no_secret(&format!("{headers:?} {}", String::from_utf8_lossy(&body)));
        (status, headers, body)
    }

    fn assert_no_secret(&self, text: &str) {
        for secret in &self.secrets {
            assert!(!text.contains(secret), "a secret is shown: {text}");
        }
    }
}

impl Drop for Deployed {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.assert_no_secret(&self.log());
        }
    }
}

/// The values that nobody may see: keys, and the database's password.
fn secrets(function: &Function) -> Vec<String> {
    let value =
        |name: &str| function.env.iter().find(|(variable, _)| variable == name).map(|(_, value)| value);
    let keys = value("FIREFLY_INGEST_KEYS").into_iter().flat_map(|keys| keys.split(',').map(str::trim));
    let url = value("DATABASE_URL").and_then(|url| Url::parse(url).ok());
    let password = url.as_ref().and_then(Url::password);
    keys.chain(password).filter(|secret| !secret.is_empty()).map(str::to_owned).collect()
}
