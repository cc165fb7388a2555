//! A firmware whose operations are measured: `measure` builds it once for each row of its table, with the features of the row,
//! and once more with `empty` operations. What is between the two is what the row costs.
//!
//! It runs every operation under a painted stack and between two looks at a timer that counts instructions, checks what the
//! operation gave, and prints `name instructions stack`.

#![no_std]
#![no_main]
#![allow(dead_code, unused_imports, reason = "each set of features uses a part of what is here")]

mod wire;

#[cfg(not(feature = "floor"))]
mod inputs;

#[cfg(feature = "floor")]
#[path = "floor.rs"]
mod operations;
#[cfg(all(feature = "v3", not(feature = "server")))]
#[path = "client_v3.rs"]
mod operations;
#[cfg(all(feature = "v5", not(feature = "server")))]
#[path = "client_v5.rs"]
mod operations;
#[cfg(all(feature = "v3", feature = "server"))]
#[path = "server_v3.rs"]
mod operations;
#[cfg(all(feature = "v5", feature = "server"))]
#[path = "server_v5.rs"]
mod operations;

use core::hint::black_box;

use board::{exit, peak_stack, print, print_number};
#[cfg(not(feature = "floor"))]
use mqtt_wire::{DecodeError, Decoder, EncodeError, Event, FrameBuffer, Packet};

