//! Every return code and every reason code, in every packet that has one.

use crate::Sweep;
use crate::check::Totals;
use crate::inputs::{packet, sized};

/// Property blocks for what carries reason codes: none at all, an empty one, and such as some of the packets may have.
const BLOCKS: [&[u8]; 10] = [
    b"",
    b"\x1F\x00\x01r",
    b"\x26\x00\x01k\x00\x01v",
    b"\x11\x00\x00\x00\x05",
    b"\x1C\x00\x01s",
    b"\x11\x00\x00\x00\x05\x1C\x00\x01s",
    b"\x15\x00\x01m",
    b"\x16\x00\x01d",
    b"\x15\x00\x01m\x16\x00\x01d",
    b"\x16\x00\x01d\x15\x00\x01m",
];

fn sweep(name: &str, check: impl Fn(u8, &mut Totals) + Send + Sync + 'static) -> Sweep {
    Sweep::new(name, 256, move |code| {
        let mut totals = Totals::default();
        check(code as u8, &mut totals);
        totals
    })
}

/// Behind every byte of flags.
pub fn of_connack() -> Sweep {
    sweep("codes of CONNACK behind all flags", |code, totals| {
        for flags in 0..=255 {
            totals.check(&packet(0x20, &[&[flags, code]]));
            BLOCKS.iter().for_each(|block| totals.check(&packet(0x20, &[&[flags, code], &sized(block)])));
        }
    })
}

/// PUBACK, PUBREC, PUBREL and PUBCOMP, with and without what may follow the code.
pub fn of_acknowledgements() -> Sweep {
    sweep("codes of PUBACK, PUBREC, PUBREL and PUBCOMP", |code, totals| {
        for first in [0x40, 0x50, 0x62, 0x70] {
            for packet_id in [[0, 0], [0, 1], [0xFF, 0xFF]] {
                totals.check(&packet(first, &[&packet_id, &[code]]));
                BLOCKS.iter().for_each(|block| totals.check(&packet(first, &[&packet_id, &[code], &sized(block)])));
            }
        }
    })
}

/// Every pair of codes, where a list may have several.
pub fn of_suback_and_unsuback() -> Sweep {
    sweep("pairs of codes of SUBACK and UNSUBACK", |code, totals| {
        for first in [0x90, 0xB0] {
            totals.check(&packet(first, &[&[0, 1, code]]));
            for other in 0..=255 {
                totals.check(&packet(first, &[&[0, 1, code, other]]));
                totals.check(&packet(first, &[&[0, 1, 0, code, other]]));
            }
            BLOCKS.iter().for_each(|block| totals.check(&packet(first, &[&[0, 1], &sized(block), &[code]])));
        }
    })
}

/// With properties of either side, and with the method that AUTH names.
pub fn of_disconnect_and_auth() -> Sweep {
    sweep("codes of DISCONNECT and AUTH, with all sorts of properties", |code, totals| {
        for first in [0xE0, 0xF0] {
            totals.check(&packet(first, &[&[code]]));
            BLOCKS.iter().for_each(|block| totals.check(&packet(first, &[&[code], &sized(block)])));
            for (one, other) in BLOCKS.iter().flat_map(|one| BLOCKS.map(|other| (one, other))) {
                totals.check(&packet(first, &[&[code], &sized(&[one, other].concat())]));
            }
        }
    })
}
