//! Every first byte, every byte of Connect Flags, every byte of subscription options, every topic of three bytes.

use crate::Sweep;
use crate::check::Totals;
use crate::inputs::{body_len, cut, field, packet};
use mqtt_wire::{Side, Version};

/// Bodies that some packet of some version has, and two that none has.
const BODIES: [&[u8]; 14] = [
    b"",
    b"\x00",
    b"\x18",
    b"\x00\x00",
    b"\x00\x01",
    b"\x00\x00\x00",
    b"\x00\x01\x00",
    b"\x00\x01a\x00\x01\x00",
    b"\x00\x01\x00\x00\x01a\x00",
    b"\x00\x01\x00\x01a\x00",
    b"\x00\x01\x00\x01a",
    b"\x00\x04MQTT\x04\x02\x00\x3C\x00\x01c",
    b"\x00\x04MQTT\x05\x02\x00\x3C\x00\x00\x01c",
    b"\x00\x06MQIsdp\x03\x02\x00\x3C\x00\x01c",
];

/// Every first byte before each of the bodies, and before every length of it that is not there.
pub fn first_bytes() -> Sweep {
    Sweep::new("first bytes, with bodies of all packets", 256, |first| {
        let mut totals = Totals::default();
        for body in BODIES {
            let whole = packet(first as u8, &[body]);
            (0..=whole.len()).for_each(|there| totals.check(&whole[..there]));
        }
        totals
    })
}

/// Protocol name, protocol level, and what 5.0 has where the others have no properties.
const PROTOCOLS: [(&[u8], u8, &[u8]); 3] = [(b"MQIsdp", 3, b""), (b"MQTT", 4, b""), (b"MQTT", 5, b"\x00")];

/// The fields that flags announce, in their order: Will Properties, Will Topic, Will Message, User Name, Password.
const ANNOUNCED: u32 = 5;

/// Every byte of Connect Flags with each of the fields that it may announce present and absent, and all that ends early.
pub fn connect_flags() -> Sweep {
    Sweep::new("bytes of Connect Flags, each field present or absent, cut", 256, |flags| {
        let mut totals = Totals::default();
        for (name, level, properties) in PROTOCOLS {
            let fields = [properties.to_vec(), field(b"w"), field(b"gone"), field(b"user"), field(b"\x00\xFF")];
            for present in 0..1 << ANNOUNCED {
                let of_flags: Vec<_> = (0..ANNOUNCED)
                    .filter(|number| present >> number & 1 == 1)
                    .map(|number| &fields[number as usize][..])
                    .collect();
                let fixed = [&[level, flags as u8, 0, 60], properties].concat();
                let whole = packet(0x10, &[&field(name), &fixed, &field(b"c"), &of_flags.concat()]);
                (0..=body_len(&whole)).for_each(|kept| totals.check(&cut(&whole, kept)));
            }
        }
        totals
    })
}

/// Filters that are ordinary, shared, or none.
const FILTERS: [&[u8]; 8] =
    [b"a", b"+/#", b"$share/g/a", b"$share/g/$share/h/#", b"$share", b"$share/g", b"$share//a", b""];

/// Every byte of subscription options behind each of the filters: alone, first, last, and with another Property Length.
pub fn subscription_options() -> Sweep {
    Sweep::new("bytes of subscription options, behind all sorts of filters", 256, |options| {
        let mut totals = Totals::default();
        let harmless = [&field(b"b")[..], &[1]].concat();
        for filter in FILTERS {
            let subscription = [&field(filter)[..], &[options as u8]].concat();
            for properties in [&b""[..], b"\x00", b"\x02\x0B\x01"] {
                for around in [[&b""[..], b""], [&harmless, b""], [b"", &harmless]] {
                    let [before, behind] = around;
                    let whole = packet(0x82, &[&[0, 1], properties, before, &subscription, behind]);
                    totals.check(&whole);
                    totals.check(&cut(&whole, body_len(&whole) - 1));
                }
            }
        }
        totals
    })
}

/// Every string of three bytes as a topic name and as a topic filter: every character of up to three bytes, everything else
/// that is no text, and every place that a wildcard can have.
pub fn topics() -> Sweep {
    Sweep::new("strings of 3 bytes as topic names and topic filters", 256, |first| {
        let mut totals = Totals::default();
        for (second, third) in (0..=255).flat_map(|second| (0..=255).map(move |third| (second, third))) {
            let [a, b, c] = [first as u8, second, third];
            for version in [Version::V3_1_1, Version::V5_0] {
                let (publish, subscribe): (&[u8], &[u8]) = match version {
                    Version::V5_0 => (&[0x30, 6, 0, 3, a, b, c, 0], &[0x82, 9, 0, 1, 0, 0, 3, a, b, c, 0]),
                    _ => (&[0x30, 5, 0, 3, a, b, c], &[0x82, 8, 0, 1, 0, 3, a, b, c, 0]),
                };
                totals.check_by(version, Some(Side::Server), publish);
                totals.check_by(version, Some(Side::Server), subscribe);
            }
        }
        totals
    })
}
