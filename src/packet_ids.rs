//! Which packet identifiers are in use (section 2.3.1 of MQTT 3.1.1, 2.2.1 of 5.0).

use core::fmt;
use core::iter;

use crate::delivery::PacketId;

/// The packet identifiers that are in use: a set with a bit an identifier, in storage of the caller's.
///
/// A sender takes one for every new PUBLISH at QoS 1 or 2, SUBSCRIBE and UNSUBSCRIBE, and no two of them share one until the
/// last answer has arrived: PUBACK, PUBCOMP, SUBACK, UNSUBACK, and in 5.0 a PUBREC that says what went wrong
/// \[MQTT-2.3.1-2, MQTT-2.3.1-3, MQTT-2.3.1-4 of 3.1.1; MQTT-2.2.1-3, MQTT-2.2.1-4 of 5.0\]. Client and server each number
/// their own packets: what one side has in use, the other may use as well. The set belongs to the session, which may outlive
/// the connection.
///
/// ```
/// use mqtt_wire::{PacketId, PacketIds};
///
/// let mut in_use = PacketIds::new([0; 1]); // 32 packets under way at most
/// let first = in_use.allocate().expect("all are free");
/// let second = in_use.allocate().expect("31 are free");
/// assert_eq!((first, second.get()), (PacketId::FIRST, 2));
///
/// assert!(in_use.release(first)); // its PUBACK has arrived
/// assert!(!in_use.release(first)); // a PUBACK that answers nothing
/// assert_eq!(in_use.allocate().map(PacketId::get), Some(3)); // 1 has its turn when all others had theirs
/// ```
///
/// A receiver of messages at QoS 2 keeps the identifiers from PUBLISH to PUBREL in such a set too: what it cannot
/// [`reserve`](Self::reserve), it has seen before and does not pass on a second time \[MQTT-4.3.3-2 of 3.1.1, MQTT-4.3.3-10 of
/// 5.0\]. It has to hold whatever identifier the sender chooses, all 65,535 of them.
///
/// Storage: an array, a slice or a vector of `u32`. A word holds 32 identifiers, so `[u32; 1]` serves 1 to 32 and `[u32; 2048]`
/// all of them in 8 KiB; words beyond that are not used. The rest takes 2 bytes. To allocate looks at each word twice at most;
/// to reserve, to release and to ask for one identifier takes one step.
#[derive(Clone)]
pub struct PacketIds<S> {
    /// Bit 0 of the first word is identifier 1. The last bit of the 2,048th word would be 65,536: it is never set.
    words: S,
    /// The identifier that was given last; 0: none was.
    last: u16,
}

impl<const WORDS: usize> PacketIds<[u32; WORDS]> {
    /// All are free, in a constant or a static too.
    ///
    /// ```
    /// use mqtt_wire::PacketIds;
    /// const FREE: PacketIds<[u32; 2]> = PacketIds::EMPTY;
    /// assert_eq!(FREE.capacity(), 64);
    /// ```
    pub const EMPTY: Self = PacketIds { words: [0; WORDS], last: 0 };
}

impl<S: AsRef<[u32]> + AsMut<[u32]>> PacketIds<S> {
    /// All are free: what the storage held before is forgotten.
    #[must_use]
    pub fn new(storage: S) -> PacketIds<S> {
        let mut all = PacketIds { words: storage, last: 0 };
        all.clear();
        all
    }

    /// Takes the next free one behind the one that was given last, and begins again at 1 behind the largest: an identifier
    /// is not used again before all others that are free. None: all are in use.
    #[must_use]
    pub fn allocate(&mut self) -> Option<PacketId> {
        let packet_id = self.first_behind(self.last, false).or_else(|| self.first_behind(0, false))?;
        self.reserve(packet_id);
        self.last = packet_id.get();
        Some(packet_id)
    }

    /// Takes this one: of a packet that a stored session holds, or that has arrived. False: it was in use already, or it is
    /// larger than the [`capacity`](Self::capacity).
    ///
    /// ```
    /// use mqtt_wire::{PacketId, PacketIds};
    ///
    /// let mut in_use = PacketIds::new([0; 1]);
    /// let stored = [1, 3].map(|id| PacketId::new(id).expect("not 0"));
    /// assert!(stored.into_iter().all(|id| in_use.reserve(id)));
    /// assert_eq!(in_use.allocate().map(PacketId::get), Some(2));
    /// assert_eq!(in_use.allocate().map(PacketId::get), Some(4));
    /// ```
    pub fn reserve(&mut self, packet_id: PacketId) -> bool {
        let (word, bit) = place(packet_id);
        match self.words.as_mut().get_mut(word) {
            Some(word) if *word & bit == 0 => {
                *word |= bit;
                true
            }
            _ => false,
        }
    }

    /// Frees this one. False: it was free already, so that the packet which carried it answers nothing.
    pub fn release(&mut self, packet_id: PacketId) -> bool {
        let (word, bit) = place(packet_id);
        match self.words.as_mut().get_mut(word) {
            Some(word) if *word & bit != 0 => {
                *word &= !bit;
                true
            }
            _ => false,
        }
    }

    /// True if this one is in use.
    #[must_use]
    pub fn is_in_use(&self, packet_id: PacketId) -> bool {
        let (word, bit) = place(packet_id);
        self.words.as_ref().get(word).is_some_and(|word| word & bit != 0)
    }

    /// How many are in use. Looks at every word.
    #[must_use]
    pub fn in_use(&self) -> usize {
        self.words.as_ref().iter().fold(0, |sum: usize, word| sum.saturating_add(word.count_ones() as usize))
    }

    /// How many there are: 32 for each word of the storage, 65,535 at most. The largest identifier is the same number.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.words.as_ref().len().saturating_mul(32).min(usize::from(u16::MAX))
    }

    /// Those in use, in ascending order: what a session has to store.
    ///
    /// ```
    /// use mqtt_wire::{PacketId, PacketIds};
    ///
    /// let mut in_use = PacketIds::new([0; 4]);
    /// for id in [70, 5, 6] {
    ///     in_use.reserve(PacketId::new(id).expect("not 0"));
    /// }
    /// assert!(in_use.iter().map(PacketId::get).eq([5, 6, 70]));
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = PacketId> + Clone {
        iter::successors(self.first_behind(0, true), |packet_id| self.first_behind(packet_id.get(), true))
    }

    /// Frees all, and begins again at 1: for a new session.
    pub fn clear(&mut self) {
        self.words.as_mut().fill(0);
        self.last = 0;
    }

    /// The first identifier above this number that is in use, or that is free.
    fn first_behind(&self, number: u16, in_use: bool) -> Option<PacketId> {
        let of_no_interest = if in_use { 0 } else { u32::MAX };
        let mut above = u32::MAX << (number & 31);
        for (at, word) in self.words.as_ref().iter().enumerate().skip(usize::from(number >> 5)) {
            let found = (word ^ of_no_interest) & above;
            if found != 0 {
                let below = at.saturating_mul(32).saturating_add(found.trailing_zeros() as usize);
                return u16::try_from(below.saturating_add(1)).ok().and_then(PacketId::new);
            }
            above = u32::MAX;
        }
        None
    }
}

/// The word of an identifier, and its bit there.
const fn place(packet_id: PacketId) -> (usize, u32) {
    let below = packet_id.get().wrapping_sub(1);
    ((below >> 5) as usize, 1 << (below & 31))
}

/// Shows those in use.
impl<S: AsRef<[u32]> + AsMut<[u32]>> fmt::Debug for PacketIds<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(PacketId::get)).finish()
    }
}
