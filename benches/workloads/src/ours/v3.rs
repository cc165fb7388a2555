//! mqtt-wire's packets of MQTT 3.1.1.

use mqtt_wire::v3::{Packet, Suback, Subscribe, Unsubscribe};
use mqtt_wire::{EncodeError, List, Version};

use crate::ours::Packets;
use crate::reading::Reader;

pub(super) struct V3;

impl Packets for V3 {
    const VERSION: Version = Version::V3_1_1;
    type Packet = Packet<'static>;

    #[inline(always)]
    fn read(packet: &mqtt_wire::Packet<'_>, reader: &mut impl Reader) {
        let mqtt_wire::Packet::V3(packet) = packet else { panic!("another version") };
        match packet {
            Packet::Connect(connect) => {
                reader.packet("CONNECT");
                reader.check("clean session", Some(connect.clean_session));
                reader.number("keep alive", connect.keep_alive.into());
                reader.bytes("client identifier", connect.client_id.as_bytes());
                if let Some(will) = &connect.will {
                    reader.bytes("will topic", will.topic.as_bytes());
                    reader.bytes("will payload", will.message);
                    reader.check("will QoS", Some(will.qos.value()));
                    reader.check("will retain", Some(will.retain));
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
                reader.number("code", connack.return_code.value().into());
            }
            Packet::Publish(publish) => {
                reader.packet("PUBLISH");
                reader.check("DUP", Some(publish.delivery.dup()));
                reader.check("QoS", Some(publish.delivery.qos().value()));
                reader.check("retain", Some(publish.retain));
                reader.bytes("topic", publish.topic.as_bytes());
                reader.number("packet identifier", publish.delivery.packet_id().map_or(0, |id| id.get().into()));
                reader.bytes("payload", publish.payload);
            }
            Packet::Puback(puback) => {
                reader.packet("PUBACK");
                reader.number("packet identifier", puback.packet_id.get().into());
            }
            Packet::Subscribe(subscribe) => {
                reader.packet("SUBSCRIBE");
                reader.number("packet identifier", subscribe.packet_id.get().into());
                for subscription in subscribe.subscriptions.iter() {
                    reader.bytes("topic filter", subscription.topic_filter.as_bytes());
                    reader.number("QoS", subscription.qos.value().into());
                }
            }
            Packet::Suback(suback) => {
                reader.packet("SUBACK");
                reader.number("packet identifier", suback.packet_id.get().into());
                suback.return_codes.iter().for_each(|code| reader.number("code", code.value().into()));
            }
            Packet::Unsubscribe(unsubscribe) => {
                reader.packet("UNSUBSCRIBE");
                reader.number("packet identifier", unsubscribe.packet_id.get().into());
                unsubscribe.topic_filters.iter().for_each(|filter| reader.bytes("topic filter", filter.as_bytes()));
            }
            Packet::Pingreq(_) => reader.packet("PINGREQ"),
            Packet::Pingresp(_) => reader.packet("PINGRESP"),
            Packet::Disconnect(_) => reader.packet("DISCONNECT"),
            Packet::Pubrec(_) | Packet::Pubrel(_) | Packet::Pubcomp(_) | Packet::Unsuback(_) => {
                panic!("no workload has such a packet")
            }
        }
    }

    fn packet(packet: mqtt_wire::Packet<'static>) -> Packet<'static> {
        match packet {
            mqtt_wire::Packet::V3(packet) => packet,
            other => panic!("another version: {other:?}"),
        }
    }

    fn with_slices(packet: Packet<'static>) -> Packet<'static> {
        match packet {
            Packet::Subscribe(subscribe) => {
                let subscriptions = List::new(subscribe.subscriptions.iter().collect::<Vec<_>>().leak());
                Packet::Subscribe(Subscribe { subscriptions, ..subscribe })
            }
            Packet::Suback(suback) => {
                let return_codes = List::new(suback.return_codes.iter().collect::<Vec<_>>().leak());
                Packet::Suback(Suback { return_codes, ..suback })
            }
            Packet::Unsubscribe(unsubscribe) => {
                let topic_filters = List::new(unsubscribe.topic_filters.iter().collect::<Vec<_>>().leak());
                Packet::Unsubscribe(Unsubscribe { topic_filters, ..unsubscribe })
            }
            other => other,
        }
    }

    #[inline(always)]
    fn encode<'b>(packet: &Packet<'static>, buffer: &'b mut [u8]) -> Result<&'b [u8], EncodeError> {
        packet.encode(buffer)
    }
}
