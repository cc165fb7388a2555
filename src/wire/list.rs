//! Lists whose elements a packet repeats to its end: subscriptions, topic filters, return codes.

use core::fmt;

use crate::packet::Version;
use crate::wire::leaf::{Error, Parsed};
use crate::wire::writer::Writer;

/// What a [`List`] can hold. Implemented by the crate alone.
pub trait ListElement<'a>: Copy + PartialEq + fmt::Debug + sealed::Wire<'a> {}

impl<'a, T: Copy + PartialEq + fmt::Debug + sealed::Wire<'a>> ListElement<'a> for T {}

pub(crate) mod sealed {
    use super::Writer;
    use crate::packet::Version;

    /// How an element stands on the wire.
    pub trait Wire<'a>: Sized {
        /// True if bytes of 3.1 may differ from what is written for them.
        const MAY_HOLD_IGNORED_BITS: bool = false;

        /// Reads an element from bytes that were checked when the packet was decoded; None at their end.
        fn read(wire: &'a [u8], version: Version) -> Option<(Self, &'a [u8])>;

        /// Writes an element.
        fn write(&self, writer: &mut Writer<'_>);
    }
}

/// A list of a packet: bytes from the wire, or a slice of the caller's. Nobody can tell which, and neither is copied.
///
/// It has no capacity. A decoded list was checked whole, so iterating cannot fail.
///
/// ```
/// use mqtt_wire::{List, QoS, topic_filter, v3::Subscription};
///
/// let wanted = [Subscription::new(topic_filter!("hello/#"), QoS::AtLeastOnce)];
/// let list = List::from(&wanted);
/// assert_eq!(list.iter().next(), Some(wanted[0]));
/// ```
#[derive(Clone, Copy)]
pub struct List<'a, T>(Source<'a, T>);

#[derive(Clone, Copy)]
enum Source<'a, T> {
    Wire(&'a [u8], Version),
    Slice(&'a [T]),
}

impl<'a, T> List<'a, T> {
    /// These elements, in a constant too; elsewhere `From` says the same.
    ///
    /// ```
    /// use mqtt_wire::{List, PacketId, QoS, topic_filter, v3::{Subscribe, Subscription}};
    /// const WANTED: Subscribe = Subscribe {
    ///     packet_id: PacketId::FIRST,
    ///     subscriptions: List::new(&[Subscription::new(topic_filter!("led/#"), QoS::AtLeastOnce)]),
    /// };
    /// assert_eq!(WANTED.encoded_len()?, 12);
    /// # Ok::<(), mqtt_wire::EncodeError>(())
    /// ```
    #[must_use]
    pub const fn new(elements: &'a [T]) -> List<'a, T> {
        List(Source::Slice(elements))
    }
}

impl<'a, T: ListElement<'a>> List<'a, T> {
    /// The elements in their order.
    #[must_use]
    pub const fn iter(&self) -> ListIter<'a, T> {
        ListIter(self.0)
    }

    /// True if there are no elements.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        match self.0 {
            Source::Wire(bytes, _) => bytes.is_empty(),
            Source::Slice(elements) => elements.is_empty(),
        }
    }

    /// The number of elements. Walks a decoded list.
    #[must_use]
    pub fn len(&self) -> usize {
        match self.0 {
            Source::Wire(..) => self.iter().count(),
            Source::Slice(elements) => elements.len(),
        }
    }

    /// Bytes from the wire are written as they are.
    pub(crate) fn write(&self, writer: &mut Writer<'_>) {
        match self.0 {
            Source::Wire(bytes, version) if !T::MAY_HOLD_IGNORED_BITS || !matches!(version, Version::V3_1) => {
                writer.bytes(bytes);
            }
            _ => self.iter().for_each(|element| element.write(writer)),
        }
    }
}

/// Everything up to the end, each element read by the `element` of the grammar.
pub(crate) fn list<'a, T: ListElement<'a>>(
    i: &'a [u8],
    version: Version,
    mut element: impl FnMut(&'a [u8]) -> Parsed<'a, T>,
) -> Result<List<'a, T>, Error> {
    let mut rest = i;
    while !rest.is_empty() {
        (rest, _) = element(rest)?;
    }
    Ok(List(Source::Wire(i, version)))
}

impl<T> Default for List<'_, T> {
    fn default() -> Self {
        List::new(&[])
    }
}

impl<'a, T> From<&'a [T]> for List<'a, T> {
    fn from(elements: &'a [T]) -> Self {
        List::new(elements)
    }
}

impl<'a, T, const N: usize> From<&'a [T; N]> for List<'a, T> {
    fn from(elements: &'a [T; N]) -> Self {
        List::new(elements)
    }
}

impl<'a, T: ListElement<'a>> IntoIterator for List<'a, T> {
    type Item = T;
    type IntoIter = ListIter<'a, T>;

    fn into_iter(self) -> ListIter<'a, T> {
        self.iter()
    }
}

impl<'a, T: ListElement<'a>> IntoIterator for &List<'a, T> {
    type Item = T;
    type IntoIter = ListIter<'a, T>;

    fn into_iter(self) -> ListIter<'a, T> {
        self.iter()
    }
}

impl<'a, T: ListElement<'a>> PartialEq for List<'a, T> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(*other)
    }
}

impl<'a, T: ListElement<'a> + Eq> Eq for List<'a, T> {}

impl<'a, T: ListElement<'a>> fmt::Debug for List<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

/// Iterates over a [`List`].
#[derive(Clone)]
pub struct ListIter<'a, T>(Source<'a, T>);

impl<'a, T: ListElement<'a>> Iterator for ListIter<'a, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        match &mut self.0 {
            Source::Wire(bytes, version) => {
                let (element, rest) = T::read(bytes, *version)?;
                *bytes = rest;
                Some(element)
            }
            Source::Slice(elements) => {
                let (element, rest) = elements.split_first()?;
                *elements = rest;
                Some(*element)
            }
        }
    }
}

impl<'a, T: ListElement<'a>> core::iter::FusedIterator for ListIter<'a, T> {}

impl<'a, T: ListElement<'a>> fmt::Debug for ListIter<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
