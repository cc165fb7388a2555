//! Sections 3.4 to 3.7, 3.9, 3.11, 3.14 and 3.15: what answers or ends something, and the Reason Codes of each.

use mqtt_wire::Violation::*;
use mqtt_wire::v5::{self, Properties, Property, ReasonCode};
use mqtt_wire::{Decoder, Phase, QoS, text};

use crate::statements::{NEXT, decoders, hex};
use crate::*;

/// A packet with a Reason Code: the statement about its codes, its bytes before and behind the code, those that either side
/// may send, those of a client alone and of a server alone, and the packet as a value.
struct Carrier {
    statement: &'static str,
    before: &'static str,
    behind: &'static str,
    either: &'static [u8],
    client: &'static [u8],
    server: &'static [u8],
    value: fn(&[ReasonCode; 2]) -> v5::Packet<'_>,
}

/// A User Property, so that the packet has no shorter form.
const LONG_FORM: &str = "05 260000 0000";
const PROPERTIES: &[Property<'static>] = &[Property::UserProperty((text!(""), text!("")))];
const METHOD: &[Property<'static>] = &[Property::AuthenticationMethod(text!("m"))];

/// Behind these two codes stands another, since a list must not end at a bad element.
#[rustfmt::skip]
const CARRIERS: [Carrier; 9] = [
    Carrier { statement: "MQTT-3.2.2-8", before: "20 03 00", behind: "00",
        either: &[0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90, 0x95, 0x97, 0x99,
            0x9A, 0x9B, 0x9C, 0x9D, 0x9F],
        client: &[], server: &[],
        value: |[code, _]| v5::Connack::new(*code).into() },
    Carrier { statement: "MQTT-3.4.2-1", before: "40 09 000A", behind: LONG_FORM,
        either: &[0x00, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99], client: &[], server: &[0x10],
        value: |[code, _]| v5::Puback { packet_id: id(10), reason_code: *code, properties: PROPERTIES.into() }.into() },
    Carrier { statement: "MQTT-3.5.2-1", before: "50 09 000A", behind: LONG_FORM,
        either: &[0x00, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99], client: &[], server: &[0x10],
        value: |[code, _]| v5::Pubrec { packet_id: id(10), reason_code: *code, properties: PROPERTIES.into() }.into() },
    Carrier { statement: "MQTT-3.6.2-1", before: "62 09 000A", behind: LONG_FORM,
        either: &[0x00, 0x92], client: &[], server: &[],
        value: |[code, _]| v5::Pubrel { packet_id: id(10), reason_code: *code, properties: PROPERTIES.into() }.into() },
    Carrier { statement: "MQTT-3.7.2-1", before: "70 09 000A", behind: LONG_FORM,
        either: &[0x00, 0x92], client: &[], server: &[],
        value: |[code, _]| v5::Pubcomp { packet_id: id(10), reason_code: *code, properties: PROPERTIES.into() }.into() },
    Carrier { statement: "MQTT-3.9.3-2", before: "90 05 000A 00", behind: "00",
        either: &[0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2], client: &[], server: &[],
        value: |codes| v5::Suback::new(id(10), codes).into() },
    Carrier { statement: "MQTT-3.11.3-2", before: "B0 05 000A 00", behind: "00",
        either: &[0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91], client: &[], server: &[],
        value: |codes| v5::Unsuback::new(id(10), codes).into() },
    // The table of DISCONNECT lacks 0x8C, that of all Reason Codes has it.
    Carrier { statement: "MQTT-3.14.2-1", before: "E0 07", behind: LONG_FORM,
        either: &[0x00, 0x80, 0x81, 0x82, 0x83, 0x8C, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99], client: &[0x04],
        server: &[0x87, 0x89, 0x8B, 0x8D, 0x8E, 0x8F, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2],
        value: |[code, _]| v5::Disconnect { reason_code: *code, properties: PROPERTIES.into() }.into() },
    Carrier { statement: "MQTT-3.15.2-1", before: "F0 06", behind: "04 150001'm'",
        either: &[0x18], client: &[0x19], server: &[0x00],
        value: |[code, _]| v5::Auth { reason_code: *code, properties: METHOD.into() }.into() },
];

impl Carrier {
    fn bytes(&self, code: u8) -> Vec<u8> {
        [&hex(self.before)[..], &[code], &hex(self.behind)].concat()
    }

    /// True if what the decoder reads may come from a side that may send the code.
    fn allows(&self, code: u8, decoder: Decoder) -> bool {
        self.either.contains(&code)
            || decoder != CLIENT && self.client.contains(&code)
            || decoder != SERVER && self.server.contains(&code)
    }
}

/// All 256 values in all nine packets, from either side: MQTT-3.2.2-8, MQTT-3.4.2-1, MQTT-3.5.2-1, MQTT-3.6.2-1, MQTT-3.7.2-1,
/// MQTT-3.9.3-2, MQTT-3.11.3-2, MQTT-3.14.2-1, MQTT-3.15.2-1.
#[test]
fn refuses_reason_codes_that_the_packet_or_its_sender_does_not_have() {
    let is_known = |code| CARRIERS.iter().any(|carrier| carrier.allows(code, OBSERVER));
    assert_eq!((0..=u8::MAX).filter(|code| is_known(*code)).count(), 43);

    for carrier in CARRIERS {
        let offset = hex(carrier.before).len();
        for code in 0..=u8::MAX {
            let bytes = carrier.bytes(code);
            for decoder in decoders(VERSION, &bytes) {
                if carrier.allows(code, decoder) {
                    accept_at(&[decoder], carrier.statement, &bytes);
                    continue;
                }
                let (violation, reason_code) = match () {
                    () if !is_known(code) => (UnknownReasonCode, 0x81),
                    () if carrier.allows(code, OBSERVER) => (ReasonCodeFromWrongSide, 0x82),
                    () => (ReasonCodeNotAllowed, 0x82),
                };
                refuse_at(&[decoder], carrier.statement, &bytes, violation, reason_code, offset, carrier.statement);
            }
        }
    }
    let counts = CARRIERS.map(|carrier| carrier.either.len() + carrier.client.len() + carrier.server.len());
    assert_eq!(counts, [22, 9, 9, 2, 2, 12, 7, 29 + 1, 3]);
}

/// The same statements for who writes; a value does not know its sender. Unknown codes cannot be written.
#[test]
fn writes_the_reason_codes_that_the_packet_has_and_no_other() {
    for carrier in CARRIERS {
        for code in 0..=u8::MAX {
            let Some(reason_code) = ReasonCode::new(code) else { continue };
            assert_eq!((reason_code.value(), reason_code.is_error()), (code, code >= 0x80));
            let codes = [reason_code, ReasonCode::Success];
            let value = (carrier.value)(&codes);
            if carrier.allows(code, OBSERVER) {
                assert_eq!(value.encode(&mut [0; 64]), Ok(&carrier.bytes(code)[..]), "{value:?}");
                assert_eq!(decode(&carrier.bytes(code)), value);
            } else {
                refuse_to_write(value, ReasonCodeNotAllowed, carrier.statement);
            }
        }
    }
    let codes: Vec<_> = (0..=u8::MAX).filter(|code| ReasonCode::new(*code).is_some()).collect();
    let known = |code: &u8| CARRIERS.iter().any(|carrier| carrier.allows(*code, OBSERVER));
    assert_eq!(codes, (0..=u8::MAX).filter(known).collect::<Vec<_>>());
}

// Flags that have statements of their own

#[test]
fn refuses_wrong_flags_of_pubrel_subscribe_unsubscribe_disconnect_and_auth() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-3.6.1-1",  "60 02 000A",               ReservedFlags, 0x81, 0, "MQTT-3.6.1-1",  "62 02 000A"),
        ("MQTT-3.6.1-1",  "6A 02 000A",               ReservedFlags, 0x81, 0, "MQTT-3.6.1-1",  "62 02 000A"),
        ("MQTT-3.8.1-1",  "80 07 000A 00 0001'a' 00", ReservedFlags, 0x81, 0, "MQTT-3.8.1-1",  "82 07 000A 00 0001'a' 00"),
        ("MQTT-3.8.1-1",  "8A 07 000A 00 0001'a' 00", ReservedFlags, 0x81, 0, "MQTT-3.8.1-1",  "82 07 000A 00 0001'a' 00"),
        ("MQTT-3.10.1-1", "A0 06 000A 00 0001'a'",    ReservedFlags, 0x81, 0, "MQTT-3.10.1-1", "A2 06 000A 00 0001'a'"),
        ("MQTT-3.10.1-1", "A3 06 000A 00 0001'a'",    ReservedFlags, 0x81, 0, "MQTT-3.10.1-1", "A2 06 000A 00 0001'a'"),
        ("MQTT-3.14.1-1", "E1 00",                    ReservedFlags, 0x81, 0, "MQTT-3.14.1-1", "E0 00"),
        ("MQTT-3.14.1-1", "E2 01 04",                 ReservedFlags, 0x81, 0, "MQTT-3.14.1-1", "E0 00"),
        ("MQTT-3.15.1-1", "F1 06 18 04 150001'm'",    ReservedFlags, 0x81, 0, "MQTT-3.15.1-1", "F0 06 18 04 150001'm'"),
        ("MQTT-3.15.1-1", "F2 00",                    ReservedFlags, 0x81, 0, "MQTT-3.15.1-1", "F0 06 18 04 150001'm'"),
        // and the general one
        ("MQTT-2.1.3-1",  "42 02 000A",               ReservedFlags, 0x81, 0, "MQTT-2.1.3-1",  "40 02 000A"),
    ];
    check(ROWS);
}

