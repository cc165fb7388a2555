//! A running sum (FNV-1a) of everything that came out: two machines whose sums agree had the same results.

use core::fmt;

use mqtt_wire::v3::{self, ConnectReturnCode, Edition, SubscribeReturnCode};
use mqtt_wire::v5::{self, MaximumQoS, Properties, Property, ReasonCode, RetainHandling, SubscriptionIdentifier};
use mqtt_wire::{
    DecodeError, Delivery, EncodeError, List, ListElement, Packet, PacketId, PacketType, QoS, Text, TextError,
    TopicFilter, TopicName, Version, topic_name,
};

#[derive(Clone, Copy)]
pub struct Sum(pub u32);

impl Sum {
    pub const NOTHING: Sum = Sum(0x811C_9DC5);

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }

    pub fn add(&mut self, value: impl Summand) {
        value.add_to(self);
    }
}

impl fmt::Write for Sum {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.bytes().for_each(|byte| self.byte(byte));
        Ok(())
    }
}

/// What can be added to a sum.
pub trait Summand {
    fn add_to(&self, sum: &mut Sum);
}

impl<T: Summand + ?Sized> Summand for &T {
    fn add_to(&self, sum: &mut Sum) {
        (*self).add_to(sum);
    }
}

impl<T: Summand> Summand for Option<T> {
    fn add_to(&self, sum: &mut Sum) {
        sum.add(self.is_some());
        if let Some(value) = self {
            sum.add(value);
        }
    }
}

impl<A: Summand, B: Summand> Summand for (A, B) {
    fn add_to(&self, sum: &mut Sum) {
        sum.add(&self.0);
        sum.add(&self.1);
    }
}

impl Summand for u32 {
    fn add_to(&self, sum: &mut Sum) {
        self.to_le_bytes().into_iter().for_each(|byte| sum.byte(byte));
    }
}

/// Lengths and offsets fit four bytes on every machine.
impl Summand for usize {
    fn add_to(&self, sum: &mut Sum) {
        sum.add(*self as u32);
    }
}

impl Summand for [u8] {
    fn add_to(&self, sum: &mut Sum) {
        sum.add(self.len());
        self.iter().for_each(|byte| sum.byte(*byte));
    }
}

/// Values that are a number, or have one.
macro_rules! numbers {
    ($($type:ty: |$value:ident| $number:expr;)*) => { $(
        impl Summand for $type {
            fn add_to(&self, sum: &mut Sum) {
                let $value = *self;
                sum.add($number as u32);
            }
        }
    )* };
}

numbers! {
    bool: |value| value;
    u8: |value| value;
    u16: |value| value;
    core::num::NonZeroU16: |value| value.get();
    core::num::NonZeroU32: |value| value.get();
    PacketId: |value| value.get();
    QoS: |value| value.value();
    PacketType: |value| value;
    Version: |value| value;
    Edition: |value| value;
    ConnectReturnCode: |value| value.value();
    SubscribeReturnCode: |value| value.value();
    ReasonCode: |value| value.value();
    RetainHandling: |value| value.value();
    MaximumQoS: |value| value;
    SubscriptionIdentifier: |value| value.get();
}

/// Structs, by all of their fields.
macro_rules! fields {
    ($($type:path { $($field:ident)* })*) => { $(
        impl Summand for $type {
            fn add_to(&self, _sum: &mut Sum) {
                let Self { $($field,)* } = self;
                $(_sum.add($field);)*
            }
        }
    )* };
}

fields! {
    v3::Connect<'_> { edition clean_session keep_alive client_id will user_name password }
    v3::Will<'_> { qos retain topic message }
    v3::Connack { session_present return_code }
    v3::Publish<'_> { delivery retain topic payload }
    v3::Puback { packet_id }
    v3::Pubrec { packet_id }
    v3::Pubrel { packet_id }
    v3::Pubcomp { packet_id }
    v3::Subscribe<'_> { packet_id subscriptions }
    v3::Subscription<'_> { topic_filter qos }
    v3::Suback<'_> { packet_id return_codes }
    v3::Unsubscribe<'_> { packet_id topic_filters }
    v3::Unsuback { packet_id }
    v3::Pingreq {}
    v3::Pingresp {}
    v3::Disconnect {}
    v5::Connect<'_> { clean_start keep_alive properties client_id will user_name password }
    v5::Will<'_> { qos retain properties topic payload }
    v5::Connack<'_> { session_present reason_code properties }
    v5::Publish<'_> { delivery retain topic properties payload }
    v5::Puback<'_> { packet_id reason_code properties }
    v5::Pubrec<'_> { packet_id reason_code properties }
    v5::Pubrel<'_> { packet_id reason_code properties }
    v5::Pubcomp<'_> { packet_id reason_code properties }
    v5::Subscribe<'_> { packet_id properties subscriptions }
    v5::Subscription<'_> { topic_filter qos no_local retain_as_published retain_handling }
    v5::Suback<'_> { packet_id properties reason_codes }
    v5::Unsubscribe<'_> { packet_id properties topic_filters }
    v5::Unsuback<'_> { packet_id properties reason_codes }
    v5::Pingreq {}
    v5::Pingresp {}
    v5::Disconnect<'_> { reason_code properties }
    v5::Auth<'_> { reason_code properties }
}

