//! A small shop of six functions: `api` behind a function URL invokes `stock` and sends to a queue; `orders` takes from
//! it and puts events on a bus; `billing` takes those and publishes to a topic; `receipts` takes from it and puts
//! records in a stream, which `ledger` reads.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::Stdio;

use anyhow::Context;
use serde::Deserialize;
use serde_json::json;

use super::runtime::clients;
use super::{Exporter, Function, Runtime};
use crate::host::Host;
use crate::references::{Emulator, free_addresses};

/// The functions that the emulator runs, by their sources.
const DELIVERED_TO: [(&str, &str); 4] = [
    ("orders", "shop/orders.handler"),
    ("billing", "shop/billing.handler"),
    ("receipts", "shop/receipts.handler"),
    ("ledger", "shop/ledger.handler"),
];

/// The functions that the local host runs, by their sources.
const CALLED: [(&str, &str); 2] = [("api", "shop/api.handler"), ("stock", "shop/stock.handler")];

/// Seconds of one invocation.
const TIMEOUT: u32 = 60;

/// The shop, open.
#[derive(Debug)]
pub struct Shop {
    // Before the emulator and the files that they need.
    host: Host,
    emulator: Emulator,
    _runtime: Runtime,
}

/// What the emulator named itself.
#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct Made {
    queue_url: String,
}

impl Shop {
    /// Opens it in a runtime, with more variables for every function.
    ///
    /// # Errors
    ///
    /// If something of it has not been made yet, or does not start.
    pub async fn open(runtime: Runtime, exporter: &Exporter, more: &[(&str, &str)]) -> anyhow::Result<Self> {
        let emulator = Emulator::start().await?;
        let [address] = free_addresses()?;
        let function = |name: &str, handler: &str| {
            let function = Function::new(name, handler, exporter)
                .env("AWS_ENDPOINT_URL", emulator.url())
                .env("AWS_ENDPOINT_URL_LAMBDA", format!("http://{address}"))
                .env("AWS_ACCESS_KEY_ID", "shop")
                .env("AWS_SECRET_ACCESS_KEY", "shop");
            more.iter().fold(function, |function, (name, value)| function.env(name, *value))
        };
        let made = deploy(&runtime, &emulator, &DELIVERED_TO.map(|(name, handler)| function(name, handler)))?;
        let mut host = Host::builder().listen(address);
        for (name, handler) in CALLED {
            let function = function(name, handler).env("QUEUE_URL", &made.queue_url);
            host = host.function(function.hosted(&runtime));
        }
        Ok(Self { host: host.start().await?, emulator, _runtime: runtime })
    }

    /// Runs `api` and `stock`.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// What everything has written so far.
    #[must_use]
    pub fn log(&self) -> String {
        let functions = CALLED.map(|(name, _)| self.host.logs(name).join("\n"));
        format!("{}\n{}", functions.join("\n"), self.emulator.log())
    }
}

/// Makes the shop's services and functions in an emulator.
fn deploy(runtime: &Runtime, emulator: &Emulator, functions: &[Function]) -> anyhow::Result<Made> {
    let functions: BTreeMap<_, _> = functions
        .iter()
        .map(|function| {
            let environment: BTreeMap<_, _> = function.environment_in(runtime).into_iter().collect();
            (&function.name, json!({ "handler": function.handler, "environment": environment }))
        })
        .collect();
    let shop = json!({
        "bootstrap": clients().join("bootstrap"),
        "timeout": TIMEOUT,
        "functions": functions,
    });
    let mut command = runtime.node();
    command
        .arg("shop/deploy.mjs")
        .env("AWS_ENDPOINT_URL", emulator.url())
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "shop")
        .env("AWS_SECRET_ACCESS_KEY", "shop")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().context("cannot start node")?;
    child.stdin.take().context("no standard input")?.write_all(shop.to_string().as_bytes())?;
    let output = child.wait_with_output()?;
    let error = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "the shop cannot be deployed:\n{error}\n{}", emulator.log());
    Ok(serde_json::from_slice(&output.stdout)?)
}
