//! Whatever a program puts together from the public types: it is written, and then the other side reads the same; or it
//! breaks a rule, and then no byte of it is to be had. Nothing panics.
//!
//! Which of the two, the model of the sweeps says: [`plain`] writes down the fields as they stand, and what the model takes is
//! to be written, in the shortest form that it has.

#![no_main]

#[path = "../../../tests/as_written/mod.rs"]
mod as_written;
#[expect(dead_code, reason = "the sweeps ask for more")]
#[path = "../../../tests/sweeps/src/model/mod.rs"]
mod model;
mod plain;
mod plan;

use as_written::as_written;
use libfuzzer_sys::fuzz_target;
use model::{Verdict, verdict};
use mqtt_wire::{Decoder, EncodeError, Packet, Version, Violation, v3};
use plan::Plan;

fuzz_target!(|plan: Plan<'_>| {
    let lists = plan.lists();
    let packet = plan.packet(&lists);
    match packet.encoded_len() {
        Ok(needed) => {
            let plan = plan.as_read();
            let lists = plan.lists();
            writes(packet, needed, plan.packet(&lists));
        }
        Err(refusal) => refuses(packet, refusal, &plan),
    }
});

/// The version that a packet is written in. What has no edition of its own is alike in both.
fn version(packet: &Packet<'_>) -> Version {
    match packet {
        Packet::V3(v3::Packet::Connect(connect)) => connect.edition.into(),
        Packet::V3(_) => Version::V3_1_1,
        Packet::V5(_) => Version::V5_0,
    }
}

/// The rules hold, the size is right, and the other side reads the same.
fn writes(packet: Packet<'_>, needed: usize, as_read: Packet<'_>) {
    let version = version(&packet);
    let plain = plain::packet(&packet).expect("what is too long for its field is not written");
    assert_eq!(verdict(version, None, &plain), Verdict::Taken { end: plain.len() }, "{packet:?}");

    let mut buffer = vec![0xA5; needed + 3];
    let written = packet.encode(&mut buffer).map(<[u8]>::to_vec);
    let expected = as_written(version, &plain);
    assert_eq!(written.as_ref(), Ok(&expected), "{packet:?}");
    assert_eq!(buffer[needed..], [0xA5; 3], "written behind the packet");
    assert_eq!(packet.encode(&mut buffer[..needed]), Ok(&expected[..]));
    for size in [needed - 1, needed / 2, 1, 0] {
        assert_eq!(packet.encode(&mut buffer[..size]), Err(EncodeError::BufferTooSmall { needed }), "{size} bytes");
    }

    let mut input = &expected[..];
    let read = Decoder::observer(version).read(&mut input);
    assert_eq!(read, Ok(Some(as_read)));
    assert!(input.is_empty());
    let Ok(Some(read)) = read else { unreachable!("it was compared") };
    assert_eq!(read.encoded_len(), Ok(needed));
    assert_eq!(read.encode(&mut buffer), Ok(&expected[..]));
}

/// A rule is broken, whatever the buffer's size is.
fn refuses(packet: Packet<'_>, refusal: EncodeError, plan: &Plan<'_>) {
    let EncodeError::Invalid(rule) = refusal else { panic!("{refusal:?} without a buffer") };
    assert_eq!(rule.packet_type(), packet.packet_type());
    for size in [0, 1, 70_000] {
        match packet.encode(&mut vec![0; size]) {
            Err(EncodeError::Invalid(again)) => assert_eq!(again, rule),
            other => panic!("{other:?} of {packet:?}, which has no length: {rule}"),
        }
    }

    let version = version(&packet);
    match (rule.violation(), plain::packet(&packet)) {
        // Two things are read and not written: no name in 3.1, and in 5.0 what means another thing there than the program says.
        (Violation::EmptyClientIdentifier, _) => assert_eq!(version, Version::V3_1),
        (Violation::FilterOfV3, _) => assert!(version == Version::V5_0 && plan.has_filter_of_v3(), "{packet:?}"),
        (_, None) => {}
        (_, Some(plain)) => match verdict(version, None, &plain) {
            Verdict::Refused { codes, .. } => {
                assert!(rule.reason_code().is_none_or(|code| codes.allow(code)), "{rule} of {packet:?}");
            }
            other => panic!("{rule}, but {other:?}: {packet:?}"),
        },
    }
}
