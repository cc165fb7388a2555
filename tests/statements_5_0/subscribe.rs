//! Sections 3.8 and 3.10: SUBSCRIBE and UNSUBSCRIBE.

use mqtt_wire::Violation::*;
use mqtt_wire::v5::{self, RetainHandling};
use mqtt_wire::{QoS, topic_filter};

use crate::statements::{field, hex, packet};
use crate::*;

/// Both directions.
#[test]
fn refuses_a_subscribe_or_unsubscribe_without_a_filter() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-3.8.3-2",  "82 03 000A 00",             NoTopicFilter, 0x82, 5,  "MQTT-3.8.3-2",  "82 07 000A 00 0001'a' 00"),
        ("MQTT-3.8.3-2",  "82 08 000A 05 260000 0000", NoTopicFilter, 0x82, 10, "MQTT-3.8.3-2",
                          "82 0C 000A 05 260000 0000 0001'a' 00"),
        ("MQTT-3.10.3-2", "A2 03 000A 00",             NoTopicFilter, 0x82, 5,  "MQTT-3.10.3-2", "A2 06 000A 00 0001'a'"),
    ];
    check(ROWS);

    let subscriptions = [v5::Subscription::new(topic_filter!("a"), QoS::AtMostOnce)];
    let none = v5::Unsubscribe { packet_id: id(10), properties: v5::Properties::EMPTY, topic_filters: (&[]).into() };
    refuse_to_write(v5::Subscribe::new(id(10), &[]), NoTopicFilter, "MQTT-3.8.3-2");
    refuse_to_write(none, NoTopicFilter, "MQTT-3.10.3-2");
    write(v5::Subscribe::new(id(10), &subscriptions), "82 07 000A 00 0001'a' 00");
    write(v5::Unsubscribe { topic_filters: (&[topic_filter!("a")]).into(), ..none }, "A2 06 000A 00 0001'a'");
}

/// MQTT-3.8.3-1, MQTT-3.10.3-1: filters stand back to back, in their order, up to the last byte.
#[test]
fn filters_stand_back_to_back() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        // the last filter has no options; the last filter is cut short; a length is cut short
        ("MQTT-3.8.3-1",  "82 0A 000A 00 0001'a' 01 0001'b'", Truncated, 0x81, 12, SECTION_2_1_4,
                          "82 0B 000A 00 0001'a' 01 0001'b' 02"),
        ("MQTT-3.8.3-1",  "82 0A 000A 00 0001'a' 01 0002'b'", Truncated, 0x81, 9,  SECTION_2_1_4,
                          "82 0C 000A 00 0001'a' 01 0002'bc' 02"),
        ("MQTT-3.10.3-1", "A2 09 000A 00 0001'a' 0002'b'",    Truncated, 0x81, 8,  SECTION_2_1_4,
                          "A2 09 000A 00 0001'a' 0001'b'"),
        ("MQTT-3.10.3-1", "A2 07 000A 00 0001'a' 00",         Truncated, 0x81, 8,  SECTION_2_1_4,
                          "A2 06 000A 00 0001'a'"),
    ];
    check(ROWS);

    let subscriptions = [
        v5::Subscription::new(topic_filter!("a/b"), QoS::AtLeastOnce),
        v5::Subscription::new(topic_filter!("c/#"), QoS::ExactlyOnce),
        v5::Subscription::new(topic_filter!("a/b"), QoS::AtMostOnce),
    ];
    let subscribe = v5::Subscribe::new(id(10), &subscriptions);
    let row = "82 15 000A 00 0003'a/b' 01 0003'c/#' 02 0003'a/b' 00";
    write(subscribe, row);
    assert_eq!(decode(&hex(row)), subscribe.into());

    let topic_filters = subscriptions.map(|subscription| subscription.topic_filter);
    let unsubscribe = v5::Unsubscribe {
        packet_id: id(10),
        properties: v5::Properties::EMPTY,
        topic_filters: (&topic_filters).into(),
    };
    let row = "A2 12 000A 00 0003'a/b' 0003'c/#' 0003'a/b'";
    write(unsubscribe, row);
    assert_eq!(decode(&hex(row)), unsubscribe.into());
}

