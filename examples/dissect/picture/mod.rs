//! The ladder as a picture: client left, server right, an arrow for each packet.

mod layout;
mod style;
mod words;

use mqtt_wire::Side;
use svg::Document;
use svg::node::element::{Description, Group, Line, Path, Rectangle, Style, Title};
use unicode_width::UnicodeWidthStr;

use self::layout::{Layout, Row};
use self::style::{COLOURS, STYLE};
use self::words::{number, text, width_of, with_class};
use crate::ladder::{introduction, labels};
use crate::session::{Dissection, Event};
use crate::text::{count, shorten};

/// Of the text on the arrows.
const FONT: f64 = 13.0;
/// Of all other text.
const SMALL_FONT: f64 = 12.0;
/// From one line of text to the next.
const LINE: f64 = 17.0;
/// Columns of the text on an arrow.
const TEXT_COLUMNS: usize = 80;
/// Between a lifeline and the text beside it.
const MARGIN: f64 = 12.0;
/// The most lines of text on an arrow.
const LINES: usize = 6;
/// Heads of the lifelines come again after so many rows, for whoever scrolls.
const ROWS_A_HEAD: usize = 40;
const HEAD: f64 = 30.0;

/// Draws what was dissected. `to_scale` adds a ruler on which each packet has its place in time.
pub(crate) fn draw(dissection: &Dissection, to_scale: bool) -> String {
    let picture = Picture::of(dissection, to_scale);
    picture.document().to_string() + "\n"
}

struct Picture<'a> {
    dissection: &'a Dissection<'a>,
    labels: Vec<String>,
    layout: Layout,
    /// Where things stand from left to right.
    ruler: f64,
    left: f64,
    time_end: f64,
    label: f64,
    client: f64,
    server: f64,
    width: f64,
}

impl<'a> Picture<'a> {
    fn of(dissection: &'a Dissection<'a>, to_scale: bool) -> Self {
        const RULER: f64 = 110.0;
        const LEAST_TIME_COLUMNS: usize = 11;
        let labels: Vec<String> = labels(&dissection.connections).iter().map(|label| printable(label)).collect();
        let label_columns = labels.iter().map(|label| label.width()).max().unwrap_or(0);
        let has_ruler = to_scale && !dissection.connections.is_empty();
        let ruler = if has_ruler { 74.0 } else { 0.0 };
        let left = MARGIN + if has_ruler { RULER } else { 0.0 };
        let times = dissection.events.iter().map(|event| time(dissection, event).width());
        let time_end = left + width_of(times.max().unwrap_or(0).max(LEAST_TIME_COLUMNS), SMALL_FONT);
        let label = time_end + MARGIN;
        // The heads of the columns need room too.
        let client = (label + width_of(label_columns, SMALL_FONT) + MARGIN).max(time_end + 4.0 * MARGIN);
        let server = client + width_of(TEXT_COLUMNS, FONT) + 2.0 * MARGIN;
        let layout = Layout::of(dissection, has_ruler);
        Self { dissection, labels, layout, ruler, left, time_end, label, client, server, width: server + 4.0 * MARGIN }
    }

    fn document(&self) -> Document {
        let Dissection { connections, events, .. } = self.dissection;
        let packets = events.iter().filter(|event| event.content.is_ok()).count();
        let title = match connections.len() {
            0 => format!("MQTT: {}", count(packets as u64, "packet", "packets")),
            connections => format!(
                "MQTT: {} on {}",
                count(packets as u64, "packet", "packets"),
                count(connections as u64, "connection", "connections"),
            ),
        };
        let height = self.layout.height;
        let mut document = Document::new()
            .set("viewBox", format!("0 0 {:.0} {height:.0}", self.width))
            .set("width", format!("{:.0}", self.width))
            .set("height", format!("{height:.0}"))
            .set("role", "img")
            .add(Title::new(title))
            .add(Description::new().add(svg::node::Text::new("Client left, server right, an arrow for each packet.")))
            .add(Style::new(STYLE))
            .add(Rectangle::new().set("class", "paper").set("width", "100%").set("height", "100%"))
            .add(self.lifelines());
        if let Some(ruler) = &self.layout.ruler {
            document = document.add(self.ruler(ruler));
        }
        if self.layout.rows.is_empty() {
            document = document.add(self.head(layout::TOP));
        }
        for (index, row) in self.layout.rows.iter().enumerate() {
            if index % ROWS_A_HEAD == 0 {
                document = document.add(self.head(row.head));
            }
            document = document.add(self.row(row));
        }
        document
    }

