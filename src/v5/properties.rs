//! Property blocks: a Property Length and that many bytes of properties (section 2.2.2).

use core::fmt;
use core::num::NonZeroU32;

use crate::error::{Cause, Violation};
use crate::packet_type::Senders;
use crate::v5::place::Place;
use crate::v5::property::{Number, Property, Rows};
use crate::v5::value::{SubscriptionIdentifier, Value};
use crate::wire::{Error, Fault, Parsed, Text, Writer, fail, variable_byte_integer};

/// The properties of a packet: a checked block from the wire, or a slice of the caller's. Neither is copied, and their
/// order is kept. There is a getter for each; which packet may carry what, [`Property`] says.
///
/// ```
/// use mqtt_wire::{Decoder, Packet, Version, text, v5};
///
/// let bytes = [0x30, 0x13, 0, 1, b'a', 14, 0x01, 1, 0x26, 0, 1, b'k', 0, 1, b'v', 0x02, 0, 0, 0, 60, b'1'];
/// let Some(Packet::V5(v5::Packet::Publish(publish))) = Decoder::server(Version::V5_0).read(&mut &bytes[..])? else {
///     panic!("a PUBLISH is there")
/// };
/// assert_eq!(publish.properties.payload_format_indicator(), Some(true));
/// assert_eq!(publish.properties.message_expiry_interval(), Some(60));
/// assert_eq!(publish.properties.topic_alias(), None);
/// assert!(publish.properties.user_properties().eq([(text!("k"), text!("v"))]));
/// # Ok::<(), mqtt_wire::DecodeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Properties<'a>(Source<'a>);

#[derive(Clone, Copy)]
enum Source<'a> {
    /// A block that was checked.
    Wire(&'a [u8], Seen),
    Slice(&'a [Property<'a>]),
}

/// The place of a block, and the properties that it holds: a bit a row of the table. Never 0, so that [`Source`] needs no tag.
#[derive(Clone, Copy)]
pub(super) struct Seen(NonZeroU32);

const _: () = assert!(Number::ALL.len() == Seen::PLACE as usize, "five bits are left for the place");

impl Seen {
    /// The bit above those of the 27 rows.
    const PLACE: u32 = 27;

    pub(super) const fn nothing_in(place: Place) -> Seen {
        match NonZeroU32::new((place as u32).wrapping_add(1) << Seen::PLACE) {
            Some(bits) => Seen(bits),
            None => Seen(NonZeroU32::MIN),
        }
    }

    const fn is_in(self, place: Place) -> bool {
        self.0.get() >> Seen::PLACE == Seen::nothing_in(place).0.get() >> Seen::PLACE
    }

    pub(super) const fn has(self, number: Number) -> bool {
        self.0.get() >> number as u32 & 1 != 0
    }
}

/// The one check of what may stand where, for decoding and encoding: here, from that side, and not twice.
struct Admission {
    seen: Seen,
    /// What may still come.
    open: Rows,
}

impl Admission {
    #[inline(always)] // in memory it would be 32 bytes of stack
    fn to(place: Place, senders: Senders) -> Admission {
        Admission { seen: Seen::nothing_in(place), open: Number::allowed_in(place, senders) }
    }

    #[inline(always)]
    fn admit(&mut self, number: Number, place: Place, senders: Senders) -> Result<(), Cause> {
        let row = number.row();
        if self.open & row == 0 {
            return Err(refusal(number, place, senders));
        }
        self.seen.0 |= row;
        self.open &= Number::repeated_in(place) | !row;
        Ok(())
    }

    /// Writes a property that may stand there.
    fn write(&mut self, property: &Property<'_>, writer: &mut Writer<'_>, at: Place) {
        writer.check(self.admit(Number::of(property), at, Senders::EITHER));
        property.write(writer);
    }
}

/// Why a property is not admitted.
#[cold]
fn refusal(number: Number, place: Place, senders: Senders) -> Cause {
    let allowed = |senders| Number::allowed_in(place, senders) & number.row() != 0;
    let violation = match (allowed(senders), allowed(Senders::EITHER)) {
        (true, _) => Violation::RepeatedProperty,
        (false, true) => return Cause::new(Violation::PropertyFromWrongSide, number.of_one_side()),
        (false, false) => Violation::PropertyNotAllowed,
    };
    Cause::new(violation, place.properties())
}

/// A property block of a packet.
#[inline(always)]
pub(super) fn properties(i: &[u8], place: Place, senders: Senders) -> Parsed<'_, (Properties<'_>, Seen)> {
    let (i, (bytes, seen)) = block(i, place, senders)?;
    Ok((i, (Properties(Source::Wire(bytes, seen)), seen)))
}

