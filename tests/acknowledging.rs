//! The packets that answer packets, in every version: which they are, their identifiers, and a code for each topic filter
//! (sections 3.8.4, 3.10.4 and 4.3).

mod strategies;

use mqtt_wire::v5::ReasonCode;
use mqtt_wire::{
    BrokenRule, Decoder, Delivery, List, Packet, PacketId, PacketType, QoS, Side, TopicFilter, Version, Violation,
    topic_filter, topic_name, v3, v5,
};
use proptest::collection::vec;
use proptest::prelude::*;

const VERSIONS: [Version; 3] = [Version::V3_1, Version::V3_1_1, Version::V5_0];
const ID: PacketId = PacketId::FIRST;

fn id(value: u16) -> PacketId {
    PacketId::new(value).expect("no identifier is 0")
}

fn encoded<'a>(packet: impl Into<Packet<'a>>) -> Vec<u8> {
    let packet = packet.into();
    let mut buffer = vec![0; packet.encoded_len().unwrap_or_else(|error| panic!("{error}: {packet:?}"))];
    packet.encode(&mut buffer).expect("a buffer of the right size");
    buffer
}

/// What a packet is answered with: nothing, or so many bytes. SUBSCRIBE and UNSUBSCRIBE are granted.
fn answer(version: Version, bytes: &[u8]) -> Option<Vec<u8>> {
    match Decoder::observer(version).read(&mut &*bytes) {
        Ok(Some(Packet::V3(packet))) => answer_in_v3(&packet),
        Ok(Some(Packet::V5(packet))) => answer_in_v5(&packet),
        other => panic!("{other:?} of {bytes:02X?}"),
    }
}

fn answer_in_v3(packet: &v3::Packet<'_>) -> Option<Vec<u8>> {
    let answer: v3::Packet<'_> = match packet {
        v3::Packet::Publish(publish) => publish.answer()?,
        v3::Packet::Pubrec(pubrec) => pubrec.answer().into(),
        v3::Packet::Pubrel(pubrel) => pubrel.answer().into(),
        v3::Packet::Unsubscribe(unsubscribe) => unsubscribe.answer().into(),
        v3::Packet::Subscribe(subscribe) => {
            let codes: Vec<_> =
                subscribe.subscriptions.iter().map(|wanted| v3::SubscribeReturnCode::Granted(wanted.qos)).collect();
            let suback = subscribe.answer(&codes[..]).expect("a code for each");
            return Some(encoded(v3::Packet::from(suback)));
        }
        _ => return None,
    };
    Some(encoded(answer))
}

fn answer_in_v5(packet: &v5::Packet<'_>) -> Option<Vec<u8>> {
    let answer: v5::Packet<'_> = match packet {
        v5::Packet::Publish(publish) => publish.answer(ReasonCode::Success)?,
        v5::Packet::Pubrec(pubrec) => pubrec.answer()?.into(),
        v5::Packet::Pubrel(pubrel) => pubrel.answer().into(),
        v5::Packet::Subscribe(subscribe) => {
            let codes: Vec<_> = subscribe.subscriptions.iter().map(|wanted| ReasonCode::granted(wanted.qos)).collect();
            let suback = subscribe.answer(&codes[..]).expect("a code for each");
            return Some(encoded(v5::Packet::from(suback)));
        }
        v5::Packet::Unsubscribe(unsubscribe) => {
            let codes = vec![ReasonCode::NoSubscriptionExisted; unsubscribe.topic_filters.len()];
            let unsuback = unsubscribe.answer(&codes[..]).expect("a code for each");
            return Some(encoded(v5::Packet::from(unsuback)));
        }
        _ => return None,
    };
    Some(encoded(answer))
}

