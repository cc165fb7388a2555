//! Bytes of others. No recorded session holds an AUTH, so its bytes come from the encoder of another implementation; and the
//! standard works out some packets byte by byte.

use mqtt_codec_kit::common::{Decodable, Encodable};
use mqtt_codec_kit::v5::control::{AuthProperties, AuthenticateReasonCode};
use mqtt_codec_kit::v5::packet::AuthPacket;
use mqtt_wire::v5::{
    Auth, Connack, Connect, Packet, Properties, Property, Publish, ReasonCode, Subscribe, Subscription, Unsubscribe,
    Will,
};
use mqtt_wire::{Decoder, Delivery, PacketId, QoS, Version, Violation, text, topic_filter, topic_name};

/// An AUTH as both implementations are told to write it.
#[derive(Clone, Copy, Debug)]
struct Told {
    reason_code: u8,
    reason_string: Option<&'static str>,
    user_properties: &'static [(&'static str, &'static str)],
    method: &'static str,
    data: Option<&'static [u8]>,
}

/// All reason codes, with every property on and off, and with blocks that need one, two and three bytes of Property Length.
fn all_told() -> Vec<Told> {
    static ZEROS: [u8; 20_000] = [0; 20_000];
    let mut told = Vec::new();
    for reason_code in [0x00, 0x18, 0x19] {
        for reason_string in [None, Some(""), Some("다음 단계")] {
            for user_properties in [&[][..], &[("a", "1")], &[("a", "1"), ("a", ""), ("", ""), ("a", "1")]] {
                for method in ["", "GS2-KRB5", "SCRAM-SHA-1"] {
                    for data in [None, Some(&b""[..]), Some(b"\x00\xFF\xC0"), Some(&ZEROS[..200]), Some(&ZEROS)] {
                        told.push(Told { reason_code, reason_string, user_properties, method, data });
                    }
                }
            }
        }
    }
    assert_eq!(told.len(), 3 * 3 * 3 * 3 * 5);
    told
}

fn written_by_the_peer(told: &Told) -> Vec<u8> {
    let reason_code = AuthenticateReasonCode::try_from(told.reason_code).expect("a reason code of AUTH");
    let mut properties = AuthProperties::default();
    properties.set_reason_string(told.reason_string.map(str::to_string));
    for (name, value) in told.user_properties {
        properties.add_user_property(*name, *value);
    }
    properties.set_authentication_method(Some(told.method.to_string()));
    properties.set_authentication_data(told.data.map(<[u8]>::to_vec));
    let mut auth = AuthPacket::new(reason_code);
    auth.set_properties(Some(properties));
    let mut bytes = Vec::new();
    auth.encode(&mut bytes).expect("a vector takes all");
    bytes
}

/// In the order in which the peer writes them.
fn properties(told: &Told) -> Vec<Property<'static>> {
    let text = |text| mqtt_wire::Text::new(text).expect("no U+0000");
    let mut properties = Vec::new();
    properties.extend(told.reason_string.map(|reason| Property::ReasonString(text(reason))));
    let pairs = told.user_properties.iter().map(|(name, value)| Property::UserProperty((text(name), text(value))));
    properties.extend(pairs);
    properties.push(Property::AuthenticationMethod(text(told.method)));
    properties.extend(told.data.map(Property::AuthenticationData));
    properties
}

fn encoded(packet: &Packet<'_>) -> Vec<u8> {
    let mut buffer = vec![0; packet.encoded_len().expect("it can be written")];
    packet.encode(&mut buffer).expect("it can be written").to_vec()
}

fn read(decoder: Decoder, bytes: &[u8]) -> Packet<'_> {
    let mut input = bytes;
    match decoder.read(&mut input) {
        Ok(Some(mqtt_wire::Packet::V5(packet))) if input.is_empty() => packet,
        other => panic!("{other:?} of {bytes:02X?}"),
    }
}

#[test]
fn an_auth_that_a_peer_wrote_is_read_and_written_alike() {
    for told in all_told() {
        let bytes = written_by_the_peer(&told);
        let properties = properties(&told);
        let auth = Auth {
            reason_code: ReasonCode::new(told.reason_code).unwrap(),
            properties: Properties::from(&properties[..]),
        };
        // Success is the server's, Re-authenticate the client's
        for (decoder, may_come) in [
            (Decoder::client(Version::V5_0), told.reason_code != 0x19),
            (Decoder::server(Version::V5_0), told.reason_code != 0x00),
        ] {
            if may_come {
                let packet = read(decoder, &bytes);
                assert_eq!(packet, auth.into(), "{told:?}");
                assert_eq!(encoded(&packet), bytes, "{told:?}");
            } else {
                let error = decoder.read(&mut &bytes[..]).unwrap_err();
                assert_eq!(error.violation(), Violation::ReasonCodeFromWrongSide, "{told:?}");
            }
        }
        assert_eq!(encoded(&auth.into()), bytes, "{told:?}");
    }
}

