//! Single functions behind the local host.

use std::time::Duration;

use firefly_tests::host::{Host, InvokeError};
use firefly_tests::lambda_node::{Exporter, Function, Layer, Node, Runtime};
use serde_json::Value;

/// Functions of one runtime.
pub struct Hosted {
    host: Host,
    _runtime: Runtime,
}

impl Hosted {
    /// The functions by name and handler, with more variables for all of them.
    pub async fn start(
        (node, layer): (Node, Layer),
        functions: &[(&str, &str)],
        exporter: &Exporter,
        more: &[(&str, &str)],
    ) -> Self {
        Self::start_in(Runtime::create(node, layer).unwrap(), functions, exporter, more).await
    }

    pub async fn start_in(
        runtime: Runtime,
        functions: &[(&str, &str)],
        exporter: &Exporter,
        more: &[(&str, &str)],
    ) -> Self {
        let [address] = firefly_tests::references::free_addresses().unwrap();
        let mut host = Host::builder().listen(address);
        for (name, handler) in functions {
            let function = Function::new(name, handler, exporter)
                .env("AWS_ENDPOINT_URL_LAMBDA", format!("http://{address}"))
                .env("AWS_ACCESS_KEY_ID", "tests")
                .env("AWS_SECRET_ACCESS_KEY", "tests");
            let function = more.iter().fold(function, |function, (name, value)| function.env(name, *value));
            let mut hosted = function.hosted(&runtime);
            hosted.timeout = Duration::from_secs(if *name == "hanging" { 6 } else { 60 });
            host = host.function(hosted);
        }
        Self { host: host.start().await.unwrap(), _runtime: runtime }
    }

    /// What a function answers to an event.
    pub async fn invoke(&self, function: &str, event: &Value) -> Value {
        let answer = self.try_invoke(function, event).await;
        answer.unwrap_or_else(|error| panic!("{event}: {error}\n{}", self.log(function)))
    }

    pub async fn try_invoke(&self, function: &str, event: &Value) -> Result<Value, InvokeError> {
        let answer = self.host.invoke(function, event.to_string()).await?;
        Ok(serde_json::from_slice(&answer).unwrap())
    }

    pub fn log(&self, function: &str) -> String {
        self.host.logs(function).join("\n")
    }
}
