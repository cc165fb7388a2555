//! Decoding, encoding and measuring every packet, beside what no codec can do without.
//!
//! A group is a packet. Times move with the machine; compare the lines of one run, in one group:
//!
//! * `decode` reads the packet and touches every field; `walk`, its floor, finds where the packet ends.
//! * `encode` writes it; `copy`, its floor, copies the bytes that come out.
//! * `encoded_len` tells its size.
//!
//! `cargo bench --bench packets -- PUBLISH` runs the groups of one packet.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use mqtt_wire::v3::{
    Connack, Connect, ConnectReturnCode, Disconnect, Edition, Packet, Pingreq, Pingresp, Puback, Pubcomp, Publish,
    Pubrec, Pubrel, Suback, Subscribe, SubscribeReturnCode, Subscription, Unsuback, Unsubscribe, Will,
};
use mqtt_wire::{Decoder, Delivery, PacketId, QoS, TopicFilter, Version, text, topic_filter, topic_name};

const ID: PacketId = PacketId::FIRST;

const TELEMETRY: &[u8] = br#"{"celsius":21.5,"humidity":40.1}"#;

const FILTERS: [TopicFilter<'_>; 8] = [
    topic_filter!("site/0042/dev/+/temp"),
    topic_filter!("site/0042/dev/+/humidity"),
    topic_filter!("site/0042/alarms/#"),
    topic_filter!("site/+/status"),
    topic_filter!("commands/meter-0137"),
    topic_filter!("commands/all"),
    topic_filter!("firmware/stable/meter"),
    topic_filter!("$SYS/broker/uptime"),
];

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();

    let large = vec![0xA5; 64 * 1024];
    let subscriptions = FILTERS.map(|topic_filter| Subscription::new(topic_filter, QoS::AtLeastOnce));
    let return_codes = [SubscribeReturnCode::Granted(QoS::AtLeastOnce); 8];
    let connect = Connect::new(text!("meter-0137"));
    let telemetry = Publish::new(topic_name!("site/0042/dev/0137/temp"), TELEMETRY);
    let qos_1 = Delivery::at_least_once(ID);

    let packets: [(&str, Packet<'_>); 22] = [
        ("CONNECT", connect.into()),
        (
            "CONNECT, all fields",
            Connect {
                will: Some(Will::new(topic_name!("site/0042/dev/0137/state"), b"gone")),
                user_name: Some(text!("meter")),
                password: Some(b"correct horse"),
                ..connect
            }
            .into(),
        ),
        ("CONNECT, 3.1", Connect { edition: Edition::V3_1, ..connect }.into()),
        ("CONNACK", Connack::new(ConnectReturnCode::Accepted).into()),
        ("PUBLISH, QoS 0", telemetry.into()),
        ("PUBLISH, QoS 1", Publish { delivery: qos_1, ..telemetry }.into()),
        ("PUBLISH, non-ASCII topic", Publish { topic: topic_name!("거실/온도/센서"), ..telemetry }.into()),
        ("PUBLISH, 64 KiB", Publish { delivery: qos_1, payload: &large, ..telemetry }.into()),
        ("PUBACK", Puback::new(ID).into()),
        ("PUBREC", Pubrec::new(ID).into()),
        ("PUBREL", Pubrel::new(ID).into()),
        ("PUBCOMP", Pubcomp::new(ID).into()),
        ("SUBSCRIBE", Subscribe::new(ID, &subscriptions[..1]).into()),
        ("SUBSCRIBE, 8 filters", Subscribe::new(ID, &subscriptions).into()),
        ("SUBACK", Suback::new(ID, &return_codes[..1]).into()),
        ("SUBACK, 8 codes", Suback::new(ID, &return_codes).into()),
        ("UNSUBSCRIBE", Unsubscribe::new(ID, &FILTERS[..1]).into()),
        ("UNSUBSCRIBE, 8 filters", Unsubscribe::new(ID, &FILTERS).into()),
        ("UNSUBACK", Unsuback::new(ID).into()),
        ("PINGREQ", Pingreq.into()),
        ("PINGRESP", Pingresp.into()),
        ("DISCONNECT", Disconnect.into()),
    ];
    for (name, packet) in &packets {
        measure(&mut criterion, name, packet);
    }
    criterion.final_summary();
}

