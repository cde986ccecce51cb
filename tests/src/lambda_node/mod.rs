//! Functions of Node.js as Lambda runs them: in the runtime client that AWS publishes (npm's `aws-lambda-ric`), under a
//! layer and its `AWS_LAMBDA_EXEC_WRAPPER`. The same process runs behind the local host and in an emulator of AWS.
//!
//! The community's layer is in no registry: `tests/clients/lambda/community` has its packages, and does what it does.
//! Left out: `/opt`, as a layer's wrapper finds its own files beside itself.

mod function;
mod layer;
mod runtime;
mod shop;

pub use function::{Exporter, Function};
pub use layer::Layer;
pub use runtime::{Node, Runtime};
pub use shop::Shop;
