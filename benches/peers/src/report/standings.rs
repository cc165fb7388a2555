//! Who stands where in a run.

use workloads::floors::floors;
use workloads::ours::OURS;
use workloads::topics::{MATCHERS, TABLES};

use crate::results::{Row, Run, Verdict};

/// A run that is asked for its rows.
pub(super) struct Standings(pub(super) Run);

/// Whose row it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// mqtt-wire.
    Ours,
    /// mqtt-wire, used in another way.
    Variant,
    /// What no codec can do without, or a comparison written for it.
    Floor,
    /// Another crate.
    Peer,
}

/// Rows that are no match for the others.
const NOT_COMPARED: [(&str, &str); 1] = [("W4 encode", "ntex-mqtt")]; // it links the payload, and does not copy it

impl Row {
    pub(super) fn kind(&self) -> Kind {
        kind(&self.name)
    }

    /// True if it counts as a peer that is right.
    fn is_correct_peer(&self) -> bool {
        self.kind() == Kind::Peer
            && matches!(self.verdict, Verdict::Equal | Verdict::Remark(_))
            && !NOT_COMPARED.contains(&(&self.group, &self.name))
    }

    /// True if a table has to mark it.
    pub(super) fn is_marked(&self) -> bool {
        self.kind() == Kind::Peer && !self.is_correct_peer()
    }
}

pub(super) fn kind(name: &str) -> Kind {
    let of_codecs = [false, true].into_iter().flat_map(floors).map(|floor| floor.name);
    let of_topics = MATCHERS.iter().map(|matcher| matcher.name).chain(TABLES.iter().map(|table| table.name));
    match name.strip_prefix(OURS) {
        Some("") => Kind::Ours,
        Some(_) => Kind::Variant,
        None if of_codecs.chain(of_topics).any(|floor| floor == name) => Kind::Floor,
        None => Kind::Peer,
    }
}

impl Standings {
    /// The rows of a group.
    pub(super) fn group<'s>(&'s self, group: &str) -> impl Iterator<Item = &'s Row> {
        self.0.rows.iter().filter(move |row| row.group == group)
    }

    /// The row of this name.
    pub(super) fn row(&self, group: &str, name: &str) -> Option<&Row> {
        self.group(group).find(|row| row.name == name)
    }

    /// Nanoseconds of the row of this name.
    pub(super) fn time(&self, group: &str, name: &str) -> Option<f64> {
        self.row(group, name).map(|row| row.median)
    }

    /// Nanoseconds of mqtt-wire.
    pub(super) fn ours(&self, group: &str) -> f64 {
        self.time(group, OURS).expect("mqtt-wire is in every group")
    }

    /// The fastest peer that is right, if there is a peer.
    pub(super) fn find_best_peer(&self, group: &str) -> Option<&Row> {
        let peers = self.group(group).filter(|row| row.is_correct_peer());
        peers.min_by(|a, b| a.median.total_cmp(&b.median))
    }

    /// The fastest peer that is right.
    pub(super) fn best_peer(&self, group: &str) -> &Row {
        self.find_best_peer(group).expect("a peer is right in every workload")
    }

    /// The names in a selection of groups, each once, in order.
    pub(super) fn names(&self, is_in: impl Fn(&str) -> bool) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for row in self.0.rows.iter().filter(|row| is_in(&row.group)) {
            if !names.contains(&row.name.as_str()) {
                names.push(&row.name);
            }
        }
        names
    }

    /// What lies between the quartiles of a row, as a part of its median: the median of all rows.
    pub(super) fn usual_spread(&self) -> String {
        let spread = |row: &Row| (row.upper_quartile - row.lower_quartile) / row.median;
        let mut spreads: Vec<f64> = self.0.rows.iter().map(spread).collect();
        spreads.sort_unstable_by(f64::total_cmp);
        format!("{:.1} %", spreads[spreads.len() / 2] * 100.0)
    }
}
