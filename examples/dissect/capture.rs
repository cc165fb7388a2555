//! From the bytes of a capture file, pcap or pcapng, to TCP segments.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use etherparse::{EtherType, LaxNetSlice, LaxSlicedPacket, TransportSlice};
use pcap_file::pcap::PcapParser;
use pcap_file::pcapng::blocks::interface_description::{InterfaceDescriptionBlock, InterfaceDescriptionOption};
use pcap_file::pcapng::{Block, PcapNgParser};
use pcap_file::{DataLink, PcapError, TsResolution};

/// When something was captured. Frames may share a time, so their number tells what came first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    /// Since 1970.
    pub time: Duration,
    /// The first frame of a file has number 1; 0 where there are no frames.
    pub frame: usize,
}

impl Moment {
    /// The number of the frame, if there are frames.
    pub(crate) fn number(self) -> Option<usize> {
        (self.frame > 0).then_some(self.frame)
    }
}

pub(crate) struct Segment {
    pub moment: Moment,
    pub source: SocketAddr,
    pub destination: SocketAddr,
    pub sequence: u32,
    pub syn: bool,
    pub fin: bool,
    pub payload: Vec<u8>,
}

#[derive(Default)]
pub(crate) struct Capture {
    pub segments: Vec<Segment>,
    /// The time of the first frame, whatever it carried.
    pub start: Duration,
    frames: usize,
    /// What kept frames from being read, in sentences.
    pub complaints: Vec<String>,
}

/// Whether a file is a capture. None of these magic numbers begins an MQTT packet, so that a
/// recorded stream is never taken for one.
pub(crate) fn is_capture(bytes: &[u8]) -> bool {
    const MICROSECONDS: u32 = 0xa1b2_c3d4;
    const NANOSECONDS: u32 = 0xa1b2_3c4d;
    let Some(magic) = bytes.first_chunk() else {
        return false;
    };
    let magics = [u32::from_be_bytes(*magic), u32::from_le_bytes(*magic)];
    magics.contains(&MICROSECONDS) || magics.contains(&NANOSECONDS) || is_pcapng(bytes)
}

fn is_pcapng(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a])
}

/// Reads as many frames as can be read; only a file whose very beginning is damaged is an error.
pub(crate) fn read(bytes: &[u8]) -> Result<Capture, String> {
    let mut capture = Capture::default();
    let outcome = if is_pcapng(bytes) { read_pcapng(bytes, &mut capture) } else { read_pcap(bytes, &mut capture) };
    match outcome {
        Ok(()) => Ok(capture),
        Err(error) if capture.frames == 0 => Err(format!(
            "the capture cannot be read: {}",
            sentence(&error).unwrap_or_else(|| "it ends inside its header".into())
        )),
        Err(error) => {
            let number = capture.frames;
            capture.complaints.push(match sentence(&error) {
                Some(reason) => format!("the capture is damaged after frame {number}: {reason}"),
                None => format!("the capture ends inside a record, after frame {number}"),
            });
            Ok(capture)
        }
    }
}

/// Nothing where the file simply ends too early.
fn sentence(error: &PcapError) -> Option<String> {
    match error {
        PcapError::IncompleteBuffer => None,
        PcapError::InvalidField(field) => Some((*field).to_owned()),
        other => Some(other.to_string()),
    }
}

fn read_pcap(bytes: &[u8], capture: &mut Capture) -> Result<(), PcapError> {
    let (mut rest, parser) = PcapParser::new(bytes)?;
    let header = parser.header();
    while !rest.is_empty() {
        // Not `next_packet`: it refuses frames longer than the snap length, which occur.
        let (after, packet) = parser.next_raw_packet(rest)?;
        rest = after;
        let fraction = u64::from(packet.ts_frac);
        let time = Duration::from_secs(packet.ts_sec.into())
            + match header.ts_resolution {
                TsResolution::MicroSecond => Duration::from_micros(fraction),
                TsResolution::NanoSecond => Duration::from_nanos(fraction),
            };
        capture.add_frame(time, header.datalink, &packet.data);
    }
    Ok(())
}

