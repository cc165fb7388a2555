//! The documents, and what each of their rows says.

use std::collections::BTreeMap;
use std::path::Path;

use crate::links::{self, links};
use crate::sources::Sources;

pub const MAIN: &str = "docs/CONFORMANCE.md";

/// The files with rows, and the edition that each is about.
pub const FILES: [(&str, Edition); 4] = [
    ("docs/conformance/3.1.md", Edition::V3_1),
    ("docs/conformance/3.1.1.md", Edition::V3_1_1),
    ("docs/conformance/5.0-connecting.md", Edition::V5_0),
    ("docs/conformance/5.0-messages.md", Edition::V5_0),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edition {
    V3_1,
    V3_1_1,
    V5_0,
}

/// The text of every file, by its path.
#[derive(Clone)]
pub struct Documents(pub BTreeMap<&'static str, String>);

impl Documents {
    pub fn read() -> Documents {
        let paths = FILES.iter().map(|file| file.0).chain([MAIN]);
        let read = |path: &'static str| {
            let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
            (path, std::fs::read_to_string(whole).unwrap_or_else(|error| panic!("{path}: {error}")))
        };
        Documents(paths.map(read).collect())
    }

    pub fn rows(&self) -> Vec<Row<'_>> {
        let tables = FILES.iter().flat_map(|(path, edition)| {
            cells_of_tables(&self.0[path]).map(move |cells| Row::new(path, *edition, cells))
        });
        tables.collect()
    }
}

/// The cells of every row of every table but their heads.
pub fn cells_of_tables(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines: Vec<_> = text.lines().collect();
    let is_head = |line: &str| line.starts_with("|---");
    let heads: Vec<_> = (0..lines.len()).filter(|at| lines.get(at + 1).is_some_and(|next| is_head(next))).collect();
    let rows = lines
        .into_iter()
        .enumerate()
        .filter(move |(at, line)| line.starts_with('|') && !is_head(line) && !heads.contains(at));
    rows.map(|(_, line)| line.trim_matches('|').split(" | ").map(|cell| cell.trim()).collect())
}

/// What a row says.
pub struct Row<'d> {
    pub file: &'static str,
    pub edition: Edition,
    /// `MQTT-3.8.3-2`, `section 2.1.4` or `appendix A`.
    pub place: &'d str,
    /// The address that leads to it, if it has one.
    pub anchor: Option<&'d str>,
    pub asks: &'d str,
    /// What becomes of it: the words, and the sentences behind them.
    pub words: Vec<&'d str>,
    pub becomes: &'d str,
    pub code: &'d str,
    pub tests: &'d str,
    cells: usize,
}

impl<'d> Row<'d> {
    fn new(file: &'static str, edition: Edition, cells: Vec<&'d str>) -> Row<'d> {
        let cell = |place: usize| cells.get(place).copied().unwrap_or_default();
        let (anchor, place) = match cell(0).strip_prefix("<a id=\"").and_then(|rest| rest.split_once("\"></a>")) {
            Some((anchor, place)) => (Some(anchor), place),
            None => (None, cell(0)),
        };
        let (words, becomes) = cell(2).split_once(": ").unwrap_or_default();
        let words = words.split(", ").collect();
        Row {
            file,
            edition,
            place,
            anchor,
            asks: cell(1),
            words,
            becomes,
            code: cell(3),
            tests: cell(4),
            cells: cells.len(),
        }
    }

    pub fn says(&self, word: &str) -> bool {
        self.words.contains(&word)
    }

    /// True if there is something for a codec to do, and so for a test to show.
    pub fn is_within_reach(&self) -> bool {
        ["decode", "encode", "kept", "helper"].iter().any(|word| self.says(word))
    }
}

/// What can become of a rule.
const WORDS: [&str; 7] = ["decode", "encode", "kept", "helper", "session", "transport", "application"];

pub fn complaints_about_rows(documents: &Documents, _: &Sources) -> Vec<String> {
    let mut complaints = Vec::new();
    for row in documents.rows() {
        let mut complain = |what: &str| complaints.push(format!("{} of {} {what}", row.place, row.file));
        if row.cells != 5 {
            complain("has not five cells");
        }
        let distinct = (1..row.words.len()).all(|at| !row.words[..at].contains(&row.words[at]));
        if row.words.iter().any(|word| !WORDS.contains(word)) || !distinct {
            complain("does not say what becomes of it");
        }
        if !row.asks.ends_with('.') || !row.becomes.ends_with('.') {
            complain("does not end its sentences");
        }
        if row.is_within_reach() && row.tests.is_empty() {
            complain("is within reach and has no test");
        }
        let has_code_or_tests = !row.code.is_empty() || !row.tests.is_empty();
        if !row.is_within_reach() && has_code_or_tests {
            complain("is out of reach and has code or tests");
        }
        let by_codec = ["decode", "encode", "kept"].iter().any(|word| row.says(word));
        if by_codec && row.code.is_empty() {
            complain("is kept by the codec and has no code");
        }
        if row.says("helper") && !row.becomes.contains("[`") {
            complain("names no helper");
        }
        // Where nothing is refused, a type or an encoding says why nothing else can be written.
        let is_shown = row.becomes.contains('`') || row.becomes.contains("written");
        if row.says("encode") && !is_shown {
            complain("does not say why nothing else can be written");
        }
    }
    complaints
}

