//! Which of many topic filters match a topic name: a table whose storage the caller gives.

use core::cmp::Ordering;
use core::fmt;
use core::marker::PhantomData;
use core::mem;

use crate::display::display;
use crate::topic::levels::{FilterLevel, FilterLevels};
use crate::topic::lookup::Matches;
use crate::topic::matching::behind_common_words;
use crate::topic::{TopicFilter, TopicName};
use crate::wire::{Text, TextError};

/// Room for one filter and its value in a [`FilterTable`].
#[derive(Clone)]
pub struct Slot<F, V>(Option<Entry<F, V>>);

impl<F, V> Slot<F, V> {
    /// An empty slot; `[const { Slot::EMPTY }; 8]` makes eight.
    pub const EMPTY: Self = Slot(None);

    pub(crate) const fn is_taken(&self) -> bool {
        self.0.is_some()
    }
}

impl<F, V> Default for Slot<F, V> {
    fn default() -> Self {
        Slot::EMPTY
    }
}

/// Tells whether it is taken.
impl<F, V> fmt::Debug for Slot<F, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_taken() { "taken" } else { "EMPTY" })
    }
}

#[derive(Clone)]
struct Entry<F, V> {
    filter: F,
    value: V,
    /// Where a shared subscription's own filter begins; 0 for an ordinary filter.
    inner: u16,
}

impl<F: AsRef<str>, V> Slot<F, V> {
    /// The filter that names are matched with; nothing where the slot is empty.
    #[inline]
    pub(super) fn own_levels(&self) -> &[u8] {
        match &self.0 {
            Some(entry) => entry.filter.as_ref().as_bytes().get(usize::from(entry.inner)..).unwrap_or_default(),
            None => &[],
        }
    }

    /// Its filter from a byte on.
    #[inline]
    pub(super) fn rest(&self, at: usize) -> &[u8] {
        self.own_levels().get(at..).unwrap_or_default()
    }

    pub(super) fn content(&self) -> Option<(&F, &V)> {
        self.0.as_ref().map(|entry| (&entry.filter, &entry.value))
    }

    fn compare(&self, filter: TopicFilter<'_>) -> Ordering {
        let Some(entry) = &self.0 else { return Ordering::Greater };
        filter_order(self.own_levels(), filter.own_levels())
            .then_with(|| entry.filter.as_ref().as_bytes().cmp(filter.as_bytes()))
    }
}

/// Topic filters with a value each, which finds all those that match a topic name.
///
/// The storage is the caller's: an array, a slice, a vector of [`Slot`]s, one for each filter. So are the filters: whatever
/// gives a `&str`, such as literals in firmware and owned strings in a broker. Filters of 5.0 and of 3.x may stand side by side.
///
/// ```
/// use mqtt_wire::{OwnedFilterTable, topic_name};
///
/// let mut handlers = OwnedFilterTable::<&str, fn(&[u8]) -> usize, 4>::default();
/// handlers.insert("led/+/set", |payload| payload.len()).expect("a slot is free");
/// handlers.insert("$share/workers/led/#", |_| 0).expect("a slot is free");
///
/// let name = topic_name!("led/kitchen/set");
/// for (filter, handler) in handlers.matches(name) {
///     println!("{filter} takes it: {}", handler(b"on"));
/// }
/// assert_eq!(handlers.matches(name).count(), 2);
/// ```
///
/// # What it costs
/// A slot takes the filter, the value and 2 bytes, rounded up to their alignment: 16 bytes for a `&'static str` and a function
/// on a 32-bit machine. The filters are kept sorted by level. With n filters in the table,
///
/// * [`insert`](FilterTable::insert), [`remove`](FilterTable::remove) and [`get`](FilterTable::get) compare about log2(n)
///   filters; `insert` and `remove` also move the slots behind by one;
/// * [`matches`](FilterTable::matches) searches once for each different beginning that the filters share with the name, level
///   by level. Filters that begin otherwise are not looked at. Whatever the filters, no more than n are compared with each
///   level of the name. An iterator takes about 650 bytes of stack on a 64-bit machine.
///
/// Nothing is hashed, and nothing recurses: a client that chooses its filters well cannot make a lookup slower than that.
#[derive(Clone)]
pub struct FilterTable<F, V, S> {
    slots: S,
    /// How many are taken: the first ones, sorted.
    len: usize,
    content: PhantomData<Slot<F, V>>,
}

/// A [`FilterTable`] that owns its `N` slots.
pub type OwnedFilterTable<F, V, const N: usize> = FilterTable<F, V, [Slot<F, V>; N]>;

