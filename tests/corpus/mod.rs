//! One corpus for many tests: every packet of every version, with every optional part on and off.

mod v3;
mod v5;

use mqtt_wire::v3::Edition;
use mqtt_wire::{Packet, Version};

pub const VERSIONS: [Version; 3] = [Version::V3_1, Version::V3_1_1, Version::V5_0];

/// Every packet of the corpus, with the version to decode it by.
pub fn corpus() -> Vec<(Version, Packet<'static>)> {
    let v3 = [Edition::V3_1, Edition::V3_1_1]
        .into_iter()
        .flat_map(|edition| v3::packets(edition).into_iter().map(move |packet| (edition.into(), packet.into())));
    let v5 = v5::packets().into_iter().map(|packet| (Version::V5_0, packet.into()));
    v3.chain(v5).collect()
}
