//! Building an example.

use std::env;
use std::path::PathBuf;
use std::process::Command;

/// The program of an example, freshly built. Cargo promises a test the programs of its package, but not the examples: this
/// builds one where the test was built.
pub fn build(name: &str, features: &str) -> PathBuf {
    let test = env::current_exe().expect("a test knows its own path");
    let profile = test.ancestors().nth(2).expect("a test is in target/<profile>/deps");
    let target = profile.parent().expect("a profile is in the target directory");
    let mut build = Command::new(env!("CARGO"));
    build
        .args(["build", "--quiet", "--offline", "--example", name, "--features", features, "--target-dir"])
        .arg(target);
    build.arg("--manifest-path").arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    if profile.ends_with("release") {
        build.arg("--release");
    }
    assert!(build.status().expect("cargo runs").success(), "the example builds");
    profile.join("examples").join(format!("{name}{}", env::consts::EXE_SUFFIX))
}
