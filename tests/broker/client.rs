//! A client that sends and expects single packets, made by the crate itself.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use mqtt_wire::v5::{Properties, Property, ReasonCode, Subscription};
use mqtt_wire::{Decoder, Delivery, Packet, PacketId, QoS, Split, Text, TopicFilter, TopicName, Version, v3, v5};

use crate::server::Server;

/// What has to come comes much sooner.
const PATIENCE: Duration = Duration::from_secs(30);

/// A socket that waits patiently, whatever signals come meanwhile.
pub struct Socket(TcpStream);

impl Socket {
    pub fn open(address: &str) -> Socket {
        let socket = TcpStream::connect(address).expect("the broker listens");
        socket.set_read_timeout(Some(PATIENCE)).expect("it can be set");
        Socket(socket)
    }
}

impl Read for Socket {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(room) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

pub struct Client {
    socket: Socket,
    decoder: Decoder,
    received: Vec<u8>,
}

impl Client {
    /// A connection on which nothing was sent yet.
    pub fn open(server: &Server, version: Version) -> Client {
        Client { socket: Socket::open(&server.tcp), decoder: Decoder::client(version), received: Vec::new() }
    }

    /// A client of 3.1.1 with a clean session.
    pub fn v3(server: &Server, id: &str) -> Client {
        Client::connect_v3(server, v3::Connect::new(text(id)), false)
    }

    pub fn connect_v3(server: &Server, connect: v3::Connect<'_>, session_present: bool) -> Client {
        let mut client = Client::open(server, connect.edition.into());
        client.send(connect);
        client.expect(v3::Connack { session_present, ..v3::Connack::new(v3::ConnectReturnCode::Accepted) });
        client
    }

    /// A client of 5.0 with a clean start.
    pub fn v5(server: &Server, id: &str) -> Client {
        Client::connect_v5(server, v5::Connect::new(text(id)))
    }

    pub fn connect_v5(server: &Server, connect: v5::Connect<'_>) -> Client {
        Client::resume_v5(server, connect, false)
    }

    pub fn resume_v5(server: &Server, connect: v5::Connect<'_>, session_present: bool) -> Client {
        let mut client = Client::open(server, Version::V5_0);
        client.send(connect);
        client.take(|packet| match packet {
            Packet::V5(v5::Packet::Connack(connack)) => {
                assert_eq!((connack.reason_code, connack.session_present), (ReasonCode::Success, session_present));
            }
            other => panic!("{other:?} is no CONNACK"),
        });
        client
    }

    pub fn send<'a>(&mut self, packet: impl Into<Packet<'a>>) {
        let packet = packet.into();
        let mut bytes = vec![0; packet.encoded_len().expect("the packet is well formed")];
        packet.encode(&mut bytes).expect("likewise");
        self.send_bytes(&bytes);
    }

    pub fn send_bytes(&mut self, bytes: &[u8]) {
        self.socket.write_all(bytes).expect("the broker takes it");
    }

    /// Sends what the broker may not take any more.
    pub fn try_send_bytes(&mut self, bytes: &[u8]) {
        self.socket.write_all(bytes).ok();
    }

