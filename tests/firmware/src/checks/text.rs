//! Strings of every length at every alignment, with a flaw or a wildcard at every byte: what reads them by words has to
//! find the same as what reads them byte by byte on a machine with words of another size.

use mqtt_wire::{Text, TopicFilter, TopicName};

use super::{Bench, Sum};

const LONGEST: usize = 70;
/// As far apart as words of eight bytes can begin.
const ALIGNMENTS: usize = 8;

/// What stands in the way of plain ASCII: U+0000, wildcards, characters of two to four bytes, and what is no character.
const INTERRUPTIONS: [&[u8]; 17] = [
    b"\0",
    b"+",
    b"#",
    b"/",
    b"\x7F",
    b"\x80",
    b"\xC2\x80",
    b"\xDF\xBF",
    b"\xC0\x80",
    b"\xC1\xBF",
    b"\xE2\x82\xAC",
    b"\xE0\x9F\xBF",
    b"\xED\xA0\x80",
    b"\xF0\x9F\x98\x80",
    b"\xF4\x90\x80\x80",
    b"\xFF",
    b"$share/",
];

/// Aligned as words are, whatever their size.
#[repr(align(8))]
struct Aligned([u8; LONGEST + ALIGNMENTS]);

pub fn check(bench: &mut Bench<'_>) {
    for length in 0..=LONGEST {
        let mut sum = Sum::NOTHING;
        for alignment in 0..ALIGNMENTS {
            for letters in [*b"aa", *b"/a"] {
                let mut bytes = Aligned([0; LONGEST + ALIGNMENTS]);
                bytes.0.iter_mut().zip(letters.into_iter().cycle()).for_each(|(to, from)| *to = from);
                let Some(text) = bytes.0.get_mut(alignment..).and_then(|rest| rest.get_mut(..length)) else { return };
                read(text, &mut sum);
                for at in 0..length {
                    for interruption in INTERRUPTIONS {
                        let mut before = [0; 7];
                        swap(text, at, interruption, &mut before);
                        read(text, &mut sum);
                        swap(text, at, &before, &mut [0; 7]);
                    }
                }
            }
        }
        (bench.found)("strings of so many bytes", length as u32, sum);
    }
}

/// Writes `new` over what stands at a byte, as much of it as fits, and keeps in `old` what was there.
fn swap(text: &mut [u8], at: usize, new: &[u8], old: &mut [u8; 7]) {
    let places = text.iter_mut().skip(at).zip(new).zip(old);
    places.for_each(|((place, new), old)| *old = core::mem::replace(place, *new));
}

fn read(bytes: &[u8], sum: &mut Sum) {
    sum.add((Text::from_bytes(bytes), TopicName::from_bytes(bytes)));
    sum.add(TopicFilter::from_bytes(bytes).map(|filter| filter.is_shared()));
    sum.add(TopicFilter::from_bytes_v3(bytes).map(|filter| filter.has_wildcards()));
}
