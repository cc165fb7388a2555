//! Writes the linker script of the target's board, `board.x`, to where the linker of every firmware finds it.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    let target = env::var("TARGET").expect("cargo sets it");
    // The sizes of a BBC micro:bit; QEMU's other two boards have more than is used here.
    let (flash, flash_size, ram, ram_size) = match target.split('-').next() {
        Some("thumbv6m") => ("0x00000000", "256K", "0x20000000", "16K"),
        Some("thumbv7em") => ("0x00000000", "4M", "0x20000000", "256K"),
        Some("riscv32imc") => ("0x80000000", "4M", "0x80400000", "256K"),
        _ => panic!("there is no board for {target}"),
    };
    let script = format!(
        "MEMORY {{\n  FLASH : ORIGIN = {flash}, LENGTH = {flash_size}\n  RAM : ORIGIN = {ram}, LENGTH = {ram_size}\n}}\n{}",
        include_str!("sections.x"),
    );
    let directory = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    fs::write(directory.join("board.x"), script).expect("the build directory can be written to");
    println!("cargo:rustc-link-search={}", directory.display());
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=sections.x");
}
