//! The example program `broker`, run as its users run it: single packets go in, and what comes out is looked at.

#[path = "../example/mod.rs"]
mod example;

mod client;
mod connecting;
mod delivering;
mod faults;
mod program;
mod properties;
mod retaining;
mod server;
mod sessions;
mod sharing;
mod subscribing;
mod websocket;
mod wills;
