//! `--follow`: a file or a pipe that grows, of which packets are shown as they come.

mod connections;
mod source;

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use self::connections::Connections;
use self::source::{News, Source};
use crate::Failure;
use crate::capture::{self, Capture, Moment};
use crate::options::Options;
use crate::reader::Reader;
use crate::screen::Screen;
use crate::session::{Event, Facts};
use crate::stream::Stream;
use crate::walk::Walk;

/// As many bytes as tell a capture from a stream.
const MAGIC: usize = 4;

/// Follows until it is interrupted, or nothing more can come; whether everything could be decoded.
pub(crate) fn run(options: &Options, file: &Path, output: &mut impl Write) -> Result<bool, Failure> {
    let news = source::follow(file).map_err(Failure::Input)?;
    let mut begun = Vec::new();
    let mut last = None;
    while begun.len() < MAGIC && last.is_none() {
        match news.next() {
            News::Bytes(bytes) => begun.extend_from_slice(&bytes),
            News::Failed(sentence) => return Err(Failure::Input(sentence)),
            end => last = Some(end),
        }
    }
    if capture::is_capture(&begun) {
        options.expect_capture().map_err(Failure::Usage)?;
        let connections = Connections::new(&options.ports(), options.mqtt);
        let screen = Screen::new(output, options.json);
        follow(
            Followed { screen, what: GrowingCapture { capture: Capture::default(), connections } },
            &begun,
            last,
            &news,
        )
    } else {
        options.expect_stream().map_err(Failure::Usage)?;
        let screen = Screen::of_stream(output, options.json);
        let stream = Stream::new(true);
        let reader = Reader::new(options.from, options.mqtt);
        let walk = Walk::new(&stream, None);
        follow(Followed { screen, what: GrowingStream { stream, walk, reader } }, &begun, last, &news)
    }
}

/// Something that grows, and where it is shown.
struct Followed<'a, W, T> {
    screen: Screen<'a, W>,
    what: T,
}

trait Grows {
    fn grow<W: Write>(&mut self, bytes: &[u8], screen: &mut Screen<W>) -> Result<(), Failure>;

    /// Nothing more comes.
    fn end<W: Write>(&mut self, screen: &mut Screen<W>) -> Result<(), Failure>;

    /// How many connections there were, and what kept it from being read.
    fn outcome(&self) -> (usize, &[String]);
}

fn follow<W: Write, T: Grows>(
    mut followed: Followed<W, T>,
    begun: &[u8],
    mut last: Option<News>,
    news: &Source,
) -> Result<bool, Failure> {
    let Followed { screen, what } = &mut followed;
    screen.begin()?;
    what.grow(begun, screen)?;
    loop {
        let newest = match last.take().or_else(|| news.next_waiting()) {
            Some(newest) => newest,
            None => {
                screen.flush()?;
                news.next()
            }
        };
        match newest {
            News::Bytes(bytes) => what.grow(&bytes, screen)?,
            News::Failed(sentence) => return Err(Failure::Input(sentence)),
            News::Interrupted => break,
            News::End => {
                what.end(screen)?;
                break;
            }
        }
    }
    let (connections, complaints) = what.outcome();
    screen.end(connections)?;
    screen.flush()?;
    complaints.iter().for_each(|complaint| eprintln!("dissect: {complaint}"));
    Ok(screen.counts.faults == 0 && complaints.is_empty())
}

struct GrowingCapture {
    capture: Capture,
    connections: Connections,
}

impl GrowingCapture {
    fn show_segments<W: Write>(&mut self, is_over: bool, screen: &mut Screen<W>) -> io::Result<()> {
        let Self { capture, connections } = self;
        let start = capture.start;
        let mut outcome = Ok(());
        let mut report = |event: &Event, facts: &Facts| {
            // After the first failure nothing is shown.
            if outcome.is_ok() {
                outcome = screen.show(event, event.moment.time.saturating_sub(start), Some(facts));
            }
        };
        for segment in capture.segments.drain(..) {
            connections.add(&segment, &mut report);
        }
        if is_over {
            connections.end(&mut report);
        }
        outcome
    }
}

impl Grows for GrowingCapture {
    fn grow<W: Write>(&mut self, bytes: &[u8], screen: &mut Screen<W>) -> Result<(), Failure> {
        self.capture.push(bytes).map_err(Failure::Input)?;
        Ok(self.show_segments(false, screen)?)
    }

    fn end<W: Write>(&mut self, screen: &mut Screen<W>) -> Result<(), Failure> {
        self.capture.finish().map_err(Failure::Input)?;
        Ok(self.show_segments(true, screen)?)
    }

    fn outcome(&self) -> (usize, &[String]) {
        (self.connections.count(), &self.capture.complaints)
    }
}

/// What one side sent.
struct GrowingStream {
    stream: Stream,
    walk: Walk,
    reader: Reader,
}

impl GrowingStream {
    fn advance<W: Write>(&mut self, is_over: bool, screen: &mut Screen<W>) -> io::Result<()> {
        let mut outcome = Ok(());
        self.walk.advance(&self.stream, is_over, &mut self.reader, &mut |event, _| {
            if outcome.is_ok() {
                outcome = screen.show(&event, Duration::ZERO, None);
            }
        });
        self.stream.forget(self.walk.needs_from());
        outcome
    }
}

impl Grows for GrowingStream {
    fn grow<W: Write>(&mut self, bytes: &[u8], screen: &mut Screen<W>) -> Result<(), Failure> {
        self.stream.append(self.stream.length, bytes, Moment::default());
        Ok(self.advance(false, screen)?)
    }

    fn end<W: Write>(&mut self, screen: &mut Screen<W>) -> Result<(), Failure> {
        Ok(self.advance(true, screen)?)
    }

    fn outcome(&self) -> (usize, &[String]) {
        (0, &[])
    }
}
