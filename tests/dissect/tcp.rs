//! Captures that a test makes: TCP segments in any order and in any link layer, a millisecond apart.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use etherparse::PacketBuilder;
use pcap_file::DataLink;
use pcap_file::pcap::{PcapHeader, PcapPacket, PcapWriter};
use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::EnhancedPacketBlock;
use pcap_file::pcapng::blocks::interface_description::{InterfaceDescriptionBlock, InterfaceDescriptionOption};

#[derive(Clone)]
pub struct Segment {
    is_from_client: bool,
    client_port: u16,
    sequence: u32,
    syn: bool,
    fin: bool,
    payload: Vec<u8>,
}

/// What the client sends.
pub fn up(sequence: u32, payload: &[u8]) -> Segment {
    Segment { is_from_client: true, client_port: 50_000, sequence, syn: false, fin: false, payload: payload.to_vec() }
}

/// What the server sends.
pub fn down(sequence: u32, payload: &[u8]) -> Segment {
    Segment { is_from_client: false, ..up(sequence, payload) }
}

impl Segment {
    pub fn syn(self) -> Self {
        Self { syn: true, ..self }
    }

    pub fn fin(self) -> Self {
        Self { fin: true, ..self }
    }

    pub fn port(self, client_port: u16) -> Self {
        Self { client_port, ..self }
    }

    /// With the headers of IP and TCP.
    fn packet(&self, version: Ip) -> Vec<u8> {
        const CLIENT: u8 = 1;
        const SERVER: u8 = 2;
        let (source, destination) = if self.is_from_client { (CLIENT, SERVER) } else { (SERVER, CLIENT) };
        let internet = match version {
            Ip::V4 => PacketBuilder::ipv4([10, 0, 0, source], [10, 0, 0, destination], 64),
            Ip::V6 => {
                let address = |last| [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];
                PacketBuilder::ipv6(address(source), address(destination), 64)
            }
        };
        let ports = if self.is_from_client { (self.client_port, 1883) } else { (1883, self.client_port) };
        let mut transport = internet.tcp(ports.0, ports.1, self.sequence, 4096);
        if self.syn {
            transport = transport.syn();
        }
        if self.fin {
            transport = transport.fin();
        }
        let mut packet = Vec::new();
        transport.write(&mut packet, &self.payload).expect("a packet is written");
        packet
    }
}

#[derive(Clone, Copy)]
pub enum Ip {
    V4,
    V6,
}

impl Ip {
    fn ether_type(self) -> [u8; 2] {
        match self {
            Ip::V4 => [0x08, 0x00],
            Ip::V6 => [0x86, 0xdd],
        }
    }
}

/// A link layer, and whether a VLAN tag stands in it.
#[derive(Clone, Copy)]
pub struct Link(pub DataLink, pub bool);

pub const ETHERNET: Link = Link(DataLink::ETHERNET, false);

impl Link {
    fn frame(self, version: Ip, packet: &[u8]) -> Vec<u8> {
        let ether_type = version.ether_type();
        let tag: &[u8] = if self.1 { &[0x81, 0x00, 0x00, 0x05] } else { &[] };
        match self.0 {
            DataLink::ETHERNET => {
                let frame = [&[0; 12], tag, &ether_type, packet].concat();
                // A short frame is padded, and the padding is no part of the stream.
                let padding = vec![0xee; 60_usize.saturating_sub(frame.len())];
                [frame, padding].concat()
            }
            DataLink::NULL => [&[2, 0, 0, 0], packet].concat(),
            DataLink::LINUX_SLL => [&[0; 14], &ether_type[..], packet].concat(),
            DataLink::LINUX_SLL2 => [&ether_type[..], &[0; 18], packet].concat(),
            DataLink::RAW => packet.to_vec(),
            other => panic!("no frames of {other:?}"),
        }
    }
}

const INTERVAL: Duration = Duration::from_millis(1);
const START: Duration = Duration::from_secs(1_700_000_000);

/// Writes a capture in the file format pcap.
pub fn pcap(name: &str, link: Link, version: Ip, segments: &[Segment]) -> PathBuf {
    let header = PcapHeader { datalink: link.0, ..PcapHeader::default() };
    let mut writer = PcapWriter::with_header(Vec::new(), header).expect("a header is written");
    for (time, segment) in times().zip(segments) {
        let frame = link.frame(version, &segment.packet(version));
        let packet = PcapPacket::new(time, frame.len() as u32, &frame);
        writer.write_packet(&packet).expect("a packet is written");
    }
    file(name, &writer.into_writer())
}

/// Writes a capture in the file format pcapng, with times in the units of an interface: so many decimals, or microseconds.
pub fn pcapng(name: &str, decimals: Option<u8>, segments: &[Segment]) -> PathBuf {
    let mut interface = InterfaceDescriptionBlock::new(DataLink::ETHERNET, 0);
    interface.options.extend(decimals.map(InterfaceDescriptionOption::IfTsResol));
    let mut writer = PcapNgWriter::new(Vec::new()).expect("a header is written");
    writer.write_pcapng_block(interface).expect("an interface is written");
    for (time, segment) in times().zip(segments) {
        let frame = ETHERNET.frame(Ip::V4, &segment.packet(Ip::V4));
        let units = time.as_nanos() / 10_u128.pow(9 - u32::from(decimals.unwrap_or(6)));
        let block = EnhancedPacketBlock {
            interface_id: 0,
            // The library writes the number as it is, whatever the interface's units.
            timestamp: Duration::from_nanos(units as u64),
            original_len: frame.len() as u32,
            data: Cow::Owned(frame),
            options: Vec::new(),
        };
        writer.write_pcapng_block(block).expect("a packet is written");
    }
    file(name, &writer.into_inner())
}

fn times() -> impl Iterator<Item = Duration> {
    (0..).map(|index| START + INTERVAL * index)
}

fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).expect("a file is written");
    path
}
