//! From one version to another, for brokers that serve all of them.
//!
//! What 3.1.1 can say, 5.0 can say: `From`. The way back is [`to_v3`](crate::v5::Publish::to_v3), which fails where
//! something would be lost, and says what. A broker that means to lose it takes it off first:
//! `Publish { properties: Properties::EMPTY, ..publish }.to_v3()`.

use crate::display::display;
use crate::v3::{ConnectReturnCode, Edition, SubscribeReturnCode};
use crate::v5::{Properties, Property, ReasonCode, RetainHandling};
use crate::wire::{List, TextError};
use crate::{v3, v5};

/// What MQTT 3.1 and 3.1.1 have no place for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotInV3 {
    /// Properties.
    Properties,
    /// A PUBLISH that names its topic by an alias alone.
    TopicAlias,
    /// A shared subscription.
    SharedSubscription,
    /// No Local, Retain As Published or Retain Handling.
    SubscriptionOptions,
    /// A password without a user name.
    PasswordWithoutUserName,
    /// A session that neither ends with the connection nor lasts for ever, or an old one that is to end with it.
    SessionLifetime,
    /// A reason code that is neither success nor one of the return codes.
    ReasonCode(ReasonCode),
}

display! { NotInV3, |what| what;
    NotInV3::Properties => "MQTT 3.1.1 has no properties";
    NotInV3::TopicAlias => "MQTT 3.1.1 has no topic aliases";
    NotInV3::SharedSubscription => "MQTT 3.1.1 has no shared subscriptions";
    NotInV3::SubscriptionOptions => "MQTT 3.1.1 has no subscription option but the QoS";
    NotInV3::PasswordWithoutUserName => "MQTT 3.1.1 has no password without a user name";
    NotInV3::SessionLifetime => "MQTT 3.1.1 has no such lifetime of a session";
    NotInV3::ReasonCode(code) => "MQTT 3.1.1 has no return code for \"{}\"", code.name();
}

impl core::error::Error for NotInV3 {}

fn without(properties: &Properties<'_>) -> Result<(), NotInV3> {
    if properties.is_empty() { Ok(()) } else { Err(NotInV3::Properties) }
}

/// What 3.1.1 says by answering at all; it does not tell one success from another.
fn no_error(reason_code: ReasonCode) -> Result<(), NotInV3> {
    if reason_code.is_error() { Err(NotInV3::ReasonCode(reason_code)) } else { Ok(()) }
}

/// A session of 3.1.1 that is not clean lasts until the server tires of it.
const FOR_EVER: &[Property<'static>] = &[Property::SessionExpiryInterval(u32::MAX)];

impl<'a> From<v3::Connect<'a>> for v5::Connect<'a> {
    /// A session that is not clean never expires.
    fn from(connect: v3::Connect<'a>) -> Self {
        v5::Connect {
            clean_start: connect.clean_session,
            keep_alive: connect.keep_alive,
            properties: if connect.clean_session { Properties::EMPTY } else { Properties::from(FOR_EVER) },
            client_id: connect.client_id,
            will: connect.will.map(v5::Will::from),
            user_name: connect.user_name,
            password: connect.password,
        }
    }
}

impl<'a> From<v3::Will<'a>> for v5::Will<'a> {
    fn from(will: v3::Will<'a>) -> Self {
        v5::Will { qos: will.qos, retain: will.retain, ..v5::Will::new(will.topic, will.message) }
    }
}

impl<'a> v5::Connect<'a> {
    /// The same in MQTT 3.1.1.
    ///
    /// # Errors
    /// What 3.1.1 has no place for.
    pub fn to_v3(&self) -> Result<v3::Connect<'a>, NotInV3> {
        let expiry = self.properties.session_expiry_interval();
        if self.properties.iter().any(|property| !matches!(property, Property::SessionExpiryInterval(_))) {
            return Err(NotInV3::Properties);
        }
        let clean_session = match (self.clean_start, expiry) {
            (true, None | Some(0)) => true,
            (false, Some(u32::MAX)) => false,
            _ => return Err(NotInV3::SessionLifetime),
        };
        if self.password.is_some() && self.user_name.is_none() {
            return Err(NotInV3::PasswordWithoutUserName);
        }
        Ok(v3::Connect {
            edition: Edition::V3_1_1,
            clean_session,
            keep_alive: self.keep_alive,
            client_id: self.client_id,
            will: self.will.map(|will| will.to_v3()).transpose()?,
            user_name: self.user_name,
            password: self.password,
        })
    }
}

