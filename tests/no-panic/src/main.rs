//! Calls all that the crate offers, with values that the optimizer knows nothing about; but for `{:?}`, which links panic
//! paths of the core library. First function by function, then as programs do.
//!
//! It is linked and never run: what counts is that no panic path is in it.

#![no_std]
#![no_main]

#[cfg(feature = "control")]
mod control;
mod functions;
mod opaque;
mod passing_on;
mod tables;

use core::fmt::{self, Display, Write};
use core::hash::Hash;
use core::hint::black_box;
use core::num::NonZeroU16;

use mqtt_wire::v3::{self, ConnectReturnCode, Edition, SubscribeReturnCode};
use mqtt_wire::v5::{
    self, Limits, Properties, Property, ReasonCode, ReceivedTopicAliases, SendQuota, SentTopicAliases,
    SubscriptionIdentifier, TopicAliasSlot,
};
use mqtt_wire::{
    BrokenRule, DecodeError, Decoder, Delivery, EncodeError, FirstPacketError, List, Packet, PacketId, PacketIds,
    PacketType, Phase, QoS, Side, Split, SplitHead, Text, TextError, TopicFilter, TopicName, Version, parser, split,
    split_head,
};

use crate::opaque::{Sum, Topic, any, sink};

/// Where the linker begins. What follows from here is in the binary, and nothing else.
#[unsafe(no_mangle)]
extern "C" fn _start() {
    functions::all();
    let (input, buffer, version) = (any(), any::<&mut [u8]>(), any());
    frames(input, version);
    packets(input, buffer, version);
    packet_ids(&mut PacketIds::new(black_box([0; 2048])));
    packet_ids(&mut PacketIds::new(any::<&mut [u32]>()));
    passing_on::stream(input, any(), Decoder::observer(version), buffer);
    passing_on::in_place(buffer);
    text(input);
    if let (Ok(text), Ok(topic), Ok(topic_filter)) =
        (Text::from_bytes(input), TopicName::from_bytes(input), TopicFilter::from_bytes_v3(input))
    {
        tables::filters(any(), topic_filter, topic);
        encode(Parts { text, topic, topic_filter, bytes: input }, buffer);
    }
    #[cfg(feature = "control")]
    control::all(input);
}

fn frames(input: &[u8], version: Version) {
    match split(input) {
        Ok(Split::Complete { frame, rest }) => {
            sink((frame.packet_type(), frame.flags(), frame.remaining_length(), frame.body(), rest));
            match Version::of(frame) {
                Ok(version) => sink((version.protocol_name(), version.protocol_level())),
                Err(error) => first_packet_error(error),
            }
            match Edition::of(version) {
                Some(edition) => sink(v3::Packet::decode(frame, edition).is_ok()),
                None => sink(v5::Packet::decode(frame).is_ok()),
            }
        }
        Ok(incomplete) => sink(incomplete),
        Err(error) => decode_error(error),
    }
    match split_head(input, version) {
        Ok(SplitHead::Complete { head, .. }) => {
            sink((head.packet_type(), head.payload_len(), head.as_bytes()));
            match Decoder::observer(version).decode_head(head) {
                Ok(packet) => sink(packet),
                Err(error) => decode_error(error),
            }
        }
        Ok(incomplete) => sink(incomplete),
        Err(error) => decode_error(error),
    }
}

fn packets(input: &[u8], buffer: &mut [u8], version: Version) {
    let limit = black_box(1);
    match Decoder::first_packet(&mut { input }, limit) {
        Ok(first) => sink(first),
        Err(error) => first_packet_error(error),
    }
    for decoder in [Decoder::observer(version), Decoder::server(version), Decoder::client(version)] {
        match decoder.max_packet_size(limit).read(&mut { input }) {
            Ok(Some(packet)) => inspect(packet, buffer),
            Ok(None) => sink(decoder.split(input)),
            Err(error) => {
                sink(error.reply(decoder, black_box(Phase::Connected)));
                decode_error(error);
            }
        }
        sink(parser::packet::<nom::error::Error<_>>(decoder)(input));
        if let Ok(Split::Complete { frame, .. }) = decoder.split(input) {
            sink(decoder.decode(frame).is_ok_and(|packet| packet.encoded_len() == Ok(limit as usize)));
        }
    }
}

