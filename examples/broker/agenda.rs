//! What is to be done later: wills that wait, sessions that end, news of the broker itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Condvar};
use std::time::{Duration, Instant};

use crate::session::ClientId;

/// What to look at.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Task {
    /// The will and the end of a session.
    Session(ClientId),
    /// `$SYS`, and retained messages that have expired.
    System,
}

/// Tasks by their time, each at most once.
#[derive(Default)]
pub(crate) struct Agenda {
    by_time: BTreeSet<(Instant, Task)>,
    times: BTreeMap<Task, Instant>,
    changed: Arc<Condvar>,
}

impl Agenda {
    /// Notified when there is a new task.
    pub fn changed(&self) -> Arc<Condvar> {
        self.changed.clone()
    }

    /// Puts a task down for a time, in place of the time before.
    pub fn set(&mut self, task: Task, at: Instant) {
        self.forget(&task);
        self.times.insert(task.clone(), at);
        self.by_time.insert((at, task));
        self.changed.notify_all();
    }

    pub fn forget(&mut self, task: &Task) {
        if let Some((task, at)) = self.times.remove_entry(task) {
            self.by_time.remove(&(at, task));
        }
    }

    /// The next task whose time has come.
    pub fn take_due(&mut self) -> Option<Task> {
        let (at, _) = self.by_time.first()?;
        if *at > Instant::now() {
            return None;
        }
        let (_, task) = self.by_time.pop_first()?;
        self.times.remove(&task);
        Some(task)
    }

    /// How long there is nothing to do.
    pub fn pause(&self) -> Duration {
        let until_next = |(at, _): &(Instant, Task)| at.saturating_duration_since(Instant::now());
        self.by_time.first().map_or(Duration::from_secs(60), until_next)
    }
}
