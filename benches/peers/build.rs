//! Tells the program which compiler built it: budgets hold for one compiler.

use std::env;
use std::process::Command;

fn main() {
    let compiler = env::var_os("RUSTC").expect("cargo sets it");
    let output = Command::new(compiler).arg("-V").output().expect("the compiler runs");
    let version = String::from_utf8(output.stdout).expect("it is text");
    println!("cargo::rustc-env=COMPILER={}, {}", version.trim(), env::var("TARGET").expect("cargo sets it"));
}
