//! The Node.js layer in the real runtime client: one trace over every hop, and functions that must not be harmed.

mod flow;
mod gateway;
mod trace;
