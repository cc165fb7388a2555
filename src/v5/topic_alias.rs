//! Topic aliases (section 3.3.2.3.4): what a receiver remembers of them, and which a sender gives.
//!
//! The two directions of a connection have nothing to do with each other: each side has one table to receive with and one to
//! send with. Both end with the connection \[MQTT-3.3.2-7\].

use core::fmt;
use core::marker::PhantomData;
use core::num::NonZeroU16;

use crate::error::{BrokenRule, Cause, Violation};
use crate::packet::Version;
use crate::packet_type::PacketType;
use crate::statement::{Citation, mqtt};
use crate::topic::TopicName;
use crate::v5::Publish;

/// What the other side's topic aliases stand for, in storage of the caller's: a slot an alias.
///
/// `T` is how the caller keeps a topic: a `String`, an `Arc<str>`, a `heapless::String`. The number of slots is the Topic Alias
/// Maximum to announce; from then on every alias up to it has to be taken \[MQTT-3.3.2-10, MQTT-3.3.2-12\]. Nothing is stored but
/// the slots, an `Option<T>` each.
///
/// ```
/// use core::num::NonZeroU16;
/// use mqtt_wire::{topic_name, v5::{Properties, Property, Publish, ReceivedTopicAliases}};
///
/// let mut aliases = ReceivedTopicAliases::new([const { None::<String> }; 10]);
/// let announced = Property::TopicAliasMaximum(aliases.topic_alias_maximum()); // in CONNECT or CONNACK
/// assert_eq!(announced, Property::TopicAliasMaximum(10));
///
/// let alias = [Property::TopicAlias(NonZeroU16::MIN)];
/// let first = Publish { properties: Properties::from(&alias), ..Publish::new(topic_name!("kitchen/celsius"), b"21.5") };
/// let second = Publish { topic: None, payload: b"21.6", ..first };
///
/// let refused = aliases.resolve(&second, |topic| Some(topic.to_string())).unwrap_err();
/// assert_eq!(refused.reason_code(), Some(0x82)); // nobody has said what the alias stands for
/// for publish in [first, second] {
///     assert_eq!(aliases.resolve(&publish, |topic| Some(topic.to_string()))?, "kitchen/celsius");
/// }
/// # Ok::<(), mqtt_wire::BrokenRule>(())
/// ```
#[derive(Clone)]
pub struct ReceivedTopicAliases<T, S> {
    /// Alias 1 is the first.
    pub(crate) topics: S,
    topic: PhantomData<T>,
}

impl<T, const SLOTS: usize> ReceivedTopicAliases<T, [Option<T>; SLOTS]> {
    /// No alias stands for anything, in a constant or a static too.
    pub const EMPTY: Self = ReceivedTopicAliases { topics: [const { None }; SLOTS], topic: PhantomData };
}

impl<T: AsRef<str>, S: AsRef<[Option<T>]> + AsMut<[Option<T>]>> ReceivedTopicAliases<T, S> {
    /// No alias stands for anything: what the slots held before is dropped.
    #[must_use]
    pub fn new(slots: S) -> ReceivedTopicAliases<T, S> {
        let mut aliases = ReceivedTopicAliases { topics: slots, topic: PhantomData };
        aliases.clear();
        aliases
    }

    /// The largest alias that it takes: the number of slots, 65,535 at most.
    #[must_use]
    pub fn topic_alias_maximum(&self) -> u16 {
        u16::try_from(self.topics.as_ref().len()).unwrap_or(u16::MAX)
    }