/// Reads the first bytes or writes into the second; gives what it found, or how much it wrote.
type Operation = fn(&'static [u8], &mut [u8]) -> u32;

/// An operation, what it reads, and what it is to give or to write.
struct Measured {
    name: &'static [u8],
    operation: Operation,
    reads: &'static [u8],
    gives: u32,
    writes: &'static [u8],
}

const fn decode(name: &'static [u8], operation: Operation, reads: &'static [u8], gives: u32) -> Measured {
    Measured { name, operation, reads, gives, writes: &[] }
}

const fn encode(name: &'static [u8], operation: Operation, writes: &'static [u8]) -> Measured {
    Measured { name, operation, reads: &[], gives: writes.len() as u32, writes }
}

/// Encodes the inputs that have a will.
const fn encode_with_will(name: &'static [u8], operation: Operation, writes: &'static [u8]) -> Measured {
    Measured { reads: b"with a will", ..encode(name, operation, writes) }
}

/// The inputs without or with a will; the optimizer does not know which, nor what is in them.
fn opaque<T>(inputs: &'static [T; 2], reads: &[u8]) -> &'static T {
    let [without, with_will] = inputs;
    black_box(if reads.is_empty() { without } else { with_will })
}

/// The operations are those of the base: nothing is done in them.
const EMPTY: bool = cfg!(feature = "empty");

/// Operations that encode a packet. It is made of opaque fields; or it stands in flash, and is opaque as a whole.
#[cfg(not(feature = "floor"))]
macro_rules! encoders {
    ($inputs:ident; $($name:ident: $packet:ty = |$input:ident| $value:expr;)*) => { $(
        fn $name(reads: &'static [u8], buffer: &mut [u8]) -> u32 {
            if cfg!(feature = "whole") {
                const fn packet($input: &'static Inputs) -> $packet {
                    $value
                }
                static WHOLE: [$packet; 2] = [packet(&$inputs[0]), packet(&$inputs[1])];
                let packet = $crate::opaque(&WHOLE, reads);
                return if $crate::EMPTY { 0 } else { $crate::length(packet.encode(buffer)) };
            }
            let $input = $crate::opaque(&$inputs, reads);
            if $crate::EMPTY || cfg!(not(feature = "encode")) { 0 } else { $crate::length($value.encode(buffer)) }
        }
    )* };
}
#[cfg(not(feature = "floor"))]
use encoders;

fn nothing(_: &'static [u8], _: &mut [u8]) -> u32 {
    0
}

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    let mut good = true;
    start_timer();
    for measured in operations::OPERATIONS {
        good &= measure(measured);
    }
    exit(good || cfg!(feature = "empty"))
}

const SYST_CSR: *mut u32 = 0xE000_E010 as *mut u32;
const SYST_RVR: *mut u32 = 0xE000_E014 as *mut u32;
const SYST_CVR: *mut u32 = 0xE000_E018 as *mut u32;

fn start_timer() {
    // SAFETY: the registers of the system timer, which no one else uses; its interrupt stays off.
    unsafe {
        SYST_RVR.write_volatile(0xFF_FFFF);
        SYST_CVR.write_volatile(0);
        SYST_CSR.write_volatile(5);
    }
}

/// With `-icount shift=7` an instruction takes 128 ns, in which this board's timer of 25 MHz counts 3.2 ticks.
#[inline(never)]
fn ticks(operation: Operation, reads: &'static [u8], buffer: &mut [u8]) -> u32 {
    // SAFETY: as above.
    unsafe {
        let before = SYST_CVR.read_volatile();
        operation(reads, buffer);
        let after = SYST_CVR.read_volatile();
        before.wrapping_sub(after) & 0xFF_FFFF
    }
}

#[inline(never)]
fn stack(operation: Operation, reads: &'static [u8], buffer: &mut [u8], result: &mut u32) -> u32 {
    peak_stack(6_000, &mut || *result = operation(reads, buffer))
}

fn measure(measured: &'static Measured) -> bool {
    static mut BYTES: [u8; 256] = [0; 256];
    // SAFETY: there is one thread, and the last call has ended.
    let buffer: &mut [u8] = unsafe { black_box(&mut *&raw mut BYTES) };
    let Measured { name, operation, reads, gives, writes } = *black_box(measured);
    let nothing = black_box(nothing as Operation);

    let mut result = 0;
    let of_nothing = stack(nothing, reads, buffer, &mut result);
    let stack = stack(operation, reads, buffer, &mut result).wrapping_sub(of_nothing);
    let ticks = ticks(operation, reads, buffer).wrapping_sub(ticks(nothing, reads, buffer));
    let good = result == gives && buffer.iter().zip(writes).all(|(written, expected)| written == expected);

    print(name);
    for number in [ticks.wrapping_mul(10).wrapping_add(16) / 32, stack, result] {
        print(b"\t");
        print_number(number);
    }
    print(if good { b"\n" } else { b"\twrong\n" });
    good
}

/// The packet in these bytes; with the feature `stream` by way of a stream's buffer.
#[cfg(not(feature = "floor"))]
#[inline(always)]
fn first_packet<'a>(
    decoder: Decoder,
    mut wire: &'a [u8],
    buffer: &'a mut FrameBuffer<[u8; 64]>,
) -> Result<Option<Packet<'a>>, DecodeError> {
    if cfg!(not(feature = "stream")) {
        return decoder.read(&mut wire);
    }
    buffer.push(wire);
    match buffer.next(decoder) {
        Ok(Event::Packet(packet) | Event::Head { packet, .. }) => Ok(Some(packet)),
        Ok(Event::Payload { .. } | Event::Incomplete { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The result of an operation that writes.
#[cfg(not(feature = "floor"))]
fn length(written: Result<&[u8], EncodeError>) -> u32 {
    written.map_or(0, |bytes| bytes.len() as u32)
}

#[cfg(not(feature = "floor"))]
fn fault(error: DecodeError) -> u32 {
    if cfg!(feature = "display") {
        let _ = core::fmt::Write::write_fmt(&mut Nowhere, format_args!("{error}"));
    }
    1 | (error.violation() as u32) << 8 | (error.offset() as u32) << 16
}

/// Takes text as a serial line would.
#[cfg(not(feature = "floor"))]
struct Nowhere;

#[cfg(not(feature = "floor"))]
impl core::fmt::Write for Nowhere {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        black_box(text);
        Ok(())
    }
}
