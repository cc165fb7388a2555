//! What the speed of mqtt-wire is measured with: the workloads, what a run reads of them, mqtt-wire's own side, and floors,
//! written by hand, that do no more than any codec must.
//!
//! `benches/peers` runs them beside other crates; the `instructions` program of this crate holds mqtt-wire to its budgets.

pub mod callgrind;
pub mod codec;
pub mod entries;
pub mod floors;
pub mod ours;
pub mod packets;
pub mod reading;
pub mod topics;
