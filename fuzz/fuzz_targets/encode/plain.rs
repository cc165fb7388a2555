//! The fields of a packet one behind the other, by whatever rule they go.

use crate::model::variable_byte_integer;
use mqtt_wire::v5::{Properties, Property};
use mqtt_wire::{Delivery, List, Packet, PacketId, QoS, v3, v5};

/// All of a packet; of the forms of 5.0 the longest. None: something is too long for its field.
pub fn packet(packet: &Packet<'_>) -> Option<Vec<u8>> {
    let mut plain = Plain { bytes: Vec::new(), too_long: false };
    let flags = match packet {
        Packet::V3(packet) => plain.v3(packet),
        Packet::V5(packet) => plain.v5(packet),
    };
    let first = (packet.packet_type() as u8) << 4 | flags;
    (!plain.too_long).then(|| [&[first], &length(plain.bytes.len())[..], &plain.bytes].concat())
}

/// A Variable Byte Integer.
fn length(value: usize) -> Vec<u8> {
    let (bytes, size) = variable_byte_integer(u32::try_from(value).expect("no input makes a packet so long"));
    bytes[..size].to_vec()
}

fn of_delivery(delivery: Delivery, retain: bool) -> u8 {
    u8::from(delivery.dup()) << 3 | delivery.qos().value() << 1 | u8::from(retain)
}

struct Plain {
    bytes: Vec<u8>,
    too_long: bool,
}

impl Plain {
    fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    fn packet_id(&mut self, packet_id: PacketId) {
        self.bytes.extend(packet_id.get().to_be_bytes());
    }

    fn field(&mut self, bytes: &[u8]) {
        match u16::try_from(bytes.len()) {
            Ok(length) => self.bytes.extend(length.to_be_bytes()),
            Err(_) => self.too_long = true,
        }
        self.bytes.extend(bytes);
    }

