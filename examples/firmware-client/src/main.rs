//! A thermometer that speaks MQTT 5.0: it publishes readings at QoS 1 and obeys commands, in 16 KB of RAM.
//!
//! Read it in this order: `thermometer.rs` is what the device is for, `commands.rs` what it obeys, `client.rs` the
//! connection, `session.rs` what outlives a connection, `link.rs` the transport with its times. `uart.rs`, `clock.rs`
//! and `board.rs` are this board's.

#![no_std]
#![no_main]
#![deny(unsafe_code)]

#[macro_use]
mod log;

mod board;
mod client;
mod clock;
mod commands;
mod link;
mod session;
mod thermometer;
mod uart;

use core::panic::PanicInfo;

use cortex_m::Peripherals;
use cortex_m::asm::wfi;
use cortex_m::peripheral::SCB;
use cortex_m_rt::entry;

use crate::client::{Client, News};
use crate::commands::Commands;
use crate::thermometer::Thermometer;
use crate::uart::Uart;

#[entry]
fn main() -> ! {
    if let Some(peripherals) = Peripherals::take() {
        clock::start(peripherals.SYST);
    }
    let commands = Commands::new();
    let mut thermometer = Thermometer::new(clock::now());
    let mut client = Client::new(Uart::start(), clock::now());
    loop {
        let now = clock::now();
        client.poll(now, |news| match news {
            News::Connected => thermometer.tell_everything(),
            News::Message(publish) => commands.obey(&mut thermometer, publish),
        });
        thermometer.poll(now, &mut client);
        wfi(); // until the UART has received or the clock ticks
    }
}

/// A device that nobody watches begins anew.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    SCB::sys_reset()
}
