//! What every function needs once: configuration from the environment, keys, capped decompression, and deadlines.

mod deadline;
mod environment;
mod inflate;
mod keys;

pub use deadline::deadline;
pub use environment::{ConfigError, Environment};
pub use inflate::{InflateError, gunzip, is_gzip};
pub use keys::{KeyError, Keys};