    /// The topic of a PUBLISH that has arrived: its own, or the one that its alias stands for. Where it has both, the alias
    /// stands for that topic from now on, and `keep` makes of it what is stored, if that is not stored already. Takes one step.
    ///
    /// # Errors
    /// After any of them the table is as before, and the connection is to be closed with the reason code of the fault:
    ///
    /// * [`UnknownTopicAlias`](Violation::UnknownTopicAlias), 0x82: an alias alone that stands for nothing.
    /// * [`TopicAliasTooLarge`](Violation::TopicAliasTooLarge), 0x94: one above the maximum \[MQTT-3.3.2-9, MQTT-3.3.2-11\].
    /// * [`NoRoomForTopic`](Violation::NoRoomForTopic), 0x97: `keep` gave nothing, or something other than the topic.
    /// * [`NoTopic`](Violation::NoTopic), 0x82: neither topic nor alias, which a decoder refuses before.
    pub fn resolve<'t, 'p: 't>(
        &'t mut self,
        publish: &Publish<'p>,
        keep: impl FnOnce(TopicName<'p>) -> Option<T>,
    ) -> Result<TopicName<'t>, BrokenRule> {
        let Some(alias) = publish.properties.topic_alias() else {
            return publish.topic.ok_or(broken(Violation::NoTopic, Citation::NONE));
        };
        let Some(slot) = self.topics.as_mut().get_mut(usize::from(alias.get()).wrapping_sub(1)) else {
            return Err(broken(Violation::TopicAliasTooLarge, mqtt!("3.3.4")));
        };
        match (publish.topic, slot) {
            (Some(topic), Some(known)) if topic == *T::as_ref(known) => Ok(topic),
            (Some(topic), slot) => {
                *slot = Some(kept(topic, keep).ok_or(broken(Violation::NoRoomForTopic, Citation::NONE))?);
                Ok(topic)
            }
            (None, Some(known)) => Ok(TopicName::trusted(T::as_ref(known).as_bytes())),
            (None, None) => Err(broken(Violation::UnknownTopicAlias, Citation::NONE)),
        }
    }

    /// Forgets all: for a new connection \[MQTT-3.3.2-7\].
    pub fn clear(&mut self) {
        self.topics.as_mut().fill_with(|| None);
    }
}

/// What is stored; that topics are of type `T` can be seen from them.
impl<T, S: fmt::Debug> fmt::Debug for ReceivedTopicAliases<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedTopicAliases").field("topics", &self.topics).finish()
    }
}

fn broken(violation: Violation, citation: Citation) -> BrokenRule {
    BrokenRule::new(Cause::new(violation, citation), PacketType::Publish, Version::V5_0)
}

/// What the caller keeps of a topic, if it is the topic, whole.
fn kept<'t, T: AsRef<str>>(topic: TopicName<'t>, keep: impl FnOnce(TopicName<'t>) -> Option<T>) -> Option<T> {
    keep(topic).filter(|kept| topic == *kept.as_ref())
}

/// The topic aliases that this side has given, in storage of the caller's: a slot an alias. When all are given, the next topic
/// takes the one that was used least recently.
///
/// It never gives more than the receiver's Topic Alias Maximum allows \[MQTT-3.3.2-9, MQTT-3.3.2-11\], which is 0 until the
/// receiver has announced one. `T` is how the caller keeps a topic, as with [`ReceivedTopicAliases`].
///
/// A slot is an `Option<T>` and 4 bytes; the rest takes 8. To give an alias takes a walk over the slots, which compares topics: a
/// few dozen of them are nothing beside sending a packet.
///
/// ```
/// use mqtt_wire::{TopicName, topic_name};
/// use mqtt_wire::v5::{Properties, Property, Publish, SentTopicAliases, TopicAliasSlot};
///
/// let maximum = 10; // `limits.server.topic_alias_maximum`, for a client
/// let mut aliases = SentTopicAliases::new([const { TopicAliasSlot::<String>::EMPTY }; 4], maximum);
/// let mut sizes = Vec::new();
/// for payload in [b"21.5", b"21.6"] {
///     let publish = Publish::new(topic_name!("kitchen/celsius"), payload);
///     let assigned = publish.topic.and_then(|topic| aliases.assign(topic, |topic| Some(topic.to_string())));
///     let sent = match assigned {
///         Some(assigned) => {
///             let properties = [Property::TopicAlias(assigned.alias)]; // and those of the message
///             let publish = Publish { topic: assigned.topic, properties: Properties::from(&properties), ..publish };
///             publish.encode(&mut [0; 64])?.len()
///         }
///         None => publish.encode(&mut [0; 64])?.len(),
///     };
///     sizes.push(sent);
/// }
/// assert_eq!(sizes, [27, 12]); // the second time the alias says it all
/// # Ok::<(), mqtt_wire::EncodeError>(())
/// ```
#[derive(Clone)]
pub struct SentTopicAliases<T, S> {
    /// Alias 1 is the first.
    pub(crate) slots: S,
    pub(crate) topic_alias_maximum: u16,
    /// Counts the topics that were asked for. It begins again after 2^32: what idles for so long stays longer than its turn.
    pub(crate) now: u32,
    topic: PhantomData<T>,
}

/// A slot of [`SentTopicAliases`].
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct TopicAliasSlot<T> {
    topic: Option<T>,
    /// When it was used last.
    used: u32,
}