const SECTION_3_8_3_1: &str = "MQTT 5.0 section 3.8.3.1";

/// What all 256 options of a filter break: the violation, the Reason Code and the place of each rule.
fn broken_rules(options: u8, is_shared: bool) -> Vec<(Violation, u8, &'static str)> {
    let rules = [
        (options & 0b1100_0000 != 0, (ReservedSubscriptionBits, 0x81, "MQTT-3.8.3-5")),
        (options & 0b11 == 0b11, (RequestedQoS3, 0x82, SECTION_3_8_3_1)),
        (options & 0b0011_0000 == 0b0011_0000, (RetainHandling3, 0x82, SECTION_3_8_3_1)),
        (options & 0b0100 != 0 && is_shared, (NoLocalOnSharedSubscription, 0x82, "MQTT-3.8.3-4")),
    ];
    rules.into_iter().filter(|rule| rule.0).map(|rule| rule.1).collect()
}

/// A SUBSCRIBE with these options; behind it another, since a list must not end at a bad element.
fn subscribe_with(filter: &str, options: u8) -> Vec<u8> {
    packet(0x82, &[&hex("000A 00")[..], &field(filter.as_bytes()), &[options], &hex("0001'b' 00")].concat())
}

/// All 256 values of the Subscription Options, of an ordinary and of a shared filter: MQTT-3.8.3-4, MQTT-3.8.3-5. A decoder
/// takes QoS 0, 1 and 2 whatever the server granted in its CONNACK (MQTT-3.2.2-10).
#[test]
fn takes_the_good_subscription_options_and_no_other() {
    for (filter, count) in [("a", 36), ("$share/g/a", 18)] {
        let mut good = 0;
        for options in 0..=u8::MAX {
            let bytes = subscribe_with(filter, options);
            let broken = broken_rules(options, filter != "a");
            if broken.is_empty() {
                accept("MQTT-3.2.2-10", &bytes);
                let v5::Packet::Subscribe(subscribe) = decode(&bytes) else { panic!("a SUBSCRIBE") };
                let first = subscribe.subscriptions.iter().next().expect("two subscriptions");
                assert_eq!(first.topic_filter, filter);
                assert_eq!(first.qos.value(), options & 0b11);
                assert_eq!((first.no_local, first.retain_as_published), (options & 4 != 0, options & 8 != 0));
                let handling = [RetainHandling::Send, RetainHandling::SendIfNew, RetainHandling::DoNotSend]
                    [usize::from(options >> 4)];
                assert_eq!(first.retain_handling, handling);

                let second = v5::Subscription::new(topic_filter!("b"), QoS::AtMostOnce);
                let list = [first, second];
                let written = v5::Subscribe::new(id(10), &list);
                assert_eq!(written.encode(&mut [0; 64]), Ok(&bytes[..]));
                good += 1;
                continue;
            }
            // Of several broken rules any may be named.
            let error = SERVER.read(&mut &bytes[..]).expect_err("broken options");
            let found = (error.violation(), error.statement().to_string());
            assert!(broken.iter().any(|rule| (rule.0, rule.2) == (found.0, &found.1)), "{options:08b}: {error}");
            assert_eq!(error.offset(), 7 + filter.len(), "{options:08b}");
            assert_eq!((error.packet_end(), error.version()), (Some(bytes.len()), Some(VERSION)));
        }
        assert_eq!(good, count, "{filter}");
    }
}

