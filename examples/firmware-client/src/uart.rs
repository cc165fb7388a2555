//! The UART as a transport with the traits of `embedded-io`.
//!
//! It holds one byte, so an interrupt takes each as it comes. Where the queue is full, the byte waits in the UART:
//! QEMU then waits too, and so does a modem with hardware flow control.

use core::cell::RefCell;
use core::convert::Infallible;

use cortex_m::asm::wfi;
use critical_section::Mutex;
use embedded_io::{ErrorType, Read, ReadReady, Write};
use heapless::Deque;

use crate::board::{self, UART_BAUDDIV, UART_CTRL, UART_DATA, UART_INTCLEAR, UART_STATE};

const BAUD_RATE: u32 = 115_200;

const TRANSMIT: u32 = 1 << 0;
const RECEIVE: u32 = 1 << 1;
const RECEIVE_INTERRUPT: u32 = 1 << 3;
const TRANSMIT_FULL: u32 = 1 << 0;
const RECEIVE_FULL: u32 = 1 << 1;

type Queue = Deque<u8, 128>;

static RECEIVED: Mutex<RefCell<Queue>> = Mutex::new(RefCell::new(Queue::new()));

/// The UART, once it is running.
pub struct Uart(());

impl Uart {
    pub fn start() -> Uart {
        UART_BAUDDIV.write(board::CLOCK / BAUD_RATE);
        UART_CTRL.write(TRANSMIT | RECEIVE | RECEIVE_INTERRUPT);
        board::enable_uart_interrupt();
        Uart(())
    }
}

/// Called by the interrupt.
pub fn on_receive() {
    UART_INTCLEAR.write(RECEIVE);
    with_queue(|_| ());
}

/// Gives the queue, and takes what the UART has as far as there is room after that. None: somebody has the queue, which
/// critical sections prevent; the panic of a `borrow_mut` would be the only one of this firmware.
fn with_queue<T>(use_it: impl FnOnce(&mut Queue) -> T) -> Option<T> {
    critical_section::with(|section| {
        let mut queue = RECEIVED.borrow(section).try_borrow_mut().ok()?;
        let result = use_it(&mut queue);
        while !queue.is_full() && UART_STATE.read() & RECEIVE_FULL != 0 {
            queue.push_back(UART_DATA.read() as u8).ok();
        }
        Some(result)
    })
}

impl ErrorType for Uart {
    type Error = Infallible;
}

impl ReadReady for Uart {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        Ok(with_queue(|queue| !queue.is_empty()).unwrap_or(false))
    }
}

impl Read for Uart {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        while !buffer.is_empty() && !self.read_ready()? {
            wfi();
        }
        let mut count = 0;
        for to in buffer {
            let Some(byte) = with_queue(Queue::pop_front).flatten() else { break };
            *to = byte;
            count += 1;
        }
        Ok(count)
    }
}

impl Write for Uart {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        for byte in bytes {
            while UART_STATE.read() & TRANSMIT_FULL != 0 {}
            UART_DATA.write(u32::from(*byte));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        while UART_STATE.read() & TRANSMIT_FULL != 0 {}
        Ok(())
    }
}
