//! The program, freshly built, and what it answers.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;

use mqtt_wire::{Side, Version};
use serde_json::Value;
use tungstenite::WebSocket;
use tungstenite::protocol::Role;

use crate::example;

static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| example::build("dissect", ""));

/// The program without arguments, and without what the terminal around the test may say about colours.
pub fn program() -> Command {
    let mut command = Command::new(&*PROGRAM);
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    command
}

/// What the program said, and its exit status.
pub struct Answer {
    pub output: String,
    pub errors: String,
    pub status: i32,
}

pub fn dissect(arguments: &[&str]) -> Answer {
    answer(program().args(arguments).stdin(Stdio::null()).output().expect("dissect runs"))
}

pub fn dissect_file(file: &Path, arguments: &[&str]) -> Answer {
    answer(program().arg(file).args(arguments).stdin(Stdio::null()).output().expect("dissect runs"))
}

pub fn dissect_input(input: &[u8], arguments: &[&str]) -> Answer {
    dissect_in(Path::new("."), input, arguments)
}

/// With a folder to find files in.
pub fn dissect_in(folder: &Path, input: &[u8], arguments: &[&str]) -> Answer {
    let mut command = program();
    command.current_dir(folder).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("dissect runs");
    child.stdin.take().expect("a pipe").write_all(input).expect("dissect reads all of its input");
    answer(child.wait_with_output().expect("dissect ends"))
}

fn answer(output: Output) -> Answer {
    Answer {
        output: String::from_utf8(output.stdout).expect("the output is text"),
        errors: String::from_utf8(output.stderr).expect("the errors are text"),
        status: output.status.code().expect("dissect ends by itself"),
    }
}

/// A program that runs until it is interrupted, or the test ends.
#[cfg(unix)]
pub struct Running(pub Child);

#[cfg(unix)]
impl Running {
    /// Does what Ctrl-C does; the exit status.
    pub fn interrupt(&mut self) -> i32 {
        let kill = Command::new("sh").arg("-c").arg(format!("kill -INT {}", self.0.id())).status();
        assert!(kill.expect("a shell").success());
        self.0.wait().expect("the program ends").code().expect("the program ends by itself")
    }
}

#[cfg(unix)]
impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended, and what a failing test leaves behind is no further failure.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Answer {
    /// The lines of the output, each of which is JSON.
    pub fn json(&self) -> Vec<Value> {
        self.output.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
    }

    /// The lines of the ladder, a packet's lines as one and spaces and rungs drawn together, so that a test reads like
    /// what it looks for.
    pub fn rungs(&self) -> Vec<String> {
        let mut rungs: Vec<String> = Vec::new();
        for line in self.output.lines() {
            let words = line.replace(['─', '├', '┤', '│'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
            match rungs.last_mut() {
                Some(rung) if line.trim_start().starts_with('│') => *rung += &format!(" {words}"),
                _ => rungs.push(words),
            }
        }
        rungs
    }

    /// Fails where a line of the ladder is missing.
    pub fn expect_rungs(&self, expected: &[&str]) {
        let rungs = self.rungs();
        for expected in expected {
            assert!(rungs.iter().any(|rung| rung == expected), "{expected:?} is missing in\n{}", self.output);
        }
    }
}

/// A recorded capture.
pub fn capture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/captures/pcap").join(name)
}

/// A direction of a recorded connection.
pub fn stream(name: &str) -> Vec<u8> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/captures/streams").join(name);
    std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// What was recorded of each side of each connection, with the version and the sender. Of WebSocket connections it is
/// what their messages carry.
pub fn recorded_streams() -> Vec<(Version, Side, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/captures/streams");
    let names = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").file_name());
    let stream_of = |name: std::ffi::OsString| {
        let name = name.into_string().expect("a name in ASCII");
        let (version, _) = name.split_once(".c").expect("a capture, a connection and a direction");
        let version = match version.rsplit_once("-v") {
            Some((_, "3")) => Version::V3_1,
            Some((_, "4")) => Version::V3_1_1,
            _ => Version::V5_0,
        };
        let sender = if name.contains(".up.") { Side::Client } else { Side::Server };
        let bytes =
            if name.contains("websocket") { web_socket_messages(&stream(&name), sender) } else { stream(&name) };
        (version, sender, bytes)
    };
    names.map(stream_of).collect()
}

/// What the messages behind an HTTP head carry.
fn web_socket_messages(bytes: &[u8], sender: Side) -> Vec<u8> {
    let head = bytes.windows(4).position(|end| end == b"\r\n\r\n").expect("the end of the HTTP head");
    let frames = std::io::Cursor::new(bytes[head + 4..].to_vec());
    let role = match sender {
        Side::Client => Role::Server,
        Side::Server => Role::Client,
    };
    let mut socket = WebSocket::from_raw_socket(frames, role, None);
    let mut messages = Vec::new();
    while let Ok(message) = socket.read() {
        messages.extend(message.into_data());
    }
    messages
}