// Sections 3.8.4, 3.9 and 3.11: answers to requests

/// MQTT-3.8.4-6, MQTT-3.8.4-7, MQTT-3.9.3-1: one code for each subscription, in their order: what is granted, or why not.
#[test]
fn reason_codes_follow_the_order_of_the_subscriptions() {
    let bytes = hex("82 0F 000A 00 0001'a' 02 0001'b' 00 0001'c' 01");
    let v5::Packet::Subscribe(subscribe) = decode(&bytes) else { panic!("a SUBSCRIBE") };
    let granted = |qos| match qos {
        QoS::AtMostOnce => ReasonCode::Success,
        QoS::AtLeastOnce => ReasonCode::GrantedQoS1,
        QoS::ExactlyOnce => ReasonCode::GrantedQoS2,
    };
    let answer = subscribe.subscriptions.iter().map(|subscription| match subscription.topic_filter.as_str() {
        "b" => ReasonCode::NotAuthorized,
        _ => granted(subscription.qos),
    });
    let reason_codes: Vec<_> = answer.collect();
    assert_eq!(reason_codes.len(), subscribe.subscriptions.len());

    let suback = v5::Suback::new(subscribe.packet_id, &reason_codes[..]);
    let row = "90 06 000A 00 02 87 01";
    write(suback, row);
    accept("MQTT-3.9.3-1", &hex(row));
    let bytes = hex(row);
    let v5::Packet::Suback(decoded) = decode(&bytes) else { panic!("a SUBACK") };
    assert_eq!(decoded, suback);
    // Below 0x80 a code is the granted QoS.
    let levels: Vec<_> = decoded.reason_codes.iter().map(|code| QoS::new(code.value())).collect();
    assert_eq!(levels, [Some(QoS::ExactlyOnce), None, Some(QoS::AtLeastOnce)]);
}

