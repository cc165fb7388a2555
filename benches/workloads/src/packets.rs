//! The bytes of the workloads W1 to W6p, written by hand: the same in every run, each in one piece.

/// Packets of one version, back to back.
pub struct Workload {
    /// Its short name, `W1` to `W6p`.
    pub name: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// MQTT 5.0; 3.1.1 otherwise.
    pub v5: bool,
    /// How many packets there are.
    pub packets: usize,
    /// The packets.
    pub bytes: &'static [u8],
}

/// All of them. Their bytes stay in memory, so that decoded packets may be kept.
pub fn all() -> Vec<Workload> {
    let row = |name, title, v5, (packets, bytes): (usize, Vec<u8>)| {
        let bytes: &'static [u8] = Vec::leak(bytes);
        Workload { name, title, v5, packets, bytes }
    };
    vec![
        row("W1", "telemetry: PUBLISH at QoS 0, topic of 23 bytes, payload of 32", false, repeat(2000, telemetry)),
        row(
            "W2",
            "PUBLISH at QoS 1 (topic of 40 bytes, payload of 128) and PUBACK in turn, with pings",
            false,
            messages(),
        ),
        row(
            "W3",
            "start of a session: CONNECT, CONNACK, SUBSCRIBE with 8 filters, SUBACK, UNSUBSCRIBE, DISCONNECT",
            false,
            {
                let (sessions, bytes) = repeat(300, session);
                (sessions * 6, bytes)
            },
        ),
        row("W4", "PUBLISH with a payload of 64 KiB", false, repeat(64, picture)),
        row("W5", "5.0 telemetry: as W1, with topic alias, expiry and content type", true, repeat(2000, telemetry_5)),
        row(
            "W6",
            "5.0, rich: CONNECT (10 properties, 4 of its will), CONNACK (16), PUBLISH (10), SUBSCRIBE (1)",
            true,
            {
                let (sessions, bytes) = repeat(300, rich_session);
                (sessions * 4, bytes)
            },
        ),
        row(
            "W6p",
            "the PUBLISH of W6 alone: 10 properties, 5 of them user properties",
            true,
            repeat(1200, rich_publish),
        ),
    ]
}

fn repeat(count: usize, mut write: impl FnMut(&mut Vec<u8>, usize)) -> (usize, Vec<u8>) {
    let mut out = Vec::new();
    (0..count).for_each(|i| write(&mut out, i));
    (count, out)
}

fn telemetry(out: &mut Vec<u8>, i: usize) {
    packet(out, 0x30, |body| {
        field(body, format!("site/{:04}/dev/{:04}/temp", i % 1000, i % 5000).as_bytes());
        body.extend(payload(32, i));
    });
}

/// 120 times 8 messages with their acknowledgements, then a PINGREQ and a PINGRESP.
fn messages() -> (usize, Vec<u8>) {
    let mut out = Vec::new();
    for i in 0..960 {
        packet(&mut out, 0x32, |body| {
            field(
                body,
                format!("building/{:04}/floor/{:02}/room/{:04}/light01", i % 1000, i % 40, i % 5000).as_bytes(),
            );
            two_bytes(body, packet_id(i));
            body.extend(payload(128, i));
        });
        packet(&mut out, 0x40, |body| two_bytes(body, packet_id(i)));
        if i % 8 == 7 {
            out.extend([0xC0, 0, 0xD0, 0]);
        }
    }
    (960 * 2 + 120 * 2, out)
}

