//! What mqtt-wire has read.

use mqtt_wire::{Delivery, List, ListElement, Packet, PacketId, TopicFilter, Version, v3, v5};

use crate::fields::{Field, Fields};

pub(crate) fn fields(packet: &Packet<'_>) -> Fields {
    let mut fields = Fields::of(packet.packet_type().name());
    match packet {
        Packet::V3(packet) => of_v3(packet, &mut fields),
        Packet::V5(packet) => of_v5(packet, &mut fields),
    }
    fields
}

fn of_v3(packet: &v3::Packet<'_>, fields: &mut Fields) {
    match packet {
        v3::Packet::Connect(connect) => {
            fields.add("level", Version::from(connect.edition).protocol_level());
            fields.add("clean", connect.clean_session);
            fields.add("keep alive", connect.keep_alive);
            fields.add("client identifier", connect.client_id.as_bytes());
            if let Some(will) = connect.will {
                let mut of_will = Fields::default();
                of_will.add("topic", will.topic.as_bytes());
                of_will.add("payload", will.message);
                of_will.add("QoS", will.qos.value());
                of_will.add("retain", will.retain);
                fields.add_will(of_will);
            }
            fields.add("user name", connect.user_name.map(|name| name.as_bytes()));
            fields.add("password", connect.password);
        }
        v3::Packet::Connack(connack) => {
            fields.add("session present", connack.session_present);
            fields.add("code", connack.return_code.value());
        }
        v3::Packet::Publish(publish) => {
            delivery(publish.delivery, fields);
            fields.add("retain", publish.retain);
            fields.add("topic", publish.topic.as_bytes());
            fields.add("payload", publish.payload);
        }
        v3::Packet::Puback(v3::Puback { packet_id })
        | v3::Packet::Pubrec(v3::Pubrec { packet_id })
        | v3::Packet::Pubrel(v3::Pubrel { packet_id })
        | v3::Packet::Pubcomp(v3::Pubcomp { packet_id })
        | v3::Packet::Unsuback(v3::Unsuback { packet_id }) => id(*packet_id, fields),
        v3::Packet::Subscribe(subscribe) => {
            id(subscribe.packet_id, fields);
            for subscription in &subscribe.subscriptions {
                fields.add("topic filter", subscription.topic_filter.as_bytes());
                fields.add("QoS", subscription.qos.value());
            }
        }
        v3::Packet::Suback(suback) => {
            id(suback.packet_id, fields);
            each(&suback.return_codes, "code", fields, v3::SubscribeReturnCode::value);
        }
        v3::Packet::Unsubscribe(unsubscribe) => {
            id(unsubscribe.packet_id, fields);
            topic_filters(&unsubscribe.topic_filters, fields);
        }
        v3::Packet::Pingreq(_) | v3::Packet::Pingresp(_) | v3::Packet::Disconnect(_) => {}
    }
}

