//! A codec for `tokio_util`: packets that own their bytes, and are decoded when somebody looks at them.
//!
//! ```sh
//! cargo run --example tokio_codec
//! ```
//!
//! A decoded packet borrows from its bytes, so what a codec gives away cannot be one. It is the bytes of one:
//! [`Received`] holds them, reference counted, and decodes when it is asked. What passes between tasks and stays in
//! queues is then no larger than the packet was on the wire, and is never copied.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::io;

use bytes::{Bytes, BytesMut};
use futures_util::{SinkExt, StreamExt};
use mqtt_wire::v5::ReasonCode;
use mqtt_wire::{
    BrokenRule, DecodeError, Decoder, Delivery, EncodeError, Packet, PacketId, Phase, QoS, Split, Version, text,
    topic_filter, topic_name, v3, v5,
};
use tokio::io::DuplexStream;
use tokio_util::codec::{self, Framed};

/// A CONNECT is read before anybody is trusted.
const MAX_CONNECT: u32 = 1024;
const MAX_PACKET: u32 = 1024 * 1024;

/// A packet that owns its bytes. To clone it copies none of them.
#[derive(Clone)]
struct Received {
    bytes: Bytes,
    decoder: Decoder,
}

impl Received {
    /// Decodes it: a few nanoseconds, and no allocation.
    fn packet(&self) -> Result<Packet<'_>, Fault> {
        self.decoder.read(&mut &self.bytes[..])?.ok_or(Fault::CutOff)
    }

    /// The bytes of a field, owned. They keep the whole packet in memory.
    fn share(&self, field: &[u8]) -> Bytes {
        self.bytes.slice_ref(field)
    }
}

/// Finds where packets end, and checks their fixed headers: type, side, flags and size.
struct MqttCodec {
    /// None: the first packet will tell the version.
    decoder: Option<Decoder>,
}

impl MqttCodec {
    fn server() -> MqttCodec {
        MqttCodec { decoder: None }
    }

    fn client(version: Version) -> MqttCodec {
        MqttCodec { decoder: Some(Decoder::client(version).max_packet_size(MAX_PACKET)) }
    }

    /// The decoder for what comes next. None: the first packet is not whole.
    fn decoder(&mut self, bytes: &[u8]) -> Result<Option<Decoder>, Fault> {
        if self.decoder.is_none() {
            let first = Decoder::first_packet(&mut &bytes[..], MAX_CONNECT);
            let first = first.map_err(|error| Fault::NoConnect(error.to_string(), error.reply().map(Box::new)))?;
            self.decoder = first.map(|(decoder, _)| decoder.max_packet_size(MAX_PACKET));
        }
        Ok(self.decoder)
    }
}

impl codec::Decoder for MqttCodec {
    type Item = Received;
    type Error = Fault;

    fn decode(&mut self, bytes: &mut BytesMut) -> Result<Option<Received>, Fault> {
        let Some(decoder) = self.decoder(bytes)? else { return Ok(None) };
        match decoder.split(bytes)? {
            Split::Complete { frame, .. } => {
                let length = frame.as_bytes().len();
                Ok(Some(Received { bytes: bytes.split_to(length).freeze(), decoder }))
            }
            // The decoder's limit is also one on what a stranger can have reserved.
            Split::Incomplete { missing } => {
                bytes.reserve(missing);
                Ok(None)
            }
        }
    }

    fn decode_eof(&mut self, bytes: &mut BytesMut) -> Result<Option<Received>, Fault> {
        match self.decode(bytes)? {
            None if !bytes.is_empty() => Err(Fault::CutOff),
            received => Ok(received),
        }
    }
}

impl<'a, P: Into<Packet<'a>>> codec::Encoder<P> for MqttCodec {
    type Error = Fault;

    fn encode(&mut self, packet: P, bytes: &mut BytesMut) -> Result<(), Fault> {
        let packet = packet.into();
        let start = bytes.len();
        bytes.resize(start + packet.encoded_len()?, 0);
        packet.encode(&mut bytes[start..])?;
        Ok(())
    }
}