fn session(out: &mut Vec<u8>, i: usize) {
    packet(out, 0x10, |body| {
        field(body, b"MQTT");
        body.extend([4, USER_NAME | PASSWORD | WILL | WILL_QOS_1 | WILL_RETAIN | CLEAN]);
        two_bytes(body, 60);
        field(body, format!("client-{i:06}").as_bytes());
        field(body, format!("dev/{:04}/will", i % 5000).as_bytes());
        field(body, b"offline");
        field(body, format!("user-{:04}", i % 5000).as_bytes());
        field(body, b"s3cret-word");
    });
    packet(out, 0x20, |body| body.extend([0, 0]));
    packet(out, 0x82, |body| {
        two_bytes(body, packet_id(i));
        for (filter, qos) in filters(i).iter().zip([0, 1, 2].into_iter().cycle()) {
            field(body, filter.as_bytes());
            body.push(qos);
        }
    });
    packet(out, 0x90, |body| {
        two_bytes(body, packet_id(i));
        body.extend([0, 1, 2, 0, 1, 2, 0, 1]);
    });
    packet(out, 0xA2, |body| {
        two_bytes(body, packet_id(i + 1));
        field(body, filters(i)[0].as_bytes());
    });
    out.extend([0xE0, 0]);
}

fn picture(out: &mut Vec<u8>, i: usize) {
    packet(out, 0x30, |body| {
        field(body, format!("site/{:04}/cam/{:04}/jpeg", i % 1000, i % 5000).as_bytes());
        body.extend(payload(65536, i));
    });
}

fn telemetry_5(out: &mut Vec<u8>, i: usize) {
    packet(out, 0x30, |body| {
        field(body, format!("site/{:04}/dev/{:04}/temp", i % 1000, i % 5000).as_bytes());
        properties(body, |block| {
            property_2(block, 0x23, (i % 100) as u16 + 1); // topic alias
            property_4(block, 0x02, 3600); // message expiry interval
            property(block, 0x03, b"application/json"); // content type
        });
        body.extend(payload(32, i));
    });
}

fn rich_publish(out: &mut Vec<u8>, i: usize) {
    packet(out, 0x32, |body| {
        field(body, format!("site/{:04}/dev/{:04}/request", i % 1000, i % 5000).as_bytes());
        two_bytes(body, packet_id(i));
        properties(body, |block| {
            block.extend([0x01, 1]); // payload format indicator
            property_4(block, 0x02, 600); // message expiry interval
            property(block, 0x08, format!("reply/client-{:08}", i % 100_000).as_bytes()); // response topic
            property(block, 0x09, &payload(16, i)); // correlation data
            user_properties(
                block,
                &[
                    ("trace", "4bf92f3577b34da6"),
                    ("span", "00f067aa"),
                    ("tenant", "acme"),
                    ("schema", "telemetry.v2"),
                    ("region", "eu-1"),
                ],
            );
            property(block, 0x03, b"application/json"); // content type
        });
        // the payload format indicator says that it is text
        body.extend(payload(128, i).iter().map(|byte| byte % 95 + 32));
    });
}

