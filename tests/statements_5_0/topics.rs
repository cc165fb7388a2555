//! Sections 4.7 and 4.8: topics and shared subscriptions. Their grammar and the matching in full are a test of their own.

use mqtt_wire::Violation::*;
use mqtt_wire::v5;
use mqtt_wire::{PacketId, QoS, TopicFilter, TopicName, topic_filter, topic_name};

use crate::statements::{field, hex, packet};
use crate::*;

/// Both directions: [`TopicName`] and [`TopicFilter`] refuse what a packet is refused for, so it cannot be written.
#[test]
fn refuses_topics_that_break_the_grammar() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        // wildcards in names
        ("MQTT-4.7.0-1", "30 06 0003'a/#' 00",  WildcardInTopicName, 0x81, 6, "MQTT-4.7.0-1", "30 06 0003'a/b' 00"),
        ("MQTT-4.7.0-1", "30 05 0002'+a' 00",   WildcardInTopicName, 0x81, 4, "MQTT-4.7.0-1", "30 05 0002'$a' 00"),
        ("MQTT-4.7.0-1", "10 14 0004'MQTT' 05 06 003C 00 0000 00 0001'#' 0001'm'", WildcardInTopicName, 0x81, 18, "MQTT-4.7.0-1",
                         "10 14 0004'MQTT' 05 06 003C 00 0000 00 0001'w' 0001'#'"),
        // '#' is alone in the last level
        ("MQTT-4.7.1-1", "82 08 0001 00 0002'a#' 00",  MisplacedMultiLevelWildcard,  0x81, 8, "MQTT-4.7.1-1",
                         "82 09 0001 00 0003'a/#' 00"),
        ("MQTT-4.7.1-1", "82 09 0001 00 0003'#/a' 00", MisplacedMultiLevelWildcard,  0x81, 7, "MQTT-4.7.1-1",
                         "82 07 0001 00 0001'#' 00"),
        ("MQTT-4.7.1-1", "A2 09 0001 00 0004'a/#/'",   MisplacedMultiLevelWildcard,  0x81, 9, "MQTT-4.7.1-1",
                         "A2 08 0001 00 0003'a/#'"),
        ("MQTT-4.7.1-1", "A2 09 0001 00 0004'a/#b'",   MisplacedMultiLevelWildcard,  0x81, 9, "MQTT-4.7.1-1",
                         "A2 09 0001 00 0004'a//#'"),
        // '+' is alone in its level
        ("MQTT-4.7.1-2", "82 08 0001 00 0002'a+' 00",  MisplacedSingleLevelWildcard, 0x81, 8, "MQTT-4.7.1-2",
                         "82 09 0001 00 0003'a/+' 00"),
        ("MQTT-4.7.1-2", "82 08 0001 00 0002'+a' 00",  MisplacedSingleLevelWildcard, 0x81, 7, "MQTT-4.7.1-2",
                         "82 09 0001 00 0003'+/a' 00"),
        ("MQTT-4.7.1-2", "82 08 0001 00 0002'++' 00",  MisplacedSingleLevelWildcard, 0x81, 7, "MQTT-4.7.1-2",
                         "82 09 0001 00 0003'+/+' 00"),
        ("MQTT-4.7.1-2", "A2 0A 0001 00 0005'a/+b/'",  MisplacedSingleLevelWildcard, 0x81, 9, "MQTT-4.7.1-2",
                         "A2 0A 0001 00 0005'a/+/b'"),
        // the same in the filter of a shared subscription
        ("MQTT-4.7.1-1", "82 11 0001 00 000B'$share/g/a#' 00", MisplacedMultiLevelWildcard, 0x81, 17, "MQTT-4.7.1-1",
                         "82 12 0001 00 000C'$share/g/a/#' 00"),
        ("MQTT-4.7.1-2", "A2 10 0001 00 000B'$share/g/+a'",    MisplacedSingleLevelWildcard, 0x81, 16, "MQTT-4.7.1-2",
                         "A2 11 0001 00 000C'$share/g/+/a'"),
        // one character at least: the byte is the one that is not there
        ("MQTT-4.7.3-1", "82 06 0001 00 0000 00", EmptyTopic, 0x81, 7, "MQTT-4.7.3-1", "82 07 0001 00 0001'/' 00"),
        ("MQTT-4.7.3-1", "A2 05 0001 00 0000",    EmptyTopic, 0x81, 7, "MQTT-4.7.3-1", "A2 06 0001 00 0001'+'"),
        ("MQTT-4.7.3-1", "10 13 0004'MQTT' 05 06 003C 00 0000 00 0000 0001'm'", EmptyTopic, 0x81, 18, "MQTT-4.7.3-1",
                         "10 14 0004'MQTT' 05 06 003C 00 0000 00 0001'w' 0001'm'"),
        // and no alias instead
        ("MQTT-4.7.3-1", "30 03 0000 00",         NoTopic,    0x82, 2, "MQTT 5.0 section 3.3.2.1", "30 06 0000 03 230001"),
    ];
    check(ROWS);

    let verdict = |filter| TopicFilter::new(filter).map_err(|error| (error.violation(), error.offset()));
    assert_eq!(verdict("a#").err(), Some((MisplacedMultiLevelWildcard, 1)));
    assert_eq!(verdict("a+").err(), Some((MisplacedSingleLevelWildcard, 1)));
    assert_eq!(verdict("").err(), Some((EmptyTopic, 0)));
    assert!(verdict("+/a/#").is_ok());
    assert_eq!(TopicName::new("").map_err(|error| error.violation()), Err(EmptyTopic));
}

