//! Every short input.

use crate::Sweep;
use crate::check::{RECEIVERS, Totals};
use crate::corpus::VERSIONS;
use mqtt_wire::{Side, Version};

/// Every input of up to three bytes, to every receiver of every version.
pub fn up_to_three_bytes() -> Sweep {
    Sweep::new("inputs of up to 3 bytes, each version and side", 256, |first| {
        let mut totals = Totals::default();
        if first == 0 {
            totals.check(&[]);
        }
        let first = first as u8;
        totals.check(&[first]);
        for second in 0..=255 {
            totals.check(&[first, second]);
            for third in 0..=255 {
                totals.check(&[first, second, third]);
            }
        }
        totals
    })
}

/// Every input of four bytes, a sweep for each version and receiver.
pub fn four_bytes(versions: &[Version], receivers: &[Option<Side>]) -> Vec<Sweep> {
    let sweep = |version: Version, receiver: Option<Side>| {
        let name = format!("inputs of 4 bytes, MQTT {version}, received by {}", name(receiver));
        Sweep::new(name, 1 << 16, move |job| {
            let mut totals = Totals::default();
            let [first, second] = [(job >> 8) as u8, job as u8];
            for third in 0..=255 {
                for fourth in 0..=255 {
                    totals.check_by(version, receiver, &[first, second, third, fourth]);
                }
            }
            totals
        })
    };
    let chosen = |version: &Version| versions.is_empty() || versions.contains(version);
    let of_version = |version| {
        let chosen = |receiver: &Option<Side>| receivers.is_empty() || receivers.contains(receiver);
        RECEIVERS.into_iter().filter(chosen).map(move |receiver| sweep(version, receiver))
    };
    VERSIONS.into_iter().filter(chosen).flat_map(of_version).collect()
}

fn name(receiver: Option<Side>) -> &'static str {
    match receiver {
        Some(Side::Server) => "a server",
        Some(Side::Client) => "a client",
        None => "a bystander",
    }
}
