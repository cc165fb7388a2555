//! The packets of 5.0: as short as they can be, and with what their properties say.

use std::num::{NonZeroU16, NonZeroU32};

use mqtt_wire::v5::{
    Auth, Connack, Connect, Disconnect, MaximumQoS, Packet, Pingreq, Pingresp, Properties, Property, Puback, Pubcomp,
    Publish, Pubrec, Pubrel, ReasonCode, RetainHandling, Suback, Subscribe, Subscription, SubscriptionIdentifier,
    Unsuback, Unsubscribe, Will,
};
use mqtt_wire::{Delivery, QoS, text, topic_name};

use crate::touch::{each, sum, touch};
use crate::{FILTERS, ID, LARGE, TELEMETRY};

const TEN: NonZeroU16 = NonZeroU16::new(10).expect("it is not 0");
const KIBIBYTES_256: NonZeroU32 = NonZeroU32::new(256 * 1024).expect("it is not 0");
const IDENTIFIER: SubscriptionIdentifier = SubscriptionIdentifier::new(200).expect("it is small, and not 0");

const WANTED: [Property<'_>; 8] = [
    Property::SessionExpiryInterval(3600),
    Property::ReceiveMaximum(TEN),
    Property::MaximumPacketSize(KIBIBYTES_256),
    Property::TopicAliasMaximum(10),
    Property::RequestResponseInformation(true),
    Property::RequestProblemInformation(true),
    Property::UserProperty((text!("model"), text!("ht-21"))),
    Property::UserProperty((text!("firmware"), text!("3.4.1"))),
];

const OF_WILL: [Property<'_>; 5] = [
    Property::WillDelayInterval(30),
    Property::PayloadFormatIndicator(true),
    Property::MessageExpiryInterval(86_400),
    Property::ContentType(text!("text/plain")),
    Property::UserProperty((text!("site"), text!("0042"))),
];

const GRANTED: [Property<'_>; 13] = [
    Property::SessionExpiryInterval(600),
    Property::ReceiveMaximum(TEN),
    Property::MaximumQoS(MaximumQoS::AtLeastOnce),
    Property::RetainAvailable(true),
    Property::MaximumPacketSize(KIBIBYTES_256),
    Property::AssignedClientIdentifier(text!("auto-5F3A0C77-0042")),
    Property::TopicAliasMaximum(10),
    Property::WildcardSubscriptionAvailable(true),
    Property::SubscriptionIdentifierAvailable(true),
    Property::SharedSubscriptionAvailable(false),
    Property::ServerKeepAlive(30),
    Property::ResponseInformation(text!("answers/0137/")),
    Property::UserProperty((text!("node"), text!("broker-3"))),
];

