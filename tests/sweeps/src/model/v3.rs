//! Chapter 3 of 3.1.1, and of 3.1: what each body holds. MQTT 3 has no reason codes, so all faults are alike.

use super::{Codes, Fields};
use mqtt_wire::Version;

/// 3.1 tells a receiver not to look at what it calls unused.
fn looks(version: Version) -> bool {
    version == Version::V3_1_1
}

/// None: it does not hold what it has to.
pub fn body(fields: &mut Fields<'_>, version: Version, first: u8) -> Option<()> {
    match first >> 4 {
        1 => connect(fields, version),
        2 => connack(fields, version),
        3 => publish(fields, first),
        4..=7 | 11 => fields.packet_id().map(|_| ()),
        8 => subscribe(fields, version),
        9 => suback(fields),
        10 => unsubscribe(fields),
        _ => Some(()),
    }
}

fn connect(fields: &mut Fields<'_>, version: Version) -> Option<()> {
    match version {
        Version::V3_1 => fields.protocol("MQIsdp", 3)?,
        _ => fields.protocol("MQTT", 4)?,
    }
    let flags = fields.byte()?;
    let has = |bit: u32| flags >> bit & 1 == 1;
    let (user_name, password, will_retain, will, reserved) = (has(7), has(6), has(5), has(2), has(0));
    let will_qos = flags >> 3 & 3;
    if looks(version) {
        fields.require(!reserved, Codes::MALFORMED);
        fields.require(will || (will_qos == 0 && !will_retain), Codes::MALFORMED);
    }
    fields.require(!will || will_qos < 3, Codes::MALFORMED);
    fields.require(user_name || !password, Codes::MALFORMED);
    fields.two_bytes()?;
    fields.string()?;
    if will {
        fields.topic_name()?;
        fields.binary()?;
    }
    // A CONNECT of 3.1 may end before either, whatever its flags say.
    let may_end = !looks(version);
    if user_name && !(may_end && fields.is_empty()) {
        fields.string()?;
    }
    if password && !(may_end && fields.is_empty()) {
        fields.binary()?;
    }
    Some(())
}

fn connack(fields: &mut Fields<'_>, version: Version) -> Option<()> {
    let flags = fields.byte()?;
    let return_code = fields.byte()?;
    fields.require(return_code <= 5, Codes::MALFORMED);
    if looks(version) {
        fields.require(flags <= 1, Codes::MALFORMED);
        fields.require(flags == 0 || return_code == 0, Codes::MALFORMED);
    }
    Some(())
}

fn publish(fields: &mut Fields<'_>, first: u8) -> Option<()> {
    fields.topic_name()?;
    if first & 0b0110 != 0 {
        fields.packet_id()?;
    }
    fields.rest();
    Some(())
}

fn subscribe(fields: &mut Fields<'_>, version: Version) -> Option<()> {
    fields.packet_id()?;
    fields.require(!fields.is_empty(), Codes::MALFORMED);
    while !fields.is_empty() {
        fields.topic_filter_of_v3()?;
        let requested = fields.byte()?;
        fields.require(requested & 3 != 3, Codes::MALFORMED);
        fields.require(!looks(version) || requested <= 2, Codes::MALFORMED);
    }
    Some(())
}

/// Servers send 0x80 in 3.1 too.
fn suback(fields: &mut Fields<'_>) -> Option<()> {
    fields.packet_id()?;
    fields.require(!fields.is_empty(), Codes::MALFORMED);
    while !fields.is_empty() {
        let return_code = fields.byte()?;
        fields.require(matches!(return_code, 0 | 1 | 2 | 0x80), Codes::MALFORMED);
    }
    Some(())
}

fn unsubscribe(fields: &mut Fields<'_>) -> Option<()> {
    fields.packet_id()?;
    fields.require(!fields.is_empty(), Codes::MALFORMED);
    while !fields.is_empty() {
        fields.topic_filter_of_v3()?;
    }
    Some(())
}
