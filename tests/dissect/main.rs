//! The example program `dissect`, run as its users run it.

mod captures;
mod command_line;
mod output;
mod program;
mod recorded;
mod tcp;