fn of_v5(packet: &v5::Packet<'_>, fields: &mut Fields) {
    match packet {
        v5::Packet::Connect(connect) => {
            fields.add("level", 5_u8);
            fields.add("clean", connect.clean_start);
            fields.add("keep alive", connect.keep_alive);
            properties(connect.properties, fields);
            fields.add("client identifier", connect.client_id.as_bytes());
            if let Some(will) = connect.will {
                let mut of_will = Fields::default();
                of_will.add("topic", will.topic.as_bytes());
                of_will.add("payload", will.payload);
                of_will.add("QoS", will.qos.value());
                of_will.add("retain", will.retain);
                properties(will.properties, &mut of_will);
                fields.add_will(of_will);
            }
            fields.add("user name", connect.user_name.map(|name| name.as_bytes()));
            fields.add("password", connect.password);
        }
        v5::Packet::Connack(connack) => {
            fields.add("session present", connack.session_present);
            answer(None, connack.reason_code, connack.properties, fields);
        }
        v5::Packet::Publish(publish) => {
            delivery(publish.delivery, fields);
            fields.add("retain", publish.retain);
            fields.add("topic", publish.topic.map_or(&b""[..], |topic| topic.as_bytes()));
            properties(publish.properties, fields);
            fields.add("payload", publish.payload);
        }
        v5::Packet::Puback(ack) => answer(Some(ack.packet_id), ack.reason_code, ack.properties, fields),
        v5::Packet::Pubrec(ack) => answer(Some(ack.packet_id), ack.reason_code, ack.properties, fields),
        v5::Packet::Pubrel(ack) => answer(Some(ack.packet_id), ack.reason_code, ack.properties, fields),
        v5::Packet::Pubcomp(ack) => answer(Some(ack.packet_id), ack.reason_code, ack.properties, fields),
        v5::Packet::Subscribe(subscribe) => {
            id(subscribe.packet_id, fields);
            properties(subscribe.properties, fields);
            for subscription in &subscribe.subscriptions {
                fields.add("topic filter", subscription.topic_filter.as_bytes());
                fields.add("QoS", subscription.qos.value());
                fields.add("no local", subscription.no_local);
                fields.add("retain as published", subscription.retain_as_published);
                fields.add("retain handling", subscription.retain_handling as u8);
            }
        }
        v5::Packet::Suback(v5::Suback { packet_id, properties: block, reason_codes })
        | v5::Packet::Unsuback(v5::Unsuback { packet_id, properties: block, reason_codes }) => {
            id(*packet_id, fields);
            properties(*block, fields);
            each(reason_codes, "code", fields, v5::ReasonCode::value);
        }
        v5::Packet::Unsubscribe(unsubscribe) => {
            id(unsubscribe.packet_id, fields);
            properties(unsubscribe.properties, fields);
            topic_filters(&unsubscribe.topic_filters, fields);
        }
        v5::Packet::Disconnect(disconnect) => answer(None, disconnect.reason_code, disconnect.properties, fields),
        v5::Packet::Auth(auth) => answer(None, auth.reason_code, auth.properties, fields),
        v5::Packet::Pingreq(_) | v5::Packet::Pingresp(_) => {}
    }
}

fn id(packet_id: PacketId, fields: &mut Fields) {
    fields.add("packet identifier", packet_id.get());
}

fn delivery(delivery: Delivery, fields: &mut Fields) {
    fields.add("DUP", delivery.dup());
    fields.add("QoS", delivery.qos().value());
    fields.add("packet identifier", delivery.packet_id().map(PacketId::get));
}

fn answer(packet_id: Option<PacketId>, code: v5::ReasonCode, block: v5::Properties<'_>, fields: &mut Fields) {
    fields.add("packet identifier", packet_id.map(PacketId::get));
    fields.add("code", code.value());
    properties(block, fields);
}

fn each<'a, T: ListElement<'a>, F: Field>(list: &List<'a, T>, name: &str, fields: &mut Fields, value: fn(T) -> F) {
    list.iter().for_each(|element| fields.add(name, value(element)));
}

fn topic_filters<'a>(list: &List<'a, TopicFilter<'a>>, fields: &mut Fields) {
    list.iter().for_each(|filter| fields.add("topic filter", filter.as_bytes()));
}

fn properties(properties: v5::Properties<'_>, fields: &mut Fields) {
    use v5::Property::*;
    for property in &properties {
        let name = property.name();
        match property {
            PayloadFormatIndicator(value)
            | RequestProblemInformation(value)
            | RequestResponseInformation(value)
            | RetainAvailable(value)
            | WildcardSubscriptionAvailable(value)
            | SubscriptionIdentifierAvailable(value)
            | SharedSubscriptionAvailable(value) => fields.add(name, value),
            MessageExpiryInterval(value) | SessionExpiryInterval(value) | WillDelayInterval(value) => {
                fields.add(name, value);
            }
            ServerKeepAlive(value) | TopicAliasMaximum(value) => fields.add(name, value),
            ReceiveMaximum(value) | TopicAlias(value) => fields.add(name, value),
            MaximumPacketSize(value) => fields.add(name, value),
            MaximumQoS(value) => fields.add(name, value as u8),
            SubscriptionIdentifier(value) => fields.add(name, value.get()),
            ContentType(text)
            | AssignedClientIdentifier(text)
            | AuthenticationMethod(text)
            | ResponseInformation(text)
            | ServerReference(text)
            | ReasonString(text) => {
                fields.add(name, text.as_bytes());
            }
            ResponseTopic(topic) => fields.add(name, topic.as_bytes()),
            CorrelationData(data) | AuthenticationData(data) => fields.add(name, data),
            UserProperty((key, value)) => fields.add(name, (key.as_bytes(), value.as_bytes())),
        }
    }
}
