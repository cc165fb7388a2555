//! PUBACK, PUBREC, PUBREL, PUBCOMP and UNSUBACK (sections 3.4 to 3.7 and 3.11): a packet identifier and nothing else.

use crate::delivery::PacketId;
use crate::packet_type::PacketType;
use crate::v3::{Edition, outline};
use crate::wire::{Outline, Whole, Writer, end, packet_id};

macro_rules! acknowledgements {
    ($($doc:literal $name:ident;)*) => { $(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $name {
            /// The packet identifier of the packet that it answers.
            pub packet_id: PacketId,
        }

        impl $name {
            /// The answer to the packet with this identifier.
            #[must_use]
            pub const fn new(packet_id: PacketId) -> $name {
                $name { packet_id }
            }

            pub(super) fn decode(i: &[u8], _: u8, _: Edition) -> Whole<Self> {
                let (i, packet_id) = packet_id(i)?;
                end(i)?;
                Ok($name { packet_id })
            }

            pub(super) fn outline(&self) -> Outline {
                outline(PacketType::$name)
            }

            pub(super) fn write(&self, writer: &mut Writer<'_>) {
                writer.two_byte_integer(self.packet_id.get());
            }
        }
    )* };
}

acknowledgements! {
    "Answers a PUBLISH at QoS 1: it has arrived (section 3.4)."                  Puback;
    "Answers a PUBLISH at QoS 2: it has arrived (section 3.5)."                  Pubrec;
    "Answers a PUBREC: the sender knows that the message has arrived (section 3.6)."          Pubrel;
    "Answers a PUBREL: the delivery at QoS 2 is complete (section 3.7)."  Pubcomp;
    "Answers an UNSUBSCRIBE (section 3.11)." Unsuback;
}
