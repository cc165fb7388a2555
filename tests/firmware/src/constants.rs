//! A packet that is a constant stays in flash, and is written from there into a static buffer without a copy on the stack.

use core::hint::black_box;

use board::{is_in_flash, peak_stack, print, print_number};
use mqtt_wire::v5::{Connect, Properties, Property, Will};
use mqtt_wire::{QoS, text, topic_name};

const CONNECT: Connect<'static> = Connect {
    keep_alive: 30,
    properties: Properties::new(&[Property::SessionExpiryInterval(3_600)]),
    will: Some(Will { qos: QoS::AtLeastOnce, ..Will::new(topic_name!("meter/7/state"), b"gone") }),
    user_name: Some(text!("meter")),
    password: Some(b"secret"),
    ..Connect::new(text!("meter-7"))
};

/// The same with a name, for which `tests/firmware/run` looks among the symbols of read-only data.
#[unsafe(no_mangle)]
static CONSTANT_CONNECT: Connect<'static> = CONNECT;

const BYTES: &[u8] = b"\x10\x3E\0\x04MQTT\x05\xCE\0\x1E\x05\x11\0\0\x0E\x10\0\x07meter-7\
    \0\0\x0Dmeter/7/state\0\x04gone\0\x05meter\0\x06secret";

/// More than any stack measured here.
const DEPTH: u32 = 2_048;

/// The number of failures.
pub fn check(buffer: &mut [u8]) -> u32 {
    let mut failed = 0;
    let mut require = |holds: bool, what: &[u8]| {
        if !holds {
            failed += 1;
            print(b"does not hold: ");
            print(what);
            print(b"\n");
        }
    };
    require(is_in_flash(&CONNECT), b"a constant packet is in flash");
    require(is_in_flash(&CONSTANT_CONNECT), b"a static packet is in flash");
    require(!is_in_flash(&buffer), b"what is on the stack is not in flash");

    let mut right = true;
    let constant = peak_stack(DEPTH, &mut || right &= CONNECT.encode(buffer) == Ok(BYTES));
    let in_static = peak_stack(DEPTH, &mut || right &= CONSTANT_CONNECT.encode(buffer) == Ok(BYTES));
    let copied = peak_stack(DEPTH, &mut || {
        let copy = black_box(CONNECT);
        right &= black_box(&copy).encode(buffer) == Ok(BYTES);
    });
    print(b"stack in bytes of a CONNECT that is a constant, a static, a copy: ");
    for stack in [constant, in_static, copied] {
        print_number(stack);
        print(b" ");
    }
    print(b"\n");
    require(right, b"the bytes are those of the packet");
    // With half a copy on the stack it would not.
    let half = size_of::<Connect<'static>>() as u32 / 2;
    require(constant + half < copied, b"a constant packet is not copied to the stack");
    require(in_static + half < copied, b"a static packet is not copied to the stack");
    failed
}
