//! The send quota (section 4.9): how many messages of QoS 1 and 2 may still be sent before one is acknowledged.

use core::num::NonZeroU16;

use crate::delivery::Delivery;
use crate::error::{BrokenRule, Violation};
use crate::packet::Version;
use crate::packet_type::PacketType;
use crate::v5::Packet;

/// The send quota of one side of a connection (section 4.9).
///
/// A sender keeps one for itself, to know whether it may send: it counts the PUBLISH that it sends and the answers that it
/// receives \[MQTT-3.3.4-7, MQTT-3.3.4-9\]. A receiver keeps one for the other side, to see that it does not send too much: it
/// counts the PUBLISH that it receives and the answers that it sends. Other packets go their way when the quota is used up
/// \[MQTT-3.3.4-8, MQTT-3.3.4-10, MQTT-4.9.0-3\].
///
/// A quota ends with its connection; messages that are sent again on the next one count there. It takes 4 bytes.
///
/// ```
/// use core::num::NonZeroU16;
/// use mqtt_wire::{Delivery, PacketId, v5::{Puback, SendQuota}};
///
/// let receive_maximum = NonZeroU16::MIN; // `limits.server.receive_maximum`, for a client that sends
/// let mut quota = SendQuota::new(receive_maximum);
/// let delivery = Delivery::at_least_once(PacketId::FIRST);
/// assert!(quota.take(delivery).is_ok());
/// assert!(quota.take(Delivery::AtMostOnce).is_ok()); // free
///
/// let refused = quota.take(delivery).unwrap_err(); // a sender waits, a receiver closes the connection
/// assert_eq!(refused.reason_code(), Some(0x93));
///
/// quota.give_back(&Puback::new(PacketId::FIRST).into());
/// assert_eq!(quota.left(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SendQuota {
    initial: NonZeroU16,
    left: u16,
}

impl SendQuota {
    /// The quota at the beginning of a connection: the receiver's Receive Maximum. A sender that wants less takes less
    /// \[MQTT-4.9.0-1\].
    #[must_use]
    pub const fn new(receive_maximum: NonZeroU16) -> SendQuota {
        SendQuota { initial: receive_maximum, left: receive_maximum.get() }
    }

    /// How many messages of QoS 1 and 2 may be sent now.
    #[must_use]
    pub const fn left(&self) -> u16 {
        self.left
    }

    /// Counts a PUBLISH with this delivery; QoS 0 is free.
    ///
    /// # Errors
    /// The quota is used up \[MQTT-4.9.0-2\]: the message is not to be sent yet. If it was received, the sender has sent too
    /// much, and is answered with 0x93, Receive Maximum exceeded.
    pub fn take(&mut self, delivery: Delivery) -> Result<(), BrokenRule> {
        if delivery == Delivery::AtMostOnce {
            return Ok(());
        }
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                let cause = Violation::ReceiveMaximumExceeded.into();
                Err(BrokenRule::new(cause, PacketType::Publish, Version::V5_0))
            }
        }
    }

    /// Counts the packet that ends a delivery: PUBACK and PUBCOMP with any reason code, PUBREC with one from 0x80 on. Others
    /// change nothing, and the quota never grows beyond its beginning.
    ///
    /// A packet that answers nothing is for the caller to leave out: [`PacketIds::release`](crate::PacketIds::release) tells. So is
    /// the PUBCOMP for a PUBREL that goes on with a delivery of the last connection, unless that was counted with
    /// [`take`](SendQuota::take) here.
    pub fn give_back(&mut self, packet: &Packet<'_>) {
        let ends = match packet {
            Packet::Puback(_) | Packet::Pubcomp(_) => true,
            Packet::Pubrec(pubrec) => pubrec.reason_code.is_error(),
            _ => false,
        };
        if ends {
            self.left = self.left.saturating_add(1).min(self.initial.get());
        }
    }
}