fn read_pcapng(bytes: &[u8], capture: &mut Capture) -> Result<(), PcapError> {
    let (mut rest, mut parser) = PcapNgParser::new(bytes)?;
    let mut time = Duration::ZERO;
    while !rest.is_empty() {
        let (after, block) = parser.next_block(rest)?;
        rest = after;
        let (interface, data) = match block {
            Block::EnhancedPacket(packet) => {
                let interface = parser.packet_interface(&packet);
                // The library hands the interface's own units out as if they were nanoseconds.
                let units = packet.timestamp.as_nanos() as u64;
                time = interface.map_or(packet.timestamp, |interface| in_units(units, interface));
                (interface, packet.data)
            }
            // Has no time of its own.
            Block::SimplePacket(packet) => (parser.interfaces().first(), packet.data),
            _ => continue,
        };
        match interface {
            Some(interface) => capture.add_frame(time, interface.linktype, &data),
            None => return Err(PcapError::InvalidField("a packet of no known interface")),
        }
    }
    Ok(())
}

fn in_units(units: u64, interface: &InterfaceDescriptionBlock) -> Duration {
    const MICROSECONDS: u8 = 6;
    let resolution = interface.options.iter().find_map(|option| match option {
        InterfaceDescriptionOption::IfTsResol(resolution) => Some(*resolution),
        _ => None,
    });
    let resolution = resolution.unwrap_or(MICROSECONDS);
    let exponent = u32::from(resolution & 0x7f);
    let base: u128 = if resolution & 0x80 == 0 { 10 } else { 2 };
    let units_per_second = base.checked_pow(exponent).unwrap_or(u128::MAX);
    let nanoseconds = u128::from(units) * 1_000_000_000 / units_per_second;
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
}

impl Capture {
    fn add_frame(&mut self, time: Duration, link: DataLink, data: &[u8]) {
        self.frames += 1;
        if self.frames == 1 {
            self.start = time;
        }
        let moment = Moment { time, frame: self.frames };
        if let Some(slice) = slicer(link) {
            let segment = slice(data).and_then(|packet| tcp_segment(moment, &packet));
            self.segments.extend(segment);
        } else {
            let complaint = format!("frames of link type {link:?} cannot be read");
            if !self.complaints.contains(&complaint) {
                self.complaints.push(complaint);
            }
        }
    }
}

/// The lax slices take a frame that the snap length cut short; what it lacks becomes a gap.
type Slicer = fn(&[u8]) -> Option<LaxSlicedPacket<'_>>;

fn slicer(link: DataLink) -> Option<Slicer> {
    Some(match link {
        DataLink::ETHERNET => |frame| LaxSlicedPacket::from_ethernet(frame).ok(),
        DataLink::RAW | DataLink::IPV4 | DataLink::IPV6 => |frame| LaxSlicedPacket::from_ip(frame).ok(),
        // Four bytes of address family, in the byte order of whoever captured.
        DataLink::NULL | DataLink::LOOP => |frame| LaxSlicedPacket::from_ip(frame.get(4..)?).ok(),
        DataLink::LINUX_SLL => |frame| from_linux_cooked(frame.get(14..16)?, frame.get(16..)?),
        DataLink::LINUX_SLL2 => |frame| from_linux_cooked(frame.get(..2)?, frame.get(20..)?),
        _ => return None,
    })
}

fn from_linux_cooked<'a>(protocol: &[u8], payload: &'a [u8]) -> Option<LaxSlicedPacket<'a>> {
    let protocol = EtherType(u16::from_be_bytes(protocol.try_into().ok()?));
    Some(LaxSlicedPacket::from_ether_type(protocol, payload))
}

fn tcp_segment(moment: Moment, packet: &LaxSlicedPacket) -> Option<Segment> {
    let (source, destination): (IpAddr, IpAddr) = match packet.net.as_ref()? {
        LaxNetSlice::Ipv4(ip) => {
            let header = ip.header();
            (header.source_addr().into(), header.destination_addr().into())
        }
        LaxNetSlice::Ipv6(ip) => {
            let header = ip.header();
            (header.source_addr().into(), header.destination_addr().into())
        }
        LaxNetSlice::Arp(_) => return None,
    };
    let Some(TransportSlice::Tcp(tcp)) = &packet.transport else {
        return None;
    };
    Some(Segment {
        moment,
        source: (source, tcp.source_port()).into(),
        destination: (destination, tcp.destination_port()).into(),
        sequence: tcp.sequence_number(),
        syn: tcp.syn(),
        fin: tcp.fin(),
        // A reset may carry a text for people; it is no part of the stream.
        payload: if tcp.rst() { Vec::new() } else { tcp.payload().to_vec() },
    })
}
