//! Links with the script of the board.

fn main() {
    println!("cargo:rustc-link-arg-bins=-Tboard.x");
    println!("cargo:rustc-link-arg-bins=--nmagic");
    println!("cargo:rerun-if-changed=build.rs");
}
