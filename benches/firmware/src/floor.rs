//! What a program would write by hand for the same client of 3.1.1: safe Rust that checks no more than that the bytes are
//! there; with the feature `utf8` also that a topic is UTF-8.

use core::hint::black_box;

use crate::{EMPTY, Measured, decode, encode, encode_with_will, opaque, wire};

pub const OPERATIONS: &[Measured] = &[
    decode(b"decode PUBLISH", read, wire::v3::PUBLISH, 0x3200_0000 + 0x1234 + 25 + 32),
    decode(b"decode PUBACK", read, wire::v3::PUBACK, 0x4000_1234),
    decode(b"decode CONNACK", read, wire::v3::CONNACK, 0x2000_0100),
    decode(b"decode SUBACK", read, wire::v3::SUBACK, 0x9000_1235),
    decode(b"decode PINGRESP", read, wire::PINGRESP, 0xD000_0000),
    encode(b"encode CONNECT", connect, wire::v3::CONNECT),
    encode_with_will(b"encode CONNECT with a will", connect, wire::v3::CONNECT_WILL),
    encode(b"encode SUBSCRIBE", subscribe, wire::v3::SUBSCRIBE),
    encode(b"encode PUBLISH", publish, wire::v3::PUBLISH),
    encode(b"encode PUBACK", puback, wire::v3::PUBACK),
];

enum Packet<'a> {
    Connack { session_present: bool, return_code: u8 },
    Publish { flags: u8, topic: &'a [u8], packet_id: u16, payload: &'a [u8] },
    Acknowledgement { number: u8, packet_id: u16 },
    Suback { packet_id: u16, return_codes: &'a [u8] },
    Pingresp,
}

fn take_u16(bytes: &mut &[u8]) -> Option<u16> {
    let (value, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u16::from_be_bytes(*value))
}

#[inline(always)]
fn packet(input: &[u8]) -> Option<Packet<'_>> {
    let (first, mut rest) = input.split_first()?;
    let mut length = 0;
    let mut shift = 0;
    loop {
        let (byte, tail) = rest.split_first()?;
        rest = tail;
        length |= usize::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            break;
        }
        shift += 7;
        if shift == 28 {
            return None;
        }
    }
    let mut body = rest.get(..length)?;
    Some(match first >> 4 {
        2 => {
            let [flags, return_code] = take_u16(&mut body)?.to_be_bytes();
            Packet::Connack { session_present: flags != 0, return_code }
        }
        3 => {
            let length = usize::from(take_u16(&mut body)?);
            let (topic, mut payload) = body.split_at_checked(length)?;
            if cfg!(feature = "utf8") {
                core::str::from_utf8(topic).ok()?;
            }
            let packet_id = if first & 6 == 0 { 0 } else { take_u16(&mut payload)? };
            Packet::Publish { flags: first & 0x0F, topic, packet_id, payload }
        }
        9 => Packet::Suback { packet_id: take_u16(&mut body)?, return_codes: body },
        13 => Packet::Pingresp,
        number @ (4..=7 | 11) => Packet::Acknowledgement { number, packet_id: take_u16(&mut body)? },
        _ => return None,
    })
}

fn read(wire: &'static [u8], _: &mut [u8]) -> u32 {
    if EMPTY {
        return 0;
    }
    match packet(wire) {
        Some(Packet::Connack { session_present, return_code }) => {
            0x2000_0000 | u32::from(session_present) << 8 | u32::from(return_code)
        }
        Some(Packet::Publish { flags, topic, packet_id, payload }) => {
            black_box(topic.as_ptr());
            black_box(payload.as_ptr());
            let flags = u32::from(flags & 7) << 24;
            0x3000_0000 + flags + u32::from(packet_id) + topic.len() as u32 + payload.len() as u32
        }
        Some(Packet::Acknowledgement { number, packet_id }) => u32::from(number) << 28 | u32::from(packet_id),
        Some(Packet::Suback { packet_id, return_codes }) => {
            0x9000_0000 + u32::from(packet_id) + return_codes.iter().map(|code| u32::from(*code)).sum::<u32>()
        }
        Some(Packet::Pingresp) => 0xD000_0000,
        None => 1,
    }
}

struct Will {
    topic: &'static str,
    message: &'static [u8],
    qos: u8,
    retain: bool,
}

struct Inputs {
    client_id: &'static str,
    clean_session: bool,
    keep_alive: u16,
    will: Option<Will>,
    user_name: Option<&'static str>,
    password: Option<&'static [u8]>,
    subscriptions: &'static [(&'static str, u8)],
    packet_id: u16,
    retain: bool,
    topic: &'static str,
    payload: &'static [u8],
}

