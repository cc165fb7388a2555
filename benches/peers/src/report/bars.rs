//! The bars that mqtt-wire sets itself, and where it stands.

use workloads::entries::{LOOKUP, MATCHING};
use workloads::ours::OURS;

use crate::report::WORKLOADS;
use crate::report::standings::Standings;
use crate::report::tables::{nanoseconds, table};
use crate::results::Counts;

/// Decoding: at least so many times faster than the best peer; and what would be good.
const DECODING: [(f64, f64); 7] = [(1.8, 2.0), (2.4, 2.6), (2.0, 3.0), (1.2, 1.3), (1.7, 3.0), (1.7, 3.0), (2.4, 3.3)];

/// Encoding: at most so many times the time of the best peer that is right; and what would be good.
const ENCODING: [(f64, f64); 7] =
    [(1.0, 0.6), (1.0, 0.8), (1.0, 0.6), (1.0, 1.0), (1.0, 0.75), (1.05, 0.8), (1.15, 0.9)];

/// Decoding W1: at most so many times the time of hand-min.
const TO_HAND_MIN: f64 = 1.3;
/// W4 without its payload: at most so many nanoseconds, either way.
const HEAD: f64 = 50.0;
/// Matching: at most so many nanoseconds a pair.
const PAIR: f64 = 6.0;
/// The filter table: at most so many nanoseconds a name.
const NAME: f64 = 600.0;

fn standing(reaches_bar: bool, reaches_goal: bool) -> String {
    match (reaches_bar, reaches_goal) {
        (_, true) => "goal".into(),
        (true, _) => "bar".into(),
        _ => "**missed**".into(),
    }
}

/// A row with a cell for each workload.
fn row(name: &str, cell: impl Fn(usize, &str) -> String) -> (String, Vec<String>) {
    (name.into(), WORKLOADS.iter().enumerate().map(|(i, workload)| cell(i, workload)).collect())
}

/// The rows, without those of the bars unless they are set.
fn chosen(rows: &[(String, Vec<String>)], set: bool) -> Vec<(String, Vec<String>)> {
    rows.iter().filter(|(name, _)| set || !(name.starts_with("bar") || name.starts_with("reached"))).cloned().collect()
}

fn heads(operation: &str) -> Vec<&str> {
    [&[operation][..], &WORKLOADS].concat()
}

/// Where mqtt-wire stands, with the bars if they are `set` for this build.
pub(super) fn decoding(standings: &Standings, set: bool) -> String {
    let group = |workload: &str| format!("{workload} decode");
    let ours = |workload: &str| standings.ours(&group(workload));
    let in_memory_name = format!("{OURS}, in memory");
    let in_memory =
        |workload: &str| standings.time(&group(workload), &in_memory_name).expect("it is in every workload");
    let best = |workload: &str| standings.best_peer(&group(workload)).median;
    let times = |workload: &str| best(workload) / ours(workload);
    let rows = [
        row("mqtt-wire, ns", |_, workload| nanoseconds(ours(workload))),
        row("mqtt-wire, in memory, ns", |_, workload| nanoseconds(in_memory(workload))),
        row("best peer, ns", |_, workload| {
            let peer = standings.best_peer(&group(workload));
            format!("{} {}", nanoseconds(peer.median), peer.name)
        }),
        row("**times faster**", |_, workload| format!("**{:.2}**", times(workload))),
        row("in memory, times faster", |_, workload| format!("{:.2}", best(workload) / in_memory(workload))),
        row("bar / goal, at least", |i, _| format!("{} / {}", DECODING[i].0, DECODING[i].1)),
        row("reached", |i, workload| {
            let (bar, goal) = DECODING[i];
            standing(times(workload) >= bar, times(workload) >= goal)
        }),
        row("to hand-min's time", |_, workload| {
            standings
                .time(&group(workload), "hand-min")
                .map_or(String::new(), |floor| format!("{:.2}", ours(workload) / floor))
        }),
    ];
    table(&heads("decode"), &chosen(&rows, set))
}

/// The same of encoding.
pub(super) fn encoding(standings: &Standings, set: bool) -> String {
    let group = |workload: &str| format!("{workload} encode");
    let to_peer = |name: &str, workload: &str| {
        let time = standings.time(&group(workload), name).expect("it is in every group");
        time / standings.best_peer(&group(workload)).median
    };
    let forwarding = format!("{OURS}, forwarding");
    let reached = |name: &str, i: usize, workload: &str| {
        let (bar, goal) = ENCODING[i];
        standing(to_peer(name, workload) <= bar, to_peer(name, workload) <= goal)
    };
    let rows = [
        row("mqtt-wire, ns", |_, workload| nanoseconds(standings.ours(&group(workload)))),
        row("mqtt-wire, forwarding, ns", |_, workload| {
            standings.time(&group(workload), &forwarding).map_or(String::new(), nanoseconds)
        }),
        row("best correct peer, ns", |_, workload| {
            let peer = standings.best_peer(&group(workload));
            format!("{} {}", nanoseconds(peer.median), peer.name)
        }),
        row("**to its time**", |_, workload| format!("**{:.2}**", to_peer(OURS, workload))),
        row("forwarding, to its time", |_, workload| format!("{:.2}", to_peer(&forwarding, workload))),
        row("bar / goal, at most", |i, _| format!("{} / {}", ENCODING[i].0, ENCODING[i].1)),
        row("reached", |i, workload| reached(OURS, i, workload)),
        row("reached, forwarding", |i, workload| reached(&forwarding, i, workload)),
        row("to hand-min's time", |_, workload| {
            let floor = standings.time(&group(workload), "hand-min");
            floor.map_or(String::new(), |floor| format!("{:.2}", standings.ours(&group(workload)) / floor))
        }),
    ];
    table(&heads("encode"), &chosen(&rows, set))
}

/// The bars that are no comparison with a peer.
pub(super) fn others(standings: &Standings, allocations: &Counts) -> String {
    let head = format!("{OURS}, head only");
    let time = |group: &str, name: &str| standings.time(group, name).expect("it is there");
    let to_hand_min = standings.ours("W1 decode") / time("W1 decode", "hand-min");
    let of_ours = |group: &std::collections::BTreeMap<String, f64>| {
        group.iter().filter(|(name, _)| name.starts_with(OURS)).map(|(_, count)| *count).sum::<f64>()
    };
    let allocated: f64 = allocations.values().map(of_ours).sum();
    let line = |what: &str, is: String, bar: String, reached: bool| {
        (what.to_owned(), vec![is, bar, standing(reached, reached)])
    };
    let within =
        |what: &str, time: f64, bar: f64| line(what, format!("{time:.1} ns"), format!("{bar} ns"), time <= bar);
    let rows = [
        line(
            "W1 decode, to hand-min's time",
            format!("{to_hand_min:.2}"),
            format!("{TO_HAND_MIN}"),
            to_hand_min <= TO_HAND_MIN,
        ),
        within("W4 decode, head only", time("W4 decode", &head), HEAD),
        within("W4 encode, head only", time("W4 encode", &head), HEAD),
        within("matching a name and a filter, some shared", standings.ours(MATCHING), PAIR),
        within("looking a name up among 1,000 filters", standings.ours(LOOKUP), NAME),
        line("allocations of mqtt-wire, in all of this", format!("{allocated}"), "0".into(), allocated == 0.0),
    ];
    table(&["", "is", "at most", "reached"], &rows)
}
