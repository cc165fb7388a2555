//! Charts as SVG, without a background and in middle tones, so that they can be read on light and on dark pages.

use std::fs;
use std::io;
use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use workloads::entries::{LOOKUP, MATCHING};
use workloads::ours::OURS as MQTT_WIRE;

use crate::report::WORKLOADS;
use crate::report::standings::{Kind, Standings, kind};
use crate::report::tables::nanoseconds;
use crate::results::Row;

const TEXT: RGBColor = RGBColor(125, 133, 144);
const OURS: RGBColor = RGBColor(47, 129, 247);
const PEER: RGBColor = RGBColor(139, 148, 158);
const BEHIND: RGBColor = RGBColor(210, 135, 34);

const WIDTH: i32 = 920;
const COLUMN: i32 = WIDTH / 2;
const LINE: i32 = 19;
const BAR: i32 = 13;
const NAMES: i32 = 158;
/// A bar that is longer is cut short, and its number tells.
const LONGEST: i32 = COLUMN - NAMES - 78;

/// What the workloads are, in a few words.
const TITLES: [&str; 7] = [
    "W1, telemetry",
    "W2, messages and acknowledgements",
    "W3, start of a session",
    "W4, 64 KiB of payload",
    "W5, telemetry of 5.0",
    "W6, rich packets of 5.0",
    "W6p, a rich PUBLISH of 5.0",
];

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

/// Draws all charts into a directory.
pub(super) fn draw(standings: &Standings, directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    let panels = |operation: &str| {
        let of = |(workload, title)| panel(standings, &format!("{workload} {operation}"), title);
        WORKLOADS.into_iter().zip(TITLES).map(of).collect::<Vec<_>>()
    };
    let topics = [
        panel(standings, MATCHING, "a pair of topic name and filter"),
        panel(standings, LOOKUP, "a topic name among 1,000 filters"),
    ];
    chart(&directory.join("decode.svg"), &panels("decode"))?;
    chart(&directory.join("encode.svg"), &panels("encode"))?;
    chart(&directory.join("topics.svg"), &topics)?;
    overview(&directory.join("overview.svg"), standings)
}

struct Panel<'a> {
    title: &'a str,
    rows: Vec<&'a Row>,
    /// The time that the longest bar stands for.
    scale: f64,
}

/// The rows of a group, the fastest first. What is more than 12 times as slow as the best peer has its bar cut short.
fn panel<'a>(standings: &'a Standings, group: &str, title: &'a str) -> Panel<'a> {
    let shown = |row: &&Row| row.name != "frame-walk" && !row.name.ends_with("at run time");
    let mut rows: Vec<&Row> = standings.group(group).filter(shown).collect();
    rows.sort_by(|a, b| a.median.total_cmp(&b.median));
    let slowest = rows.last().map_or(1.0, |row| row.median);
    let longest = standings.find_best_peer(group).map_or(slowest, |best| 12.0 * best.median);
    Panel { title, scale: slowest.min(longest), rows }
}