fn block(i: &[u8], place: Place, senders: Senders) -> Parsed<'_, (&[u8], Seen)> {
    let (after_length, length) = variable_byte_integer(i)?;
    let Some((bytes, rest)) = after_length.split_at_checked(length) else {
        return fail(i, Violation::PropertyLengthTooLong);
    };
    match walk(bytes, place, senders) {
        Ok(seen) => Ok((rest, (bytes, seen))),
        Err(fault) => Err(in_block(fault, rest)),
    }
}

/// A fault inside a block is so many bytes before the end of the packet; a field that is cut short is cut by the Property Length.
#[cold]
fn in_block(fault: Error, rest: &[u8]) -> Error {
    let nom::Err::Error(Fault { mut cause, left }) = fault else { return fault };
    if matches!(cause.violation(), Violation::Truncated) {
        cause = Violation::PropertyTruncated.into();
    }
    nom::Err::Error(Fault { cause, left: left.wrapping_add(rest.len()) })
}

fn walk(block: &[u8], place: Place, senders: Senders) -> Result<Seen, Error> {
    let mut admission = Admission::to(place, senders);
    let mut i = block;
    while let [id, value @ ..] = i {
        let Some((number, kind)) = Number::and_kind(*id) else {
            return fail(i, Violation::UnknownProperty);
        };
        if let Err(cause) = admission.admit(number, place, senders) {
            return fail(i, cause);
        }
        i = kind.skip(value, number, place)?;
    }
    Ok(admission.seen)
}

/// Checks a block that was received in another packet than the one it is written into.
#[cold]
fn check_again(block: &[u8], place: Place) -> Result<(), Cause> {
    match walk(block, place, Senders::EITHER) {
        Err(nom::Err::Error(fault)) => Err(fault.cause),
        _ => Ok(()),
    }
}

/// What follows the identifier of the first such property of a block that was checked.
#[cfg_attr(target_pointer_width = "64", inline(always))] // with the number known, a row of comparisons
fn first_of(number: Number, mut block: &[u8]) -> Option<&[u8]> {
    loop {
        let (id, value) = block.split_first()?;
        if *id == number.id() {
            return Some(value);
        }
        block = Property::behind(block)?;
    }
}

impl<'a> Properties<'a> {
    /// No properties.
    pub const EMPTY: Properties<'static> = Properties::new(&[]);

    /// These properties, in a constant too; elsewhere `From` says the same.
    ///
    /// ```
    /// use mqtt_wire::v5::{Properties, Property};
    /// const FOR_AN_HOUR: Properties = Properties::new(&[Property::MessageExpiryInterval(3600)]);
    /// assert_eq!(FOR_AN_HOUR.message_expiry_interval(), Some(3600));
    /// ```
    #[must_use]
    pub const fn new(properties: &'a [Property<'a>]) -> Properties<'a> {
        Properties(Source::Slice(properties))
    }

    /// True if there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        match self.0 {
            Source::Wire(bytes, _) => bytes.is_empty(),
            Source::Slice(properties) => properties.is_empty(),
        }
    }

    /// The properties in their order.
    #[must_use]
    pub const fn iter(&self) -> PropertyIter<'a> {
        PropertyIter(self.0)
    }

    /// The user properties in their order: names and values, repeats included.
    pub fn user_properties(&self) -> impl Iterator<Item = (Text<'a>, Text<'a>)> + Clone + use<'a> {
        self.all_of(Number::UserProperty, |property| match property {
            Property::UserProperty(pair) => Some(pair),
            _ => None,
        })
    }

    /// The subscription identifiers in their order: a PUBLISH from a server has one for each subscription that matched.
    pub fn subscription_identifiers(&self) -> impl Iterator<Item = SubscriptionIdentifier> + Clone + use<'a> {
        self.all_of(Number::SubscriptionIdentifier, |property| match property {
            Property::SubscriptionIdentifier(identifier) => Some(identifier),
            _ => None,
        })
    }

    /// All values of a property that may stand more than once. In a block no other value is made.
    fn all_of<T: Value<'a>, F: Fn(Property<'a>) -> Option<T> + Clone>(
        &self,
        number: Number,
        value: F,
    ) -> impl Iterator<Item = T> + Clone + use<'a, T, F> {
        let mut source = self.0;
        core::iter::from_fn(move || match &mut source {
            Source::Wire(block, _) => {
                let (value, rest) = T::read(first_of(number, block)?)?;
                *block = rest;
                Some(value)
            }
            Source::Slice(properties) => loop {
                let (property, rest) = properties.split_first()?;
                *properties = rest;
                if let Some(value) = value(*property) {
                    return Some(value);
                }
            },
        })
    }

    /// The first property with this identifier. Where a decoded block has none, that is known without a walk.
    #[inline]
    pub(super) fn find<T: Value<'a>>(
        &self,
        number: Number,
        value: impl Fn(Property<'a>) -> Option<T> + Clone,
    ) -> Option<T> {
        match self.0 {
            Source::Wire(_, seen) if !seen.has(number) => None,
            _ => self.all_of(number, value).next(),
        }
    }

    /// True if it holds that property.
    pub(super) fn has(&self, number: Number) -> bool {
        match self.0 {
            Source::Wire(_, seen) => seen.has(number),
            Source::Slice(properties) => properties.iter().any(|property| Number::of(property) == number),
        }
    }

    /// The bytes of a block that was received.
    pub(super) const fn block(&self) -> Option<&'a [u8]> {
        match self.0 {
            Source::Wire(bytes, _) => Some(bytes),
            Source::Slice(_) => None,
        }
    }

    /// The bytes that the block takes, if that is known without a walk.
    pub(super) const fn at_least(&self) -> usize {
        match self.0 {
            Source::Wire(bytes, _) => bytes.len(),
            Source::Slice(_) => 0,
        }
    }

    /// Writes those that are `kept` into an open block, and gives what they are.
    pub(super) fn write_kept(&self, writer: &mut Writer<'_>, at: Place, kept: impl Fn(Number) -> bool) -> Seen {
        let mut admission = Admission::to(at, Senders::EITHER);
        self.iter()
            .filter(|property| kept(Number::of(property)))
            .for_each(|property| admission.write(&property, writer, at));
        admission.seen
    }
}

