//! What a run finds, as it is kept in files until the report is written.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Whether a contestant does its work rightly.
#[derive(Clone, Serialize, Deserialize)]
pub enum Verdict {
    /// What it decodes has the content that the bytes have; what it encodes is those bytes.
    Equal,
    /// What it encodes are other bytes that say the same; or not all that it decodes can be seen.
    Remark(String),
    /// What it decodes or encodes says something else.
    Wrong(String),
    /// It cannot do it at all.
    Panics(String),
}

/// One contestant in one group.
#[derive(Clone, Serialize, Deserialize)]
pub struct Row {
    /// `W1 decode` and so on.
    pub group: String,
    /// Who.
    pub name: String,
    /// Whether it is right.
    pub verdict: Verdict,
    /// Nanoseconds a unit: the median of the rounds.
    pub median: f64,
    /// A quarter of the rounds took less.
    pub lower_quartile: f64,
    /// A quarter of the rounds took more.
    pub upper_quartile: f64,
}

/// A run of one build.
#[derive(Serialize, Deserialize)]
pub struct Run {
    /// How many processes there were.
    pub processes: usize,
    /// How many rounds there were in each.
    pub rounds: usize,
    /// The commit of mqtt-wire.
    pub commit: String,
    /// The compiler.
    pub compiler: String,
    /// The processor.
    pub processor: String,
    /// The contestants.
    pub rows: Vec<Row>,
}

/// A number for every contestant of every group: instructions, or allocations.
pub type Counts = BTreeMap<String, BTreeMap<String, f64>>;

/// Writes a file.
pub fn save(path: &Path, value: &impl Serialize) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    fs::write(path, serde_json::to_string_pretty(value)?)
}

/// Reads a file.
pub fn load<T: DeserializeOwned>(path: &Path) -> io::Result<T> {
    let text = fs::read_to_string(path)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
    Ok(serde_json::from_str(&text)?)
}
