//! Calls Display and Debug of every public type, with opaque values and an opaque formatter.
//!
//! It is linked and never run. The core library's formatting has panic paths of its own; what counts is that none comes from
//! this crate, nom or heapless.

#![no_std]
#![no_main]

#[expect(dead_code, reason = "the other program uses the rest of it")]
mod opaque;

/// What `calls` has written.
mod formatting {
    include!(env!("FORMATTING"));
}

/// Where the linker begins. What follows from here is in the binary, and nothing else.
#[unsafe(no_mangle)]
extern "C" fn _start() {
    formatting::all();
    #[cfg(feature = "control")]
    control();
}

/// One panic path that comes from this crate, and one that comes from heapless.
#[cfg(feature = "control")]
fn control() {
    let bytes = opaque::any::<&[u8]>();
    opaque::sink(bytes[opaque::any::<usize>()]);
    opaque::sink(bytes.iter().copied().collect::<heapless::Vec<u8, 4>>());
}
