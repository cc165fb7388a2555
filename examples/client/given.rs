//! The properties of MQTT 5.0 that the command line gives: `-D publish content-type text/plain`.

use std::num::{NonZeroU16, NonZeroU32};
use std::str::FromStr;

use mqtt_wire::v5::{Property, SubscriptionIdentifier};
use mqtt_wire::{Text, TopicName};

/// For each packet the properties that it gets, in their order.
#[derive(Default)]
pub(crate) struct Given<'o> {
    pub connect: Vec<Property<'o>>,
    pub will: Vec<Property<'o>>,
    pub publish: Vec<Property<'o>>,
    pub subscribe: Vec<Property<'o>>,
    pub unsubscribe: Vec<Property<'o>>,
    pub disconnect: Vec<Property<'o>>,
}

impl<'o> Given<'o> {
    /// Reads packet, name and value of each; a user property has a name of its own before its value.
    pub(crate) fn read(words: &'o [String]) -> Result<Given<'o>, String> {
        let mut given = Given::default();
        let mut words = words.iter().map(String::as_str);
        while let Some(packet) = words.next() {
            let (Some(name), Some(value)) = (words.next(), words.next()) else {
                return Err(format!("-D {packet} wants the name of a property and its value"));
            };
            let property = match name {
                "user-property" => {
                    let behind = words.next().ok_or("-D with user-property wants a name and a value")?;
                    Property::UserProperty((text(name, value)?, text(name, behind)?))
                }
                _ => property(name, value)?,
            };
            given.of(packet)?.push(property);
        }
        Ok(given)
    }

    fn of(&mut self, packet: &str) -> Result<&mut Vec<Property<'o>>, String> {
        Ok(match packet {
            "connect" => &mut self.connect,
            "will" => &mut self.will,
            "publish" => &mut self.publish,
            "subscribe" => &mut self.subscribe,
            "unsubscribe" => &mut self.unsubscribe,
            "disconnect" => &mut self.disconnect,
            other => return Err(format!("-D has no properties for \"{other}\"; --help names the packets")),
        })
    }
}

/// Which packet may have it, the encoder knows.
fn property<'o>(name: &str, value: &'o str) -> Result<Property<'o>, String> {
    Ok(match name {
        "payload-format-indicator" => Property::PayloadFormatIndicator(flag(name, value)?),
        "message-expiry-interval" => Property::MessageExpiryInterval(number(name, value)?),
        "content-type" => Property::ContentType(text(name, value)?),
        "response-topic" => Property::ResponseTopic(TopicName::new(value).map_err(|error| format!("{name}: {error}"))?),
        "correlation-data" => Property::CorrelationData(value.as_bytes()),
        "subscription-identifier" => {
            let identifier = SubscriptionIdentifier::new(number(name, value)?);
            Property::SubscriptionIdentifier(identifier.ok_or("a subscription-identifier is 1 to 268435455")?)
        }
        "session-expiry-interval" => Property::SessionExpiryInterval(number(name, value)?),
        "request-problem-information" => Property::RequestProblemInformation(flag(name, value)?),
        "will-delay-interval" => Property::WillDelayInterval(number(name, value)?),
        "request-response-information" => Property::RequestResponseInformation(flag(name, value)?),
        "reason-string" => Property::ReasonString(text(name, value)?),
        "receive-maximum" => Property::ReceiveMaximum(number::<NonZeroU16>(name, value)?),
        "topic-alias-maximum" => Property::TopicAliasMaximum(number(name, value)?),
        "topic-alias" => Property::TopicAlias(number::<NonZeroU16>(name, value)?),
        "maximum-packet-size" => Property::MaximumPacketSize(number::<NonZeroU32>(name, value)?),
        _ => return Err(format!("-D knows no property \"{name}\"; --help names them")),
    })
}

fn number<T: FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("\"{value}\" is no number that {name} can be"))
}

fn flag(name: &str, value: &str) -> Result<bool, String> {
    match value {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err(format!("{name} is 0 or 1, not \"{value}\"")),
    }
}

fn text<'o>(name: &str, value: &'o str) -> Result<Text<'o>, String> {
    Text::new(value).map_err(|error| format!("{name}: {error}"))
}
