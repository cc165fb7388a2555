//! Time since the start, by the timer that every Cortex-M has.

use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::exception;

use crate::board;

/// Milliseconds from tick to tick: also how long the loop in `main` sleeps at most.
const TICK: u32 = 10;

static MILLISECONDS: AtomicU32 = AtomicU32::new(0);

/// A time, in milliseconds since the start, modulo 49 days.
#[derive(Clone, Copy)]
pub struct Instant(u32);

impl Instant {
    /// The milliseconds that have passed since an earlier time, less than 49 days ago.
    pub fn since(self, earlier: Instant) -> u32 {
        self.0.wrapping_sub(earlier.0)
    }
}

pub fn start(mut timer: SYST) {
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(board::CLOCK / 1000 * TICK - 1);
    timer.clear_current();
    timer.enable_counter();
    timer.enable_interrupt();
}

pub fn now() -> Instant {
    Instant(MILLISECONDS.load(Ordering::Relaxed))
}

/// The only one that writes the time, so that no atomic addition is needed, which Cortex-M0 does not have.
#[exception]
fn SysTick() {
    MILLISECONDS.store(MILLISECONDS.load(Ordering::Relaxed).wrapping_add(TICK), Ordering::Relaxed);
}
