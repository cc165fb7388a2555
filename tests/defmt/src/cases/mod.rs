//! Lines about values that are written down here.

mod connection;
mod errors;
mod topics;
mod values;

use crate::line::Lines;

pub(crate) fn all(lines: &mut Lines) {
    values::all(lines);
    topics::all(lines);
    connection::all(lines);
    errors::all(lines);
}
