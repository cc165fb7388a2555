//! Leaving out explanations that the receiver does not want or has no room for (sections 3.1.2.11.4 and 3.1.2.11.7, and
//! "Reason String" and "User Property" of each packet).

use crate::error::{BrokenRule, Cause, EncodeError, Violation};
use crate::packet::{Side, Version};
use crate::packet_type::PacketType;
use crate::statement::mqtt;
use crate::v5::place::Place;
use crate::v5::properties::{Properties, Seen, WriteProperties};
use crate::v5::property::Number;
use crate::v5::{Limits, Packet};
use crate::wire::{self, Outline, Writer, rule};

/// A packet that its receiver takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Fitted<'b> {
    /// The packet.
    pub bytes: &'b [u8],
    /// True if its Reason String was left out.
    pub without_reason_string: bool,
    /// True if its User Properties were left out.
    pub without_user_properties: bool,
}

/// What is left out, in the order of trying.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum LeftOut {
    Nothing,
    ReasonString,
    UserPropertiesToo,
}

impl LeftOut {
    fn has(self, number: Number) -> bool {
        match number {
            Number::ReasonString => self >= LeftOut::ReasonString,
            Number::UserProperty => self >= LeftOut::UserPropertiesToo,
            _ => false,
        }
    }
}

/// Properties without those that are left out.
struct Remaining<'p> {
    properties: &'p Properties<'p>,
    left_out: LeftOut,
}

impl WriteProperties for Remaining<'_> {
    fn is_empty(&self) -> bool {
        self.properties.iter().all(|property| self.left_out.has(Number::of(&property)))
    }

    fn write(&self, writer: &mut Writer<'_>, at: Place) -> Seen {
        let start = writer.open_length();
        let seen = self.properties.write_kept(writer, at, |number| !self.left_out.has(number));
        writer.close_length(start);
        seen
    }
}

impl Limits {
    /// Writes a packet into the beginning of `buffer` as its receiver takes it. Where the whole packet is larger than the
    /// receiver's Maximum Packet Size, the Reason String is left out, and the User Properties too if that is not enough; and
    /// where a client did not ask for explanations, the server leaves out both. The standard allows that in CONNACK, PUBACK,
    /// PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, DISCONNECT and AUTH; any other packet is sent whole or not at all.
    ///
    /// ```
    /// use mqtt_wire::{PacketId, Side, text};
    /// use mqtt_wire::v5::{Connack, Connect, Limits, Properties, Property, Puback, ReasonCode};
    ///
    /// let asked = [Property::MaximumPacketSize(const { core::num::NonZeroU32::new(20).unwrap() })];
    /// let connect = Connect { properties: Properties::from(&asked), ..Connect::new(text!("meter-7")) };
    /// let limits = Limits::new(&connect, &Connack::new(ReasonCode::Success));
    ///
    /// let why = [Property::ReasonString(text!("no subscriber, and none for hours"))];
    /// let puback = Puback {
    ///     reason_code: ReasonCode::NoMatchingSubscribers,
    ///     properties: Properties::from(&why),
    ///     ..Puback::new(PacketId::FIRST)
    /// };
    /// let mut buffer = [0; 64];
    /// let fitted = limits.encode(Side::Server, &puback.into(), &mut buffer)?;
    /// assert_eq!(fitted.bytes, [0x40, 3, 0, 1, 0x10]);
    /// assert!(fitted.without_reason_string);
    /// # Ok::<(), mqtt_wire::EncodeError>(())
    /// ```
    ///
    /// # Errors
    /// A buffer that is too small for what is sent, with the size needed; or a rule that the packet breaks on this connection,
    /// as [`check`](Limits::check) has it. A packet that is [too large](Violation::PacketTooLarge) even so is not sent; a
    /// server goes on as if it had been \[MQTT-3.1.2-25\].
    pub fn encode<'b>(
        &self,
        sender: Side,
        packet: &Packet<'_>,
        buffer: &'b mut [u8],
    ) -> Result<Fitted<'b>, EncodeError> {
        let broken = |cause| EncodeError::Invalid(BrokenRule::new(cause, packet.packet_type(), Version::V5_0));
        self.check_agreement(sender, packet).map_err(broken)?;
        let unwanted = self.explanations_are_unwanted(sender, packet.packet_type());
        let mut left_out = if unwanted { LeftOut::UserPropertiesToo } else { LeftOut::Nothing };
        loop {
            let size = without(packet, left_out, |outline, body| wire::encoded_len(outline, body))?;
            match (self.check_size(sender, size), left_out) {
                (Ok(()), _) => break,
                (Err(_), LeftOut::Nothing) => left_out = LeftOut::ReasonString,
                (Err(_), LeftOut::ReasonString) => left_out = LeftOut::UserPropertiesToo,
                (Err(cause), LeftOut::UserPropertiesToo) => return Err(broken(cause)),
            }
        }
        let leaves_out =
            |number| left_out.has(number) && explained(packet).is_some_and(|properties| properties.has(number));
        Ok(Fitted {
            bytes: without(packet, left_out, |outline, body| wire::encode(outline, 0, buffer, body))?,
            without_reason_string: leaves_out(Number::ReasonString),
            without_user_properties: leaves_out(Number::UserProperty),
        })
    }

    /// A client that did not ask for explanations gets them in PUBLISH, CONNACK and DISCONNECT only.
    fn explanations_are_unwanted(&self, sender: Side, packet_type: PacketType) -> bool {
        let always = matches!(packet_type, PacketType::Publish | PacketType::Connack | PacketType::Disconnect);
        sender == Side::Server && !self.request_problem_information && !always
    }

    /// The rule that [`encode`](Limits::encode) keeps by leaving out.
    pub(super) fn check_explanations(&self, sender: Side, packet: &Packet<'_>) -> Result<(), Cause> {
        let explains = explained(packet)
            .is_some_and(|properties| properties.has(Number::ReasonString) || properties.has(Number::UserProperty));
        let allowed = !explains || !self.explanations_are_unwanted(sender, packet.packet_type());
        rule(allowed, Violation::ProblemInformationNotRequested, mqtt!("3.1.2-29"))
    }
}

/// Sorts the packets into those whose explanations may be left out, and those that are sent whole or not at all.
macro_rules! packets {
    (explained: $($explained:ident)*; whole: $($whole:ident)*) => {
        fn explained<'p>(packet: &'p Packet<'_>) -> Option<&'p Properties<'p>> {
            match packet {
                $(Packet::$explained(packet) => Some(&packet.properties),)*
                $(Packet::$whole(_))|* => None,
            }
        }

        /// Gives outline and body of a packet with something left out.
        fn without<T>(
            packet: &Packet<'_>,
            left_out: LeftOut,
            then: impl FnOnce(Outline, &dyn Fn(&mut Writer<'_>)) -> T,
        ) -> T {
            match packet {
                $(Packet::$explained(packet) => {
                    let remaining = Remaining { properties: &packet.properties, left_out };
                    then(packet.outline(), &|writer| packet.write_with(&remaining, writer))
                })*
                $(Packet::$whole(packet) => then(packet.outline(), &|writer| packet.write(writer)),)*
            }
        }
    };
}

packets! {
    explained: Connack Puback Pubrec Pubrel Pubcomp Suback Unsuback Disconnect Auth;
    whole: Connect Publish Subscribe Unsubscribe Pingreq Pingresp
}