fn rich_session(out: &mut Vec<u8>, i: usize) {
    packet(out, 0x10, |body| {
        field(body, b"MQTT");
        body.extend([5, USER_NAME | PASSWORD | WILL | WILL_QOS_1 | CLEAN]);
        two_bytes(body, 60);
        properties(body, |block| {
            property_4(block, 0x11, 3600); // session expiry interval
            property_2(block, 0x21, 32); // receive maximum
            property_4(block, 0x27, 65536); // maximum packet size
            property_2(block, 0x22, 16); // topic alias maximum
            block.extend([0x19, 1, 0x17, 1]); // request response information, request problem information
            let of_client = [("app", "gateway"), ("version", "2.14.3"), ("region", "eu-1"), ("tenant", "acme")];
            user_properties(block, &of_client);
        });
        field(body, format!("client-{i:08}").as_bytes());
        properties(body, |block| {
            property_4(block, 0x18, 30); // will delay interval
            block.extend([0x01, 1]); // payload format indicator
            property_4(block, 0x02, 86400); // message expiry interval
            property(block, 0x03, b"text/plain"); // content type
        });
        field(body, format!("site/{:04}/dev/{:04}/will", i % 1000, i % 5000).as_bytes());
        field(body, b"offline, unexpectedly");
        field(body, format!("user-{:04}", i % 5000).as_bytes());
        field(body, b"correct horse battery");
    });
    packet(out, 0x20, |body| {
        body.extend([0, 0]);
        properties(body, |block| {
            property_4(block, 0x11, 3600); // session expiry interval
            property_2(block, 0x21, 64); // receive maximum
            block.extend([0x24, 1, 0x25, 1]); // maximum QoS, retain available
            property_4(block, 0x27, 1 << 20); // maximum packet size
            property(block, 0x12, format!("auto-{i:08}").as_bytes()); // assigned client identifier
            property_2(block, 0x22, 32); // topic alias maximum
            property(block, 0x1F, b"welcome back"); // reason string
            user_properties(block, &[("node", "broker-07"), ("zone", "eu-1"), ("build", "2026-01-17")]);
            block.extend([0x28, 1, 0x29, 1, 0x2A, 1]); // wildcards, identifiers and shared subscriptions available
            property_2(block, 0x13, 90); // server keep alive
            property(block, 0x1A, b"responses/eu"); // response information
        });
    });
    rich_publish(out, i);
    packet(out, 0x82, |body| {
        two_bytes(body, packet_id(i));
        properties(body, |block| {
            block.push(0x0B); // subscription identifier
            variable(block, 1000 + i % 1000);
        });
        for (filter, qos) in filters(i).iter().take(4).zip([0, 1, 2, 0]) {
            field(body, filter.as_bytes());
            body.push(qos);
        }
    });
}

/// The bits of a CONNECT's flags.
const USER_NAME: u8 = 0x80;
const PASSWORD: u8 = 0x40;
const WILL_RETAIN: u8 = 0x20;
const WILL_QOS_1: u8 = 0x08;
const WILL: u8 = 0x04;
const CLEAN: u8 = 0x02;

fn filters(i: usize) -> [String; 8] {
    [
        format!("dev/{:04}/cmd", i % 5000),
        format!("dev/{:04}/+/state", i % 5000),
        "site/+/alarm".into(),
        "fleet/+/stable".into(),
        "alerts/#".into(),
        format!("group/{:02}/all", i % 32),
        "config/+/set".into(),
        "time/utc".into(),
    ]
}

fn packet_id(i: usize) -> u16 {
    (i % 65535) as u16 + 1
}

fn payload(length: usize, seed: usize) -> Vec<u8> {
    (0..length).map(|i| (i.wrapping_mul(31) ^ seed.wrapping_mul(131)) as u8).collect()
}

fn packet(out: &mut Vec<u8>, first_byte: u8, write: impl FnOnce(&mut Vec<u8>)) {
    out.push(first_byte);
    properties(out, write);
}

/// A length, and what it counts: what stands behind the first byte of a packet, or a property block.
fn properties(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let mut inside = Vec::new();
    write(&mut inside);
    variable(out, inside.len());
    out.extend(inside);
}

fn user_properties(out: &mut Vec<u8>, pairs: &[(&str, &str)]) {
    for (name, value) in pairs {
        property(out, 0x26, name.as_bytes());
        field(out, value.as_bytes());
    }
}

fn property(out: &mut Vec<u8>, id: u8, value: &[u8]) {
    out.push(id);
    field(out, value);
}

fn property_2(out: &mut Vec<u8>, id: u8, value: u16) {
    out.push(id);
    two_bytes(out, value);
}

fn property_4(out: &mut Vec<u8>, id: u8, value: u32) {
    out.push(id);
    out.extend(value.to_be_bytes());
}

fn field(out: &mut Vec<u8>, value: &[u8]) {
    two_bytes(out, u16::try_from(value.len()).expect("fields are short"));
    out.extend(value);
}

fn two_bytes(out: &mut Vec<u8>, value: u16) {
    out.extend(value.to_be_bytes());
}

fn variable(out: &mut Vec<u8>, mut value: usize) {
    while value > 127 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
