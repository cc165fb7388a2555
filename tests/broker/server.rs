//! The broker as a process of its own, on free ports.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::LazyLock;
use std::thread::{self, JoinHandle};

use crate::example;

static PROGRAM: LazyLock<std::path::PathBuf> = LazyLock::new(|| example::build("broker", ""));

/// The program, freshly built.
pub fn program() -> Command {
    Command::new(&*PROGRAM)
}

/// A broker that runs until it is dropped.
pub struct Server {
    process: Child,
    /// Where it listens for TCP.
    pub tcp: String,
    /// Where it listens for WebSocket.
    pub websocket: String,
    log: Option<JoinHandle<String>>,
}

impl Server {
    pub fn start() -> Server {
        Server::start_with(&[])
    }

    pub fn start_with(arguments: &[&str]) -> Server {
        let mut command = program();
        command.args(["--listen", "127.0.0.1:0", "--websocket", "127.0.0.1:0"]).args(arguments);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the broker runs");
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        let mut address = || {
            let line = lines.next().expect("the broker says where it listens").expect("it is text");
            line.rsplit(' ').next().expect("an address is the last word").to_owned()
        };
        let (tcp, websocket) = (address(), address());
        let mut errors = process.stderr.take().expect("a pipe");
        let log = thread::spawn(move || {
            let mut log = String::new();
            errors.read_to_string(&mut log).expect("the log is text");
            log
        });
        Server { process, tcp, websocket, log: Some(log) }
    }

    /// Ctrl-C.
    pub fn interrupt(&self) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill runs").success());
    }

    /// Waits for its end, and gives what it said.
    pub fn ended(mut self) -> (ExitStatus, String) {
        let status = self.process.wait().expect("it is a child");
        let log = self.log.take().expect("it was not taken").join().expect("the log is text");
        (status, log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
        if let (true, Some(log)) = (thread::panicking(), self.log.take()) {
            println!("The broker's log:\n{}", log.join().unwrap_or_default());
        }
    }
}