/// Why a connection ends.
#[derive(Debug)]
enum Fault {
    Transport(io::Error),
    /// With what to answer.
    NoConnect(String, Option<Box<Packet<'static>>>),
    Received(DecodeError),
    CutOff,
    ToSend(EncodeError),
}

/// Serves a connection, and says why it closes it.
async fn serve(transport: DuplexStream) -> Result<(), Fault> {
    let mut connection = Framed::new(transport, MqttCodec::server());
    let Err(fault) = exchange(&mut connection).await else { return Ok(()) };
    let reply = match &fault {
        Fault::NoConnect(_, reply) => reply.as_deref().copied(),
        Fault::Received(error) => {
            let decoder = connection.codec().decoder;
            decoder.and_then(|decoder| error.reply(decoder, Phase::Connected))
        }
        _ => None,
    };
    if let Some(reply) = reply {
        connection.send(reply).await?;
    }
    Err(fault)
}

/// Keeps retained messages, and gives them to who subscribes.
async fn exchange(connection: &mut Framed<DuplexStream, MqttCodec>) -> Result<(), Fault> {
    let mut retained = BTreeMap::<Bytes, Received>::new();
    while let Some(received) = connection.next().await {
        let received = received?;
        match received.packet()? {
            Packet::V5(v5::Packet::Connect(_)) => {
                connection.send(v5::Packet::from(v5::Connack::new(ReasonCode::Success))).await?;
            }
            Packet::V5(v5::Packet::Publish(publish)) => {
                if let (true, Some(topic)) = (publish.retain, publish.topic) {
                    retained.insert(received.share(topic.as_bytes()), received.clone());
                }
                if let Some(answer) = publish.answer(ReasonCode::Success) {
                    connection.send(answer).await?;
                }
            }
            Packet::V5(v5::Packet::Subscribe(subscribe)) => {
                let codes: Vec<_> =
                    subscribe.subscriptions.iter().map(|wanted| ReasonCode::granted(wanted.qos)).collect();
                connection.send(v5::Packet::from(subscribe.answer(&codes[..])?)).await?;
                for message in retained.values() {
                    let Packet::V5(v5::Packet::Publish(publish)) = message.packet()? else { continue };
                    let Some(topic) = publish.topic else { continue };
                    if subscribe.subscriptions.iter().any(|wanted| wanted.topic_filter.matches(topic)) {
                        let delivery = Delivery::AtMostOnce;
                        connection.send(v5::Packet::from(v5::Publish { delivery, ..publish })).await?;
                    }
                }
            }
            Packet::V5(v5::Packet::Disconnect(_)) => return Ok(()),
            // Another version than 5.0 is not spoken here.
            Packet::V3(v3::Packet::Connect(_)) => {
                let refusal = v3::Connack::new(v3::ConnectReturnCode::UnacceptableProtocolVersion);
                return connection.send(v3::Packet::from(refusal)).await;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Publishes, subscribes, and then breaks a rule. Gives what it received.
async fn client(transport: DuplexStream) -> Result<Vec<Received>, Fault> {
    let mut connection = Framed::new(transport, MqttCodec::client(Version::V5_0));
    connection.send(v5::Packet::from(v5::Connect::new(text!("meter-7")))).await?;

    let delivery = Delivery::at_least_once(PacketId::FIRST);
    let measurements = [(topic_name!("kitchen/celsius"), &b"21.5"[..]), (topic_name!("cellar/celsius"), b"12")];
    for (topic, payload) in measurements {
        let publish = v5::Publish { delivery, retain: true, ..v5::Publish::new(topic, payload) };
        connection.send(v5::Packet::from(publish)).await?;
    }
    let wanted = [v5::Subscription::new(topic_filter!("kitchen/#"), QoS::AtMostOnce)];
    connection.send(v5::Packet::from(v5::Subscribe::new(PacketId::FIRST, &wanted))).await?;

    connection.send(v5::Packet::from(v5::Pingresp)).await?; // which only servers send

    let mut all = Vec::new();
    while let Some(received) = connection.next().await {
        all.push(received?);
    }
    Ok(all)
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Transport(error) => write!(f, "the transport failed: {error}"),
            Fault::NoConnect(error, _) => write!(f, "the first packet is refused: {error}"),
            Fault::Received(error) => write!(f, "the other side broke a rule: {error}"),
            Fault::CutOff => f.write_str("the connection was closed inside a packet"),
            Fault::ToSend(error) => write!(f, "not sent: {error}"),
        }
    }
}

impl Error for Fault {}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault::Transport(error)
    }
}

impl From<DecodeError> for Fault {
    fn from(error: DecodeError) -> Fault {
        Fault::Received(error)
    }
}

impl From<EncodeError> for Fault {
    fn from(error: EncodeError) -> Fault {
        Fault::ToSend(error)
    }
}

impl From<BrokenRule> for Fault {
    fn from(rule: BrokenRule) -> Fault {
        Fault::ToSend(EncodeError::Invalid(rule))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // So small that packets come in pieces.
    let (ours, theirs) = tokio::io::duplex(16);
    let (served, received) = tokio::join!(serve(theirs), client(ours));
    match served {
        Ok(()) => println!("The server had nothing to complain of."),
        Err(fault) => println!("The server closed: {fault}."),
    }
    println!("The client received:");
    for received in received? {
        match received.packet()? {
            Packet::V5(v5::Packet::Publish(publish)) => {
                let topic = publish.topic.map_or("", |topic| topic.as_str());
                println!("PUBLISH on {topic}: {}", String::from_utf8_lossy(publish.payload));
            }
            Packet::V5(v5::Packet::Disconnect(disconnect)) => println!("DISCONNECT, {:?}", disconnect.reason_code),
            other => println!("{}", other.packet_type()),
        }
    }
    Ok(())
}