/// MQTT-2.3.1-6 and MQTT-4.3.2-2 of 3.1.1, MQTT-2.2.1-5, MQTT-3.3.4-1, MQTT-4.3.2-4 and MQTT-4.3.3-8 of 5.0; DUP or not.
#[test]
fn a_publish_is_answered_as_its_qos_wants() {
    let rows: [(u8, Option<u8>); 5] =
        [(0x30, None), (0x32, Some(0x40)), (0x3B, Some(0x40)), (0x34, Some(0x50)), (0x3D, Some(0x50))];
    for version in VERSIONS {
        for (first, answered_by) in rows {
            let mut body = vec![0, 1, b'a'];
            if answered_by.is_some() {
                body.extend([0xAB, 0xCD]);
            }
            if version == Version::V5_0 {
                body.push(0);
            }
            let bytes = [&[first, body.len() as u8][..], &body].concat();
            let expected = answered_by.map(|first| vec![first, 2, 0xAB, 0xCD]);
            assert_eq!(answer(version, &bytes), expected, "{bytes:02X?} in {version}");
        }
    }
}

/// Section 4.3.
#[test]
fn a_delivery_knows_the_type_of_its_answer() {
    let rows = [
        (Delivery::AtMostOnce, None),
        (Delivery::at_least_once(ID), Some(PacketType::Puback)),
        (Delivery::exactly_once(ID), Some(PacketType::Pubrec)),
    ];
    for (delivery, expected) in rows {
        for delivery in [delivery, delivery.redelivery()] {
            assert_eq!(delivery.answered_by(), expected);
            let of_v3 = v3::Publish { delivery, ..v3::Publish::new(topic_name!("a"), b"") };
            assert_eq!(of_v3.answer().map(|answer| answer.packet_type()), expected);
            let of_v5 = v5::Publish { delivery, ..v5::Publish::new(topic_name!("a"), b"") };
            assert_eq!(of_v5.answer(ReasonCode::Success).map(|answer| answer.packet_type()), expected);
        }
    }
}

/// MQTT-4.3.3-1 and MQTT-4.3.3-2 of 3.1.1, MQTT-4.3.3-4 and MQTT-4.3.3-11 of 5.0.
#[test]
fn pubrec_pubrel_and_pubcomp_follow_each_other() {
    for version in VERSIONS {
        assert_eq!(answer(version, &[0x50, 2, 0xAB, 0xCD]), Some(vec![0x62, 2, 0xAB, 0xCD]), "PUBREC in {version}");
        assert_eq!(answer(version, &[0x62, 2, 0xAB, 0xCD]), Some(vec![0x70, 2, 0xAB, 0xCD]), "PUBREL in {version}");
        for last in [0x40, 0x70] {
            assert_eq!(answer(version, &[last, 2, 0xAB, 0xCD]), None);
        }
    }
}

/// MQTT-4.3.3-4: from 0x80 on the delivery is over.
#[test]
fn a_pubrec_that_refuses_is_not_answered() {
    let (mut answered, mut ended) = (0, 0);
    for value in 0..=u8::MAX {
        let Some(reason_code) = ReasonCode::new(value) else { continue };
        let pubrec = v5::Pubrec { reason_code, ..v5::Pubrec::new(id(7)) };
        if !reason_code.may_stand_in(PacketType::Pubrec, Side::Server) {
            continue;
        }
        assert_eq!(pubrec.answer(), (value < 0x80).then_some(v5::Pubrel::new(id(7))), "{reason_code}");
        if value < 0x80 { answered += 1 } else { ended += 1 }
    }
    assert_eq!((answered, ended), (2, 7));
}

/// MQTT-3.4.2-1, MQTT-3.5.2-1: every code that a receiver may answer with comes into the packet that the QoS wants.
#[test]
fn a_publish_of_5_0_is_answered_with_any_reason_code() {
    let answers = [(Delivery::at_least_once(ID), 0x40), (Delivery::exactly_once(ID), 0x50)];
    for (delivery, first) in answers {
        let publish = v5::Publish { delivery, ..v5::Publish::new(topic_name!("a"), b"") };
        for value in 1..=u8::MAX {
            let Some(reason_code) = ReasonCode::new(value) else { continue };
            let answer = publish.answer(reason_code).expect("the QoS is not 0");
            let may_stand = reason_code.may_stand_in(answer.packet_type(), Side::Server);
            let bytes = [first, 3, 0, 1, value];
            assert_eq!(answer.encode(&mut [0; 8]).ok(), may_stand.then_some(&bytes[..]), "{reason_code}");
        }
    }
}