    fn fields<'a>(&mut self, fields: impl IntoIterator<Item = &'a [u8]>) {
        fields.into_iter().for_each(|field| self.field(field));
    }

    fn properties(&mut self, properties: Properties<'_>) {
        let mut block = Plain { bytes: Vec::new(), too_long: false };
        properties.iter().for_each(|property| block.property(property));
        self.too_long |= block.too_long;
        self.bytes.extend(length(block.bytes.len()));
        self.bytes.extend(block.bytes);
    }

    fn property(&mut self, property: Property<'_>) {
        use Property as P;
        self.byte(property.id());
        match property {
            P::PayloadFormatIndicator(bit)
            | P::RequestProblemInformation(bit)
            | P::RequestResponseInformation(bit)
            | P::RetainAvailable(bit)
            | P::WildcardSubscriptionAvailable(bit)
            | P::SubscriptionIdentifierAvailable(bit)
            | P::SharedSubscriptionAvailable(bit) => self.byte(bit.into()),
            P::MaximumQoS(maximum) => self.byte(QoS::from(maximum).value()),
            P::ServerKeepAlive(value) | P::TopicAliasMaximum(value) => self.bytes.extend(value.to_be_bytes()),
            P::ReceiveMaximum(value) | P::TopicAlias(value) => self.bytes.extend(value.get().to_be_bytes()),
            P::MessageExpiryInterval(value) | P::SessionExpiryInterval(value) | P::WillDelayInterval(value) => {
                self.bytes.extend(value.to_be_bytes());
            }
            P::MaximumPacketSize(value) => self.bytes.extend(value.get().to_be_bytes()),
            P::SubscriptionIdentifier(value) => self.bytes.extend(length(value.get() as usize)),
            P::ContentType(text)
            | P::AssignedClientIdentifier(text)
            | P::AuthenticationMethod(text)
            | P::ResponseInformation(text)
            | P::ServerReference(text)
            | P::ReasonString(text) => self.field(text.as_bytes()),
            P::ResponseTopic(name) => self.field(name.as_bytes()),
            P::CorrelationData(data) | P::AuthenticationData(data) => self.field(data),
            P::UserProperty((name, value)) => self.fields([name.as_bytes(), value.as_bytes()]),
        }
    }

    fn message(&mut self, topic: &[u8], delivery: Delivery) {
        self.field(topic);
        if let Some(packet_id) = delivery.packet_id() {
            self.packet_id(packet_id);
        }
    }

    fn answer(&mut self, packet_id: PacketId, reason_code: v5::ReasonCode, properties: Properties<'_>) {
        self.packet_id(packet_id);
        self.byte(reason_code.value());
        self.properties(properties);
    }

    fn answers(&mut self, packet_id: PacketId, properties: Properties<'_>, codes: List<'_, v5::ReasonCode>) {
        self.packet_id(packet_id);
        self.properties(properties);
        codes.iter().for_each(|code| self.byte(code.value()));
    }

    /// Writes the body, and gives the flags of the first byte.
    fn v3(&mut self, packet: &v3::Packet<'_>) -> u8 {
        use v3::Packet as P;
        match packet {
            P::Connect(connect) => {
                let (name, level): (&[u8], _) = match connect.edition {
                    v3::Edition::V3_1 => (b"MQIsdp", 3),
                    v3::Edition::V3_1_1 => (b"MQTT", 4),
                };
                self.field(name);
                self.byte(level);
                let (user_name, password) = (connect.user_name.is_some(), connect.password.is_some());
                let will = connect.will.map(|will| (will.qos, will.retain));
                self.byte(connect_flags(connect.clean_session, will, user_name, password));
                self.bytes.extend(connect.keep_alive.to_be_bytes());
                self.field(connect.client_id.as_bytes());
                self.fields(connect.will.iter().flat_map(|will| [will.topic.as_bytes(), will.message]));
                self.fields(connect.user_name.map(|user_name| user_name.as_bytes()));
                self.fields(connect.password);
            }
            P::Connack(connack) => {
                self.bytes.extend([connack.session_present.into(), connack.return_code.value()]);
            }
            P::Publish(publish) => {
                self.message(publish.topic.as_bytes(), publish.delivery);
                self.bytes.extend(publish.payload);
                return of_delivery(publish.delivery, publish.retain);
            }
            P::Puback(packet) => self.packet_id(packet.packet_id),
            P::Pubrec(packet) => self.packet_id(packet.packet_id),
            P::Pubrel(packet) => self.packet_id(packet.packet_id),
            P::Pubcomp(packet) => self.packet_id(packet.packet_id),
            P::Unsuback(packet) => self.packet_id(packet.packet_id),
            P::Subscribe(subscribe) => {
                self.packet_id(subscribe.packet_id);
                for subscription in subscribe.subscriptions {
                    self.field(subscription.topic_filter.as_bytes());
                    self.byte(subscription.qos.value());
                }
            }
            P::Suback(suback) => {
                self.packet_id(suback.packet_id);
                suback.return_codes.iter().for_each(|code| self.byte(code.value()));
            }
            P::Unsubscribe(unsubscribe) => {
                self.packet_id(unsubscribe.packet_id);
                self.fields(unsubscribe.topic_filters.iter().map(|filter| filter.as_bytes()).collect::<Vec<_>>());
            }
            P::Pingreq(_) | P::Pingresp(_) | P::Disconnect(_) => {}
        }
        fixed_flags(packet.packet_type() as u8)
    }

    /// Writes the body, and gives the flags of the first byte.
    fn v5(&mut self, packet: &v5::Packet<'_>) -> u8 {
        use v5::Packet as P;
        match packet {
            P::Connect(connect) => {
                self.field(b"MQTT");
                self.byte(5);
                let (user_name, password) = (connect.user_name.is_some(), connect.password.is_some());
                let will = connect.will.map(|will| (will.qos, will.retain));
                self.byte(connect_flags(connect.clean_start, will, user_name, password));
                self.bytes.extend(connect.keep_alive.to_be_bytes());
                self.properties(connect.properties);
                self.field(connect.client_id.as_bytes());
                if let Some(will) = connect.will {
                    self.properties(will.properties);
                    self.fields([will.topic.as_bytes(), will.payload]);
                }
                self.fields(connect.user_name.map(|user_name| user_name.as_bytes()));
                self.fields(connect.password);
            }
            P::Connack(connack) => {
                self.bytes.extend([connack.session_present.into(), connack.reason_code.value()]);
                self.properties(connack.properties);
            }
            P::Publish(publish) => {
                self.message(publish.topic.map_or(b"", |topic| topic.as_bytes()), publish.delivery);
                self.properties(publish.properties);
                self.bytes.extend(publish.payload);
                return of_delivery(publish.delivery, publish.retain);
            }
            P::Puback(packet) => self.answer(packet.packet_id, packet.reason_code, packet.properties),
            P::Pubrec(packet) => self.answer(packet.packet_id, packet.reason_code, packet.properties),
            P::Pubrel(packet) => self.answer(packet.packet_id, packet.reason_code, packet.properties),
            P::Pubcomp(packet) => self.answer(packet.packet_id, packet.reason_code, packet.properties),
            P::Subscribe(subscribe) => {
                self.packet_id(subscribe.packet_id);
                self.properties(subscribe.properties);
                for subscription in subscribe.subscriptions {
                    self.field(subscription.topic_filter.as_bytes());
                    let [no_local, retain_as_published] =
                        [subscription.no_local, subscription.retain_as_published].map(u8::from);
                    let retain_handling = subscription.retain_handling.value();
                    self.byte(
                        subscription.qos.value() | no_local << 2 | retain_as_published << 3 | retain_handling << 4,
                    );
                }
            }
            P::Suback(packet) => self.answers(packet.packet_id, packet.properties, packet.reason_codes),
            P::Unsuback(packet) => self.answers(packet.packet_id, packet.properties, packet.reason_codes),
            P::Unsubscribe(unsubscribe) => {
                self.packet_id(unsubscribe.packet_id);
                self.properties(unsubscribe.properties);
                self.fields(unsubscribe.topic_filters.iter().map(|filter| filter.as_bytes()).collect::<Vec<_>>());
            }
            P::Disconnect(disconnect) => {
                self.byte(disconnect.reason_code.value());
                self.properties(disconnect.properties);
            }
            // A success without properties has one form only: what has a Property Length has a method in it.
            P::Auth(auth) if auth.reason_code.value() == 0 && auth.properties.is_empty() => {}
            P::Auth(auth) => {
                self.byte(auth.reason_code.value());
                self.properties(auth.properties);
            }
            P::Pingreq(_) | P::Pingresp(_) => {}
        }
        fixed_flags(packet.packet_type() as u8)
    }
}

fn connect_flags(clean: bool, will: Option<(QoS, bool)>, user_name: bool, password: bool) -> u8 {
    let will = will.map_or(0, |(qos, retain)| 1 << 2 | qos.value() << 3 | u8::from(retain) << 5);
    u8::from(user_name) << 7 | u8::from(password) << 6 | will | u8::from(clean) << 1
}

/// PUBREL, SUBSCRIBE and UNSUBSCRIBE have one bit set.
fn fixed_flags(packet_type: u8) -> u8 {
    if matches!(packet_type, 6 | 8 | 10) { 2 } else { 0 }
}