const WITHOUT_WILL: Inputs = Inputs {
    client_id: wire::CLIENT_ID,
    clean_session: true,
    keep_alive: 60,
    will: None,
    user_name: Some(wire::USER_NAME),
    password: Some(wire::PASSWORD),
    subscriptions: &[(wire::FILTER, 1)],
    packet_id: wire::PACKET_ID,
    retain: false,
    topic: wire::TOPIC,
    payload: wire::PAYLOAD,
};
const WILL: Will = Will { topic: wire::WILL_TOPIC, message: wire::WILL_MESSAGE, qos: 1, retain: true };
static INPUTS: [Inputs; 2] = [WITHOUT_WILL, Inputs { will: Some(WILL), ..WITHOUT_WILL }];

/// Looks before it writes.
struct Output<'b> {
    buffer: &'b mut [u8],
    length: usize,
}

impl Output<'_> {
    fn bytes(&mut self, bytes: &[u8]) -> Option<()> {
        let end = self.length + bytes.len();
        self.buffer.get_mut(self.length..end)?.copy_from_slice(bytes);
        self.length = end;
        Some(())
    }

    fn u8(&mut self, value: u8) -> Option<()> {
        *self.buffer.get_mut(self.length)? = value;
        self.length += 1;
        Some(())
    }

    fn u16(&mut self, value: u16) -> Option<()> {
        self.u8((value >> 8) as u8)?;
        self.u8(value as u8)
    }

    fn field(&mut self, bytes: &[u8]) -> Option<()> {
        self.u16(bytes.len() as u16)?;
        self.bytes(bytes)
    }

    fn header(&mut self, first: u8, mut length: usize) -> Option<()> {
        self.u8(first)?;
        while length > 127 {
            self.u8(length as u8 | 0x80)?;
            length >>= 7;
        }
        self.u8(length as u8)
    }
}

/// Operations that encode.
macro_rules! encoders {
    ($($name:ident: |$inputs:ident, $output:ident| $body:block)*) => { $(
        fn $name(reads: &'static [u8], buffer: &mut [u8]) -> u32 {
            fn write($inputs: &Inputs, $output: &mut Output<'_>) -> Option<()> $body

            let inputs = opaque(&INPUTS, reads);
            if EMPTY {
                return 0;
            }
            let mut output = Output { buffer, length: 0 };
            write(inputs, &mut output).map_or(0, |()| output.length as u32)
        }
    )* };
}

encoders! {
    connect: |inputs, output| {
        let Inputs { client_id, clean_session, keep_alive, will, user_name, password, .. } = inputs;
        let mut length = 12 + client_id.len();
        let mut flags = u8::from(*clean_session) << 1;
        if let Some(will) = will {
            length += 4 + will.topic.len() + will.message.len();
            flags |= 4 | will.qos << 3 | u8::from(will.retain) << 5;
        }
        if let Some(user_name) = user_name {
            length += 2 + user_name.len();
            flags |= 0x80;
        }
        if let Some(password) = password {
            length += 2 + password.len();
            flags |= 0x40;
        }
        output.header(0x10, length)?;
        output.bytes(b"\0\x04MQTT\x04")?;
        output.u8(flags)?;
        output.u16(*keep_alive)?;
        output.field(client_id.as_bytes())?;
        if let Some(will) = will {
            output.field(will.topic.as_bytes())?;
            output.field(will.message)?;
        }
        if let Some(user_name) = user_name {
            output.field(user_name.as_bytes())?;
        }
        if let Some(password) = password {
            output.field(password)?;
        }
        Some(())
    }
    subscribe: |inputs, output| {
        output.header(0x82, 2 + inputs.subscriptions.iter().map(|(filter, _)| 3 + filter.len()).sum::<usize>())?;
        output.u16(inputs.packet_id)?;
        for (filter, qos) in inputs.subscriptions {
            output.field(filter.as_bytes())?;
            output.u8(*qos)?;
        }
        Some(())
    }
    publish: |inputs, output| {
        output.header(0x32 | u8::from(inputs.retain), 4 + inputs.topic.len() + inputs.payload.len())?;
        output.field(inputs.topic.as_bytes())?;
        output.u16(inputs.packet_id)?;
        output.bytes(inputs.payload)
    }
    puback: |inputs, output| {
        output.header(0x40, 2)?;
        output.u16(inputs.packet_id)
    }
}
