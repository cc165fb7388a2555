//! A server on loopback that expects packets and sends packets, and the program that it is for.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use mqtt_wire::v5::{self, Properties, Property, ReasonCode};
use mqtt_wire::{Decoder, Event, FrameBuffer, Packet, PacketType, Version, v3};

use crate::example;

static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| example::build("client", ""));

/// What must come has so long. Where it comes, nobody waits.
const PATIENCE: Duration = Duration::from_secs(30);

pub fn program() -> Command {
    let mut command = Command::new(&*PROGRAM);
    command.env("NO_COLOR", "1").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The program, running.
pub struct Client(pub Child);

/// What the program said, and its exit status.
#[derive(Debug, PartialEq)]
pub struct Answer {
    pub output: Vec<u8>,
    pub errors: String,
    pub status: i32,
}

impl Client {
    pub fn start(arguments: &[&str]) -> Client {
        Client(program().args(arguments).spawn().expect("the client runs"))
    }

    /// What it says to its end. Its standard input ends here.
    pub fn answer(self) -> Answer {
        let output = self.0.wait_with_output().expect("the client ends");
        Answer {
            output: output.stdout,
            errors: String::from_utf8(output.stderr).expect("the errors are text"),
            status: output.status.code().expect("the client ends by itself"),
        }
    }

    /// It has done what it was told, without a word of complaint.
    pub fn succeeds(self) -> Vec<u8> {
        let answer = self.answer();
        assert_eq!((answer.errors.as_str(), answer.status), ("", 0));
        answer.output
    }

    pub fn fails(self, status: i32, sentence: &str) {
        let answer = self.answer();
        assert_eq!((answer.errors.trim_end(), answer.status), (sentence, status));
    }

    #[cfg(unix)]
    pub fn interrupt(&self) {
        let process = self.0.id().to_string();
        assert!(Command::new("kill").args(["-INT", &process]).status().expect("kill runs").success());
    }
}

/// The server's side of a connection.
pub struct Server {
    socket: TcpStream,
    buffer: FrameBuffer<Vec<u8>>,
    decoder: Decoder,
}

impl Server {
    /// Starts the program with a server to connect to. The words after the command are `-i c`, for a name that is known.
    pub fn with_client(version: Version, command: &str, arguments: &[&str]) -> (Server, Client) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port().to_string();
        let version_option = version.protocol_level().to_string().replace('3', "31").replace('4', "311");
        let common = [command, "-h", "127.0.0.1", "-p", &port, "-V", &version_option];
        let mut client = Client::start(&[&common, arguments].concat());
        let socket = accept(&listener, &mut client);
        socket.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
        socket.set_nodelay(true).expect("TCP has it");
        (Server { socket, buffer: FrameBuffer::new(vec![0; 4096]), decoder: Decoder::server(version) }, client)
    }

    /// Such a server, once it has accepted the client; `granted` are the properties of its CONNACK.
    pub fn connected(
        version: Version,
        command: &str,
        arguments: &[&str],
        granted: &[Property<'_>],
    ) -> (Server, Client) {
        let (mut server, client) = Server::with_client(version, command, arguments);
        server.expects("CONNECT", |packet| packet.packet_type().name() == "CONNECT");
        server.accepts(granted);
        (server, client)
    }

    pub fn accepts(&mut self, granted: &[Property<'_>]) {
        match self.decoder.version() {
            Version::V5_0 => {
                let properties = Properties::new(granted);
                self.sends(v5::Connack { properties, ..v5::Connack::new(ReasonCode::Success) });
            }
            _ => self.sends(v3::Connack::new(v3::ConnectReturnCode::Accepted)),
        }
    }

    /// The next packet is this one.
    pub fn expect<'p>(&mut self, expected: impl Into<Packet<'p>>) {
        let expected = expected.into();
        self.expects(&format!("{expected:?}"), |packet| *packet == expected);
    }

    /// The next packet is as it should be.
    #[track_caller]
    pub fn expects(&mut self, expected: &str, is_as_expected: impl FnOnce(&Packet<'_>) -> bool) {
        self.next(|packet| assert!(is_as_expected(packet), "expected {expected}\n but got {packet:?}"));
    }

    /// A packet of that type comes, whatever comes before.
    pub fn expects_at_last(&mut self, packet_type: PacketType) {
        while self.next(|packet| packet.packet_type()) != packet_type {}
    }

    #[track_caller]
    fn next<T>(&mut self, then: impl FnOnce(&Packet<'_>) -> T) -> T {
        loop {
            match self.buffer.next(self.decoder).expect("the client keeps the rules") {
                Event::Packet(packet) => return then(&packet),
                Event::Incomplete { .. } => {
                    let count = self.socket.read(self.buffer.room()).expect("the client sends what is expected");
                    assert!(count > 0, "the client closed the connection");
                    self.buffer.filled(count);
                }
                event => panic!("{event:?} is larger than anything that is expected"),
            }
        }
    }

    /// The client says goodbye, sends no more, and waits for the server to close.
    pub fn expect_goodbye(mut self) {
        match self.decoder.version() {
            Version::V5_0 => self.expect(v5::Disconnect::new(ReasonCode::Success)),
            _ => self.expect(v3::Disconnect),
        }
        self.expect_close();
    }

    pub fn expect_close(mut self) {
        assert!(self.buffer.as_bytes().is_empty(), "there is more: {:?}", self.buffer.as_bytes());
        let mut rest = Vec::new();
        // A client that has not read all is closed with a reset: nothing came behind the last packet all the same.
        self.socket.read_to_end(&mut rest).ok();
        assert_eq!(rest, [0; 0]);
    }

    pub fn sends<'p>(&mut self, packet: impl Into<Packet<'p>>) {
        self.sends_bytes(&encoded(packet));
    }

    pub fn sends_bytes(&mut self, bytes: &[u8]) {
        self.socket.write_all(bytes).expect("the client reads");
    }

    /// Sends a packet over and over, as fast as the client reads. Until it stops, nothing else can be sent.
    pub fn floods<'p>(&self, packet: impl Into<Packet<'p>>) -> Flood {
        let packets = encoded(packet).repeat(100);
        let mut socket = self.socket.try_clone().expect("a socket can be shared");
        let is_over = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&is_over);
        let thread =
            thread::spawn(move || while !stop.load(Ordering::Relaxed) && socket.write_all(&packets).is_ok() {});
        Flood { is_over, thread }
    }

    pub fn closes(self) {
        self.socket.shutdown(Shutdown::Both).expect("the connection is open");
    }
}

/// Packets that come without end.
pub struct Flood {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Flood {
    pub fn stops(self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().expect("the flood ends");
    }
}

pub fn encoded<'p>(packet: impl Into<Packet<'p>>) -> Vec<u8> {
    let packet = packet.into();
    let mut bytes = vec![0; packet.encoded_len().expect("it can be encoded")];
    packet.encode(&mut bytes).expect("it can be encoded");
    bytes
}

/// A client that does not connect would be waited for without end.
fn accept(listener: &TcpListener, client: &mut Client) -> TcpStream {
    listener.set_nonblocking(true).expect("it can be asked");
    let until = Instant::now() + PATIENCE;
    loop {
        if let Ok((socket, _)) = listener.accept() {
            socket.set_nonblocking(false).expect("it can be waited for");
            return socket;
        }
        if let Some(status) = client.0.try_wait().expect("the client was started") {
            let mut errors = String::new();
            client.0.stderr.take().expect("a pipe").read_to_string(&mut errors).expect("text");
            panic!("the client ended with {status} and said {errors}");
        }
        assert!(Instant::now() < until, "the client does not connect");
        thread::sleep(Duration::from_millis(5));
    }
}
