//! The bytes that a packet is written with when it was read from others: a padded Remaining Length is shortened, what 3.1
//! tells a receiver not to look at is cleared, and 5.0 has forms that end early. Nothing else differs.

#[path = "../by_hand/mod.rs"]
mod by_hand;

use mqtt_wire::{PacketType, Version};

/// What is written for a packet that was taken from these bytes, all of them.
pub fn as_written(version: Version, packet: &[u8]) -> Vec<u8> {
    let &[mut first, ref behind @ ..] = packet else { panic!("a packet has two bytes at least") };
    let length = behind.iter().position(|byte| *byte < 0x80).expect("a Remaining Length ends") + 1;
    let mut body = behind[length..].to_vec();
    let packet_type = PacketType::of(first).expect("a packet has a type");
    match version {
        Version::V3_1 => first = without_ignored_bits(packet_type, first, &mut body),
        Version::V3_1_1 => {}
        Version::V5_0 => shorten(packet_type, &mut body),
    }

    by_hand::packet(first, &body)
}

/// Clears what 3.1 gives no use, and gives the first byte without it.
fn without_ignored_bits(packet_type: PacketType, first: u8, body: &mut [u8]) -> u8 {
    match packet_type {
        PacketType::Connect => connect_flags(body),
        PacketType::Connack => body[0] = 0,
        PacketType::Subscribe => subscription_bits(body),
        _ => {}
    }
    match packet_type {
        PacketType::Publish => first,
        PacketType::Pubrel | PacketType::Subscribe | PacketType::Unsubscribe => first & 0xF0 | 0b0010,
        _ => first & 0xF0,
    }
}

/// Bit 0; Will QoS and Will Retain without a will; the flags of a user name and a password that do not follow.
fn connect_flags(body: &mut [u8]) {
    const FLAGS: usize = 9;
    const KEEP_ALIVE: usize = 2;
    let announced = body[FLAGS];
    let mut present = announced & 0b0000_0110;
    let mut at = field(body, FLAGS + 1 + KEEP_ALIVE);
    if announced & 0b0000_0100 != 0 {
        present = announced & 0b0011_1110;
        at = field(body, field(body, at));
    }
    for flag in [0b1000_0000, 0b0100_0000] {
        if announced & flag != 0 && at < body.len() {
            present |= flag;
            at = field(body, at);
        }
    }
    body[FLAGS] = present;
}

/// All but the QoS of every subscription.
fn subscription_bits(body: &mut [u8]) {
    let mut at = 2;
    while at < body.len() {
        let options = field(body, at);
        body[options] &= 0b11;
        at = options + 1;
    }
}

/// Where the field that follows a string at `at` begins.
fn field(body: &[u8], at: usize) -> usize {
    at + 2 + usize::from(u16::from_be_bytes([body[at], body[at + 1]]))
}

/// Packets of 5.0 that may end early, do: a Property Length of 0 at the end, and before it the reason code 0.
fn shorten(packet_type: PacketType, body: &mut Vec<u8>) {
    let (before_reason, length_may_go) = match packet_type {
        PacketType::Puback | PacketType::Pubrec | PacketType::Pubrel | PacketType::Pubcomp => (2, true),
        PacketType::Disconnect => (0, true),
        PacketType::Auth => (0, false),
        _ => return,
    };
    let reason_only = before_reason + 1;
    if body.len() == reason_only + 1 && (length_may_go || body[before_reason] == 0) {
        body.truncate(reason_only);
    }
    if body.len() == reason_only && body[before_reason] == 0 {
        body.truncate(before_reason);
    }
}
