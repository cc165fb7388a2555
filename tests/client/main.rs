//! The example program `client`, run as its users run it, against a server that plays by a script.

#[path = "../example/mod.rs"]
mod example;

mod command_line;
mod connecting;
mod ending;
mod faults;
mod publishing;
mod server;
mod subscribing;