/// MQTT-2.3.1-7, MQTT-3.8.4-2, MQTT-3.10.4-4 of 3.1.1; MQTT-2.2.1-6, MQTT-3.8.4-2, MQTT-3.10.4-5 of 5.0.
#[test]
fn requests_are_answered_with_their_identifier_and_a_code_for_each_filter() {
    for version in [Version::V3_1, Version::V3_1_1] {
        let subscribe = [0x82, 10, 0xAB, 0xCD, 0, 1, b'a', 2, 0, 1, b'b', 0];
        assert_eq!(answer(version, &subscribe), Some(vec![0x90, 4, 0xAB, 0xCD, 2, 0]));
        let unsubscribe = [0xA2, 8, 0xAB, 0xCD, 0, 1, b'a', 0, 1, b'b'];
        assert_eq!(answer(version, &unsubscribe), Some(vec![0xB0, 2, 0xAB, 0xCD]));
    }
    let subscribe = [0x82, 11, 0xAB, 0xCD, 0, 0, 1, b'a', 2, 0, 1, b'b', 0];
    assert_eq!(answer(Version::V5_0, &subscribe), Some(vec![0x90, 5, 0xAB, 0xCD, 0, 2, 0]));
    let unsubscribe = [0xA2, 9, 0xAB, 0xCD, 0, 0, 1, b'a', 0, 1, b'b'];
    assert_eq!(answer(Version::V5_0, &unsubscribe), Some(vec![0xB0, 5, 0xAB, 0xCD, 0, 0x11, 0x11]));
}

/// Violation, packet and place.
fn said(rule: BrokenRule) -> (Violation, PacketType, String, Option<u8>) {
    (rule.violation(), rule.packet_type(), rule.statement().to_string(), rule.reason_code())
}