/// MQTT-4.7.2-1.
#[test]
fn wildcards_at_the_beginning_do_not_reach_names_that_begin_with_a_dollar_sign() {
    for (filter, name, matches) in [
        ("#", "$SYS/uptime", false),
        ("#", "SYS/uptime", true),
        ("+/uptime", "$SYS/uptime", false),
        ("+/uptime", "SYS/uptime", true),
        ("$SYS/#", "$SYS/uptime", true),
        ("$SYS/+", "$SYS/uptime", true),
        ("#", "SYS/$uptime", true),
        // of a shared subscription, its own filter
        ("$share/g/#", "$SYS/uptime", false),
        ("$share/g/+/uptime", "$SYS/uptime", false),
        ("$share/g/#", "SYS/uptime", true),
        ("$share/g/$SYS/#", "$SYS/uptime", true),
    ] {
        let topic_filter = TopicFilter::new(filter).unwrap();
        assert_eq!(topic_filter.matches(TopicName::new(name).unwrap()), matches, "{filter} and {name}");
    }
}

/// MQTT-4.7.3-3. Longer ones can be written into no packet: their types refuse them, and so does the length field.
#[test]
fn names_and_filters_have_at_most_65_535_bytes() {
    let long = "a".repeat(65_536);
    let longest = &long[1..];
    assert_eq!(
        TopicName::new(&long).map_err(|error| (error.violation(), error.offset())),
        Err((StringTooLong, 65_535))
    );
    let verdict = TopicFilter::new(&long).map_err(|error| (error.violation(), error.offset()));
    assert_eq!(verdict, Err((StringTooLong, 65_535)));

    let bytes = packet(0x30, &[&field(longest.as_bytes())[..], &[0]].concat());
    let publish = v5::Publish::new(TopicName::new(longest).unwrap(), b"");
    accept("MQTT-4.7.3-3", &bytes);
    assert!(decode(&bytes) == publish.into());
    assert!(publish.encode(&mut vec![0; bytes.len()]) == Ok(&bytes[..]));

    for filter in [longest.to_owned(), format!("$share/g/{}", &longest[9..])] {
        assert_eq!(filter.len(), 65_535);
        let bytes = packet(0xA2, &[hex("0001 00"), field(filter.as_bytes())].concat());
        let topic_filters = [TopicFilter::new(&filter).unwrap()];
        let unsubscribe = v5::Unsubscribe {
            packet_id: PacketId::FIRST,
            properties: v5::Properties::EMPTY,
            topic_filters: (&topic_filters).into(),
        };
        accept("MQTT-4.7.3-3", &bytes);
        assert!(decode(&bytes) == unsubscribe.into());
        assert!(unsubscribe.encode(&mut vec![0; bytes.len()]) == Ok(&bytes[..]));
    }
}

/// MQTT-4.7.3-4: one letter in two forms of Unicode is two names, and so is a capital letter.
#[test]
fn matching_changes_no_character() {
    let spellings = ["caf\u{E9}", "cafe\u{301}", "CAF\u{C9}", "cafe", " cafe", "cafe\u{200B}", "\u{FEFF}cafe", "cafe/"];
    for filter in spellings {
        for name in spellings {
            let topic_name = TopicName::new(name).unwrap();
            let shared = format!("$share/g/{filter}");
            for topic_filter in [filter, &shared] {
                let topic_filter = TopicFilter::new(topic_filter).unwrap();
                assert_eq!(topic_filter.matches(topic_name), filter == name, "{topic_filter:?} and {name:?}");
            }
        }
    }
}

