//! Logs all lines with defmt. The packets lie where QEMU has put them.

#![no_std]
#![no_main]

use core::panic::PanicInfo;
use core::slice;

use cortex_m as _; // how critical sections are made
use cortex_m_rt::entry;
use defmt_output::Lines;
use defmt_semihosting as _;

/// Where QEMU has the 16 MB that `tests/defmt/run` loads the packets into.
const PACKETS: *const u8 = 0x2100_0000 as *const u8;
const SIZE: usize = 16 << 20;

#[entry]
fn main() -> ! {
    // SAFETY: this is memory of the board, which nobody writes.
    let packets = unsafe { slice::from_raw_parts(PACKETS, SIZE) };
    defmt_output::all(&mut Lines, packets);
    semihosting::process::exit(0)
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    defmt::println!("{}", defmt::Display2Format(info));
    semihosting::process::exit(1)
}