fn inspect(packet: Packet<'_>, buffer: &mut [u8]) {
    sink(packet.packet_type().name());
    written(packet.encode(buffer));
    answer(&packet);
    passing_on::packet(packet, buffer);
    match packet {
        Packet::V3(v3::Packet::Connect(connect)) => {
            sink((connect.refusal(), connect.client_id.characters(), connect.client_id.as_str()));
        }
        Packet::V3(v3::Packet::Subscribe(subscribe)) => sink(list(&subscribe.subscriptions)),
        Packet::V3(v3::Packet::Suback(suback)) => sink(list(&suback.return_codes)),
        Packet::V3(v3::Packet::Unsubscribe(unsubscribe)) => sink(list(&unsubscribe.topic_filters)),
        Packet::V5(v5::Packet::Connect(connect)) => {
            properties(&connect.properties);
            sink(connect.to_v3());
            let connack = v5::Connack::new(black_box(ReasonCode::Success));
            let limits = Limits::new(&connect, &connack);
            sink(limits.keep_alive_timeout());
            sink(limits.check(black_box(Side::Client), &connect.into()).is_ok());
        }
        Packet::V5(v5::Packet::Connack(connack)) => {
            properties(&connack.properties);
            sink(connack.to_v3());
        }
        Packet::V5(v5::Packet::Publish(publish)) => {
            properties(&publish.properties);
            sink(publish.to_v3());
            topic_aliases(&publish, ReceivedTopicAliases::<Topic, [_; 8]>::EMPTY, SentTopicAliases::<_, [_; 8]>::EMPTY);
            let (received, sent) = any::<(&mut [_], &mut [_])>();
            topic_aliases(&publish, ReceivedTopicAliases::new(received), SentTopicAliases::new(sent, black_box(1)));
        }
        Packet::V5(v5::Packet::Subscribe(subscribe)) => {
            sink(list(&subscribe.subscriptions));
            subscribe.subscriptions.iter().for_each(|subscription| sink(subscription.to_v3()));
        }
        Packet::V5(v5::Packet::Suback(suback)) => sink(list(&suback.reason_codes)),
        Packet::V5(v5::Packet::Unsubscribe(unsubscribe)) => sink(list(&unsubscribe.topic_filters)),
        Packet::V5(v5::Packet::Unsuback(unsuback)) => sink((list(&unsuback.reason_codes), unsuback.to_v3())),
        Packet::V5(v5::Packet::Disconnect(disconnect)) => sink(disconnect.to_v3()),
        packet => sink(packet == Packet::V3(v3::Pingreq.into())),
    }
}

fn answer(packet: &Packet<'_>) {
    match packet {
        Packet::V3(v3::Packet::Publish(publish)) => sink((publish.answer(), publish.delivery.answered_by())),
        Packet::V3(v3::Packet::Pubrec(pubrec)) => sink(pubrec.answer()),
        Packet::V3(v3::Packet::Pubrel(pubrel)) => sink(pubrel.answer()),
        Packet::V3(v3::Packet::Subscribe(subscribe)) => {
            checked(subscribe.answer(black_box::<&[_]>(&[SubscribeReturnCode::Failure])));
        }
        Packet::V3(v3::Packet::Unsubscribe(unsubscribe)) => sink(unsubscribe.answer()),
        Packet::V5(v5::Packet::Publish(publish)) => sink(publish.answer(black_box(ReasonCode::Success))),
        Packet::V5(v5::Packet::Pubrec(pubrec)) => sink(pubrec.answer()),
        Packet::V5(v5::Packet::Pubrel(pubrel)) => sink(pubrel.answer()),
        Packet::V5(v5::Packet::Subscribe(subscribe)) => {
            checked(subscribe.answer(black_box::<&[_]>(&[ReasonCode::Success])));
        }
        Packet::V5(v5::Packet::Unsubscribe(unsubscribe)) => {
            checked(unsubscribe.answer(black_box::<&[_]>(&[ReasonCode::Success])));
        }
        _ => {}
    }
    let (Packet::V5(packet), Some(receive_maximum)) = (packet, NonZeroU16::new(black_box(1))) else { return };
    let mut quota = black_box(SendQuota::new(receive_maximum));
    quota.give_back(packet);
    if let v5::Packet::Publish(publish) = packet {
        checked(quota.take(publish.delivery));
    }
    sink(quota.left());
}

fn packet_ids<S: AsRef<[u32]> + AsMut<[u32]>>(in_use: &mut PacketIds<S>) {
    let Some(packet_id) = PacketId::new(black_box(1)) else { return };
    sink((in_use.reserve(packet_id), in_use.is_in_use(packet_id), in_use.release(packet_id)));
    sink((in_use.allocate(), in_use.in_use(), in_use.capacity()));
    in_use.iter().for_each(sink);
    in_use.clear();
    sink(in_use);
}

