//! The properties of MQTT 5.0 as bytes, from the standard and not from the crate: which there are, and where they may stand.

use std::num::{NonZeroU16, NonZeroU32};

use mqtt_wire::v5::{self, MaximumQoS, Properties, Property, ReasonCode, SubscriptionIdentifier};
use mqtt_wire::{Decoder, PacketId, QoS, TopicFilter, Version, text, topic_filter, topic_name};

use crate::statements::{decoders, hex, packet};

/// How a value stands on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A byte, 0 or 1.
    Byte,
    TwoByte,
    FourByte,
    VariableByte,
    String,
    Binary,
    Pair,
}

/// Identifier, layout, and a property, its identifier included, as bytes and as a value: all 27.
#[rustfmt::skip]
pub const PROPERTIES: [(u8, Layout, &str, Property<'static>); 27] = [
    (0x01, Layout::Byte, "01 01", Property::PayloadFormatIndicator(true)),
    (0x02, Layout::FourByte, "02 00000000", Property::MessageExpiryInterval(0)),
    (0x03, Layout::String, "03 0001'c'", Property::ContentType(text!("c"))),
    (0x08, Layout::String, "08 0001'r'", Property::ResponseTopic(topic_name!("r"))),
    (0x09, Layout::Binary, "09 0002 00FF", Property::CorrelationData(&[0x00, 0xFF])),
    (0x0B, Layout::VariableByte, "0B 01", Property::SubscriptionIdentifier(SubscriptionIdentifier::new(1).unwrap())),
    (0x11, Layout::FourByte, "11 FFFFFFFF", Property::SessionExpiryInterval(u32::MAX)),
    (0x12, Layout::String, "12 0001'i'", Property::AssignedClientIdentifier(text!("i"))),
    (0x13, Layout::TwoByte, "13 0000", Property::ServerKeepAlive(0)),
    (0x15, Layout::String, "15 0001'm'", Property::AuthenticationMethod(text!("m"))),
    (0x16, Layout::Binary, "16 0002 00FF", Property::AuthenticationData(&[0x00, 0xFF])),
    (0x17, Layout::Byte, "17 00", Property::RequestProblemInformation(false)),
    (0x18, Layout::FourByte, "18 00000001", Property::WillDelayInterval(1)),
    (0x19, Layout::Byte, "19 01", Property::RequestResponseInformation(true)),
    (0x1A, Layout::String, "1A 0001'a'", Property::ResponseInformation(text!("a"))),
    (0x1C, Layout::String, "1C 0001's'", Property::ServerReference(text!("s"))),
    (0x1F, Layout::String, "1F 0001'r'", Property::ReasonString(text!("r"))),
    (0x21, Layout::TwoByte, "21 0001", Property::ReceiveMaximum(NonZeroU16::MIN)),
    (0x22, Layout::TwoByte, "22 0000", Property::TopicAliasMaximum(0)),
    (0x23, Layout::TwoByte, "23 0001", Property::TopicAlias(NonZeroU16::MIN)),
    (0x24, Layout::Byte, "24 01", Property::MaximumQoS(MaximumQoS::AtLeastOnce)),
    (0x25, Layout::Byte, "25 00", Property::RetainAvailable(false)),
    (0x26, Layout::Pair, "26 0001'n' 0001'v'", Property::UserProperty((text!("n"), text!("v")))),
    (0x27, Layout::FourByte, "27 00000001", Property::MaximumPacketSize(NonZeroU32::MIN)),
    (0x28, Layout::Byte, "28 00", Property::WildcardSubscriptionAvailable(false)),
    (0x29, Layout::Byte, "29 00", Property::SubscriptionIdentifierAvailable(false)),
    (0x2A, Layout::Byte, "2A 00", Property::SharedSubscriptionAvailable(false)),
];

/// A place for properties: the section that lists them, the packet around them, and the identifiers that either side may
/// put there, a client alone, or a server alone.
#[derive(Clone, Copy)]
pub struct Block {
    pub name: &'static str,
    pub section: &'static str,
    first: u8,
    before: &'static str,
    behind: &'static str,
    pub either: &'static [u8],
    pub client: &'static [u8],
    pub server: &'static [u8],
    value: for<'a> fn(Properties<'a>) -> v5::Packet<'a>,
}

const ID: PacketId = PacketId::FIRST;
const FILTER: TopicFilter<'static> = topic_filter!("a");
const CONNECT: v5::Connect<'static> = v5::Connect::new(text!("c"));

