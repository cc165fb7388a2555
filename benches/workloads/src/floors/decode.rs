//! Decoding by hand. Lists and property blocks stay bytes until they are read.

use std::str::from_utf8;

use crate::codec::Decode;
use crate::reading::{Reader, property};

/// Reads fixed headers and skips what they count.
pub struct FrameWalk;

impl Decode for FrameWalk {
    type Input = &'static [u8];

    fn input(bytes: &'static [u8]) -> Self::Input {
        bytes
    }

    fn decode(input: &mut Self::Input, reader: &mut impl Reader) {
        let mut rest = *input;
        while let Some((first, body)) = frame(&mut rest) {
            reader.number("first byte", first.into());
            reader.number("length", body.len() as u64);
        }
    }
}

/// Decodes with the least that a codec must do.
pub struct HandMin<const V5: bool>;

impl<const V5: bool> Decode for HandMin<V5> {
    type Input = &'static [u8];

    fn input(bytes: &'static [u8]) -> Self::Input {
        bytes
    }

    fn decode(input: &mut Self::Input, reader: &mut impl Reader) {
        let mut rest = *input;
        while !rest.is_empty() {
            let done = packet::<V5>(&mut rest).and_then(|packet| packet.read::<V5>(reader));
            done.expect("the packets are good");
        }
    }
}

/// The first byte and the body of the next packet.
#[inline(always)]
pub(super) fn frame<'a>(rest: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let first = byte(rest)?;
    let body = block(rest)?;
    Some((first, body))
}

#[derive(Clone, Copy)]
pub(super) struct Connect<'a> {
    pub(super) flags: u8,
    pub(super) keep_alive: u16,
    pub(super) properties: &'a [u8],
    pub(super) client_id: &'a str,
    pub(super) will: Option<Will<'a>>,
    pub(super) user_name: Option<&'a str>,
    pub(super) password: Option<&'a [u8]>,
}

#[derive(Clone, Copy)]
pub(super) struct Will<'a> {
    pub(super) properties: &'a [u8],
    pub(super) topic: &'a str,
    pub(super) payload: &'a [u8],
}

