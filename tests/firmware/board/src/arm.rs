//! Cortex-M0 and Cortex-M4.

use core::arch::{asm, global_asm};

// The vector table: the first stack pointer, where to start, and what to do at a fault. No interrupt is ever enabled.
global_asm!(
    ".section .start, \"ax\"",
    ".word _stack_top, start, fault, fault",
    ".global start",
    ".thumb_func",
    ".type start, %function",
    "start:",
    "ldr r0, =_bss_start",
    "ldr r1, =_bss_end",
    "movs r2, #0",
    "2:",
    "cmp r0, r1",
    "bhs 3f",
    "stm r0!, {{r2}}",
    "b 2b",
    "3:",
    "bl main",
    ".ltorg",
);

/// Asks QEMU.
#[inline(never)]
pub(crate) fn ask(what: u32, argument: u32) {
    // SAFETY: QEMU reads memory that is there and gives an answer in r0.
    unsafe { asm!("bkpt #0xAB", inout("r0") what => _, in("r1") argument, options(nostack)) }
}

const PATTERN: u32 = 0xA5A5_5A5A;

/// The deepest that `run` brings the stack, in bytes: `depth` bytes below the stack pointer are painted, and looked at afterwards.
#[inline(never)]
pub fn peak_stack(depth: u32, run: &mut dyn FnMut()) -> u32 {
    let (top, lowest): (u32, u32);
    // SAFETY: below the stack pointer nothing is kept.
    unsafe {
        asm!(
            "mov {top}, sp",
            "subs {at}, {top}, {depth}",
            "2:",
            "str {pattern}, [{at}]",
            "adds {at}, {at}, #4",
            "cmp {at}, {top}",
            "bne 2b",
            top = out(reg) top,
            at = out(reg) _,
            depth = in(reg) depth & !3,
            pattern = in(reg) PATTERN,
        );
    }
    run();
    // SAFETY: it was painted, and is only read.
    unsafe {
        asm!(
            "2:",
            "ldr {found}, [{at}]",
            "adds {at}, {at}, #4",
            "cmp {found}, {pattern}",
            "beq 2b",
            at = inout(reg) top - (depth & !3) => lowest,
            found = out(reg) _,
            pattern = in(reg) PATTERN,
        );
    }
    top - (lowest - 4)
}
