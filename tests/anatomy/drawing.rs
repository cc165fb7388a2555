//! A packet as a picture: a row for each field, with its bytes in boxes, and what they say beside them.

use mqtt_wire::Side;
use svg::node::element::{Element, Group, Line, Path, Rectangle, Style, Title};
use svg::{Document, Node};
use unicode_width::UnicodeWidthStr;

use crate::explain::{Bits, Field, Part, Step, Value, count, explain, grouped};
use crate::specimens::{Source, Specimen};
use crate::style::STYLE;
use crate::text::{beginning, quote, readable, wrap};
use crate::words::{text, width_of, with_class};

/// On top of what all pictures of this project share.
const BOXES: &str = "
  .box { fill: currentColor; fill-opacity: 0.1; stroke: currentColor; }
  .bit { fill: none; stroke: currentColor; }
  .lead { fill: none; stroke: currentColor; stroke-width: 0.75; }
  .edge { fill: currentColor; stroke: none; }
";
const FONT: f64 = 13.0;
const SMALL_FONT: f64 = 11.0;
const LINE: f64 = 18.0;

const WIDTH: f64 = 880.0;
const EDGE: f64 = 12.0;
const OFFSET_END: f64 = 58.0;
const BOXES_START: f64 = 68.0;
const BOX: f64 = 34.0;
const BOX_HEIGHT: f64 = 26.0;
const BIT: f64 = 26.0;
const BOXES_A_LINE: usize = 8;
/// Of a longer field the beginning is shown, in so many bytes.
const SHOWN: usize = 24;
const WORDS: f64 = BOXES_START + BOX * BOXES_A_LINE as f64 + 20.0;
const WORDS_COLUMNS: usize = 52;
const SECTION_END: f64 = WIDTH - EDGE;
/// Between rows.
const GAP: f64 = 8.0;

/// The picture of a packet.
pub fn draw(specimen: &Specimen) -> String {
    let bytes = specimen.bytes();
    let explanation = explain(&bytes, specimen.version, Some(specimen.sender));
    assert!(explanation.fault.is_none() && explanation.missing.is_none(), "{} is faulty", specimen.name);
    let mut canvas = Canvas { group: Group::new(), y: 30.0 };
    let name = explanation.packet_type.expect("a good packet has a type");
    let length = count(bytes.len() as u32, "byte", "bytes");
    let title = format!("{name} of MQTT {}, {length}", specimen.version);
    canvas.add(with_class(text(&title, EDGE, canvas.y, 15.0), "strong"));
    let (from, to) = match specimen.sender {
        Side::Client => ("client", "server"),
        Side::Server => ("server", "client"),
    };
    let source = match specimen.source {
        Source::Recorded(stream, index) => format!("{from} to {to}; packet {index} of {stream}.bin"),
        Source::Made(_) => format!("{from} to {to}; made, not recorded"),
    };
    canvas.end_text(&source, SECTION_END, canvas.y);
    canvas.y += 12.0;
    let mut part = None;
    for field in &explanation.fields {
        if part != Some(field.part) {
            part = Some(field.part);
            canvas.part(field.part);
        }
        canvas.field(field);
    }
    let height = canvas.y + 4.0;
    let document = Document::new()
        .set("viewBox", format!("0 0 {WIDTH:.0} {height:.0}"))
        .set("width", format!("{WIDTH:.0}"))
        .set("height", format!("{height:.0}"))
        .set("role", "img")
        .add(Title::new(title))
        .add(Style::new(format!("{STYLE}{BOXES}")))
        .add(Rectangle::new().set("class", "paper").set("width", "100%").set("height", "100%"))
        .add(canvas.group);
    document.to_string() + "\n"
}

struct Canvas {
    group: Group,
    /// Down to where it is drawn on.
    y: f64,
}

/// The class of a part's colour.
fn colour(part: Part) -> &'static str {
    match part {
        Part::FixedHeader => "c0",
        Part::VariableHeader => "c2",
        Part::Payload => "c3",
        Part::Rest => "broken",
    }
}

impl Canvas {
    fn add(&mut self, node: impl Into<Box<dyn Node>>) {
        self.group.append(node);
    }

    /// Small text that ends there.
    fn end_text(&mut self, content: &str, end: f64, y: f64) {
        let start = end - width_of(content.width(), SMALL_FONT);
        self.add(with_class(text(content, start, y, SMALL_FONT), "faint"));
    }

    fn part(&mut self, part: Part) {
        let rule = Line::new().set("x1", EDGE).set("x2", SECTION_END).set("y1", self.y + 4.0).set("y2", self.y + 4.0);
        self.add(rule.set("class", "rule"));
        let name = with_class(text(part.name(), EDGE, self.y + 21.0, FONT), "strong");
        self.add(Group::new().set("class", format!("row {}", colour(part))).add(name));
        self.y += 32.0;
    }