/// Enums, by the value in them.
macro_rules! variants {
    ($($type:path { $($variant:ident)* })*) => { $(
        impl Summand for $type {
            fn add_to(&self, sum: &mut Sum) {
                match self { $(Self::$variant(value) => sum.add(value),)* }
            }
        }
    )* };
}

variants! {
    Packet<'_> { V3 V5 }
    v3::Packet<'_> {
        Connect Connack Publish Puback Pubrec Pubrel Pubcomp Subscribe Suback Unsubscribe Unsuback Pingreq Pingresp Disconnect
    }
    v5::Packet<'_> {
        Connect Connack Publish Puback Pubrec Pubrel Pubcomp Subscribe Suback Unsubscribe Unsuback Pingreq Pingresp Disconnect
        Auth
    }
}

/// Properties one by one, and what each getter says.
macro_rules! properties {
    ($($name:ident $getter:ident)*) => {
        impl Summand for Property<'_> {
            fn add_to(&self, sum: &mut Sum) {
                sum.add(self.id());
                match self { $(Property::$name(value) => sum.add(value),)* }
            }
        }

        impl Summand for Properties<'_> {
            fn add_to(&self, sum: &mut Sum) {
                self.iter().for_each(|property| sum.add(property));
                if !self.is_empty() {
                    $(sum.add(self.$getter());)*
                }
            }
        }
    };
}

properties! {
    PayloadFormatIndicator payload_format_indicator
    MessageExpiryInterval message_expiry_interval
    ContentType content_type
    ResponseTopic response_topic
    CorrelationData correlation_data
    SubscriptionIdentifier subscription_identifier
    SessionExpiryInterval session_expiry_interval
    AssignedClientIdentifier assigned_client_identifier
    ServerKeepAlive server_keep_alive
    AuthenticationMethod authentication_method
    AuthenticationData authentication_data
    RequestProblemInformation request_problem_information
    WillDelayInterval will_delay_interval
    RequestResponseInformation request_response_information
    ResponseInformation response_information
    ServerReference server_reference
    ReasonString reason_string
    ReceiveMaximum receive_maximum
    TopicAliasMaximum topic_alias_maximum
    TopicAlias topic_alias
    MaximumQoS maximum_qos
    RetainAvailable retain_available
    UserProperty user_property
    MaximumPacketSize maximum_packet_size
    WildcardSubscriptionAvailable wildcard_subscription_available
    SubscriptionIdentifierAvailable subscription_identifier_available
    SharedSubscriptionAvailable shared_subscription_available
}

impl<'a, T: ListElement<'a> + Summand> Summand for List<'a, T> {
    fn add_to(&self, sum: &mut Sum) {
        sum.add(self.len());
        self.iter().for_each(|element| sum.add(element));
    }
}

impl Summand for Delivery {
    fn add_to(&self, sum: &mut Sum) {
        sum.add((self.qos(), (self.packet_id(), self.dup())));
    }
}

impl Summand for Text<'_> {
    fn add_to(&self, sum: &mut Sum) {
        sum.add((self.as_bytes(), self.characters()));
    }
}

impl Summand for TopicName<'_> {
    fn add_to(&self, sum: &mut Sum) {
        sum.add(self.as_bytes());
    }
}

impl Summand for TopicFilter<'_> {
    fn add_to(&self, sum: &mut Sum) {
        sum.add((self.as_bytes(), (self.is_shared(), self.has_wildcards())));
        for name in [topic_name!("a"), topic_name!("$SYS/broker/uptime"), topic_name!("거실/온도/상태")] {
            sum.add(self.matches(name));
        }
    }
}

impl Summand for DecodeError {
    fn add_to(&self, sum: &mut Sum) {
        sum.add((self.violation() as u8, (self.offset(), self.packet_end())));
        sum.add((self.packet_type(), (self.version(), self.reason_code())));
    }
}

impl Summand for EncodeError {
    fn add_to(&self, sum: &mut Sum) {
        match self {
            EncodeError::BufferTooSmall { needed } => sum.add(needed),
            EncodeError::Invalid(rule) => {
                sum.add((rule.packet_type(), (rule.violation() as u8, rule.reason_code())));
            }
        }
    }
}

impl Summand for TextError {
    fn add_to(&self, sum: &mut Sum) {
        sum.add((self.violation() as u8, self.offset()));
    }
}

impl<T: Summand, E: Summand> Summand for Result<T, E> {
    fn add_to(&self, sum: &mut Sum) {
        sum.add(self.is_ok());
        match self {
            Ok(value) => sum.add(value),
            Err(error) => sum.add(error),
        }
    }
}
