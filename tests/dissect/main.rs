//! The example program `dissect`, run as its users run it.

#[path = "../example/mod.rs"]
mod example;

mod captures;
mod command_line;
mod output;
mod program;
mod properties;
mod recorded;
mod recorded_v5;
mod tcp;
mod v5;
mod wireshark;