/// All 14.
#[rustfmt::skip]
pub const BLOCKS: [Block; 14] = [
    Block { name: "CONNECT", section: "3.1.2.11", first: 0x10, before: "0004'MQTT' 05 02 003C", behind: "0001'c'",
        either: &[0x11, 0x15, 0x16, 0x17, 0x19, 0x21, 0x22, 0x26, 0x27], client: &[], server: &[],
        value: |properties| v5::Connect { properties, ..CONNECT }.into() },
    Block { name: "will", section: "3.1.3.2", first: 0x10, before: "0004'MQTT' 05 06 003C 00 0001'c'", behind: "0001'w' 0001'p'",
        either: &[0x01, 0x02, 0x03, 0x08, 0x09, 0x18, 0x26], client: &[], server: &[],
        value: |properties| {
            let (qos, topic) = (QoS::AtMostOnce, topic_name!("w"));
            v5::Connect { will: Some(v5::Will { qos, retain: false, properties, topic, payload: b"p" }), ..CONNECT }.into()
        } },
    Block { name: "CONNACK", section: "3.2.2.3", first: 0x20, before: "00 00", behind: "",
        either: &[0x11, 0x12, 0x13, 0x15, 0x16, 0x1A, 0x1C, 0x1F, 0x21, 0x22, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A],
        client: &[], server: &[],
        value: |properties| v5::Connack { properties, ..v5::Connack::new(ReasonCode::Success) }.into() },
    Block { name: "PUBLISH", section: "3.3.2.3", first: 0x30, before: "0001'a'", behind: "'x'",
        either: &[0x01, 0x02, 0x03, 0x08, 0x09, 0x23, 0x26], client: &[], server: &[0x0B],
        value: |properties| v5::Publish { properties, ..v5::Publish::new(topic_name!("a"), b"x") }.into() },
    Block { name: "PUBACK", section: "3.4.2.2", first: 0x40, before: "0001 00", behind: "",
        either: &[0x1F, 0x26], client: &[], server: &[],
        value: |properties| v5::Puback { properties, ..v5::Puback::new(ID) }.into() },
    Block { name: "PUBREC", section: "3.5.2.2", first: 0x50, before: "0001 00", behind: "",
        either: &[0x1F, 0x26], client: &[], server: &[],
        value: |properties| v5::Pubrec { properties, ..v5::Pubrec::new(ID) }.into() },
    Block { name: "PUBREL", section: "3.6.2.2", first: 0x62, before: "0001 00", behind: "",
        either: &[0x1F, 0x26], client: &[], server: &[],
        value: |properties| v5::Pubrel { properties, ..v5::Pubrel::new(ID) }.into() },
    Block { name: "PUBCOMP", section: "3.7.2.2", first: 0x70, before: "0001 00", behind: "",
        either: &[0x1F, 0x26], client: &[], server: &[],
        value: |properties| v5::Pubcomp { properties, ..v5::Pubcomp::new(ID) }.into() },
    Block { name: "SUBSCRIBE", section: "3.8.2.1", first: 0x82, before: "0001", behind: "0001'a' 00",
        either: &[0x0B, 0x26], client: &[], server: &[],
        value: |properties| {
            const SUBSCRIPTIONS: &[v5::Subscription<'_>] = &[v5::Subscription::new(FILTER, QoS::AtMostOnce)];
            v5::Subscribe { properties, ..v5::Subscribe::new(ID, SUBSCRIPTIONS) }.into()
        } },
    Block { name: "SUBACK", section: "3.9.2.1", first: 0x90, before: "0001", behind: "00",
        either: &[0x1F, 0x26], client: &[], server: &[],
        value: |properties| v5::Suback { properties, ..v5::Suback::new(ID, &[ReasonCode::Success]) }.into() },
    Block { name: "UNSUBSCRIBE", section: "3.10.2.1", first: 0xA2, before: "0001", behind: "0001'a'",
        either: &[0x26], client: &[], server: &[],
        value: |properties| v5::Unsubscribe { packet_id: ID, properties, topic_filters: (&[FILTER]).into() }.into() },
    Block { name: "UNSUBACK", section: "3.11.2.1", first: 0xB0, before: "0001", behind: "00",
        either: &[0x1F, 0x26], client: &[], server: &[],
        value: |properties| v5::Unsuback { properties, ..v5::Unsuback::new(ID, &[ReasonCode::Success]) }.into() },
    Block { name: "DISCONNECT", section: "3.14.2.2", first: 0xE0, before: "00", behind: "",
        either: &[0x1F, 0x26], client: &[0x11], server: &[0x1C],
        value: |properties| v5::Disconnect { properties, ..v5::Disconnect::new(ReasonCode::Success) }.into() },
    Block { name: "AUTH", section: "3.15.2.2", first: 0xF0, before: "18", behind: "",
        either: &[0x15, 0x16, 0x1F, 0x26], client: &[], server: &[],
        value: |properties| v5::Auth { reason_code: ReasonCode::ContinueAuthentication, properties }.into() },
];

impl Block {
    /// The packet with these bytes behind a Property Length that counts them.
    pub fn packet(&self, properties: &[u8]) -> Vec<u8> {
        // A Property Length is laid out as a Remaining Length is.
        self.around(&packet(0, properties)[1..])
    }

    /// The packet with these bytes where its Property Length and properties stand.
    pub fn around(&self, block: &[u8]) -> Vec<u8> {
        packet(self.first, &[&hex(self.before)[..], block, &hex(self.behind)].concat())
    }

    /// The byte of the first property, in a packet of which both lengths take a byte.
    pub fn first_property(&self) -> usize {
        2 + hex(self.before).len() + 1
    }

    /// Those who take the property there: nobody, if no side may put it there.
    pub fn receivers(&self, id: u8) -> Vec<Decoder> {
        let (client, server) = (Decoder::client(Version::V5_0), Decoder::server(Version::V5_0));
        let may_send = |ids: &[u8]| self.either.contains(&id) || ids.contains(&id);
        let mut receivers = decoders(Version::V5_0, &[self.first]);
        receivers.retain(|decoder| match decoder {
            _ if *decoder == client => may_send(self.server),
            _ if *decoder == server => may_send(self.client),
            _ => may_send(self.client) || may_send(self.server),
        });
        receivers
    }

    /// What stands before a property for it to be good: AUTH names a method, and data has one.
    pub fn company(&self, id: u8) -> Vec<u8> {
        let needs_method = id == 0x16 && self.either.contains(&0x16) || self.name == "AUTH" && id != 0x15;
        hex(if needs_method { "15 0001'm'" } else { "" })
    }

    /// The packet that [`packet`](Self::packet) is, as a value.
    pub fn value<'a>(&self, properties: Properties<'a>) -> v5::Packet<'a> {
        (self.value)(properties)
    }
}