impl<'a> v5::Will<'a> {
    /// The same in MQTT 3.1.1.
    ///
    /// # Errors
    /// What 3.1.1 has no place for.
    pub fn to_v3(&self) -> Result<v3::Will<'a>, NotInV3> {
        without(&self.properties)?;
        Ok(v3::Will { qos: self.qos, retain: self.retain, topic: self.topic, message: self.payload })
    }
}

impl From<ConnectReturnCode> for ReasonCode {
    fn from(code: ConnectReturnCode) -> ReasonCode {
        match code {
            ConnectReturnCode::Accepted => ReasonCode::Success,
            ConnectReturnCode::UnacceptableProtocolVersion => ReasonCode::UnsupportedProtocolVersion,
            ConnectReturnCode::IdentifierRejected => ReasonCode::ClientIdentifierNotValid,
            ConnectReturnCode::ServerUnavailable => ReasonCode::ServerUnavailable,
            ConnectReturnCode::BadUserNameOrPassword => ReasonCode::BadUserNameOrPassword,
            ConnectReturnCode::NotAuthorized => ReasonCode::NotAuthorized,
        }
    }
}

impl From<SubscribeReturnCode> for ReasonCode {
    fn from(code: SubscribeReturnCode) -> ReasonCode {
        match code {
            SubscribeReturnCode::Granted(qos) => ReasonCode::granted(qos),
            SubscribeReturnCode::Failure => ReasonCode::UnspecifiedError,
        }
    }
}

impl ReasonCode {
    /// The return code of a CONNACK of 3.1 and 3.1.1 that says the same, if there is one.
    #[must_use]
    pub const fn connect_return_code(self) -> Option<ConnectReturnCode> {
        Some(match self {
            ReasonCode::Success => ConnectReturnCode::Accepted,
            ReasonCode::UnsupportedProtocolVersion => ConnectReturnCode::UnacceptableProtocolVersion,
            ReasonCode::ClientIdentifierNotValid => ConnectReturnCode::IdentifierRejected,
            ReasonCode::ServerUnavailable | ReasonCode::ServerBusy => ConnectReturnCode::ServerUnavailable,
            ReasonCode::BadUserNameOrPassword => ConnectReturnCode::BadUserNameOrPassword,
            ReasonCode::NotAuthorized | ReasonCode::Banned => ConnectReturnCode::NotAuthorized,
            _ => return None,
        })
    }

    /// The return code of a SUBACK of 3.1.1: the granted QoS, or failure; None for other successes, which no SUBACK has.
    #[must_use]
    pub const fn subscribe_return_code(self) -> Option<SubscribeReturnCode> {
        if self.is_error() { Some(SubscribeReturnCode::Failure) } else { SubscribeReturnCode::new(self.value()) }
    }
}

impl From<v3::Connack> for v5::Connack<'_> {
    fn from(connack: v3::Connack) -> Self {
        v5::Connack { session_present: connack.session_present, ..v5::Connack::new(connack.return_code.into()) }
    }
}

impl v5::Connack<'_> {
    /// The same in MQTT 3.1.1.
    ///
    /// # Errors
    /// What 3.1.1 has no place for.
    pub fn to_v3(&self) -> Result<v3::Connack, NotInV3> {
        without(&self.properties)?;
        let return_code = self.reason_code.connect_return_code().ok_or(NotInV3::ReasonCode(self.reason_code))?;
        Ok(v3::Connack { session_present: self.session_present, return_code })
    }
}

impl<'a> From<v3::Publish<'a>> for v5::Publish<'a> {
    fn from(publish: v3::Publish<'a>) -> Self {
        let v3::Publish { delivery, retain, topic, payload } = publish;
        v5::Publish { delivery, retain, ..v5::Publish::new(topic, payload) }
    }
}

