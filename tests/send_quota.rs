//! The send quota (section 4.9 of MQTT 5.0), as a sender and as a receiver keep it.

use std::collections::BTreeMap;
use std::num::NonZeroU16;

use mqtt_wire::v5::{
    Packet, Pingreq, Puback, Pubcomp, Publish, Pubrec, Pubrel, ReasonCode, SendQuota, Suback, Unsuback,
};
use mqtt_wire::{Delivery, PacketId, PacketIds, PacketType, QoS, Violation, topic_name};
use proptest::collection::vec;
use proptest::prelude::*;

const ID: PacketId = PacketId::FIRST;
const AT_LEAST_ONCE: Delivery = Delivery::at_least_once(ID);
const EXACTLY_ONCE: Delivery = Delivery::exactly_once(ID);

fn quota(receive_maximum: u16) -> SendQuota {
    SendQuota::new(NonZeroU16::new(receive_maximum).expect("a Receive Maximum is not 0"))
}

/// MQTT-3.3.4-7, MQTT-3.3.4-9, MQTT-4.9.0-1, MQTT-4.9.0-2.
#[test]
fn as_many_as_the_receive_maximum_may_be_under_way() {
    for receive_maximum in [1, 2, 300, 65_535] {
        let mut quota = quota(receive_maximum);
        for sent in 0..receive_maximum {
            assert_eq!(quota.left(), receive_maximum - sent);
            assert_eq!(quota.take(if sent % 2 == 0 { AT_LEAST_ONCE } else { EXACTLY_ONCE.redelivery() }), Ok(()));
        }
        for delivery in [AT_LEAST_ONCE, EXACTLY_ONCE, AT_LEAST_ONCE.redelivery()] {
            let refused = quota.take(delivery).unwrap_err();
            assert_eq!(refused.violation(), Violation::ReceiveMaximumExceeded);
            assert_eq!((refused.packet_type(), refused.reason_code()), (PacketType::Publish, Some(0x93)));
            assert_eq!(
                refused.to_string(),
                "PUBLISH breaks a rule: more messages are under way than the receiver takes [MQTT 5.0 section 3.3.4]"
            );
            assert_eq!(quota.left(), 0);
        }
    }
}

#[test]
fn messages_at_qos_0_are_free() {
    let mut quota = quota(1);
    for _ in 0..3 {
        assert_eq!((quota.take(Delivery::AtMostOnce), quota.left()), (Ok(()), 1));
    }
    assert_eq!(quota.take(EXACTLY_ONCE), Ok(()));
    assert_eq!((quota.take(Delivery::AtMostOnce), quota.left()), (Ok(()), 0));
}