#[derive(Clone, Copy)]
pub(super) enum Packet<'a> {
    Connect(Connect<'a>),
    Connack { flags: u8, code: u8, properties: &'a [u8] },
    Publish { first: u8, topic: &'a str, packet_id: u16, properties: &'a [u8], payload: &'a [u8] },
    Acknowledgement { first: u8, packet_id: u16 },
    Subscribe { packet_id: u16, properties: &'a [u8], list: &'a [u8] },
    Suback { packet_id: u16, codes: &'a [u8] },
    Unsubscribe { packet_id: u16, list: &'a [u8] },
    Empty { first: u8 },
}

#[inline(always)]
pub(super) fn packet<'a, const V5: bool>(rest: &mut &'a [u8]) -> Option<Packet<'a>> {
    let (first, mut body) = frame(rest)?;
    let b = &mut body;
    Some(match first >> 4 {
        1 => {
            let _protocol_name = field(b)?;
            let _level = byte(b)?;
            let flags = byte(b)?;
            Packet::Connect(Connect {
                flags,
                keep_alive: two_bytes(b)?,
                properties: properties::<V5>(b)?,
                client_id: text(b)?,
                will: match flags & 4 {
                    0 => None,
                    _ => Some(Will { properties: properties::<V5>(b)?, topic: text(b)?, payload: field(b)? }),
                },
                user_name: if flags & 0x80 != 0 { Some(text(b)?) } else { None },
                password: if flags & 0x40 != 0 { Some(field(b)?) } else { None },
            })
        }
        2 => Packet::Connack { flags: byte(b)?, code: byte(b)?, properties: properties::<V5>(b)? },
        3 => {
            let topic = text(b)?;
            let packet_id = if first & 6 != 0 { two_bytes(b)? } else { 0 };
            Packet::Publish { first, topic, packet_id, properties: properties::<V5>(b)?, payload: body }
        }
        8 => Packet::Subscribe { packet_id: two_bytes(b)?, properties: properties::<V5>(b)?, list: body },
        9 => Packet::Suback { packet_id: two_bytes(b)?, codes: body },
        10 => Packet::Unsubscribe { packet_id: two_bytes(b)?, list: body },
        12..=14 => Packet::Empty { first },
        _ => Packet::Acknowledgement { first, packet_id: two_bytes(b)? },
    })
}

impl Packet<'_> {
    #[inline(always)]
    fn read<const V5: bool>(&self, reader: &mut impl Reader) -> Option<()> {
        match *self {
            Packet::Connect(ref connect) => {
                reader.packet("CONNECT");
                reader.check("clean session", Some(connect.flags >> 1 & 1));
                reader.number("keep alive", connect.keep_alive.into());
                reader.bytes("client identifier", connect.client_id.as_bytes());
                read_properties::<V5>(connect.properties, reader)?;
                if let Some(will) = &connect.will {
                    reader.bytes("will topic", will.topic.as_bytes());
                    reader.bytes("will payload", will.payload);
                    reader.check("will QoS", Some(connect.flags >> 3 & 3));
                    reader.check("will retain", Some(connect.flags >> 5 & 1));
                    read_properties::<V5>(will.properties, reader)?;
                }
                if let Some(user_name) = connect.user_name {
                    reader.bytes("user name", user_name.as_bytes());
                }
                if let Some(password) = connect.password {
                    reader.bytes("password", password);
                }
            }
            Packet::Connack { flags, code, properties } => {
                reader.packet("CONNACK");
                reader.number("session present", flags.into());
                reader.number("code", code.into());
                read_properties::<V5>(properties, reader)?;
            }
            Packet::Publish { first, topic, packet_id, properties, payload } => {
                reader.packet("PUBLISH");
                reader.check("DUP", Some(first >> 3 & 1));
                reader.check("QoS", Some(first >> 1 & 3));
                reader.check("retain", Some(first & 1));
                reader.bytes("topic", topic.as_bytes());
                reader.number("packet identifier", packet_id.into());
                read_properties::<V5>(properties, reader)?;
                reader.bytes("payload", payload);
            }
            Packet::Acknowledgement { packet_id, .. } => {
                reader.packet("PUBACK");
                reader.number("packet identifier", packet_id.into());
            }
            Packet::Subscribe { packet_id, properties, mut list } => {
                reader.packet("SUBSCRIBE");
                reader.number("packet identifier", packet_id.into());
                read_properties::<V5>(properties, reader)?;
                while !list.is_empty() {
                    reader.bytes("topic filter", text(&mut list)?.as_bytes());
                    reader.number("QoS", byte(&mut list)?.into());
                }
            }
            Packet::Suback { packet_id, codes } => {
                reader.packet("SUBACK");
                reader.number("packet identifier", packet_id.into());
                codes.iter().for_each(|&code| reader.number("code", code.into()));
            }
            Packet::Unsubscribe { packet_id, mut list } => {
                reader.packet("UNSUBSCRIBE");
                reader.number("packet identifier", packet_id.into());
                while !list.is_empty() {
                    reader.bytes("topic filter", text(&mut list)?.as_bytes());
                }
            }
            Packet::Empty { first } => reader.packet(match first >> 4 {
                12 => "PINGREQ",
                13 => "PINGRESP",
                _ => "DISCONNECT",
            }),
        }
        Some(())
    }
}

/// A value of a property, by its layout.
pub(super) enum Value<'a> {
    Byte(u8),
    TwoBytes(u16),
    FourBytes(u32),
    Variable(usize),
    Text(&'a str),
    Data(&'a [u8]),
    Pair(&'a str, &'a str),
}

#[inline(always)]
pub(super) fn value<'a>(id: u8, block: &mut &'a [u8]) -> Option<Value<'a>> {
    Some(match id {
        0x26 => Value::Pair(text(block)?, text(block)?),
        0x03 | 0x08 | 0x12 | 0x15 | 0x1A | 0x1C | 0x1F => Value::Text(text(block)?),
        0x09 | 0x16 => Value::Data(field(block)?),
        0x0B => Value::Variable(variable(block)?),
        0x02 | 0x11 | 0x18 | 0x27 => Value::FourBytes(u32::from_be_bytes(array(block)?)),
        0x13 | 0x21 | 0x22 | 0x23 => Value::TwoBytes(two_bytes(block)?),
        _ => Value::Byte(byte(block)?),
    })
}

#[inline(always)]
fn read_properties<const V5: bool>(mut block: &[u8], reader: &mut impl Reader) -> Option<()> {
    while V5 && !block.is_empty() {
        let id = byte(&mut block)?;
        let name = property::name_of(id);
        match value(id, &mut block)? {
            Value::Byte(value) => reader.check(name, Some(value)),
            Value::TwoBytes(value) => reader.check(name, Some(value)),
            Value::FourBytes(value) => reader.check(name, Some(value)),
            Value::Variable(value) => reader.check(name, Some(value as u64)),
            Value::Text(value) => reader.check_bytes(name, Some(value.as_bytes())),
            Value::Data(value) => reader.check_bytes(name, Some(value)),
            Value::Pair(name, value) => reader.user_property(name.as_bytes(), value.as_bytes()),
        }
    }
    Some(())
}

#[inline(always)]
fn properties<'a, const V5: bool>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    if V5 { block(rest) } else { Some(&[]) }
}

/// A length and so many bytes.
#[inline(always)]
fn block<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = variable(rest)?;
    take(rest, length)
}

#[inline(always)]
pub(super) fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    from_utf8(field(rest)?).ok()
}

#[inline(always)]
fn field<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = two_bytes(rest)?;
    take(rest, length.into())
}

#[inline(always)]
fn variable(rest: &mut &[u8]) -> Option<usize> {
    let mut value = 0;
    for shift in [0, 7, 14, 21] {
        let next = byte(rest)?;
        value |= usize::from(next & 0x7F) << shift;
        if next & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[inline(always)]
fn two_bytes(rest: &mut &[u8]) -> Option<u16> {
    array(rest).map(u16::from_be_bytes)
}

#[inline(always)]
pub(super) fn byte(rest: &mut &[u8]) -> Option<u8> {
    array::<1>(rest).map(|[byte]| byte)
}

#[inline(always)]
fn array<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(*head)
}

#[inline(always)]
fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(head)
}
