//! Bytes to values and back. This layer knows of a packet no more than its type, its flags and its length.
//!
//! Reading is a nom grammar: every leaf takes the rest of a packet's body and gives a value and what is left, or a
//! [`Fault`]. A body is whole before a leaf sees it, so a field that is cut short is malformed; nom's `Incomplete` is
//! never made here. Writing goes through one [`Writer`], whose bodies mirror the grammar line by line.

mod leaf;
mod list;
mod text;
mod variable_byte_integer;
mod writer;

pub use list::{List, ListElement, ListIter};
pub use text::{Text, TextError};

pub(crate) use leaf::{
    Error, Fault, Parsed, Secret, Whole, binary, byte, check, end, fail, fault, field, four_byte_integer, packet_id,
    require, rule, string, string_as, two_byte_integer, variable_byte_integer,
};
pub(crate) use list::{list, sealed::Wire};
pub(crate) use text::{check_length, check_utf8, checked_string, scan};
pub(crate) use variable_byte_integer::{Length, MAX_LENGTH, is_padded, read_length, width};
pub(crate) use writer::{Outline, Writer, encode, encoded_len, total};