    fn lifelines(&self) -> Group {
        let line = |x: f64| vertical(x, layout::TOP, self.layout.height - MARGIN).set("class", "life");
        Group::new().add(line(self.client)).add(line(self.server))
    }

    fn head(&self, y: f64) -> Group {
        let end = |x: f64, name: &str| {
            let width = width_of(name.width(), SMALL_FONT) + MARGIN;
            let frame = Rectangle::new()
                .set("class", "head")
                .set("x", number(x - width / 2.0))
                .set("y", number(y))
                .set("width", number(width))
                .set("height", number(HEAD - 10.0))
                .set("rx", "4");
            let start = x - width_of(name.width(), SMALL_FONT) / 2.0;
            Group::new().add(frame).add(text(name, start, y + 14.0, SMALL_FONT))
        };
        let time = if self.dissection.connections.is_empty() { "offset" } else { "seconds" };
        let time_start = self.time_end - width_of(time.width(), SMALL_FONT);
        let time = with_class(text(time, time_start, y + 14.0, SMALL_FONT), "faint");
        Group::new().add(time).add(end(self.client, "client")).add(end(self.server, "server"))
    }

    fn row(&self, row: &Row) -> Group {
        let Some(event) = self.dissection.events.get(row.event) else { return Group::new() };
        let is_packet = event.content.is_ok();
        let mut group = Group::new().set("class", format!("row {}", colour(event)));
        if let Some(y) = row.introduction {
            group = group.add(self.introduction(event, y));
        }
        let label = event.connection.and_then(|index| self.labels.get(index));
        let time = time(self.dissection, event);
        let beside_arrow = row.arrow + 4.0;
        let time_start = self.time_end - width_of(time.width(), SMALL_FONT);
        group = group.add(with_class(text(&time, time_start, beside_arrow, SMALL_FONT), "faint"));
        if let Some(label) = label.filter(|label| !label.is_empty()) {
            group = group.add(text(label, self.label, beside_arrow, SMALL_FONT));
        }
        for (index, line) in row.lines.iter().enumerate() {
            let y = row.arrow - 6.0 - LINE * (row.lines.len() - 1 - index) as f64;
            group = group.add(self.line(line, y, event, index == 0, is_packet));
        }
        group.add(self.arrow(event, row.arrow))
    }

    /// What is said about a connection before its first packet.
    fn introduction(&self, event: &Event, y: f64) -> Group {
        let facts = event.connection.and_then(|index| self.dissection.connections.get(index));
        let columns = ((self.width - self.left - MARGIN) / width_of(1, SMALL_FONT)) as usize;
        let words = facts.map(|facts| shorten(&printable(&introduction(facts)), columns)).unwrap_or_default();
        let behind = self.left + width_of(words.width(), SMALL_FONT) + MARGIN;
        let paper = Rectangle::new()
            .set("class", "paper")
            .set("x", number(self.left))
            .set("y", number(y - 14.0))
            .set("width", number(behind - self.left))
            .set("height", "20");
        let rule = Line::new().set("x1", number(behind)).set("x2", number(self.width - MARGIN));
        let rule = rule.set("y1", number(y - 4.0)).set("y2", number(y - 4.0)).set("class", "rule");
        Group::new().add(rule).add(paper).add(with_class(text(&words, self.left, y, SMALL_FONT), "strong"))
    }

