//! What every function needs once: configuration from the environment, keys, capped decompression and answers, deadlines,
//! chores, and the start.

mod capped_body;
mod chore;
mod config;
mod deadline;
mod environment;
mod inflate;
mod keys;
mod max_age;
mod presented_key;
mod snappy;
mod start;
mod takes_gzip;

pub use capped_body::{CappedBody, EncodedBody};
pub use chore::Chore;
pub use config::{IngestConfig, ReadConfig};
pub use deadline::deadline;
pub use environment::{ConfigError, Environment};
pub use inflate::{InflateError, gunzip, inflate};
pub use keys::{KeyError, Keys};
pub use presented_key::{KEY_HEADER, presented_key};
pub use snappy::snappy;
pub use start::{now, open_database};
pub use takes_gzip::takes_gzip;
