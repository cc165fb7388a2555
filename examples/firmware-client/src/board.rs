//! Registers and interrupts of the MPS2 board with the AN386 image, which QEMU emulates: all that is unsafe.
//!
//! From ARM's "Cortex-M System Design Kit Technical Reference Manual" (DDI 0479) and "Application Note AN386".

#![allow(unsafe_code)]

use core::ptr;

use cortex_m::interrupt::InterruptNumber;
use cortex_m::peripheral::NVIC;
use cortex_m_rt::exception;

use crate::uart;

/// The clock of processor and peripherals, in Hz.
pub const CLOCK: u32 = 25_000_000;

/// A register of 32 bits.
pub struct Register(usize);

impl Register {
    pub fn read(&self) -> u32 {
        // SAFETY: only the addresses below are made, and these are registers.
        unsafe { ptr::read_volatile(self.0 as *const u32) }
    }

    pub fn write(&self, value: u32) {
        // SAFETY: likewise; none of them lets hardware touch memory.
        unsafe { ptr::write_volatile(self.0 as *mut u32, value) }
    }
}

/// UART 0: the byte that was received, or is to be sent.
pub const UART_DATA: Register = Register(0x4000_4000);
/// Bit 0: the byte to be sent waits. Bit 1: a byte was received.
pub const UART_STATE: Register = Register(0x4000_4004);
/// Bit 0: send. Bit 1: receive. Bit 3: interrupt when a byte was received.
pub const UART_CTRL: Register = Register(0x4000_4008);
/// Bit 1: a byte was received; written, it ends the interrupt.
pub const UART_INTCLEAR: Register = Register(0x4000_400C);
/// The clock divided by the baud rate, 16 at least.
pub const UART_BAUDDIV: Register = Register(0x4000_4010);
/// Bits 0 and 1: the two LEDs.
pub const LEDS: Register = Register(0x4002_8000);

/// The interrupts in use, with their numbers.
#[derive(Clone, Copy)]
#[repr(u16)]
enum Interrupt {
    UartReceive = 0,
}

// SAFETY: the numbers are those of the hardware.
unsafe impl InterruptNumber for Interrupt {
    fn number(self) -> u16 {
        self as u16
    }
}

pub fn enable_uart_interrupt() {
    // SAFETY: no critical section relies on the interrupt being masked.
    unsafe { NVIC::unmask(Interrupt::UartReceive) }
}

/// Every interrupt; a crate made for one microcontroller would name them one by one.
#[exception]
unsafe fn DefaultHandler(number: i16) {
    if number == Interrupt::UartReceive as i16 {
        uart::on_receive();
    }
}
