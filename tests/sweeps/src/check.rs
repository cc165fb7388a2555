//! Holds the decoder, and what is written of what it takes, against the model.

#[path = "../../as_written/mod.rs"]
mod as_written;

use crate::corpus::VERSIONS;
use crate::model::{Verdict, verdict};
use as_written::as_written;
use mqtt_wire::{Decoder, Packet, Side, Split, Version, v3};
use std::ops::Add;

/// Who receives: a server, a client, a bystander.
pub const RECEIVERS: [Option<Side>; 3] = [Some(Side::Server), Some(Side::Client), None];

/// What became of inputs, each counted once for every version and receiver that it was given to.
#[derive(Clone, Copy, Default)]
pub struct Totals {
    pub taken: u64,
    pub refused: u64,
    /// Those of the refused for which the standard leaves one reason code only.
    pub with_one_code: u64,
    pub waiting: u64,
}

impl Add for Totals {
    type Output = Totals;

    fn add(self, other: Totals) -> Totals {
        Totals {
            taken: self.taken + other.taken,
            refused: self.refused + other.refused,
            with_one_code: self.with_one_code + other.with_one_code,
            waiting: self.waiting + other.waiting,
        }
    }
}

impl Totals {
    pub fn all(&self) -> u64 {
        self.taken + self.refused + self.waiting
    }

    /// Gives the bytes to every receiver of every version.
    pub fn check(&mut self, bytes: &[u8]) {
        VERSIONS.into_iter().for_each(|version| self.check_in(version, bytes));
    }

    /// Gives the bytes to every receiver of a version.
    pub fn check_in(&mut self, version: Version, bytes: &[u8]) {
        RECEIVERS.into_iter().for_each(|receiver| self.check_by(version, receiver, bytes));
    }

    /// Gives the bytes to one receiver.
    pub fn check_by(&mut self, version: Version, receiver: Option<Side>, bytes: &[u8]) {
        let (decoder, sender) = match receiver {
            Some(Side::Server) => (Decoder::server(version), Some(Side::Client)),
            Some(Side::Client) => (Decoder::client(version), Some(Side::Server)),
            None => (Decoder::observer(version), None),
        };
        let expected = verdict(version, sender, bytes);
        let mut input = bytes;
        let found = decoder.read(&mut input);
        let agrees = match (&found, expected) {
            (Ok(Some(packet)), Verdict::Taken { end }) => {
                self.taken += 1;
                input.len() == bytes.len() - end && is_written(version, packet, &bytes[..end])
            }
            (Ok(None), Verdict::Waits { missing, exactly }) => {
                self.waiting += 1;
                let split = decoder.split(bytes);
                let says = matches!(split, Ok(Split::Incomplete { missing: found })
                    if found == missing || (!exactly && (1..missing).contains(&found)));
                says && input.len() == bytes.len()
            }
            (Err(error), Verdict::Refused { codes, end }) => {
                self.refused += 1;
                self.with_one_code += u64::from(version == Version::V5_0 && codes.is_one());
                let told = match version {
                    Version::V5_0 => error.reason_code().is_some_and(|code| codes.allow(code)),
                    // A return code is there for another protocol level alone.
                    _ => error.reason_code().is_none_or(|code| code == 1 && codes.allow(0x84)),
                };
                let inside = end.is_none_or(|end| error.offset() <= end);
                told && inside && error.packet_end() == end && input.len() == bytes.len()
            }
            _ => false,
        };
        if !agrees {
            panic!(
                "MQTT {version}, received by {receiver:?}: {bytes:02X?}\nthe decoder: {found:?}, which leaves {} bytes\nthe model: {expected:?}",
                input.len()
            );
        }
    }
}

/// What is written of a packet are the bytes that it was read from, but for what its version lets a receiver read otherwise.
fn is_written(version: Version, packet: &Packet<'_>, bytes: &[u8]) -> bool {
    // The one packet that is read and not written.
    if let Packet::V3(v3::Packet::Connect(connect)) = packet
        && version == Version::V3_1
        && connect.client_id.is_empty()
    {
        return packet.encoded_len().is_err();
    }
    let expected = as_written(version, bytes);
    let mut buffer = vec![0; expected.len()];
    packet.encode(&mut buffer) == Ok(&expected[..])
}
