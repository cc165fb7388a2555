//! The program as a relay, with a client on one side of it and a server on the other.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{ChildStdout, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::program::{Answer, Running, program};

/// A relay on ports of its own, and the server behind it.
pub struct Relay {
    program: Running,
    pub server: TcpListener,
    pub address: String,
    output: JoinHandle<String>,
    errors: JoinHandle<String>,
}

impl Relay {
    pub fn start(arguments: &[&str]) -> Self {
        let server = TcpListener::bind("127.0.0.1:0").expect("a port");
        let connect = server.local_addr().expect("an address").to_string();
        Self::start_before(server, &connect, arguments)
    }

    /// A relay of whose output the first line is read, and then no more.
    pub fn start_for_a_line() -> Self {
        let server = TcpListener::bind("127.0.0.1:0").expect("a port");
        let connect = server.local_addr().expect("an address").to_string();
        let relay = Self::start_with(server, &connect, &[], |output| {
            let mut line = String::new();
            BufReader::new(output).read_line(&mut line).expect("a line");
            line
        });
        while !relay.output.is_finished() {
            thread::sleep(Duration::from_millis(10));
        }
        relay
    }

    /// A relay to an address, at which the server need not be.
    pub fn start_before(server: TcpListener, connect: &str, arguments: &[&str]) -> Self {
        Self::start_with(server, connect, arguments, |mut output| read_all(&mut output))
    }

    fn start_with(server: TcpListener, connect: &str, arguments: &[&str], read: fn(ChildStdout) -> String) -> Self {
        let mut command = program();
        command.args(["--listen", "127.0.0.1:0", "--connect", connect]).args(arguments);
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("dissect runs");
        let mut errors = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut line = String::new();
        errors.read_line(&mut line).expect("a line");
        let address = line.strip_prefix("dissect: listening on ").and_then(|rest| rest.split_once(", passing on to "));
        let (address, rest) = address.unwrap_or_else(|| panic!("{line:?} names the address"));
        assert_eq!(rest, format!("{connect}; Ctrl-C ends it\n"));
        let output = child.stdout.take().expect("a pipe");
        let (address, output) = (address.to_owned(), thread::spawn(move || read(output)));
        Self { program: Running(child), server, address, output, errors: thread::spawn(move || read_all(&mut errors)) }
    }

    /// A connection through the relay: what the client has of it, and what the server has.
    pub fn connect(&self) -> (TcpStream, TcpStream) {
        let client = TcpStream::connect(&self.address).expect("the relay listens");
        let (server, _) = self.server.accept().expect("the relay connects");
        for socket in [&client, &server] {
            socket.set_nodelay(true).expect("an option");
            socket.set_read_timeout(Some(Duration::from_secs(20))).expect("an option");
        }
        (client, server)
    }

    /// What the relay said until it was interrupted.
    pub fn interrupt(mut self) -> Answer {
        let status = self.program.interrupt();
        self.answer(status)
    }

    /// What the relay said until it ended by itself.
    pub fn end(mut self) -> Answer {
        let status = self.program.0.wait().expect("the relay ends").code().expect("the relay ends by itself");
        self.answer(status)
    }

    fn answer(self, status: i32) -> Answer {
        let (output, errors) = (self.output.join().expect("the output"), self.errors.join().expect("the errors"));
        Answer { output, errors, status }
    }
}

fn read_all(input: &mut impl Read) -> String {
    let mut text = String::new();
    input.read_to_string(&mut text).expect("text");
    text
}

/// Sends bytes, and reads as many at the other end.
pub fn send(mut from: &TcpStream, mut to: &TcpStream, bytes: &[u8]) {
    let mut received = vec![0; bytes.len()];
    from.write_all(bytes).expect("the relay takes it");
    to.read_exact(&mut received).expect("the relay passes it on");
    assert_eq!(received, bytes);
}

/// Sends bytes in pieces of a size and ends; the other end must see the same and the end.
pub fn send_all(mut from: &TcpStream, mut to: &TcpStream, bytes: &[u8], size: usize) {
    thread::scope(|scope| {
        scope.spawn(move || {
            bytes.chunks(size).for_each(|piece| from.write_all(piece).expect("the relay takes it"));
            from.shutdown(Shutdown::Write).expect("an open connection");
        });
        let mut received = Vec::new();
        to.read_to_end(&mut received).expect("the relay passes it on");
        assert!(received == bytes, "{} bytes became {}", bytes.len(), received.len());
    });
}

/// Bytes without order, the same every time.
pub fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// The lines of a ladder without the ports and times, which are others every time.
pub fn rungs(answer: &Answer, ports: &[(&TcpStream, &str)]) -> Vec<String> {
    let rungs = answer.rungs().into_iter().map(|rung| {
        let (first, rest) = rung.split_once(' ').unwrap_or((&rung, ""));
        let rung = if first.parse::<f64>().is_ok() { rest.to_owned() } else { rung };
        ports.iter().fold(rung, |rung, (socket, name)| {
            rung.replace(&format!(":{}", socket.local_addr().expect("a port").port()), name)
        })
    });
    rungs.collect()
}
