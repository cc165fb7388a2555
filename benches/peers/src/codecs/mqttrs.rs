//! mqttrs: packets of 3.1.1 that borrow. With its `std` feature: without it a list holds 5 filters, and W3 has 8.
//!
//! `decode_slice` does not say how long the packet was, so its end is looked for as well.

use mqttrs::{ConnectReturnCode, Packet, SubscribeReturnCodes, decode_slice, encode_slice};
use workloads::codec::{Decode, Encode};
use workloads::reading::Reader;

pub(super) struct V3;

impl Decode for V3 {
    type Input = &'static [u8];

    fn input(bytes: &'static [u8]) -> Self::Input {
        bytes
    }

    fn decode(input: &mut Self::Input, reader: &mut impl Reader) {
        let mut rest = *input;
        while !rest.is_empty() {
            match decode_slice(rest) {
                Ok(Some(packet)) => read(&packet, reader),
                Ok(None) => panic!("not whole"),
                Err(error) => panic!("{error}"),
            }
            rest = &rest[packet_size(rest)..];
        }
    }
}

fn packet_size(bytes: &[u8]) -> usize {
    let mut length = 0;
    for (i, byte) in bytes.iter().enumerate().take(5).skip(1) {
        length |= usize::from(byte & 0x7F) << (7 * (i - 1));
        if byte & 0x80 == 0 {
            return i + 1 + length;
        }
    }
    panic!("a length without an end");
}

impl Encode for V3 {
    type Packets = Vec<Packet<'static>>;
    type Output = (Vec<u8>, usize);

    fn packets(mut bytes: &'static [u8]) -> Self::Packets {
        let mut packets = Vec::new();
        while let Ok(Some(packet)) = decode_slice(bytes) {
            packets.push(packet);
            bytes = &bytes[packet_size(bytes)..];
        }
        packets
    }

    fn output(_: &Self::Packets, size: usize) -> Self::Output {
        (vec![0; size], 0)
    }

    fn encode(packets: &mut Self::Packets, output: &mut Self::Output) {
        let mut at = 0;
        for packet in packets {
            at += encode_slice(packet, &mut output.0[at..]).expect("it is good");
        }
        output.1 = at;
    }

    fn written(_: &Self::Packets, output: &Self::Output) -> Vec<u8> {
        output.0[..output.1].to_vec()
    }
}

#[inline(always)]
fn read(packet: &Packet<'_>, reader: &mut impl Reader) {
    match packet {
        Packet::Connect(connect) => {
            reader.packet("CONNECT");
            reader.check("clean session", Some(connect.clean_session));
            reader.number("keep alive", connect.keep_alive.into());
            reader.bytes("client identifier", connect.client_id.as_bytes());
            if let Some(will) = &connect.last_will {
                reader.bytes("will topic", will.topic.as_bytes());
                reader.bytes("will payload", will.message);
                reader.check("will QoS", Some(will.qos as u8));
                reader.check("will retain", Some(will.retain));
            }
            if let Some(user_name) = connect.username {
                reader.bytes("user name", user_name.as_bytes());
            }
            if let Some(password) = connect.password {
                reader.bytes("password", password);
            }
        }
        Packet::Connack(connack) => {
            reader.packet("CONNACK");
            reader.number("session present", connack.session_present.into());
            reader.number("code", if connack.code == ConnectReturnCode::Accepted { 0 } else { 1 });
        }
        Packet::Publish(publish) => {
            reader.packet("PUBLISH");
            reader.check("DUP", Some(publish.dup));
            reader.check("QoS", Some(publish.qospid.qos() as u8));
            reader.check("retain", Some(publish.retain));
            reader.bytes("topic", publish.topic_name.as_bytes());
            reader.number("packet identifier", publish.qospid.pid().map_or(0, |id| id.get().into()));
            reader.bytes("payload", publish.payload);
        }
        Packet::Puback(id) => {
            reader.packet("PUBACK");
            reader.number("packet identifier", id.get().into());
        }
        Packet::Subscribe(subscribe) => {
            reader.packet("SUBSCRIBE");
            reader.number("packet identifier", subscribe.pid.get().into());
            for topic in &subscribe.topics {
                reader.bytes("topic filter", topic.topic_path.as_bytes());
                reader.number("QoS", topic.qos as u64);
            }
        }
        Packet::Suback(suback) => {
            reader.packet("SUBACK");
            reader.number("packet identifier", suback.pid.get().into());
            for code in &suback.return_codes {
                reader.number(
                    "code",
                    match code {
                        SubscribeReturnCodes::Success(qos) => *qos as u64,
                        SubscribeReturnCodes::Failure => 0x80,
                    },
                );
            }
        }
        Packet::Unsubscribe(unsubscribe) => {
            reader.packet("UNSUBSCRIBE");
            reader.number("packet identifier", unsubscribe.pid.get().into());
            unsubscribe.topics.iter().for_each(|filter| reader.bytes("topic filter", filter.as_bytes()));
        }
        Packet::Pingreq => reader.packet("PINGREQ"),
        Packet::Pingresp => reader.packet("PINGRESP"),
        Packet::Disconnect => reader.packet("DISCONNECT"),
        _ => panic!("no workload has such a packet"),
    }
}
