//! Where properties and reason codes may stand: one bit a place for what a client sends, one for what a server sends.

use crate::packet_type::{PacketType, Senders};
use crate::statement::{Citation, Table, mqtt};

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
        }

        /// Where the standard lists the properties that may stand in the place with this number.
        pub(crate) const fn listed_properties(place: u8) -> Citation {
            match place { $($number => $properties,)* _ => Citation::NONE }
        }

        /// Where it lists the reason codes.
        pub(crate) const fn listed_reason_codes(place: u8) -> Citation {
            match place { $($number => $reason_code,)* _ => Citation::NONE }
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

/// Names places in documentation.
macro_rules! in_words {
    (WILL) => { "a will" };
    (PUBLISH_BY_SERVER) => { "PUBLISH of a server" };
    (DISCONNECT_BY_CLIENT) => { "DISCONNECT of a client" };
    (DISCONNECT_BY_SERVER) => { "DISCONNECT of a server" };
    (AUTH_BY_CLIENT) => { "AUTH of a client" };
    (AUTH_BY_SERVER) => { "AUTH of a server" };
    (PUBACK_BY_SERVER) => { "PUBACK of a server" };
    (PUBREC_BY_SERVER) => { "PUBREC of a server" };
    ($place:ident) => { stringify!($place) };
    ($first:ident $($place:ident)+) => { concat!(in_words!($first) $(, ", ", in_words!($place))+) };
}
pub(super) use in_words;

impl Place {
    /// Cites the list of the properties that may stand here.
    pub(crate) const fn properties(self) -> Citation {
        Citation::of_row(Table::Properties, self as u8)
    }

    /// Cites the list of the reason codes that may stand here.
    pub(crate) const fn reason_codes(self) -> Citation {
        Citation::of_row(Table::ReasonCodes, self as u8)
    }
}

/// A set of places: two bits a place, for what a client sends and for what a server sends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Places(u32);

impl Places {
    pub(super) const NONE: Places = Places(0);

    const fn both(place: Place) -> Places {
        Places(Senders::EITHER.bits() << Places::shift(place))
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
        Places(self.0 & 0x5555_5555)
    }

    const fn by_server(self) -> Places {
        Places(self.0 & 0xAAAA_AAAA)
    }

    /// True if one of the senders may put it there.
    pub(crate) const fn allow(self, place: Place, senders: Senders) -> bool {
        self.0 >> Places::shift(place) & senders.bits() != 0
    }

    /// What may be put into the place with this number: by a client, and by a server.
    pub(super) const fn in_place(self, number: u32) -> [bool; 2] {
        let bits = self.0 >> number.wrapping_mul(2);
        [bits & 1 != 0, bits & 2 != 0]
    }

    const fn shift(place: Place) -> u32 {
        (place as u32).wrapping_mul(2)
    }
}
