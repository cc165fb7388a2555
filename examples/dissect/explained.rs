//! Explanations in columns: offset, bytes, field, value and section.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use crate::explain::{Bits, Explanation, Fault, Field, Part, Step, Value, count, explain, grouped};
use crate::hex;
use crate::reader::VersionSource;
use crate::session::Event;
use crate::text::{beginning, quote, readable, wrap};

/// Columns of all that is printed.
const WIDTH: usize = 100;
const OFFSET: usize = 6;
/// Bytes of a line.
const BYTES: usize = 8;
const HEX: usize = BYTES * 3 - 1;
const NAME: usize = 27;
const GAP: &str = "  ";
const VALUE: usize = WIDTH - OFFSET - HEX - NAME - 3 * GAP.len();
/// The most lines for a field's bytes; the last says how many more there are.
const LINES: usize = 8;

const FAINT: Style = Style::new().dimmed();
const HEADING: Style = Style::new().bold();
const HEX_DIGITS: Style = AnsiColor::Cyan.on_default();
const FIELD: Style = AnsiColor::Green.on_default();
const BROKEN: Style = AnsiColor::Red.on_default().bold();

/// Explains what one rung of the ladder stands for. Bytes that belong to no packet explain nothing.
pub(crate) fn print(output: &mut impl Write, event: &Event) -> io::Result<()> {
    let is_skipped = matches!(&event.content, Err(refusal) if refusal.violation == "Skipped");
    if event.bytes.is_empty() || is_skipped {
        return Ok(());
    }
    let source = match event.reader.version_source() {
        VersionSource::Connect => "the CONNECT says so",
        VersionSource::CommandLine => "--mqtt says so",
        VersionSource::Nothing => "assumed: no CONNECT tells it, --mqtt chooses another",
    };
    let version = event.reader.version();
    let length = count(event.bytes.len() as u32, "byte", "bytes");
    writeln!(output, "{FAINT}{length}, read as MQTT {version}: {source}{FAINT:#}")?;
    print_explanation(output, &explain(event.bytes, version, event.sender))
}

fn print_explanation(output: &mut impl Write, explanation: &Explanation) -> io::Result<()> {
    let heading = Line { offset: "offset".into(), bytes: "bytes".into(), name: "field".into(), value: "value".into() };
    heading.print(output, Styles { bytes: FAINT, name: FAINT, value: FAINT }, "section", None)?;
    let mut part = None;
    for (index, field) in explanation.fields.iter().enumerate() {
        if part != Some(field.part) {
            part = Some(field.part);
            print_part(output, field.part)?;
        }
        let fault = explanation.fault.as_ref().filter(|fault| fault.field == Some(index));
        print_field(output, field, fault)?;
    }
    if let Some(fault) = explanation.fault.as_ref().filter(|fault| fault.field.is_none()) {
        print_fault(output, fault)?;
    }
    if let Some(missing) = explanation.missing {
        let missing = count(missing as u32, "more byte is", "more bytes are");
        writeln!(output, "{BROKEN}{:OFFSET$}{GAP}✗ the packet is cut off: {missing} missing{BROKEN:#}", "")?;
    }
    Ok(())
}

fn print_part(output: &mut impl Write, part: Part) -> io::Result<()> {
    writeln!(output, "{:OFFSET$}{GAP}{HEADING}{}{HEADING:#}", "", part.name())
}

fn print_field(output: &mut impl Write, field: &Field, fault: Option<&Fault>) -> io::Result<()> {
    let is_broken = fault.is_some() || matches!(field.value, Value::Missing | Value::Unexplained);
    let style = if is_broken { BROKEN } else { FIELD };
    let styles = Styles { bytes: HEX_DIGITS, name: style, value: Style::new() };
    let indent = " ".repeat(field.depth * 2);
    let names = wrap(field.name.split(' '), NAME - indent.len(), usize::MAX);
    let (values, section_line) = with_section(value(field), &field.section);
    let bytes = byte_lines(field);
    for line in 0..bytes.len().max(names.len()).max(values.len()).max(section_line + 1) {
        let hex = bytes.get(line).cloned().unwrap_or_default();
        let offset = match line {
            0 => field.offset.to_string(),
            _ if hex.is_empty() || hex.starts_with('…') => String::new(),
            _ => (field.offset + line * BYTES).to_string(),
        };
        let name = names.get(line).map(|name| format!("{indent}{name}")).unwrap_or_default();
        let value = values.get(line).cloned().unwrap_or_default();
        let broken_byte = fault
            .and_then(|fault| fault.offset.checked_sub(field.offset + line * BYTES))
            .filter(|byte| byte * 3 < hex.len() && !hex.starts_with('…'));
        let section = if line == section_line { &field.section } else { "" };
        Line { offset, bytes: hex, name, value }.print(output, styles, section, broken_byte)?;
    }
    match &field.value {
        Value::Flags(bits) => bits.iter().try_for_each(|bits| print_bits(output, bits))?,
        Value::Variable { value, steps } if steps.len() > 1 || field.name == "Remaining Length" => {
            print_steps(output, steps, *value)?;
        }
        _ => {}
    }
    fault.map_or(Ok(()), |fault| print_fault(output, fault))
}

/// The bytes of a field in hexadecimal digits, so many a line.
fn byte_lines(field: &Field) -> Vec<String> {
    let shown = match field.bytes.len().div_ceil(BYTES) {
        0..=LINES => field.bytes.len(),
        _ => (LINES - 1) * BYTES,
    };
    let in_digits = |bytes: &[u8]| bytes.iter().map(|byte| hex::print(&[*byte])).collect::<Vec<_>>().join(" ");
    let mut lines: Vec<String> = field.bytes[..shown].chunks(BYTES).map(in_digits).collect();
    match field.bytes.len() - shown {
        0 => {}
        more => lines.push(format!("… {} more bytes", grouped(more as u32))),
    }
    lines
}

