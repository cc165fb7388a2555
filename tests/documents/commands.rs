//! The commands that newcomers are shown: each is run by CI or by a test, so that it works as it is written.

use std::fs;
use std::path::Path;

const DOCUMENTS: [&str; 5] =
    ["README.md", "CONTRIBUTING.md", "docs/FUZZING.md", "docs/WITNESSES.md", "examples/firmware-client/README.md"];

/// Where a command is run.
#[derive(Clone, Copy)]
enum Run {
    /// In that file, as this line has it.
    In(&'static str, &'static str),
    /// Not by itself, for a reason.
    ByHand(#[expect(dead_code, reason = "it is for readers")] &'static str),
}
use Run::{ByHand, In};

/// What is spoken of, and not told to be run.
const NAMED: [&str; 2] = ["cargo doc", "cargo fuzz run"];

const CI: &str = ".ci/run";
const LONG: Run = ByHand("it takes half an hour");
const FINDING: Run = ByHand("it needs a finding, and there is none");
const BROKER: Run = In(CI, "fuzz/against_mosquitto"); // with the commands as docs/FUZZING.md has them

/// Commands by how they begin, and where they are run.
#[rustfmt::skip]
const COMMANDS: &[(&str, Run)] = &[
    ("cargo run --example dissect", In(CI, "cargo run --locked --quiet --example dissect")),
    ("cargo run --example broker -- --help", In("tests/broker/program.rs", "says(&[\"--help\"])")),
    ("cargo run --example client -- --help", In("tests/client/command_line.rs", "(&[\"--help\"][..], \"subscribe\")")),
    ("cargo test --all-features --doc", In(CI, "cargo test --locked --quiet --all-features --doc")),
    ("cargo test", In(CI, "cargo test --locked")),
    ("cargo fmt --check", In(CI, "cargo fmt --manifest-path \"$manifest\" --all --check")),
    ("cargo clippy --all-targets --all-features", In(CI, "cargo clippy --locked --quiet --all-targets $features -- -D warnings")),
    ("RUSTDOCFLAGS=\"-D warnings\" cargo doc --no-deps", In(CI, "RUSTDOCFLAGS=\"-D warnings\" cargo doc --locked --quiet --no-deps")),
    ("tests/publishing/run --save", ByHand("it writes what the other command compares")),
    ("tests/publishing/run", In(CI, "tests/publishing/run")),
    ("tests/no-panic/run", In(CI, "tests/no-panic/run")),
    ("tests/interop/run", In(CI, "tests/interop/run")),
    ("cargo run --manifest-path tests/witnesses/Cargo.toml", In(CI, "--manifest-path tests/witnesses/Cargo.toml")),
    ("cargo add --path ../mqtt-wire", In("tests/publishing/run", "tests/publishing/newcomer")),
    ("cargo publish", ByHand("it publishes")),
    ("cargo install cargo-fuzz", In(CI, "cargo install --quiet --locked cargo-fuzz")),
    ("mkdir -p target/found", In(CI, "mkdir -p")),
    ("cargo +nightly fuzz run --sanitizer none decode target/found", In(CI, "cargo +nightly fuzz run --sanitizer none")),
    ("cargo +nightly fuzz run --sanitizer none decode fuzz/artifacts", FINDING),
    ("cargo +nightly fuzz tmin", FINDING),
    ("xxd -p", FINDING),
    ("mosquitto -p", BROKER),
    ("fuzz/against_broker.py", BROKER),
    ("printf '30040001", In("tests/dissect/output.rs", "&[\"--lines\"]")),
    ("cargo run --release --manifest-path tests/sweeps/Cargo.toml -- --four-bytes", LONG),
    ("cargo run --release --manifest-path tests/sweeps/Cargo.toml", In(CI, "--release --manifest-path tests/sweeps/Cargo.toml")),
    ("examples/firmware-client/run --log", ByHand("it is the next, and prints more")),
    ("examples/firmware-client/run", In(CI, "examples/firmware-client/run")),
];

pub(crate) fn read(path: &str) -> String {
    let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(whole).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The lines of blocks for a shell, and what stands in the text as one.
fn commands(text: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut language = None;
    for line in text.lines() {
        match (language, line.strip_prefix("```")) {
            (None, Some(begun)) => language = Some(begun),
            (Some(_), Some(_)) => language = None,
            (Some("sh" | "console"), None) => {
                commands.push(line.trim_start_matches("$ ").split("  #").next().unwrap_or_default().trim().to_owned());
            }
            (Some(_), None) => {}
            (None, None) => {
                let quoted = line.split('`').skip(1).step_by(2);
                let is_command =
                    |text: &&str| text.starts_with("cargo ") || text.starts_with("tests/") && text.contains("/run");
                commands.extend(quoted.filter(is_command).map(str::to_owned));
            }
        }
    }
    commands.retain(|command| !command.is_empty() && !NAMED.contains(&command.as_str()));
    commands
}

fn place(command: &str) -> Option<Run> {
    COMMANDS.iter().find(|(begins, _)| command.starts_with(begins)).map(|(_, run)| *run)
}

#[test]
fn every_command_is_run_somewhere() {
    let mut used = Vec::new();
    for document in DOCUMENTS {
        for command in commands(&read(document)) {
            let run = place(&command).unwrap_or_else(|| panic!("{document}: nobody knows where `{command}` is run"));
            if let In(file, line) = run {
                assert!(read(file).contains(line), "{document}: {file} does not run `{command}`");
            }
            used.push(command);
        }
    }
    for (begins, _) in COMMANDS {
        assert!(used.iter().any(|command| command.starts_with(begins)), "no document has `{begins}`");
    }
}

#[test]
fn commands_are_found_in_blocks_and_in_the_text() {
    let text = "With `cargo test` and `a::b`:\n\n```sh\n$ tests/a/run --b  # a comment\n```\n```rust\ncargo();\n```\n";
    assert_eq!(commands(text), ["cargo test", "tests/a/run --b"]);
    assert!(place("cargo install something").is_none());
}
