//! Statements and sections: those of the lists, those of the rows, and those that the sources cite.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Documents, Edition, Row};
use crate::links::links;
use crate::sources::Sources;

/// Every id of a standard, in its order, and whether the list says that it binds a codec, alone or with others.
fn statements(edition: Edition) -> Vec<(&'static str, bool)> {
    let list = match edition {
        Edition::V3_1 => "",
        Edition::V3_1_1 => include_str!("../data/statements-3.1.1.tsv"),
        Edition::V5_0 => include_str!("../data/statements-5.0.tsv"),
    };
    let of_codec = ["codec-decode", "codec-encode", "framing", "topic"];
    let binds_codec = |classes: &str| classes.split(';').any(|class| of_codec.contains(&class));
    list.lines()
        .skip(1)
        .filter_map(|line| line.split_once('\t'))
        .map(|(id, classes)| (id, binds_codec(classes)))
        .collect()
}

pub fn complaints_about_statements(documents: &Documents, _: &Sources) -> Vec<String> {
    let (rows, mut complaints) = (documents.rows(), Vec::new());
    for (edition, count) in [(Edition::V3_1, 0), (Edition::V3_1_1, 141), (Edition::V5_0, 251)] {
        let (listed, binds_codec): (Vec<_>, Vec<_>) = statements(edition).into_iter().unzip();
        let of_edition: Vec<_> = rows.iter().filter(|row| row.edition == edition).collect();
        let numbered: Vec<_> =
            of_edition.iter().map(|row| row.place).filter(|place| place.starts_with("MQTT-")).collect();
        if listed.len() != count {
            complaints.push(format!("the list of {edition:?} has {} statements, not {count}", listed.len()));
        }
        for id in listed.iter().chain(&numbered) {
            let rows = numbered.iter().filter(|place| *place == id).count();
            if rows != 1 || !listed.contains(id) {
                complaints.push(format!("{id} of {edition:?} has {rows} rows, and is listed: {}", listed.contains(id)));
            }
        }
        if complaints.is_empty() && listed != numbered {
            complaints.push(format!("the rows of {edition:?} are not in the order of the standard"));
        }
        for row in of_edition {
            let binds_codec = listed.iter().zip(&binds_codec).any(|(id, binds_codec)| *id == row.place && *binds_codec);
            if binds_codec && !row.is_within_reach() {
                complaints.push(format!("{} of {} binds a codec and is out of reach", row.place, row.file));
            }
            let is_numbered = row.place.starts_with("MQTT-");
            if is_numbered && !binds_codec && ["decode", "encode", "kept"].contains(&row.words[0]) {
                complaints.push(format!("{} of {} counts as the codec's and binds none", row.place, row.file));
            }
            let expected = row.place.starts_with("MQTT-").then(|| row.place.to_lowercase());
            if row.anchor != expected.as_deref() {
                complaints.push(format!("{} of {} is found at {:?}", row.place, row.file, row.anchor));
            }
            let is_place = expected.is_some() || row.place.starts_with("section ") || row.place == "appendix A";
            if !is_place {
                complaints.push(format!("{} of {} is no place", row.place, row.file));
            }
        }
    }
    complaints
}

/// What the sources cite, by file: statements without `MQTT-`, and sections.
struct Cited<'s> {
    /// Arguments of `mqtt!`.
    arguments: BTreeMap<&'s str, BTreeSet<&'s str>>,
    violations: BTreeMap<&'s str, Violation<'s>>,
    /// Statements that comments name.
    comments: BTreeMap<&'s str, BTreeSet<&'s str>>,
}

/// A row of the violations table.
struct Violation<'s> {
    message: &'s str,
    v3: &'s str,
    v5: &'s str,
}

impl<'s> Violation<'s> {
    /// The place in that edition; 3.1 has those of 3.1.1.
    fn place(&self, edition: Edition) -> &'s str {
        if edition == Edition::V5_0 { self.v5 } else { self.v3 }
    }
}