fn topic_aliases<R, S>(
    publish: &v5::Publish<'_>,
    mut received: ReceivedTopicAliases<Topic, R>,
    mut sent: SentTopicAliases<Topic, S>,
) where
    R: AsRef<[Option<Topic>]> + AsMut<[Option<Topic>]>,
    S: AsMut<[TopicAliasSlot<Topic>]>,
{
    sink(received.topic_alias_maximum());
    if let Some(topic) = checked(received.resolve(publish, Topic::keep))
        && let Some(assigned) = sent.assign(topic, Topic::keep)
    {
        sent.forget(assigned.alias);
        sink(assigned);
    }
    received.clear();
    sent.clear(black_box(1));
    sink((received, sent));
}

fn list<'a, T: mqtt_wire::ListElement<'a>>(list: &List<'a, T>) -> bool {
    list.iter().for_each(|element| sink(element));
    !list.is_empty() && list.len() == black_box(1) && *list == List::default()
}

fn properties(properties: &Properties<'_>) {
    properties.iter().for_each(|property| sink((property.id(), property)));
    properties.user_properties().for_each(sink);
    properties.subscription_identifiers().for_each(sink);
    sink((properties.is_empty(), *properties == Properties::EMPTY));
    sink((properties.payload_format_indicator(), properties.message_expiry_interval(), properties.content_type()));
    sink((properties.response_topic(), properties.correlation_data(), properties.topic_alias()));
    sink((properties.authentication_method(), properties.authentication_data(), properties.reason_string()));
    sink((properties.maximum_qos(), properties.user_property(), properties.subscription_identifier()));
}

/// What packets are made of.
#[derive(Clone, Copy)]
struct Parts<'a> {
    text: Text<'a>,
    topic: TopicName<'a>,
    topic_filter: TopicFilter<'a>,
    bytes: &'a [u8],
}

/// Writes packets and asks for their sizes.
macro_rules! encode {
    ($buffer:expr; $($packet:expr;)*) => { $(
        let packet = black_box($packet);
        written(packet.encode($buffer));
        if let Ok(length) = packet.encoded_len() {
            sink(length);
        }
    )* };
}

fn encode(parts: Parts<'_>, buffer: &mut [u8]) {
    let Parts { text, topic, topic_filter, bytes } = parts;
    let Some((packet_id, qos)) = PacketId::new(black_box(1)).zip(QoS::new(black_box(1))) else { return };
    let delivery = match qos {
        QoS::AtMostOnce => Delivery::AtMostOnce,
        QoS::AtLeastOnce => Delivery::at_least_once(packet_id),
        QoS::ExactlyOnce => Delivery::ExactlyOnce { packet_id, dup: black_box(true) },
    };
    let subscriptions = black_box([v3::Subscription::new(topic_filter, qos); 2]);
    let topic_filters = black_box([topic_filter; 2]);
    let return_codes = black_box([SubscribeReturnCode::Granted(qos), SubscribeReturnCode::Failure]);
    encode! { buffer;
        v3::Connect {
            edition: black_box(Edition::V3_1),
            will: Some(v3::Will { qos, retain: black_box(true), ..v3::Will::new(topic, bytes) }),
            user_name: Some(text),
            password: Some(bytes),
            ..v3::Connect::new(text)
        };
        v3::Connack { session_present: black_box(true), return_code: ConnectReturnCode::ServerUnavailable };
        v3::Publish { delivery, retain: black_box(true), ..v3::Publish::new(topic, bytes) };
        v3::Puback::new(packet_id);
        v3::Pubrec::new(packet_id);
        v3::Pubrel::new(packet_id);
        v3::Pubcomp::new(packet_id);
        v3::Subscribe::new(packet_id, &subscriptions);
        v3::Suback::new(packet_id, &return_codes);
        v3::Unsubscribe::new(packet_id, &topic_filters);
        v3::Unsuback::new(packet_id);
        v3::Pingreq;
        v3::Pingresp;
        v3::Disconnect;
    }
    written(v3::Publish::new(topic, &[]).encode_head(black_box(1), buffer));
    encode_v5(parts, packet_id, delivery, buffer);
    sink(PacketType::of(black_box(1)));
    sink((ConnectReturnCode::new(black_box(1)), SubscribeReturnCode::new(black_box(1))));
    sink((delivery.qos(), delivery.packet_id(), delivery.dup()));
    show(&qos);
    show(&packet_id);
}

