//! The Node.js layer in the real runtime client: one trace over every hop, and functions that must not be harmed.

mod by_hand;
mod flow;
mod gateway;
mod harmless;
mod hosted;
mod outages;
mod trace;
