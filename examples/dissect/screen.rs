//! Printing what comes while it comes.

use std::collections::HashSet;
use std::io::{self, Write};
use std::net::IpAddr;
use std::time::Duration;

use crate::counts::Counts;
use crate::explained;
use crate::json;
use crate::ladder::{self, ACROSS, BROKEN, Ladder, Lane, WHOLE};
use crate::options::Options;
use crate::session::{Event, Facts};
use crate::text::{count, wrap};

/// Columns for a connection's label: those to come may need them.
const LABEL: usize = 20;

pub(crate) struct Screen<'a, W> {
    output: &'a mut W,
    json: bool,
    /// Whether what is under each rung explains its bytes.
    explain: bool,
    ladder: Ladder,
    /// The address of the first client; it tells nothing more of those that share it.
    first_address: Option<IpAddr>,
    introduced: HashSet<usize>,
    /// What times count from.
    pub start: Duration,
    /// The time of the newest event.
    last: Option<Duration>,
    /// After the first failure nothing is shown.
    outcome: io::Result<()>,
    pub counts: Counts,
    /// Whether reading ended although more may come.
    is_interrupted: bool,
}

impl<'a, W: Write> Screen<'a, W> {
    /// Of connections.
    pub(crate) fn new(output: &'a mut W, options: &Options) -> Self {
        Self::with(output, options, Ladder { label: LABEL, first_column: "seconds" })
    }

    /// Of a stream without its connection.
    pub(crate) fn of_stream(output: &'a mut W, options: &Options) -> Self {
        Self::with(output, options, Ladder { label: 0, first_column: "offset" })
    }

    fn with(output: &'a mut W, options: &Options, ladder: Ladder) -> Self {
        Self {
            output,
            json: options.json,
            explain: options.explain,
            ladder,
            first_address: None,
            introduced: HashSet::new(),
            start: Duration::ZERO,
            last: None,
            outcome: Ok(()),
            counts: Counts::default(),
            is_interrupted: false,
        }
    }

    pub(crate) fn begin(&mut self) -> io::Result<()> {
        if !self.json {
            self.ladder.print_heading(self.output)?;
        }
        self.flush()
    }

    /// What is cut off from now on is so because nobody waited for the rest.
    pub(crate) fn interrupt(&mut self) {
        self.is_interrupted = true;
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }

    pub(crate) fn show(&mut self, event: &Event, facts: Option<&Facts>) {
        if self.outcome.is_ok() {
            self.outcome = self.try_show(event, facts);
        }
    }

    /// Whether all could be shown.
    pub(crate) fn outcome(&mut self) -> io::Result<()> {
        std::mem::replace(&mut self.outcome, Ok(()))
    }

    fn try_show(&mut self, event: &Event, facts: Option<&Facts>) -> io::Result<()> {
        let time = event.moment.time.saturating_sub(self.start);
        match &event.content {
            Err(refusal) if self.is_interrupted && refusal.is_cut_off => self.counts.begun += 1,
            _ => self.counts.add(event),
        }
        self.last = Some(time);
        if self.json {
            return writeln!(self.output, "{}", json::event(event, time, facts));
        }
        let lane = event.connection.zip(facts).map(|(index, facts)| (index, facts, self.lane(index, facts)));
        if let Some((index, facts, lane)) = &lane {
            if self.introduced.insert(*index) {
                lane.introduce(self.output, facts)?;
            }
        }
        self.ladder.print_event(self.output, event, time, lane.as_ref().map(|(_, _, lane)| lane))?;
        if self.explain {
            explained::print(self.output, event)?;
            writeln!(self.output)?;
        }
        Ok(())
    }

    /// Tells what is no packet, in the ladder or, where every line is a packet, beside it.
    pub(crate) fn tell(&mut self, index: usize, time: Duration, facts: &Facts, text: &str) -> io::Result<()> {
        let seconds = time.as_secs_f64();
        if self.json {
            say(&format!("{seconds:.6} {} {text}", facts.client));
            return Ok(());
        }
        let lane = self.lane(index, facts);
        let text = format!("{seconds:.6} {} {text}", lane.label);
        wrap(text.split(' '), ACROSS, usize::MAX).iter().try_for_each(|line| lane.draw_across(self.output, line))
    }

    /// A connection is over, and its place in this may be forgotten.
    pub(crate) fn forget(&mut self, index: usize) {
        self.introduced.remove(&index);
    }

    fn lane(&mut self, index: usize, facts: &Facts) -> Lane {
        let address = facts.client.ip();
        let first = *self.first_address.get_or_insert(address);
        Lane::new(index, facts, address != first, LABEL)
    }

    /// The summary of a recording.
    pub(crate) fn end(&mut self, connections: usize) -> io::Result<()> {
        match self.json {
            true => Ok(()),
            false => ladder::print_summary(self.output, &self.counts, connections, self.last),
        }
    }

    /// The packets by their types, and the faults, behind a line that tells how they came.
    pub(crate) fn summarize(&mut self, how: &str) -> io::Result<()> {
        match self.json {
            true => summarize(&mut anstream::stderr().lock(), &self.counts, how),
            false => writeln!(self.output).and_then(|()| summarize(self.output, &self.counts, how)),
        }
    }
}

/// Says something beside the output; that nobody may hear it is no failure.
pub(crate) fn say(sentence: &str) {
    let _ = writeln!(io::stderr(), "dissect: {sentence}");
}

fn summarize(output: &mut impl Write, counts: &Counts, how: &str) -> io::Result<()> {
    writeln!(output, "{how}")?;
    let columns = counts.by_type.values().map(|count| count.bytes.to_string().len()).max().unwrap_or(0);
    for (packet_type, number) in &counts.by_type {
        let packets = count(number.packets, "packet ", "packets");
        writeln!(output, "  {:11} {packets:>16} {:>columns$} bytes", packet_type.name(), number.bytes)?;
    }
    let packets = count(counts.packets(), "packet", "packets");
    writeln!(output, "{packets}, {}", count(counts.bytes(), "byte", "bytes"))?;
    if let Some(sentence) = counts.of_begun() {
        writeln!(output, "{sentence}")?;
    }
    let style = if counts.faults == 0 { WHOLE } else { BROKEN };
    writeln!(output, "{style}{}{style:#}", count(counts.faults, "fault", "faults"))?;
    output.flush()
}