/// MQTT-3.11.3-1: equal codes, and codes in no order of their values, are kept.
#[test]
fn reason_codes_follow_the_order_of_the_filters() {
    let row = "B0 07 000A 00 11 00 11 80";
    let reason_codes = [0x11, 0x00, 0x11, 0x80].map(|code| ReasonCode::new(code).unwrap());
    let unsuback = v5::Unsuback::new(id(10), &reason_codes);
    accept("MQTT-3.11.3-1", &hex(row));
    assert_eq!(decode(&hex(row)), unsuback.into());
    write(unsuback, row);
    let bytes = hex(row);
    let v5::Packet::Unsuback(decoded) = decode(&bytes) else { panic!("an UNSUBACK") };
    assert_eq!(decoded.reason_codes.iter().collect::<Vec<_>>(), reason_codes);
}

// Section 3.14: DISCONNECT

/// MQTT-3.14.2-2. A DISCONNECT does not know who sends it, so a server's program must not put the property there.
#[test]
fn refuses_a_session_expiry_interval_from_a_server() {
    let row = "E0 07 00 05 1100000001";
    let error = CLIENT.read(&mut &hex(row)[..]).expect_err("a server sends no Session Expiry Interval");
    assert_eq!(
        (error.violation(), error.reason_code(), error.offset(), error.packet_end()),
        (PropertyFromWrongSide, Some(0x82), 4, Some(9))
    );
    accept_at(&[SERVER, OBSERVER], "MQTT-3.14.2-2", &hex(row));
    accept_at(&[CLIENT, SERVER, OBSERVER], "MQTT-3.14.2-2", &hex("E0 00"));
    // What the server may send instead
    accept_at(&[CLIENT, OBSERVER], "MQTT-3.14.2-2", &hex("E0 06 9D 04 1C0001's'"));
    let properties = [Property::SessionExpiryInterval(1)];
    let disconnect = v5::Disconnect { properties: (&properties).into(), ..v5::Disconnect::new(ReasonCode::Success) };
    write(disconnect, row);
    assert_eq!(decode(&hex(row)), disconnect.into());
}

