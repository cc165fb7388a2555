//! Holds the decoder of mqtt-wire against a model of the standards, over spaces of inputs that are gone through whole.
//!
//! Without arguments it does what takes a minute on two cores; with `--four-bytes` what takes half an hour. The first input
//! of which decoder and model say different things ends it, with what each says.

mod check;
mod codes;
#[path = "../../corpus/mod.rs"]
mod corpus;
mod fields;
mod inputs;
mod integers;
mod model;
mod packets;
mod properties;
mod short;

use check::Totals;
use clap::{Parser, ValueEnum};
use indicatif::{HumanCount, ParallelProgressIterator, ProgressBar, ProgressStyle};
use mqtt_wire::{Side, Version};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::ops::Add;
use std::time::Instant;

/// A space of inputs, cut into jobs.
pub struct Sweep {
    name: String,
    jobs: u64,
    run: Box<dyn Fn(u64) -> Totals + Send + Sync>,
}

impl Sweep {
    fn new(name: impl Into<String>, jobs: u64, run: impl Fn(u64) -> Totals + Send + Sync + 'static) -> Sweep {
        Sweep { name: name.into(), jobs, run: Box::new(run) }
    }
}

/// Goes through whole spaces of inputs, and holds what mqtt-wire says of each against a model of the standards.
#[derive(Parser)]
#[command(max_term_width = 100)]
struct Arguments {
    /// Sweeps every input of 4 bytes instead, which is 2^32 for each version and receiver, and every string of 4 bytes as a
    /// Subscription Identifier
    #[arg(long)]
    four_bytes: bool,
    /// Sweeps 4 bytes in this version only; may be given several times
    #[arg(long, requires = "four_bytes")]
    version: Vec<Edition>,
    /// Sweeps 4 bytes by this receiver only; may be given several times
    #[arg(long, requires = "four_bytes")]
    receiver: Vec<Receiver>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Edition {
    #[value(name = "3.1")]
    V3_1,
    #[value(name = "3.1.1")]
    V3_1_1,
    #[value(name = "5.0")]
    V5_0,
}

#[derive(Clone, Copy, ValueEnum)]
enum Receiver {
    Server,
    Client,
    Bystander,
}

fn main() {
    let arguments = Arguments::parse();
    let sweeps = if arguments.four_bytes { of_four_bytes(&arguments) } else { of_a_minute() };
    let begin = Instant::now();
    println!("{:58}{:>16}{:>14}{:>16}{:>16}{:>9}", "", "inputs", "taken", "refused", "waiting", "seconds");
    let all = sweeps.iter().map(go_through).reduce(Add::add).unwrap_or_default();
    if sweeps.len() > 1 {
        print_row("all of them", &all, begin);
    }
    if all.with_one_code > 0 {
        let count = HumanCount(all.with_one_code);
        println!("Of what MQTT 5.0 refuses, {count} leave one reason code to refuse them with, which was told.");
    }
}

fn of_a_minute() -> Vec<Sweep> {
    vec![
        short::up_to_three_bytes(),
        integers::remaining_lengths(),
        integers::subscription_identifiers(),
        integers::strings_as_remaining_lengths(Version::V5_0),
        fields::first_bytes(),
        fields::connect_flags(),
        fields::subscription_options(),
        fields::topics(),
        codes::of_connack(),
        codes::of_acknowledgements(),
        codes::of_suback_and_unsuback(),
        codes::of_disconnect_and_auth(),
        properties::identifiers_and_values(),
        properties::pairs(),
        properties::cut_short(),
        properties::two_byte_values(),
        properties::block_sizes(),
        properties::longest_values(),
        packets::cut_short(),
        packets::every_byte(),
    ]
}

fn of_four_bytes(arguments: &Arguments) -> Vec<Sweep> {
    let versions = arguments.version.iter().map(|version| match version {
        Edition::V3_1 => Version::V3_1,
        Edition::V3_1_1 => Version::V3_1_1,
        Edition::V5_0 => Version::V5_0,
    });
    let receivers = arguments.receiver.iter().map(|receiver| match receiver {
        Receiver::Server => Some(Side::Server),
        Receiver::Client => Some(Side::Client),
        Receiver::Bystander => None,
    });
    let (versions, receivers): (Vec<_>, Vec<_>) = (versions.collect(), receivers.collect());
    let mut sweeps = short::four_bytes(&versions, &receivers);
    if versions.is_empty() && receivers.is_empty() {
        sweeps.push(integers::strings_as_remaining_lengths(Version::V3_1_1));
        sweeps.push(integers::strings_as_subscription_identifiers());
    }
    sweeps
}

fn go_through(sweep: &Sweep) -> Totals {
    let begin = Instant::now();
    let style = ProgressStyle::with_template("{msg} {wide_bar} {percent:>3} %, {eta} left").expect("a valid template");
    // Drawn on a terminal only.
    let bar = ProgressBar::new(sweep.jobs).with_style(style).with_message(sweep.name.clone());
    let jobs = (0..sweep.jobs).into_par_iter().progress_with(bar.clone());
    let totals = jobs.map(|job| (sweep.run)(job)).reduce(Totals::default, Add::add);
    bar.finish_and_clear();
    print_row(&sweep.name, &totals, begin);
    totals
}

fn print_row(name: &str, totals: &Totals, begin: Instant) {
    let counts =
        [totals.all(), totals.taken, totals.refused, totals.waiting].map(|count| HumanCount(count).to_string());
    let [all, taken, refused, waiting] = counts;
    println!("{name:58}{all:>16}{taken:>14}{refused:>16}{waiting:>16}{:>9.1}", begin.elapsed().as_secs_f64());
}