/// A field's value in words.
fn value(field: &Field) -> String {
    match field.value {
        Value::Text(bytes) => match str::from_utf8(bytes) {
            Ok(text) => beginning(text, quote),
            Err(_) => "not UTF-8".to_owned(),
        },
        Value::Data([]) => "empty".to_owned(),
        Value::Data(bytes) => {
            let length = count(bytes.len() as u32, "byte", "bytes");
            match readable(bytes) {
                Some(text) => format!("{length}, as text {}", beginning(text, quote)),
                None => length,
            }
        }
        _ => field.meaning.clone(),
    }
}

/// The lines of a value, and on which of them its section has room at the right.
fn with_section(value: String, section: &str) -> (Vec<String>, usize) {
    let lines = wrap(value.split(' '), VALUE, LINES);
    let has_room = |line: &String| line.width() + 1 + section.len() <= VALUE;
    let line = lines.iter().position(has_room).unwrap_or(if section.is_empty() { 0 } else { lines.len() });
    (lines, line)
}

/// `0011 .... QoS`.
fn print_bits(output: &mut impl Write, bits: &Bits) -> io::Result<()> {
    let digit = |bit: u8| match (bits.low..=bits.high).contains(&bit) {
        true => char::from(b'0' + (bits.value >> (bit - bits.low) & 1)),
        false => '.',
    };
    let digits: String = (4..8).rev().map(digit).chain([' ']).chain((0..4).rev().map(digit)).collect();
    let places = match bits.high == bits.low {
        true => format!("bit {}", bits.high),
        false => format!("bits {} to {}", bits.high, bits.low),
    };
    let names = wrap(bits.name.split(' '), NAME - 2, usize::MAX);
    let (values, section_line) = with_section(bits.meaning.clone(), &bits.section);
    for line in 0..names.len().max(values.len()).max(section_line + 1) {
        let bytes = if line == 0 { format!("{digits}  {places}") } else { String::new() };
        let name = names.get(line).map(|name| format!("  {name}")).unwrap_or_default();
        let value = values.get(line).cloned().unwrap_or_default();
        let styles = Styles { bytes: Style::new(), name: Style::new(), value: Style::new() };
        let section = if line == section_line { &bits.section } else { "" };
        Line { bytes, name, value, ..Line::default() }.print(output, styles, section, None)?;
    }
    Ok(())
}

/// How a Variable Byte Integer comes to its value.
fn print_steps(output: &mut impl Write, steps: &[Step], value: Option<u32>) -> io::Result<()> {
    let styles = Styles { bytes: Style::new(), name: Style::new(), value: Style::new() };
    for step in steps {
        let bytes = format!("{} {:07b}", u8::from(step.continues), step.value);
        Line { bytes, name: format!("  {}", step.tells()), value: step.product(), ..Line::default() }
            .print(output, styles, "", None)?;
    }
    match value {
        Some(value) if steps.len() > 1 => {
            let value = format!("sum {}", grouped(value));
            Line { value, ..Line::default() }.print(output, styles, "", None)
        }
        _ => Ok(()),
    }
}

/// What is wrong, and what the rule wants.
fn print_fault(output: &mut impl Write, fault: &Fault) -> io::Result<()> {
    let columns = WIDTH - OFFSET - GAP.len() - 2;
    let message = wrap(fault.message.split(' '), columns, usize::MAX);
    for (line, text) in message.iter().enumerate() {
        let mark = if line == 0 { '✗' } else { ' ' };
        writeln!(output, "{:OFFSET$}{GAP}{BROKEN}{mark} {text}{BROKEN:#}", "")?;
    }
    for text in wrap(format!("The rule: {}", fault.demand).split(' '), columns, usize::MAX) {
        writeln!(output, "{:OFFSET$}{GAP}  {text}", "")?;
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Styles {
    bytes: Style,
    name: Style,
    value: Style,
}

#[derive(Default)]
struct Line {
    offset: String,
    bytes: String,
    name: String,
    value: String,
}

impl Line {
    /// `broken` is the byte of the line that a fault is at.
    fn print(&self, output: &mut impl Write, styles: Styles, section: &str, broken: Option<usize>) -> io::Result<()> {
        let Styles { bytes: bytes_style, name: name_style, value: value_style } = styles;
        let Line { offset, bytes, name, value } = self;
        let bytes_end = " ".repeat(HEX.saturating_sub(bytes.width()));
        let name_end = " ".repeat(NAME.saturating_sub(name.width()));
        let is_last = section.is_empty();
        let value_end = " ".repeat(if is_last { 0 } else { VALUE.saturating_sub(value.width() + section.len()) });
        let bytes = match broken.map(|byte| byte * 3) {
            Some(at) => {
                let (before, rest) = bytes.split_at(at);
                let (byte, behind) = rest.split_at(2);
                format!(
                    "{bytes_style}{before}{bytes_style:#}{BROKEN}{byte}{BROKEN:#}{bytes_style}{behind}{bytes_style:#}"
                )
            }
            None => format!("{bytes_style}{bytes}{bytes_style:#}"),
        };
        let mut line = format!("{FAINT}{offset:>OFFSET$}{FAINT:#}{GAP}{bytes}");
        if !name.is_empty() || !value.is_empty() || !is_last {
            line += &format!("{bytes_end}{GAP}{name_style}{name}{name_style:#}");
        }
        if !value.is_empty() || !is_last {
            line += &format!("{name_end}{GAP}{value_style}{value}{value_style:#}");
        }
        if !is_last {
            line += &format!("{value_end}{FAINT}{section}{FAINT:#}");
        }
        writeln!(output, "{line}")
    }
}
