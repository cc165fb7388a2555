//! The ladder: client left, server right, a rung for each packet.

use std::collections::HashSet;
use std::io::{self, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use mqtt_wire::Side;
use unicode_width::UnicodeWidthStr;

use crate::counts::Counts;
use crate::explained;
use crate::fields::main_fields;
use crate::hex;
use crate::reader::VersionSource;
use crate::session::{Dissection, Event, Facts};
use crate::text::{count, list, quote, shorten, visible, wrap};
use crate::websocket::Transport;

/// Columns of all that is printed.
const WIDTH: usize = 100;
/// The most columns for a text across the ladder.
pub(crate) const ACROSS: usize = WIDTH - 6;
/// Columns of the time, or of the offset in a stream.
const TIME: usize = 10;
/// Columns between the two sides.
const RUNG: usize = 20;
/// The most columns for a connection's label.
const LABEL: usize = 26;
/// The most lines for a packet's fields.
const LINES: usize = 12;

const FAINT: Style = Style::new().dimmed();
pub(crate) const WHOLE: Style = AnsiColor::Green.on_default();
pub(crate) const BROKEN: Style = AnsiColor::Red.on_default().bold();
const FROM_CLIENT: Style = AnsiColor::Cyan.on_default();
const FROM_SERVER: Style = AnsiColor::Green.on_default();
/// Connections take turns with these.
const LABELS: [Style; 6] = [
    AnsiColor::Yellow.on_default(),
    AnsiColor::Magenta.on_default(),
    AnsiColor::Blue.on_default(),
    AnsiColor::BrightYellow.on_default(),
    AnsiColor::BrightMagenta.on_default(),
    AnsiColor::BrightBlue.on_default(),
];

/// With `explain`, what is under each rung explains its bytes.
pub(crate) fn print(output: &mut impl Write, dissection: &Dissection, explain: bool) -> io::Result<()> {
    let lanes = lanes(&dissection.connections);
    let label = lanes.iter().map(|lane| lane.label.width()).max();
    let ladder = Ladder { label: label.unwrap_or(0), first_column: if label.is_some() { "seconds" } else { "offset" } };
    if !dissection.events.is_empty() {
        ladder.print_heading(output)?;
    }
    let mut introduced = HashSet::new();
    let mut counts = Counts::default();
    for (index, event) in dissection.events.iter().enumerate() {
        if explain && index > 0 {
            writeln!(output)?;
        }
        let lane = event.connection.and_then(|index| Some((lanes.get(index)?, dissection.connections.get(index)?)));
        if let Some((lane, facts)) = lane.filter(|_| introduced.insert(event.connection)) {
            lane.introduce(output, facts)?;
        }
        ladder.print_event(output, event, dissection.time(event), lane.map(|(lane, _)| lane))?;
        if explain {
            explained::print(output, event)?;
        }
        counts.add(event);
    }
    let last = dissection.events.last().map(|event| dissection.time(event));
    print_summary(output, &counts, dissection.connections.len(), last)
}

/// A connection, as the ladder shows it.
pub(crate) struct Lane {
    pub label: String,
    style: Style,
}

impl Lane {
    pub(crate) fn new(index: usize, facts: &Facts, with_address: bool, columns: usize) -> Self {
        Self { label: label(facts, with_address, columns), style: LABELS[index % LABELS.len()] }
    }

    pub(crate) fn introduce(&self, output: &mut impl Write, facts: &Facts) -> io::Result<()> {
        self.draw_across(output, &introduction(facts))
    }

    /// A line across the ladder, with a text.
    pub(crate) fn draw_across(&self, output: &mut impl Write, text: &str) -> io::Result<()> {
        let style = self.style;
        let text = shorten(text, ACROSS);
        let line = "─".repeat(WIDTH.saturating_sub(4 + text.width()));
        writeln!(output, "{style}── {text} {line}{style:#}")
    }
}

/// The port and the client identifier, and the address where that tells more.
fn label(facts: &Facts, with_address: bool, columns: usize) -> String {
    let address = match with_address {
        true => facts.client.to_string(),
        false => format!(":{}", facts.client.port()),
    };
    let id = facts.client_id.as_deref().unwrap_or_default();
    shorten(format!("{address} {}", visible(id)).trim_end(), columns)
}

/// Whether the clients' addresses tell one from the other.
fn have_addresses(connections: &[Facts]) -> bool {
    let first = connections.first().map(|facts| facts.client.ip());
    connections.iter().any(|facts| Some(facts.client.ip()) != first)
}

fn lanes(connections: &[Facts]) -> Vec<Lane> {
    let with_address = have_addresses(connections);
    connections.iter().enumerate().map(|(index, facts)| Lane::new(index, facts, with_address, LABEL)).collect()
}

/// What each connection is called where there is little room.
pub(crate) fn labels(connections: &[Facts]) -> Vec<String> {
    let with_address = have_addresses(connections);
    connections.iter().map(|facts| label(facts, with_address, LABEL)).collect()
}

pub(crate) struct Ladder {
    /// Columns of the labels.
    pub label: usize,
    /// What the first column tells.
    pub first_column: &'static str,
}

impl Ladder {
    /// Columns before the fields.
    fn left(&self) -> usize {
        TIME + 2 + self.label + 1 + 1 + RUNG + 1 + 1
    }

    pub(crate) fn print_heading(&self, output: &mut impl Write) -> io::Result<()> {
        let time = self.first_column;
        let half = RUNG / 2 + 1;
        let label = self.label;
        writeln!(output, "{FAINT}{time:>TIME$}  {:label$} {:half$}{:>half$}{FAINT:#}", "", "client", "server")
    }

    pub(crate) fn print_event(
        &self,
        output: &mut impl Write,
        event: &Event,
        time: Duration,
        lane: Option<&Lane>,
    ) -> io::Result<()> {
        let is_packet = event.content.is_ok();
        let parts = parts(event);
        let time = match lane {
            Some(_) => format!("{:.6}", time.as_secs_f64()),
            None => event.offset.to_string(),
        };
        let (label, label_style) = lane.map_or(("", FAINT), |lane| (lane.label.as_str(), lane.style));
        let padding = " ".repeat(self.label.saturating_sub(label.width()));
        let style = match event.sender {
            _ if !is_packet => BROKEN,
            Some(Side::Client) => FROM_CLIENT,
            Some(Side::Server) => FROM_SERVER,
            None => Style::new(),
        };
        let mut lines = wrap(parts, WIDTH.saturating_sub(self.left()), LINES).into_iter();
        let first = lines.next().unwrap_or_default();
        let rung = rung(name(event), event.sender, is_packet);
        let line = format!(
            "{FAINT}{time:>TIME$}{FAINT:#}  {label_style}{label}{label_style:#}{padding} {style}{rung}{style:#} {first}"
        );
        writeln!(output, "{}", line.trim_end())?;
        for line in lines {
            let left = TIME + 2 + self.label + 1;
            writeln!(output, "{:left$}{style}│{:RUNG$}│{style:#} {line}", "", "")?;
        }
        Ok(())
    }
}

pub(crate) fn print_summary(
    output: &mut impl Write,
    counts: &Counts,
    connections: usize,
    last: Option<Duration>,
) -> io::Result<()> {
    writeln!(output)?;
    let mut text = count(counts.packets(), "packet", "packets");
    if let (connections @ 1.., Some(last)) = (connections, last) {
        let seconds = last.as_secs_f64();
        text += &format!(" on {} in {seconds:.3} s", count(connections as u64, "connection", "connections"));
    }
    if counts.packets() > 0 {
        text.push(':');
    }
    let by_type = counts.by_type.iter().map(|(packet_type, count)| format!("{} {packet_type}", count.packets));
    for line in wrap([vec![text], list(by_type)].concat(), WIDTH, usize::MAX) {
        writeln!(output, "{line}")?;
    }
    if let Some(sentence) = counts.of_begun() {
        writeln!(output, "{sentence}")?;
    }
    match counts.faults {
        0 if counts.begun > 0 => writeln!(output, "{WHOLE}Everything else was decoded.{WHOLE:#}"),
        0 if counts.packets() == 0 => writeln!(output, "There was nothing to decode."),
        0 => writeln!(output, "{WHOLE}Everything was decoded.{WHOLE:#}"),
        faults => writeln!(output, "{BROKEN}{} could not be decoded.{BROKEN:#}", count(faults, "place", "places")),
    }
}

/// Who speaks with whom, in which version.
pub(crate) fn introduction(facts: &Facts) -> String {
    let Facts { client, server, transport, version, client_id, version_source } = facts;
    let id = client_id.as_deref().map(|id| format!(" {}", quote(id))).unwrap_or_default();
    let source = match version_source {
        VersionSource::Connect => "",
        VersionSource::CommandLine => " by --mqtt (no CONNECT tells it)",
        VersionSource::Nothing => " assumed (no CONNECT tells it)",
    };
    let over = match transport {
        Transport::Tcp => "",
        Transport::WebSocket => " over WebSocket",
        Transport::WebSocketInside => " over WebSocket (recorded after the upgrade)",
    };
    format!("{client}{id} to {server}, MQTT {version}{source}{over}")
}

/// What there is to say of a packet, or of what is there in its place; lines may break between the parts.
pub(crate) fn parts(event: &Event) -> Vec<String> {
    match &event.content {
        Ok(packet) => main_fields(packet),
        Err(refusal) if event.bytes.is_empty() => words(&refusal.message),
        Err(refusal) => {
            let mut parts = words(&format!("{}:", refusal.message));
            parts.push(hex::print_beginning(event.bytes));
            parts
        }
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// What stands on the rung: the packet's type, or what is there in its place.
pub(crate) fn name(event: &Event) -> &'static str {
    match &event.content {
        Ok(packet) => packet.packet_type().name(),
        Err(refusal) => match (refusal.packet_type, refusal.violation.as_str()) {
            (Some(packet_type), _) => packet_type.name(),
            (None, "Gap") => "gap",
            (None, "Skipped") => "skipped",
            (None, "WebSocket") => "WebSocket",
            (None, _) => "?",
        },
    }
}

/// The line between the two sides, with an arrow where the sender is known.
fn rung(name: &str, sender: Option<Side>, is_whole: bool) -> String {
    let line = if is_whole { "─" } else { "╌" }.repeat(RUNG - 3 - name.len());
    let (left_head, right_head) = if is_whole { ("◀", "▶") } else { ("✗", "✗") };
    match sender {
        Some(Side::Client) => format!("├ {name} {line}{right_head}│"),
        Some(Side::Server) => format!("│{left_head}{line} {name} ┤"),
        None => format!("│ {name} {line} │"),
    }
}
