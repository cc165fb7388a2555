//! Values of properties: their layouts, their limits and their types.

use core::num::{NonZeroU16, NonZeroU32};

use crate::delivery::QoS;
use crate::topic::{TopicName, has_wildcard, is_plain_name};
use crate::v5::place::Place;
use crate::v5::property::Number;
use crate::wire::{
    Error, MAX_LENGTH, Text, Writer, binary, byte, fail, four_byte_integer, string, two_byte_integer,
    variable_byte_integer,
};

/// How a value stands on the wire, and what limits it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A byte, 0 or 1.
    Bit,
    TwoByte,
    TwoByteNonZero,
    FourByte,
    FourByteNonZero,
    /// A Variable Byte Integer, not 0.
    Identifier,
    String,
    /// A topic name.
    ResponseTopic,
    Binary,
    /// A UTF-8 string pair.
    Pair,
}

impl Kind {
    /// Checks a value and gives what follows it.
    pub(super) fn skip(self, i: &[u8], number: Number, place: Place) -> Result<&[u8], Error> {
        let (rest, value) = match self {
            Kind::Bit => byte(i).map(|(rest, value)| (rest, u32::from(value)))?,
            Kind::TwoByte | Kind::TwoByteNonZero => {
                two_byte_integer(i).map(|(rest, value)| (rest, u32::from(value)))?
            }
            Kind::FourByte | Kind::FourByteNonZero => four_byte_integer(i)?,
            Kind::Identifier => variable_byte_integer(i).map(|(rest, value)| (rest, u32::from(value != 0)))?,
            Kind::Binary => return binary(i).map(|(rest, _)| rest),
            Kind::String => return string(i).map(|(rest, _)| rest),
            Kind::Pair => {
                let (i, _) = string(i)?;
                return string(i).map(|(rest, _)| rest);
            }
            Kind::ResponseTopic => {
                // One look instead of two, for 40 bytes that flash is not given.
                if cfg!(target_pointer_width = "64") {
                    let (rest, bytes) = binary(i)?;
                    if is_plain_name(bytes) {
                        return Ok(rest);
                    }
                }
                let (rest, text) = string(i)?;
                let is_name = !text.is_empty() && !has_wildcard(text.as_bytes());
                return if is_name { Ok(rest) } else { fail(i, number.out_of_range(place)) };
            }
        };
        match (self, value) {
            (Kind::Bit, 2..) | (Kind::TwoByteNonZero | Kind::FourByteNonZero | Kind::Identifier, 0) => {
                fail(i, number.out_of_range(place))
            }
            _ => Ok(rest),
        }
    }
}

/// A value of a checked block, and how it is written.
pub(super) trait Value<'a>: Sized {
    const KIND: Kind;

    fn read(wire: &'a [u8]) -> Option<(Self, &'a [u8])>;
    /// Writes the value behind other bytes.
    fn write<const N: usize>(&self, before: [u8; N], writer: &mut Writer<'_>);
}

/// `$read` gives what is left and what was read; `$make` makes the value of that.
macro_rules! values {
    ($($value:ty: $kind:ident, $read:expr, $make:expr, |$this:ident, $before:ident, $writer:ident| $write:expr;)*) => { $(
        impl<'a> Value<'a> for $value {
            const KIND: Kind = Kind::$kind;

            fn read(wire: &'a [u8]) -> Option<(Self, &'a [u8])> {
                let (rest, value) = $read(wire).ok()?;
                Some(($make(value)?, rest))
            }

            fn write<const N: usize>(&self, $before: [u8; N], $writer: &mut Writer<'_>) {
                let $this = *self;
                $write;
            }
        }
    )* };
}

values! {
    bool: Bit, byte, |value| Some(value != 0), |this, before, writer| writer.arrays(before, [u8::from(this)]);
    MaximumQoS: Bit, byte, MaximumQoS::new, |this, before, writer| writer.arrays(before, [this as u8]);
    u16: TwoByte, two_byte_integer, Some, |this, before, writer| writer.arrays(before, this.to_be_bytes());
    NonZeroU16: TwoByteNonZero, two_byte_integer, NonZeroU16::new, |this, before, writer| writer.arrays(before, this.get().to_be_bytes());
    u32: FourByte, four_byte_integer, Some, |this, before, writer| writer.arrays(before, this.to_be_bytes());
    NonZeroU32: FourByteNonZero, four_byte_integer, NonZeroU32::new, |this, before, writer| writer.arrays(before, this.get().to_be_bytes());
    SubscriptionIdentifier: Identifier, variable_byte_integer, SubscriptionIdentifier::of, |this, before, writer| { writer.array(before); writer.variable_byte_integer(this.0.get() as usize) };
    Text<'a>: String, binary, |bytes| Some(Text::trusted(bytes)), |this, before, writer| writer.string_behind(before, this.as_bytes());
    TopicName<'a>: ResponseTopic, binary, |bytes| Some(TopicName::trusted(bytes)), |this, before, writer| writer.string_behind(before, this.as_bytes());
    &'a [u8]: Binary, binary, Some, |this, before, writer| { writer.array(before); writer.binary(this) };
}

impl<'a> Value<'a> for (Text<'a>, Text<'a>) {
    const KIND: Kind = Kind::Pair;

    fn read(wire: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (name, wire) = Text::read(wire)?;
        let (value, wire) = Text::read(wire)?;
        Some(((name, value), wire))
    }

    fn write<const N: usize>(&self, before: [u8; N], writer: &mut Writer<'_>) {
        writer.string_behind(before, self.0.as_bytes());
        writer.string(self.1.as_bytes());
    }
}

/// The Maximum QoS of a server that does not take QoS 2 (section 3.2.2.3.4).
///
/// ```
/// use mqtt_wire::{QoS, v5::MaximumQoS};
/// assert_eq!(QoS::from(MaximumQoS::AtLeastOnce), QoS::AtLeastOnce);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum MaximumQoS {
    /// It takes QoS 0 only.
    AtMostOnce = 0,
    /// It takes QoS 0 and 1.
    AtLeastOnce = 1,
}

impl MaximumQoS {
    const fn new(value: u8) -> Option<MaximumQoS> {
        match value {
            0 => Some(MaximumQoS::AtMostOnce),
            1 => Some(MaximumQoS::AtLeastOnce),
            _ => None,
        }
    }
}

impl From<MaximumQoS> for QoS {
    fn from(maximum: MaximumQoS) -> QoS {
        match maximum {
            MaximumQoS::AtMostOnce => QoS::AtMostOnce,
            MaximumQoS::AtLeastOnce => QoS::AtLeastOnce,
        }
    }
}

/// A Subscription Identifier, 1 to 268,435,455 (section 3.8.2.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SubscriptionIdentifier(NonZeroU32);

impl SubscriptionIdentifier {
    /// The identifier with this value, if it is one.
    #[must_use]
    pub const fn new(value: u32) -> Option<SubscriptionIdentifier> {
        match NonZeroU32::new(value) {
            Some(value) if value.get() as usize <= MAX_LENGTH => Some(SubscriptionIdentifier(value)),
            _ => None,
        }
    }

    fn of(value: usize) -> Option<SubscriptionIdentifier> {
        u32::try_from(value).ok().and_then(SubscriptionIdentifier::new)
    }

    /// Its value, 1 to 268,435,455.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0.get()
    }
}