fn encode_v5(parts: Parts<'_>, packet_id: PacketId, delivery: Delivery, buffer: &mut [u8]) {
    let Parts { text, topic, topic_filter, bytes } = parts;
    let (qos, retain) = (delivery.qos(), black_box(true));
    let (Some(reason_code), Some(identifier)) =
        (ReasonCode::new(black_box(1)), SubscriptionIdentifier::new(black_box(1)))
    else {
        return;
    };
    let properties = black_box([
        Property::PayloadFormatIndicator(retain),
        Property::ContentType(text),
        Property::ResponseTopic(topic),
        Property::CorrelationData(bytes),
        Property::SubscriptionIdentifier(identifier),
        Property::UserProperty((text, text)),
    ]);
    let properties = Properties::from(&properties);
    let subscriptions = black_box([v5::Subscription::new(topic_filter, qos); 2]);
    let topic_filters = black_box([topic_filter; 2]);
    let reason_codes = black_box([reason_code; 2]);
    encode! { buffer;
        v5::Connect {
            properties,
            will: Some(v5::Will { qos, retain, properties, ..v5::Will::new(topic, bytes) }),
            user_name: Some(text),
            password: Some(bytes),
            ..v5::Connect::new(text)
        };
        v5::Connack { session_present: retain, properties, ..v5::Connack::new(reason_code) };
        v5::Publish { delivery, retain, properties, ..v5::Publish::new(topic, bytes) };
        v5::Puback { reason_code, properties, ..v5::Puback::new(packet_id) };
        v5::Pubrec { reason_code, properties, ..v5::Pubrec::new(packet_id) };
        v5::Pubrel { reason_code, properties, ..v5::Pubrel::new(packet_id) };
        v5::Pubcomp { reason_code, properties, ..v5::Pubcomp::new(packet_id) };
        v5::Subscribe { properties, ..v5::Subscribe::new(packet_id, &subscriptions) };
        v5::Suback { properties, ..v5::Suback::new(packet_id, &reason_codes) };
        v5::Unsubscribe { properties, ..v5::Unsubscribe::new(packet_id, &topic_filters) };
        v5::Unsuback { properties, ..v5::Unsuback::new(packet_id, &reason_codes) };
        v5::Pingreq;
        v5::Pingresp;
        v5::Disconnect { properties, ..v5::Disconnect::new(reason_code) };
        v5::Auth { reason_code, properties };
    }
    let publish = v5::Publish { properties, ..v5::Publish::new(topic, &[]) };
    written(publish.encode_head(black_box(1), buffer));
    passing_on::own_message(topic, properties, bytes, buffer);
    sink((reason_code.name(), reason_code.is_error(), reason_code.granted_qos()));
    show(&reason_code);
}

fn text(input: &[u8]) {
    match Text::from_bytes(input) {
        Ok(text) => {
            sink((text.characters(), text.as_str(), text.cmp(&black_box(Text::EMPTY)), text == "a"));
            text.hash(&mut Sum::default());
            show(&text);
        }
        Err(error) => text_error(error),
    }
    let topic = match TopicName::from_bytes(input) {
        Ok(topic) => topic,
        Err(error) => return text_error(error),
    };
    for topic_filter in [TopicFilter::from_bytes(input), TopicFilter::from_bytes_v3(input)] {
        match topic_filter {
            Ok(topic_filter) => {
                sink((topic_filter.matches(topic), topic_filter.is_shared(), topic_filter.has_wildcards()));
                sink(topic_filter.as_str());
                topic_filter.hash(&mut Sum::default());
            }
            Err(error) => text_error(error),
        }
    }
    if let Ok(text) = str::from_utf8(input) {
        sink((Text::new(text), TopicName::new(text), TopicFilter::new(text), TopicFilter::new_v3(text)));
    }
}

fn written(bytes: Result<&[u8], EncodeError>) {
    if let Err(error) = bytes {
        show(&error);
    }
    match bytes {
        Ok(bytes) => sink(bytes),
        Err(EncodeError::Invalid(rule)) => broken_rule(rule),
        Err(too_small) => sink(too_small),
    }
}

fn checked<T>(value: Result<T, BrokenRule>) -> Option<T> {
    value.map_err(broken_rule).ok()
}

fn broken_rule(rule: BrokenRule) {
    show(&rule);
    sink((rule.packet_type().name(), rule.violation().message(), rule.statement().version(), rule.reason_code()));
}

fn decode_error(error: DecodeError) {
    show(&error);
    sink((error.violation().message(), error.statement().version(), error.offset(), error.packet_end()));
    sink((error.packet_type(), error.version(), error.reason_code()));
}

fn first_packet_error(error: FirstPacketError<'_>) {
    sink(error.reply());
    match error {
        FirstPacketError::Malformed(error) => decode_error(error),
        FirstPacketError::UnsupportedVersion(version) => show(&version),
    }
}

fn text_error(error: TextError) {
    show(&error);
    sink((error.violation().message(), error.offset()));
}

fn show(value: &dyn Display) {
    sink(write!(Nowhere, "{value}"));
}

struct Nowhere;

impl Write for Nowhere {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        sink(text);
        Ok(())
    }
}
