//! Properties of MQTT 5.0: what their values are to people.

use mqtt_wire::v5::{MaximumQoS, Property};

use crate::text::count;
use crate::{hex, text};

/// A value, by how it is shown.
pub(crate) enum Value<'a> {
    Flag(bool),
    IsUtf8(bool),
    Number(u32),
    Seconds(u32),
    /// Seconds, the largest number of which means for ever.
    Lifetime(u32),
    Bytes(u32),
    Text(&'a str),
    Binary(&'a [u8]),
    Pair(&'a str, &'a str),
}

pub(crate) fn value<'a>(property: &Property<'a>) -> Value<'a> {
    use Value::{Binary, Bytes, Flag, IsUtf8, Lifetime, Number, Pair, Seconds, Text};
    match *property {
        Property::PayloadFormatIndicator(is_utf8) => IsUtf8(is_utf8),
        Property::MessageExpiryInterval(seconds) => Seconds(seconds),
        Property::ContentType(text) => Text(text.as_str()),
        Property::ResponseTopic(topic) => Text(topic.as_str()),
        Property::CorrelationData(bytes) => Binary(bytes),
        Property::SubscriptionIdentifier(number) => Number(number.get()),
        Property::SessionExpiryInterval(seconds) => Lifetime(seconds),
        Property::AssignedClientIdentifier(text) => Text(text.as_str()),
        Property::ServerKeepAlive(seconds) => Seconds(seconds.into()),
        Property::AuthenticationMethod(text) => Text(text.as_str()),
        Property::AuthenticationData(bytes) => Binary(bytes),
        Property::RequestProblemInformation(flag) => Flag(flag),
        Property::WillDelayInterval(seconds) => Seconds(seconds),
        Property::RequestResponseInformation(flag) => Flag(flag),
        Property::ResponseInformation(text) => Text(text.as_str()),
        Property::ServerReference(text) => Text(text.as_str()),
        Property::ReasonString(text) => Text(text.as_str()),
        Property::ReceiveMaximum(number) => Number(u16::from(number).into()),
        Property::TopicAliasMaximum(number) => Number(number.into()),
        Property::TopicAlias(number) => Number(u16::from(number).into()),
        Property::MaximumQoS(MaximumQoS::AtMostOnce) => Number(0),
        Property::MaximumQoS(MaximumQoS::AtLeastOnce) => Number(1),
        Property::RetainAvailable(flag) => Flag(flag),
        Property::UserProperty((name, value)) => Pair(name.as_str(), value.as_str()),
        Property::MaximumPacketSize(bytes) => Bytes(bytes.into()),
        Property::WildcardSubscriptionAvailable(flag) => Flag(flag),
        Property::SubscriptionIdentifierAvailable(flag) => Flag(flag),
        Property::SharedSubscriptionAvailable(flag) => Flag(flag),
    }
}

/// `Topic Alias 10`.
pub(crate) fn in_words(property: &Property) -> String {
    let value = match value(property) {
        Value::Flag(true) => "yes".to_owned(),
        Value::Flag(false) => "no".to_owned(),
        Value::IsUtf8(true) => "UTF-8".to_owned(),
        Value::IsUtf8(false) => "unspecified".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Lifetime(u32::MAX) => "never".to_owned(),
        Value::Seconds(seconds) | Value::Lifetime(seconds) => format!("{seconds} s"),
        Value::Bytes(bytes) => count(bytes.into(), "byte", "bytes"),
        Value::Text(value) => text::beginning(value, text::quote),
        Value::Binary(bytes) => match text::readable(bytes) {
            Some(value) => text::beginning(value, text::quote),
            None => hex::print_beginning(bytes),
        },
        Value::Pair(key, value) => {
            format!("{}={}", text::beginning(key, text::quote), text::beginning(value, text::quote))
        }
    };
    format!("{} {value}", property.name())
}
