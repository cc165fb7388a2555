//! A device without operating system and heap: `embedded-io` for transport, a decoder that is a constant, buffers of
//! fixed size.
//!
//! ```sh
//! cargo run --example embedded_io
//! ```
//!
//! The module `device` is what one copies to a microcontroller; it needs nothing but `core`. Around it, `main` plays
//! a server from memory and shows what the device did.

mod device {
    use core::fmt;

    use embedded_io::{Read, Write};
    use mqtt_wire::{
        Decoder, Delivery, EncodeError, Event, FrameBuffer, Packet, PacketId, QoS, Text, TopicFilter, TopicName,
        Version, text, topic_filter, topic_name, v3,
    };

    /// A constant, so that no decoder is linked of packets that a server never sends.
    const DECODER: Decoder = Decoder::client(Version::V3_1_1);

    const NAME: Text = text!("meter-7");
    const SWITCH: TopicFilter = topic_filter!("meter-7/switch");
    const FIRMWARE: TopicFilter = topic_filter!("meter-7/firmware");
    const READINGS: TopicName = topic_name!("meter-7/readings");

    /// What the device has beside its connection.
    pub trait Hardware {
        /// Opens or closes the switch.
        fn switch(&mut self, on: bool);
        /// Writes the next piece of a new firmware to flash.
        fn write_firmware(&mut self, piece: &[u8]);
        /// A page of the readings that were kept in flash; None behind the last one.
        fn readings(&self, page: usize) -> Option<&[u8]>;
    }

    /// Connects, subscribes, sends what is in flash, and then does what the messages say until the server closes.
    pub fn run<T: Read + Write>(transport: &mut T, hardware: &mut impl Hardware) -> Result<(), Failure<T::Error>> {
        // The only memory for packets: what has to be in one piece, all but the payload of a PUBLISH, has to fit.
        let mut received = FrameBuffer::new([0; 128]);

        send(transport, &v3::Connect { keep_alive: 60, ..v3::Connect::new(NAME) }.into())?;
        let mut answer_to_firmware = None;
        loop {
            // An answer holds nothing of what it answers: it is sent when the buffer shows the packet no more.
            let answer = match received.next(DECODER).map_err(Failure::Received)? {
                Event::Packet(Packet::V3(packet)) => act(&packet, transport, hardware)?,
                // Of what is larger than the buffer only a firmware is wanted, and answered when it is in flash.
                Event::Head { packet: Packet::V3(v3::Packet::Publish(publish)), .. } => {
                    let (is_firmware, answer) = (FIRMWARE.matches(publish.topic), publish.answer());
                    if is_firmware {
                        answer_to_firmware = answer;
                        None
                    } else {
                        let _there_is_a_payload = received.skip();
                        answer
                    }
                }
                Event::Payload { bytes, left } => {
                    hardware.write_firmware(bytes);
                    if left == 0 { answer_to_firmware.take() } else { None }
                }
                Event::Incomplete { .. } => match transport.read(received.room()).map_err(Failure::Transport)? {
                    0 if received.is_between_packets() => return Ok(()),
                    0 => return Err(Failure::CutOff),
                    count => {
                        received.filled(count);
                        None
                    }
                },
                // A decoder of 3.1.1 gives nothing else.
                Event::Packet(_) | Event::Head { .. } => None,
            };
            if let Some(answer) = answer {
                send(transport, &answer)?;
            }
        }
    }

    /// Does what a packet wants, and gives the answer to it.
    fn act<T: Read + Write>(
        packet: &v3::Packet<'_>,
        transport: &mut T,
        hardware: &mut impl Hardware,
    ) -> Result<Option<v3::Packet<'static>>, Failure<T::Error>> {
        match packet {
            v3::Packet::Connack(connack) if connack.return_code != v3::ConnectReturnCode::Accepted => {
                return Err(Failure::Refused(connack.return_code));
            }
            v3::Packet::Connack(_) => {
                let wanted = [SWITCH, FIRMWARE].map(|filter| v3::Subscription::new(filter, QoS::AtLeastOnce));
                send(transport, &v3::Subscribe::new(PacketId::FIRST, &wanted).into())?;
                send_readings(transport, hardware)?;
            }
            v3::Packet::Publish(publish) => {
                if SWITCH.matches(publish.topic) {
                    hardware.switch(publish.payload == b"on");
                } else if FIRMWARE.matches(publish.topic) {
                    hardware.write_firmware(publish.payload);
                }
                return Ok(publish.answer());
            }
            _ => {}
        }
        Ok(None)
    }

    /// Sends all pages in one message, which is never in memory: its head says how long it will be.
    fn send_readings<T: Write>(transport: &mut T, hardware: &impl Hardware) -> Result<(), Failure<T::Error>> {
        let pages = || (0..).map_while(|page| hardware.readings(page));
        let publish = v3::Publish { delivery: Delivery::AtMostOnce, ..v3::Publish::new(READINGS, &[]) };
        let mut head = [0; 32];
        let head = publish.encode_head(pages().map(<[u8]>::len).sum(), &mut head).map_err(Failure::ToSend)?;
        transport.write_all(head).map_err(Failure::Transport)?;
        for page in pages() {
            transport.write_all(page).map_err(Failure::Transport)?;
        }
        transport.flush().map_err(Failure::Transport)
    }

    fn send<T: Write>(transport: &mut T, packet: &v3::Packet<'_>) -> Result<(), Failure<T::Error>> {
        let mut buffer = [0; 64];
        transport.write_all(packet.encode(&mut buffer).map_err(Failure::ToSend)?).map_err(Failure::Transport)?;
        transport.flush().map_err(Failure::Transport)
    }

    /// Why the device gave up.
    #[derive(Debug)]
    pub enum Failure<E> {
        /// The transport failed.
        Transport(E),
        /// The server broke a rule, or sent more than fits.
        Received(mqtt_wire::DecodeError),
        /// The connection ended inside a packet.
        CutOff,
        /// The server does not want the device.
        Refused(v3::ConnectReturnCode),
        /// A packet of the device's own breaks a rule, or does not fit into its buffer.
        ToSend(EncodeError),
    }

    impl<E: fmt::Debug> fmt::Display for Failure<E> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match self {
                Failure::Transport(error) => write!(f, "the transport failed: {error:?}"),
                Failure::Received(error) => write!(f, "the server broke a rule: {error}"),
                Failure::CutOff => f.write_str("the connection ended inside a packet"),
                Failure::Refused(code) => write!(f, "the server refused the connection: {code:?}"),
                Failure::ToSend(error) => write!(f, "not sent: {error}"),
            }
        }
    }
}