const OF_TELEMETRY: [Property<'_>; 3] =
    [Property::TopicAlias(TEN), Property::MessageExpiryInterval(300), Property::ContentType(text!("application/json"))];

const OF_REQUEST: [Property<'_>; 10] = [
    Property::PayloadFormatIndicator(true),
    Property::MessageExpiryInterval(300),
    Property::ContentType(text!("application/json")),
    Property::ResponseTopic(topic_name!("answers/0137/config")),
    Property::CorrelationData(b"\x01\x9A\x3B\x47\x00\x00\x10\x02"),
    Property::UserProperty((text!("trace"), text!("4bf92f3577b34da6"))),
    Property::UserProperty((text!("span"), text!("00f067aa0ba902b7"))),
    Property::UserProperty((text!("tenant"), text!("north"))),
    Property::UserProperty((text!("schema"), text!("config/2"))),
    Property::UserProperty((text!("schema"), text!("config/1"))),
];

/// A message that two subscriptions bring.
const BY_SERVER: [Property<'_>; 2] =
    [Property::SubscriptionIdentifier(IDENTIFIER), Property::SubscriptionIdentifier(IDENTIFIER)];

const EXPLAINED: [Property<'_>; 2] = [
    Property::ReasonString(text!("the quota of this hour is used up")),
    Property::UserProperty((text!("retry-after"), text!("1800"))),
];

const MOVED: [Property<'_>; 3] = [
    Property::ServerReference(text!("broker-4.example:8883")),
    Property::ReasonString(text!("this server is about to stop")),
    Property::UserProperty((text!("node"), text!("broker-3"))),
];

const STEP: [Property<'_>; 2] =
    [Property::AuthenticationMethod(text!("SCRAM-SHA-256")), Property::AuthenticationData(b"n,,n=meter,r=0137")];

pub(crate) fn packets(mut measure: impl FnMut(&str, Packet<'_>)) {
    let subscriptions = FILTERS.map(|topic_filter| Subscription {
        no_local: true,
        retain_handling: RetainHandling::SendIfNew,
        ..Subscription::new(topic_filter, QoS::AtLeastOnce)
    });
    let reason_codes = [ReasonCode::GrantedQoS1; 8];
    let explained = Properties::from(&EXPLAINED);

    let connect = Connect::new(text!("meter-0137"));
    let will = Will::new(topic_name!("site/0042/dev/0137/state"), b"gone");
    let all_fields = Connect {
        properties: Properties::from(&WANTED),
        will: Some(Will { properties: Properties::from(&OF_WILL), ..will }),
        user_name: Some(text!("meter")),
        password: Some(b"correct horse"),
        ..connect
    };
    measure("CONNECT", connect.into());
    measure("CONNECT, all fields, 8 and 5 properties", all_fields.into());

    let connack = Connack::new(ReasonCode::Success);
    measure("CONNACK", connack.into());
    measure("CONNACK, 13 properties", Connack { properties: Properties::from(&GRANTED), ..connack }.into());

    let qos_0 = Publish::new(topic_name!("site/0042/dev/0137/temp"), TELEMETRY);
    let qos_1 = Publish { delivery: Delivery::at_least_once(ID), ..qos_0 };
    let of_telemetry = Properties::from(&OF_TELEMETRY);
    let by_alias = Publish { topic: None, properties: Properties::from(&OF_TELEMETRY[..1]), ..qos_0 };
    measure("PUBLISH, QoS 0", qos_0.into());
    measure("PUBLISH, QoS 0, 3 properties", Publish { properties: of_telemetry, ..qos_0 }.into());
    measure("PUBLISH, QoS 0, alias in place of the topic", by_alias.into());
    measure("PUBLISH, QoS 1", qos_1.into());
    measure("PUBLISH, QoS 1, 3 properties", Publish { properties: of_telemetry, ..qos_1 }.into());
    measure("PUBLISH, QoS 1, 10 properties", Publish { properties: Properties::from(&OF_REQUEST), ..qos_1 }.into());
    measure("PUBLISH, 2 identifiers", Publish { properties: Properties::from(&BY_SERVER), ..qos_1 }.into());
    measure("PUBLISH, 64 KiB", Publish { payload: &LARGE, ..qos_1 }.into());

    let (quota, not_found) = (ReasonCode::QuotaExceeded, ReasonCode::PacketIdentifierNotFound);
    let (puback, pubrec, pubrel, pubcomp) = (Puback::new(ID), Pubrec::new(ID), Pubrel::new(ID), Pubcomp::new(ID));
    measure("PUBACK", puback.into());
    measure("PUBACK, explained", Puback { reason_code: quota, properties: explained, ..puback }.into());
    measure("PUBREC", pubrec.into());
    measure("PUBREC, explained", Pubrec { reason_code: quota, properties: explained, ..pubrec }.into());
    measure("PUBREL", pubrel.into());
    measure("PUBREL, explained", Pubrel { reason_code: not_found, properties: explained, ..pubrel }.into());
    measure("PUBCOMP", pubcomp.into());
    measure("PUBCOMP, explained", Pubcomp { reason_code: not_found, properties: explained, ..pubcomp }.into());

    let subscribe = Subscribe::new(ID, &subscriptions);
    let identified = Properties::from(&BY_SERVER[..1]);
    measure("SUBSCRIBE", Subscribe::new(ID, &subscriptions[..1]).into());
    measure("SUBSCRIBE, 8 filters, identifier", Subscribe { properties: identified, ..subscribe }.into());
    measure("SUBACK", Suback::new(ID, &reason_codes[..1]).into());
    measure("SUBACK, 8 codes", Suback::new(ID, &reason_codes).into());
    measure("UNSUBSCRIBE", Unsubscribe::new(ID, &FILTERS[..1]).into());
    measure("UNSUBSCRIBE, 8 filters", Unsubscribe::new(ID, &FILTERS).into());
    measure("UNSUBACK", Unsuback::new(ID, &[ReasonCode::Success]).into());
    measure("UNSUBACK, 8 codes", Unsuback::new(ID, &[ReasonCode::NoSubscriptionExisted; 8]).into());

    let moved = Disconnect { reason_code: ReasonCode::UseAnotherServer, properties: Properties::from(&MOVED) };
    measure("PINGREQ", Pingreq.into());
    measure("PINGRESP", Pingresp.into());
    measure("DISCONNECT", Disconnect::new(ReasonCode::Success).into());
    measure("DISCONNECT, code alone", Disconnect::new(ReasonCode::DisconnectWithWillMessage).into());
    measure("DISCONNECT, 3 properties", moved.into());
    measure("AUTH", Auth::new(ReasonCode::ContinueAuthentication, &STEP).into());
}

/// Some properties by their getters, and all user properties.
macro_rules! properties {
    ($packet:ident; $($getter:ident)*) => {
        each($packet.properties.user_properties()) $(.wrapping_add($packet.properties.$getter().touch()))*
    };
}

/// What PUBACK, PUBREC, PUBREL and PUBCOMP have alike.
macro_rules! acknowledgement {
    ($packet:ident) => { sum!($packet.packet_id, $packet.reason_code, properties!($packet; reason_string)) };
}

touch! {
    Packet<'_>: |packet| match packet {
        Packet::Connect(connect) => connect.touch(),
        Packet::Connack(connack) => connack.touch(),
        Packet::Publish(publish) => publish.touch(),
        Packet::Puback(puback) => acknowledgement!(puback),
        Packet::Pubrec(pubrec) => acknowledgement!(pubrec),
        Packet::Pubrel(pubrel) => acknowledgement!(pubrel),
        Packet::Pubcomp(pubcomp) => acknowledgement!(pubcomp),
        Packet::Subscribe(subscribe) => {
            sum!(subscribe.packet_id, subscribe.subscriptions, properties!(subscribe; subscription_identifier))
        }
        Packet::Suback(suback) => sum!(suback.packet_id, suback.reason_codes, properties!(suback; reason_string)),
        Packet::Unsubscribe(unsubscribe) => {
            sum!(unsubscribe.packet_id, unsubscribe.topic_filters, properties!(unsubscribe;))
        }
        Packet::Unsuback(unsuback) => {
            sum!(unsuback.packet_id, unsuback.reason_codes, properties!(unsuback; reason_string))
        }
        Packet::Pingreq(_) | Packet::Pingresp(_) => 0,
        Packet::Disconnect(disconnect) => {
            let properties = properties!(disconnect; session_expiry_interval server_reference reason_string);
            sum!(disconnect.reason_code, properties)
        }
        Packet::Auth(auth) => {
            let properties = properties!(auth; authentication_method authentication_data reason_string);
            sum!(auth.reason_code, properties)
        }
    };
    Connect<'_>: |connect| sum!(
        connect.clean_start,
        connect.keep_alive,
        connect.client_id,
        connect.will,
        connect.user_name,
        connect.password,
        properties!(connect; session_expiry_interval receive_maximum maximum_packet_size topic_alias_maximum
            request_response_information request_problem_information authentication_method authentication_data),
    );
    Will<'_>: |will| sum!(
        will.qos,
        will.retain,
        will.topic,
        will.payload,
        properties!(will; will_delay_interval payload_format_indicator message_expiry_interval content_type
            response_topic correlation_data),
    );
    Connack<'_>: |connack| sum!(
        connack.session_present,
        connack.reason_code,
        properties!(connack; session_expiry_interval receive_maximum maximum_qos retain_available maximum_packet_size
            assigned_client_identifier topic_alias_maximum reason_string wildcard_subscription_available
            subscription_identifier_available shared_subscription_available server_keep_alive response_information
            server_reference authentication_method authentication_data),
    );
    Publish<'_>: |publish| sum!(
        publish.delivery,
        publish.retain,
        publish.topic,
        publish.payload,
        properties!(publish; payload_format_indicator message_expiry_interval topic_alias response_topic
            correlation_data content_type),
        each(publish.properties.subscription_identifiers()),
    );
    Subscription<'_>: |subscription| sum!(
        subscription.topic_filter,
        subscription.qos,
        subscription.no_local,
        subscription.retain_as_published,
        subscription.retain_handling,
    );
    ReasonCode: |code| usize::from(code.value());
    RetainHandling: |handling| *handling as usize;
    MaximumQoS: |maximum| *maximum as usize;
    SubscriptionIdentifier: |identifier| identifier.get() as usize;
}
