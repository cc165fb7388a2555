//! Where everything stands from top to bottom.

use std::collections::HashSet;

use super::{HEAD, LINE, LINES, ROWS_A_HEAD, TEXT_COLUMNS, printable};
use crate::ladder::{name, parts};
use crate::session::Dissection;
use crate::text::wrap;

pub(super) const TOP: f64 = 12.0;
/// Between a row and the next.
const SPACE: f64 = 12.0;
const INTRODUCTION: f64 = 40.0;

pub(super) struct Layout {
    pub rows: Vec<Row>,
    pub ruler: Option<Ruler>,
    pub height: f64,
}

/// A packet, or what is there in its place.
pub(super) struct Row {
    /// The event's index.
    pub event: usize,
    /// The text on the arrow.
    pub lines: Vec<String>,
    /// Where the arrow is.
    pub arrow: f64,
    /// Where the heads of the lifelines are, if they come again here.
    pub head: f64,
    /// The base line of what is said of a connection before its first packet.
    pub introduction: Option<f64>,
    /// From the row's top to its arrow.
    above: f64,
}

impl Row {
    /// Moves all of the row.
    fn shift(&mut self, by: f64) {
        self.arrow += by;
        self.head += by;
        if let Some(introduction) = &mut self.introduction {
            *introduction += by;
        }
    }
}

/// A line on which time is to scale.
pub(super) struct Ruler {
    top: f64,
    pixels_a_second: f64,
    /// The time of the last packet.
    pub seconds: f64,
}

impl Layout {
    pub(super) fn of(dissection: &Dissection, has_ruler: bool) -> Layout {
        let mut introduced = HashSet::new();
        let mut rows = Vec::new();
        let mut y = TOP;
        for (index, event) in dissection.events.iter().enumerate() {
            let top = y;
            let mut head = y;
            if index % ROWS_A_HEAD == 0 {
                head += if index == 0 { 0.0 } else { SPACE };
                y = head + HEAD;
            }
            let introduction = (event.connection.is_some() && introduced.insert(event.connection)).then(|| {
                y += INTRODUCTION;
                y - 8.0
            });
            let words = [name(event).to_owned()].into_iter().chain(parts(event)).map(|part| printable(&part));
            let mut lines = wrap(words, TEXT_COLUMNS, LINES);
            if let Some(cut) = lines.get_mut(LINES - 1).filter(|line| line.ends_with('…')) {
                *cut = format!("{} …", cut.trim_end_matches(['…', ' ']));
            }
            y += SPACE + LINE * lines.len() as f64;
            rows.push(Row { event: index, lines, arrow: y, head, introduction, above: y - top });
        }
        let times: Vec<f64> = dissection.events.iter().map(|event| dissection.time(event).as_secs_f64()).collect();
        let ruler = has_ruler.then(|| Ruler::of(&times, y - TOP)).flatten();
        if let Some(ruler) = &ruler {
            to_scale(&mut rows, &times, ruler);
        }
        let end = rows.last().map_or(TOP + HEAD, |row| row.arrow);
        let ruler_end = ruler.as_ref().map_or(TOP, |ruler| ruler.y(ruler.seconds));
        Layout { rows, ruler, height: end.max(ruler_end) + 2.0 * SPACE }
    }
}

impl Ruler {
    /// As long as the rows are together: where time is even, so are they.
    fn of(times: &[f64], rows: f64) -> Option<Ruler> {
        let seconds = times.last().copied().filter(|seconds| *seconds > 0.0)?;
        let top = TOP + HEAD + INTRODUCTION;
        Some(Ruler { top, pixels_a_second: (rows - HEAD - INTRODUCTION).max(1.0) / seconds, seconds })
    }

    pub(super) fn y(&self, seconds: f64) -> f64 {
        self.top + seconds * self.pixels_a_second
    }

    /// Times that are easy to read, far enough from each other for their labels.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        const APART: f64 = 30.0;
        /// Labels have room for the microseconds that times are given in.
        const FINEST: f64 = 1e-6;
        let at_least = (APART / self.pixels_a_second).max(FINEST);
        let power = 10f64.powf(at_least.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power).into_iter().find(|step| *step >= at_least);
        let step = step.unwrap_or(10.0 * power);
        let digits = (-step.log10()).ceil().max(0.0) as usize;
        let ticks = (self.seconds / step) as usize;
        (0..=ticks).map(|tick| tick as f64 * step).map(|seconds| (seconds, format!("{seconds:.digits$}"))).collect()
    }
}

/// Moves rows to their times, or as near as others leave room: rows that would overlap become a block, whose rows are
/// off their times by as little as can be, all together.
fn to_scale(rows: &mut [Row], times: &[f64], ruler: &Ruler) {
    /// Rows one after another, and how far their packed places are from their times.
    struct Block {
        rows: usize,
        height: f64,
        top: f64,
    }
    let mut blocks: Vec<Block> = Vec::new();
    for (row, time) in rows.iter().zip(times) {
        let mut block = Block { rows: 1, height: row.above, top: ruler.y(*time) - row.above };
        while let Some(before) = blocks.pop_if(|before| before.top + before.height > block.top) {
            let rows = before.rows + block.rows;
            // Both want to stand somewhere; together they stand at the mean of what their rows want.
            let wanted = before.top * before.rows as f64 + (block.top - before.height) * block.rows as f64;
            block = Block { rows, height: before.height + block.height, top: wanted / rows as f64 };
        }
        block.top = block.top.max(TOP);
        blocks.push(block);
    }
    let mut rows = rows.iter_mut();
    for block in blocks {
        let mut y = block.top;
        for row in rows.by_ref().take(block.rows) {
            let by = y + row.above - row.arrow;
            row.shift(by);
            y += row.above;
        }
    }
}