impl<'s> Cited<'s> {
    fn by(sources: &'s Sources) -> Cited<'s> {
        let of_files = |find: fn(&'s str) -> BTreeSet<&'s str>| {
            sources.library.iter().map(|(path, text)| (path.as_str(), find(text))).collect()
        };
        Cited { arguments: of_files(arguments), violations: violations(sources), comments: of_files(named) }
    }

    /// True if a check of that edition may cite the place: 3.x and 5.0 have files of their own, and files that they share.
    fn cites(&self, edition: Edition, place: &str) -> bool {
        let in_table = self.violations.values().any(|violation| violation.place(edition) == place);
        in_table || self.arguments.iter().any(|(path, places)| may_be_of(path, edition) && places.contains(place))
    }
}

/// True if the file has rules of that edition.
fn may_be_of(path: &str, edition: Edition) -> bool {
    match edition {
        Edition::V5_0 => !path.starts_with("v3/"),
        Edition::V3_1 | Edition::V3_1_1 => !path.starts_with("v5/"),
    }
}

fn arguments(text: &str) -> BTreeSet<&str> {
    text.split("mqtt!(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

fn named(text: &str) -> BTreeSet<&str> {
    let is_part = |character: char| character.is_ascii_digit() || matches!(character, '.' | '-');
    let ids =
        text.split("MQTT-").skip(1).map(|rest| rest.split(|character| !is_part(character)).next().unwrap_or_default());
    ids.map(|id| id.trim_end_matches(['.', '-'])).filter(|id| id.contains('-')).collect()
}

/// `Name "message", 0x81, "3.1.1", "5.0";`
fn violations(sources: &Sources) -> BTreeMap<&str, Violation<'_>> {
    let (_, table) = sources.library["error.rs"].split_once("violations! {\n").expect("the table");
    let (table, _) = table.split_once("\n}\n").expect("its end");
    let rows = table.lines().filter(|line| line.trim_end().ends_with(';'));
    rows.map(|line| {
        let name = line.split_whitespace().next().expect("a name");
        let texts: Vec<_> = line.split('"').collect();
        match texts[..] {
            [_, message, _, v3, _, v5, _] => (name, Violation { message, v3, v5 }),
            _ => panic!("a row of the table: {line}"),
        }
    })
    .collect()
}

/// The violations that a row names, each with the place that is cited.
fn refusals<'d>(row: &Row<'d>) -> Vec<(&'d str, &'d str)> {
    let mut refusals = Vec::new();
    let parts: Vec<_> = row.becomes.split('`').collect();
    for (at, part) in parts.iter().enumerate().filter(|(at, _)| at % 2 == 1) {
        let (before, behind) = (parts[at - 1], parts.get(at + 1).copied().unwrap_or_default());
        let is_name = part.starts_with(|first: char| first.is_ascii_uppercase())
            && !part.contains("::")
            && !before.ends_with('[');
        if is_name {
            let place = behind.strip_prefix(" (").and_then(|rest| rest.split_once(')')).map(|(place, _)| place);
            let is_ruling = |place: &&str| place.starts_with('[');
            refusals.push((*part, place.filter(|place| !is_ruling(place)).unwrap_or(row.place)));
        }
    }
    refusals
}

/// True if the text has the name, and not only as a part of another.
fn has_word(text: &str, name: &str) -> bool {
    let is_end = |next: Option<char>| !next.is_some_and(|next| next.is_alphanumeric() || next == '_');
    text.match_indices(name)
        .any(|(at, _)| is_end(text[..at].chars().next_back()) && is_end(text[at + name.len()..].chars().next()))
}

/// Names in code that are no violations.
const OTHER_NAMES: [&str; 5] = ["Option", "None", "NonZeroU16", "AssignedClientIdentifier", "MaximumQoS"];

pub fn complaints_about_violations(documents: &Documents, sources: &Sources) -> Vec<String> {
    let (cited, mut complaints) = (Cited::by(sources), Vec::new());
    for row in documents.rows() {
        let refusals: Vec<_> = refusals(&row).into_iter().filter(|(name, _)| !OTHER_NAMES.contains(name)).collect();
        if row.says("decode") && refusals.is_empty() {
            complaints.push(format!("{} of {} does not say what is refused", row.place, row.file));
        }
        if !["decode", "encode", "helper"].iter().any(|word| row.says(word)) && !refusals.is_empty() {
            complaints.push(format!("{} of {} refuses what nobody is said to refuse", row.place, row.file));
        }
        for (name, place) in refusals {
            let Some(violation) = cited.violations.get(name) else {
                complaints.push(format!("{} of {}: there is no violation {name}", row.place, row.file));
                continue;
            };
            let bare = place.trim_start_matches("MQTT-").trim_start_matches("section ");
            let is_cited = match row.edition {
                // Sections of 3.1 are worked out from those of 3.1.1: the chapters that there are must do.
                Edition::V3_1 => violation.v3 != "-" && (place == "appendix A" || bare.starts_with(['2', '3'])),
                edition => cited.cites(edition, bare),
            };
            if !is_cited {
                complaints.push(format!("{} of {}: nothing cites {place} for {name}", row.place, row.file));
            }
            // A test that shows it has it by name, or by what an error says.
            let tests = sources.tests_of(&row);
            if !tests.iter().any(|test| has_word(test, name) || test.contains(violation.message)) {
                complaints.push(format!("{} of {}: no test of it has {name}", row.place, row.file));
            }
        }
    }
    complaints
}

/// What the table has to cite for an edition in which nothing finds the violation.
const NEVER_FOUND: [(&str, Edition); 4] = [
    ("AnsweredInVersion3", Edition::V3_1_1),
    ("EmptyClientIdentifier", Edition::V3_1_1),
    ("EmptyClientIdentifier", Edition::V5_0),
    ("NoReturnCode", Edition::V5_0),
];

/// Where 3.1.1 has what only 3.1 forbids.
const IN_3_1_ONLY: [&str; 1] = ["3.1.3.1"];

pub fn complaints_about_citations(documents: &Documents, sources: &Sources) -> Vec<String> {
    let (cited, rows, mut complaints) = (Cited::by(sources), documents.rows(), Vec::new());
    let editions = [Edition::V3_1_1, Edition::V5_0];
    // The edition that a place may be of in a file, with rows.
    let has_row = |edition: Edition, place: &str| {
        let section = format!("section {place}");
        rows.iter().filter(|row| row.edition == edition).any(|row| {
            row.place.strip_prefix("MQTT-") == Some(place)
                || row.place == section
                || row.becomes.contains(&format!("({section})"))
        })
    };
    for (path, places) in &cited.arguments {
        for place in places.iter().filter(|place| **place != "-" && !IN_3_1_ONLY.contains(place)) {
            let of_file: Vec<_> = editions.into_iter().filter(|edition| may_be_of(path, *edition)).collect();
            if !of_file.iter().any(|edition| has_row(*edition, place)) {
                complaints.push(format!("src/{path} cites {place}, which has no row"));
            }
            let is_statement = place.contains('-');
            let leads_back = |row: &Row<'_>| {
                row.place.strip_prefix("MQTT-") == Some(*place)
                    && of_file.contains(&row.edition)
                    && links(row.code).iter().any(|link| link.text == *path)
            };
            if is_statement && *path != "statement.rs" && !rows.iter().any(leads_back) {
                complaints.push(format!("no row of {place} leads to src/{path}, which cites it"));
            }
        }
    }
    for (name, violation) in &cited.violations {
        for edition in editions {
            let place = violation.place(edition);
            if place != "-" && !has_row(edition, place) && !NEVER_FOUND.contains(&(name, edition)) {
                complaints.push(format!("{name} cites {place}, which has no row of {edition:?}"));
            }
        }
    }
    for (path, places) in &cited.comments {
        for place in places {
            if !editions.iter().any(|edition| may_be_of(path, *edition) && has_row(*edition, place)) {
                complaints.push(format!("src/{path} names {place}, which has no row"));
            }
        }
    }
    complaints
}
