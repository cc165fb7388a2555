//! What is to be done later: wills that wait, sessions that end, news of the broker itself.

use std::collections::BTreeSet;
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

/// Tasks by their time. What has become needless in between is found out then.
#[derive(Default)]
pub(crate) struct Agenda {
    tasks: BTreeSet<(Instant, Task)>,
    changed: Arc<Condvar>,
}

impl Agenda {
    /// Notified when there is a new task.
    pub fn changed(&self) -> Arc<Condvar> {
        self.changed.clone()
    }

    pub fn add(&mut self, at: Instant, task: Task) {
        self.tasks.insert((at, task));
        self.changed.notify_all();
    }

    /// The next task whose time has come.
    pub fn take_due(&mut self) -> Option<Task> {
        let (at, _) = self.tasks.first()?;
        if *at > Instant::now() { None } else { self.tasks.pop_first().map(|(_, task)| task) }
    }

    /// How long there is nothing to do.
    pub fn pause(&self) -> Duration {
        let until_next = |(at, _): &(Instant, Task)| at.saturating_duration_since(Instant::now());
        self.tasks.first().map_or(Duration::from_secs(60), until_next)
    }
}
