//! What the firmware logs with defmt and the host writes with the core library: the same lines, made by the same code, of the
//! same bytes.
//!
//! Errors and statements are written by `Display` and `{}`, everything else by `Debug` and `{:?}`, text by both. A line begins
//! with the type it is of, so that `compare` can tell which public types have none.
//!
//! What is compared is equal. defmt knows one format for a type where the core library knows two, so what is left is:
//!
//! * An error with `{:?}` is what it is with `{}`, and text in it, the protocol name of an `UnsupportedVersion`, is quoted
//!   twice: a format cannot ask which of the two it is written with.
//! * A packet with `{}` is what it is with `{:?}`. So is any struct and any list; but what is text and little else, such as a
//!   `Property` or a `FilterLevel` by itself, then has its text neither quoted nor escaped. None of them has a `Display`.
//! * `QoS`, `PacketId`, return codes and reason codes have both in the core library. They are written as by `Debug`, since
//!   that is what they are as fields of packets.
//! * A `FilterTable` or `Matches` whose values are functions has no format, because functions have none in defmt.

#![cfg_attr(target_os = "none", no_std)]

mod cases;
mod line;
mod packets;

pub use line::Lines;
pub use packets::{Input, inputs};

/// All lines: those of the values written down here, then those of the packets in `bytes`.
pub fn all(lines: &mut Lines, bytes: &[u8]) {
    cases::all(lines);
    inputs(bytes).for_each(|input| packets::of_input(lines, input));
}
