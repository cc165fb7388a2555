//! Lines about packets that come as bytes: those of the corpus, and malformed ones.

use mqtt_wire::v5::{Limits, MaximumQoS, Properties, Property};
use mqtt_wire::{
    Decoder, Delivery, EncodedPublish, Event, FirstPacketError, Forward, FrameBuffer, NotInV3, Packet, Side, Split,
    SplitHead, Version, split, split_head, text, v3, v5,
};

use crate::line::{Lines, debug, debug_in_any_case, display};

/// Bytes, and who reads them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Input<'a> {
    pub version: Version,
    /// None: a bystander.
    pub side: Option<Side>,
    pub max_packet_size: u32,
    pub bytes: &'a [u8],
}

/// Larger packets are logged once only.
const SHORT: usize = 160;

impl<'a> Input<'a> {
    pub fn decoder(&self) -> Decoder {
        let decoder = match self.side {
            Some(Side::Client) => Decoder::client(self.version),
            Some(Side::Server) => Decoder::server(self.version),
            None => Decoder::observer(self.version),
        };
        decoder.max_packet_size(self.max_packet_size)
    }

    /// Version and side, limit, length; then the bytes.
    pub fn header(&self) -> [u8; 10] {
        let side = match self.side {
            None => 0,
            Some(Side::Client) => 1,
            Some(Side::Server) => 2,
        };
        let mut header = [self.version.protocol_level(), side, 0, 0, 0, 0, 0, 0, 0, 0];
        header[2..6].copy_from_slice(&self.max_packet_size.to_le_bytes());
        header[6..].copy_from_slice(&(self.bytes.len() as u32).to_le_bytes());
        header
    }

    fn read(bytes: &'a [u8]) -> Option<(Input<'a>, &'a [u8])> {
        let ([version, side, a, b, c, d, length @ ..], rest) = bytes.split_first_chunk::<10>()?;
        let (bytes, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        let version = match version {
            3 => Version::V3_1,
            4 => Version::V3_1_1,
            5 => Version::V5_0,
            _ => return None,
        };
        let side = match side {
            0 => None,
            1 => Some(Side::Client),
            _ => Some(Side::Server),
        };
        Some((Input { version, side, max_packet_size: u32::from_le_bytes([*a, *b, *c, *d]), bytes }, rest))
    }
}

/// The inputs that were written one behind the other, up to a version that there is not.
pub fn inputs<'a>(mut bytes: &'a [u8]) -> impl Iterator<Item = Input<'a>> {
    core::iter::from_fn(move || {
        let (input, rest) = Input::read(bytes)?;
        bytes = rest;
        Some(input)
    })
}

pub fn of_input(lines: &mut Lines, input: Input<'_>) {
    let decoder = input.decoder();
    let short = input.bytes.len() <= SHORT;
    match decoder.read(&mut { input.bytes }) {
        Ok(Some(packet)) => {
            debug!(lines, "Packet", packet);
            display!(lines, "PacketType", packet.packet_type());
            if let Err(error) = packet.encode(&mut []) {
                display!(lines, "EncodeError", error);
            }
            if short {
                debug_in_any_case!(lines, "Packet", packet);
                of_packet(lines, packet);
            }
        }
        Ok(None) => debug!(lines, "Split", decoder.split(input.bytes).ok()),
        Err(error) => {
            display!(lines, "DecodeError", error);
            display!(lines, "Violation", error.violation());
            display!(lines, "Statement", error.statement());
        }
    }
    if short {
        of_bytes(lines, input);
    }
}

/// What is made of bytes before they are decoded, or beside that.
fn of_bytes(lines: &mut Lines, input: Input<'_>) {
    let decoder = input.decoder();
    match split(input.bytes) {
        Ok(split) => {
            debug!(lines, "Split", split);
            if let Split::Complete { frame, .. } = split {
                debug!(lines, "Frame", frame);
            }
        }
        Err(error) => display!(lines, "DecodeError", error),
    }
    match split_head(input.bytes, input.version) {
        Ok(split) => {
            debug!(lines, "SplitHead", split);
            if let SplitHead::Complete { head, .. } = split {
                debug!(lines, "Head", head);
            }
        }
        Err(error) => display!(lines, "DecodeError", error),
    }
    if let Err(error) = Decoder::first_packet(&mut { input.bytes }, input.max_packet_size) {
        display!(lines, "FirstPacketError", error);
        if let FirstPacketError::Malformed(error) = error {
            display!(lines, "Violation", error.violation());
        }
    }
    let mut beginning = [0; SHORT];
    let beginning = &mut beginning[..input.bytes.len()];
    beginning.copy_from_slice(input.bytes);
    match EncodedPublish::new(beginning) {
        Ok(publish) => debug!(lines, "EncodedPublish", publish),
        Err(error) => display!(lines, "NotResent", error),
    }
    let mut buffer = FrameBuffer::new([0; 24]);
    let mut rest = input.bytes;
    while !rest.is_empty() {
        rest = &rest[buffer.push(rest)..];
        debug!(lines, "FrameBuffer", buffer);
        loop {
            match buffer.next(decoder) {
                Ok(Event::Incomplete { .. }) => break,
                Ok(event) => debug!(lines, "Event", event),
                Err(error) => {
                    display!(lines, "DecodeError", error);
                    return;
                }
            }
        }
    }
}

/// A line about the packet by itself, under the name of its own type.
macro_rules! by_type {
    ($lines:ident, $packet:ident, $module:ident: $($name:ident)*) => {
        match $packet { $(
            $module::Packet::$name(packet) => debug!($lines, concat!(stringify!($module), "::", stringify!($name)), packet),
        )* }
    };
}