/// MQTT-3.8.4-5 of 3.1.1, MQTT-3.8.4-6 and MQTT-3.11.3-1 of 5.0.
#[test]
fn one_code_too_few_or_too_many_is_refused() {
    let filters: [TopicFilter<'_>; 3] = [topic_filter!("a"), topic_filter!("b/+"), topic_filter!("a")];
    for requested in 1..=filters.len() {
        let filters = &filters[..requested];
        let of_v3: Vec<_> = filters.iter().map(|filter| v3::Subscription::new(*filter, QoS::AtLeastOnce)).collect();
        let of_v5: Vec<_> = filters.iter().map(|filter| v5::Subscription::new(*filter, QoS::AtLeastOnce)).collect();
        let subscribe_v3 = v3::Subscribe::new(id(9), &of_v3[..]);
        let subscribe_v5 = v5::Subscribe::new(id(9), &of_v5[..]);
        let unsubscribe = v5::Unsubscribe::new(id(9), filters);
        for given in 0..=filters.len() + 1 {
            let return_codes = vec![v3::SubscribeReturnCode::Failure; given];
            let reason_codes = vec![ReasonCode::NotAuthorized; given];
            let fits = given == requested;
            let wrong = Violation::WrongNumberOfCodes;

            let suback = subscribe_v3.answer(&return_codes[..]).map_err(said);
            let expected = Err((wrong, PacketType::Suback, "MQTT-3.8.4-5".to_string(), None));
            assert_eq!(suback, if fits { Ok(v3::Suback::new(id(9), &return_codes[..])) } else { expected });

            let suback = subscribe_v5.answer(&reason_codes[..]).map_err(said);
            let expected = Err((wrong, PacketType::Suback, "MQTT-3.8.4-6".to_string(), Some(0x82)));
            assert_eq!(suback, if fits { Ok(v5::Suback::new(id(9), &reason_codes[..])) } else { expected });

            let unsuback = unsubscribe.answer(&reason_codes[..]).map_err(said);
            let expected = Err((wrong, PacketType::Unsuback, "MQTT-3.11.3-1".to_string(), Some(0x82)));
            assert_eq!(unsuback, if fits { Ok(v5::Unsuback::new(id(9), &reason_codes[..])) } else { expected });
        }
    }
}

/// A client that looks whether a SUBACK fits its SUBSCRIBE asks the same.
#[test]
fn a_suback_from_the_wire_fits_its_subscribe_or_not() {
    let wanted = [v5::Subscription::new(topic_filter!("a"), QoS::AtLeastOnce); 2];
    let subscribe = v5::Subscribe::new(ID, &wanted);
    for (bytes, fits) in [(&[0x90, 5, 0, 1, 0, 1, 0x87][..], true), (&[0x90, 4, 0, 1, 0, 1], false)] {
        let Ok(Some(Packet::V5(v5::Packet::Suback(suback)))) = Decoder::client(Version::V5_0).read(&mut &*bytes) else {
            panic!("a SUBACK: {bytes:02X?}")
        };
        assert_eq!(subscribe.answer(suback.reason_codes).ok(), fits.then_some(suback));
    }
}

/// What `answer` says of a packet.
fn identifier(packet: &Packet<'_>) -> Option<PacketId> {
    match packet {
        Packet::V3(v3::Packet::Publish(v)) => v.delivery.packet_id(),
        Packet::V3(v3::Packet::Pubrec(v)) => Some(v.packet_id),
        Packet::V3(v3::Packet::Pubrel(v)) => Some(v.packet_id),
        Packet::V3(v3::Packet::Subscribe(v)) => Some(v.packet_id),
        Packet::V3(v3::Packet::Unsubscribe(v)) => Some(v.packet_id),
        Packet::V5(v5::Packet::Publish(v)) => v.delivery.packet_id(),
        Packet::V5(v5::Packet::Pubrec(v)) => (!v.reason_code.is_error()).then_some(v.packet_id),
        Packet::V5(v5::Packet::Pubrel(v)) => Some(v.packet_id),
        Packet::V5(v5::Packet::Subscribe(v)) => Some(v.packet_id),
        Packet::V5(v5::Packet::Unsubscribe(v)) => Some(v.packet_id),
        _ => None,
    }
}

proptest! {
    /// MQTT-2.3.1-6, MQTT-2.3.1-7, MQTT-2.2.1-5, MQTT-2.2.1-6: an answer has the identifier of what it answers, and the other
    /// side takes it.
    #[test]
    fn an_answer_has_the_identifier_of_its_packet((version, packet) in strategies::packet()) {
        packet.lend(|packet| {
            let bytes = match &packet {
                Packet::V3(packet) => answer_in_v3(packet),
                Packet::V5(packet) => answer_in_v5(packet),
            };
            assert_eq!(bytes.is_some(), identifier(&packet).is_some(), "{packet:?}");
            let Some(bytes) = bytes else { return };
            assert_eq!(Some(u16::from_be_bytes([bytes[2], bytes[3]])), identifier(&packet).map(PacketId::get));
            let answer = Decoder::observer(version).read(&mut &bytes[..]);
            assert!(matches!(answer, Ok(Some(_))), "{answer:?}");
        });
    }

    /// MQTT-3.9.3-1, MQTT-3.11.3-1: codes keep their order, and repeats.
    #[test]
    fn codes_keep_their_order(values in vec(prop::sample::select(vec![0x00u8, 0x80, 0x83, 0x87, 0x8F, 0x91]), 1..20)) {
        let codes: Vec<_> = values.iter().map(|value| ReasonCode::new(*value).expect("a code")).collect();
        let filters = vec![topic_filter!("a"); codes.len()];
        let subscriptions: Vec<_> = filters.iter().map(|filter| v5::Subscription::new(*filter, QoS::AtMostOnce)).collect();
        let expected = [&[0x90, codes.len() as u8 + 3, 0, 1, 0][..], &values].concat();
        let suback = v5::Subscribe::new(ID, &subscriptions[..]).answer(&codes[..]).expect("a code for each");
        prop_assert_eq!(encoded(v5::Packet::from(suback)), expected);
        let expected = [&[0xB0, codes.len() as u8 + 3, 0, 1, 0][..], &values].concat();
        let unsuback = v5::Unsubscribe::new(ID, &filters[..]).answer(List::from(&codes[..])).expect("a code for each");
        prop_assert_eq!(encoded(v5::Packet::from(unsuback)), expected);
    }
}
