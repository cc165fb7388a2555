//! What a reason code tells of itself: where it may stand, whether it ends the connection, what it grants.

use mqtt_wire::v5::ReasonCode;
use mqtt_wire::{PacketType, QoS, Side};

/// The packets that carry reason codes, with their columns in the table.
const COLUMNS: [(usize, &[PacketType]); 7] = [
    (0, &[PacketType::Connack]),
    (1, &[PacketType::Puback, PacketType::Pubrec]),
    (2, &[PacketType::Pubrel, PacketType::Pubcomp]),
    (3, &[PacketType::Suback]),
    (4, &[PacketType::Unsuback]),
    (5, &[PacketType::Disconnect]),
    (6, &[PacketType::Auth]),
];
const WITHOUT_REASON_CODE: [PacketType; 6] = [
    PacketType::Connect,
    PacketType::Publish,
    PacketType::Subscribe,
    PacketType::Unsubscribe,
    PacketType::Pingreq,
    PacketType::Pingresp,
];

/// Table 2-6 with the senders of sections 3.2 to 3.15: `x` stands for either side, `S` for the server alone, `C` for the
/// client alone. The columns are CONNACK; PUBACK and PUBREC; PUBREL and PUBCOMP; SUBACK; UNSUBACK; DISCONNECT; AUTH.
///
/// Table 2-6 gives DISCONNECT 0x8C too, of which section 3.14.2.1 does not say who sends it.
const TABLE: &str = include_str!("data/reason-codes.txt");

/// Every code with its cells.
fn rows() -> Vec<(ReasonCode, Vec<&'static str>)> {
    let row = |line: &'static str| {
        let mut cells = line.split_whitespace();
        let value = u8::from_str_radix(cells.next()?, 16).expect("a value in hexadecimal digits");
        Some((ReasonCode::new(value).expect("a reason code of the standard"), cells.collect()))
    };
    TABLE.lines().filter_map(row).collect()
}

/// All codes, and as many in each packet as its section lists; 0x8C of DISCONNECT is one more.
#[test]
fn the_table_is_whole() {
    let rows = rows();
    let values: Vec<_> = rows.iter().map(|(code, _)| code.value()).collect();
    let all: Vec<_> = (0..=0xFF).filter(|value| ReasonCode::new(*value).is_some()).collect();
    assert_eq!(values, all);
    let count = |column: usize| rows.iter().filter(|(_, cells)| cells[column] != ".").count();
    assert_eq!([0, 1, 2, 3, 4, 5, 6].map(count), [22, 9, 2, 12, 7, 29 + 1, 3]);
}

/// MQTT-3.2.2-8, MQTT-3.4.2-1, MQTT-3.5.2-1, MQTT-3.6.2-1, MQTT-3.7.2-1, MQTT-3.9.3-2, MQTT-3.11.3-2, MQTT-3.14.2-1,
/// MQTT-3.15.2-1, from the sides that send these packets.
#[test]
fn a_reason_code_may_stand_where_the_standard_lists_it() {
    for (code, cells) in rows() {
        for (column, packet_types) in COLUMNS {
            for packet_type in packet_types {
                let from_server = matches!(cells[column], "x" | "S");
                assert_eq!(code.may_stand_in(*packet_type, Side::Server), from_server, "{code} in {packet_type}");
                // whether a client may put anything into a packet of the server, the next test asks
                if !is_sent_by_servers_only(*packet_type) {
                    let from_client = matches!(cells[column], "x" | "C");
                    assert_eq!(code.may_stand_in(*packet_type, Side::Client), from_client, "{code} in {packet_type}");
                }
            }
        }
        for packet_type in WITHOUT_REASON_CODE {
            for side in [Side::Client, Side::Server] {
                assert!(!code.may_stand_in(packet_type, side), "{code} in {packet_type}");
            }
        }
    }
}

fn is_sent_by_servers_only(packet_type: PacketType) -> bool {
    matches!(packet_type, PacketType::Connack | PacketType::Suback | PacketType::Unsuback)
}

/// Section 2.1.2: CONNACK, SUBACK and UNSUBACK never come from a client, with whatever code.
#[test]
fn no_reason_code_may_stand_in_a_packet_that_the_side_never_sends() {
    for (code, _) in rows() {
        for packet_type in [PacketType::Connack, PacketType::Suback, PacketType::Unsuback] {
            assert!(!code.may_stand_in(packet_type, Side::Client), "{code} in {packet_type} from a client");
        }
    }
}

/// MQTT-4.13.2-1, MQTT-3.2.2-7, MQTT-3.14.4-2: a failure in a CONNACK and anything in a DISCONNECT end the connection; a failure
/// in another packet is an answer.
#[test]
fn a_refusal_and_a_goodbye_close_the_connection() {
    for (code, _) in rows() {
        assert_eq!(code.closes_connection(PacketType::Connack), code.value() >= 0x80, "{code}");
        assert!(code.closes_connection(PacketType::Disconnect), "{code}");
        let others = COLUMNS.iter().flat_map(|(_, packet_types)| packet_types.iter()).chain(&WITHOUT_REASON_CODE);
        for packet_type in others {
            if !matches!(packet_type, PacketType::Connack | PacketType::Disconnect) {
                assert!(!code.closes_connection(*packet_type), "{code} in {packet_type}");
            }
        }
    }
}

/// Sections 2.4, 3.9.3 and 3.14.2.1: 0x00 has three names, every other code has one.
#[test]
fn success_has_a_name_of_its_own_in_disconnect_and_suback() {
    for (code, _) in rows() {
        let packet_types = COLUMNS.iter().flat_map(|(_, packet_types)| packet_types.iter()).chain(&WITHOUT_REASON_CODE);
        for packet_type in packet_types {
            let expected = match (code.value(), packet_type) {
                (0x00, PacketType::Disconnect) => "Normal disconnection",
                (0x00, PacketType::Suback) => "Granted QoS 0",
                (0x00, _) => "Success",
                _ => code.name(),
            };
            assert_eq!(code.name_in(*packet_type), expected, "{code} in {packet_type}");
        }
    }
}

/// Section 3.9.3: 0x00, 0x01 and 0x02 grant the QoS of that number, and nothing else grants one.
#[test]
fn three_reason_codes_grant_a_qos() {
    for (value, qos) in [(0, QoS::AtMostOnce), (1, QoS::AtLeastOnce), (2, QoS::ExactlyOnce)] {
        let granted = ReasonCode::granted(qos);
        assert_eq!((granted.value(), granted.granted_qos()), (value, Some(qos)));
        assert!(granted.may_stand_in(PacketType::Suback, Side::Server));
    }
    for (code, _) in rows() {
        assert_eq!(code.granted_qos().is_some(), code.value() <= 2, "{code}");
    }
}
