//! What every function needs once: configuration from the environment, keys, capped decompression and answers, and deadlines.

mod capped_body;
mod deadline;
mod environment;
mod inflate;
mod keys;
mod max_age;
mod presented_key;

pub use capped_body::{CappedBody, EncodedBody};
pub use deadline::deadline;
pub use environment::{ConfigError, Environment};
pub use inflate::{InflateError, gunzip, inflate};
pub use keys::{KeyError, Keys};
pub use max_age::max_age;
pub use presented_key::{KEY_HEADER, presented_key};