/// MQTT-3.14.2-2 has a number, and section 3.14.2.2 does not say it.
#[test]
fn a_session_expiry_interval_from_a_server_cites_its_statement() {
    let error = CLIENT.read(&mut &hex("E0 07 00 05 1100000001")[..]).expect_err("a Session Expiry Interval");
    assert_eq!(error.statement().to_string(), "MQTT-3.14.2-2");
}

/// MQTT-3.14.4-1: whatever follows a DISCONNECT is left to the program, as it is.
#[test]
fn what_follows_a_disconnect_is_left_alone() {
    for decoder in [CLIENT, SERVER] {
        for follows in [&NEXT[..], b"\xFF\xFF", b""] {
            let stream = [&hex("E0 02 00 00")[..], follows].concat();
            let mut input = &stream[..];
            let disconnect = v5::Disconnect::new(ReasonCode::Success);
            assert_eq!(decoder.read(&mut input), Ok(Some(v5::Packet::from(disconnect).into())));
            assert_eq!(input, follows);
        }
    }
}

// Sections 3.15 and 4.12: AUTH

/// MQTT-4.12.0-2, MQTT-4.12.0-3: either side goes on with 0x18; MQTT-4.12.1-1: a client begins again with 0x19. All name the
/// method, of which MQTT-4.12.0-5 says that it is always the same.
#[test]
fn auth_goes_on_begins_again_and_ends_with_a_method() {
    let rows = [
        (
            "MQTT-4.12.0-2",
            &[CLIENT, OBSERVER][..],
            ReasonCode::ContinueAuthentication,
            "F0 0A 18 08 150001'm' 160001 FF",
        ),
        ("MQTT-4.12.0-3", &[SERVER, OBSERVER], ReasonCode::ContinueAuthentication, "F0 0A 18 08 150001'm' 160001 FF"),
        ("MQTT-4.12.1-1", &[SERVER, OBSERVER], ReasonCode::ReAuthenticate, "F0 0A 19 08 150001'm' 160001 FF"),
        ("MQTT-4.12.0-5", &[CLIENT, OBSERVER], ReasonCode::Success, "F0 0A 00 08 150001'm' 160001 FF"),
    ];
    let connect = hex("10 12 0004'MQTT' 05 02 003C 04 150001'm' 0001'c'");
    let v5::Packet::Connect(connect) = decode(&connect) else { panic!("a CONNECT") };
    let properties = [Property::AuthenticationMethod(text!("m")), Property::AuthenticationData(&[0xFF])];
    for (statement, receivers, reason_code, row) in rows {
        accept_at(receivers, statement, &hex(row));
        let auth = v5::Auth { reason_code, properties: (&properties).into() };
        assert_eq!(decode(&hex(row)), auth.into());
        write(auth, row);
        assert_eq!(auth.properties.authentication_method(), connect.properties.authentication_method());
    }
    let connack = hex("20 07 00 00 04 150001'm'");
    accept("MQTT-4.12.0-5", &connack);
    let v5::Packet::Connack(connack) = decode(&connack) else { panic!("a CONNACK") };
    assert_eq!(connack.properties.authentication_method(), connect.properties.authentication_method());
}

