//! Measures, counts and reports; the script `run` beside this crate puts them together.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use peers::results::{Counts, Row, Run, Verdict, save};
use peers::rounds::{self, Plan};
use peers::{machine, profile, report};
use workloads::callgrind::{self, COUNT};
use workloads::entries::Entry;
use workloads::ours::OURS;

#[derive(Parser)]
#[command(about = "mqtt-wire beside other crates. The script `run` does all of it.")]
struct Options {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Checks who is right, then times everybody
    Measure {
        /// A few rounds only, to try something out
        #[arg(long)]
        quick: bool,
        /// What the progress bar says
        #[arg(long, default_value = "timing")]
        title: String,
        /// Where to keep the results
        file: PathBuf,
    },
    /// Times everybody in one process
    #[command(name = TIME, hide = true)]
    Time {
        #[arg(long)]
        quick: bool,
        title: String,
    },
    /// Counts everybody's instructions under valgrind
    Count {
        /// Where to keep the results
        file: PathBuf,
    },
    /// Counts where mqtt-wire's instructions are
    Profile {
        /// Where to keep the results
        file: PathBuf,
    },
    /// Runs under valgrind
    #[command(name = COUNT, hide = true)]
    UnderCallgrind {
        /// Runs mqtt-wire alone
        #[arg(long)]
        profile: bool,
    },
    /// Writes tables and charts of what was kept
    Report {
        /// Prints the tables, and leaves the documentation as it is
        #[arg(long)]
        print: bool,
        /// Where the results are
        directory: PathBuf,
    },
}

fn main() -> ExitCode {
    let done = match Options::parse().task {
        Task::Measure { quick, title, file } => measure(quick, &title, file),
        Task::Time { quick, title } => time(quick, &title),
        Task::Count { file } => count(file),
        Task::Profile { file } => profile::of_self(&["--profile"]).and_then(|profile| save(&file, &profile)),
        Task::UnderCallgrind { profile } => {
            under_callgrind(profile);
            Ok(())
        }
        Task::Report { print, directory } => report::write(&directory, print),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

const TIME: &str = "time";

fn plan(quick: bool) -> &'static Plan {
    if quick { &Plan::QUICK } else { &Plan::FULL }
}

fn measure(quick: bool, title: &str, file: PathBuf) -> io::Result<()> {
    let (entries, verdicts) = peers::all();
    let plan = plan(quick);
    let timings = rounds::in_processes(plan, title, if quick { &[TIME, "--quick"] } else { &[TIME] })?;
    let row = |(entry, timing): (Entry, rounds::Timing)| Row {
        verdict: verdicts.get(&(entry.group.clone(), entry.name)).cloned().unwrap_or(Verdict::Equal),
        name: entry.name.into(),
        group: entry.group,
        median: timing.median,
        lower_quartile: timing.lower_quartile,
        upper_quartile: timing.upper_quartile,
    };
    let rows = entries.into_iter().zip(timings).map(row).collect();
    let (compiler, processor) = (machine::COMPILER.into(), machine::processor());
    save(
        &file,
        &Run { processes: plan.processes, rounds: plan.rounds, commit: machine::commit(), compiler, processor, rows },
    )
}

fn time(quick: bool, title: &str) -> io::Result<()> {
    let rounds = rounds::measure(&mut peers::all().0, plan(quick), title);
    Ok(serde_json::to_writer(io::stdout(), &rounds)?)
}

fn count(file: PathBuf) -> io::Result<()> {
    let (lines, instructions) = callgrind::run_self(&[])?;
    let mut counts = Counts::new();
    for (line, instructions) in lines.iter().zip(instructions) {
        let [group, name, units] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("it was printed so: {line}")
        };
        let units: f64 = units.parse().expect("it was printed so");
        counts.entry(group.into()).or_default().insert(name.into(), instructions as f64 / units);
    }
    save(&file, &counts)
}

fn under_callgrind(profile: bool) {
    for mut entry in peers::all().0.into_iter().filter(|entry| !profile || entry.name == OURS) {
        println!("{}\t{}\t{}", entry.group, entry.name, entry.units);
        callgrind::count(&mut *entry.job);
    }
}
