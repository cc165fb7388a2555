//! Numbered statements about what a program does, with the helper that does the part for which a clock and a store of messages
//! are not needed. Helpers with a file of tests of their own are not here.

use mqtt_wire::v5::ReasonCode;
use mqtt_wire::{Delivery, PacketId, PacketIds, QoS, TopicFilter, topic_filter, topic_name, v3, v5};

const ALL_QOS: [QoS; 3] = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce];

/// MQTT-2.3.1-3 of 3.1.1, MQTT-4.3.2-1 and MQTT-4.3.3-1 of 5.0: a new message takes an identifier that is free; sent again it
/// keeps it; and it is free when the last answer was handled, and not before.
#[test]
fn an_identifier_is_taken_until_the_last_answer_has_come() {
    let mut in_use = PacketIds::<[u32; 1]>::EMPTY;
    let ids: Vec<_> = (0..32).map_while(|_| in_use.allocate()).collect();
    assert_eq!((ids.len(), in_use.allocate()), (32, None));
    let id = ids[17];

    for delivery in [Delivery::at_least_once(id), Delivery::exactly_once(id)] {
        let publish = v3::Publish { delivery, ..v3::Publish::new(topic_name!("a"), b"x") };
        let again = v3::Publish { delivery: delivery.redelivery(), ..publish };
        assert_eq!((again.delivery.packet_id(), again.delivery.qos()), (Some(id), delivery.qos()));
        assert!(in_use.is_in_use(id) && in_use.allocate().is_none());

        let answered = match publish.answer().expect("above QoS 0") {
            v3::Packet::Puback(puback) => puback.packet_id,
            v3::Packet::Pubrec(pubrec) => pubrec.answer().answer().packet_id, // PUBREL, then PUBCOMP
            other => panic!("{other:?} answers no PUBLISH"),
        };
        assert!(in_use.release(answered));
        assert_eq!(in_use.allocate(), Some(id));
    }
}

/// MQTT-4.3.3-2 of 3.1.1, MQTT-4.3.3-10 of 5.0: what comes again before its PUBREL is answered again, and delivered once;
/// behind the PUBREL the same identifier means another message.
#[test]
fn what_was_seen_is_answered_and_not_delivered_again() {
    let mut seen = PacketIds::<[u32; 2048]>::EMPTY;
    for value in [1, 2, 65_535] {
        let delivery = Delivery::exactly_once(PacketId::new(value).expect("it is not 0"));
        let publish = v5::Publish { delivery, ..v5::Publish::new(topic_name!("a"), b"x") };
        let again = v5::Publish { delivery: delivery.redelivery(), ..publish };
        let mut delivered = 0;
        for (received, pubrel_before) in [(publish, false), (again, false), (again, false), (publish, true)] {
            let id = received.delivery.packet_id().expect("above QoS 0");
            if pubrel_before {
                assert!(seen.release(v5::Pubrel::new(id).answer().packet_id));
            }
            delivered += usize::from(seen.reserve(id));
            assert_eq!(received.answer(ReasonCode::Success), Some(v5::Pubrec::new(id).into()));
        }
        assert_eq!(delivered, 2, "once before the PUBREL, once behind it");
    }
}

/// MQTT-3.8.4-6 of 3.1.1, MQTT-3.8.4-8 of 5.0: the lower of the QoS that a message came with and the granted one.
#[test]
fn the_lower_of_two_qos_is_their_minimum() {
    for (published, granted) in ALL_QOS.into_iter().flat_map(|qos| ALL_QOS.map(|other| (qos, other))) {
        let lower = published.min(granted);
        assert_eq!(lower.value(), published.value().min(granted.value()));
        let code = ReasonCode::granted(granted);
        assert_eq!(code.granted_qos().map(|qos| qos.min(published)), Some(lower));
        let code = v3::SubscribeReturnCode::new(code.value()).expect("of both versions");
        assert_eq!(code, v3::SubscribeReturnCode::Granted(granted));
    }
}

/// MQTT-3.8.3-2 of 3.1.1: a server without wildcards tells the filters that it refuses.
#[test]
fn a_server_without_wildcards_refuses_the_filters_that_have_some() {
    let filters =
        [topic_filter!("a/b"), topic_filter!("a/+"), topic_filter!("#"), topic_filter!("/"), topic_filter!("$x")];
    let wanted = filters.map(|filter| v3::Subscription::new(filter, QoS::AtLeastOnce));
    let grant = |filter: TopicFilter<'_>| match filter.has_wildcards() {
        true => v3::SubscribeReturnCode::Failure,
        false => v3::SubscribeReturnCode::Granted(QoS::AtLeastOnce),
    };
    let codes = filters.map(grant);
    let suback = v3::Subscribe::new(PacketId::FIRST, &wanted).answer(&codes).expect("a code for each");
    assert_eq!(suback.encode(&mut [0; 16]), Ok(&[0x90, 7, 0, 1, 1, 0x80, 0x80, 1, 1][..]));
}
