//! Properties (section 2.2.2): the table of all 27, and what follows from it.

use core::num::{NonZeroU16, NonZeroU32};

use crate::error::{Cause, Violation};
use crate::packet_type::Senders;
use crate::statement::{Citation, Table, mqtt};
use crate::topic::TopicName;
use crate::v5::place::*;
use crate::v5::properties::Properties;
use crate::v5::value::{Kind, MaximumQoS, SubscriptionIdentifier, Value};
use crate::wire::{Text, Writer};

/// Turns the table below into [`Property`], its rows, and the getters of [`Properties`].
macro_rules! properties {
    ($($id:literal $name:ident $getter:ident: $value:ty, $repeats:ident; [$($place:ident)*] $text:literal: $says:literal;)*) => {
        /// A property with its value (section 2.2.2.2).
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub enum Property<'a> {
            $(#[doc = concat!($text, ": ", $says, "\n\nMay stand in ", in_words!($($place)*), ".")] $name($value),)*
        }

        impl<'a> Property<'a> {
            /// The row of each identifier, and how its value stands on the wire; not every identifier has one.
            const ROWS: [Option<(Number, Kind)>; 0x2B] = {
                let mut rows = [None; 0x2B];
                $(rows[$id] = Some((Number::$name, <$value as Value<'a>>::KIND));)*
                rows
            };

            /// Its identifier on the wire.
            #[must_use]
            pub const fn id(&self) -> u8 {
                match self { $(Property::$name(_) => $id,)* }
            }

            /// The standard's name: "Topic Alias".
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Property::$name(_) => $text,)* }
            }

            /// Reads a property from a block that was checked.
            #[cfg_attr(target_pointer_width = "64", inline(always))] // it is not made where it is not looked at
            pub(super) fn read(wire: &'a [u8]) -> Option<(Self, &'a [u8])> {
                let (id, wire) = wire.split_first()?;
                match id {
                    $($id => <$value>::read(wire).map(|(value, rest)| (Property::$name(value), rest)),)*
                    _ => None,
                }
            }

            /// Writes the value behind other bytes.
            #[inline(always)]
            fn write_value<const N: usize>(&self, before: [u8; N], writer: &mut Writer<'_>) {
                match self { $(Property::$name(value) => value.write(before, writer),)* }
            }
        }

        impl<'a> Properties<'a> {
            $(#[doc = concat!($text, ": ", $says, "\n\nMay stand in ", in_words!($($place)*), ".")]
            #[must_use]
            pub fn $getter(&self) -> Option<$value> {
                self.find(Number::$name, |property| match property { Property::$name(value) => Some(value), _ => None })
            })*
        }

        /// The properties as the rows of the table number them.
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub(super) enum Number { $($name,)* }

        impl Number {
            pub(super) const ALL: &[Number] = &[$(Number::$name),*];

            pub(super) const fn of(property: &Property<'_>) -> Number {
                match property { $(Property::$name(_) => Number::$name,)* }
            }

            /// The identifier on the wire.
            pub(super) const fn id(self) -> u8 {
                match self { $(Number::$name => $id,)* }
            }
        }

        /// Those that may stand more than once in a PUBLISH, and those that may everywhere.
        const REPEATED: [Rows; 2] = [
            0 $(| (!matches!(Repeats::$repeats, Repeats::Never) as Rows) << Number::$name as u32)*,
            0 $(| (matches!(Repeats::$repeats, Repeats::Everywhere) as Rows) << Number::$name as u32)*,
        ];
        const PLACES: [Places; Number::ALL.len()] = [$(Places::of(&[$($place),*])),*];
    };
}

impl<'a> Property<'a> {
    /// What follows the first property of a block that was checked.
    pub(super) fn behind(wire: &'a [u8]) -> Option<&'a [u8]> {
        Property::read(wire).map(|(_, rest)| rest)
    }
}

impl Property<'_> {
    /// Writes the identifier and the value; on Thumb the one before the other, which takes less flash.
    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        if cfg!(target_pointer_width = "32") {
            writer.byte(self.id());
            self.write_value([], writer);
        } else {
            self.write_value([self.id()], writer);
        }
    }
}