/// What a packet writes where it has its property block.
pub(super) trait WriteProperties {
    fn is_empty(&self) -> bool;

    /// Writes the block and gives what it holds.
    fn write(&self, writer: &mut Writer<'_>, at: Place) -> Seen;
}

impl WriteProperties for Properties<'_> {
    fn is_empty(&self) -> bool {
        Properties::is_empty(self)
    }

    fn write(&self, writer: &mut Writer<'_>, at: Place) -> Seen {
        match self.0 {
            Source::Wire(bytes, seen) => {
                if !seen.is_in(at) {
                    writer.check(check_again(bytes, at));
                }
                writer.variable_byte_integer(bytes.len());
                writer.bytes(bytes);
                seen
            }
            Source::Slice(properties) => {
                let mut admission = Admission::to(at, Senders::EITHER);
                let start = writer.open_length();
                writer.in_registers(|writer| {
                    properties.iter().for_each(|property| admission.write(property, writer, at))
                });
                writer.close_length(start);
                admission.seen
            }
        }
    }
}

impl<'a> IntoIterator for Properties<'a> {
    type Item = Property<'a>;
    type IntoIter = PropertyIter<'a>;

    fn into_iter(self) -> PropertyIter<'a> {
        self.iter()
    }
}

impl<'a> IntoIterator for &Properties<'a> {
    type Item = Property<'a>;
    type IntoIter = PropertyIter<'a>;

    fn into_iter(self) -> PropertyIter<'a> {
        self.iter()
    }
}

impl Default for Properties<'_> {
    fn default() -> Self {
        Properties::EMPTY
    }
}

impl<'a> From<&'a [Property<'a>]> for Properties<'a> {
    fn from(properties: &'a [Property<'a>]) -> Self {
        Properties::new(properties)
    }
}

impl<'a, const N: usize> From<&'a [Property<'a>; N]> for Properties<'a> {
    fn from(properties: &'a [Property<'a>; N]) -> Self {
        Properties::new(properties)
    }
}

impl PartialEq for Properties<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Properties<'_> {}

impl fmt::Debug for Properties<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Iterates over [`Properties`].
#[derive(Clone)]
pub struct PropertyIter<'a>(Source<'a>);

impl<'a> Iterator for PropertyIter<'a> {
    type Item = Property<'a>;

    fn next(&mut self) -> Option<Property<'a>> {
        match &mut self.0 {
            Source::Wire(bytes, _) => {
                let (property, rest) = Property::read(bytes)?;
                *bytes = rest;
                Some(property)
            }
            Source::Slice(properties) => {
                let (property, rest) = properties.split_first()?;
                *properties = rest;
                Some(*property)
            }
        }
    }
}

impl core::iter::FusedIterator for PropertyIter<'_> {}

impl fmt::Debug for PropertyIter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
