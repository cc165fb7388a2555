//! `--follow`: a file or a pipe that grows, of which packets are shown as they come.

mod connections;
mod source;

use std::io::{self, Write};
use std::path::Path;

use self::connections::Connections;
use self::source::{News, Source};
use crate::Failure;
use crate::capture::{self, Capture, Moment};
use crate::options::Options;
use crate::reader::Reader;
use crate::screen::{self, Screen};
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
        let what = GrowingCapture { capture: Capture::default(), connections };
        follow(what, Screen::new(output, options), &begun, last, &news)
    } else {
        options.expect_stream().map_err(Failure::Usage)?;
        let stream = Stream::new(true);
        let reader = Reader::new(options.from, options.mqtt);
        let what = GrowingStream { walk: Walk::new(&stream, None), stream, reader };
        follow(what, Screen::of_stream(output, options), &begun, last, &news)
    }
}

trait Grows {
    fn grow<W: Write>(&mut self, bytes: &[u8], screen: &mut Screen<W>) -> Result<(), Failure>;

    /// Heeds that nothing more can come.
    fn finish(&mut self) -> Result<(), Failure> {
        Ok(())
    }

    /// Shows what waited for more.
    fn end<W: Write>(&mut self, screen: &mut Screen<W>) -> Result<(), Failure>;

    /// What of the file itself was not whole when an interrupt came.
    fn begun(&self) -> Option<String> {
        None
    }

    /// How many connections there were, and what kept it from being read.
    fn outcome(&self) -> (usize, &[String]);
}

fn follow<W: Write>(
    mut what: impl Grows,
    mut screen: Screen<W>,
    begun: &[u8],
    mut last: Option<News>,
    news: &Source,
) -> Result<bool, Failure> {
    screen.begin()?;
    what.grow(begun, &mut screen)?;
    let not_whole = loop {
        let newest = match last.take().or_else(|| news.next_waiting()) {
            Some(newest) => newest,
            None => {
                screen.flush()?;
                news.next()
            }
        };
        match newest {
            News::Bytes(bytes) => what.grow(&bytes, &mut screen)?,
            News::Failed(sentence) => return Err(Failure::Input(sentence)),
            News::Interrupted => {
                screen.interrupt();
                what.end(&mut screen)?;
                break what.begun();
            }
            News::End => {
                what.finish()?;
                what.end(&mut screen)?;
                break None;
            }
        }
    };
    let (connections, complaints) = what.outcome();
    screen.end(connections)?;
    screen.flush()?;
    complaints.iter().chain(&not_whole).for_each(|sentence| screen::say(sentence));
    Ok(screen.counts.faults == 0 && complaints.is_empty())
}

struct GrowingCapture {
    capture: Capture,
    connections: Connections,
}

impl GrowingCapture {
    fn show_segments<W: Write>(&mut self, is_over: bool, screen: &mut Screen<W>) -> io::Result<()> {
        let Self { capture, connections } = self;
        screen.start = capture.start;
        let mut report = |event: &Event, facts: &Facts| screen.show(event, Some(facts));
        for segment in capture.segments.drain(..) {
            connections.add(&segment, &mut report);
        }
        if is_over {
            connections.end(&mut report);
        }
        screen.outcome()
    }
}

impl Grows for GrowingCapture {
    fn grow<W: Write>(&mut self, bytes: &[u8], screen: &mut Screen<W>) -> Result<(), Failure> {
        self.capture.push(bytes).map_err(Failure::Input)?;
        Ok(self.show_segments(false, screen)?)
    }

    fn finish(&mut self) -> Result<(), Failure> {
        self.capture.finish().map_err(Failure::Input)
    }

    fn end<W: Write>(&mut self, screen: &mut Screen<W>) -> Result<(), Failure> {
        Ok(self.show_segments(true, screen)?)
    }

    fn begun(&self) -> Option<String> {
        self.capture.begun()
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
        let Self { stream, walk, reader } = self;
        walk.advance(stream, is_over, reader, &mut |event, _| screen.show(&event, None));
        stream.forget(walk.needs_from());
        screen.outcome()
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
