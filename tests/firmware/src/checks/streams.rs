//! Packets out of buffers that are smaller than some of them, in pieces of several sizes.

use mqtt_wire::{Decoder, Event, FrameBuffer, Version};

use super::{Bench, Sum};

const CAPACITIES: [usize; 2] = [24, 100];
const PIECES: [usize; 3] = [1, 7, 100];
/// Longer records come in the largest pieces alone: in smaller ones they would take most of the time.
const LONGEST: usize = 500;
/// One behind the other, so that pieces hold the end of one and the beginning of the next.
const TIMES: usize = 3;

pub fn check(record: &[u8], number: u32, bench: &mut Bench<'_>) {
    let mut sum = Sum::NOTHING;
    for version in [Version::V3_1, Version::V3_1_1, Version::V5_0] {
        for capacity in CAPACITIES {
            for piece in PIECES.into_iter().filter(|piece| record.len() <= LONGEST || *piece == 100) {
                let mut storage = [0; 100];
                let Some(storage) = storage.get_mut(..capacity) else { return };
                read_all(FrameBuffer::new(storage), Decoder::observer(version), record, piece, bench, &mut sum);
            }
        }
    }
    (bench.found)("record as a stream", number, sum);
}

fn read_all(
    mut buffer: FrameBuffer<&mut [u8]>,
    decoder: Decoder,
    record: &[u8],
    piece: usize,
    bench: &mut Bench<'_>,
    sum: &mut Sum,
) {
    let mut pushed = 0;
    loop {
        match buffer.next(decoder) {
            Ok(Event::Packet(packet)) => {
                bench.counts.decoded += 1;
                sum.add(packet);
            }
            Ok(Event::Head { packet, payload_len }) => {
                bench.counts.decoded += 1;
                sum.add((packet, payload_len));
            }
            Ok(Event::Payload { bytes, left }) => sum.add((bytes, left)),
            Ok(Event::Incomplete { missing }) => {
                sum.add(missing);
                let mut bytes = [0; 100];
                let left = (TIMES * record.len()).saturating_sub(pushed).min(piece);
                let rest = record.get(pushed % record.len().max(1)..).unwrap_or_default();
                let next = rest.iter().chain(record.iter().cycle()).take(left);
                let count = next.zip(&mut bytes).map(|(from, to)| *to = *from).count();
                let count = buffer.push(bytes.get(..count).unwrap_or_default());
                if count == 0 {
                    return;
                }
                pushed += count;
            }
            Err(error) => {
                bench.counts.faults += 1;
                sum.add(error);
                if !buffer.skip() {
                    return;
                }
            }
        }
    }
}
