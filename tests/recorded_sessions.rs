//! The sessions in tests/data/captures, recorded between real clients and a real broker: this crate must see in every
//! packet what Wireshark sees, and write every packet as it was recorded.
//!
//! packets.tsv and fields.tsv are Wireshark's view (see tests/data/captures/README.md); line n of a stream is its packet n.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use mqtt_wire::{Decoder, Packet, PacketId, QoS, Split, Version, split, v3, v5};

/// One packet as Wireshark shows it: a line of fields.tsv, or of packets.tsv, which has no fields.
#[derive(Debug)]
struct Row {
    capture: &'static str,
    connection: u32,
    direction: Direction,
    packet_type: &'static str,
    remaining_length: usize,
    /// `name=value`, in the order of the packet's bytes.
    fields: Vec<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Direction {
    /// Client to server.
    Up,
    /// Server to client.
    Down,
}

/// The packets of one direction of one connection.
struct Stream {
    name: String,
    version: Version,
    direction: Direction,
    bytes: Vec<u8>,
    rows: Vec<Row>,
}

fn captures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/captures")
}

/// The lines of fields.tsv, each with the place of its packet in the stream.
fn fields_tsv() -> Vec<(usize, Row)> {
    let lines = include_str!("data/captures/fields.tsv").lines().skip(1);
    lines
        .map(|line| {
            let mut cells = line.split('\t');
            let mut cell = || cells.next().expect("a cell");
            let (capture, connection, direction) = (cell(), number(cell()), direction(cell()));
            let (index, packet_type, remaining_length) = (number(cell()), cell(), number(cell()));
            let fields = cells.collect();
            let row = Row { capture, connection, direction, packet_type, remaining_length, fields };
            (index, row)
        })
        .collect()
}

/// The lines of packets.tsv.
fn packets_tsv() -> Vec<Row> {
    let lines = include_str!("data/captures/packets.tsv").lines().skip(1);
    lines
        .map(|line| match *line.split('\t').collect::<Vec<_>>() {
            [capture, connection, direction_name, packet_type, remaining_length] => Row {
                capture,
                connection: number(connection),
                direction: direction(direction_name),
                packet_type,
                remaining_length: number(remaining_length),
                fields: Vec::new(),
            },
            _ => panic!("packets.tsv has five columns: {line}"),
        })
        .collect()
}

fn number<T: std::str::FromStr>(cell: &str) -> T {
    cell.parse().unwrap_or_else(|_| panic!("a number: {cell:?}"))
}

fn direction(cell: &str) -> Direction {
    match cell {
        "up" => Direction::Up,
        "down" => Direction::Down,
        _ => panic!("up or down: {cell:?}"),
    }
}

/// The protocol level that the name of a capture ends with.
fn version(capture: &str) -> Version {
    match capture.rsplit_once("-v") {
        Some((_, "3")) => Version::V3_1,
        Some((_, "4")) => Version::V3_1_1,
        Some((_, "5")) => Version::V5_0,
        _ => panic!("a capture's name ends with its level: {capture}"),
    }
}

/// Every recorded stream with its lines of fields.tsv.
fn streams() -> Vec<Stream> {
    let mut streams: Vec<Stream> = Vec::new();
    for (index, row) in fields_tsv() {
        let version = version(row.capture);
        let direction = match row.direction {
            Direction::Up => "up",
            Direction::Down => "down",
        };
        let name = format!("{}.c{}.{direction}.bin", row.capture, row.connection);
        let stream = match streams.iter_mut().find(|stream| stream.name == name) {
            Some(stream) => stream,
            None => {
                let bytes = fs::read(captures().join("streams").join(&name)).expect(&name);
                let bytes = if row.capture.contains("websocket") { messages_of_websocket(&bytes) } else { bytes };
                let (direction, rows) = (row.direction, Vec::new());
                streams.push(Stream { name, version, direction, bytes, rows });
                streams.last_mut().expect("just pushed")
            }
        };
        assert_eq!(stream.rows.len(), index, "{}: rows are in order", stream.name);
        stream.rows.push(row);
    }
    streams
}