    /// A line of the text on an arrow, at the side of the sender. The first begins with the packet's name.
    fn line(&self, line: &str, y: f64, event: &Event, has_name: bool, is_packet: bool) -> Group {
        let start = match event.sender {
            Some(Side::Server) => self.server - MARGIN - width_of(line.width(), FONT),
            _ => self.client + MARGIN,
        };
        let style = if is_packet { "words" } else { "broken" };
        let group = Group::new().set("class", style);
        if !has_name {
            return group.add(text(line, start, y, FONT));
        }
        let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
        let group = group.add(with_class(text(name, start, y, FONT), "strong"));
        match rest {
            "" => group,
            _ => group.add(text(rest, start + width_of(name.width() + 1, FONT), y, FONT)),
        }
    }

    fn arrow(&self, event: &Event, y: f64) -> Group {
        const LENGTH: f64 = 10.0;
        let (from, to, towards) = match event.sender {
            Some(Side::Server) => (self.server, self.client, -1.0),
            _ => (self.client, self.server, 1.0),
        };
        let is_packet = event.content.is_ok();
        let end = if event.sender.is_some() && is_packet { to - towards * LENGTH } else { to };
        let shaft =
            Line::new().set("x1", number(from)).set("x2", number(end)).set("y1", number(y)).set("y2", number(y));
        let group = Group::new().set("class", if is_packet { "arrow" } else { "broken arrow" }).add(shaft);
        let back = to - towards * LENGTH;
        match (event.sender, is_packet) {
            (None, _) => group,
            (Some(_), true) => {
                let head = format!(
                    "M{},{} L{},{} L{},{} Z",
                    number(to),
                    number(y),
                    number(back),
                    number(y - 4.5),
                    number(back),
                    number(y + 4.5)
                );
                group.add(Path::new().set("class", "tip").set("d", head))
            }
            (Some(_), false) => {
                let [left, right] = [back - 4.0, back + 4.0].map(number);
                let [above, below] = [y - 4.0, y + 4.0].map(number);
                let cross = format!("M{left},{above} L{right},{below} M{left},{below} L{right},{above}");
                group.add(Path::new().set("class", "cross").set("d", cross))
            }
        }
    }

    /// Time to scale: a mark for each packet, joined with its row.
    fn ruler(&self, ruler: &layout::Ruler) -> Group {
        let x = self.ruler;
        let mut group = Group::new().add(vertical(x, ruler.y(0.0), ruler.y(ruler.seconds)).set("class", "life"));
        for (seconds, label) in ruler.ticks() {
            let y = ruler.y(seconds);
            let tick = Line::new().set("x1", number(x - 6.0)).set("x2", number(x));
            let start = x - 10.0 - width_of(label.width(), SMALL_FONT);
            group = group
                .add(tick.set("y1", number(y)).set("y2", number(y)).set("class", "life"))
                .add(with_class(text(&label, start, y + 4.0, SMALL_FONT), "faint"));
        }
        for row in &self.layout.rows {
            let Some(event) = self.dissection.events.get(row.event) else { continue };
            let y = ruler.y(self.dissection.time(event).as_secs_f64());
            let colour = colour(event);
            let leader = format!(
                "M{},{} L{},{} L{},{}",
                number(x),
                number(y),
                number(x + 30.0),
                number(row.arrow),
                number(x + 40.0),
                number(row.arrow)
            );
            group =
                group.add(Group::new().set("class", colour).add(Path::new().set("class", "leader").set("d", leader)));
        }
        group
    }
}

/// When it was, or where in a stream that has no times.
fn time(dissection: &Dissection, event: &Event) -> String {
    match event.connection {
        Some(_) => format!("{:.6}", dissection.time(event).as_secs_f64()),
        None => event.offset.to_string(),
    }
}

/// The class of a connection's colour.
fn colour(event: &Event) -> String {
    event.connection.map_or("plain".to_owned(), |index| format!("c{}", index % COLOURS))
}

fn vertical(x: f64, from: f64, to: f64) -> Line {
    Line::new().set("x1", number(x)).set("x2", number(x)).set("y1", number(from)).set("y2", number(to))
}

/// What of a text XML can hold: the two noncharacters that it cannot hold become what stands for a lost character.
fn printable(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
