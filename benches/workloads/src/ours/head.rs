//! mqtt-wire, when payloads pass it by: only the head of a PUBLISH of MQTT 3.1.1 is decoded, or written.

use mqtt_wire::{Decoder, Packet, SplitHead, Version, v3};

use crate::codec::{Decode, Encode};
use crate::ours::decoded;
use crate::ours::v3::V3;
use crate::reading::Reader;

/// Decodes and encodes heads.
pub struct Head;

impl Decode for Head {
    type Input = &'static [u8];

    fn input(bytes: &'static [u8]) -> Self::Input {
        bytes
    }

    fn decode(input: &mut Self::Input, reader: &mut impl Reader) {
        const DECODER: Decoder = Decoder::observer(Version::V3_1_1);
        let mut behind = *input;
        while let Ok(SplitHead::Complete { head, rest }) = DECODER.split_head(behind) {
            let Ok(Packet::V3(v3::Packet::Publish(publish))) = DECODER.decode_head(head) else {
                panic!("not a PUBLISH")
            };
            let (payload, rest) = rest.split_at(head.payload_len());
            reader.packet("PUBLISH");
            reader.check("DUP", Some(publish.delivery.dup()));
            reader.check("QoS", Some(publish.delivery.qos().value()));
            reader.check("retain", Some(publish.retain));
            reader.bytes("topic", publish.topic.as_bytes());
            reader.number("packet identifier", publish.delivery.packet_id().map_or(0, |id| id.get().into()));
            reader.bytes("payload", payload);
            behind = rest;
        }
        assert!(behind.is_empty());
    }
}

impl Encode for Head {
    type Packets = Vec<v3::Publish<'static>>;
    type Output = Vec<u8>;

    fn packets(bytes: &'static [u8]) -> Self::Packets {
        let publish = |packet| match packet {
            v3::Packet::Publish(publish) => publish,
            other => panic!("not a PUBLISH: {other:?}"),
        };
        decoded::<V3>(bytes).into_iter().map(publish).collect()
    }

    fn output(_: &Self::Packets, size: usize) -> Self::Output {
        vec![0; size]
    }

    /// Leaves room for the payloads, which are not written.
    fn encode(packets: &mut Self::Packets, output: &mut Self::Output) {
        let mut at = 0;
        for publish in packets.iter() {
            match publish.encode_head(publish.payload.len(), &mut output[at..]) {
                Ok(head) => at += head.len() + publish.payload.len(),
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// The heads that were written, with the payloads that would be sent from elsewhere.
    fn written(packets: &Self::Packets, output: &Self::Output) -> Vec<u8> {
        let mut bytes = Vec::new();
        for publish in packets {
            let head = publish.encode_head(publish.payload.len(), &mut [0; 64]).expect("it fits").len();
            bytes.extend(&output[bytes.len()..][..head]);
            bytes.extend(publish.payload);
        }
        bytes
    }
}
