//! The function `jaeger`: its real binary behind a function URL, with a real database behind it.

mod endpoint;
mod hostile;
mod keys;
mod refusals;
mod sample;
mod search;
mod size;
mod start;
mod version_1;
mod version_3;
