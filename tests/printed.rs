//! What is printed of what a program logs when something goes wrong: enough to find the fault by, and no password.

use std::num::NonZeroU16;

use mqtt_wire::v3::{self, ConnectReturnCode, SubscribeReturnCode};
use mqtt_wire::v5::{
    Connack, Connect, Limits, Packet, Properties, Property, Publish, ReasonCode, ReceivedTopicAliases,
    SentTopicAliases, TopicAliasSlot,
};
use mqtt_wire::{
    Decoder, FilterTable, List, Side, Slot, Split, TopicName, Version, split, text, topic_filter, topic_name,
};

#[test]
fn a_fault_is_printed_with_all_that_it_knows() {
    let version = Version::V3_1_1;
    let error = Decoder::server(version).read(&mut &[0x10, 0x01, 0x00][..]).expect_err("it has no protocol name");
    assert_eq!(
        format!("{error:?}"),
        "DecodeError { violation: Truncated, statement: Statement(MQTT 3.1.1 section 2.2.3), offset: 2, \
         packet_end: Some(3), packet_type: Some(Connect), version: Some(V3_1_1) }"
    );
}

#[test]
fn a_broken_rule_is_printed_with_its_packet_and_its_statement() {
    let properties = [Property::RetainAvailable(false)];
    let connack = Connack { properties: Properties::from(&properties[..]), ..Connack::new(ReasonCode::Success) };
    let retained = Publish { retain: true, ..Publish::new(topic_name!("a"), b"") };
    let limits = Limits::new(&Connect::new(text!("client")), &connack);
    let rule = limits.check(Side::Client, &Packet::Publish(retained)).expect_err("retaining is not available");
    assert_eq!(
        format!("{rule:?}"),
        "BrokenRule { packet_type: Publish, violation: RetainNotSupported, statement: Statement(MQTT-3.2.2-14) }"
    );
}

#[test]
fn a_frame_is_printed_with_its_type_and_its_bytes() {
    let Ok(Split::Complete { frame, .. }) = split(&[0x40, 0x02, 0x00, 0x0A, 0xFF]) else { panic!("a PUBACK") };
    assert_eq!(format!("{frame:?}"), "PUBACK 4002000a");
}

/// Logs are kept and read by others.
#[test]
fn a_connect_is_printed_without_its_password() {
    let password = Some(&b"secret"[..]);
    let user_name = Some(text!("user"));
    let connect = v3::Connect { user_name, password, ..v3::Connect::new(text!("client")) };
    assert_eq!(
        format!("{connect:?}"),
        "Connect { edition: V3_1_1, clean_session: true, keep_alive: 60, client_id: \"client\", will: None, \
         user_name: Some(\"user\"), password: Some(6 bytes) }"
    );
    let connect = Connect { user_name, password, ..Connect::new(text!("client")) };
    assert_eq!(
        format!("{connect:?}"),
        "Connect { clean_start: true, keep_alive: 60, properties: [], client_id: \"client\", will: None, \
         user_name: Some(\"user\"), password: Some(6 bytes) }"
    );
}

#[test]
fn return_codes_are_printed_in_the_words_of_the_standard() {
    let words = (0..=5).filter_map(ConnectReturnCode::new).map(|code| code.to_string());
    assert!(words.eq([
        "accepted",
        "unacceptable protocol version",
        "identifier rejected",
        "server unavailable",
        "bad user name or password",
        "not authorized",
    ]));
    let words = [0, 1, 2, 0x80].into_iter().filter_map(SubscribeReturnCode::new).map(|code| code.to_string());
    assert!(words.eq(["granted QoS 0", "granted QoS 1", "granted QoS 2", "failure"]));
}

#[test]
fn lists_and_what_walks_them_are_printed_by_their_elements() {
    let codes = List::from(&[ReasonCode::Success, ReasonCode::NotAuthorized]);
    let mut rest = codes.iter();
    assert_eq!(format!("{codes:?}, {rest:?}"), "[Success, NotAuthorized], [Success, NotAuthorized]");
    rest.next();
    assert_eq!(format!("{rest:?}"), "[NotAuthorized]");

    let properties = [Property::TopicAlias(NonZeroU16::MIN), Property::PayloadFormatIndicator(true)];
    let properties = Properties::from(&properties);
    let mut rest = properties.iter();
    assert_eq!(
        format!("{properties:?}, {rest:?}"),
        "[TopicAlias(1), PayloadFormatIndicator(true)], [TopicAlias(1), PayloadFormatIndicator(true)]"
    );
    rest.next();
    assert_eq!(format!("{rest:?}"), "[PayloadFormatIndicator(true)]");

    let mut levels = topic_name!("a/b").levels();
    let mut filter_levels = topic_filter!("a/+").levels();
    assert_eq!(format!("{levels:?}, {filter_levels:?}"), "[\"a\", \"b\"], [Text(\"a\"), SingleLevelWildcard]");
    levels.next();
    filter_levels.next();
    assert_eq!(format!("{levels:?}, {filter_levels:?}"), "[\"b\"], [SingleLevelWildcard]");
}

#[test]
fn what_a_connection_remembers_is_printed() {
    let mut table = FilterTable::new([const { Slot::EMPTY }; 2]);
    assert!(table.insert("a/+", 7).is_ok());
    assert_eq!(format!("{table:?}"), "{\"a/+\": 7}");
    let mut slots = [const { Slot::EMPTY }; 2];
    assert!(FilterTable::new(&mut slots[..]).insert("a/+", 7).is_ok());
    assert_eq!(format!("{slots:?}"), "[taken, EMPTY]");

    let keep = |topic: TopicName<'_>| Some(topic.to_string());
    let mut received = ReceivedTopicAliases::<String, [_; 2]>::EMPTY;
    let aliased = [Property::TopicAlias(NonZeroU16::MIN)];
    let publish = Publish { properties: Properties::from(&aliased), ..Publish::new(topic_name!("a/b"), b"") };
    assert!(received.resolve(&publish, keep).is_ok());
    assert_eq!(format!("{received:?}"), "ReceivedTopicAliases { topics: [Some(\"a/b\"), None] }");
    let mut sent = SentTopicAliases::<String, _>::new([TopicAliasSlot::EMPTY; 1], 1);
    assert!(sent.assign(topic_name!("a/b"), keep).is_some());
    assert_eq!(
        format!("{sent:?}"),
        "SentTopicAliases { slots: [TopicAliasSlot { topic: Some(\"a/b\"), used: 1 }], topic_alias_maximum: 1, now: 1 }"
    );
}
