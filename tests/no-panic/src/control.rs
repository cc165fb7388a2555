//! What must not be in the binary: a panic path, an allocation, and a function that calls itself.

extern crate alloc;

use alloc::boxed::Box;
use core::alloc::{GlobalAlloc, Layout};
use core::hint::black_box;
use core::ptr;

use crate::opaque::sink;

pub(crate) fn all(input: &[u8]) {
    sink(input[black_box(1)]);
    sink(Box::new(black_box(1)));
    recursive(input);
}

/// Calls itself in the middle, so that it does not become a loop.
#[inline(never)]
fn recursive(input: &[u8]) {
    if let Some((first, rest)) = input.split_first() {
        sink(first);
        recursive(rest);
        sink(rest);
    }
}

/// Has no memory.
struct Nothing;

#[global_allocator]
static NOTHING: Nothing = Nothing;

/// Safety: no memory is given.
unsafe impl GlobalAlloc for Nothing {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        black_box(ptr::null_mut())
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}