#[test]
fn an_auth_is_read_by_a_peer() {
    for told in all_told() {
        let reason_code = ReasonCode::new(told.reason_code).unwrap();
        let in_its_order = properties(&told);
        let backwards: Vec<_> = in_its_order.iter().rev().copied().collect();
        for (properties, is_backwards) in [(in_its_order, false), (backwards, true)] {
            let bytes = encoded(&Auth { reason_code, properties: Properties::from(&properties[..]) }.into());
            let mut rest = &bytes[..];
            let auth = AuthPacket::decode(&mut rest).expect("the peer takes it");
            assert!(rest.is_empty());
            assert_eq!(u8::from(auth.reason_code()), told.reason_code);
            let found = auth.properties().as_ref().expect("there are properties");
            assert_eq!(found.reason_string().as_deref(), told.reason_string);
            assert_eq!(found.authentication_method().as_deref(), Some(told.method));
            assert_eq!(found.authentication_data().as_ref().map(|data| &data.0[..]), told.data);
            let mut pairs: Vec<_> =
                found.user_properties().iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            if is_backwards {
                pairs.reverse();
            }
            assert_eq!(pairs, told.user_properties);
        }
    }
}

/// Section 3.15.1. The peer reads this form, but writes a byte behind a Remaining Length of 0 for it.
#[test]
fn the_shortest_auth_is_read_by_a_peer() {
    let success = Auth { reason_code: ReasonCode::Success, properties: Properties::EMPTY };
    let bytes = encoded(&success.into());
    assert_eq!(bytes, [0xF0, 0x00]);
    let auth = AuthPacket::decode(&mut &bytes[..]).expect("the peer takes it");
    assert_eq!((auth.reason_code(), auth.properties()), (AuthenticateReasonCode::Success, &None));
}

const CLIENT_FIRST: &[u8] = b"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL";
const SERVER_FIRST: &[u8] = b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";
const CLIENT_FINAL: &[u8] = b"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=";
const SERVER_FINAL: &[u8] = b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=";

/// The SCRAM exchanges that sections 4.12 and 4.12.1 sketch, with the messages of section 5 of RFC 5802 for data: the client
/// connects, and later authenticates again.
#[test]
fn the_scram_exchange_of_the_standard_is_read_from_the_side_that_sends_each_step() {
    const METHOD: &str = "SCRAM-SHA-1";
    let (client, server) = (Decoder::client(Version::V5_0), Decoder::server(Version::V5_0));
    let method_and_data = |data: &[u8]| {
        let data_length = u8::try_from(data.len()).unwrap();
        [&[0x15, 0, 11], METHOD.as_bytes(), &[0x16, 0, data_length], data].concat()
    };
    let assert_holds = |properties: Properties<'_>, data: &[u8]| {
        assert_eq!(properties.authentication_method(), Some(text!("SCRAM-SHA-1")));
        assert_eq!(properties.authentication_data(), Some(data));
    };

    let block = method_and_data(CLIENT_FIRST);
    let length = u8::try_from(block.len()).unwrap();
    let connect =
        [&[0x10, 10 + 1 + length + 2, 0, 4][..], b"MQTT", &[5, 0x02, 0, 60, length], &block, &[0, 0]].concat();
    let Packet::Connect(packet) = read(server, &connect) else { panic!("a CONNECT") };
    assert_holds(packet.properties, CLIENT_FIRST);
    assert_eq!(encoded(&packet.into()), connect);

    let first_and_again = [
        (client, 0x18, SERVER_FIRST),
        (server, 0x18, CLIENT_FINAL),
        (server, 0x19, CLIENT_FIRST),
        (client, 0x18, SERVER_FIRST),
        (server, 0x18, CLIENT_FINAL),
        (client, 0x00, SERVER_FINAL),
    ];
    for (receiver, reason_code, data) in first_and_again {
        let block = method_and_data(data);
        let length = u8::try_from(block.len()).unwrap();
        let auth = [&[0xF0, 1 + 1 + length, reason_code, length], &block[..]].concat();
        let told = Told { reason_code, reason_string: None, user_properties: &[], method: METHOD, data: Some(data) };
        assert_eq!(written_by_the_peer(&told), auth);
        let Packet::Auth(packet) = read(receiver, &auth) else { panic!("an AUTH") };
        assert_eq!(packet.reason_code.value(), reason_code);
        assert_holds(packet.properties, data);
        assert_eq!(encoded(&packet.into()), auth);
    }

    let block = method_and_data(SERVER_FINAL);
    let length = u8::try_from(block.len()).unwrap();
    let connack = [&[0x20, 2 + 1 + length, 0, 0, length], &block[..]].concat();
    let Packet::Connack(packet) = read(client, &connack) else { panic!("a CONNACK") };
    assert_eq!(packet, Connack { properties: packet.properties, ..Connack::new(ReasonCode::Success) });
    assert_holds(packet.properties, SERVER_FINAL);
    assert_eq!(encoded(&packet.into()), connack);
}

