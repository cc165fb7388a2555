//! mqtt-wire beside other crates: who is fast, who allocates, who is right.

pub mod codecs;
pub mod machine;
pub mod matchers;
pub mod profile;
pub mod report;
pub mod results;
pub mod rounds;
pub mod verify;

use workloads::entries::{self, Entry};
use workloads::packets;
use workloads::topics::TABLES;

use crate::results::Verdict;
use crate::verify::Verdicts;

/// Everything that can be run, mqtt-wire, the floors and the peers, and the verdict on each. What panics is not run.
pub fn all() -> (Vec<Entry>, Verdicts) {
    let (workloads, matchers) = (packets::all(), matchers::all());
    let mut verdicts = verify::codecs(&workloads, codecs::all);
    verdicts.extend(verify::matchers(&matchers));
    verdicts.extend(verify::tables(&matchers, &TABLES));
    let runs = |group: &str, name| !matches!(verdicts.get(&(group.to_owned(), name)), Some(Verdict::Panics(_)));
    let mut entries = entries::of_codecs(&workloads, codecs::all, runs);
    entries.extend(entries::of_topics(&matchers, &TABLES));
    (entries, verdicts)
}
