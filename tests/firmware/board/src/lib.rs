//! The boards that QEMU emulates: how a firmware starts, prints, measures its stack and ends.
//!
//! A firmware has a `main` without mangling that never returns, and is linked with the script `board.x`. It prints without
//! `core::fmt`, so that a firmware which formats nothing links nothing of it.

#![no_std]

#[cfg_attr(target_arch = "arm", path = "arm.rs")]
#[cfg_attr(target_arch = "riscv32", path = "riscv.rs")]
mod processor;

pub use processor::peak_stack;

use core::panic::PanicInfo;
use processor::ask;

// Semihosting: what a debugger, here QEMU, does for a program.
const WRITE_CHARACTER: u32 = 0x03;
const EXIT: u32 = 0x18;
const STOPPED: u32 = 0x2_0026;
const FAILED: u32 = 0x2_0023;

/// Ends QEMU: with status 0, or with 1.
pub fn exit(good: bool) -> ! {
    ask(EXIT, if good { STOPPED } else { FAILED });
    loop {
        core::hint::spin_loop();
    }
}

/// Prints bytes to the standard error of QEMU.
#[inline(never)]
pub fn print(text: &[u8]) {
    for byte in text {
        ask(WRITE_CHARACTER, core::ptr::from_ref(byte) as u32);
    }
}

/// Prints a number in decimal digits.
#[inline(never)]
pub fn print_number(number: u32) {
    if number > 9 {
        print_number(number / 10);
    }
    print(&[b'0' + (number % 10) as u8]);
}

/// True for what lies in flash.
pub fn is_in_flash<T>(value: &T) -> bool {
    unsafe extern "C" {
        static _flash_start: u8;
        static _flash_end: u8;
    }
    (&raw const _flash_start..&raw const _flash_end).contains(&core::ptr::from_ref(value).cast())
}

/// A fault of the processor ends here, such as a stack beyond the end of the RAM.
#[unsafe(no_mangle)]
extern "C" fn fault() -> ! {
    print(b"the processor met a fault\n");
    exit(false)
}

/// Not inlined, so that a panic path keeps a symbol to be found by.
#[panic_handler]
#[inline(never)]
fn panic(_: &PanicInfo<'_>) -> ! {
    print(b"panicked\n");
    exit(false)
}
