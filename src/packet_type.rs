//! The types of control packets: number, name, flags, and who sends them (sections 2.2.1 and 2.2.2 of MQTT 3.1.1, 2.1.2 and
//! 2.1.3 of 5.0).

use core::fmt;

use crate::delivery;
use crate::error::{Cause, Violation};
use crate::packet::{Side, Version};
use crate::statement::{Citation, Table, mqtt};

/// Turns the table below into [`PacketType`] and its lookups.
macro_rules! packet_types {
    ($($number:literal $name:ident $text:literal $flags:literal $place:expr, $v3:expr, $v5:expr;)*) => {
        /// A type of control packet, with its number on the wire (section 2.2.1 of MQTT 3.1.1, 2.1.2 of 5.0).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum PacketType {
            $(#[doc = $text] $name = $number,)*
        }

        #[cfg(feature = "defmt")]
        impl defmt::Format for PacketType {
            fn format(&self, f: defmt::Formatter<'_>) {
                match self { $(PacketType::$name => defmt::write!(f, $text),)* }
            }
        }

        impl PacketType {
            /// The type with this number: 1 to 15.
            const fn new(number: u8) -> Option<PacketType> {
                match number { $($number => Some(PacketType::$name),)* _ => None }
            }

            /// The standard's spelling: `PUBLISH`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(PacketType::$name => $text),* }
            }

            /// What the low four bits of the first byte must be.
            const fn flags(self) -> u8 {
                match self { $(PacketType::$name => $flags),* }
            }

            /// Where the standard says so of the type with this number, if it has a statement of its own.
            pub(crate) const fn stated_flags(number: u8) -> Citation {
                match number { $($number => $place,)* _ => Citation::NONE }
            }

            /// The sides that send it in that version.
            const fn senders(self, version: Version) -> Senders {
                match version {
                    Version::V3_1 | Version::V3_1_1 => match self { $(PacketType::$name => $v3),* },
                    Version::V5_0 => match self { $(PacketType::$name => $v5),* },
                }
            }
        }
    };
}

/// A set of sides that send something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Senders(u8);

const NOBODY: Senders = Senders(0);
const CLIENT: Senders = Senders::CLIENT;
const SERVER: Senders = Senders::SERVER;
const BOTH: Senders = Senders::EITHER;

impl Senders {
    pub(crate) const CLIENT: Senders = Senders(0b01);
    pub(crate) const SERVER: Senders = Senders(0b10);
    pub(crate) const EITHER: Senders = Senders(0b11);

    /// Who sends what `receiver` gets; None gets both.
    pub(crate) const fn to(receiver: Option<Side>) -> Senders {
        match receiver {
            Some(Side::Client) => Senders::SERVER,
            Some(Side::Server) => Senders::CLIENT,
            None => Senders::EITHER,
        }
    }

    /// Bit 0 for the client, bit 1 for the server.
    pub(crate) const fn bits(self) -> u32 {
        self.0 as u32
    }
}

impl From<Side> for Senders {
    fn from(side: Side) -> Senders {
        match side {
            Side::Client => Senders::CLIENT,
            Side::Server => Senders::SERVER,
        }
    }
}

/// PUBLISH has flags of its own: no four bits have this value.
const ANY: u8 = 0xFF;

packet_types! {
    //                         flags  stated in           3.x     5.0
    1  Connect     "CONNECT"     0    Citation::NONE,     CLIENT, CLIENT;
    2  Connack     "CONNACK"     0    Citation::NONE,     SERVER, SERVER;
    3  Publish     "PUBLISH"     0xFF Citation::NONE,     BOTH,   BOTH;
    4  Puback      "PUBACK"      0    Citation::NONE,     BOTH,   BOTH;
    5  Pubrec      "PUBREC"      0    Citation::NONE,     BOTH,   BOTH;
    6  Pubrel      "PUBREL"      2    mqtt!("3.6.1-1"),   BOTH,   BOTH;
    7  Pubcomp     "PUBCOMP"     0    Citation::NONE,     BOTH,   BOTH;
    8  Subscribe   "SUBSCRIBE"   2    mqtt!("3.8.1-1"),   CLIENT, CLIENT;
    9  Suback      "SUBACK"      0    Citation::NONE,     SERVER, SERVER;
    10 Unsubscribe "UNSUBSCRIBE" 2    mqtt!("3.10.1-1"),  CLIENT, CLIENT;
    11 Unsuback    "UNSUBACK"    0    Citation::NONE,     SERVER, SERVER;
    12 Pingreq     "PINGREQ"     0    Citation::NONE,     CLIENT, CLIENT;
    13 Pingresp    "PINGRESP"    0    Citation::NONE,     SERVER, SERVER;
    14 Disconnect  "DISCONNECT"  0    mqtt!("3.14.1-1"),  CLIENT, BOTH;
    15 Auth        "AUTH"        0    mqtt!("3.15.1-1"),  NOBODY, BOTH;
}

impl PacketType {
    /// The type in the first byte of a packet: its high four bits. None: the forbidden type 0.
    ///
    /// ```
    /// assert_eq!(mqtt_wire::PacketType::of(0x82), Some(mqtt_wire::PacketType::Subscribe));
    /// ```
    #[must_use]
    #[inline(always)]
    pub const fn of(first: u8) -> Option<PacketType> {
        PacketType::new(first >> 4)
    }

    /// True if that version has such a packet and the other side of `receiver` may send it; None receives from either side.
    #[inline(always)]
    pub(crate) const fn may_reach(self, receiver: Option<Side>, version: Version) -> bool {
        self.senders(version).bits() & Senders::to(receiver).bits() != 0
    }

    /// True if that version has such a packet and `sender` may send it.
    pub(crate) const fn may_come_from(self, sender: Side, version: Version) -> bool {
        let receiver = match sender {
            Side::Client => Side::Server,
            Side::Server => Side::Client,
        };
        self.may_reach(Some(receiver), version)
    }

    /// The flags that every packet of the type is written with; PUBLISH sets its own.
    pub(crate) const fn fixed_flags(self) -> u8 {
        self.flags()
    }

    /// The rules of the first byte: the type exists, may come from that side, and has the right flags.
    #[inline(always)]
    pub(crate) fn check(self, flags: u8, receiver: Option<Side>, version: Version) -> Result<(), Cause> {
        if !self.may_reach(receiver, version) {
            let exists = self.may_reach(None, version);
            return Err(if exists { Violation::WrongSide } else { Violation::ForbiddenPacketType }.into());
        }
        match self.flags() {
            ANY => delivery::check_flags(flags),
            expected if flags == expected => Ok(()),
            // 3.1 gives most of these bits no use (section 2.6) and lets PUBREL, SUBSCRIBE and UNSUBSCRIBE set DUP.
            _ if matches!(version, Version::V3_1) => Ok(()),
            _ => Err(Cause::new(Violation::ReservedFlags, Citation::of_row(Table::Flags, self as u8))),
        }
    }
}

/// Displays the standard's spelling.
impl fmt::Display for PacketType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
