//! From the bytes of a capture file, pcap or pcapng, to TCP segments.

use std::time::Duration;

use pcap_file::pcap::PcapParser;
use pcap_file::pcapng::blocks::interface_description::{InterfaceDescriptionBlock, InterfaceDescriptionOption};
use pcap_file::pcapng::{Block, PcapNgParser};
use pcap_file::{DataLink, PcapError, TsResolution};

use crate::link::{self, Segment};
use crate::text::count;

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

/// A capture, as far as it was read.
#[derive(Default)]
pub(crate) struct Capture {
    /// Those that nobody took yet.
    pub segments: Vec<Segment>,
    /// The time of the first frame, whatever it carried.
    pub start: Duration,
    /// The time of the newest frame.
    newest: Duration,
    frames: usize,
    /// What kept frames from being read, in sentences.
    pub complaints: Vec<String>,
    format: Format,
    /// The beginning of what is not whole yet.
    unread: Vec<u8>,
}

#[derive(Default)]
enum Format {
    #[default]
    Unknown,
    Pcap(PcapParser),
    PcapNg(Box<PcapNgParser>),
    /// Nothing that follows can be read.
    Damaged,
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

/// Reads as many frames of a whole file as can be read; only a file whose very beginning is damaged is an error.
pub(crate) fn read(bytes: &[u8]) -> Result<Capture, String> {
    let mut capture = Capture::default();
    capture.push(bytes)?;
    capture.finish()?;
    Ok(capture)
}

impl Capture {
    /// Reads what follows in a file that grows; a record that is not whole waits for its rest.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.unread.extend_from_slice(bytes);
        let unread = std::mem::take(&mut self.unread);
        let mut rest = unread.as_slice();
        let outcome = self.read_all(&mut rest);
        self.unread = rest.to_vec();
        match outcome {
            // It ends where more may follow.
            Ok(()) | Err(PcapError::IncompleteBuffer) => Ok(()),
            Err(error) => self.complain(&error),
        }
    }

    /// Says so if the file ends inside a record.
    pub(crate) fn finish(&mut self) -> Result<(), String> {
        match self.unread.is_empty() && !matches!(self.format, Format::Unknown) {
            true => Ok(()),
            false => self.complain(&PcapError::IncompleteBuffer),
        }
    }

    /// How much there is of a record whose rest may be under way.
    pub(crate) fn begun(&self) -> Option<String> {
        let there = count(self.unread.len() as u64, "byte", "bytes");
        (!self.unread.is_empty()).then(|| format!("the capture has {there} of a record that was not whole yet"))
    }

    fn complain(&mut self, error: &PcapError) -> Result<(), String> {
        let reason = match error {
            PcapError::IncompleteBuffer => None,
            PcapError::InvalidField(field) => Some((*field).to_owned()),
            other => Some(other.to_string()),
        };
        let number = self.frames;
        self.format = Format::Damaged;
        self.unread.clear();
        self.complaints.push(match reason {
            reason if number == 0 => {
                let reason = reason.unwrap_or_else(|| "it ends inside its header".into());
                return Err(format!("the capture cannot be read: {reason}"));
            }
            Some(reason) => format!("the capture is damaged after frame {number}: {reason}"),
            None => format!("the capture ends inside a record, after frame {number}"),
        });
        Ok(())
    }

    /// Reads frame after frame, and moves `rest` behind each.
    fn read_all(&mut self, rest: &mut &[u8]) -> Result<(), PcapError> {
        if let (Format::Unknown, false) = (&self.format, rest.is_empty()) {
            self.format = if is_pcapng(rest) {
                let (after, parser) = PcapNgParser::new(rest)?;
                *rest = after;
                Format::PcapNg(Box::new(parser))
            } else {
                let (after, parser) = PcapParser::new(rest)?;
                *rest = after;
                Format::Pcap(parser)
            };
        }
        let mut format = std::mem::take(&mut self.format);
        let outcome = match &mut format {
            Format::Pcap(parser) => self.read_pcap(parser, rest),
            Format::PcapNg(parser) => self.read_pcapng(parser, rest),
            Format::Damaged => {
                *rest = &[];
                Ok(())
            }
            Format::Unknown => Ok(()),
        };
        self.format = format;
        outcome
    }

    fn read_pcap(&mut self, parser: &PcapParser, rest: &mut &[u8]) -> Result<(), PcapError> {
        let header = parser.header();
        while !rest.is_empty() {
            // Not `next_packet`: it refuses frames longer than the snap length, which occur.
            let (after, packet) = parser.next_raw_packet(rest)?;
            *rest = after;
            let fraction = u64::from(packet.ts_frac);
            let time = Duration::from_secs(packet.ts_sec.into())
                + match header.ts_resolution {
                    TsResolution::MicroSecond => Duration::from_micros(fraction),
                    TsResolution::NanoSecond => Duration::from_nanos(fraction),
                };
            self.add_frame(time, header.datalink, &packet.data);
        }
        Ok(())
    }

    fn read_pcapng(&mut self, parser: &mut PcapNgParser, rest: &mut &[u8]) -> Result<(), PcapError> {
        while !rest.is_empty() {
            let (after, block) = parser.next_block(rest)?;
            *rest = after;
            let (index, units, data) = match block {
                // The library hands the interface's own units out as if they were nanoseconds.
                Block::EnhancedPacket(packet) => {
                    (packet.interface_id, Some(packet.timestamp.as_nanos() as u64), packet.data)
                }
                Block::Packet(packet) => (packet.interface_id.into(), Some(packet.timestamp), packet.data),
                // Has no time of its own.
                Block::SimplePacket(packet) => (0, None, packet.data),
                _ => continue,
            };
            let interface = parser.interfaces().get(index as usize);
            let interface = interface.ok_or(PcapError::InvalidField("a packet of no known interface"))?;
            let time = units.map_or(self.newest, |units| in_units(units, interface));
            self.add_frame(time, interface.linktype, &data);
        }
        Ok(())
    }

    fn add_frame(&mut self, time: Duration, link: DataLink, data: &[u8]) {
        self.frames += 1;
        self.newest = time;
        if self.frames == 1 {
            self.start = time;
        }
        let moment = Moment { time, frame: self.frames };
        if let Some(slice) = link::slicer(link) {
            let segment = slice(data).and_then(|packet| link::tcp_segment(moment, &packet));
            self.segments.extend(segment);
        } else {
            let complaint = format!("frames of link type {link:?} cannot be read");
            if !self.complaints.contains(&complaint) {
                self.complaints.push(complaint);
            }
        }
    }
}

/// When it was, by the options of the interface.
fn in_units(units: u64, interface: &InterfaceDescriptionBlock) -> Duration {
    const MICROSECONDS: u8 = 6;
    let mut resolution = MICROSECONDS;
    let mut offset = Duration::ZERO;
    for option in &interface.options {
        match option {
            InterfaceDescriptionOption::IfTsResol(given) => resolution = *given,
            InterfaceDescriptionOption::IfTsOffset(seconds) => offset = Duration::from_secs(*seconds),
            _ => {}
        }
    }
    let exponent = u32::from(resolution & 0x7f);
    let base: u128 = if resolution & 0x80 == 0 { 10 } else { 2 };
    let units_per_second = base.checked_pow(exponent).unwrap_or(u128::MAX);
    let nanoseconds = u128::from(units) * 1_000_000_000 / units_per_second;
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX)).saturating_add(offset)
}
