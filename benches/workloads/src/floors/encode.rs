//! Encoding by hand, into a buffer that is known to be large enough: lengths first, then the fields.

use crate::codec::Encode;
use crate::floors::decode::{Connect, HandMin, Packet, Value, byte, frame, packet, text, value};

/// Copies finished packets.
pub struct Copy;

impl Encode for Copy {
    type Packets = Vec<&'static [u8]>;
    type Output = (Vec<u8>, usize);

    fn packets(bytes: &'static [u8]) -> Self::Packets {
        let mut packets = Vec::new();
        let mut rest = bytes;
        let mut behind = bytes;
        while frame(&mut behind).is_some() {
            let (packet, tail) = rest.split_at(rest.len() - behind.len());
            packets.push(packet);
            rest = tail;
        }
        packets
    }

    fn output(_: &Self::Packets, size: usize) -> Self::Output {
        (vec![0; size], 0)
    }

    fn encode(packets: &mut Self::Packets, output: &mut Self::Output) {
        let mut writer = Writer { buffer: &mut output.0, at: 0 };
        packets.iter().for_each(|packet| writer.bytes(packet));
        output.1 = writer.at;
    }

    fn written(_: &Self::Packets, output: &Self::Output) -> Vec<u8> {
        output.0[..output.1].to_vec()
    }
}

/// A packet with its lists as a program would have them.
pub struct Outgoing<'a> {
    packet: Packet<'a>,
    filters: Vec<(&'a str, u8)>,
    properties: Vec<(u8, Value<'a>)>,
    will_properties: Vec<(u8, Value<'a>)>,
}

impl<const V5: bool> Encode for HandMin<V5> {
    type Packets = Vec<Outgoing<'static>>;
    type Output = (Vec<u8>, usize);

    fn packets(mut bytes: &'static [u8]) -> Self::Packets {
        let mut packets = Vec::new();
        while let Some(packet) = packet::<V5>(&mut bytes) {
            packets.push(outgoing(packet));
        }
        packets
    }

    fn output(_: &Self::Packets, size: usize) -> Self::Output {
        (vec![0; size], 0)
    }

    fn encode(packets: &mut Self::Packets, output: &mut Self::Output) {
        let mut writer = Writer { buffer: &mut output.0, at: 0 };
        packets.iter().for_each(|packet| packet.write::<V5>(&mut writer));
        output.1 = writer.at;
    }

    fn written(_: &Self::Packets, output: &Self::Output) -> Vec<u8> {
        output.0[..output.1].to_vec()
    }
}

fn outgoing(packet: Packet<'static>) -> Outgoing<'static> {
    let (mut list, has_qos, block, will_block): (&[u8], _, &[u8], &[u8]) = match packet {
        Packet::Connect(connect) => (&[], false, connect.properties, connect.will.map_or(&[], |will| will.properties)),
        Packet::Connack { properties, .. } | Packet::Publish { properties, .. } => (&[], false, properties, &[]),
        Packet::Subscribe { properties, list, .. } => (list, true, properties, &[]),
        Packet::Unsubscribe { list, .. } => (list, false, &[], &[]),
        _ => (&[], false, &[], &[]),
    };
    let mut filters = Vec::new();
    while !list.is_empty() {
        let filter = text(&mut list).expect("the list is good");
        filters.push((filter, if has_qos { byte(&mut list).expect("the list is good") } else { 0 }));
    }
    let properties = |mut block: &'static [u8]| {
        let mut properties = Vec::new();
        while let Some(id) = byte(&mut block) {
            properties.push((id, value(id, &mut block).expect("the block is good")));
        }
        properties
    };
    Outgoing { packet, filters, properties: properties(block), will_properties: properties(will_block) }
}

impl Outgoing<'_> {
    #[inline(always)]
    fn write<const V5: bool>(&self, writer: &mut Writer<'_>) {
        let properties = &Block::new::<V5>(&self.properties);
        match self.packet {
            Packet::Connect(ref connect) => self.write_connect::<V5>(connect, writer),
            Packet::Connack { flags, code, .. } => {
                writer.header(0x20, 2 + properties.total::<V5>());
                writer.bytes(&[flags, code]);
                writer.properties::<V5>(properties);
            }
            Packet::Publish { first, topic, packet_id, payload, .. } => {
                let has_id = first & 6 != 0;
                writer.header(
                    first,
                    2 + topic.len() + if has_id { 2 } else { 0 } + properties.total::<V5>() + payload.len(),
                );
                writer.field(topic.as_bytes());
                if has_id {
                    writer.two_bytes(packet_id);
                }
                writer.properties::<V5>(properties);
                writer.bytes(payload);
            }
            Packet::Acknowledgement { first, packet_id } => {
                writer.header(first, 2);
                writer.two_bytes(packet_id);
            }
            Packet::Subscribe { packet_id, .. } => {
                let filters: usize = self.filters.iter().map(|(filter, _)| filter.len() + 3).sum();
                writer.header(0x82, 2 + properties.total::<V5>() + filters);
                writer.two_bytes(packet_id);
                writer.properties::<V5>(properties);
                for (filter, qos) in &self.filters {
                    writer.field(filter.as_bytes());
                    writer.byte(*qos);
                }
            }
            Packet::Suback { packet_id, codes } => {
                writer.header(0x90, 2 + codes.len());
                writer.two_bytes(packet_id);
                codes.iter().for_each(|&code| writer.byte(code));
            }
            Packet::Unsubscribe { packet_id, .. } => {
                let filters: usize = self.filters.iter().map(|(filter, _)| filter.len() + 2).sum();
                writer.header(0xA2, 2 + filters);
                writer.two_bytes(packet_id);
                self.filters.iter().for_each(|(filter, _)| writer.field(filter.as_bytes()));
            }
            Packet::Empty { first } => writer.header(first, 0),
        }
    }

    #[inline(always)]
    fn write_connect<const V5: bool>(&self, connect: &Connect<'_>, writer: &mut Writer<'_>) {
        let properties = &Block::new::<V5>(&self.properties);
        let will_properties = &Block::new::<V5>(&self.will_properties);
        let mut size = 12 + properties.total::<V5>() + connect.client_id.len();
        if let Some(will) = &connect.will {
            size += 4 + will_properties.total::<V5>() + will.topic.len() + will.payload.len();
        }
        size += connect.user_name.map_or(0, |user_name| 2 + user_name.len());
        size += connect.password.map_or(0, |password| 2 + password.len());

        writer.header(0x10, size);
        writer.bytes(&[0, 4, b'M', b'Q', b'T', b'T', if V5 { 5 } else { 4 }, connect.flags]);
        writer.two_bytes(connect.keep_alive);
        writer.properties::<V5>(properties);
        writer.field(connect.client_id.as_bytes());
        if let Some(will) = &connect.will {
            writer.properties::<V5>(will_properties);
            writer.field(will.topic.as_bytes());
            writer.field(will.payload);
        }
        if let Some(user_name) = connect.user_name {
            writer.field(user_name.as_bytes());
        }
        if let Some(password) = connect.password {
            writer.field(password);
        }
    }
}

/// Properties, counted once.
struct Block<'a> {
    properties: &'a [(u8, Value<'a>)],
    size: usize,
}

