//! The small types: codes, numbers, options, and what a decoder and a connection are set to.

use core::num::{NonZeroU16, NonZeroU32};

use mqtt_wire::v3::{ConnectReturnCode, Edition, SubscribeReturnCode};
use mqtt_wire::v5::{
    Limits, MaximumQoS, Properties, Property, ReasonCode, ReceiverLimits, RetainHandling, SubscriptionIdentifier,
};
use mqtt_wire::{
    Decoder, Delivery, Forward, Outgoing, PacketId, PacketType, Phase, QoS, Side, Version, text, topic_name, v5,
};

use crate::line::{Lines, debug, display};
use crate::packets::strict_limits;

pub(super) fn all(lines: &mut Lines) {
    for value in 0..=u8::MAX {
        if let Some(code) = ReasonCode::new(value) {
            debug!(lines, "v5::ReasonCode", code);
        }
        if let Some(code) = ConnectReturnCode::new(value) {
            debug!(lines, "v3::ConnectReturnCode", code);
        }
        if let Some(code) = SubscribeReturnCode::new(value) {
            debug!(lines, "v3::SubscribeReturnCode", code);
        }
        if let Some(handling) = RetainHandling::new(value) {
            debug!(lines, "v5::RetainHandling", handling);
        }
        if let Some(packet_type) = PacketType::of(value) {
            display!(lines, "PacketType", packet_type);
        }
    }
    for value in [1, 0x0A0B, u16::MAX] {
        let packet_id = PacketId::new(value).expect("it is not 0");
        debug!(lines, "PacketId", packet_id);
        for delivery in [Delivery::at_least_once(packet_id), Delivery::exactly_once(packet_id)] {
            debug!(lines, "Delivery", delivery);
            debug!(lines, "Delivery", delivery.redelivery());
        }
    }
    debug!(lines, "Delivery", Delivery::AtMostOnce);
    for qos in [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce] {
        debug!(lines, "QoS", qos);
    }
    for maximum in [MaximumQoS::AtMostOnce, MaximumQoS::AtLeastOnce] {
        debug!(lines, "v5::MaximumQoS", maximum);
    }
    for value in [1, 268_435_455] {
        debug!(lines, "v5::SubscriptionIdentifier", SubscriptionIdentifier::new(value));
    }
    for side in [Side::Client, Side::Server] {
        debug!(lines, "Side", side);
    }
    for phase in [Phase::Connecting, Phase::Connected] {
        debug!(lines, "Phase", phase);
    }
    for edition in [Edition::V3_1, Edition::V3_1_1] {
        debug!(lines, "v3::Edition", edition);
    }
    for version in [Version::V3_1, Version::V3_1_1, Version::V5_0] {
        display!(lines, "Version", version);
        for decoder in [Decoder::client(version), Decoder::server(version), Decoder::observer(version)] {
            debug!(lines, "Decoder", decoder.max_packet_size(1024));
        }
        of_outgoing(lines, version);
    }
    of_limits(lines);
}

fn of_outgoing(lines: &mut Lines, version: Version) {
    let forward = Forward::new(topic_name!("거실/온도"), Properties::EMPTY, b"21.5");
    let identifiers = [SubscriptionIdentifier::new(1), SubscriptionIdentifier::new(300)].map(|id| id.expect("not 0"));
    let outgoing = Outgoing {
        retain: true,
        topic: None,
        topic_alias: NonZeroU16::new(7),
        subscription_identifiers: &identifiers,
        seconds_waited: 60,
        ..forward.outgoing(version, Delivery::exactly_once(PacketId::FIRST))
    };
    debug!(lines, "Outgoing", outgoing);
    if let Ok(Some(forwarded)) = forward.encode(&outgoing, &mut [0; 32]) {
        debug!(lines, "Forwarded", forwarded);
    }
}

fn of_limits(lines: &mut Lines) {
    debug!(lines, "v5::Limits", strict_limits());
    let asked = [
        Property::SessionExpiryInterval(3600),
        Property::ReceiveMaximum(NonZeroU16::MIN),
        Property::MaximumPacketSize(NonZeroU32::MIN),
        Property::TopicAliasMaximum(10),
        Property::RequestResponseInformation(true),
    ];
    let connect = v5::Connect { properties: Properties::from(&asked), ..v5::Connect::new(text!("meter-7")) };
    let limits = Limits::new(&connect, &v5::Connack::new(ReasonCode::Success));
    debug!(lines, "v5::Limits", limits);
    let ReceiverLimits { receive_maximum, maximum_packet_size, topic_alias_maximum } = limits.client;
    debug!(lines, "v5::ReceiverLimits", ReceiverLimits { receive_maximum, maximum_packet_size, topic_alias_maximum });
}