    /// A field's boxes, and beside them its name, what it says, and its section.
    fn field(&mut self, field: &Field) {
        let top = self.y;
        let mut row = Group::new().set("class", colour(field.part));
        let shown = if field.bytes.len() <= SHOWN + BOXES_A_LINE { field.bytes.len() } else { SHOWN };
        for (place, byte) in field.bytes[..shown].iter().enumerate() {
            let x = BOXES_START + (place % BOXES_A_LINE) as f64 * BOX;
            let y = top + (place / BOXES_A_LINE) as f64 * BOX_HEIGHT;
            row.append(rectangle(x, y, BOX, BOX_HEIGHT).set("class", "box"));
            row.append(centred(&format!("{byte:02x}"), x + BOX / 2.0, y + 17.5, FONT));
        }
        self.add(row);
        for line in 0..shown.div_ceil(BOXES_A_LINE).max(1) {
            let offset = (field.offset + line * BOXES_A_LINE).to_string();
            self.end_text(&offset, OFFSET_END, top + 17.0 + line as f64 * BOX_HEIGHT);
        }
        let mut bottom = top + shown.div_ceil(BOXES_A_LINE) as f64 * BOX_HEIGHT;
        if field.bytes.len() > shown {
            let more = format!("… {} more bytes", grouped((field.bytes.len() - shown) as u32));
            self.add(with_class(text(&more, BOXES_START, bottom + 15.0, SMALL_FONT), "faint"));
            bottom += LINE;
        }
        let indent = field.depth as f64 * 14.0;
        if field.depth > 0 {
            let edge = rectangle(WORDS, top, 3.0, BOX_HEIGHT).set("class", "edge");
            self.add(Group::new().set("class", colour(field.part)).add(edge));
        }
        self.add(with_class(text(&field.name, WORDS + indent, top + 12.0, FONT), "strong"));
        if !field.section.is_empty() {
            self.end_text(&field.section, SECTION_END, top + 12.0);
        }
        let mut baseline = top + 12.0;
        for line in wrap(value(field).split(' '), WORDS_COLUMNS - field.depth * 2, 3) {
            baseline += LINE;
            self.add(text(&line, WORDS + indent, baseline, FONT));
        }
        self.y = bottom.max(baseline + 4.0) + GAP;
        match &field.value {
            Value::Flags(bits) => self.bits(field, bits),
            Value::Variable { value, steps } if steps.len() > 1 || field.name == "Remaining Length" => {
                self.steps(field, steps, *value);
            }
            _ => {}
        }
    }

    /// The bits of a flag byte, and a line from each to what it says. The lowest is told first: no lines cross then.
    fn bits(&mut self, field: &Field, all: &[Bits]) {
        let byte = field.bytes.first().copied().unwrap_or_default();
        let top = self.y + 10.0;
        let mut row = Group::new().set("class", colour(field.part));
        for bit in 0..8 {
            let x = BOXES_START + f64::from(7 - bit) * BIT;
            self.add(with_class(centred(&bit.to_string(), x + BIT / 2.0, top - 3.0, SMALL_FONT), "faint"));
            row.append(rectangle(x, top, BIT, BIT).set("class", "bit"));
            row.append(centred(&(byte >> bit & 1).to_string(), x + BIT / 2.0, top + 17.5, FONT));
        }
        let mut y = top + BIT + 14.0;
        for bits in all.iter().rev() {
            let left = BOXES_START + f64::from(7 - bits.high) * BIT;
            let right = BOXES_START + f64::from(8 - bits.low) * BIT;
            row.append(rectangle(left, top, right - left, BIT).set("class", "box"));
            let middle = (left + right) / 2.0;
            let lead = format!("M{middle},{} V{} H{}", top + BIT, y - 4.0, WORDS - 6.0);
            row.append(Path::new().set("class", "lead").set("d", lead));
            self.add(with_class(text(bits.name, WORDS, y, FONT), "strong"));
            self.end_text(&bits.section, SECTION_END, y);
            for line in wrap(bits.meaning.split(' '), WORDS_COLUMNS - 2, 2) {
                y += LINE - 2.0;
                self.add(text(&line, WORDS + 14.0, y, FONT));
            }
            y += LINE + 2.0;
        }
        self.add(row);
        self.y = y - 6.0 + GAP;
    }

    /// How a Variable Byte Integer comes to its value.
    fn steps(&mut self, field: &Field, steps: &[Step], value: Option<u32>) {
        for step in steps {
            let mut row = Group::new().set("class", colour(field.part));
            let byte = u8::from(step.continues) << 7 | step.value;
            for bit in 0..8 {
                let x = BOXES_START + f64::from(7 - bit) * BIT;
                let class = if bit == 7 { "box" } else { "bit" };
                row.append(rectangle(x, self.y, BIT, BIT).set("class", class));
                row.append(centred(&(byte >> bit & 1).to_string(), x + BIT / 2.0, self.y + 17.5, FONT));
            }
            self.add(row);
            self.add(text(&step.product(), WORDS, self.y + 17.5, FONT));
            self.end_text(step.tells(), SECTION_END, self.y + 17.0);
            self.y += BIT + 4.0;
        }
        if let (Some(value), true) = (value, steps.len() > 1) {
            self.add(with_class(text(&format!("sum {}", grouped(value)), WORDS, self.y + 13.0, FONT), "strong"));
            self.y += LINE;
        }
        self.y += GAP;
    }
}

/// A field's value in words.
fn value(field: &Field) -> String {
    match field.value {
        Value::Text(bytes) => beginning(&String::from_utf8_lossy(bytes), quote),
        Value::Data([]) => "empty".to_owned(),
        Value::Data(bytes) => match readable(bytes).filter(|_| bytes.len() <= SHOWN + BOXES_A_LINE) {
            Some(text) => format!("{}, as text {}", count(bytes.len() as u32, "byte", "bytes"), quote(text)),
            None => count(bytes.len() as u32, "byte", "bytes"),
        },
        _ => field.meaning.clone(),
    }
}

fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Rectangle {
    Rectangle::new().set("x", x).set("y", y).set("width", width).set("height", height)
}

fn centred(content: &str, middle: f64, y: f64, font: f64) -> Element {
    text(content, middle - width_of(content.width(), font) / 2.0, y, font)
}