/// What [`FilterTable::insert`] did not take, with the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejected<F, V> {
    /// The filter.
    pub filter: F,
    /// Its value.
    pub value: V,
    /// The reason.
    pub reason: Rejection,
}

/// Why [`FilterTable::insert`] did not take a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// All slots are taken.
    Full,
    /// The text is no topic filter.
    NoTopicFilter(TextError),
}

display! { Rejection, |reason| reason;
    Rejection::Full => "all slots of the filter table are taken";
    Rejection::NoTopicFilter(error) => "{}", error;
}

impl core::error::Error for Rejection {}

impl<F, V> fmt::Display for Rejected<F, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl<F: fmt::Debug, V: fmt::Debug> core::error::Error for Rejected<F, V> {}

impl<F, V, const N: usize> OwnedFilterTable<F, V, N> {
    /// No filters; in a constant too.
    pub const EMPTY: Self = FilterTable { slots: [const { Slot::EMPTY }; N], len: 0, content: PhantomData };
}

impl<F, V, const N: usize> Default for OwnedFilterTable<F, V, N> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<F: AsRef<str>, V, S: AsRef<[Slot<F, V>]> + AsMut<[Slot<F, V>]>> FilterTable<F, V, S> {
    /// A table without filters; empties the slots.
    ///
    /// ```
    /// use mqtt_wire::{FilterTable, Slot};
    ///
    /// let mut slots = [const { Slot::EMPTY }; 8];
    /// let mut table = FilterTable::new(&mut slots);
    /// assert_eq!(table.insert("a/+", 1), Ok(None));
    /// ```
    #[must_use]
    pub fn new(mut slots: S) -> Self {
        slots.as_mut().fill_with(Slot::default);
        FilterTable { slots, len: 0, content: PhantomData }
    }

    /// Puts in a filter by the rules of MQTT 5.0, in which `$share/name/filter` is a shared subscription. A filter that is
    /// there already, text for text, gets the new value, and the old one is returned.
    ///
    /// # Errors
    /// No free slot, or a text that is no filter. Filter and value come back; the table is as it was.
    pub fn insert(&mut self, filter: F, value: V) -> Result<Option<V>, Rejected<F, V>> {
        let checked = TopicFilter::new(filter.as_ref()).map(|filter| filter.inner());
        self.insert_checked(filter, value, checked)
    }

    /// Puts in a filter by the rules of MQTT 3.1 and 3.1.1, in which `$share/name/filter` is an ordinary filter. The same
    /// text by the rules of 5.0 is another filter.
    ///
    /// # Errors
    /// As [`insert`](Self::insert).
    pub fn insert_v3(&mut self, filter: F, value: V) -> Result<Option<V>, Rejected<F, V>> {
        let checked = TopicFilter::new_v3(filter.as_ref()).map(|filter| filter.inner());
        self.insert_checked(filter, value, checked)
    }

    fn insert_checked(
        &mut self,
        filter: F,
        value: V,
        inner: Result<u16, TextError>,
    ) -> Result<Option<V>, Rejected<F, V>> {
        let inner = match inner {
            Ok(inner) => inner,
            Err(error) => return Err(Rejected { filter, value, reason: Rejection::NoTopicFilter(error) }),
        };
        let at = match self.find(TopicFilter::trusted(filter.as_ref().as_bytes(), inner)) {
            Ok(at) => {
                let there = self.slots.as_mut().get_mut(at).and_then(|slot| slot.0.as_mut());
                return Ok(there.map(|entry| mem::replace(&mut entry.value, value)));
            }
            Err(at) => at,
        };
        let Some(behind) = self.slots.as_mut().get_mut(at..=self.len) else {
            return Err(Rejected { filter, value, reason: Rejection::Full });
        };
        let mut carried = Slot(Some(Entry { filter, value, inner }));
        behind.iter_mut().for_each(|slot| mem::swap(slot, &mut carried));
        self.len = self.len.saturating_add(1);
        Ok(None)
    }

    /// Takes a filter out.
    pub fn remove(&mut self, filter: TopicFilter<'_>) -> Option<(F, V)> {
        let at = self.find(filter).ok()?;
        let from_there = self.slots.as_mut().get_mut(at..self.len)?;
        let mut carried = Slot::EMPTY;
        from_there.iter_mut().rev().for_each(|slot| mem::swap(slot, &mut carried));
        let entry = carried.0?;
        self.len = self.len.saturating_sub(1);
        Some((entry.filter, entry.value))
    }

    /// The value of a filter.
    #[must_use]
    pub fn get(&self, filter: TopicFilter<'_>) -> Option<&V> {
        let at = self.find(filter).ok()?;
        self.slots.as_ref().get(at)?.content().map(|(_, value)| value)
    }

