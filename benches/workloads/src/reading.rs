//! What is read of a decoded packet. A codec describes its packet once, to a [`Reader`]; the reader of a timed run adds up
//! numbers and lengths, that of a check keeps every byte.

/// Is shown what a codec decoded.
pub trait Reader {
    /// True for a reader that checks: it is shown more than what a timed run reads.
    const CHECKS: bool;

    /// Begins a packet.
    fn packet(&mut self, packet_type: &'static str);
    /// A number of the packet.
    fn number(&mut self, field: &'static str, value: u64);
    /// A text or data of the packet.
    fn bytes(&mut self, field: &'static str, value: &[u8]);
    /// The codec keeps this packet's fields to itself.
    fn hidden(&mut self);

    /// One of the packet's user properties.
    #[inline(always)]
    fn user_property(&mut self, name: &[u8], value: &[u8]) {
        self.bytes("name of user property", name);
        self.bytes("value of user property", value);
    }

    /// A number that only a check is shown, if it is there.
    #[inline(always)]
    fn check(&mut self, field: &'static str, value: Option<impl Into<u64>>) {
        if Self::CHECKS
            && let Some(value) = value
        {
            self.number(field, value.into());
        }
    }

    /// A text or data that only a check is shown, if it is there.
    #[inline(always)]
    fn check_bytes(&mut self, field: &'static str, value: Option<impl AsRef<[u8]>>) {
        if Self::CHECKS
            && let Some(value) = value
        {
            self.bytes(field, value.as_ref());
        }
    }
}

/// Reads in a timed run.
#[derive(Default)]
pub struct Sum(pub u64);

impl Reader for Sum {
    const CHECKS: bool = false;

    #[inline(always)]
    fn packet(&mut self, _: &'static str) {
        self.0 = self.0.wrapping_add(1);
    }

    #[inline(always)]
    fn number(&mut self, _: &'static str, value: u64) {
        self.0 = self.0.wrapping_add(value);
    }

    #[inline(always)]
    fn bytes(&mut self, _: &'static str, value: &[u8]) {
        self.0 = self.0.wrapping_add(value.len() as u64);
    }

    fn hidden(&mut self) {}
}

/// Keeps all that packets say.
#[derive(Default)]
pub struct Record(Vec<Content>);

struct Content {
    packet_type: &'static str,
    hidden: bool,
    fields: Vec<(&'static str, Vec<u8>)>,
}

impl Reader for Record {
    const CHECKS: bool = true;

    fn packet(&mut self, packet_type: &'static str) {
        self.0.push(Content { packet_type, hidden: false, fields: Vec::new() });
    }

    /// A property that says no more than its absence would counts as absent: some codecs cannot tell them apart.
    fn number(&mut self, field: &'static str, value: u64) {
        if property::default_of(field) != Some(value) {
            self.bytes(field, value.to_string().as_bytes());
        }
    }

    fn bytes(&mut self, field: &'static str, value: &[u8]) {
        self.0.last_mut().expect("a packet has begun").fields.push((field, value.to_vec()));
    }

    fn hidden(&mut self) {
        self.0.last_mut().expect("a packet has begun").hidden = true;
    }
}

impl Record {
    /// The first field in which the packets of `other` differ. The order of different properties is no difference; that of
    /// equal ones is.
    pub fn difference(&self, other: &Record) -> Option<String> {
        if self.0.len() != other.0.len() {
            return Some(format!("{} packets instead of {}", other.0.len(), self.0.len()));
        }
        self.0.iter().zip(&other.0).find_map(|(expected, found)| expected.difference(found))
    }

    /// The types of the packets whose fields the codec does not show.
    pub fn hidden(&self) -> Vec<&'static str> {
        let mut types: Vec<_> =
            self.0.iter().filter(|content| content.hidden).map(|content| content.packet_type).collect();
        types.sort_unstable();
        types.dedup();
        types
    }
}

impl Content {
    fn difference(&self, other: &Content) -> Option<String> {
        let packet_type = self.packet_type;
        if packet_type != other.packet_type {
            return Some(format!("{} instead of {packet_type}", other.packet_type));
        }
        if other.hidden {
            return None;
        }
        let (expected, found) = (self.sorted(), other.sorted());
        let first = (0..expected.len().max(found.len())).find(|&i| expected.get(i) != found.get(i))?;
        Some(match (expected.get(first), found.get(first)) {
            (Some((field, value)), Some((same, other))) if field == same => {
                format!("{packet_type}: {field} is {} instead of {}", shown(other), shown(value))
            }
            (Some((field, _)), found) if found.is_none_or(|(other, _)| other > field) => {
                format!("{packet_type}: {field} is missing")
            }
            (_, Some((field, value))) => format!("{packet_type}: {field} ({}) is too much", shown(value)),
            (_, None) => format!("{packet_type}: a field is missing"),
        })
    }

    /// The fields by their names; those of one name stay in order.
    fn sorted(&self) -> Vec<&(&'static str, Vec<u8>)> {
        let mut fields: Vec<_> = self.fields.iter().collect();
        fields.sort_by_key(|(field, _)| *field);
        fields
    }
}

fn shown(value: &[u8]) -> String {
    match value.len() {
        0..=40 => format!("\"{}\"", value.escape_ascii()),
        length => format!("{length} bytes"),
    }
}

/// The properties of MQTT 5.0, by their names in the standard.
pub mod property {
    macro_rules! properties {
        ($($id:literal $constant:ident $name:literal $($default:literal)?;)*) => {
            $(#[doc = $name] pub const $constant: &str = $name;)*

            /// The name of the property with this identifier.
            pub const fn name_of(id: u8) -> &'static str {
                match id { $($id => $name,)* _ => "unknown property" }
            }

            /// What the absence of a property stands for.
            pub fn default_of(name: &str) -> Option<u64> {
                match name { $($($name => Some($default),)?)* _ => None }
            }
        };
    }

    properties! {
        0x01 PAYLOAD_FORMAT_INDICATOR "Payload Format Indicator" 0;
        0x02 MESSAGE_EXPIRY_INTERVAL "Message Expiry Interval";
        0x03 CONTENT_TYPE "Content Type";
        0x08 RESPONSE_TOPIC "Response Topic";
        0x09 CORRELATION_DATA "Correlation Data";
        0x0B SUBSCRIPTION_IDENTIFIER "Subscription Identifier";
        0x11 SESSION_EXPIRY_INTERVAL "Session Expiry Interval";
        0x12 ASSIGNED_CLIENT_IDENTIFIER "Assigned Client Identifier";
        0x13 SERVER_KEEP_ALIVE "Server Keep Alive";
        0x15 AUTHENTICATION_METHOD "Authentication Method";
        0x16 AUTHENTICATION_DATA "Authentication Data";
        0x17 REQUEST_PROBLEM_INFORMATION "Request Problem Information" 1;
        0x18 WILL_DELAY_INTERVAL "Will Delay Interval" 0;
        0x19 REQUEST_RESPONSE_INFORMATION "Request Response Information" 0;
        0x1A RESPONSE_INFORMATION "Response Information";
        0x1C SERVER_REFERENCE "Server Reference";
        0x1F REASON_STRING "Reason String";
        0x21 RECEIVE_MAXIMUM "Receive Maximum" 65535;
        0x22 TOPIC_ALIAS_MAXIMUM "Topic Alias Maximum" 0;
        0x23 TOPIC_ALIAS "Topic Alias";
        0x24 MAXIMUM_QOS "Maximum QoS" 2;
        0x25 RETAIN_AVAILABLE "Retain Available" 1;
        0x27 MAXIMUM_PACKET_SIZE "Maximum Packet Size";
        0x28 WILDCARD_SUBSCRIPTION_AVAILABLE "Wildcard Subscription Available" 1;
        0x29 SUBSCRIPTION_IDENTIFIER_AVAILABLE "Subscription Identifier Available" 1;
        0x2A SHARED_SUBSCRIPTION_AVAILABLE "Shared Subscription Available" 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{Reader, Record, property};

    fn connack(properties: &[(&'static str, u64)]) -> Record {
        let mut record = Record::default();
        record.packet("CONNACK");
        properties.iter().for_each(|&(name, value)| record.number(name, value));
        record
    }

    #[test]
    fn the_order_of_properties_is_no_difference() {
        let some = connack(&[(property::RECEIVE_MAXIMUM, 10), (property::SERVER_KEEP_ALIVE, 30)]);
        let same = connack(&[(property::SERVER_KEEP_ALIVE, 30), (property::RECEIVE_MAXIMUM, 10)]);
        assert_eq!(some.difference(&same), None);
    }

    #[test]
    fn a_default_may_be_left_out() {
        let said = connack(&[(property::RETAIN_AVAILABLE, 1)]);
        assert_eq!(said.difference(&connack(&[])), None);
    }

    #[test]
    fn differences_are_told() {
        let expected = connack(&[(property::RECEIVE_MAXIMUM, 10)]);
        let difference = |properties: &[_]| expected.difference(&connack(properties)).unwrap_or_default();
        assert_eq!(
            difference(&[(property::RECEIVE_MAXIMUM, 11)]),
            "CONNACK: Receive Maximum is \"11\" instead of \"10\""
        );
        assert_eq!(difference(&[]), "CONNACK: Receive Maximum is missing");
        let more = [(property::RECEIVE_MAXIMUM, 10), (property::SERVER_KEEP_ALIVE, 30)];
        assert_eq!(difference(&more), "CONNACK: Server Keep Alive (\"30\") is too much");
    }

    #[test]
    fn the_order_of_user_properties_is_a_difference() {
        let record = |pairs: [(&str, &str); 2]| {
            let mut record = connack(&[]);
            pairs.iter().for_each(|(name, value)| record.user_property(name.as_bytes(), value.as_bytes()));
            record
        };
        let expected = record([("a", "1"), ("b", "2")]);
        assert!(expected.difference(&record([("b", "2"), ("a", "1")])).is_some());
    }
}