fn of_packet(lines: &mut Lines, packet: Packet<'_>) {
    match packet {
        Packet::V3(packet) => {
            debug!(lines, "v3::Packet", packet);
            by_type! { lines, packet, v3:
                Connect Connack Publish Puback Pubrec Pubrel Pubcomp
                Subscribe Suback Unsubscribe Unsuback Pingreq Pingresp Disconnect
            }
            of_lists_v3(lines, packet);
        }
        Packet::V5(packet) => {
            debug!(lines, "v5::Packet", packet);
            by_type! { lines, packet, v5:
                Connect Connack Publish Puback Pubrec Pubrel Pubcomp
                Subscribe Suback Unsubscribe Unsuback Pingreq Pingresp Disconnect Auth
            }
            of_lists_v5(lines, packet);
            of_limits(lines, packet);
            if let Err(error) = to_v3(packet) {
                display!(lines, "NotInV3", error);
            }
        }
    }
    match packet {
        Packet::V3(v3::Packet::Publish(publish)) => of_forward(lines, Forward::from(publish)),
        Packet::V5(v5::Packet::Publish(v5::Publish { topic: Some(topic), properties, payload, .. })) => {
            of_forward(lines, Forward::new(topic, properties, payload));
        }
        _ => {}
    }
}

fn of_lists_v3(lines: &mut Lines, packet: v3::Packet<'_>) {
    match packet {
        v3::Packet::Connect(connect) => debug!(lines, "v3::Will", connect.will),
        v3::Packet::Subscribe(subscribe) => {
            debug!(lines, "List", subscribe.subscriptions);
            debug!(lines, "ListIter", subscribe.subscriptions.iter());
            subscribe.subscriptions.iter().for_each(|one| debug!(lines, "v3::Subscription", one));
        }
        v3::Packet::Unsubscribe(unsubscribe) => debug!(lines, "List", unsubscribe.topic_filters),
        v3::Packet::Suback(suback) => debug!(lines, "List", suback.return_codes),
        _ => {}
    }
}

fn of_lists_v5(lines: &mut Lines, packet: v5::Packet<'_>) {
    match packet {
        v5::Packet::Connect(connect) => {
            debug!(lines, "v5::Will", connect.will);
            debug!(lines, "v5::Properties", connect.properties);
        }
        v5::Packet::Connack(connack) => {
            debug!(lines, "v5::PropertyIter", connack.properties.iter());
            connack.properties.iter().for_each(|property| debug!(lines, "v5::Property", property));
        }
        v5::Packet::Publish(publish) => {
            publish.properties.iter().for_each(|property| debug!(lines, "v5::Property", property));
        }
        v5::Packet::Subscribe(subscribe) => {
            debug!(lines, "List", subscribe.subscriptions);
            subscribe.subscriptions.iter().for_each(|one| debug!(lines, "v5::Subscription", one));
        }
        v5::Packet::Unsubscribe(unsubscribe) => debug!(lines, "ListIter", unsubscribe.topic_filters.iter()),
        v5::Packet::Suback(suback) => debug!(lines, "List", suback.reason_codes),
        _ => {}
    }
}

fn of_limits(lines: &mut Lines, packet: v5::Packet<'_>) {
    let limits = strict_limits();
    for sender in [Side::Client, Side::Server] {
        if let Err(rule) = limits.check(sender, &packet) {
            display!(lines, "BrokenRule", rule);
            display!(lines, "Violation", rule.violation());
            display!(lines, "Statement", rule.statement());
        }
        match limits.encode(sender, &packet, &mut [0; SHORT]) {
            Ok(fitted) => debug!(lines, "v5::Fitted", fitted),
            Err(error) => display!(lines, "EncodeError", error),
        }
    }
}

fn of_forward(lines: &mut Lines, forward: Forward<'_>) {
    debug!(lines, "Forward", forward);
    for version in [Version::V3_1_1, Version::V5_0] {
        let outgoing = forward.outgoing(version, Delivery::AtMostOnce);
        debug!(lines, "Outgoing", outgoing);
        match forward.encode(&outgoing, &mut [0; 16]) {
            Ok(forwarded) => debug!(lines, "Forwarded", forwarded),
            Err(error) => display!(lines, "EncodeError", error),
        }
    }
}

fn to_v3(packet: v5::Packet<'_>) -> Result<(), NotInV3> {
    match packet {
        v5::Packet::Connect(connect) => connect.to_v3().map(|_| ()),
        v5::Packet::Connack(connack) => connack.to_v3().map(|_| ()),
        v5::Packet::Publish(publish) => publish.to_v3().map(|_| ()),
        v5::Packet::Puback(puback) => puback.to_v3().map(|_| ()),
        v5::Packet::Subscribe(subscribe) => subscribe.subscriptions.iter().try_for_each(|one| one.to_v3().map(|_| ())),
        v5::Packet::Unsuback(unsuback) => unsuback.to_v3().map(|_| ()),
        v5::Packet::Disconnect(disconnect) => disconnect.to_v3().map(|_| ()),
        _ => Ok(()),
    }
}

/// Between a client and a server that take as little as they may.
pub(crate) fn strict_limits() -> Limits {
    const ASKED: &[Property<'_>] = &[Property::RequestProblemInformation(false)];
    const GRANTED: &[Property<'_>] = &[
        Property::MaximumQoS(MaximumQoS::AtMostOnce),
        Property::RetainAvailable(false),
        Property::WildcardSubscriptionAvailable(false),
        Property::SubscriptionIdentifierAvailable(false),
        Property::SharedSubscriptionAvailable(false),
    ];
    let connect = v5::Connect { properties: Properties::new(ASKED), ..v5::Connect::new(text!("a")) };
    let connack = v5::Connack { properties: Properties::new(GRANTED), ..v5::Connack::new(v5::ReasonCode::Success) };
    Limits::new(&connect, &connack)
}
