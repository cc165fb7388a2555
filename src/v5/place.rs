//! Where properties and reason codes may stand: one bit a place for what a client sends, one for what a server sends.

use crate::packet_type::{PacketType, Senders};
use crate::statement::{Citation, mqtt};

/// Turns the table below into [`Place`].
macro_rules! places {
    ($($number:literal $name:ident $mask:ident $properties:expr, $reason_code:expr;)*) => {
        /// A property block or a reason code field, named after its packet; a will has a block of its own.
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Place { $($name = $number,)* }

        impl Place {
            /// The place in a packet of that type; a will has no type of its own.
            pub(crate) const fn of(packet_type: PacketType) -> Option<Place> {
                match packet_type as u8 { $($number => Some(Place::$name),)* _ => None }
            }

            /// Where the standard lists the properties that may stand here.
            pub(crate) const fn properties(self) -> Citation {
                match self { $(Place::$name => $properties),* }
            }

            /// Where the standard lists the reason codes that may stand here.
            pub(crate) const fn reason_codes(self) -> Citation {
                match self { $(Place::$name => $reason_code),* }
            }
        }

        $(pub(super) const $mask: Places = Places::both(Place::$name);)*
    };
}

places! {
    //              as a set     properties         reason code
    0  Will         WILL         mqtt!("3.1.3.2"),    Citation::NONE;
    1  Connect      CONNECT      mqtt!("3.1.2.11"),   Citation::NONE;
    2  Connack      CONNACK      mqtt!("3.2.2.3"),    mqtt!("3.2.2-8");
    3  Publish      PUBLISH      mqtt!("3.3.2.3"),    Citation::NONE;
    4  Puback       PUBACK       mqtt!("3.4.2.2"),    mqtt!("3.4.2-1");
    5  Pubrec       PUBREC       mqtt!("3.5.2.2"),    mqtt!("3.5.2-1");
    6  Pubrel       PUBREL       mqtt!("3.6.2.2"),    mqtt!("3.6.2-1");
    7  Pubcomp      PUBCOMP      mqtt!("3.7.2.2"),    mqtt!("3.7.2-1");
    8  Subscribe    SUBSCRIBE    mqtt!("3.8.2.1"),    Citation::NONE;
    9  Suback       SUBACK       mqtt!("3.9.2.1"),    mqtt!("3.9.3-2");
    10 Unsubscribe  UNSUBSCRIBE  mqtt!("3.10.2.1"),   Citation::NONE;
    11 Unsuback     UNSUBACK     mqtt!("3.11.2.1"),   mqtt!("3.11.3-2");
    14 Disconnect   DISCONNECT   mqtt!("3.14.2.2"),   mqtt!("3.14.2-1");
    15 Auth         AUTH         mqtt!("3.15.2.2"),   mqtt!("3.15.2-1");
}

pub(super) const PUBLISH_BY_SERVER: Places = PUBLISH.by_server();
pub(super) const DISCONNECT_BY_CLIENT: Places = DISCONNECT.by_client();
pub(super) const DISCONNECT_BY_SERVER: Places = DISCONNECT.by_server();
pub(super) const AUTH_BY_CLIENT: Places = AUTH.by_client();
pub(super) const AUTH_BY_SERVER: Places = AUTH.by_server();
pub(super) const PUBACK_BY_SERVER: Places = PUBACK.by_server();
pub(super) const PUBREC_BY_SERVER: Places = PUBREC.by_server();

/// A set of places: the low half for what a client sends, the high half for what a server sends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Places(u32);

impl Places {
    pub(super) const NONE: Places = Places(0);

    const fn both(place: Place) -> Places {
        Places(0x0001_0001 << place as u32)
    }

    pub(super) const fn of(places: &[Places]) -> Places {
        let mut all = Places::NONE;
        let mut rest = places;
        while let [place, tail @ ..] = rest {
            all = Places(all.0 | place.0);
            rest = tail;
        }
        all
    }

    const fn by_client(self) -> Places {
        Places(self.0 & 0x0000_FFFF)
    }

    const fn by_server(self) -> Places {
        Places(self.0 & 0xFFFF_0000)
    }

    /// True if one of the senders may put it there.
    pub(crate) const fn allow(self, place: Place, senders: Senders) -> bool {
        let Senders { client, server } = senders;
        let here = self.0 >> place as u32;
        client && here & 1 != 0 || server && here >> 16 & 1 != 0
    }
}