/// Section 4.9: what ends a delivery, and MQTT-3.3.4-8, MQTT-3.3.4-10, MQTT-4.9.0-3: what has nothing to do with it.
#[test]
fn the_packet_that_ends_a_delivery_gives_one_back() {
    let failed = ReasonCode::UnspecifiedError;
    let unknown = ReasonCode::PacketIdentifierNotFound;
    let none = ReasonCode::NoMatchingSubscribers;
    let codes = [ReasonCode::Success];
    let rows: [(Packet<'_>, u16); 14] = [
        (Puback::new(ID).into(), 1),
        (Puback { reason_code: failed, ..Puback::new(ID) }.into(), 1),
        (Puback { reason_code: none, ..Puback::new(ID) }.into(), 1),
        (Pubrec::new(ID).into(), 0),
        (Pubrec { reason_code: none, ..Pubrec::new(ID) }.into(), 0),
        (Pubrec { reason_code: failed, ..Pubrec::new(ID) }.into(), 1), // 0x80 itself
        (Pubrec { reason_code: ReasonCode::PayloadFormatInvalid, ..Pubrec::new(ID) }.into(), 1),
        (Pubrel::new(ID).into(), 0),
        (Pubrel { reason_code: unknown, ..Pubrel::new(ID) }.into(), 0),
        (Pubcomp::new(ID).into(), 1),
        (Pubcomp { reason_code: unknown, ..Pubcomp::new(ID) }.into(), 1),
        (Suback::new(ID, &codes).into(), 0),
        (Unsuback::new(ID, &codes).into(), 0),
        (Pingreq.into(), 0),
    ];
    for (packet, given_back) in rows {
        let mut quota = quota(2);
        for _ in 0..2 {
            quota.take(AT_LEAST_ONCE).expect("two may be under way");
        }
        quota.give_back(&packet);
        assert_eq!(quota.left(), given_back, "{packet:?}");
    }
}

/// Section 4.9: a PUBCOMP for a PUBREL that was sent again on a new connection answers no PUBLISH of this one.
#[test]
fn the_quota_does_not_grow_beyond_its_beginning() {
    for receive_maximum in [1, 65_535] {
        let mut quota = quota(receive_maximum);
        quota.give_back(&Pubcomp::new(ID).into());
        assert_eq!(quota.left(), receive_maximum);
        quota.take(EXACTLY_ONCE).expect("none is under way");
        quota.give_back(&Pubcomp::new(ID).into());
        quota.give_back(&Pubcomp::new(ID).into());
        assert_eq!(quota.left(), receive_maximum);
    }
}

/// A packet that is under way or not yet, at the sender.
#[derive(Clone, Copy, Debug)]
enum Step {
    Publish(QoS),
    /// The delivery of so many before this one goes a step further.
    Answer(usize, ReasonCode),
}

fn step() -> impl Strategy<Value = Step> {
    let levels = prop::sample::select(vec![QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce]);
    let codes = [ReasonCode::Success, ReasonCode::NoMatchingSubscribers, ReasonCode::QuotaExceeded];
    prop_oneof![
        levels.prop_map(Step::Publish),
        (0..8usize, prop::sample::select(codes.to_vec())).prop_map(|(back, code)| Step::Answer(back, code)),
    ]
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waiting {
    ForFirstAnswer(Delivery),
    ForPubcomp,
}

proptest! {
    /// Both sides count alike, by identifiers that are in use at the sender: what is left and what is under way is the whole.
    #[test]
    fn sender_and_receiver_count_alike(receive_maximum in 1..6u16, steps in vec(step(), 1..80)) {
        let (mut at_sender, mut at_receiver) = (quota(receive_maximum), quota(receive_maximum));
        let mut in_use = PacketIds::new([0; 1]);
        let mut under_way: BTreeMap<PacketId, Waiting> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Publish(QoS::AtMostOnce) => {
                    prop_assert!(at_sender.take(Delivery::AtMostOnce).is_ok());
                    prop_assert!(at_receiver.take(Delivery::AtMostOnce).is_ok());
                }
                Step::Publish(qos) => {
                    let packet_id = in_use.allocate().expect("fewer are under way");
                    let delivery = match qos {
                        QoS::AtLeastOnce => Delivery::at_least_once(packet_id),
                        _ => Delivery::exactly_once(packet_id),
                    };
                    let may_send = at_sender.take(delivery).is_ok();
                    prop_assert_eq!(may_send, under_way.len() < usize::from(receive_maximum));
                    prop_assert_eq!(at_receiver.take(delivery).is_ok(), may_send);
                    if may_send {
                        under_way.insert(packet_id, Waiting::ForFirstAnswer(delivery));
                    } else {
                        prop_assert!(in_use.release(packet_id));
                    }
                }
                Step::Answer(back, reason_code) => {
                    let Some((packet_id, waiting)) = under_way.iter().nth_back(back).map(|(id, at)| (*id, *at)) else {
                        continue;
                    };
                    let answer = match waiting {
                        Waiting::ForFirstAnswer(delivery) => {
                            let publish = Publish { delivery, ..Publish::new(topic_name!("a"), b"") };
                            publish.answer(reason_code).expect("the QoS is not 0")
                        }
                        Waiting::ForPubcomp => Pubrel::new(packet_id).answer().into(),
                    };
                    let goes_on = matches!(answer, Packet::Pubrec(pubrec) if pubrec.answer().is_some());
                    if goes_on {
                        under_way.insert(packet_id, Waiting::ForPubcomp);
                    } else {
                        under_way.remove(&packet_id);
                        prop_assert!(in_use.release(packet_id));
                    }
                    at_receiver.give_back(&answer);
                    at_sender.give_back(&answer);
                }
            }
            prop_assert_eq!(usize::from(at_sender.left()) + under_way.len(), usize::from(receive_maximum));
            prop_assert_eq!(&at_receiver, &at_sender);
            prop_assert!(in_use.iter().eq(under_way.keys().copied()));
        }
    }
}

#[test]
fn takes_four_bytes() {
    assert_eq!(size_of::<SendQuota>(), 4);
}
