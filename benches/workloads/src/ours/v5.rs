//! mqtt-wire's packets of MQTT 5.0.

use std::hint::black_box;

use mqtt_wire::v5::{Connack, Connect, Packet, Properties, Property, Publish, Subscribe, Will};
use mqtt_wire::{EncodeError, List, Version};

use crate::ours::Packets;
use crate::reading::{Reader, property};

/// Reads what every timed run reads.
pub(super) struct V5;

/// Reads every property that the packet could have, by its getter, besides.
pub(super) struct ByGetters;

impl Packets for V5 {
    const VERSION: Version = Version::V5_0;
    type Packet = Packet<'static>;

    #[inline(always)]
    fn read(packet: &mqtt_wire::Packet<'_>, reader: &mut impl Reader) {
        let mqtt_wire::Packet::V5(packet) = packet else { panic!("another version") };
        match packet {
            Packet::Connect(connect) => {
                reader.packet("CONNECT");
                reader.check("clean session", Some(connect.clean_start));
                reader.number("keep alive", connect.keep_alive.into());
                reader.bytes("client identifier", connect.client_id.as_bytes());
                properties(&connect.properties, reader);
                if let Some(will) = &connect.will {
                    reader.bytes("will topic", will.topic.as_bytes());
                    reader.bytes("will payload", will.payload);
                    reader.check("will QoS", Some(will.qos.value()));
                    reader.check("will retain", Some(will.retain));
                    properties(&will.properties, reader);
                }
                if let Some(user_name) = connect.user_name {
                    reader.bytes("user name", user_name.as_bytes());
                }
                if let Some(password) = connect.password {
                    reader.bytes("password", password);
                }
            }
            Packet::Connack(connack) => {
                reader.packet("CONNACK");
                reader.number("session present", connack.session_present.into());
                reader.number("code", connack.reason_code.value().into());
                properties(&connack.properties, reader);
            }
            Packet::Publish(publish) => {
                reader.packet("PUBLISH");
                reader.check("DUP", Some(publish.delivery.dup()));
                reader.check("QoS", Some(publish.delivery.qos().value()));
                reader.check("retain", Some(publish.retain));
                reader.bytes("topic", publish.topic.map_or(&[], |topic| topic.as_bytes()));
                reader.number("packet identifier", publish.delivery.packet_id().map_or(0, |id| id.get().into()));
                properties(&publish.properties, reader);
                reader.bytes("payload", publish.payload);
            }
            Packet::Subscribe(subscribe) => {
                reader.packet("SUBSCRIBE");
                reader.number("packet identifier", subscribe.packet_id.get().into());
                properties(&subscribe.properties, reader);
                for subscription in subscribe.subscriptions.iter() {
                    reader.bytes("topic filter", subscription.topic_filter.as_bytes());
                    reader.number("QoS", subscription.qos.value().into());
                }
            }
            _ => panic!("no workload has such a packet"),
        }
    }

    fn packet(packet: mqtt_wire::Packet<'static>) -> Packet<'static> {
        match packet {
            mqtt_wire::Packet::V5(packet) => packet,
            other => panic!("another version: {other:?}"),
        }
    }

    fn with_slices(packet: Packet<'static>) -> Packet<'static> {
        let slices = |properties: Properties<'static>| {
            let properties: &'static [Property<'static>] = properties.iter().collect::<Vec<_>>().leak();
            Properties::new(properties)
        };
        match packet {
            Packet::Connect(connect) => Packet::Connect(Connect {
                properties: slices(connect.properties),
                will: connect.will.map(|will| Will { properties: slices(will.properties), ..will }),
                ..connect
            }),
            Packet::Connack(connack) => Packet::Connack(Connack { properties: slices(connack.properties), ..connack }),
            Packet::Publish(publish) => Packet::Publish(Publish { properties: slices(publish.properties), ..publish }),
            Packet::Subscribe(subscribe) => Packet::Subscribe(Subscribe {
                properties: slices(subscribe.properties),
                subscriptions: List::new(subscribe.subscriptions.iter().collect::<Vec<_>>().leak()),
                ..subscribe
            }),
            other => other,
        }
    }

    #[inline(always)]
    fn encode<'b>(packet: &Packet<'static>, buffer: &'b mut [u8]) -> Result<&'b [u8], EncodeError> {
        packet.encode(buffer)
    }
}