/// A packet of the standard, from its tables of bytes.
fn assert_example(decoder: Decoder, first: u8, body: &[&[u8]], packet: Packet<'_>) {
    let body = body.concat();
    let bytes = [&[first, u8::try_from(body.len()).unwrap()], &body[..]].concat();
    assert_eq!(read(decoder, &bytes), packet);
    assert_eq!(encoded(&packet), bytes);
}

/// Section 3.1.2.12 has a variable header; what its flags announce is filled in behind it.
#[test]
fn the_connect_of_the_standard() {
    let properties = [Property::SessionExpiryInterval(10)];
    let connect = Connect {
        clean_start: true,
        keep_alive: 10,
        properties: Properties::from(&properties),
        client_id: text!("c"),
        will: Some(Will { qos: QoS::AtLeastOnce, ..Will::new(topic_name!("w"), b"m") }),
        user_name: Some(text!("u")),
        password: Some(b"p"),
    };
    let variable_header = [0, 4, b'M', b'Q', b'T', b'T', 5, 0b1100_1110, 0, 10, 5, 0x11, 0, 0, 0, 10];
    let payload = [0, 1, b'c', 0, 0, 1, b'w', 0, 1, b'm', 0, 1, b'u', 0, 1, b'p'];
    assert_example(Decoder::server(Version::V5_0), 0x10, &[&variable_header, &payload], connect.into());
}

/// Section 3.3.2: topic name a/b, packet identifier 10, no properties.
#[test]
fn the_publish_of_the_standard() {
    let variable_header = [0, 3, b'a', b'/', b'b', 0, 10, 0];
    let packet_id = PacketId::new(10).unwrap();
    for (first, delivery) in [(0x32, Delivery::at_least_once(packet_id)), (0x34, Delivery::exactly_once(packet_id))] {
        let publish = Publish { delivery, ..Publish::new(topic_name!("a/b"), b"") };
        for decoder in [Decoder::server(Version::V5_0), Decoder::client(Version::V5_0)] {
            assert_example(decoder, first, &[&variable_header], publish.into());
        }
    }
}

/// Sections 3.8.2 and 3.8.3: a/b with options 1, c/d with options 2, behind packet identifier 10 and no properties.
#[test]
fn the_subscribe_of_the_standard() {
    let subscriptions = [
        Subscription::new(topic_filter!("a/b"), QoS::AtLeastOnce),
        Subscription::new(topic_filter!("c/d"), QoS::ExactlyOnce),
    ];
    let subscribe = Subscribe::new(PacketId::new(10).unwrap(), &subscriptions);
    let body = [&[0, 10, 0][..], &[0, 3, b'a', b'/', b'b', 1], &[0, 3, b'c', b'/', b'd', 2]];
    assert_example(Decoder::server(Version::V5_0), 0x82, &body, subscribe.into());
}

/// Section 3.10.3: a/b and c/d.
#[test]
fn the_unsubscribe_of_the_standard() {
    let topic_filters = [topic_filter!("a/b"), topic_filter!("c/d")];
    let unsubscribe = Unsubscribe::new(PacketId::new(10).unwrap(), &topic_filters);
    let body = [&[0, 10, 0][..], &[0, 3, b'a', b'/', b'b'], &[0, 3, b'c', b'/', b'd']];
    assert_example(Decoder::server(Version::V5_0), 0xA2, &body, unsubscribe.into());
}

/// Section 1.5.4: U+0041, and U+2A6D4 in four bytes.
#[test]
fn the_string_of_the_standard() {
    let topic = [0x00, 0x05, 0x41, 0xF0, 0xAA, 0x9B, 0x94];
    let publish = Publish::new(topic_name!("A\u{2A6D4}"), b"");
    assert_example(Decoder::server(Version::V5_0), 0x30, &[&topic, &[0]], publish.into());
}
