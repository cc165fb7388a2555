//! Decodes bytes by every version, for every side, and writes again what they hold; then the same bytes, spoiled.

use core::fmt::Write;

use mqtt_wire::{Decoder, Packet, Version};

use super::{Bench, Sum, rebuilt};

/// Spoiled copies of each record.
const COPIES: u32 = 16;
/// Longer records are not spoiled: their faults are those of the shorter ones.
const LONGEST_COPY: usize = 256;

pub fn check(record: &[u8], number: u32, bench: &mut Bench<'_>) {
    let mut sum = Sum::NOTHING;
    for version in [Version::V3_1, Version::V3_1_1, Version::V5_0] {
        for decoder in [Decoder::observer(version), Decoder::server(version), Decoder::client(version)] {
            let fault = read_all(decoder, record, bench, &mut sum);
            if let Some(error) = fault {
                // A fault is formatted here and not in the copies below, where that would take most of the time.
                let _ = write!(sum, "{error}");
            }
        }
    }
    (bench.found)("record", number, sum);

    let mut sum = Sum::NOTHING;
    let mut copy = [0; LONGEST_COPY];
    for of in 0..COPIES {
        let Some(spoiled) = spoil(record, &mut copy, of) else { break };
        for version in [Version::V3_1, Version::V3_1_1, Version::V5_0] {
            read_all(Decoder::observer(version), spoiled, bench, &mut sum);
        }
    }
    (bench.found)("spoiled copies of record", number, sum);
}

/// Reads packets until there are no more, or one is at fault.
fn read_all(decoder: Decoder, input: &[u8], bench: &mut Bench<'_>, sum: &mut Sum) -> Option<mqtt_wire::DecodeError> {
    let mut rest = input;
    loop {
        match decoder.read(&mut rest) {
            Ok(Some(packet)) => {
                bench.counts.decoded += 1;
                sum.add(packet);
                write_packet(&packet, bench, sum);
                rebuilt::with_slices(&packet, &mut |packet| write_packet(packet, bench, sum));
            }
            Ok(None) => {
                sum.add(rest.len());
                return None;
            }
            Err(error) => {
                bench.counts.faults += 1;
                sum.add((error, rest.len()));
                return Some(error);
            }
        }
    }
}

/// Writes a packet into all of the buffer, and into one that is a byte too short.
fn write_packet(packet: &Packet<'_>, bench: &mut Bench<'_>, sum: &mut Sum) {
    let length = packet.encoded_len();
    sum.add((length, packet.encode(bench.buffer)));
    if let Some(short) = length.ok().and_then(|length| bench.buffer.get_mut(..length.saturating_sub(1))) {
        sum.add(packet.encode(short));
    }
    bench.counts.encoded += 1;
}

/// A copy with one thing changed that `number` decides: a bit, a byte, the end, or the Remaining Length with the end.
fn spoil<'b>(record: &[u8], copy: &'b mut [u8; LONGEST_COPY], number: u32) -> Option<&'b [u8]> {
    let copy = copy.get_mut(..record.len())?;
    copy.iter_mut().zip(record).for_each(|(to, from)| *to = *from);
    // numbers that are spread over the record, the same on every machine
    let mut random = Sum::NOTHING;
    random.add((record, number));
    let at = random.0 as usize % record.len().max(1);
    let bit = 1 << (random.0 >> 29);
    match number % 4 {
        0 => *copy.get_mut(at)? ^= bit,
        1 => *copy.get_mut(at)? = [0x00, 0xFF, 0x80, b'#'][(random.0 >> 27) as usize % 4],
        2 => return copy.get(..at),
        _ => {
            // The packet says that it is as short as it is, where one byte says so.
            let at = at.max(2);
            *copy.get_mut(1)? = (at as u8).wrapping_sub(2) & 0x7F;
            return copy.get(..at);
        }
    }
    Some(copy)
}
