//! Counts mqtt-wire's instructions, and holds them to the budgets in `budgets.txt`.
//!
//! Without arguments it fails if anything takes over 5 % more instructions than its budget, provided that the budgets are of
//! the compiler that built it; those of other compilers are shown for comparison. `--save` makes budgets of what it counts.

use std::process::ExitCode;
use std::{env, fs};

use workloads::callgrind::{self, COUNT};
use workloads::entries::{self, Entry};
use workloads::floors::floors;
use workloads::ours::{OURS, ours};
use workloads::packets;
use workloads::topics::{MATCHERS, TABLES};

const COMPILER: &str = env!("COMPILER");
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/budgets.txt");
const ABOUT: &str = "\
# Instructions of mqtt-wire a packet, a pair of topic name and filter, or a name that is looked up, by the compiler that
# they were taken with. `cargo run --release -- --save` in this directory takes them.
";
const PERCENT: f64 = 5.0;

/// Instructions a unit, in hundredths: counts repeat exactly, so budgets need no more.
type Counts = Vec<(String, u64)>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => check(),
        ["--save"] => save(),
        [COUNT] => {
            for mut entry in all() {
                println!("{}\t{}\t{}", entry.group, entry.name, entry.units);
                callgrind::count(&mut *entry.job);
            }
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("usage: instructions [--save]");
            ExitCode::FAILURE
        }
    }
}

/// mqtt-wire and the floors.
fn all() -> Vec<Entry> {
    let contestants = |v5| ours(v5).into_iter().chain(floors(v5)).collect();
    let mut all = entries::of_codecs(&packets::all(), contestants, |_, _| true);
    all.extend(entries::of_topics(&MATCHERS, &TABLES));
    all
}

/// What mqtt-wire needs, and what the floors need.
fn count() -> (Counts, Counts) {
    let (lines, counts) = callgrind::run_self(&[]).unwrap_or_else(|error| panic!("{error}"));
    let row = |(line, count): (&String, &u64)| {
        let (title, units) = line.rsplit_once('\t').expect("it was printed so");
        let units: u64 = units.parse().expect("it was printed so");
        (title.replace('\t', ", "), (count * 100).div_ceil(units))
    };
    lines.iter().zip(&counts).map(row).partition(|(title, _)| title.contains(OURS))
}

fn check() -> ExitCode {
    let (ours, floors) = count();
    let file = fs::read_to_string(FILE).unwrap_or_default();
    let sections = sections(&file);
    let same = sections.iter().find(|(compiler, _)| compiler == COMPILER);
    let other = sections.first();
    println!("built by {COMPILER}");
    let budgets = match same.or(other) {
        Some((compiler, budgets)) => {
            println!("budgets of {compiler}{}", if same.is_some() { "" } else { ": for comparison only" });
            &budgets[..]
        }
        None => &[],
    };
    println!("\n{:48} {:>12} {:>12}", "instructions of mqtt-wire", "counted", "budget");
    let mut over = 0;
    for (title, counted) in &ours {
        let budget = budgets.iter().find(|(other, _)| other == title).map(|(_, budget)| *budget);
        let change = budget.map_or(0.0, |budget| (*counted as f64 / budget as f64 - 1.0) * 100.0);
        let remark = match budget {
            None => "no budget: run with --save",
            Some(_) if change > PERCENT => "too much",
            Some(_) if change < -PERCENT => "less: run with --save, so that it stays so",
            Some(_) => "",
        };
        over += u32::from(change > PERCENT || budget.is_none());
        let budget = budget.map_or(String::new(), hundredths);
        println!("{title:48} {:>12} {budget:>12} {change:+6.1} % {remark}", hundredths(*counted));
    }
    println!("\n{:48} {:>12}", "floors, for comparison", "counted");
    floors.iter().for_each(|(title, counted)| println!("{title:48} {:>12}", hundredths(*counted)));
    if over > 0 && (same.is_some() || sections.is_empty()) {
        println!("\n{over} over budget");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn save() -> ExitCode {
    let (ours, _) = count();
    let file = fs::read_to_string(FILE).unwrap_or_default();
    let mut sections = sections(&file);
    sections.retain(|(compiler, _)| compiler != COMPILER);
    sections.insert(0, (COMPILER.into(), ours));
    let mut text = ABOUT.to_owned();
    for (compiler, counts) in &sections {
        text += &format!("\n[{compiler}]\n");
        counts.iter().for_each(|(title, count)| text += &format!("{title}: {}\n", hundredths(*count)));
    }
    fs::write(FILE, text).unwrap_or_else(|error| panic!("{FILE}: {error}"));
    println!("saved the budgets of {COMPILER}");
    ExitCode::SUCCESS
}

/// The budgets of each compiler.
fn sections(file: &str) -> Vec<(String, Counts)> {
    let mut sections: Vec<(String, Counts)> = Vec::new();
    for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(compiler) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            sections.push((compiler.into(), Vec::new()));
        } else {
            let budget = line.rsplit_once(": ").and_then(|(title, count)| Some((title, count.parse::<f64>().ok()?)));
            let (title, count) = budget.unwrap_or_else(|| panic!("{FILE}: {line}"));
            let section = sections.last_mut().unwrap_or_else(|| panic!("{FILE}: a budget without a compiler"));
            section.1.push((title.into(), (count * 100.0).round() as u64));
        }
    }
    sections
}

fn hundredths(count: u64) -> String {
    format!("{}.{:02}", count / 100, count % 100)
}