/// What the frames of a WebSocket connection carry (RFC 6455), behind the HTTP request or response that opens it.
fn messages_of_websocket(stream: &[u8]) -> Vec<u8> {
    let head = stream.windows(4).position(|end| end == b"\r\n\r\n");
    let mut rest = &stream[head.expect("the end of the HTTP head") + 4..];
    let mut messages = Vec::new();
    while let [first, second, behind @ ..] = rest {
        assert_eq!(first & 0x0F, 2, "a binary frame");
        let (length, behind) = match second & 0x7F {
            126 => (usize::from(u16::from_be_bytes([behind[0], behind[1]])), &behind[2..]),
            127 => panic!("no frame here is that long"),
            length => (usize::from(length), behind),
        };
        let (mask, behind) = match second & 0x80 {
            0 => ([0; 4], behind),
            _ => ([behind[0], behind[1], behind[2], behind[3]], &behind[4..]),
        };
        let (data, behind) = behind.split_at(length);
        messages.extend(data.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        rest = behind;
    }
    messages
}

impl Stream {
    /// The decoder of the side that the stream was sent to.
    fn decoder(&self) -> Decoder {
        match self.direction {
            Direction::Up => Decoder::server(self.version),
            Direction::Down => Decoder::client(self.version),
        }
    }

    /// Calls `visit` with every packet that the decoder reads and the bytes that it came from.
    fn for_each_packet(&self, mut visit: impl FnMut(&Packet<'_>, &[u8])) {
        let decoder = self.decoder();
        let mut input = &self.bytes[..];
        while let Some((before, packet)) = read(decoder, &mut input, &self.name) {
            visit(&packet, &before[..before.len() - input.len()]);
        }
        assert_eq!(input, [], "{}: bytes are left", self.name);
    }
}

/// The next packet, and the input as it was before.
fn read<'a>(decoder: Decoder, input: &mut &'a [u8], name: &str) -> Option<(&'a [u8], Packet<'a>)> {
    let before = *input;
    let packet = decoder.read(input);
    let packet = packet.unwrap_or_else(|error| panic!("{name}: {error} in {before:02x?}"));
    packet.map(|packet| (before, packet))
}

/// What Wireshark would write of a packet into the cells of fields.tsv.
fn cells(packet: &Packet<'_>, bytes: &[u8], version: Version) -> Vec<String> {
    let mut cells = Cells(Vec::new());
    match packet {
        Packet::V3(packet) => cells.v3(packet, bytes[0], version),
        Packet::V5(packet) => {
            let Split::Complete { frame, .. } = split(bytes).unwrap() else {
                panic!("a packet was read: {bytes:02x?}")
            };
            cells.v5(packet, bytes[0], frame.remaining_length());
        }
    }
    cells.0
}

struct Cells(Vec<String>);

impl Cells {
    fn add(&mut self, name: &str, value: impl ToString) {
        self.0.push(format!("{name}={}", value.to_string()));
    }

    fn flag(&mut self, name: &str, value: bool) {
        self.add(name, u8::from(value));
    }

    fn binary(&mut self, name: &str, value: &[u8]) {
        let mut cell = format!("{name}=");
        value.iter().for_each(|byte| write!(cell, "{byte:02x}").unwrap());
        self.0.push(cell);
    }

    /// The flags of every packet but PUBLISH. MQTT 3.1 reads some of them as those of a PUBLISH.
    fn flags(&mut self, first_byte: u8, version: Version) {
        if version == Version::V3_1 && matches!(first_byte >> 4, 6 | 8 | 10) {
            self.add("dup", first_byte >> 3 & 1);
            self.add("qos", first_byte >> 1 & 3);
            self.add("reserved", first_byte & 1);
        } else {
            self.add("flags", first_byte & 0x0F);
        }
    }

    fn v3(&mut self, packet: &v3::Packet<'_>, first_byte: u8, version: Version) {
        if !matches!(packet, v3::Packet::Publish(_)) {
            self.flags(first_byte, version);
        }
        match packet {
            v3::Packet::Connect(connect) => self.v3_connect(connect),
            v3::Packet::Connack(connack) => {
                self.add("reserved", 0);
                if version == Version::V3_1 {
                    assert!(!connack.session_present, "3.1 has no such flag");
                } else {
                    self.flag("session_present", connack.session_present);
                }
                self.add("return_code", connack.return_code as u8);
            }
            v3::Packet::Publish(publish) => {
                self.flag("dup", publish.delivery.dup());
                self.add("qos", publish.delivery.qos());
                self.flag("retain", publish.retain);
                self.add("topic", publish.topic);
                if let Some(packet_id) = publish.delivery.packet_id() {
                    self.add("packet_id", packet_id);
                }
                self.binary("payload", publish.payload);
            }
            v3::Packet::Puback(v3::Puback { packet_id })
            | v3::Packet::Pubrec(v3::Pubrec { packet_id })
            | v3::Packet::Pubrel(v3::Pubrel { packet_id })
            | v3::Packet::Pubcomp(v3::Pubcomp { packet_id })
            | v3::Packet::Unsuback(v3::Unsuback { packet_id }) => self.add("packet_id", packet_id),
            v3::Packet::Subscribe(subscribe) => {
                self.add("packet_id", subscribe.packet_id);
                for subscription in subscribe.subscriptions.iter() {
                    self.add("topic", subscription.topic_filter);
                    self.add("requested_qos", subscription.qos);
                }
            }
            v3::Packet::Suback(suback) => {
                self.add("packet_id", suback.packet_id);
                for code in suback.return_codes.iter() {
                    self.add("return_code", code.value());
                }
            }
            v3::Packet::Unsubscribe(unsubscribe) => {
                self.add("packet_id", unsubscribe.packet_id);
                for topic_filter in unsubscribe.topic_filters.iter() {
                    self.add("topic", topic_filter);
                }
            }
            v3::Packet::Pingreq(_) | v3::Packet::Pingresp(_) | v3::Packet::Disconnect(_) => {}
        }
    }

    fn v3_connect(&mut self, connect: &v3::Connect<'_>) {
        let (name, level) = match connect.edition {
            v3::Edition::V3_1 => ("MQIsdp", 3),
            v3::Edition::V3_1_1 => ("MQTT", 4),
        };
        self.add("protocol_name", name);
        self.add("level", level);
        self.flag("user_name_flag", connect.user_name.is_some());
        self.flag("password_flag", connect.password.is_some());
        self.flag("will_retain", connect.will.is_some_and(|will| will.retain));
        self.add("will_qos", connect.will.map_or(QoS::AtMostOnce, |will| will.qos));
        self.flag("will_flag", connect.will.is_some());
        self.flag("clean", connect.clean_session);
        self.add("reserved", 0);
        self.add("keep_alive", connect.keep_alive);
        self.add("client_id", connect.client_id);
        if let Some(will) = connect.will {
            self.add("will_topic", will.topic);
            self.binary("will_message", will.message);
        }
        if let Some(user_name) = connect.user_name {
            self.add("user_name", user_name);
        }
        if let Some(password) = connect.password {
            self.binary("password", password);
        }
    }
}

/// What stands in the will is named so, to tell it from the rest of a CONNECT.
#[derive(Clone, Copy)]
enum Block {
    Packet,
    Will,
}

/// MQTT 5.0.
impl Cells {
    /// The short forms of acknowledgements and DISCONNECT decode to what the long ones decode to: how long the packet is, says
    /// whether Wireshark has seen a reason code and a Property Length.
    fn v5(&mut self, packet: &v5::Packet<'_>, first_byte: u8, remaining_length: usize) {
        use v5::Packet;
        if !matches!(packet, Packet::Publish(_)) {
            self.add("flags", first_byte & 0x0F);
        }
        match packet {
            Packet::Connect(connect) => self.v5_connect(connect),
            Packet::Connack(connack) => {
                self.add("reserved", 0);
                self.flag("session_present", connack.session_present);
                self.add("reason_code", connack.reason_code.value());
                self.properties(Block::Packet, connack.properties);
            }
            Packet::Publish(publish) => self.v5_publish(publish),
            Packet::Puback(v5::Puback { packet_id, reason_code, properties })
            | Packet::Pubrec(v5::Pubrec { packet_id, reason_code, properties })
            | Packet::Pubrel(v5::Pubrel { packet_id, reason_code, properties })
            | Packet::Pubcomp(v5::Pubcomp { packet_id, reason_code, properties }) => {
                self.packet_id(*packet_id);
                self.reason(remaining_length - 2, *reason_code, *properties);
            }
            Packet::Subscribe(subscribe) => {
                self.packet_id(subscribe.packet_id);
                self.properties(Block::Packet, subscribe.properties);
                for subscription in subscribe.subscriptions.iter() {
                    self.add("topic", subscription.topic_filter);
                    self.add("reserved", 0);
                    self.add("retain_handling", subscription.retain_handling as u8);
                    self.flag("retain_as_published", subscription.retain_as_published);
                    self.flag("no_local", subscription.no_local);
                    self.add("requested_qos", subscription.qos);
                }
            }
            Packet::Suback(v5::Suback { packet_id, properties, reason_codes })
            | Packet::Unsuback(v5::Unsuback { packet_id, properties, reason_codes }) => {
                self.packet_id(*packet_id);
                self.properties(Block::Packet, *properties);
                reason_codes.iter().for_each(|code| self.add("reason_code", code.value()));
            }
            Packet::Unsubscribe(unsubscribe) => {
                self.packet_id(unsubscribe.packet_id);
                self.properties(Block::Packet, unsubscribe.properties);
                unsubscribe.topic_filters.iter().for_each(|topic_filter| self.add("topic", topic_filter));
            }
            Packet::Pingreq(_) | Packet::Pingresp(_) => {}
            Packet::Disconnect(v5::Disconnect { reason_code, properties }) => {
                self.reason(remaining_length, *reason_code, *properties);
            }
            Packet::Auth(auth) => panic!("no capture holds an AUTH: {auth:?}"),
        }
    }

    fn v5_connect(&mut self, connect: &v5::Connect<'_>) {
        self.add("protocol_name", "MQTT");
        self.add("level", 5);
        self.flag("user_name_flag", connect.user_name.is_some());
        self.flag("password_flag", connect.password.is_some());
        self.flag("will_retain", connect.will.is_some_and(|will| will.retain));
        self.add("will_qos", connect.will.map_or(QoS::AtMostOnce, |will| will.qos));
        self.flag("will_flag", connect.will.is_some());
        self.flag("clean", connect.clean_start);
        self.add("reserved", 0);
        self.add("keep_alive", connect.keep_alive);
        self.properties(Block::Packet, connect.properties);
        self.add("client_id", connect.client_id);
        if let Some(will) = connect.will {
            self.properties(Block::Will, will.properties);
            self.add("will_topic", will.topic);
            self.binary("will_message", will.payload);
        }
        if let Some(user_name) = connect.user_name {
            self.add("user_name", user_name);
        }
        if let Some(password) = connect.password {
            self.binary("password", password);
        }
    }

    /// Where an alias stands for the topic, Wireshark shows that topic behind the properties. No bytes are there for it.
    fn v5_publish(&mut self, publish: &v5::Publish<'_>) {
        self.flag("dup", publish.delivery.dup());
        self.add("qos", publish.delivery.qos());
        self.flag("retain", publish.retain);
        if let Some(topic) = publish.topic {
            self.add("topic", topic);
        }
        if let Some(packet_id) = publish.delivery.packet_id() {
            self.packet_id(packet_id);
        }
        self.properties(Block::Packet, publish.properties);
        if publish.topic.is_none() {
            self.add("topic", "");
        }
        self.binary("payload", publish.payload);
    }

    fn packet_id(&mut self, packet_id: PacketId) {
        self.add("packet_id", packet_id);
    }

    /// A reason code and properties in so many bytes.
    fn reason(&mut self, length: usize, reason_code: v5::ReasonCode, properties: v5::Properties<'_>) {
        if length > 0 {
            self.add("reason_code", reason_code.value());
        }
        if length > 1 {
            self.properties(Block::Packet, properties);
        }
    }

    /// The Property Length, then the properties: identifier, and value or name and value.
    fn properties(&mut self, block: Block, properties: v5::Properties<'_>) {
        use v5::Property as P;
        let mut cells = Cells(Vec::new());
        let mut length = 0;
        for property in properties.iter() {
            let id = property.id();
            let name = format!("property.0x{id:02x}");
            length += 1 + match property {
                P::PayloadFormatIndicator(bit)
                | P::RequestProblemInformation(bit)
                | P::RequestResponseInformation(bit)
                | P::RetainAvailable(bit)
                | P::WildcardSubscriptionAvailable(bit)
                | P::SubscriptionIdentifierAvailable(bit)
                | P::SharedSubscriptionAvailable(bit) => {
                    cells.flag(&name, bit);
                    1
                }
                P::MaximumQoS(maximum) => {
                    cells.add(&name, maximum as u8);
                    1
                }
                P::ServerKeepAlive(value) | P::TopicAliasMaximum(value) => {
                    cells.add(&name, value);
                    2
                }
                P::ReceiveMaximum(value) | P::TopicAlias(value) => {
                    cells.add(&name, value);
                    2
                }
                P::MessageExpiryInterval(value) | P::SessionExpiryInterval(value) | P::WillDelayInterval(value) => {
                    cells.add(&name, value);
                    4
                }
                P::MaximumPacketSize(value) => {
                    cells.add(&name, value);
                    4
                }
                P::SubscriptionIdentifier(identifier) => {
                    cells.add(&name, identifier.get());
                    match identifier.get() {
                        0..=127 => 1,
                        128..=16_383 => 2,
                        16_384..=2_097_151 => 3,
                        _ => 4,
                    }
                }
                P::ContentType(text)
                | P::AssignedClientIdentifier(text)
                | P::AuthenticationMethod(text)
                | P::ResponseInformation(text)
                | P::ServerReference(text)
                | P::ReasonString(text) => {
                    cells.add(&name, text);
                    2 + text.as_bytes().len()
                }
                P::ResponseTopic(topic) => {
                    cells.add(&name, topic);
                    2 + topic.as_bytes().len()
                }
                P::CorrelationData(data) | P::AuthenticationData(data) => {
                    cells.binary(&name, data);
                    2 + data.len()
                }
                P::UserProperty((of_pair, value)) => {
                    cells.add(&format!("property_name.0x{id:02x}"), of_pair);
                    cells.add(&format!("property_value.0x{id:02x}"), value);
                    2 + of_pair.as_bytes().len() + 2 + value.as_bytes().len()
                }
            };
        }
        let prefix = match block {
            Block::Packet => "",
            Block::Will => "will_",
        };
        self.add(&format!("{prefix}properties_length"), length);
        self.0.extend(cells.0.into_iter().map(|cell| format!("{prefix}{cell}")));
    }
}

/// A packet that is not written as it was recorded.
struct Rewritten {
    capture: &'static str,
    connection: u32,
    direction: Direction,
    index: usize,
    recorded: &'static [u8],
    written: &'static [u8],
}

/// One row a packet: MQTT.js writes a Property Length, and a reason code 0x00 too, where nothing follows them (sections
/// 3.5.2.1, 3.6.2.1, 3.7.2.1 and 3.14.2.2.1). This crate writes the shortest form that means the same.
const REWRITTEN: [Rewritten; 4] = {
    const fn mqttjs(index: usize, recorded: &'static [u8], written: &'static [u8]) -> Rewritten {
        let (capture, connection, direction) = ("mqttjs-mixed-v5", 0, Direction::Up);
        Rewritten { capture, connection, direction, index, recorded, written }
    }
    [
        // PUBREL and PUBREC and PUBCOMP: Success without properties is the packet identifier alone
        mqttjs(3, &[0x62, 4, 0x4C, 0x1D, 0x00, 0], &[0x62, 2, 0x4C, 0x1D]),
        mqttjs(4, &[0x50, 4, 0x00, 0x01, 0x00, 0], &[0x50, 2, 0x00, 0x01]),
        mqttjs(6, &[0x70, 4, 0x00, 0x01, 0x00, 0], &[0x70, 2, 0x00, 0x01]),
        // DISCONNECT with Will Message: without properties there is no Property Length
        mqttjs(10, &[0xE0, 2, 0x04, 0], &[0xE0, 1, 0x04]),
    ]
};

fn encoded(packet: &Packet<'_>) -> Vec<u8> {
    let mut buffer = vec![0; packet.encoded_len().expect("a packet that was decoded")];
    let written = packet.encode(&mut buffer).expect("a buffer of the right size").len();
    assert_eq!(written, buffer.len());
    buffer
}

#[test]
fn every_stream_and_every_packet_of_the_tables_is_looked_at() {
    let packets = packets_tsv();
    let of = |level| packets.iter().filter(|row| version(row.capture) == level).count();
    assert_eq!([of(Version::V3_1), of(Version::V3_1_1), of(Version::V5_0)], [136, 182, 178]);

    let streams = streams();
    let read = |level, websocket| {
        let packets =
            streams.iter().filter(|stream| stream.version == level && stream.name.contains("websocket") == websocket);
        packets.map(|stream| stream.rows.len()).sum::<usize>()
    };
    assert_eq!(read(Version::V3_1, false), 136);
    assert_eq!(read(Version::V3_1_1, false), 182);
    assert_eq!(read(Version::V3_1_1, true), 9); // packets.tsv leaves these out
    assert_eq!(read(Version::V5_0, false), 178);

    let recorded = fs::read_dir(captures().join("streams")).unwrap();
    let recorded = recorded.map(|file| file.unwrap().file_name().into_string().unwrap());
    let looked_at: BTreeSet<_> = streams.into_iter().map(|stream| stream.name).collect();
    assert_eq!(looked_at, recorded.collect());
}

#[test]
fn fields_tsv_and_packets_tsv_list_the_same_packets() {
    let fields = fields_tsv().into_iter().map(|(_, row)| row);
    let fields = fields.filter(|row| !row.capture.contains("websocket"));
    let overview = |row: Row| (row.capture, row.connection, row.direction, row.packet_type, row.remaining_length);
    let (fields, packets): (Vec<_>, Vec<_>) =
        (fields.map(overview).collect(), packets_tsv().into_iter().map(overview).collect());
    assert_eq!(fields, packets);
}

#[test]
fn types_and_lengths_are_those_that_wireshark_shows() {
    for stream in streams() {
        let mut rows = stream.rows.iter();
        stream.for_each_packet(|packet, bytes| {
            let Split::Complete { frame, rest: [] } = split(bytes).unwrap() else {
                panic!("{}: a packet was read, so it is whole", stream.name)
            };
            let row = rows.next().unwrap_or_else(|| panic!("{}: too many packets", stream.name));
            assert_eq!(packet.packet_type().name(), row.packet_type, "{row:?}");
            assert_eq!(frame.packet_type(), packet.packet_type(), "{row:?}");
            assert_eq!(frame.remaining_length(), row.remaining_length, "{row:?}");
        });
        assert!(rows.next().is_none(), "{}: too few packets", stream.name);
    }
}

#[test]
fn fields_are_those_that_wireshark_shows() {
    for stream in streams() {
        let mut rows = stream.rows.iter();
        stream.for_each_packet(|packet, bytes| {
            let row = rows.next().unwrap_or_else(|| panic!("{}: too many packets", stream.name));
            assert_eq!(cells(packet, bytes, stream.version), row.fields, "{row:?}");
        });
        assert!(rows.next().is_none(), "{}: too few packets", stream.name);
    }
}

#[test]
fn packets_are_written_as_they_were_recorded() {
    let mut rewritten = 0;
    for stream in streams() {
        let mut rows = stream.rows.iter().enumerate();
        stream.for_each_packet(|packet, bytes| {
            let (index, row) = rows.next().unwrap_or_else(|| panic!("{}: too many packets", stream.name));
            let is_listed = |listed: &&Rewritten| {
                (listed.capture, listed.connection, listed.direction, listed.index)
                    == (row.capture, row.connection, row.direction, index)
            };
            match REWRITTEN.iter().find(is_listed) {
                None => assert_eq!(encoded(packet), bytes, "{}: {packet:?}", stream.name),
                Some(listed) => {
                    assert_eq!(bytes, listed.recorded, "{row:?}");
                    assert_eq!(encoded(packet), listed.written, "{row:?}");
                    let mut input = listed.written;
                    let (_, again) = read(stream.decoder(), &mut input, &stream.name).expect("a whole packet");
                    assert_eq!(again, *packet, "{row:?}");
                    rewritten += 1;
                }
            }
        });
    }
    assert_eq!(rewritten, REWRITTEN.len());
}

#[test]
fn the_size_of_the_pieces_does_not_matter() {
    for stream in streams() {
        for size in [1, 2, 3, 7, stream.bytes.len()] {
            let mut rows = stream.rows.iter();
            let (decoder, mut buffered) = (stream.decoder(), Vec::new());
            for piece in stream.bytes.chunks(size) {
                buffered.extend_from_slice(piece);
                let mut input = &buffered[..];
                while let Some((before, packet)) = read(decoder, &mut input, &stream.name) {
                    let bytes = &before[..before.len() - input.len()];
                    let row = rows.next().expect(&stream.name);
                    let found = cells(&packet, bytes, stream.version);
                    assert_eq!(found, row.fields, "in pieces of {size}: {row:?}");
                }
                let read = buffered.len() - input.len();
                buffered.drain(..read);
            }
            assert_eq!(buffered, [], "{}: bytes are left", stream.name);
            assert!(rows.next().is_none(), "{}: too few packets", stream.name);
        }
    }
}

#[test]
fn the_first_packet_of_a_connection_tells_its_version() {
    let mut connections = 0;
    for stream in streams() {
        let Ok(Split::Complete { frame, .. }) = split(&stream.bytes) else {
            panic!("{}: begins with a whole packet", stream.name)
        };
        let mut input = &stream.bytes[..];
        let first = Decoder::first_packet(&mut input, u32::MAX);
        match stream.direction {
            Direction::Up => {
                assert_eq!(Version::of(frame).unwrap(), stream.version, "{}", stream.name);
                let (mut decoder_input, (decoder, packet)) = (input, first.unwrap().unwrap());
                assert_eq!(encoded(&packet), frame.as_bytes(), "{}", stream.name);
                let mut rest = 0;
                while read(decoder, &mut decoder_input, &stream.name).is_some() {
                    rest += 1;
                }
                assert_eq!((rest + 1, decoder_input), (stream.rows.len(), &[][..]));
                connections += 1;
            }
            Direction::Down => {
                assert!(first.is_err(), "{}: a server sends no CONNECT", stream.name)
            }
        }
    }
    assert_eq!(connections, 14 + 18 + 1 + 21);
}