fn chart(path: &Path, panels: &[Panel<'_>]) -> io::Result<()> {
    let height = |panel: &Panel<'_>| LINE * panel.rows.len() as i32 + 44;
    let pairs: Vec<&[Panel<'_>]> = panels.chunks(2).collect();
    let heights: Vec<i32> = pairs.iter().map(|pair| pair.iter().map(height).max().unwrap_or(0)).collect();
    let area = SVGBackend::new(path, (WIDTH as u32, heights.iter().sum::<i32>() as u32)).into_drawing_area();
    let mut top = 0;
    for (pair, height) in pairs.iter().zip(&heights) {
        for (column, panel) in pair.iter().enumerate() {
            draw_panel(&area, column as i32 * COLUMN, top, panel).map_err(io::Error::other)?;
        }
        top += height;
    }
    area.present().map_err(io::Error::other)
}

fn draw_panel(area: &Area<'_>, left: i32, top: i32, panel: &Panel<'_>) -> Result<(), DrawingError> {
    write(area, &format!("{}, ns", panel.title), (left + NAMES, top + 16), 15, HPos::Left, TEXT)?;
    for (i, row) in panel.rows.iter().enumerate() {
        let y = top + 34 + LINE * i as i32;
        let length = (row.median / panel.scale * f64::from(LONGEST)).round() as i32;
        let cut = length > LONGEST;
        let bar = |style: ShapeStyle, end: i32| {
            let corners = [(left + NAMES, y - BAR / 2), (left + NAMES + end.max(1), y + BAR / 2)];
            area.draw(&Rectangle::new(corners, style))
        };
        let end = length.min(LONGEST);
        let color = match row.kind() {
            Kind::Ours => OURS,
            Kind::Variant => OURS,
            Kind::Floor | Kind::Peer => PEER,
        };
        match row.kind() {
            Kind::Ours | Kind::Peer => bar(color.filled(), end)?,
            Kind::Variant => bar(color.mix(0.4).filled(), end)?,
            Kind::Floor => bar(color.stroke_width(1), end)?,
        }
        if cut {
            for x in [end - 12, end - 7] {
                let gap = [(left + NAMES + x - 3, y + BAR), (left + NAMES + x + 3, y - BAR)];
                area.draw(&PathElement::new(gap, TEXT.stroke_width(1)))?;
            }
        }
        let mark = if row.is_marked() { " †" } else { "" };
        let text = if row.kind() == Kind::Ours { OURS } else { TEXT };
        write(area, &short(&row.name), (left + NAMES - 8, y), 12, HPos::Right, text)?;
        write(area, &format!("{}{mark}", nanoseconds(row.median)), (left + NAMES + end + 6, y), 12, HPos::Left, text)?;
    }
    Ok(())
}

fn short(name: &str) -> String {
    name.replace("mqtt-wire, ", "… ").replace(", unbounded", "")
}

/// How many times faster or slower than the best peer, on a scale where twice as fast is as far from the middle as half as
/// fast.
fn overview(path: &Path, standings: &Standings) -> io::Result<()> {
    let variants = [("decode", format!("{MQTT_WIRE}, in memory")), ("encode", format!("{MQTT_WIRE}, forwarding"))];
    let mut rows = Vec::new();
    for (operation, variant) in &variants {
        for workload in WORKLOADS {
            let group = format!("{workload} {operation}");
            rows.push((group.clone(), MQTT_WIRE));
            rows.push((group, variant));
        }
    }
    rows.push((MATCHING.into(), MQTT_WIRE));
    let height = 52 + LINE * rows.len() as i32;
    let area = SVGBackend::new(path, (WIDTH as u32, height as u32)).into_drawing_area();
    draw_overview(&area, standings, &rows, height).map_err(io::Error::other)?;
    area.present().map_err(io::Error::other)
}

fn draw_overview(
    area: &Area<'_>,
    standings: &Standings,
    rows: &[(String, &str)],
    height: i32,
) -> Result<(), DrawingError> {
    let x_of = |times: f64| 360 + (times.log2() * 110.0).round() as i32;
    for times in [0.5, 1.0, 2.0, 4.0] {
        let x = x_of(times);
        area.draw(&PathElement::new([(x, 26), (x, height - 10)], TEXT.mix(if times == 1.0 { 1.0 } else { 0.35 })))?;
        write(area, &format!("{times}×"), (x, 14), 12, HPos::Center, TEXT)?;
    }
    for (i, (group, name)) in rows.iter().enumerate() {
        let y = 42 + LINE * i as i32;
        let peer = standings.best_peer(group);
        let times = peer.median / standings.time(group, name).expect("it is in every group");
        let color = if times >= 1.0 { OURS } else { BEHIND };
        let text = match times {
            1.005.. => format!("{times:.2} times faster than {}", peer.name),
            ..0.995 => format!("{:.2} times slower than {}", 1.0 / times, peer.name),
            _ => format!("as fast as {}", peer.name),
        };
        let is_variant = kind(name) == Kind::Variant;
        let style = if is_variant { color.mix(0.4).filled() } else { color.filled() };
        let (from, to) = (x_of(times.min(1.0)), x_of(times.max(1.0)));
        area.draw(&Rectangle::new([(from, y - BAR / 2), (to.max(from + 1), y + BAR / 2)], style))?;
        let label = if is_variant { short(name) } else { group.clone() };
        write(area, &label, (NAMES - 8, y), 12, HPos::Right, TEXT)?;
        write(area, &text, (x_of(times.max(1.0)) + 8, y), 12, HPos::Left, color)?;
    }
    Ok(())
}

type DrawingError = DrawingAreaErrorKind<<SVGBackend<'static> as DrawingBackend>::ErrorType>;

fn write(
    area: &Area<'_>,
    text: &str,
    at: (i32, i32),
    size: i32,
    side: HPos,
    color: RGBColor,
) -> Result<(), DrawingError> {
    let style = ("sans-serif", size).into_font().color(&color).pos(Pos::new(side, VPos::Center));
    area.draw(&Text::new(text.to_owned(), at, style))
}