/// Reserved bits are malformed (MQTT-3.8.3-5); QoS 3, Retain Handling 3 and No Local of a shared filter (MQTT-3.8.3-4) are
/// Protocol Errors.
#[test]
fn answers_bad_subscription_options_with_the_reason_code_of_the_rule() {
    for filter in ["a", "$share/g/a"] {
        for options in 0..=u8::MAX {
            let broken = broken_rules(options, filter != "a");
            if broken.is_empty() {
                continue;
            }
            let error = SERVER.read(&mut &subscribe_with(filter, options)[..]).expect_err("broken options");
            let reason_codes: Vec<_> =
                broken.iter().filter(|rule| rule.0 == error.violation()).map(|rule| Some(rule.1)).collect();
            assert_eq!(reason_codes, [error.reason_code()], "{options:08b}: {error}");
        }
    }
}

/// The two of them that are Protocol Errors by a numbered statement, or malformed by one. Reserved bits cannot be written.
#[test]
fn refuses_no_local_on_a_shared_subscription_and_reserved_bits() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-3.8.3-4", "82 10 000A 00 000A'$share/g/a' 04", NoLocalOnSharedSubscription, 0x82, 17, "MQTT-3.8.3-4",
                         "82 10 000A 00 000A'$share/g/a' 08"),
        ("MQTT-3.8.3-4", "82 14 000A 00 0001'a' 04 000A'$share/g/a' 06", NoLocalOnSharedSubscription, 0x82, 21, "MQTT-3.8.3-4",
                         "82 14 000A 00 0001'a' 04 000A'$share/g/a' 02"),
        // the good one only looks shared
        ("MQTT-3.8.3-4", "82 10 000A 00 000A'$share/g/#' 04", NoLocalOnSharedSubscription, 0x82, 17, "MQTT-3.8.3-4",
                         "82 10 000A 00 000A'$SHARE/g/#' 04"),
        ("MQTT-3.8.3-5", "82 07 000A 00 0001'a' 40",          ReservedSubscriptionBits, 0x81, 8, "MQTT-3.8.3-5",
                         "82 07 000A 00 0001'a' 20"),
        ("MQTT-3.8.3-5", "82 07 000A 00 0001'a' 80",          ReservedSubscriptionBits, 0x81, 8, "MQTT-3.8.3-5",
                         "82 07 000A 00 0001'a' 2E"),
    ];
    check(ROWS);

    let shared = v5::Subscription::new(topic_filter!("$share/g/a"), QoS::AtMostOnce);
    for (retain_as_published, options) in [(false, "00"), (true, "08")] {
        let good = [v5::Subscription { retain_as_published, ..shared }];
        let broken = good.map(|subscription| v5::Subscription { no_local: true, ..subscription });
        write(v5::Subscribe::new(id(10), &good), &format!("82 10 000A 00 000A'$share/g/a' {options}"));
        refuse_to_write(v5::Subscribe::new(id(10), &broken), NoLocalOnSharedSubscription, "MQTT-3.8.3-4");
    }
}

/// MQTT-3.10.4-1, MQTT-3.8.4-3: a filter is the one that was subscribed to only if all of its characters are.
#[test]
fn filters_are_the_same_when_their_bytes_are() {
    let filters = [
        "a/b",
        "a/B",
        "a/b/",
        "/a/b",
        "a/+",
        "a/#",
        "caf\u{E9}",
        "cafe\u{301}",
        "a",
        " a",
        "$share/g/a",
        "$share/h/a",
        "$share/g//a",
    ];
    for subscribed in filters {
        let subscribe = packet(0x82, &[&hex("0001 00")[..], &field(subscribed.as_bytes()), &[0]].concat());
        let v5::Packet::Subscribe(subscribe) = decode(&subscribe) else { panic!("a SUBSCRIBE") };
        let subscription = subscribe.subscriptions.iter().next().expect("one subscription");
        for named in filters {
            let unsubscribe = packet(0xA2, &[hex("0002 00"), field(named.as_bytes())].concat());
            let v5::Packet::Unsubscribe(unsubscribe) = decode(&unsubscribe) else { panic!("an UNSUBSCRIBE") };
            let topic_filter = unsubscribe.topic_filters.iter().next().expect("one filter");
            assert_eq!(subscription.topic_filter == topic_filter, subscribed == named, "{subscribed} and {named}");
        }
    }
}
