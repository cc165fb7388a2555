//! Quality of Service, packet identifiers, and what a PUBLISH says of them: its flags, which all versions share (sections
//! 2.3.1, 3.3.1 and 4.3 of MQTT 3.1.1, 2.2.1, 3.3.1 and 4.3 of 5.0).

use core::fmt;
use core::num::NonZeroU16;

use crate::error::{Cause, Violation};
use crate::wire::{Parsed, Writer, packet_id};

/// Quality of Service: how hard sender and receiver work to deliver a message (section 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum QoS {
    /// QoS 0: sent once, never acknowledged.
    #[default]
    AtMostOnce = 0,
    /// QoS 1: sent until a PUBACK arrives; may arrive twice.
    AtLeastOnce = 1,
    /// QoS 2: PUBREC, PUBREL and PUBCOMP make sure that it arrives once.
    ExactlyOnce = 2,
}

impl QoS {
    /// The level with this number: 0, 1 or 2.
    ///
    /// ```
    /// use mqtt_wire::QoS;
    /// assert_eq!(QoS::new(1), Some(QoS::AtLeastOnce));
    /// assert_eq!(QoS::new(3), None);
    /// ```
    #[must_use]
    pub const fn new(value: u8) -> Option<QoS> {
        match value {
            0 => Some(QoS::AtMostOnce),
            1 => Some(QoS::AtLeastOnce),
            2 => Some(QoS::ExactlyOnce),
            _ => None,
        }
    }

    /// The number on the wire: 0, 1 or 2.
    #[must_use]
    pub const fn value(self) -> u8 {
        self as u8
    }
}

/// Displays the number.
impl fmt::Display for QoS {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.value(), f)
    }
}

/// A Packet Identifier, 1 to 65,535 (section 2.3.1 of MQTT 3.1.1, 2.2.1 of 5.0; "Message ID" in 3.1). Zero is never one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PacketId(NonZeroU16);

impl PacketId {
    /// The smallest identifier, 1.
    pub const FIRST: PacketId = PacketId(NonZeroU16::MIN);

    /// The identifier with this value, if it is not 0.
    ///
    /// ```
    /// use mqtt_wire::PacketId;
    /// assert_eq!(PacketId::new(10).map(PacketId::get), Some(10));
    /// assert_eq!(PacketId::new(0), None);
    /// ```
    #[must_use]
    pub const fn new(value: u16) -> Option<PacketId> {
        match NonZeroU16::new(value) {
            Some(value) => Some(PacketId(value)),
            None => None,
        }
    }

    /// Its value, 1 to 65,535.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0.get()
    }
}

impl From<NonZeroU16> for PacketId {
    fn from(value: NonZeroU16) -> PacketId {
        PacketId(value)
    }
}

impl From<PacketId> for NonZeroU16 {
    fn from(packet_id: PacketId) -> NonZeroU16 {
        packet_id.0
    }
}

impl fmt::Display for PacketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// How a PUBLISH is delivered: its QoS with the fields that only QoS 1 and 2 have.
///
/// A packet identifier at QoS 0 \[MQTT-2.3.1-5\] and DUP at QoS 0 \[MQTT-3.3.1-2\] cannot be expressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Delivery {
    /// QoS 0.
    #[default]
    AtMostOnce,
    /// QoS 1, answered with PUBACK.
    AtLeastOnce {
        /// Names this delivery until the PUBACK.
        packet_id: PacketId,
        /// True when this is not the first attempt.
        dup: bool,
    },
    /// QoS 2, answered with PUBREC.
    ExactlyOnce {
        /// Names this delivery until the PUBCOMP.
        packet_id: PacketId,
        /// True when this is not the first attempt.
        dup: bool,
    },
}

impl Delivery {
    /// The first attempt at QoS 1.
    ///
    /// ```
    /// use mqtt_wire::{Delivery, PacketId, QoS};
    /// let delivery = Delivery::at_least_once(PacketId::FIRST);
    /// assert_eq!((delivery.qos(), delivery.dup()), (QoS::AtLeastOnce, false));
    /// ```
    #[must_use]
    pub const fn at_least_once(packet_id: PacketId) -> Delivery {
        Delivery::AtLeastOnce { packet_id, dup: false }
    }

    /// The first attempt at QoS 2.
    #[must_use]
    pub const fn exactly_once(packet_id: PacketId) -> Delivery {
        Delivery::ExactlyOnce { packet_id, dup: false }
    }