    /// Waits for a packet, and gives `look` of it.
    pub fn take<T>(&mut self, look: impl FnOnce(Packet<'_>) -> T) -> T {
        loop {
            let split = self.decoder.split(&self.received).expect("the broker sends what is well formed");
            if let Split::Complete { frame, .. } = split {
                let looked = look(self.decoder.decode(frame).expect("the broker sends what is well formed"));
                let length = frame.as_bytes().len();
                self.received.drain(..length);
                return looked;
            }
            assert!(self.read(), "the broker closed the connection");
        }
    }

    /// False: the connection is closed.
    fn read(&mut self) -> bool {
        let mut piece = [0; 64 * 1024];
        match self.socket.read(&mut piece) {
            Ok(count) => {
                self.received.extend_from_slice(&piece[..count]);
                count > 0
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => false,
            Err(error) => panic!("nothing came: {error}"),
        }
    }

    /// The next packet is this one.
    pub fn expect<'a>(&mut self, expected: impl Into<Packet<'a>>) {
        let expected = expected.into();
        self.take(|packet| assert_eq!(packet, expected));
    }

    /// The broker closes the connection, and sends nothing before.
    pub fn expect_end(&mut self) {
        while self.read() {}
        assert_eq!(self.received, [], "something came before the end");
    }

    /// The broker says DISCONNECT with this reason code, and closes the connection.
    pub fn expect_disconnect(&mut self, reason_code: ReasonCode) {
        self.expect(v5::Disconnect::new(reason_code));
        self.expect_end();
    }

    /// Nothing more has come: what was sent before an answer stands before it.
    pub fn expect_nothing(&mut self) {
        match self.decoder.version() {
            Version::V5_0 => {
                self.send(v5::Pingreq);
                self.expect(v5::Pingresp);
            }
            _ => {
                self.send(v3::Pingreq);
                self.expect(v3::Pingresp);
            }
        }
    }

    /// Closes the connection without a word.
    pub fn vanish(self) {
        self.socket.0.shutdown(Shutdown::Both).ok();
    }

    /// Asks for a filter, and is granted it.
    pub fn subscribe(&mut self, filter: &str, qos: QoS) {
        let packet_id = PacketId::new(60_000).expect("it is not 0");
        match self.decoder.version() {
            Version::V5_0 => self.subscribe_v5(&[Subscription::new(self::filter(filter), qos)], &[]),
            _ => {
                let wanted = [v3::Subscription::new(TopicFilter::new_v3(filter).expect("it is one"), qos)];
                self.send(v3::Subscribe::new(packet_id, &wanted));
                let granted = [v3::SubscribeReturnCode::Granted(qos)];
                self.expect(v3::Suback::new(packet_id, &granted));
            }
        }
    }

    /// The same with options.
    pub fn subscribe_v5(&mut self, wanted: &[Subscription<'_>], properties: &[Property<'_>]) {
        let packet_id = PacketId::new(60_000).expect("it is not 0");
        let subscribe = v5::Subscribe { properties: properties.into(), ..v5::Subscribe::new(packet_id, wanted) };
        self.send(subscribe);
        let granted: Vec<_> = wanted.iter().map(|wanted| ReasonCode::granted(wanted.qos)).collect();
        self.expect(v5::Suback::new(packet_id, &granted[..]));
    }

    /// Publishes at QoS 1, and waits until the broker has passed it on.
    pub fn publish(&mut self, topic: &str, payload: &[u8]) {
        let delivery = Delivery::at_least_once(PacketId::new(50_000).expect("it is not 0"));
        match self.decoder.version() {
            Version::V5_0 => self.publish_v5(v5::Publish { delivery, ..v5::Publish::new(name(topic), payload) }),
            _ => {
                let publish = v3::Publish { delivery, ..v3::Publish::new(name(topic), payload) };
                self.send(publish);
                self.expect(publish.answer().expect("it is QoS 1"));
            }
        }
    }

    /// The same with more to say.
    pub fn publish_v5(&mut self, publish: v5::Publish<'_>) {
        let delivery = Delivery::at_least_once(PacketId::new(50_000).expect("it is not 0"));
        self.send(v5::Publish { delivery, ..publish });
        self.take(|packet| match packet {
            Packet::V5(v5::Packet::Puback(puback)) => assert!(!puback.reason_code.is_error(), "{puback:?}"),
            other => panic!("{other:?} is no PUBACK"),
        });
    }

    /// Publishes at QoS 1 with RETAIN.
    pub fn retain(&mut self, topic: &str, payload: &[u8], properties: &[Property<'_>]) {
        let properties = Properties::from(properties);
        self.publish_v5(v5::Publish { retain: true, properties, ..v5::Publish::new(name(topic), payload) });
    }
}

pub fn text(text: &str) -> Text<'_> {
    Text::new(text).expect("it is one")
}

pub fn name(text: &str) -> TopicName<'_> {
    TopicName::new(text).expect("it is one")
}

pub fn filter(text: &str) -> TopicFilter<'_> {
    TopicFilter::new(text).expect("it is one")
}

pub fn id(value: u16) -> PacketId {
    PacketId::new(value).expect("it is not 0")
}

/// A message as a subscriber of 5.0 gets it.
pub fn message<'a>(topic: &'a str, payload: &'a [u8]) -> v5::Publish<'a> {
    v5::Publish::new(name(topic), payload)
}
