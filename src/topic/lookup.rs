//! Finding the filters of a [`FilterTable`](crate::FilterTable) that match a topic name.
//!
//! The slots are sorted level by level: first the filters that end, then those that go on with '#', with '+', and with a
//! text. So the filters that match the first levels of a name in the same way are neighbours, a [`Branch`]; and the next
//! level of the name makes two branches of it at most, that of '+' and that of its text.

use core::cmp::Ordering;
use core::fmt;
use core::iter::FusedIterator;
use core::mem;

use crate::topic::TopicName;
use crate::topic::matching::{after_level, is_kept_from, walk};
use crate::topic::table::Slot;

/// How many branches can wait: one for each level at which filters go on with '+' and others with the text. Where more
/// would have to wait, filters are compared one by one.
const WAITING: usize = 16;

/// The filters of a [`FilterTable`](crate::FilterTable) that match a topic name, with their values.
pub struct Matches<'t, F, V> {
    name: &'t [u8],
    /// Two runs of filters that match.
    found: [&'t [Slot<F, V>]; 2],
    /// Filters to compare one by one.
    compared: Branch<'t, F, V>,
    followed: Branch<'t, F, V>,
    waiting: [Branch<'t, F, V>; WAITING],
    waiting_len: usize,
}

/// Neighbours whose first levels match those of the name in the same way.
struct Branch<'t, F, V> {
    slots: &'t [Slot<F, V>],
    /// Where the next level begins in all these filters.
    filter_at: usize,
    /// Where the next level begins in the name.
    name_at: usize,
}

impl<'t, F: AsRef<str>, V> Matches<'t, F, V> {
    pub(super) fn new(slots: &'t [Slot<F, V>], name: TopicName<'t>) -> Self {
        let name = name.as_bytes();
        let (_, slots) = split_run(slots, |slot| is_kept_from(slot.own_levels(), name));
        Matches {
            name,
            found: [&[]; 2],
            compared: Branch::NONE,
            followed: Branch { slots, filter_at: 0, name_at: 0 },
            waiting: [Branch::NONE; WAITING],
            waiting_len: 0,
        }
    }

    /// Follows a branch by one level of the name.
    fn follow(&mut self) {
        let branch = mem::replace(&mut self.followed, Branch::NONE);
        if branch.slots.len() == 1 {
            self.compared = branch;
            return;
        }
        let name = self.name.get(branch.name_at..).unwrap_or_default();
        let below = after_level(name);
        let level = name.get(..name.len().saturating_sub(below.len())).unwrap_or_default();

        let at = branch.filter_at;
        let (all_levels, others) = split_run(branch.slots, |slot| slot.rest(at).first() == Some(&b'#'));
        let (any_level, texts) = split_run(others, |slot| slot.rest(at).first() == Some(&b'+'));
        let before = texts.partition_point(|slot| level_order(slot.rest(at), level) == Ordering::Less);
        let (_, texts) = texts.split_at_checked(before).unwrap_or_default();
        let (same_level, _) = split_run(texts, |slot| level_order(slot.rest(at), level) == Ordering::Equal);

        let (after_any, after_same) = (at.saturating_add(1), at.saturating_add(level.len()));
        self.found[0] = all_levels;
        if below.is_empty() {
            let (ends, _) = split_run(any_level, |slot| matches!(slot.rest(after_any), [] | [b'/', b'#']));
            self.found[0] = branch.slots.get(..all_levels.len().saturating_add(ends.len())).unwrap_or_default();
            (self.found[1], _) = split_run(same_level, |slot| matches!(slot.rest(after_same), [] | [b'/', b'#']));
            return;
        }
        let name_at = branch.name_at.saturating_add(level.len()).saturating_add(1);
        let below = |slots, after| {
            let (_, slots) = split_run(slots, |slot: &Slot<F, V>| slot.rest(after).is_empty());
            Branch { slots, filter_at: after.saturating_add(1), name_at }
        };
        let (any_level, same_level) = (below(any_level, after_any), below(same_level, after_same));
        if any_level.slots.is_empty() {
            self.followed = same_level;
        } else if same_level.slots.is_empty() {
            self.followed = any_level;
        } else if let Some(free) = self.waiting.get_mut(self.waiting_len) {
            *free = same_level;
            self.waiting_len = self.waiting_len.saturating_add(1);
            self.followed = any_level;
        } else {
            self.compared = any_level;
            self.followed = same_level;
        }
    }

    fn next_found(&mut self) -> Option<&'t Slot<F, V>> {
        let [first, second] = &mut self.found;
        if first.is_empty() {
            *first = mem::take(second);
        }
        let (slot, rest) = first.split_first()?;
        *first = rest;
        Some(slot)
    }

    fn next_compared(&mut self) -> Option<&'t Slot<F, V>> {
        let Branch { slots, filter_at, name_at } = &mut self.compared;
        let name = self.name.get(*name_at..).unwrap_or_default();
        while let Some((slot, rest)) = slots.split_first() {
            *slots = rest;
            if walk(slot.rest(*filter_at), name) {
                return Some(slot);
            }
        }
        None
    }
}

impl<'t, F: AsRef<str>, V> Iterator for Matches<'t, F, V> {
    type Item = (&'t F, &'t V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(slot) = self.next_found().or_else(|| self.next_compared()) {
                return slot.content();
            }
            if self.followed.slots.is_empty() {
                self.waiting_len = self.waiting_len.checked_sub(1)?;
                self.followed = *self.waiting.get(self.waiting_len)?;
            }
            self.follow();
        }
    }
}

impl<F: AsRef<str>, V> FusedIterator for Matches<'_, F, V> {}

impl<F, V> Branch<'_, F, V> {
    const NONE: Self = Branch { slots: &[], filter_at: 0, name_at: 0 };
}

/// Not derived: filters and values need not be `Clone`.
impl<F, V> Clone for Branch<'_, F, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F, V> Copy for Branch<'_, F, V> {}

impl<F, V> Clone for Matches<'_, F, V> {
    fn clone(&self) -> Self {
        Matches { ..*self }
    }
}

impl<F: AsRef<str> + fmt::Debug, V: fmt::Debug> fmt::Debug for Matches<'_, F, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.clone()).finish()
    }
}

/// Splits off the slots at the beginning that are `alike`. Behind them no slot is. Looks at the first of them before it
/// halves what is left, since most runs are short.
fn split_run<T>(slots: &[T], alike: impl Fn(&T) -> bool) -> (&[T], &[T]) {
    if slots.last().is_some_and(&alike) {
        return (slots, &[]);
    }
    let (mut alike_before, mut ahead) = (0_usize, 1_usize);
    let mut rest = slots;
    while let Some((within, behind)) = rest.split_at_checked(ahead) {
        if !within.last().is_some_and(&alike) {
            break;
        }
        alike_before = alike_before.saturating_add(ahead);
        ahead = ahead.saturating_mul(2);
        rest = behind;
    }
    let within = rest.get(..ahead).unwrap_or(rest).partition_point(alike);
    slots.split_at_checked(alike_before.saturating_add(within)).unwrap_or_default()
}

/// How the first level of a filter sorts beside a level of a name.
fn level_order(filter: &[u8], level: &[u8]) -> Ordering {
    let mut filter = filter.iter();
    for byte in level {
        match filter.next() {
            None | Some(b'/') => return Ordering::Less,
            Some(ours) if ours != byte => return ours.cmp(byte),
            _ => {}
        }
    }
    match filter.next() {
        None | Some(b'/') => Ordering::Equal,
        _ => Ordering::Greater,
    }
}
