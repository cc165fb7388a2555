//! What a witness is asked, and what is heard of it.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::catch_unwind;

use mqtt_wire::{Decoder, Packet, Version};

use crate::fields::Fields;
use crate::ours;

/// Another implementation.
pub(crate) trait Witness {
    const NAME: &'static str;
    /// True if it tells an absent property from one that has the value which goes without saying.
    const KNOWS_DEFAULTS: bool = true;

    /// Reads a packet and writes it again.
    ///
    /// # Errors
    /// It refuses the packet, and says so.
    fn read(version: Version, bytes: &[u8]) -> Result<Reading, String>;
}

pub(crate) struct Reading {
    /// What it has read; None if it does not tell.
    pub(crate) fields: Option<Fields>,
    /// What it writes, or why it does not.
    pub(crate) rewritten: Result<Vec<u8>, String>,
}

/// A way in which a witness and mqtt-wire differ, as a line of docs/WITNESSES.md tells it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Difference {
    pub(crate) witness: String,
    pub(crate) version: String,
    pub(crate) packet: String,
    pub(crate) what: String,
}

/// All differences, each with the shortest packet that shows it.
pub(crate) type Found = BTreeMap<Difference, String>;

/// Shows a packet to a witness.
pub(crate) fn ask<W: Witness>(version: Version, packet: &Packet<'_>, bytes: &[u8], found: &mut Found) {
    let expected = known::<W>(ours::fields(packet));
    let mut differs = |what: String| {
        let (witness, version, name) = (W::NAME.into(), version.to_string(), expected.packet());
        let example = format!("{packet:?}");
        let kept = found.entry(Difference { witness, version, packet: name, what }).or_insert_with(|| example.clone());
        if example.len() < kept.len() {
            *kept = example;
        }
    };
    let reading = match catch_unwind(|| W::read(version, bytes)) {
        Ok(Ok(reading)) => reading,
        Ok(Err(reason)) => return differs(format!("refuses it: {reason}")),
        Err(_) => return differs("panics".into()),
    };
    if let Some(fields) = reading.fields {
        known::<W>(fields).differences(&expected).iter().for_each(|name| differs(format!("reads another {name}")));
    }
    let rewritten = match reading.rewritten {
        Ok(rewritten) => rewritten,
        Err(reason) => return differs(format!("does not write it: {reason}")),
    };
    let mut rest = &rewritten[..];
    match Decoder::observer(version).read(&mut rest) {
        Ok(Some(packet)) => {
            let names = known::<W>(ours::fields(&packet)).differences(&expected);
            names.iter().for_each(|name| differs(format!("writes another {name}")));
            if !rest.is_empty() {
                differs("writes bytes behind it".into());
            }
        }
        Ok(None) => differs("writes less than a packet".into()),
        Err(error) => differs(format!("writes what breaks a rule: {}", error.violation().message())),
    }
}

fn known<W: Witness>(fields: Fields) -> Fields {
    if W::KNOWS_DEFAULTS { fields } else { fields.without_defaults() }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| {} | {} | {} | {} | |", self.witness, self.version, self.packet, self.what)
    }
}