/// MQTT-4.8.2-1, MQTT-4.8.2-2, in SUBSCRIBE and UNSUBSCRIBE. Cannot be written, but see below.
#[test]
fn refuses_ill_formed_shared_subscriptions() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        // a share name of one character at least
        ("MQTT-4.8.2-1", "82 0F 0001 00 0009'$share//a' 00",   EmptyShareName,              0x81, 14, "MQTT-4.8.2-1",
                         "82 10 0001 00 000A'$share/g/a' 00"),
        ("MQTT-4.8.2-1", "A2 0E 0001 00 0009'$share//a'",      EmptyShareName,              0x81, 14, "MQTT-4.8.2-1",
                         "A2 0E 0001 00 0009'$shared/a'"),
        // without wildcards
        ("MQTT-4.8.2-2", "82 10 0001 00 000A'$share/+/a' 00",  IllFormedSharedSubscription, 0x81, 14, "MQTT-4.8.2-2",
                         "82 10 0001 00 000A'$share/g/+' 00"),
        ("MQTT-4.8.2-2", "82 10 0001 00 000A'$share/#/a' 00",  IllFormedSharedSubscription, 0x81, 14, "MQTT-4.8.2-2",
                         "82 10 0001 00 000A'$share/g/#' 00"),
        ("MQTT-4.8.2-2", "A2 10 0001 00 000B'$share/g#/a'",    IllFormedSharedSubscription, 0x81, 15, "MQTT-4.8.2-2",
                         "A2 10 0001 00 000B'$share/gg/a'"),
        ("MQTT-4.8.2-2", "A2 10 0001 00 000B'$share/g+/a'",    IllFormedSharedSubscription, 0x81, 15, "MQTT-4.8.2-2",
                         "A2 10 0001 00 000B'$share/g /a'"),
        // behind it a '/' and a filter
        ("MQTT-4.8.2-2", "82 0E 0001 00 0008'$share/g' 00",    IllFormedSharedSubscription, 0x81, 15, "MQTT-4.8.2-2",
                         "82 0C 0001 00 0006'$share' 00"),
        ("MQTT-4.8.2-2", "82 0F 0001 00 0009'$share/g/' 00",   IllFormedSharedSubscription, 0x81, 15, "MQTT-4.8.2-2",
                         "82 10 0001 00 000A'$share/g//' 00"),
        ("MQTT-4.8.2-2", "A2 0E 0001 00 0009'$share/g/'",      IllFormedSharedSubscription, 0x81, 15, "MQTT-4.8.2-2",
                         "A2 0E 0001 00 0009'$SHARE/g/'"),
        ("MQTT-4.8.2-2", "82 0D 0001 00 0007'$share/' 00",     IllFormedSharedSubscription, 0x81, 14, "MQTT-4.8.2-2",
                         "82 0D 0001 00 0007'$shares' 00"),
    ];
    check(ROWS);

    let verdict = |filter| TopicFilter::new(filter).map_err(|error| (error.violation(), error.offset()));
    assert_eq!(verdict("$share//a").err(), Some((EmptyShareName, 7)));
    assert_eq!(verdict("$share/g").err(), Some((IllFormedSharedSubscription, 8)));
    let shared = topic_filter!("$share/g//finance");
    assert!(shared.is_shared() && shared.matches(topic_name!("/finance")));
}

/// A filter that was made by the rules of 3.1.1, where `$share/` means nothing, is not written into a packet that would be
/// refused (MQTT-4.8.2-1, MQTT-4.8.2-2, MQTT-3.8.3-4).
#[test]
fn a_filter_made_for_3_1_1_is_no_way_around_the_rules_of_shared_subscriptions() {
    for text in ["$share//a", "$share/g", "$share/+/a", "$share/g/"] {
        let topic_filter = TopicFilter::new_v3(text).unwrap();
        let subscriptions = [v5::Subscription::new(topic_filter, QoS::AtMostOnce)];
        let topic_filters = [topic_filter];
        let unsubscribe = v5::Unsubscribe {
            packet_id: id(1),
            properties: v5::Properties::EMPTY,
            topic_filters: (&topic_filters).into(),
        };
        for value in [v5::Packet::from(v5::Subscribe::new(id(1), &subscriptions)), unsubscribe.into()] {
            let (violation, cited) = statements::refused_to_write(value.into());
            assert_eq!(violation, FilterOfV3, "{text}");
            assert_eq!(cited, "MQTT-4.8.2-2", "{text}");
        }
    }
    // With No Local beside it, too.
    let no_local = v5::Subscription {
        no_local: true,
        ..v5::Subscription::new(TopicFilter::new_v3("$share/g/a").unwrap(), QoS::AtMostOnce)
    };
    let subscriptions = [no_local];
    let subscribe = v5::Subscribe::new(id(1), &subscriptions);
    let (violation, _) = statements::refused_to_write(v5::Packet::from(subscribe).into());
    assert_eq!(violation, FilterOfV3);
    // Any other filter is the same under both rules.
    let subscriptions = [v5::Subscription::new(TopicFilter::new_v3("a/#").unwrap(), QoS::AtMostOnce)];
    write(v5::Subscribe::new(id(1), &subscriptions), "82 09 0001 00 0003'a/#' 00");
}
