//! Timing: every contestant once a round, round after round, so that whatever slows the machine down for a while slows all.

use std::hint::black_box;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, io};

use indicatif::{ProgressBar, ProgressStyle};
use workloads::entries::Entry;

/// How long to measure.
pub struct Plan {
    /// How many processes, one after the other: where packets come to lie in memory makes several percent, and each places
    /// them anew.
    pub processes: usize,
    /// How many rounds in each.
    pub rounds: usize,
    /// How long a contestant runs in a round, about.
    pub turn: Duration,
}

impl Plan {
    /// For a report.
    pub const FULL: Plan = Plan { processes: 7, rounds: 21, turn: Duration::from_millis(1) };
    /// To try something out.
    pub const QUICK: Plan = Plan { processes: 1, rounds: 7, turn: Duration::from_micros(300) };
}

/// Nanoseconds a unit.
pub struct Timing {
    /// Half of the rounds took less.
    pub median: f64,
    /// A quarter of them took less.
    pub lower_quartile: f64,
    /// A quarter of them took more.
    pub upper_quartile: f64,
}

/// The time that each entry took in each round, in nanoseconds a unit.
pub type Rounds = Vec<Vec<f64>>;

/// Times all entries in processes of their own: `timed` are the arguments with which this program prints the [`Rounds`] that
/// it measures. What it titles them comes last.
pub fn in_processes(plan: &Plan, title: &str, timed: &[&str]) -> io::Result<Vec<Timing>> {
    let mut all = Rounds::new();
    for process in 1..=plan.processes {
        let title = format!("{title} {process}/{}", plan.processes);
        let output = Command::new(env::current_exe()?).args(timed).arg(title).stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(io::Error::other(format!("timing ended with {}", output.status)));
        }
        let rounds: Rounds = serde_json::from_slice(&output.stdout)?;
        all.resize(rounds.len(), Vec::new());
        all.iter_mut().zip(rounds).for_each(|(all, rounds)| all.extend(rounds));
    }
    Ok(all.into_iter().map(timing).collect())
}

/// Times all entries here.
pub fn measure(entries: &mut [Entry], plan: &Plan, title: &str) -> Rounds {
    let style =
        ProgressStyle::with_template("{msg} [{bar:40}] {pos}/{len} rounds, {eta} left").expect("it is well formed");
    let progress = ProgressBar::new(plan.rounds as u64).with_style(style).with_message(title.to_owned());
    progress.tick();
    let passes: Vec<u32> = entries.iter_mut().map(|entry| passes(entry, plan.turn)).collect();
    let mut rounds = vec![Vec::with_capacity(plan.rounds); entries.len()];
    for round in 0..plan.rounds {
        // each begins elsewhere, so that nobody always follows the same one
        for turn in 0..entries.len() {
            let i = (round * 31 + turn) % entries.len();
            let time = run(&mut entries[i], passes[i]);
            rounds[i].push(time.as_secs_f64() * 1e9 / f64::from(passes[i]) / entries[i].units as f64);
        }
        progress.inc(1);
    }
    progress.finish();
    rounds
}

fn run(entry: &mut Entry, passes: u32) -> Duration {
    let job = &mut entry.job;
    job.prepare();
    if !job.consumes() {
        let start = Instant::now();
        for _ in 0..passes {
            black_box(job.run());
        }
        return start.elapsed();
    }
    let mut total = Duration::ZERO;
    for pass in 0..passes {
        if pass > 0 {
            job.prepare();
        }
        let start = Instant::now();
        black_box(job.run());
        total += start.elapsed();
    }
    total
}

/// As many as fit into a turn. What prepares a pass may take four times as long.
fn passes(entry: &mut Entry, turn: Duration) -> u32 {
    let mut best = Duration::MAX;
    let mut preparing = Duration::MAX;
    for _ in 0..3 {
        let start = Instant::now();
        entry.job.prepare();
        preparing = preparing.min(start.elapsed());
        let start = Instant::now();
        black_box(entry.job.run());
        best = best.min(start.elapsed());
    }
    let by_running = turn.as_secs_f64() / best.as_secs_f64();
    let by_preparing = if entry.job.consumes() { 4.0 * turn.as_secs_f64() / preparing.as_secs_f64() } else { f64::MAX };
    by_running.min(by_preparing).ceil().clamp(1.0, 100_000.0) as u32
}

fn timing(mut rounds: Vec<f64>) -> Timing {
    rounds.sort_unstable_by(f64::total_cmp);
    let at = |quarter: usize| rounds[(rounds.len() - 1) * quarter / 4];
    Timing { median: at(2), lower_quartile: at(1), upper_quartile: at(3) }
}
