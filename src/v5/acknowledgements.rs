//! PUBACK, PUBREC, PUBREL and PUBCOMP (sections 3.4 to 3.7): alike but for their reason codes.

use crate::delivery::PacketId;
use crate::packet_type::{PacketType, Senders};
use crate::v5::outline;
use crate::v5::place::Place;
use crate::v5::properties::{Properties, Seen, WriteProperties, properties};
use crate::v5::reason_code::{ReasonCode, reason_code};
use crate::wire::{Outline, Whole, Writer, end, packet_id};

/// What all four are made of, and DISCONNECT too.
pub(super) struct Parts<'a> {
    /// DISCONNECT has none, and does not look at this one.
    packet_id: PacketId,
    pub(super) reason_code: ReasonCode,
    pub(super) properties: Properties<'a>,
    pub(super) seen: Seen,
}

/// In the short forms the packet ends before its reason code or its Property Length: that is Success, and no properties.
pub(super) fn parts(i: &[u8], place: Place, senders: Senders) -> Whole<Parts<'_>> {
    let (i, packet_id) = if place == Place::Disconnect { (i, PacketId::FIRST) } else { packet_id(i)? };
    let (i, reason_code) = if i.is_empty() { (i, ReasonCode::Success) } else { reason_code(i, place, senders)? };
    let (i, (properties, seen)) =
        if i.is_empty() { (i, (Properties::EMPTY, Seen::nothing_in(place))) } else { properties(i, place, senders)? };
    end(i)?;
    Ok(Parts { packet_id, reason_code, properties, seen })
}

/// Writes the shortest form, and gives the properties that it has.
pub(super) fn write_reason(
    writer: &mut Writer<'_>,
    place: Place,
    reason_code: ReasonCode,
    properties: &impl WriteProperties,
) -> Seen {
    writer.check(reason_code.check(place, Senders::EITHER));
    if reason_code != ReasonCode::Success || !properties.is_empty() {
        writer.byte(reason_code.value());
    }
    if properties.is_empty() { Seen::nothing_in(place) } else { properties.write(writer, place) }
}

macro_rules! acknowledgements {
    ($($doc:literal $name:ident;)*) => { $(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $name<'a> {
            /// The packet identifier of the packet that it answers.
            pub packet_id: PacketId,
            /// Success, or what went wrong.
            pub reason_code: ReasonCode,
            /// Reason String and User Properties.
            pub properties: Properties<'a>,
        }

        impl<'a> $name<'a> {
            /// Success, without properties.
            #[must_use]
            pub const fn new(packet_id: PacketId) -> $name<'a> {
                $name { packet_id, reason_code: ReasonCode::Success, properties: Properties::EMPTY }
            }

            pub(super) fn decode(i: &'a [u8], _: u8, senders: Senders) -> Whole<Self> {
                let Parts { packet_id, reason_code, properties, .. } = parts(i, Place::$name, senders)?;
                Ok($name { packet_id, reason_code, properties })
            }

            pub(super) fn outline(&self) -> Outline {
                outline(PacketType::$name)
            }

            pub(super) fn write(&self, writer: &mut Writer<'_>) {
                self.write_with(&self.properties, writer);
            }

            pub(super) fn write_with(&self, properties: &impl WriteProperties, writer: &mut Writer<'_>) {
                writer.two_byte_integer(self.packet_id.get());
                write_reason(writer, Place::$name, self.reason_code, properties);
            }
        }
    )* };
}

acknowledgements! {
    "Answers a PUBLISH at QoS 1: it has arrived (section 3.4)."                 Puback;
    "Answers a PUBLISH at QoS 2: it has arrived (section 3.5)."                 Pubrec;
    "Answers a PUBREC: the sender knows that the message has arrived (section 3.6)."         Pubrel;
    "Answers a PUBREL: the delivery at QoS 2 is complete (section 3.7)." Pubcomp;
}