impl<'a> v5::Publish<'a> {
    /// The same in MQTT 3.1.1.
    ///
    /// ```
    /// use mqtt_wire::v5::{Properties, Property, Publish};
    /// use mqtt_wire::{NotInV3, topic_name, v3};
    ///
    /// let properties = [Property::MessageExpiryInterval(60)];
    /// let publish = Publish { properties: Properties::from(&properties), ..Publish::new(topic_name!("a"), b"1") };
    /// assert_eq!(publish.to_v3(), Err(NotInV3::Properties));
    /// let plain = Publish { properties: Properties::EMPTY, ..publish };
    /// assert_eq!(plain.to_v3(), Ok(v3::Publish::new(topic_name!("a"), b"1")));
    /// ```
    ///
    /// # Errors
    /// What 3.1.1 has no place for.
    pub fn to_v3(&self) -> Result<v3::Publish<'a>, NotInV3> {
        let topic = self.topic.ok_or(NotInV3::TopicAlias)?;
        without(&self.properties)?;
        Ok(v3::Publish { delivery: self.delivery, retain: self.retain, topic, payload: self.payload })
    }
}

macro_rules! acknowledgements {
    ($($name:ident)*) => { $(
        impl From<v3::$name> for v5::$name<'_> {
            fn from(acknowledgement: v3::$name) -> Self {
                v5::$name::new(acknowledgement.packet_id)
            }
        }

        impl v5::$name<'_> {
            /// The same in MQTT 3.1.1.
            ///
            /// # Errors
            /// What 3.1.1 has no place for.
            pub fn to_v3(&self) -> Result<v3::$name, NotInV3> {
                no_error(self.reason_code)?;
                without(&self.properties)?;
                Ok(v3::$name::new(self.packet_id))
            }
        }
    )* };
}

acknowledgements! { Puback Pubrec Pubrel Pubcomp }

impl<'a> v5::Unsuback<'a> {
    /// The same in MQTT 3.1.1, which has no reason codes here.
    ///
    /// # Errors
    /// What 3.1.1 has no place for.
    pub fn to_v3(&self) -> Result<v3::Unsuback, NotInV3> {
        without(&self.properties)?;
        self.reason_codes.iter().try_for_each(no_error)?;
        Ok(v3::Unsuback::new(self.packet_id))
    }
}

impl v3::Unsuback {
    /// The same in MQTT 5.0, which wants a reason code for each topic filter of the UNSUBSCRIBE.
    #[must_use]
    pub fn to_v5<'a>(&self, reason_codes: impl Into<List<'a, ReasonCode>>) -> v5::Unsuback<'a> {
        v5::Unsuback::new(self.packet_id, reason_codes)
    }
}

impl<'a> TryFrom<v3::Subscription<'a>> for v5::Subscription<'a> {
    type Error = TextError;

    /// Options that 3.1.1 behaves by: own messages come back, RETAIN tells what was kept, retained messages are sent.
    ///
    /// Fails for `$share/…` that 3.1.1 takes for an ordinary filter and 5.0 for an ill-formed shared subscription.
    fn try_from(subscription: v3::Subscription<'a>) -> Result<Self, TextError> {
        let topic_filter = subscription.topic_filter.to_v5()?;
        Ok(v5::Subscription::new(topic_filter, subscription.qos))
    }
}

impl<'a> v5::Subscription<'a> {
    /// The same in MQTT 3.1.1.
    ///
    /// # Errors
    /// What 3.1.1 has no place for.
    pub fn to_v3(&self) -> Result<v3::Subscription<'a>, NotInV3> {
        if self.topic_filter.is_shared() {
            return Err(NotInV3::SharedSubscription);
        }
        let plain = !self.no_local && !self.retain_as_published && self.retain_handling == RetainHandling::Send;
        if plain { Ok(v3::Subscription::new(self.topic_filter, self.qos)) } else { Err(NotInV3::SubscriptionOptions) }
    }
}

impl From<v3::Disconnect> for v5::Disconnect<'_> {
    fn from(_: v3::Disconnect) -> Self {
        v5::Disconnect::new(ReasonCode::Success)
    }
}

impl v5::Disconnect<'_> {
    /// The same in MQTT 3.1.1, which knows normal disconnection only.
    ///
    /// # Errors
    /// What 3.1.1 has no place for.
    pub fn to_v3(&self) -> Result<v3::Disconnect, NotInV3> {
        if self.reason_code != ReasonCode::Success {
            return Err(NotInV3::ReasonCode(self.reason_code));
        }
        without(&self.properties)?;
        Ok(v3::Disconnect)
    }
}

macro_rules! pings {
    ($($name:ident)*) => { $(
        impl From<v3::$name> for v5::$name {
            fn from(_: v3::$name) -> Self {
                v5::$name
            }
        }

        impl From<v5::$name> for v3::$name {
            fn from(_: v5::$name) -> Self {
                v3::$name
            }
        }
    )* };
}

pings! { Pingreq Pingresp }
