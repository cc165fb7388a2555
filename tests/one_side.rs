//! Packets of MQTT 5.0 that neither side could have sent, though each part of them may come from one.

use mqtt_wire::v5::{Disconnect, Properties, Property, ReasonCode};
use mqtt_wire::{Decoder, EncodeError, Version, Violation, text};

const CLIENTS: Property<'static> = Property::SessionExpiryInterval(0);
const SERVERS: Property<'static> = Property::ServerReference(text!("a"));

/// Sections 3.14.2.1 and 3.14.2.2: a bystander refuses them, and they are not written.
#[test]
fn a_disconnect_is_from_one_side() {
    let cases: [(ReasonCode, &[Property], Option<Violation>); 7] = [
        (ReasonCode::Success, &[CLIENTS], None),
        (ReasonCode::Success, &[SERVERS], None),
        (ReasonCode::Success, &[CLIENTS, SERVERS], Some(Violation::PropertyFromWrongSide)),
        (ReasonCode::DisconnectWithWillMessage, &[CLIENTS], None),
        (ReasonCode::DisconnectWithWillMessage, &[SERVERS], Some(Violation::ReasonCodeFromWrongSide)),
        (ReasonCode::UseAnotherServer, &[SERVERS], None),
        (ReasonCode::UseAnotherServer, &[CLIENTS], Some(Violation::ReasonCodeFromWrongSide)),
    ];
    for (reason_code, properties, refused) in cases {
        let mut bytes = vec![0xE0, 0, reason_code.value(), 0];
        for property in properties {
            match property {
                Property::ServerReference(_) => bytes.extend([0x1C, 0, 1, b'a']),
                _ => bytes.extend([0x11, 0, 0, 0, 0]),
            }
        }
        (bytes[1], bytes[3]) = ((bytes.len() - 2) as u8, (bytes.len() - 4) as u8);
        let read = Decoder::observer(Version::V5_0).read(&mut &bytes[..]);
        assert_eq!(read.err().map(|error| error.violation()), refused, "{reason_code:?} {properties:?}");

        let disconnect = Disconnect { properties: Properties::from(properties), ..Disconnect::new(reason_code) };
        match (disconnect.encode(&mut [0; 32]), refused) {
            (Ok(written), None) => assert_eq!(written, bytes),
            (Err(EncodeError::Invalid(rule)), Some(violation)) => assert_eq!(rule.violation(), violation),
            (other, _) => panic!("{reason_code:?} {properties:?}: {other:?}"),
        }
    }
}