impl<T> TopicAliasSlot<T> {
    /// Stands for nothing.
    pub const EMPTY: Self = TopicAliasSlot { topic: None, used: 0 };
}

/// How to send a topic: two fields of the PUBLISH.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AssignedTopicAlias<'t> {
    /// For its [`TopicAlias`](crate::v5::Property::TopicAlias).
    pub alias: NonZeroU16,
    /// For its topic: None if the receiver knows already what the alias stands for.
    pub topic: Option<TopicName<'t>>,
}

impl<T, const SLOTS: usize> SentTopicAliases<T, [TopicAliasSlot<T>; SLOTS]> {
    /// Gives no alias before it is [`clear`](Self::clear)ed with the receiver's maximum; in a constant or a static too.
    pub const EMPTY: Self = SentTopicAliases {
        slots: [const { TopicAliasSlot::EMPTY }; SLOTS],
        topic_alias_maximum: 0,
        now: 0,
        topic: PhantomData,
    };
}

impl<T: AsRef<str>, S: AsMut<[TopicAliasSlot<T>]>> SentTopicAliases<T, S> {
    /// No alias is given yet: what the slots held before is dropped. It will give as many as there are slots, but not more than
    /// this maximum of the receiver.
    #[must_use]
    pub fn new(slots: S, topic_alias_maximum: u16) -> SentTopicAliases<T, S> {
        let mut aliases = SentTopicAliases { slots, topic_alias_maximum, now: 0, topic: PhantomData };
        aliases.clear(topic_alias_maximum);
        aliases
    }

    /// The alias for a topic, and whether the topic has to be sent with it. None: send the topic without an alias, since there is
    /// none, or since `keep` gave nothing, which changes nothing. `keep` is asked for a topic that has no alias yet; it may refuse
    /// one that is too long to keep, or not worth three bytes for an alias.
    ///
    /// The receiver learns the alias from the very packet that it is assigned for: that packet has to be sent, and before any
    /// other with the alias. If it is not, [`forget`](Self::forget) it. A PUBLISH that is sent again after a new connection
    /// needs its topic again.
    pub fn assign<'t>(
        &mut self,
        topic: TopicName<'t>,
        keep: impl FnOnce(TopicName<'t>) -> Option<T>,
    ) -> Option<AssignedTopicAlias<'t>> {
        self.now = self.now.wrapping_add(1);
        let now = self.now;
        let mut oldest: Option<(u32, NonZeroU16, &mut TopicAliasSlot<T>)> = None;
        for (alias, slot) in self.usable() {
            let idle = match &slot.topic {
                Some(known) if topic == *known.as_ref() => {
                    slot.used = now;
                    return Some(AssignedTopicAlias { alias, topic: None });
                }
                Some(_) => now.wrapping_sub(slot.used),
                None => u32::MAX,
            };
            if oldest.as_ref().is_none_or(|(longest, ..)| idle > *longest) {
                oldest = Some((idle, alias, slot));
            }
        }
        let (_, alias, slot) = oldest?;
        *slot = TopicAliasSlot { topic: Some(kept(topic, keep)?), used: now };
        Some(AssignedTopicAlias { alias, topic: Some(topic) })
    }

    /// The receiver does not know this alias after all: the packet that should have told it was not sent.
    pub fn forget(&mut self, alias: NonZeroU16) {
        if let Some((_, slot)) = self.usable().find(|(usable, _)| *usable == alias) {
            slot.topic = None;
        }
    }

    /// Forgets all: for a new connection \[MQTT-3.3.2-7\], to a receiver with this maximum.
    pub fn clear(&mut self, topic_alias_maximum: u16) {
        self.slots.as_mut().fill_with(|| TopicAliasSlot::EMPTY);
        self.topic_alias_maximum = topic_alias_maximum;
    }

    /// The aliases that it may give, with their slots.
    fn usable(&mut self) -> impl Iterator<Item = (NonZeroU16, &mut TopicAliasSlot<T>)> {
        (1..=self.topic_alias_maximum).filter_map(NonZeroU16::new).zip(self.slots.as_mut())
    }
}

/// What is stored.
impl<T, S: fmt::Debug> fmt::Debug for SentTopicAliases<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentTopicAliases")
            .field("slots", &self.slots)
            .field("topic_alias_maximum", &self.topic_alias_maximum)
            .field("now", &self.now)
            .finish()
    }
}
