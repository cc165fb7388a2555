//! SUBACK and UNSUBACK (sections 3.9 and 3.11): a reason code for each topic filter.

use crate::delivery::PacketId;
use crate::error::{Cause, Violation};
use crate::packet::Version;
use crate::packet_type::{PacketType, Senders};
use crate::v5::outline;
use crate::v5::place::Place;
use crate::v5::properties::{Properties, WriteProperties, properties};
use crate::v5::reason_code::{ReasonCode, reason_code};
use crate::wire::{List, Outline, Whole, Wire, Writer, check, list, packet_id, rule};

impl<'a> Wire<'a> for ReasonCode {
    fn read(wire: &'a [u8], _: Version) -> Option<(Self, &'a [u8])> {
        let (value, rest) = wire.split_first()?;
        Some((ReasonCode::new(*value)?, rest))
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.byte(self.value());
    }
}

type Parts<'a> = (PacketId, Properties<'a>, List<'a, ReasonCode>);

fn parts(i: &[u8], place: Place, senders: Senders) -> Whole<Parts<'_>> {
    let (i, packet_id) = packet_id(i)?;
    let (i, (properties, _)) = properties(i, place, senders)?;
    let reason_codes = list(i, Version::V5_0, |i| reason_code(i, place, senders))?;
    check(i, not_empty(&reason_codes, place))?;
    Ok((packet_id, properties, reason_codes))
}

fn write_parts(
    writer: &mut Writer<'_>,
    place: Place,
    packet_id: PacketId,
    properties: &impl WriteProperties,
    reason_codes: List<'_, ReasonCode>,
) {
    writer.check(not_empty(&reason_codes, place));
    writer.two_byte_integer(packet_id.get());
    properties.write(writer, place);
    for reason_code in reason_codes {
        writer.check(reason_code.check(place, Senders::EITHER));
        reason_code.write(writer);
    }
}

fn not_empty(reason_codes: &List<'_, ReasonCode>, place: Place) -> Result<(), Cause> {
    rule(!reason_codes.is_empty(), Violation::NoReasonCode, place.reason_codes())
}

macro_rules! answers {
    ($($doc:literal $name:ident;)*) => { $(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $name<'a> {
            /// That of the request.
            pub packet_id: PacketId,
            /// Reason String and User Properties.
            pub properties: Properties<'a>,
            /// One for each topic filter, in their order.
            pub reason_codes: List<'a, ReasonCode>,
        }

        impl<'a> $name<'a> {
            /// An answer to the request with this identifier, without properties.
            #[must_use]
            pub fn new(packet_id: PacketId, reason_codes: impl Into<List<'a, ReasonCode>>) -> $name<'a> {
                $name { packet_id, properties: Properties::EMPTY, reason_codes: reason_codes.into() }
            }

            pub(super) fn decode(i: &'a [u8], _: u8, senders: Senders) -> Whole<Self> {
                let (packet_id, properties, reason_codes) = parts(i, Place::$name, senders)?;
                Ok($name { packet_id, properties, reason_codes })
            }

            pub(super) fn outline(&self) -> Outline {
                outline(PacketType::$name)
            }

            pub(super) fn write(&self, writer: &mut Writer<'_>) {
                self.write_with(&self.properties, writer);
            }

            pub(super) fn write_with(&self, properties: &impl WriteProperties, writer: &mut Writer<'_>) {
                write_parts(writer, Place::$name, self.packet_id, properties, self.reason_codes);
            }
        }
    )* };
}

answers! {
    "Answers a SUBSCRIBE with what the server grants (section 3.9)."          Suback;
    "Answers an UNSUBSCRIBE (section 3.11)."   Unsuback;
}
