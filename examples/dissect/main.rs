//! Takes MQTT sessions apart, recorded or live: `cargo run --example dissect -- --help` tells how.

mod assembly;
mod capture;
mod counts;
mod explain;
mod explained;
mod fields;
mod follow;
mod hex;
mod interrupt;
mod json;
mod ladder;
mod lines;
mod link;
mod live;
mod options;
mod picture;
mod property;
mod reader;
mod reassembly;
mod relay;
mod screen;
mod session;
mod stream;
mod text;
mod walk;
mod websocket;

use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use crate::options::Options;
use crate::reader::Reader;
use crate::screen::Screen;
use crate::session::Dissection;
use crate::stream::Stream;

/// Shown where the command line names nothing else: five connections, QoS 0, 1 and 2.
const RECORDED_SESSION: &[u8] = include_bytes!("../data/mosquitto-qos-v4.pcap");

const SOMETHING_WAS_NOT_DECODED: u8 = 1;
const NOTHING_CAN_BE_DONE: u8 = 2;

fn main() -> ExitCode {
    let options = Options::parse();
    // Anstream drops the colours where there is no terminal that wants them, and with them whatever looks like one:
    // not from data.
    let standard_output: Box<dyn Write> = match options.lines || options.json || options.svg.is_some() {
        true => Box::new(io::stdout().lock()),
        false => Box::new(anstream::stdout().lock()),
    };
    let mut output = BufWriter::new(standard_output);
    let outcome = run(&options, &mut output).and_then(|status| Ok(output.flush().map(|()| status)?));
    match outcome {
        Ok(status) => status,
        // Whoever reads the output has enough of it.
        Err(Failure::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Failure::Io(error)) => fail(&format!("input or output failed: {error}")),
        Err(Failure::Input(sentence)) => fail(&sentence),
        Err(Failure::Usage(sentence)) => Options::command().error(ErrorKind::ArgumentConflict, sentence).exit(),
    }
}

fn fail(sentence: &str) -> ExitCode {
    eprintln!("dissect: {sentence}");
    ExitCode::from(NOTHING_CAN_BE_DONE)
}

enum Failure {
    Usage(&'static str),
    Input(String),
    Io(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Io(error)
    }
}

fn run(options: &Options, output: &mut impl Write) -> Result<ExitCode, Failure> {
    if options.lines {
        let reader = Reader::new(options.from, options.mqtt);
        lines::answer(io::stdin().lock(), output, reader)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let (Some(listen), Some(connect)) = (&options.listen, &options.connect) {
        let is_whole = relay::run(listen, connect, options.mqtt, Screen::new(output, options))?;
        return Ok(status(is_whole));
    }
    if let (true, Some(file)) = (options.follow, &options.file) {
        return Ok(status(follow::run(options, file, output)?));
    }
    let input = input(options)?;
    if capture::is_capture(&input) && options.hex.is_none() {
        dissect_capture(options, &input, output)
    } else {
        dissect_stream(options, input, output)
    }
}

fn input(options: &Options) -> Result<Vec<u8>, Failure> {
    match (&options.hex, &options.file) {
        (Some(hex), _) => Ok(hex.0.clone()),
        (None, Some(file)) => {
            read(file).map_err(|error| Failure::Input(format!("{} cannot be read: {error}", file.display())))
        }
        (None, None) => Ok(RECORDED_SESSION.to_vec()),
    }
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    if file != Path::new("-") {
        return std::fs::read(file);
    }
    let mut bytes = Vec::new();
    io::stdin().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn dissect_stream(options: &Options, bytes: Vec<u8>, output: &mut impl Write) -> Result<ExitCode, Failure> {
    options.expect_stream().map_err(Failure::Usage)?;
    let stream = Stream::recorded(bytes);
    let dissection = session::dissect_stream(&stream, Reader::new(options.from, options.mqtt));
    print(options, &dissection, output)?;
    Ok(status(dissection.is_whole()))
}

fn dissect_capture(options: &Options, bytes: &[u8], output: &mut impl Write) -> Result<ExitCode, Failure> {
    options.expect_capture().map_err(Failure::Usage)?;
    let capture = capture::read(bytes).map_err(Failure::Input)?;
    let ports = options.ports();
    let connections = reassembly::connections(&capture.segments, &ports);
    let dissection = session::dissect_connections(&connections, options.mqtt, capture.start);
    print(options, &dissection, output)?;
    output.flush()?;
    for complaint in &capture.complaints {
        eprintln!("dissect: {complaint}");
    }
    if connections.is_empty() {
        let list = |ports: Vec<String>| ports.join(" or ");
        let looked_at = list(ports.iter().map(u16::to_string).collect());
        let others = reassembly::ports_of_sessions(&capture.segments);
        let others = match others.is_empty() {
            true => "names others".to_owned(),
            false => format!("{} would show what may be MQTT", list(others.iter().map(u16::to_string).collect())),
        };
        eprintln!("dissect: the capture has nothing of port {looked_at}; --port {others}");
    }
    Ok(status(dissection.is_whole() && capture.complaints.is_empty()))
}

fn print(options: &Options, dissection: &Dissection, output: &mut impl Write) -> Result<(), Failure> {
    if let Some(file) = &options.svg {
        let picture = picture::draw(dissection, options.to_scale);
        return match file == Path::new("-") {
            true => Ok(output.write_all(picture.as_bytes())?),
            false => save(&picture, file, options),
        };
    }
    if !options.json {
        if options.file.is_none() && options.hex.is_none() {
            writeln!(output, "A recorded session that comes with this program; --help tells how to see your own.\n")?;
        }
        return Ok(ladder::print(output, dissection, options.explains())?);
    }
    for event in &dissection.events {
        let facts = event.connection.and_then(|index| dissection.connections.get(index));
        writeln!(output, "{}", json::event(event, dissection.time(event), facts))?;
    }
    Ok(())
}

/// Writes a picture, but not over the recording that it shows.
fn save(picture: &str, file: &Path, options: &Options) -> Result<(), Failure> {
    let failure = |why: String| Failure::Input(format!("{} cannot be written: {why}", file.display()));
    let read = options.file.as_ref().and_then(|read| read.canonicalize().ok());
    if read.is_some() && read == file.canonicalize().ok() {
        return Err(failure("it is what is read".into()));
    }
    std::fs::write(file, picture).map_err(|error| failure(error.to_string()))
}

fn status(everything_was_decoded: bool) -> ExitCode {
    match everything_was_decoded {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(SOMETHING_WAS_NOT_DECODED),
    }
}
