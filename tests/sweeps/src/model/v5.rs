//! Chapter 3 of 5.0: what each body holds.

use super::properties::{Block, block};
use super::reason_codes::reason_code;
use super::{Codes, Fields};
use mqtt_wire::Side;

/// None: it does not hold what it has to.
pub fn body(fields: &mut Fields<'_>, sender: Side, first: u8) -> Option<()> {
    let of_packet = Block::of_packet(first >> 4);
    match first >> 4 {
        1 => connect(fields, sender),
        2 => connack(fields, sender),
        3 => publish(fields, sender, first),
        4..=7 => {
            fields.packet_id()?;
            ending(fields, sender, first >> 4, of_packet)
        }
        8 => subscribe(fields, sender),
        9 | 11 => {
            fields.packet_id()?;
            block(fields, of_packet, sender)?;
            fields.require(!fields.is_empty(), Codes::MALFORMED);
            while !fields.is_empty() {
                reason_code(fields, first >> 4, sender)?;
            }
            Some(())
        }
        10 => unsubscribe(fields, sender),
        14 => ending(fields, sender, 14, of_packet),
        15 => auth(fields, sender),
        _ => Some(()),
    }
}

/// Sections 3.4.2 to 3.7.2 and 3.14.2: the packet may end before its reason code, or before its Property Length.
fn ending(fields: &mut Fields<'_>, sender: Side, packet_type: u8, of_packet: Block) -> Option<()> {
    if !fields.is_empty() {
        reason_code(fields, packet_type, sender)?;
    }
    if !fields.is_empty() {
        block(fields, of_packet, sender)?;
    }
    Some(())
}

fn connect(fields: &mut Fields<'_>, sender: Side) -> Option<()> {
    fields.protocol("MQTT", 5)?;
    let flags = fields.byte()?;
    let has = |bit: u32| flags >> bit & 1 == 1;
    let (user_name, password, will_retain, will, reserved) = (has(7), has(6), has(5), has(2), has(0));
    let will_qos = flags >> 3 & 3;
    fields.require(!reserved, Codes::MALFORMED);
    fields.require(will || (will_qos == 0 && !will_retain), Codes::MALFORMED);
    fields.require(!will || will_qos < 3, Codes::MALFORMED);
    fields.two_bytes()?;
    let properties = block(fields, Block::Connect, sender)?;
    fields.require(properties.has(0x15) || !properties.has(0x16), Codes::PROTOCOL_ERROR);
    fields.string()?;
    if will {
        block(fields, Block::Will, sender)?;
        fields.topic_name()?;
        fields.binary()?;
    }
    if user_name {
        fields.string()?;
    }
    if password {
        fields.binary()?;
    }
    Some(())
}

fn connack(fields: &mut Fields<'_>, sender: Side) -> Option<()> {
    if fields.left() == 2 {
        // A server of MQTT 3 answers so, and no reason code is there to tell it.
        fields.fault(Codes::UNSUPPORTED_VERSION);
        return None;
    }
    let flags = fields.byte()?;
    fields.require(flags <= 1, Codes::MALFORMED);
    let code = reason_code(fields, 2, sender)?;
    fields.require(flags & 1 == 0 || code == 0, Codes::PROTOCOL_ERROR);
    let properties = block(fields, Block::Connack, sender)?;
    fields.require(properties.has(0x15) || !properties.has(0x16), Codes::PROTOCOL_ERROR);
    Some(())
}

fn publish(fields: &mut Fields<'_>, sender: Side, first: u8) -> Option<()> {
    let topic = fields.string()?;
    fields.require(!topic.contains(['+', '#']), Codes::MALFORMED);
    if first & 0b0110 != 0 {
        fields.packet_id()?;
    }
    let properties = block(fields, Block::Publish, sender)?;
    fields.require(!topic.is_empty() || properties.has(0x23), Codes::PROTOCOL_ERROR);
    fields.rest();
    Some(())
}

fn subscribe(fields: &mut Fields<'_>, sender: Side) -> Option<()> {
    fields.packet_id()?;
    block(fields, Block::Subscribe, sender)?;
    fields.require(!fields.is_empty(), Codes::PROTOCOL_ERROR);
    while !fields.is_empty() {
        let is_shared = fields.topic_filter_of_v5()?;
        let options = fields.byte()?;
        let (qos, no_local, retain_handling, reserved) =
            (options & 3, options >> 2 & 1, options >> 4 & 3, options >> 6);
        fields.require(qos < 3, Codes::PROTOCOL_ERROR);
        fields.require(!(is_shared && no_local == 1), Codes::PROTOCOL_ERROR);
        fields.require(retain_handling < 3, Codes::PROTOCOL_ERROR);
        fields.require(reserved == 0, Codes::MALFORMED);
    }
    Some(())
}

fn unsubscribe(fields: &mut Fields<'_>, sender: Side) -> Option<()> {
    fields.packet_id()?;
    block(fields, Block::Unsubscribe, sender)?;
    fields.require(!fields.is_empty(), Codes::PROTOCOL_ERROR);
    while !fields.is_empty() {
        fields.topic_filter_of_v5()?;
    }
    Some(())
}

/// Without anything it is a success without properties, which only a server says; with anything it names its method.
fn auth(fields: &mut Fields<'_>, sender: Side) -> Option<()> {
    if fields.is_empty() {
        fields.require(sender == Side::Server, Codes::PROTOCOL_ERROR);
        return Some(());
    }
    reason_code(fields, 15, sender)?;
    let properties = block(fields, Block::Auth, sender)?;
    fields.require(properties.has(0x15), Codes::PROTOCOL_ERROR);
    Some(())
}
