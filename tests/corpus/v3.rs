//! MQTT 3.1 and 3.1.1.

use mqtt_wire::v3::{
    Connack, Connect, ConnectReturnCode, Disconnect, Edition, Packet, Pingreq, Pingresp, Puback, Pubcomp, Publish,
    Pubrec, Pubrel, Suback, Subscribe, SubscribeReturnCode, Subscription, Unsuback, Unsubscribe, Will,
};
use mqtt_wire::{Delivery, PacketId, QoS, Text, TopicFilter, TopicName, text, topic_filter, topic_name};

const QOS: [QoS; 3] = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce];
const IDS: [PacketId; 3] = [id(1), id(0x0A0B), id(65_535)];

const TOPICS: [TopicName<'static>; 6] = [
    topic_name!("a"),
    topic_name!("/"),
    topic_name!("$SYS/broker/uptime"),
    topic_name!("site/0042/dev/0137/temp"),
    topic_name!("거실/온도"),
    topic_name!("\u{FEFF}😀/\u{1}\u{7F}\u{FFFF}"),
];
const FILTERS: [TopicFilter<'static>; 8] = [
    topic_filter!("a"),
    topic_filter!("#"),
    topic_filter!("+"),
    topic_filter!("+/+/#"),
    topic_filter!("//"),
    topic_filter!("$SYS/#"),
    topic_filter!("거실/+/상태"),
    topic_filter!("a/long/topic/filter/of/many/levels/+/which/takes/more/than/a/few/words/#"),
];
const SUBSCRIPTIONS: [Subscription<'static>; 8] = [
    Subscription::new(FILTERS[0], QOS[0]),
    Subscription::new(FILTERS[1], QOS[1]),
    Subscription::new(FILTERS[2], QOS[2]),
    Subscription::new(FILTERS[3], QOS[0]),
    Subscription::new(FILTERS[4], QOS[1]),
    Subscription::new(FILTERS[5], QOS[2]),
    Subscription::new(FILTERS[6], QOS[0]),
    Subscription::new(FILTERS[7], QOS[1]),
];
const CODES: [SubscribeReturnCode; 4] = [
    SubscribeReturnCode::Failure,
    SubscribeReturnCode::Granted(QOS[0]),
    SubscribeReturnCode::Granted(QOS[1]),
    SubscribeReturnCode::Granted(QOS[2]),
];
static ZEROS: [u8; 20_000] = [0; 20_000];
static ALL_BYTES: [u8; 256] = {
    let mut bytes = [0; 256];
    let mut value = 0;
    while value < 256 {
        bytes[value] = value as u8;
        value += 1;
    }
    bytes
};

const fn id(value: u16) -> PacketId {
    match PacketId::new(value) {
        Some(id) => id,
        None => panic!("a packet identifier is not 0"),
    }
}

/// Every packet of an edition.
pub fn packets(edition: Edition) -> Vec<Packet<'static>> {
    let connects = connects(edition).into_iter().map(Packet::from);
    connects.chain(others(edition)).collect()
}

fn connects(edition: Edition) -> Vec<Connect<'static>> {
    let mut wills = vec![None];
    for qos in QOS {
        for retain in [false, true] {
            for (topic, message) in [(TOPICS[0], &b""[..]), (TOPICS[4], &ALL_BYTES[..])] {
                wills.push(Some(Will { qos, retain, topic, message }));
            }
        }
    }
    let credentials = [
        (None, None),
        (Some(text!("user")), None),
        (Some(Text::EMPTY), Some(&b""[..])),
        (Some(text!("사용자")), Some(&b"\xC0\xFF\x00"[..])),
    ];
    let mut connects = Vec::new();
    for client_id in [Text::EMPTY, text!("a"), text!("abcdefghijklmnopqrstuvw"), text!("센서 7")] {
        // MQTT 3.1 has no empty client identifier.
        if edition == Edition::V3_1 && client_id.is_empty() {
            continue;
        }
        for clean_session in [false, true] {
            for keep_alive in [0, 60, 65_535] {
                for will in &wills {
                    for (user_name, password) in credentials {
                        let will = *will;
                        connects.push(Connect {
                            edition,
                            clean_session,
                            keep_alive,
                            client_id,
                            will,
                            user_name,
                            password,
                        });
                    }
                }
            }
        }
    }
    connects
}

fn others(edition: Edition) -> Vec<Packet<'static>> {
    let mut packets: Vec<Packet<'static>> = vec![Pingreq.into(), Pingresp.into(), Disconnect.into()];
    for code in 0..=5 {
        packets.push(Connack::new(ConnectReturnCode::new(code).expect("0 to 5 are return codes")).into());
    }
    if edition == Edition::V3_1_1 {
        packets.push(Connack { session_present: true, return_code: ConnectReturnCode::Accepted }.into());
    }
    let mut deliveries = vec![Delivery::AtMostOnce];
    for packet_id in IDS {
        for dup in [false, true] {
            deliveries.push(Delivery::AtLeastOnce { packet_id, dup });
            deliveries.push(Delivery::ExactlyOnce { packet_id, dup });
        }
        packets.extend([
            Packet::from(Puback::new(packet_id)),
            Pubrec::new(packet_id).into(),
            Pubrel::new(packet_id).into(),
            Pubcomp::new(packet_id).into(),
            Unsuback::new(packet_id).into(),
        ]);
        for count in 1..=SUBSCRIPTIONS.len() {
            packets.push(Subscribe::new(packet_id, &SUBSCRIPTIONS[..count]).into());
            packets.push(Unsubscribe::new(packet_id, &FILTERS[..count]).into());
        }
        for count in 1..=CODES.len() {
            packets.push(Suback::new(packet_id, &CODES[..count]).into());
        }
    }
    for delivery in deliveries {
        for retain in [false, true] {
            for topic in TOPICS {
                for payload in [&b""[..], b"21.5", &ALL_BYTES] {
                    packets.push(Publish { delivery, retain, topic, payload }.into());
                }
            }
        }
        packets.push(Publish { delivery, ..Publish::new(TOPICS[3], &ZEROS) }.into());
    }
    packets
}
