//! RV32IMC.

use core::arch::{asm, global_asm};

global_asm!(
    ".section .start, \"ax\"",
    ".global start",
    "start:",
    "la sp, _stack_top",
    "la t0, fault",
    "csrw mtvec, t0",
    "la t0, _bss_start",
    "la t1, _bss_end",
    "2:",
    "bgeu t0, t1, 3f",
    "sw zero, 0(t0)",
    "addi t0, t0, 4",
    "j 2b",
    "3:",
    "call main",
);

/// Asks QEMU, which knows the question by the two instructions around the break.
#[inline(never)]
pub(crate) fn ask(what: u32, argument: u32) {
    // SAFETY: QEMU reads memory that is there and gives an answer in a0.
    unsafe {
        asm!(
            ".balign 16",
            ".option push",
            ".option norvc",
            "slli zero, zero, 0x1f",
            "ebreak",
            "srai zero, zero, 7",
            ".option pop",
            inout("a0") what => _,
            in("a1") argument,
            options(nostack),
        )
    }
}

const PATTERN: u32 = 0xA5A5_5A5A;

/// The deepest that `run` brings the stack, in bytes: `depth` bytes below the stack pointer are painted, and looked at afterwards.
#[inline(never)]
pub fn peak_stack(depth: u32, run: &mut dyn FnMut()) -> u32 {
    let (top, lowest): (u32, u32);
    // SAFETY: below the stack pointer nothing is kept.
    unsafe {
        asm!(
            "mv {top}, sp",
            "sub {at}, {top}, {depth}",
            "2:",
            "sw {pattern}, 0({at})",
            "addi {at}, {at}, 4",
            "bne {at}, {top}, 2b",
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
            "lw {found}, 0({at})",
            "addi {at}, {at}, 4",
            "beq {found}, {pattern}, 2b",
            at = inout(reg) top - (depth & !3) => lowest,
            found = out(reg) _,
            pattern = in(reg) PATTERN,
        );
    }
    top - (lowest - 4)
}
