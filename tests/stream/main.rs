//! `FrameBuffer`: packets from a stream of bytes, in any chunks, through a storage of any size.

#[path = "../corpus/mod.rs"]
mod corpus;
#[path = "../strategies/mod.rs"]
mod strategies;

mod capacity;
mod faults;
mod first_packet;
mod laws;
mod model;
mod payload;
mod room;

use mqtt_wire::{Packet, Version};

fn encoded(packet: &Packet<'_>) -> Vec<u8> {
    let mut buffer = vec![0; packet.encoded_len().expect("it can be written")];
    packet.encode(&mut buffer).expect("it can be written").to_vec()
}

/// The packets of the corpus of a version, as bytes.
fn corpus_of(version: Version) -> Vec<Vec<u8>> {
    corpus::corpus().iter().filter(|(of, _)| *of == version).map(|(_, packet)| encoded(packet)).collect()
}