impl<'a> Block<'a> {
    #[inline(always)]
    fn new<const V5: bool>(properties: &'a [(u8, Value<'a>)]) -> Block<'a> {
        Block { properties, size: if V5 { size_of(properties) } else { 0 } }
    }

    /// With the Property Length, where there is one.
    #[inline(always)]
    fn total<const V5: bool>(&self) -> usize {
        if V5 { size_of_variable(self.size) + self.size } else { 0 }
    }
}

fn size_of(properties: &[(u8, Value<'_>)]) -> usize {
    properties
        .iter()
        .map(|(_, value)| match value {
            Value::Byte(_) => 2,
            Value::TwoBytes(_) => 3,
            Value::FourBytes(_) => 5,
            Value::Variable(value) => 1 + size_of_variable(*value),
            Value::Text(text) => 3 + text.len(),
            Value::Data(data) => 3 + data.len(),
            Value::Pair(name, value) => 5 + name.len() + value.len(),
        })
        .sum()
}

fn size_of_variable(value: usize) -> usize {
    match value {
        0..=0x7F => 1,
        0x80..=0x3FFF => 2,
        0x4000..=0x1F_FFFF => 3,
        _ => 4,
    }
}

struct Writer<'b> {
    buffer: &'b mut [u8],
    at: usize,
}

impl Writer<'_> {
    #[inline(always)]
    fn bytes(&mut self, bytes: &[u8]) {
        self.buffer[self.at..][..bytes.len()].copy_from_slice(bytes);
        self.at += bytes.len();
    }

    #[inline(always)]
    fn byte(&mut self, byte: u8) {
        self.buffer[self.at] = byte;
        self.at += 1;
    }

    #[inline(always)]
    fn two_bytes(&mut self, value: u16) {
        self.bytes(&value.to_be_bytes());
    }

    #[inline(always)]
    fn field(&mut self, bytes: &[u8]) {
        self.two_bytes(bytes.len() as u16);
        self.bytes(bytes);
    }

    #[inline(always)]
    fn variable(&mut self, mut value: usize) {
        while value > 127 {
            self.byte(value as u8 | 0x80);
            value >>= 7;
        }
        self.byte(value as u8);
    }

    #[inline(always)]
    fn header(&mut self, first: u8, remaining_length: usize) {
        self.byte(first);
        self.variable(remaining_length);
    }

    fn properties<const V5: bool>(&mut self, block: &Block<'_>) {
        if !V5 {
            return;
        }
        self.variable(block.size);
        for (id, value) in block.properties {
            self.byte(*id);
            match *value {
                Value::Byte(value) => self.byte(value),
                Value::TwoBytes(value) => self.two_bytes(value),
                Value::FourBytes(value) => self.bytes(&value.to_be_bytes()),
                Value::Variable(value) => self.variable(value),
                Value::Text(text) => self.field(text.as_bytes()),
                Value::Data(data) => self.field(data),
                Value::Pair(name, value) => {
                    self.field(name.as_bytes());
                    self.field(value.as_bytes());
                }
            }
        }
    }
}