impl Number {
    /// The property with this identifier, and how its value stands on the wire.
    #[inline(always)]
    pub(super) fn and_kind(id: u8) -> Option<(Number, Kind)> {
        Property::ROWS.get(usize::from(id)).copied().flatten()
    }

    /// Cites what says that only one side sends it in a packet which both send.
    pub(super) const fn of_one_side(self) -> Citation {
        Citation::of_row(Table::OneSided, self as u8)
    }

    /// What to say of a value that its type cannot have.
    pub(super) fn out_of_range(self, place: Place) -> Cause {
        match self {
            Number::TopicAlias => Violation::ZeroTopicAlias.into(),
            Number::ResponseTopic => Violation::BadResponseTopic.into(),
            _ => Cause::new(Violation::PropertyOutOfRange, place.properties()),
        }
    }
}

/// A set of properties: a bit a row of the table.
pub(super) type Rows = u32;

impl Number {
    /// Its bit in a set.
    pub(super) const fn row(self) -> Rows {
        1 << self as u32
    }

    /// Those that may stand there, put there by one of the senders.
    #[cfg_attr(target_pointer_width = "32", inline(never))] // three copies of it are 150 bytes of flash
    pub(super) fn allowed_in(place: Place, senders: Senders) -> Rows {
        let [by_client, by_server] = ALLOWED.get(place as usize).copied().unwrap_or_default();
        match senders {
            Senders::CLIENT => by_client,
            Senders::SERVER => by_server,
            _ => by_client | by_server,
        }
    }

    /// Those that may stand there more than once.
    pub(super) const fn repeated_in(place: Place) -> Rows {
        let [in_publish, everywhere] = REPEATED;
        if matches!(place, Place::Publish) { in_publish } else { everywhere }
    }
}

/// For each place, what a client may put there and what a server may put there: the table below, turned by a right angle.
#[expect(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "it is made when this is compiled")]
const ALLOWED: [[Rows; 2]; 16] = {
    let mut allowed = [[0; 2]; 16];
    let mut row = 0;
    while row < PLACES.len() {
        let mut place = 0;
        while place < allowed.len() {
            let [by_client, by_server] = PLACES[row].in_place(place as u32);
            allowed[place][0] |= (by_client as Rows) << row;
            allowed[place][1] |= (by_server as Rows) << row;
            place += 1;
        }
        row += 1;
    }
    allowed
};

/// Where the standard says that only one side sends the property of that row in a packet which both send.
pub(crate) const fn one_sided(row: u8) -> Citation {
    const SUBSCRIPTION_IDENTIFIER: u8 = Number::SubscriptionIdentifier as u8;
    const SESSION_EXPIRY_INTERVAL: u8 = Number::SessionExpiryInterval as u8;
    match row {
        SUBSCRIPTION_IDENTIFIER => mqtt!("3.3.4-6"),
        SESSION_EXPIRY_INTERVAL => mqtt!("3.14.2-2"),
        _ => mqtt!("3.14.2.2.5"),
    }
}

/// Where a property may stand more than once.
#[derive(Clone, Copy)]
enum Repeats {
    Never,
    InPublish,
    Everywhere,
}

