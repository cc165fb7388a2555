//! All that is run, in one list.

use crate::codec::{Contestant, Job, MakeJob};
use crate::packets::Workload;
use crate::topics::{self, Matcher, Table};

/// Something to run.
pub struct Entry {
    /// What it does: `W1 decode` and so on, [`MATCHING`] or [`LOOKUP`]. Entries of one group are compared.
    pub group: String,
    /// Who does it.
    pub name: &'static str,
    /// How many packets, pairs or names there are in a pass.
    pub units: usize,
    /// The pass.
    pub job: Box<dyn Job>,
}

/// The group of matchers, whose units are pairs of a name and a filter.
pub const MATCHING: &str = "topic matching";

/// The group of filter tables, whose units are names.
pub const LOOKUP: &str = "filter table";

/// The entries of codecs, each with every workload of its version, unless `runs` says that it does not run in that group.
pub fn of_codecs(
    workloads: &[Workload],
    contestants: impl Fn(bool) -> Vec<Contestant>,
    runs: impl Fn(&str, &'static str) -> bool,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    for workload in workloads {
        let contestants = contestants(workload.v5);
        let here = || contestants.iter().filter(|contestant| contestant.only.is_none_or(|only| only == workload.name));
        let mut push = |operation, name, job: Option<MakeJob>| {
            let group = format!("{} {operation}", workload.name);
            if let Some(job) = job.filter(|_| runs(&group, name)) {
                entries.push(Entry { group, name, units: workload.packets, job: job(workload.bytes) });
            }
        };
        here().for_each(|each| push("decode", each.name, each.decoder.as_ref().map(|decoder| decoder.job)));
        here().for_each(|each| push("encode", each.name, each.encoder.as_ref().map(|encoder| encoder.job)));
    }
    entries
}

/// The entries of matchers and tables.
pub fn of_topics(matchers: &[Matcher], tables: &[Table]) -> Vec<Entry> {
    let (names, filters) = (topics::names(), topics::filters());
    let matching = |matcher: &Matcher| {
        let (names, filters) = matcher.knows.of(&names, &filters);
        let job = (matcher.job)(&names, &filters);
        Entry { group: MATCHING.into(), name: matcher.name, units: names.len() * filters.len(), job }
    };
    let lookup = |table: &Table| Entry {
        group: LOOKUP.into(),
        name: table.name,
        units: names.len(),
        job: (table.job)(&names, &filters),
    };
    matchers.iter().map(matching).chain(tables.iter().map(lookup)).collect()
}
