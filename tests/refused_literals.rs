//! Literals that are no topic names or no topic filters do not compile, and the compiler says why.
//!
//! trybuild compiles `refused_literals/*.rs`, and would compare all that the compiler says with a `.stderr` beside each. But the
//! compiler's words change from version to version. So trybuild is made to write down what this compiler says, and the
//! `.stderr` files hold what each of its errors has to say: the code of a constant that cannot be made, our words, our source.
//!
//! It runs in a process of its own, since it takes its settings from the environment; and on a package of its own, since it
//! would first build all that our tests depend on.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

const PROJECT: &str = env!("CARGO_MANIFEST_DIR");
const REFUSED: [&str; 3] = ["names", "filters", "in_functions"];
/// Compiles and runs. It also makes trybuild build all cases: constants in functions are made when their code is.
const ACCEPTED: &str = "accepted";
/// Tells the process that it is the one for trybuild.
const FOR_TRYBUILD: &str = "REFUSED_LITERALS_FOR_TRYBUILD";

#[test]
fn the_compiler_refuses_literals_that_are_no_topics() {
    if env::var_os(FOR_TRYBUILD).is_some() {
        let cases = trybuild::TestCases::new();
        cases.pass(format!("{ACCEPTED}.rs"));
        REFUSED.iter().for_each(|case| cases.compile_fail(format!("{case}.rs")));
        return;
    }
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("refused_literals");
    prepare(&package);
    let output = Command::new(env::current_exe().expect("this program has a path"))
        .args(["--exact", "the_compiler_refuses_literals_that_are_no_topics"])
        .current_dir(&package)
        .envs([(FOR_TRYBUILD, "1"), ("TRYBUILD", "overwrite")])
        .env("CARGO_MANIFEST_DIR", &package)
        .output()
        .expect("this program runs again");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "something compiles that should not, or the other way round:\n{said}");
    for case in REFUSED {
        let said = fs::read_to_string(package.join(case).with_extension("stderr")).expect("trybuild wrote it");
        let expected = fs::read_to_string(format!("{PROJECT}/tests/refused_literals/{case}.stderr")).expect("a text");
        check(case, &said, &expected);
    }
}

const MANIFEST: &str = r#"
[package]
name = "refused-literals"
edition = "2024"

[dependencies]
mqtt-wire.path = 'PROJECT'

[workspace]
"#;

/// A package that depends on nothing but this crate, with the cases and without what was said about them last time.
fn prepare(package: &Path) {
    let write = |path: &str, text: &str| fs::write(package.join(path), text).expect("it can be written");
    fs::create_dir_all(package.join("src")).expect("a directory of cargo's for tests");
    write("Cargo.toml", &MANIFEST.replace("PROJECT", PROJECT));
    write("src/lib.rs", "");
    fs::copy(format!("{PROJECT}/Cargo.lock"), package.join("Cargo.lock")).expect("it can be copied");
    for case in [ACCEPTED].iter().chain(&REFUSED) {
        let source = format!("{PROJECT}/tests/refused_literals/{case}.rs");
        fs::copy(source, package.join(case).with_extension("rs")).expect("it can be copied");
        let _ = fs::remove_file(package.join(case).with_extension("stderr"));
    }
}

/// As many errors as are expected, and to each the one that says all its lines.
fn check(case: &str, said: &str, expected: &str) {
    let errors: Vec<_> = said.split("\n\n").filter(|message| message.starts_with("error")).collect();
    let expected: Vec<Vec<_>> = expected.split("\n\n").map(|lines| lines.lines().collect()).collect();
    for lines in &expected {
        let says_all = |error: &&&str| lines.iter().all(|line| error.contains(line));
        assert_eq!(errors.iter().filter(says_all).count(), 1, "errors with {lines:?} of {case}:\n{said}");
    }
    assert_eq!(errors.len(), expected.len(), "errors of {case}:\n{said}");
}