#[inline(always)]
fn properties(properties: &Properties<'_>, reader: &mut impl Reader) {
    user_properties(properties, reader);
    all_others(properties, reader);
}

#[inline(always)]
fn user_properties(properties: &Properties<'_>, reader: &mut impl Reader) {
    for (name, value) in properties.user_properties() {
        reader.user_property(name.as_bytes(), value.as_bytes());
    }
}

#[inline(always)]
fn all_others<R: Reader>(properties: &Properties<'_>, reader: &mut R) {
    if !R::CHECKS {
        return;
    }
    for property in properties {
        let name = property::name_of(property.id());
        match property {
            Property::PayloadFormatIndicator(value)
            | Property::RequestProblemInformation(value)
            | Property::RequestResponseInformation(value)
            | Property::RetainAvailable(value)
            | Property::WildcardSubscriptionAvailable(value)
            | Property::SubscriptionIdentifierAvailable(value)
            | Property::SharedSubscriptionAvailable(value) => reader.number(name, value.into()),
            Property::ServerKeepAlive(value) | Property::TopicAliasMaximum(value) => reader.number(name, value.into()),
            Property::ReceiveMaximum(value) | Property::TopicAlias(value) => reader.number(name, value.get().into()),
            Property::MessageExpiryInterval(value)
            | Property::SessionExpiryInterval(value)
            | Property::WillDelayInterval(value) => reader.number(name, value.into()),
            Property::MaximumPacketSize(value) => reader.number(name, value.get().into()),
            Property::SubscriptionIdentifier(value) => reader.number(name, value.get().into()),
            Property::MaximumQoS(value) => reader.number(name, value as u64),
            Property::ContentType(text)
            | Property::AssignedClientIdentifier(text)
            | Property::AuthenticationMethod(text)
            | Property::ResponseInformation(text)
            | Property::ServerReference(text)
            | Property::ReasonString(text) => reader.bytes(name, text.as_bytes()),
            Property::ResponseTopic(topic) => reader.bytes(name, topic.as_bytes()),
            Property::CorrelationData(data) | Property::AuthenticationData(data) => reader.bytes(name, data),
            Property::UserProperty(_) => {}
        }
    }
}

/// Calls every getter, and keeps the compiler from forgetting what it gave.
macro_rules! call {
    ($properties:expr, $($getter:ident)*) => {{ $(let _ = black_box($properties.$getter());)* }};
}

impl Packets for ByGetters {
    const VERSION: Version = Version::V5_0;
    type Packet = Packet<'static>;

    #[inline(always)]
    fn read(packet: &mqtt_wire::Packet<'_>, reader: &mut impl Reader) {
        V5::read(packet, reader);
        let mqtt_wire::Packet::V5(packet) = packet else { panic!("another version") };
        match packet {
            Packet::Connect(connect) => {
                call!(connect.properties, session_expiry_interval receive_maximum maximum_packet_size topic_alias_maximum
                    request_response_information request_problem_information authentication_method authentication_data);
                if let Some(will) = &connect.will {
                    call!(will.properties, will_delay_interval payload_format_indicator message_expiry_interval
                        content_type response_topic correlation_data);
                }
            }
            Packet::Connack(connack) => {
                call!(connack.properties, session_expiry_interval receive_maximum maximum_qos retain_available
                    maximum_packet_size assigned_client_identifier topic_alias_maximum reason_string
                    wildcard_subscription_available subscription_identifier_available shared_subscription_available
                    server_keep_alive response_information server_reference authentication_method authentication_data);
            }
            Packet::Publish(publish) => {
                call!(publish.properties, payload_format_indicator message_expiry_interval topic_alias response_topic
                    correlation_data subscription_identifier content_type);
            }
            Packet::Subscribe(subscribe) => call!(subscribe.properties, subscription_identifier),
            _ => panic!("no workload has such a packet"),
        }
    }

    fn packet(packet: mqtt_wire::Packet<'static>) -> Packet<'static> {
        V5::packet(packet)
    }

    fn with_slices(packet: Packet<'static>) -> Packet<'static> {
        V5::with_slices(packet)
    }

    #[inline(always)]
    fn encode<'b>(packet: &Packet<'static>, buffer: &'b mut [u8]) -> Result<&'b [u8], EncodeError> {
        V5::encode(packet, buffer)
    }
}
