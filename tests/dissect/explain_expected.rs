//! What the explanation of a packet must hold, made of what the crate decoded, with the names written down once more.

use mqtt_wire::v5::{Properties, Property, ReasonCode, Subscription};
use mqtt_wire::{Delivery, Frame, Packet, PacketId, PacketType, QoS, Version, v3, v5};

use crate::explain::{Field, Value};

/// A field's name, and what its bytes are.
pub type Expected<'a> = (String, Content<'a>);

#[derive(Debug)]
pub enum Content<'a> {
    /// A big-endian integer of so many bytes.
    Number(u32, usize),
    /// A Variable Byte Integer.
    Variable(u32),
    /// The very bytes that the decoded value borrows.
    Bytes(&'a [u8]),
    /// Bytes that are always these.
    Constant(&'static [u8]),
    /// Names and values from bit 7 on; None for bits that the decoder does not look at.
    Bits(Vec<(&'static str, Option<u8>)>),
    /// Not there, and that is legal.
    Nothing,
}

impl Content<'_> {
    pub fn is_in(&self, field: &Field) -> bool {
        match (self, &field.value) {
            (Content::Number(number, width), Value::Number(value)) => {
                let read = field.bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
                (value, read, field.bytes.len()) == (number, *number, *width)
            }
            (Content::Variable(number), Value::Variable { value, steps }) => {
                let sum = field.bytes.iter().rev().fold(0, |sum, byte| sum << 7 | u32::from(byte & 0x7F));
                let worked_out: u32 = steps.iter().map(|step| u32::from(step.value) * step.multiplier).sum();
                let continues = steps.iter().rev().skip(1).all(|step| step.continues);
                value.as_ref() == Some(number) && sum == *number && worked_out == *number && continues
            }
            (Content::Bytes(bytes), Value::Text(value) | Value::Data(value)) => {
                is_same(bytes, field.bytes) && is_same(bytes, value)
            }
            (Content::Constant(bytes), Value::Text(value)) => bytes == value && *value == field.bytes,
            (Content::Bits(expected), Value::Flags(bits)) => {
                let is_bit = |((name, value), bits): (&(&str, Option<u8>), &crate::explain::Bits)| {
                    bits.name == *name && value.is_none_or(|value| bits.value == value)
                };
                let whole = bits.iter().fold(0, |byte, bits| byte | bits.value << bits.low);
                let places = bits.iter().fold(8, |above, bits| if bits.high + 1 == above { bits.low } else { 99 });
                expected.len() == bits.len()
                    && expected.iter().zip(bits).all(is_bit)
                    && [whole] == *field.bytes
                    && places == 0
            }
            (Content::Nothing, Value::Omitted) => field.bytes.is_empty(),
            _ => false,
        }
    }
}

/// The same bytes at the same place. Of no bytes the place does not matter.
fn is_same(left: &[u8], right: &[u8]) -> bool {
    left == right && (left.is_empty() || left.as_ptr() == right.as_ptr())
}

/// Every field of a packet in wire order.
pub fn fields<'a>(packet: &Packet<'a>, frame: Frame<'a>, version: Version) -> Vec<Expected<'a>> {
    let mut fields = Fields { all: Vec::new(), version };
    fields.fixed_header(packet, frame);
    let is_short = |length| frame.remaining_length() < length;
    match packet {
        Packet::V3(packet) => fields.v3(packet, frame.body()),
        Packet::V5(packet) => fields.v5(packet, is_short),
    }
    fields.all
}

struct Fields<'a> {
    all: Vec<Expected<'a>>,
    version: Version,
}

const PUBLISH_FLAGS: [&str; 3] = ["DUP flag", "QoS level", "RETAIN"];

impl<'a> Fields<'a> {
    fn add(&mut self, name: &str, content: Content<'a>) {
        self.all.push((name.to_owned(), content));
    }

    fn number<T: Into<u32>>(&mut self, name: &str, number: T) {
        self.add(name, Content::Number(number.into(), size_of::<T>()));
    }

    fn string(&mut self, name: &str, bytes: &'a [u8]) {
        self.number(&format!("{name} Length"), bytes.len() as u16);
        self.add(name, Content::Bytes(bytes));
    }

    fn word(&self, name: &'static str, in_3_1: &'static str) -> &'static str {
        if self.version == Version::V3_1 { in_3_1 } else { name }
    }

    fn packet_id(&mut self, packet_id: PacketId) {
        self.number(self.word("Packet Identifier", "Message ID"), packet_id.get());
    }

    fn fixed_header(&mut self, packet: &Packet, frame: Frame) {
        let of_publish =
            |delivery: Delivery, retain: bool| [delivery.dup().into(), delivery.qos().value(), retain.into()].map(Some);
        let publish = match packet {
            Packet::V3(v3::Packet::Publish(publish)) => Some(of_publish(publish.delivery, publish.retain)),
            Packet::V5(v5::Packet::Publish(publish)) => Some(of_publish(publish.delivery, publish.retain)),
            _ => None,
        };
        let (unused, reserved) = (("unused", None), ("Reserved", Some(frame.flags())));
        let flags = match (publish, frame.packet_type(), self.version) {
            (Some(values), ..) => PUBLISH_FLAGS.into_iter().zip(values).collect(),
            (None, PacketType::Pubrel | PacketType::Subscribe | PacketType::Unsubscribe, Version::V3_1) => {
                vec![(PUBLISH_FLAGS[0], None), (PUBLISH_FLAGS[1], None), unused]
            }
            (None, _, Version::V3_1) => vec![unused],
            (None, ..) => vec![reserved],
        };
        let number = frame.packet_type() as u8;
        let packet_type = (self.word("MQTT Control Packet type", "Message Type"), Some(number));
        let name = self.word("Packet type and flags", "Message Type and flags");
        self.add(name, Content::Bits([vec![packet_type], flags].concat()));
        self.add("Remaining Length", Content::Variable(frame.remaining_length() as u32));
    }

    fn v3(&mut self, packet: &v3::Packet<'a>, body: &[u8]) {
        match packet {
            v3::Packet::Connect(packet) => self.connect_v3(packet, body),
            v3::Packet::Connack(packet) => {
                match self.version {
                    Version::V3_1 => self.number("Topic Name Compression Response", body[0]),
                    _ => self.acknowledge_flags(packet.session_present),
                }
                self.number("Connect Return code", packet.return_code.value());
            }
            v3::Packet::Publish(packet) => {
                self.string("Topic Name", packet.topic.as_bytes());
                packet.delivery.packet_id().into_iter().for_each(|packet_id| self.packet_id(packet_id));
                self.add(self.word("Application Message", "Payload"), Content::Bytes(packet.payload));
            }
            v3::Packet::Puback(v3::Puback { packet_id })
            | v3::Packet::Pubrec(v3::Pubrec { packet_id })
            | v3::Packet::Pubrel(v3::Pubrel { packet_id })
            | v3::Packet::Pubcomp(v3::Pubcomp { packet_id })
            | v3::Packet::Unsuback(v3::Unsuback { packet_id }) => self.packet_id(*packet_id),
            v3::Packet::Subscribe(packet) => {
                self.packet_id(packet.packet_id);
                let upper = if self.version == Version::V3_1 { ("unused", None) } else { ("Reserved", Some(0)) };
                for subscription in packet.subscriptions {
                    self.string(self.word("Topic Filter", "Topic name"), subscription.topic_filter.as_bytes());
                    let qos = ("QoS", Some(subscription.qos.value()));
                    self.add("Requested QoS", Content::Bits(vec![upper, qos]));
                }
            }
            v3::Packet::Suback(packet) => {
                self.packet_id(packet.packet_id);
                for return_code in packet.return_codes {
                    self.number(self.word("Return Code", "Granted QoS"), return_code.value());
                }
            }
            v3::Packet::Unsubscribe(packet) => {
                self.packet_id(packet.packet_id);
                for topic_filter in packet.topic_filters {
                    self.string(self.word("Topic Filter", "Topic Name"), topic_filter.as_bytes());
                }
            }
            v3::Packet::Pingreq(_) | v3::Packet::Pingresp(_) | v3::Packet::Disconnect(_) => {}
        }
    }

    /// Name, level and flags of a CONNECT.
    fn protocol(
        &mut self,
        will: Option<(QoS, bool)>,
        session: (&'static str, bool),
        user_name: Option<bool>,
        password: Option<bool>,
    ) {
        let name = self.version.protocol_name().as_bytes();
        self.number("Protocol Name Length", name.len() as u16);
        self.add("Protocol Name", Content::Constant(name));
        let name = if self.version == Version::V3_1_1 { "Protocol Level" } else { "Protocol Version" };
        self.number(name, self.version.protocol_level());
        let is_3_1 = self.version == Version::V3_1;
        let unless_ignored = |value| if is_3_1 && will.is_none() { None } else { Some(value) };
        let (qos, retain) = will.map_or((0, 0), |(qos, retain)| (qos.value(), retain.into()));
        self.add(
            "Connect Flags",
            Content::Bits(vec![
                ("User Name Flag", user_name.map(u8::from)),
                ("Password Flag", password.map(u8::from)),
                (self.word("Will Retain", "Will RETAIN"), unless_ignored(retain)),
                ("Will QoS", unless_ignored(qos)),
                ("Will Flag", Some(will.is_some().into())),
                (session.0, Some(session.1.into())),
                if is_3_1 { ("unused", None) } else { ("Reserved", Some(0)) },
            ]),
        );
    }

    fn connect_v3(&mut self, packet: &v3::Connect<'a>, body: &[u8]) {
        let v3::Connect { client_id, will, user_name, password, .. } = packet;
        // Flags of 3.1 may announce what is not there: then the packet ends before it.
        let flags = body[2 + self.version.protocol_name().as_bytes().len() + 1];
        let (announces_user_name, announces_password) = (flags & 0x80 != 0, flags & 0x40 != 0);
        let of_will = will.map(|will| (will.qos, will.retain));
        let session = ("Clean Session", packet.clean_session);
        self.protocol(of_will, session, Some(announces_user_name), Some(announces_password));
        self.number(self.word("Keep Alive", "Keep Alive timer"), packet.keep_alive);
        self.string("Client Identifier", client_id.as_bytes());
        if let Some(will) = will {
            self.string("Will Topic", will.topic.as_bytes());
            self.string("Will Message", will.message);
        }
        for (name, announced, bytes) in [
            ("User Name", announces_user_name, user_name.map(|user_name| user_name.as_bytes())),
            ("Password", announces_password, *password),
        ] {
            match bytes {
                Some(bytes) => self.string(name, bytes),
                None if announced => self.add(name, Content::Nothing),
                None => {}
            }
        }
    }

    fn acknowledge_flags(&mut self, session_present: bool) {
        let bits = vec![("Reserved", Some(0)), ("Session Present", Some(session_present.into()))];
        self.add("Connect Acknowledge Flags", Content::Bits(bits));
    }

    fn v5(&mut self, packet: &v5::Packet<'a>, is_short: impl Fn(usize) -> bool) {
        match packet {
            v5::Packet::Connect(packet) => self.connect_v5(packet),
            v5::Packet::Connack(packet) => {
                self.acknowledge_flags(packet.session_present);
                self.number("Connect Reason Code", packet.reason_code.value());
                self.properties(&packet.properties);
            }
            v5::Packet::Publish(packet) => {
                self.string("Topic Name", packet.topic.map_or(&[], |topic| topic.as_bytes()));
                packet.delivery.packet_id().into_iter().for_each(|packet_id| self.packet_id(packet_id));
                self.properties(&packet.properties);
                self.add("Application Message", Content::Bytes(packet.payload));
            }
            v5::Packet::Puback(v5::Puback { packet_id, reason_code, properties }) => {
                self.acknowledgement("PUBACK Reason Code", *packet_id, *reason_code, properties, is_short);
            }
            v5::Packet::Pubrec(v5::Pubrec { packet_id, reason_code, properties }) => {
                self.acknowledgement("PUBREC Reason Code", *packet_id, *reason_code, properties, is_short);
            }
            v5::Packet::Pubrel(v5::Pubrel { packet_id, reason_code, properties }) => {
                self.acknowledgement("PUBREL Reason Code", *packet_id, *reason_code, properties, is_short);
            }
            v5::Packet::Pubcomp(v5::Pubcomp { packet_id, reason_code, properties }) => {
                self.acknowledgement("PUBCOMP Reason Code", *packet_id, *reason_code, properties, is_short);
            }
            v5::Packet::Subscribe(packet) => {
                self.packet_id(packet.packet_id);
                self.properties(&packet.properties);
                packet.subscriptions.iter().for_each(|subscription| self.subscription(subscription));
            }
            v5::Packet::Suback(v5::Suback { packet_id, properties, reason_codes })
            | v5::Packet::Unsuback(v5::Unsuback { packet_id, properties, reason_codes }) => {
                self.packet_id(*packet_id);
                self.properties(properties);
                reason_codes.iter().for_each(|reason_code| self.number("Reason Code", reason_code.value()));
            }
            v5::Packet::Unsubscribe(packet) => {
                self.packet_id(packet.packet_id);
                self.properties(&packet.properties);
                packet.topic_filters.iter().for_each(|filter| self.string("Topic Filter", filter.as_bytes()));
            }
            v5::Packet::Disconnect(v5::Disconnect { reason_code, properties }) => {
                self.reason("Disconnect Reason Code", *reason_code, properties, is_short);
            }
            v5::Packet::Auth(v5::Auth { reason_code, properties }) => {
                self.reason("Authenticate Reason Code", *reason_code, properties, is_short);
            }
            v5::Packet::Pingreq(_) | v5::Packet::Pingresp(_) => {}
        }
    }

    fn connect_v5(&mut self, packet: &v5::Connect<'a>) {
        let v5::Connect { client_id, will, user_name, password, .. } = packet;
        let of_will = will.map(|will| (will.qos, will.retain));
        let session = ("Clean Start", packet.clean_start);
        self.protocol(of_will, session, Some(user_name.is_some()), Some(password.is_some()));
        self.number("Keep Alive", packet.keep_alive);
        self.properties(&packet.properties);
        self.string("Client Identifier", client_id.as_bytes());
        if let Some(will) = will {
            self.properties(&will.properties);
            self.string("Will Topic", will.topic.as_bytes());
            self.string("Will Payload", will.payload);
        }
        user_name.iter().for_each(|user_name| self.string("User Name", user_name.as_bytes()));
        password.iter().for_each(|password| self.string("Password", password));
    }

    fn acknowledgement(
        &mut self,
        name: &str,
        packet_id: PacketId,
        reason_code: ReasonCode,
        properties: &Properties<'a>,
        is_short: impl Fn(usize) -> bool,
    ) {
        self.packet_id(packet_id);
        self.reason(name, reason_code, properties, |length| is_short(length + 2));
    }

    /// `is_short` tells whether that many bytes have no room in the packet.
    fn reason(
        &mut self,
        name: &str,
        reason_code: ReasonCode,
        properties: &Properties<'a>,
        is_short: impl Fn(usize) -> bool,
    ) {
        match is_short(1) {
            true => self.add(name, Content::Nothing),
            false => self.number(name, reason_code.value()),
        }
        match is_short(2) {
            true => self.add("Property Length", Content::Nothing),
            false => self.properties(properties),
        }
    }

    fn subscription(&mut self, subscription: Subscription<'a>) {
        self.string("Topic Filter", subscription.topic_filter.as_bytes());
        self.add(
            "Subscription Options",
            Content::Bits(vec![
                ("Reserved", Some(0)),
                ("Retain Handling", Some(subscription.retain_handling.value())),
                ("Retain As Published", Some(subscription.retain_as_published.into())),
                ("No Local", Some(subscription.no_local.into())),
                ("Maximum QoS", Some(subscription.qos.value())),
            ]),
        );
    }

    fn properties(&mut self, properties: &Properties<'a>) {
        let before = self.all.len();
        for property in properties {
            self.property(property);
        }
        let width = |(_, content): &Expected| match content {
            Content::Number(_, width) => *width,
            Content::Variable(value) => 1 + [0x80, 0x4000, 0x20_0000].iter().filter(|least| value >= least).count(),
            Content::Bytes(bytes) => bytes.len(),
            Content::Constant(_) | Content::Bits(_) | Content::Nothing => unreachable!("no property is made of these"),
        };
        let length = self.all[before..].iter().map(width).sum::<usize>();
        self.all.insert(before, ("Property Length".to_owned(), Content::Variable(length as u32)));
    }

    fn property(&mut self, property: Property<'a>) {
        self.number("Identifier", property.id());
        let name = property.name();
        match property {
            Property::PayloadFormatIndicator(flag)
            | Property::RequestProblemInformation(flag)
            | Property::RequestResponseInformation(flag)
            | Property::RetainAvailable(flag)
            | Property::WildcardSubscriptionAvailable(flag)
            | Property::SubscriptionIdentifierAvailable(flag)
            | Property::SharedSubscriptionAvailable(flag) => self.number(name, flag),
            Property::MaximumQoS(maximum) => self.number(name, maximum as u8),
            Property::ServerKeepAlive(number) | Property::TopicAliasMaximum(number) => self.number(name, number),
            Property::ReceiveMaximum(number) | Property::TopicAlias(number) => self.number(name, number.get()),
            Property::MessageExpiryInterval(number)
            | Property::SessionExpiryInterval(number)
            | Property::WillDelayInterval(number) => self.number(name, number),
            Property::MaximumPacketSize(number) => self.number(name, number.get()),
            Property::SubscriptionIdentifier(identifier) => self.add(name, Content::Variable(identifier.get())),
            Property::ContentType(text)
            | Property::AssignedClientIdentifier(text)
            | Property::AuthenticationMethod(text)
            | Property::ResponseInformation(text)
            | Property::ServerReference(text)
            | Property::ReasonString(text) => self.string(name, text.as_bytes()),
            Property::ResponseTopic(topic) => self.string(name, topic.as_bytes()),
            Property::CorrelationData(bytes) | Property::AuthenticationData(bytes) => self.string(name, bytes),
            Property::UserProperty((key, value)) => {
                self.string("User Property Name", key.as_bytes());
                self.string("User Property Value", value.as_bytes());
            }
        }
    }
}
