//! Tables of everybody.

use std::collections::{BTreeMap, BTreeSet};

use workloads::entries::{LOOKUP, MATCHING};

use crate::codecs;
use crate::report::WORKLOADS;
use crate::report::standings::{Kind, Standings, kind};
use crate::results::{Counts, Verdict};

/// A table in Markdown: what stands at the left of a row, and its cells.
pub(super) fn table(heads: &[&str], rows: &[(String, Vec<String>)]) -> String {
    let mut text = format!("| {} |\n|---|{}\n", heads.join(" | "), "--:|".repeat(heads.len() - 1));
    for (name, cells) in rows {
        text += &format!("| {name} | {} |\n", cells.join(" | "));
    }
    text.truncate(text.trim_end().len());
    text
}

/// One to three digits behind the point, by size.
pub(super) fn nanoseconds(time: f64) -> String {
    match time {
        ..100.0 => format!("{time:.1}"),
        _ => format!("{time:.0}"),
    }
}

/// All times of decoding, or of encoding. The best peer is in bold, those that are wrong are marked.
pub(super) fn times(standings: &Standings, operation: &str) -> String {
    let names = standings.names(|group| group.ends_with(operation));
    let row = |name: &str| {
        let cell = |workload: &&str| {
            let group = format!("{workload} {operation}");
            standings.row(&group, name).map_or(String::new(), |row| {
                let time = nanoseconds(row.median);
                match row {
                    _ if row.is_marked() => format!("{time} †"),
                    _ if standings.best_peer(&group).name == name => format!("**{time}**"),
                    _ => time,
                }
            })
        };
        (styled(name), WORKLOADS.iter().map(cell).collect())
    };
    table(&heads(), &sorted(names).into_iter().map(row).collect::<Vec<_>>())
}

/// Numbers for everybody, with so many digits behind the point.
pub(super) fn counts(standings: &Standings, counts: &Counts, operation: &str, digits: usize) -> String {
    let names = standings.names(|group| group.ends_with(operation));
    let row = |name: &str| {
        let cell = |workload: &&str| {
            let count = counts.get(&format!("{workload} {operation}")).and_then(|group| group.get(name));
            count.map_or(String::new(), |&count| number(count, digits))
        };
        (styled(name), WORKLOADS.iter().map(cell).collect())
    };
    let rows: Vec<_> = sorted(names).into_iter().map(row).collect();
    table(&[&[operation][..], &WORKLOADS].concat(), &rows)
}

/// Instructions of mqtt-wire by source file: those first that need most, those that need one or more anywhere.
pub(super) fn profile(profile: &Counts, operation: &str) -> String {
    let count = |workload: &&str, file: &str| {
        profile.get(&format!("{workload} {operation}")).and_then(|group| group.get(file)).copied().unwrap_or(0.0)
    };
    let files: BTreeSet<&str> = profile.values().flatten().map(|(file, _)| file.as_str()).collect();
    let mut rows: Vec<(&str, Vec<f64>)> = files
        .into_iter()
        .map(|file| (file, WORKLOADS.iter().map(|workload| count(workload, file)).collect::<Vec<_>>()))
        .filter(|(_, counts)| counts.iter().any(|count| *count >= 1.0))
        .collect();
    rows.sort_by(|(_, one), (_, other)| other.iter().sum::<f64>().total_cmp(&one.iter().sum()));
    let row = |(file, counts): (&str, Vec<f64>)| {
        let name = match file.starts_with("src/") {
            true => format!("[{file}](../{file})"),
            false => file.to_owned(),
        };
        (name, counts.into_iter().map(|count| if count < 0.5 { String::new() } else { number(count, 0) }).collect())
    };
    let rows: Vec<_> = rows.into_iter().map(row).collect();
    table(&[&[operation][..], &WORKLOADS].concat(), &rows)
}

fn number(count: f64, digits: usize) -> String {
    match count {
        0.0 => "0".into(),
        ..0.005 => "< 0.01".into(),
        _ => format!("{count:.digits$}"),
    }
}

/// Matching, pair by pair and with a table.
pub(super) fn topics(lto: &Standings, no_lto: &Standings, instructions: Option<&Counts>) -> String {
    let part = |group: &str, head: &str| {
        let row = |name: &str| {
            let row = lto.row(group, name).expect("it is there");
            let mark = if row.is_marked() { " †" } else { "" };
            let without = no_lto.time(group, name).map_or(String::new(), nanoseconds);
            let count = instructions.and_then(|counts| counts.get(group)?.get(name));
            let count = count.map_or(String::new(), |&count| number(count, 0));
            (styled(name), vec![format!("{}{mark}", nanoseconds(row.median)), without, count])
        };
        let names = sorted(lto.names(|other| other == group));
        table(&[head, "ns", "ns without LTO", "instructions"], &names.into_iter().map(row).collect::<Vec<_>>())
    };
    format!("{}\n\n{}", part(MATCHING, "a pair of name and filter"), part(LOOKUP, "a name, among 1,000 filters"))
}

/// mqtt-wire first, then the floors, then the peers.
fn sorted(mut names: Vec<&str>) -> Vec<&str> {
    names.sort_by_key(|name| match kind(name) {
        Kind::Ours => 0,
        Kind::Variant => 1,
        Kind::Floor => 2,
        Kind::Peer => 3,
    });
    names
}

fn styled(name: &str) -> String {
    match kind(name) {
        Kind::Ours => format!("**{name}**"),
        Kind::Floor => format!("*{name}*"),
        Kind::Variant | Kind::Peer => name.into(),
    }
}

fn heads() -> Vec<&'static str> {
    [&[""][..], &WORKLOADS].concat()
}

/// What is to say of each peer, and where.
pub(super) fn verdicts(standings: &Standings) -> String {
    let mut said: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for row in standings.0.rows.iter().filter(|row| row.kind() == Kind::Peer) {
        let (Verdict::Remark(text) | Verdict::Wrong(text) | Verdict::Panics(text)) = &row.verdict else { continue };
        said.entry((&row.name, text)).or_default().push(&row.group);
    }
    let peers = [false, true].map(codecs::peers);
    for peer in peers.iter().flatten() {
        if let Some(remark) = peer.remark {
            said.entry((peer.name, remark)).or_default();
        }
    }
    let line = |((name, text), groups): (&(&str, &str), &Vec<&str>)| match groups.is_empty() {
        true => format!("* {name}: {text}."),
        false => format!("* {name}, {}: {text}.", groups.join(", ")),
    };
    said.iter().map(line).collect::<Vec<_>>().join("\n")
}