    /// The same delivery, tried again: DUP is set at QoS 1 and 2 \[MQTT-3.3.1-1\].
    ///
    /// ```
    /// use mqtt_wire::{Delivery, PacketId};
    /// assert!(Delivery::exactly_once(PacketId::FIRST).redelivery().dup());
    /// ```
    #[must_use]
    pub const fn redelivery(self) -> Delivery {
        match self {
            Delivery::AtMostOnce => Delivery::AtMostOnce,
            Delivery::AtLeastOnce { packet_id, .. } => Delivery::AtLeastOnce { packet_id, dup: true },
            Delivery::ExactlyOnce { packet_id, .. } => Delivery::ExactlyOnce { packet_id, dup: true },
        }
    }

    /// The QoS.
    #[must_use]
    pub const fn qos(self) -> QoS {
        match self {
            Delivery::AtMostOnce => QoS::AtMostOnce,
            Delivery::AtLeastOnce { .. } => QoS::AtLeastOnce,
            Delivery::ExactlyOnce { .. } => QoS::ExactlyOnce,
        }
    }

    /// The packet identifier, at QoS 1 and 2.
    #[must_use]
    pub const fn packet_id(self) -> Option<PacketId> {
        match self {
            Delivery::AtMostOnce => None,
            Delivery::AtLeastOnce { packet_id, .. } | Delivery::ExactlyOnce { packet_id, .. } => Some(packet_id),
        }
    }

    /// The DUP flag: true when this is not the first attempt; always false at QoS 0.
    #[must_use]
    pub const fn dup(self) -> bool {
        match self {
            Delivery::AtMostOnce => false,
            Delivery::AtLeastOnce { dup, .. } | Delivery::ExactlyOnce { dup, .. } => dup,
        }
    }
}

/// The bits of a PUBLISH's first byte (section 3.3.1).
mod flag {
    pub(super) const DUP: u8 = 0b1000;
    pub(super) const QOS: u8 = 0b0110;
    pub(super) const QOS_SHIFT: u32 = QOS.trailing_zeros();
    pub(super) const RETAIN: u8 = 0b0001;
}

/// The rules of the flags: no QoS 3, no DUP at QoS 0.
pub(crate) fn check_flags(flags: u8) -> Result<(), Cause> {
    match flags & (flag::DUP | flag::QOS) {
        flag::DUP => Err(Violation::DupAtQoS0.into()),
        bits if bits & flag::QOS == flag::QOS => Err(Violation::QoS3.into()),
        _ => Ok(()),
    }
}

/// The low four bits of the first byte.
pub(crate) fn flags(delivery: Delivery, retain: bool) -> u8 {
    let dup = if delivery.dup() { flag::DUP } else { 0 };
    dup | delivery.qos().value() << flag::QOS_SHIFT | u8::from(retain)
}

/// The RETAIN flag.
pub(crate) const fn is_retained(flags: u8) -> bool {
    flags & flag::RETAIN != 0
}

/// The DUP flag.
pub(crate) const fn is_dup(flags: u8) -> bool {
    flags & flag::DUP != 0
}

/// A first byte with DUP set or cleared.
pub(crate) const fn with_dup(first_byte: u8, dup: bool) -> u8 {
    if dup { first_byte | flag::DUP } else { first_byte & !flag::DUP }
}

/// True if a packet identifier stands behind the topic name.
pub(crate) const fn has_packet_id(flags: u8) -> bool {
    flags & flag::QOS != 0
}

/// The packet identifier, which stands at QoS 1 and 2 only. The flags were checked with the first byte.
pub(crate) fn read(i: &[u8], flags: u8) -> Parsed<'_, Delivery> {
    if !has_packet_id(flags) {
        return Ok((i, Delivery::AtMostOnce));
    }
    let (i, packet_id) = packet_id(i)?;
    let dup = is_dup(flags);
    Ok(match (flags & flag::QOS) >> flag::QOS_SHIFT {
        1 => (i, Delivery::AtLeastOnce { packet_id, dup }),
        _ => (i, Delivery::ExactlyOnce { packet_id, dup }),
    })
}

/// Writes the packet identifier, if there is one.
pub(crate) fn write(delivery: Delivery, writer: &mut Writer<'_>) {
    if let Some(packet_id) = delivery.packet_id() {
        writer.two_byte_integer(packet_id.get());
    }
}
