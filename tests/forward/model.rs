//! What a server makes of a message by hand: plain lists, and a PUBLISH written anew.

use mqtt_wire::v5::Property;
use mqtt_wire::{EncodeError, Outgoing, Version, Violation, v3, v5};

use crate::received::Message;

/// What a subscriber gets: the packet, or the rule that it would break and where that stands; None: the message has expired.
pub type Sent = Option<Result<Vec<u8>, (Violation, String)>>;

/// Where each version says that a topic has a character, or in 5.0 that an alias may stand in its place.
pub const NO_TOPIC: [&str; 3] = ["MQTT 3.1 appendix A", "MQTT-4.7.3-1", "MQTT 5.0 section 3.3.2.1"];

/// Section 3.3.2.3 says of these that they go on unaltered, and of no other.
pub fn goes_on(property: &Property<'_>) -> bool {
    matches!(
        property,
        Property::PayloadFormatIndicator(_)
            | Property::ContentType(_)
            | Property::ResponseTopic(_)
            | Property::CorrelationData(_)
            | Property::UserProperty(_)
    )
}

pub fn sent(message: &Message<'_>, outgoing: &Outgoing<'_>) -> Sent {
    let Ok(expiry) = lowered(expiry(message), outgoing.seconds_waited) else { return None };
    let Outgoing { delivery, retain, topic, .. } = *outgoing;
    let payload = message.payload;
    if outgoing.version != Version::V5_0 {
        return Some(match topic {
            Some(topic) => {
                written(|buffer| v3::Publish { delivery, retain, topic, payload }.encode(buffer).map(<[u8]>::len))
            }
            None => Err((Violation::NoTopic, NO_TOPIC[outgoing.version as usize - 3].to_owned())),
        });
    }
    let mut properties = Vec::new();
    properties.extend(outgoing.topic_alias.map(Property::TopicAlias));
    properties.extend(expiry.map(Property::MessageExpiryInterval));
    properties.extend(outgoing.subscription_identifiers.iter().copied().map(Property::SubscriptionIdentifier));
    properties.extend(message.properties.iter().copied().filter(goes_on));
    let properties = v5::Properties::from(&properties[..]);
    Some(written(|buffer| v5::Publish { delivery, retain, topic, properties, payload }.encode(buffer).map(<[u8]>::len)))
}

fn expiry(message: &Message<'_>) -> Option<u32> {
    message.properties.iter().find_map(|property| match property {
        Property::MessageExpiryInterval(seconds) => Some(*seconds),
        _ => None,
    })
}

struct Expired;

/// What did not wait has not expired, whatever its lifetime.
fn lowered(expiry: Option<u32>, waited: u32) -> Result<Option<u32>, Expired> {
    match expiry {
        Some(seconds) if waited > 0 && waited >= seconds => Err(Expired),
        expiry => Ok(expiry.map(|seconds| seconds - waited)),
    }
}

fn written(encode: impl Fn(&mut [u8]) -> Result<usize, EncodeError>) -> Result<Vec<u8>, (Violation, String)> {
    let mut packet = Vec::new();
    loop {
        match encode(&mut packet) {
            Ok(_) => return Ok(packet),
            Err(EncodeError::BufferTooSmall { needed }) => packet = vec![0; needed],
            Err(EncodeError::Invalid(rule)) => return Err((rule.violation(), rule.statement().to_string())),
        }
    }
}

/// Into how many pieces the properties that go on are cut by those that do not.
pub fn pieces(message: &Message<'_>) -> usize {
    message.properties.chunk_by(|one, next| goes_on(one) == goes_on(next)).filter(|run| goes_on(&run[0])).count()
}