fn measure(criterion: &mut Criterion, name: &str, packet: &Packet<'_>) {
    let mut buffer = vec![0; packet.encoded_len().expect("the packet keeps the rules")];
    let bytes = packet.encode(&mut buffer).expect("the buffer has the packet's size").to_vec();
    let decoder = Decoder::observer(match packet {
        Packet::Connect(connect) => Version::from(connect.edition),
        _ => Version::V3_1_1,
    });

    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("walk", |bencher| bencher.iter(|| walk(black_box(&bytes))));
    group.bench_function("decode", |bencher| {
        bencher.iter(|| match decoder.read(&mut black_box(&bytes[..])) {
            Ok(Some(mqtt_wire::Packet::V3(packet))) => touch(&packet),
            other => panic!("{other:?}"),
        });
    });
    group.bench_function("copy", |bencher| {
        bencher.iter(|| {
            black_box(&mut buffer[..]).copy_from_slice(black_box(&bytes));
        });
    });
    group.bench_function("encode", |bencher| {
        bencher.iter(|| black_box(packet).encode(black_box(&mut buffer)).map(<[u8]>::len));
    });
    group.bench_function("encoded_len", |bencher| bencher.iter(|| black_box(packet).encoded_len()));
    group.finish();
}

/// Reads the fixed header and skips the rest: what is left when nothing is checked and nothing is looked at.
fn walk(bytes: &[u8]) -> &[u8] {
    let mut length = 0;
    let mut header = 1;
    while let Some(&byte) = bytes.get(header) {
        length |= usize::from(byte & 0x7F) << (7 * (header - 1));
        header += 1;
        if byte < 0x80 || header == 5 {
            break;
        }
    }
    bytes.get(header + length..).unwrap_or_default()
}

/// Looks at every field, so that a lazy view pays for its laziness.
fn touch(packet: &Packet<'_>) -> usize {
    let id = |packet_id: PacketId| usize::from(packet_id.get());
    match packet {
        Packet::Connect(connect) => {
            let will = connect.will.map_or(0, |will| will.topic.as_bytes().len() + will.message.len());
            let user_name = connect.user_name.map_or(0, |user_name| user_name.as_bytes().len());
            let password = connect.password.map_or(0, <[u8]>::len);
            connect.client_id.as_bytes().len() + usize::from(connect.keep_alive) + will + user_name + password
        }
        Packet::Connack(connack) => usize::from(connack.return_code.value()) + usize::from(connack.session_present),
        Packet::Publish(publish) => {
            let packet_id = publish.delivery.packet_id().map_or(0, id);
            publish.topic.as_bytes().len() + publish.payload.len() + packet_id
        }
        Packet::Puback(puback) => id(puback.packet_id),
        Packet::Pubrec(pubrec) => id(pubrec.packet_id),
        Packet::Pubrel(pubrel) => id(pubrel.packet_id),
        Packet::Pubcomp(pubcomp) => id(pubcomp.packet_id),
        Packet::Subscribe(subscribe) => subscribe.subscriptions.iter().fold(id(subscribe.packet_id), |sum, wanted| {
            sum + wanted.topic_filter.as_bytes().len() + usize::from(wanted.qos.value())
        }),
        Packet::Suback(suback) => {
            suback.return_codes.iter().fold(id(suback.packet_id), |sum, code| sum + usize::from(code.value()))
        }
        Packet::Unsubscribe(unsubscribe) => unsubscribe
            .topic_filters
            .iter()
            .fold(id(unsubscribe.packet_id), |sum, topic_filter| sum + topic_filter.as_bytes().len()),
        Packet::Unsuback(unsuback) => id(unsuback.packet_id),
        Packet::Pingreq(_) | Packet::Pingresp(_) | Packet::Disconnect(_) => 0,
    }
}