use std::error::Error;

use device::Hardware;
use embedded_io::{ErrorType, Read, Write};
use mqtt_wire::{Decoder, Delivery, Packet, PacketId, PacketIds, QoS, TopicName, Version, topic_name, v3};

/// A transport of which both ends are memory: it gives what a server is to send, 50 bytes at a time, and keeps what
/// is sent.
struct Memory<'a> {
    from_server: &'a [u8],
    to_server: Vec<u8>,
}

impl ErrorType for Memory<'_> {
    type Error = embedded_io::ErrorKind;
}

impl Read for Memory<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Self::Error> {
        let count = buffer.len().min(self.from_server.len()).min(50);
        let (read, unread) = self.from_server.split_at(count);
        buffer[..count].copy_from_slice(read);
        self.from_server = unread;
        Ok(count)
    }
}

impl Write for Memory<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Self::Error> {
        self.to_server.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// Hardware that tells what is done with it.
#[derive(Default)]
struct Bench {
    firmware_len: usize,
}

impl Hardware for Bench {
    fn switch(&mut self, on: bool) {
        println!("the switch is {}", if on { "on" } else { "off" });
    }

    fn write_firmware(&mut self, piece: &[u8]) {
        self.firmware_len += piece.len();
    }

    fn readings(&self, page: usize) -> Option<&[u8]> {
        const FLASH: [[u8; 256]; 3] = [[20; 256], [21; 256], [22; 256]];
        FLASH.get(page).map(|page| &page[..])
    }
}

/// What a server sends: CONNACK, SUBACK, an order, a firmware of 100,000 bytes, rubbish, another order.
fn server() -> Result<Vec<u8>, Box<dyn Error>> {
    const SWITCH: TopicName = topic_name!("meter-7/switch");
    const FIRMWARE: TopicName = topic_name!("meter-7/firmware");
    let granted = [v3::SubscribeReturnCode::Granted(QoS::AtLeastOnce); 2];
    let mut packets: Vec<v3::Packet<'_>> = vec![
        v3::Connack::new(v3::ConnectReturnCode::Accepted).into(),
        v3::Suback::new(PacketId::FIRST, &granted).into(),
    ];
    let mut packet_ids = PacketIds::new([0; 1]);
    for (topic, payload) in [(SWITCH, &b"on"[..]), (FIRMWARE, &[0xF1; 100_000]), (SWITCH, &[0; 500]), (SWITCH, b"off")]
    {
        let packet_id = packet_ids.allocate().ok_or("no packet identifier is free")?;
        let delivery = Delivery::at_least_once(packet_id);
        packets.push(v3::Publish { delivery, ..v3::Publish::new(topic, payload) }.into());
    }
    let mut stream = Vec::new();
    for packet in packets {
        let mut buffer = vec![0; packet.encoded_len()?];
        stream.extend(packet.encode(&mut buffer)?);
    }
    Ok(stream)
}

fn main() -> Result<(), Box<dyn Error>> {
    let from_server = server()?;
    let mut transport = Memory { from_server: &from_server, to_server: Vec::new() };
    let mut hardware = Bench::default();
    device::run(&mut transport, &mut hardware).map_err(|failure| failure.to_string())?;
    println!("{} bytes of firmware are in flash", hardware.firmware_len);

    println!("\nThe server received:");
    let mut unread = &transport.to_server[..];
    while let Some(packet) = Decoder::server(Version::V3_1_1).read(&mut unread)? {
        match packet {
            Packet::V3(v3::Packet::Publish(publish)) => {
                println!("PUBLISH on {}, {} bytes", publish.topic, publish.payload.len());
            }
            Packet::V3(v3::Packet::Puback(puback)) => println!("PUBACK {}", puback.packet_id.get()),
            other => println!("{}", other.packet_type()),
        }
    }
    Ok(())
}
