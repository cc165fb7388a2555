//! The example program `dissect`, run as its users run it.

#[path = "../example/mod.rs"]
mod example;

#[path = "../corpus/mod.rs"]
mod corpus;
#[path = "../../examples/dissect/explain/mod.rs"]
mod explain;
#[path = "../failure_inputs/mod.rs"]
mod failure_inputs;
#[path = "../strategies/mod.rs"]
mod strategies;

mod captures;
mod command_line;
mod explain_expected;
mod explain_laws;
mod explain_output;
mod explain_sections;
mod follow;
mod output;
mod program;
mod properties;
mod recorded;
mod recorded_v5;
mod relay;
mod relayed;
mod svg;
mod tcp;
mod v5;
mod websocket;
mod wireshark;