/// MQTT-4.12.0-5: an AUTH without a method cannot repeat that of the CONNECT. Both directions.
#[test]
fn refuses_an_auth_without_a_method() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-4.12.0-5", "F0 02 18 00",         NoAuthenticationMethod, 0x82, 3, "MQTT 5.0 section 3.15.2.2.2",
                          "F0 06 18 04 150001'm'"),
        ("MQTT-4.12.0-5", "F0 06 18 04 1F0001'r'", NoAuthenticationMethod, 0x82, 3, "MQTT 5.0 section 3.15.2.2.2",
                          "F0 0A 18 08 1F0001'r' 150001'm'"),
        ("MQTT-4.12.0-5", "F0 05 18 03 160000",  NoAuthenticationMethod, 0x82, 3, "MQTT 5.0 section 3.15.2.2.2",
                          "F0 08 18 06 160000 150000"),
    ];
    check(ROWS);
    let auth = v5::Auth { reason_code: ReasonCode::ContinueAuthentication, properties: Properties::EMPTY };
    refuse_to_write(auth, NoAuthenticationMethod, "MQTT 5.0 section 3.15.2.2.2");
    let data = [Property::AuthenticationData(&[])];
    refuse_to_write(
        v5::Auth { properties: (&data).into(), ..auth },
        NoAuthenticationMethod,
        "MQTT 5.0 section 3.15.2.2.2",
    );
    write(v5::Auth { properties: METHOD.into(), ..auth }, "F0 06 18 04 150001'm'");
}

// Section 4.13: errors

/// MQTT-4.13.1-1: for every fault there is a code, which a CONNACK may carry where it answers a CONNECT, and a DISCONNECT where
/// it answers anything else.
#[test]
fn every_fault_has_a_reason_code_to_answer_with() {
    #[rustfmt::skip]
    let rows = [
        ("10 0E 0004'MQTT' 05 03 003C 00 0001'a'", 0x81),
        ("10 0E 0004'MQTT' 04 02 003C 00 0001'a'", 0x84),
        ("10 11 0004'MQTT' 05 02 003C 03 210000 0001'a'", 0x82),
        ("00 00",                                0x81),
        ("30 80808080",                          0x81),
        ("32 06 0001'a' 0000 00",                0x82),
        ("30 03 0000 00",                        0x82),
        ("30 06 0000 03 230000",                 0x94),
        ("30 06 0001'a' 02 0B01",                0x82),
        ("30 1D 0001'a' 00 'twenty-five bytes and one'", 0x95),
        ("40 03 000A 04",                        0x82),
        ("62 03 000A FF",                        0x81),
        ("82 07 000A 00 0001'a' 40",             0x81),
        ("82 03 000A 00",                        0x82),
        ("A2 06 000A 00 0001 00",                0x81),
        ("E0 01 8B",                             0x82),
        ("F0 01 18",                             0x81),
        ("D0 00",                                0x82),
    ];
    for (row, reason_code) in rows {
        let bytes = hex(row);
        let error = SERVER.max_packet_size(30).read(&mut &bytes[..]).expect_err(row);
        assert_eq!((error.reason_code(), error.version()), (Some(reason_code), Some(VERSION)), "{row}: {error}");
        // A server that has accepted the connection says so in a DISCONNECT.
        let (phase, answer) = match bytes[0] {
            0x10 => (Phase::Connecting, format!("20 03 00 {reason_code:02X} 00")),
            _ => (Phase::Connected, format!("E0 01 {reason_code:02X}")),
        };
        let reply = error.reply(SERVER, phase).expect("an answer");
        assert_eq!(reply.encode(&mut [0; 8]), Ok(&hex(&answer)[..]), "{row}: {error}");
    }
}
