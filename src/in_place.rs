//! Changing an encoded PUBLISH where it lies: what sending it again changes (sections 3.3.1.1 and 3.3.2.2).

use core::fmt;

use crate::delivery::{self, PacketId};
use crate::display::display;
use crate::error::{Cause, DecodeError, Violation};
use crate::frame::FixedHeader;
use crate::packet::Version;
use crate::packet_type::PacketType;

/// The bytes of a PUBLISH at QoS 1 or 2, of any version, to set DUP and to change the packet identifier in.
///
/// ```
/// use mqtt_wire::{Delivery, EncodedPublish, PacketId, topic_name, v3::Publish};
///
/// let mut buffer = [0; 32];
/// let publish = Publish { delivery: Delivery::at_least_once(PacketId::FIRST), ..Publish::new(topic_name!("led"), b"on") };
/// let len = publish.encode(&mut buffer)?.len();
///
/// let mut encoded = EncodedPublish::new(&mut buffer[..len]).expect("it is one");
/// encoded.set_dup(true); // the PUBACK did not come: the same again
/// assert_eq!(buffer[..len], [0x3A, 9, 0, 3, b'l', b'e', b'd', 0, 1, b'o', b'n']);
/// # Ok::<(), mqtt_wire::EncodeError>(())
/// ```
pub struct EncodedPublish<'b> {
    first_byte: &'b mut u8,
    packet_id: &'b mut [u8; 2],
}

/// Why bytes are no [`EncodedPublish`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotResent {
    /// The fixed header breaks a rule, or the packet ends before its packet identifier does.
    Malformed(DecodeError),
    /// It is another packet.
    AnotherPacket(PacketType),
    /// It is a PUBLISH at QoS 0, which is never sent again: it has neither DUP nor a packet identifier.
    AtMostOnce,
    /// The bytes end before its packet identifier does.
    Incomplete,
}

impl<'b> EncodedPublish<'b> {
    /// Finds the fields. The bytes are those of a packet that was encoded or decoded, or its beginning up to the packet
    /// identifier: what stands behind that is not looked at.
    ///
    /// # Errors
    /// Bytes that do not begin with a PUBLISH at QoS 1 or 2.
    pub fn new(bytes: &'b mut [u8]) -> Result<EncodedPublish<'b>, NotResent> {
        let header = FixedHeader::read(bytes).map_err(NotResent::Malformed)?.ok_or(NotResent::Incomplete)?;
        header.check_length(None).map_err(NotResent::Malformed)?;
        if header.packet_type != PacketType::Publish {
            return Err(NotResent::AnotherPacket(header.packet_type));
        }
        if !delivery::has_packet_id(header.flags) {
            return Err(NotResent::AtMostOnce);
        }
        let malformed = |cause: Cause, offset| NotResent::Malformed(header.fault(cause, offset, None::<Version>));
        delivery::check_flags(header.flags).map_err(|cause| malformed(cause, 0))?;
        let (header_size, packet_size) = (header.size(), header.packet_size().ok_or(NotResent::Incomplete)?);
        // Bytes behind the end of the packet are another's.
        let is_whole = packet_size <= bytes.len();
        let too_short =
            if is_whole { malformed(Violation::Truncated.into(), header_size) } else { NotResent::Incomplete };
        let end = packet_size.min(bytes.len());
        bytes.get_mut(..end).and_then(|packet| split(packet, header_size)).ok_or(too_short)
    }

    /// The DUP flag: true when this is not the first attempt.
    #[must_use]
    pub const fn dup(&self) -> bool {
        delivery::is_dup(*self.first_byte)
    }

    /// Sets or clears DUP \[MQTT-3.3.1-1\].
    pub fn set_dup(&mut self, dup: bool) {
        *self.first_byte = delivery::with_dup(*self.first_byte, dup);
    }

    /// The packet identifier; None if it is 0, which no packet may have.
    #[must_use]
    pub const fn packet_id(&self) -> Option<PacketId> {
        PacketId::new(u16::from_be_bytes(*self.packet_id))
    }

    /// Changes the packet identifier.
    pub fn set_packet_id(&mut self, packet_id: PacketId) {
        *self.packet_id = packet_id.get().to_be_bytes();
    }
}

/// The packet identifier stands behind the topic name.
fn split(bytes: &mut [u8], header_size: usize) -> Option<EncodedPublish<'_>> {
    let (header, body) = bytes.split_at_mut_checked(header_size)?;
    let (topic_len, behind) = body.split_first_chunk_mut()?;
    let (_, behind) = behind.split_at_mut_checked(usize::from(u16::from_be_bytes(*topic_len)))?;
    Some(EncodedPublish { first_byte: header.first_mut()?, packet_id: behind.first_chunk_mut()? })
}

impl fmt::Debug for EncodedPublish<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncodedPublish").field("dup", &self.dup()).field("packet_id", &self.packet_id()).finish()
    }
}

display! { NotResent, |what| what;
    NotResent::Malformed(error) => "{}", error;
    NotResent::AnotherPacket(packet_type) => "{} is no PUBLISH", packet_type;
    NotResent::AtMostOnce => "a PUBLISH at QoS 0 is never sent again";
    NotResent::Incomplete => "the bytes end before the packet identifier does";
}

impl core::error::Error for NotResent {}