properties! {
    // id, name, getter: value, how often; where it may stand; what it says
    0x01 PayloadFormatIndicator payload_format_indicator: bool, Never; [PUBLISH WILL]
         "Payload Format Indicator": "true if the payload is UTF-8 text.";
    0x02 MessageExpiryInterval message_expiry_interval: u32, Never; [PUBLISH WILL]
         "Message Expiry Interval": "the lifetime of the message in seconds.";
    0x03 ContentType content_type: Text<'a>, Never; [PUBLISH WILL]
         "Content Type": "what the payload is, such as a MIME type.";
    0x08 ResponseTopic response_topic: TopicName<'a>, Never; [PUBLISH WILL]
         "Response Topic": "where the answer to this request is expected.";
    0x09 CorrelationData correlation_data: &'a [u8], Never; [PUBLISH WILL]
         "Correlation Data": "names the request in its answer.";
    0x0B SubscriptionIdentifier subscription_identifier: SubscriptionIdentifier, InPublish;
         [PUBLISH_BY_SERVER SUBSCRIBE]
         "Subscription Identifier": "names a subscription in the messages that it brings. A PUBLISH may hold several: `subscription_identifiers` gives all.";
    0x11 SessionExpiryInterval session_expiry_interval: u32, Never; [CONNECT CONNACK DISCONNECT_BY_CLIENT]
         "Session Expiry Interval": "seconds that the session outlives the connection; 0xFFFFFFFF: for ever.";
    0x12 AssignedClientIdentifier assigned_client_identifier: Text<'a>, Never; [CONNACK]
         "Assigned Client Identifier": "the name given to a client that came without one.";
    0x13 ServerKeepAlive server_keep_alive: u16, Never; [CONNACK]
         "Server Keep Alive": "seconds, in place of the client's.";
    0x15 AuthenticationMethod authentication_method: Text<'a>, Never; [CONNECT CONNACK AUTH]
         "Authentication Method": "its name.";
    0x16 AuthenticationData authentication_data: &'a [u8], Never; [CONNECT CONNACK AUTH]
         "Authentication Data": "what the method makes of it.";
    0x17 RequestProblemInformation request_problem_information: bool, Never; [CONNECT]
         "Request Problem Information": "false if acknowledgements shall explain nothing.";
    0x18 WillDelayInterval will_delay_interval: u32, Never; [WILL]
         "Will Delay Interval": "seconds between the end of the connection and the will.";
    0x19 RequestResponseInformation request_response_information: bool, Never; [CONNECT]
         "Request Response Information": "true if CONNACK may hold some.";
    0x1A ResponseInformation response_information: Text<'a>, Never; [CONNACK]
         "Response Information": "what a response topic may begin with.";
    0x1C ServerReference server_reference: Text<'a>, Never; [CONNACK DISCONNECT_BY_SERVER]
         "Server Reference": "other servers to use.";
    0x1F ReasonString reason_string: Text<'a>, Never;
         [CONNACK PUBACK PUBREC PUBREL PUBCOMP SUBACK UNSUBACK DISCONNECT AUTH]
         "Reason String": "an explanation for people.";
    0x21 ReceiveMaximum receive_maximum: NonZeroU16, Never; [CONNECT CONNACK]
         "Receive Maximum": "how many messages of QoS 1 and 2 may be under way at once.";
    0x22 TopicAliasMaximum topic_alias_maximum: u16, Never; [CONNECT CONNACK]
         "Topic Alias Maximum": "the largest alias that is taken.";
    0x23 TopicAlias topic_alias: NonZeroU16, Never; [PUBLISH]
         "Topic Alias": "a number in place of the topic name.";
    0x24 MaximumQoS maximum_qos: MaximumQoS, Never; [CONNACK]
         "Maximum QoS": "what the server takes, if that is not 2.";
    0x25 RetainAvailable retain_available: bool, Never; [CONNACK]
         "Retain Available": "false if the server keeps no messages.";
    0x26 UserProperty user_property: (Text<'a>, Text<'a>), Everywhere;
         [CONNECT WILL CONNACK PUBLISH PUBACK PUBREC PUBREL PUBCOMP SUBSCRIBE SUBACK UNSUBSCRIBE UNSUBACK DISCONNECT AUTH]
         "User Property": "a name and a value. There may be several: `user_properties` gives all.";
    0x27 MaximumPacketSize maximum_packet_size: NonZeroU32, Never; [CONNECT CONNACK]
         "Maximum Packet Size": "the largest packet that is taken, in bytes.";
    0x28 WildcardSubscriptionAvailable wildcard_subscription_available: bool, Never; [CONNACK]
         "Wildcard Subscription Available": "false if filters with wildcards are not taken.";
    0x29 SubscriptionIdentifierAvailable subscription_identifier_available: bool, Never; [CONNACK]
         "Subscription Identifier Available": "false if they are not taken.";
    0x2A SharedSubscriptionAvailable shared_subscription_available: bool, Never; [CONNACK]
         "Shared Subscription Available": "false if they are not taken.";
}
