//! Captures that a test makes: TCP segments in any order and in any link layer, a millisecond apart.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use etherparse::{IpHeaders, IpNumber, Ipv6Extensions, Ipv6Header, Ipv6RawExtHeader, PacketBuilder};
use pcap_file::DataLink;
use pcap_file::pcap::{PcapHeader, PcapPacket, PcapWriter};
use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::EnhancedPacketBlock;
use pcap_file::pcapng::blocks::interface_description::{InterfaceDescriptionBlock, InterfaceDescriptionOption};

#[derive(Clone)]
pub struct Segment {
    is_from_client: bool,
    client_port: u16,
    server_port: u16,
    sequence: u32,
    acknowledgment: Option<u32>,
    syn: bool,
    fin: bool,
    rst: bool,
    payload: Vec<u8>,
}

/// What the client sends.
pub fn up(sequence: u32, payload: &[u8]) -> Segment {
    Segment {
        is_from_client: true,
        client_port: 50_000,
        server_port: 1883,
        sequence,
        acknowledgment: None,
        syn: false,
        fin: false,
        rst: false,
        payload: payload.to_vec(),
    }
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

    pub fn rst(self) -> Self {
        Self { rst: true, ..self }
    }

    /// Says that everything before this number of the other side has come.
    pub fn ack(self, number: u32) -> Self {
        Self { acknowledgment: Some(number), ..self }
    }

    pub fn port(self, client_port: u16) -> Self {
        Self { client_port, ..self }
    }

    pub fn server_port(self, server_port: u16) -> Self {
        Self { server_port, ..self }
    }

    /// With the headers of IP and TCP.
    fn packet(&self, version: Ip) -> Vec<u8> {
        const CLIENT: u8 = 1;
        const SERVER: u8 = 2;
        let (source, destination) = if self.is_from_client { (CLIENT, SERVER) } else { (SERVER, CLIENT) };
        let address = |last| [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];
        let internet = match version {
            Ip::V4 => PacketBuilder::ipv4([10, 0, 0, source], [10, 0, 0, destination], 64),
            Ip::V6 => PacketBuilder::ipv6(address(source), address(destination), 64),
            Ip::V6WithExtensions => {
                let options = Ipv6RawExtHeader::new_raw(IpNumber::TCP, &[1, 4, 0, 0, 0, 0]).expect("padding");
                let extensions = Ipv6Extensions {
                    hop_by_hop_options: Some(options.clone()),
                    destination_options: Some(options),
                    ..Ipv6Extensions::default()
                };
                let (source, destination) = (address(source), address(destination));
                let header = Ipv6Header { source, destination, hop_limit: 64, ..Ipv6Header::default() };
                PacketBuilder::ip(IpHeaders::Ipv6(header, extensions))
            }
        };
        let ports = if self.is_from_client {
            (self.client_port, self.server_port)
        } else {
            (self.server_port, self.client_port)
        };
        let mut transport = internet.tcp(ports.0, ports.1, self.sequence, 4096);
        if self.syn {
            transport = transport.syn();
        }
        if self.fin {
            transport = transport.fin();
        }
        if self.rst {
            transport = transport.rst();
        }
        if let Some(number) = self.acknowledgment {
            transport = transport.ack(number);
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
    V6WithExtensions,
}

impl Ip {
    fn ether_type(self) -> [u8; 2] {
        match self {
            Ip::V4 => [0x08, 0x00],
            Ip::V6 | Ip::V6WithExtensions => [0x86, 0xdd],
        }
    }
}

/// A link layer, and what stands in it besides: the VLAN tags, or the address family.
#[derive(Clone, Copy)]
pub struct Link(pub DataLink, pub &'static [u8]);

pub const ETHERNET: Link = Link(DataLink::ETHERNET, &[]);

impl Link {
    fn frame(self, version: Ip, packet: &[u8]) -> Vec<u8> {
        let ether_type = version.ether_type();
        let Link(data_link, more) = self;
        match data_link {
            DataLink::ETHERNET => {
                let frame = [&[0; 12], more, &ether_type, packet].concat();
                // A short frame is padded, and the padding is no part of the stream.
                let padding = vec![0xee; 60_usize.saturating_sub(frame.len())];
                [frame, padding].concat()
            }
            DataLink::NULL | DataLink::LOOP => [more, packet].concat(),
            DataLink::LINUX_SLL => [&[0; 14], &ether_type[..], packet].concat(),
            DataLink::LINUX_SLL2 => [&ether_type[..], &[0; 18], packet].concat(),
            _ => packet.to_vec(),
        }
    }
}

const INTERVAL: Duration = Duration::from_millis(1);
const START: Duration = Duration::from_secs(1_700_000_000);

/// Writes a capture in the file format pcap.
pub fn pcap(name: &str, link: Link, version: Ip, segments: &[Segment]) -> PathBuf {
    pcap_with(name, PcapHeader::default(), link, version, segments)
}

/// Writes a capture with a header of its own.
pub fn pcap_with(name: &str, header: PcapHeader, link: Link, version: Ip, segments: &[Segment]) -> PathBuf {
    let mut writer =
        PcapWriter::with_header(Vec::new(), PcapHeader { datalink: link.0, ..header }).expect("a header is written");
    for (time, segment) in times().zip(segments) {
        let frame = link.frame(version, &segment.packet(version));
        let packet = PcapPacket::new(time, frame.len() as u32, &frame);
        writer.write_packet(&packet).expect("a packet is written");
    }
    file(name, &writer.into_writer())
}

/// Writes a capture in the file format pcapng, with times in the units of its interfaces: so many decimals, or
/// microseconds. The interfaces take turns.
pub fn pcapng(name: &str, decimals: Option<u8>, links: &[Link], segments: &[Segment]) -> PathBuf {
    let mut writer = PcapNgWriter::new(Vec::new()).expect("a header is written");
    for link in links {
        let mut interface = InterfaceDescriptionBlock::new(link.0, 0);
        interface.options.extend(decimals.map(InterfaceDescriptionOption::IfTsResol));
        writer.write_pcapng_block(interface).expect("an interface is written");
    }
    let interfaces = (0..).zip(links).cycle();
    for ((time, segment), (interface_id, link)) in times().zip(segments).zip(interfaces) {
        let frame = link.frame(Ip::V4, &segment.packet(Ip::V4));
        let units = time.as_nanos() / 10_u128.pow(9 - u32::from(decimals.unwrap_or(6)));
        let block = EnhancedPacketBlock {
            interface_id,
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
