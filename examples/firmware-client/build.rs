//! Adds defmt's part of the linker script where defmt is there.

fn main() {
    if std::env::var_os("CARGO_FEATURE_LOG").is_some() {
        println!("cargo::rustc-link-arg=-Tdefmt.x");
    }
    println!("cargo::rerun-if-changed=memory.x");
}