pub fn complaints_about_rulings(documents: &Documents, _: &Sources) -> Vec<String> {
    let rulings: Vec<_> =
        cells_of_tables(&documents.0[MAIN]).filter(|cells| cells[0].starts_with("<a id=\"r")).collect();
    let mut complaints = Vec::new();
    for number in 1..=25 {
        let first = format!("<a id=\"r{number}\"></a>R{number}");
        let count =
            rulings.iter().filter(|cells| cells[0] == first && cells.len() == 4 && cells[3].contains("](")).count();
        if count != 1 {
            complaints.push(format!("R{number} has {count} rows with tests"));
        }
    }
    if rulings.len() != 25 {
        complaints.push(format!("there are {} rulings", rulings.len()));
    }
    complaints
}

/// The table of counts, and the counts of known failures.
pub fn complaints_about_counts(documents: &Documents, sources: &Sources) -> Vec<String> {
    let rows = documents.rows();
    let mut complaints = Vec::new();
    let kinds = [
        ("3.1.1, numbered", Edition::V3_1_1, true),
        ("5.0, numbered", Edition::V5_0, true),
        ("3.1, by section", Edition::V3_1, false),
        ("3.1.1, by section", Edition::V3_1_1, false),
        ("5.0, by section", Edition::V5_0, false),
    ];
    for (name, edition, numbered) in kinds {
        let of_kind = rows.iter().filter(|row| row.edition == edition && row.place.starts_with("MQTT-") == numbered);
        let first_words: Vec<_> = of_kind.map(|row| row.words[0]).collect();
        let count = |words: &[&str]| first_words.iter().filter(|word| words.contains(word)).count();
        let groups: [&[&str]; 5] =
            [&["decode", "encode", "kept"], &["helper"], &["session"], &["transport"], &["application"]];
        let counts = groups.map(|words| count(words).to_string());
        let expected = format!("| {name} | {} | {} |", first_words.len(), counts.join(" | "));
        if !documents.0[MAIN].lines().any(|line| line == expected) {
            complaints.push(format!("there is no row {expected}"));
        }
    }
    let modes: Vec<_> = sources.known_failures.lines().skip(1).filter_map(|line| line.split('\t').nth(2)).collect();
    let count = |of_kind: fn(&str) -> bool| modes.iter().filter(|mode| of_kind(mode)).count();
    let is_topic = |mode: &str| matches!(mode, "topic-name" | "topic-filter" | "match");
    let (topics, scenarios) = (count(is_topic), count(|mode| mode == "scenario"));
    let callers = count(|mode| mode == "caller");
    let bytes = modes.len() - topics - scenarios - callers;
    let expected = format!(
        "holds 149 failures of other implementations as {} rows: {bytes} of bytes, {topics} of topics, {scenarios} scenarios for \
         which there is a function, and {callers} for the caller.",
        modes.len()
    );
    if !documents.0[MAIN].split_whitespace().collect::<Vec<_>>().join(" ").contains(&expected) {
        complaints.push(format!("it does not say: {expected}"));
    }
    let of_callers = sources.known_failures.lines().filter(|line| line.split('\t').nth(2) == Some("caller"));
    let of_callers: Vec<_> = of_callers.filter_map(|line| line.split('\t').next()).collect();
    let listed: Vec<_> =
        cells_of_tables(&documents.0[MAIN]).map(|cells| cells[0]).filter(|cell| cell.starts_with("KF-")).collect();
    if listed != of_callers {
        complaints.push(format!("left to the caller are {of_callers:?}, not {listed:?}"));
    }
    complaints
}

pub fn complaints_about_links(documents: &Documents, _: &Sources) -> Vec<String> {
    let mut complaints = links::complaints(&documents.0);
    for (document, text) in &documents.0 {
        let elsewhere = links(text)
            .into_iter()
            .filter(|link| link.is_on_the_web() && !link.target.starts_with("https://docs.oasis-open.org/"));
        complaints.extend(elsewhere.map(|link| format!("{document}: {} is not the standard", link.target)));
    }
    complaints
}