    /// The value of a filter, to change it.
    pub fn get_mut(&mut self, filter: TopicFilter<'_>) -> Option<&mut V> {
        let at = self.find(filter).ok()?;
        self.slots.as_mut().get_mut(at)?.0.as_mut().map(|entry| &mut entry.value)
    }

    /// All filters that match `name`, with their values: each once, in the order of [`iter`](Self::iter).
    ///
    /// ```
    /// use mqtt_wire::{OwnedFilterTable, topic_name};
    ///
    /// let mut table = OwnedFilterTable::<String, u32, 8>::default();
    /// for (filter, client) in [("sport/#", 1), ("sport/+/score", 2), ("sport/golf", 3), ("#", 4)] {
    ///     table.insert(filter.into(), client)?;
    /// }
    /// let clients = table.matches(topic_name!("sport/tennis/score")).map(|(_, client)| *client);
    /// assert!(clients.eq([4, 1, 2]));
    /// # Ok::<(), mqtt_wire::Rejected<String, u32>>(())
    /// ```
    #[must_use]
    pub fn matches<'t>(&'t self, name: TopicName<'t>) -> Matches<'t, F, V> {
        Matches::new(self.taken(), name)
    }

    /// All filters with their values, sorted level by level: a parent before its children, `#` before `+`, and both before text.
    pub fn iter<'t>(&'t self) -> impl Iterator<Item = (&'t F, &'t V)> + Clone
    where
        V: 't,
    {
        self.taken().iter().filter_map(Slot::content)
    }

    /// How many filters are in the table.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many filters have room: the number of slots.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.slots.as_ref().len()
    }

    /// Takes all filters out.
    pub fn clear(&mut self) {
        self.slots.as_mut().fill_with(Slot::default);
        self.len = 0;
    }

    /// Moves all filters into other storage, such as a longer vector when the table is full. The slots given are emptied first.
    ///
    /// ```
    /// use mqtt_wire::{FilterTable, Slot};
    ///
    /// let mut table = FilterTable::new(vec![Slot::EMPTY; 1]);
    /// table.insert("a", 1).expect("a slot is free");
    /// let refused = table.insert("b", 2).expect_err("no slot is free");
    /// let mut table = table.move_to(vec![Slot::EMPTY; 2]).ok().expect("there are more slots");
    /// assert_eq!(table.insert(refused.filter, refused.value), Ok(None));
    /// ```
    ///
    /// # Errors
    /// Fewer slots than filters: the table comes back as it was.
    pub fn move_to<S2>(mut self, slots: S2) -> Result<FilterTable<F, V, S2>, Self>
    where
        S2: AsRef<[Slot<F, V>]> + AsMut<[Slot<F, V>]>,
    {
        if slots.as_ref().len() < self.len {
            return Err(self);
        }
        let mut moved = FilterTable::new(slots);
        moved.len = self.len;
        moved.slots.as_mut().iter_mut().zip(self.slots.as_mut()).take(self.len).for_each(|(to, from)| {
            mem::swap(to, from);
        });
        Ok(moved)
    }

    fn taken(&self) -> &[Slot<F, V>] {
        self.slots.as_ref().get(..self.len).unwrap_or_default()
    }

    /// Where it is, or where it belongs.
    fn find(&self, filter: TopicFilter<'_>) -> Result<usize, usize> {
        self.taken().binary_search_by(|slot| slot.compare(filter))
    }
}

impl<F: AsRef<str>, V: fmt::Debug, S: AsRef<[Slot<F, V>]> + AsMut<[Slot<F, V>]>> fmt::Debug for FilterTable<F, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(filter, value)| (filter.as_ref(), value))).finish()
    }
}

/// Sorts level by level: '#', then '+', then text. Levels that are the same are passed over by words.
fn filter_order(ours: &[u8], theirs: &[u8]) -> Ordering {
    let (rest, _) = behind_common_words(ours, theirs);
    let same = ours.len().saturating_sub(rest.len());
    let levels = ours.get(..same).unwrap_or_default();
    let at = levels.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash.saturating_add(1));
    let [ours, theirs] = [ours, theirs].map(|filter| FilterLevels::of(filter.get(at..).unwrap_or_default()));
    ours.map(rank).cmp(theirs.map(rank))
}

fn rank(level: FilterLevel<'_>) -> (u8, Option<Text<'_>>) {
    match level {
        FilterLevel::MultiLevelWildcard => (0, None),
        FilterLevel::SingleLevelWildcard => (1, None),
        FilterLevel::Text(text) => (2, Some(text)),
    }
}
