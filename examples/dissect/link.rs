//! From a frame of any link layer to the TCP segment in it.

use std::net::{IpAddr, SocketAddr};

use etherparse::{EtherType, LaxNetSlice, LaxSlicedPacket, TransportSlice};
use pcap_file::DataLink;

use crate::capture::Moment;

pub(crate) struct Segment {
    pub moment: Moment,
    pub source: SocketAddr,
    pub destination: SocketAddr,
    pub sequence: u32,
    /// What the sender has received, up to here.
    pub acknowledgment: Option<u32>,
    pub syn: bool,
    pub fin: bool,
    pub rst: bool,
    pub payload: Vec<u8>,
}

/// The lax slices take a frame that the snap length cut short; what it lacks becomes a gap.
pub(crate) type Slicer = fn(&[u8]) -> Option<LaxSlicedPacket<'_>>;

/// How frames of a link type begin; None: nobody here knows.
pub(crate) fn slicer(link: DataLink) -> Option<Slicer> {
    /// What some systems write for `RAW`: their own numbers for it.
    const RAW_OF_BSD: DataLink = DataLink::Unknown(12);
    const RAW_OF_OPENBSD: DataLink = DataLink::Unknown(14);
    Some(match link {
        DataLink::ETHERNET => |frame| LaxSlicedPacket::from_ethernet(frame).ok(),
        DataLink::RAW | RAW_OF_BSD | RAW_OF_OPENBSD | DataLink::IPV4 | DataLink::IPV6 => {
            |frame| LaxSlicedPacket::from_ip(frame).ok()
        }
        // Four bytes of address family, in the byte order of whoever captured, and in numbers that each system has for
        // itself: the IP header tells the version as well.
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

pub(crate) fn tcp_segment(moment: Moment, packet: &LaxSlicedPacket) -> Option<Segment> {
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
        acknowledgment: tcp.ack().then_some(tcp.acknowledgment_number()),
        syn: tcp.syn(),
        fin: tcp.fin(),
        rst: tcp.rst(),
        // A reset may carry a text for people; it is no part of the stream.
        payload: if tcp.rst() { Vec::new() } else { tcp.payload().to_vec() },
    })
}
