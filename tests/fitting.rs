//! What is left out of a packet so that its receiver takes it (sections 3.1.2.11.4 and 3.1.2.11.7 of MQTT 5.0, and "Reason
//! String" and "User Property" of each packet).
//!
//! The model writes a packet anew, from a list of those properties that stay.

mod corpus;
mod strategies;
mod unlimited;

use std::num::NonZeroU32;

use mqtt_wire::Violation::*;
use mqtt_wire::v5::{
    Auth, Connack, Connect, Disconnect, Fitted, Limits, Packet, Pingreq, Pingresp, Properties, Property, Puback,
    Pubcomp, Publish, Pubrec, Pubrel, ReasonCode, ReceiverLimits, Suback, Subscribe, Subscription, Unsuback,
    Unsubscribe,
};
use mqtt_wire::{
    Decoder, EncodeError, PacketId, PacketType, QoS, Side, Version, Violation, text, topic_filter, topic_name,
};
use proptest::prelude::*;
use unlimited::{ALL, UNLIMITED};

const SIDES: [Side; 2] = [Side::Client, Side::Server];
const REASON_STRING: u8 = 0x1F;
const USER_PROPERTY: u8 = 0x26;

/// The receiver's Maximum Packet Size. What the sender itself takes says nothing about what it sends.
fn at_most(sender: Side, bytes: usize) -> Limits {
    let maximum = u32::try_from(bytes).ok().and_then(NonZeroU32::new).expect("1 to 4,294,967,295");
    let receiver = ReceiverLimits { maximum_packet_size: Some(maximum), ..ALL };
    let one = ReceiverLimits { maximum_packet_size: Some(NonZeroU32::MIN), ..ALL };
    match sender {
        Side::Client => Limits { server: receiver, client: one, ..UNLIMITED },
        Side::Server => Limits { client: receiver, server: one, ..UNLIMITED },
    }
}

/// A client that set Request Problem Information to 0.
fn silent(limits: Limits) -> Limits {
    Limits { request_problem_information: false, ..limits }
}

/// Violation and place.
type Refusal = (Violation, String);

fn refused(error: EncodeError) -> Refusal {
    match error {
        EncodeError::Invalid(rule) => (rule.violation(), rule.statement().to_string()),
        EncodeError::BufferTooSmall { needed } => panic!("{needed} bytes are wanted"),
    }
}

fn too_large(sender: Side) -> Refusal {
    let place = match sender {
        Side::Client => "MQTT-3.2.2-15",
        Side::Server => "MQTT-3.1.2-24",
    };
    (PacketTooLarge, place.to_owned())
}

fn encoded(packet: &Packet<'_>) -> Vec<u8> {
    let mut buffer = vec![0; packet.encoded_len().unwrap_or_else(|error| panic!("{error}: {packet:?}"))];
    packet.encode(&mut buffer).expect("a buffer of the right size").to_vec()
}

fn decoded(bytes: &[u8]) -> Packet<'_> {
    match Decoder::observer(Version::V5_0).read(&mut &*bytes) {
        Ok(Some(mqtt_wire::Packet::V5(packet))) => packet,
        other => panic!("{other:?} of {bytes:02X?}"),
    }
}

/// Gives the properties of a packet that may be sent without some of them, and what writes it anew with others; None: it is
/// sent whole or not at all.
fn explained<T>(
    packet: &Packet<'_>,
    then: impl FnOnce(Properties<'_>, &dyn Fn(Properties<'_>) -> Vec<u8>) -> T,
) -> Option<T> {
    macro_rules! one_of {
        ($($name:ident)*) => {
            match *packet {
                $(Packet::$name(packet) => Some(then(packet.properties, &|properties| {
                    encoded(&$name { properties, ..packet }.into())
                })),)*
                _ => None,
            }
        };
    }
    one_of!(Connack Puback Pubrec Pubrel Pubcomp Suback Unsuback Disconnect Auth)
}

/// The packet written anew without the properties with these identifiers.
fn written_without(packet: &Packet<'_>, left_out: &[u8]) -> Option<Vec<u8>> {
    explained(packet, |properties, write| {
        let kept: Vec<_> = properties.iter().filter(|property| !left_out.contains(&property.id())).collect();
        write(Properties::from(&kept[..]))
    })
}

fn has(packet: &[u8], id: u8) -> bool {
    explained(&decoded(packet), |properties, _| properties.iter().any(|property| property.id() == id)) == Some(true)
}

/// The forms of a packet, in the order of trying: whole, without its Reason String, without User Properties too.
fn forms(packet: &Packet<'_>) -> Vec<Vec<u8>> {
    let lists: [&[u8]; 3] = [&[], &[REASON_STRING], &[REASON_STRING, USER_PROPERTY]];
    let forms: Option<Vec<_>> = lists.into_iter().map(|left_out| written_without(packet, left_out)).collect();
    forms.unwrap_or_else(|| vec![encoded(packet)])
}

/// What the sender may choose from (MQTT-3.1.2-29).
fn choice<'f>(limits: &Limits, sender: Side, forms: &'f [Vec<u8>]) -> &'f [Vec<u8>] {
    let packet_type = PacketType::of(forms[0][0]).expect("a packet");
    let explains_anyway = matches!(packet_type, PacketType::Publish | PacketType::Connack | PacketType::Disconnect);
    let unwanted = sender == Side::Server && !limits.request_problem_information && !explains_anyway;
    if unwanted { &forms[forms.len() - 1..] } else { forms }
}

/// The maxima that tell something about these forms: all of them where they are few.
fn maxima(forms: &[Vec<u8>]) -> Vec<usize> {
    let largest = forms[0].len();
    let near_a_form = |maximum: usize| forms.iter().any(|form| form.len().abs_diff(maximum) <= 1);
    let mut maxima: Vec<_> = if largest < 200 {
        (1..=largest + 1).collect()
    } else {
        let near: Vec<_> = forms.iter().flat_map(|form| form.len() - 1..=form.len() + 1).collect();
        [1, 2, 50].into_iter().chain(near).collect()
    };
    maxima.extend([1_000_000, u32::MAX as usize]);
    assert!(maxima.iter().any(|maximum| near_a_form(*maximum)));
    maxima
}

/// The law, for one packet from one side.
fn obeys_the_law(sender: Side, packet: &Packet<'_>) {
    // What breaks another rule breaks it whatever is left out.
    if let Err(rule) = UNLIMITED.check(sender, packet) {
        for limits in [UNLIMITED, at_most(sender, 1), silent(UNLIMITED)] {
            assert_eq!(limits.encode(sender, packet, &mut [0; 8]), Err(EncodeError::Invalid(rule)), "{packet:?}");
        }
        return;
    }
    let forms = forms(packet);
    for maximum in maxima(&forms) {
        for limits in [at_most(sender, maximum), silent(at_most(sender, maximum))] {
            let fits = choice(&limits, sender, &forms).iter().find(|form| form.len() <= maximum);
            is_fitted(&limits, sender, packet, fits, &forms[0]);
        }
    }
    let whole = UNLIMITED.encode(sender, packet, &mut vec![0; forms[0].len()]).map(|fitted| fitted.bytes.to_vec());
    assert_eq!(whole.as_ref(), Ok(&forms[0]));
}

/// `form`: what is sent; None: nothing of it fits.
fn is_fitted(limits: &Limits, sender: Side, packet: &Packet<'_>, form: Option<&Vec<u8>>, whole: &[u8]) {
    let mut buffer = vec![0xAA; whole.len() + 3];
    let Some(form) = form else {
        assert_eq!(limits.encode(sender, packet, &mut buffer).map_err(refused), Err(too_large(sender)));
        // MQTT-3.1.2-25: nothing is sent, and nothing is written.
        assert!(buffer.iter().all(|byte| *byte == 0xAA));
        return;
    };
    let left_out = |id| has(whole, id) && !has(form, id);
    let expected = Fitted {
        bytes: form,
        without_reason_string: left_out(REASON_STRING),
        without_user_properties: left_out(USER_PROPERTY),
    };
    assert_eq!(limits.encode(sender, packet, &mut buffer), Ok(expected));
    assert_eq!(buffer[whole.len()..], [0xAA; 3], "written behind the packet");
    // What was allowed is sent unchanged, and what is sent is allowed.
    assert_eq!(limits.check(sender, packet).is_ok(), form == whole);
    assert_eq!(limits.check(sender, &decoded(form)), Ok(()));
    let needed = form.len();
    for size in (0..needed).filter(|size| *size < 2 || size + 2 >= needed) {
        let mut smaller = vec![0; size];
        assert_eq!(limits.encode(sender, packet, &mut smaller), Err(EncodeError::BufferTooSmall { needed }));
    }
    assert_eq!(limits.encode(sender, packet, &mut vec![0; needed]), Ok(expected));
}

/// Every packet from both sides, as the caller made it and as a decoder read it.
#[test]
fn the_corpus_is_fitted() {
    let mut seen = [[0; 16]; 2];
    for (version, packet) in corpus::corpus() {
        let mqtt_wire::Packet::V5(packet) = packet else {
            assert!(corpus::VERSIONS[..2].contains(&version));
            continue;
        };
        let bytes = encoded(&packet);
        for sender in SIDES {
            obeys_the_law(sender, &packet);
            obeys_the_law(sender, &decoded(&bytes));
            seen[sender as usize][packet.packet_type() as usize] += 1;
        }
    }
    assert!(seen.iter().all(|seen| seen[1..].iter().all(|count| *count > 0)), "{seen:?}");
}

proptest! {
    #[test]
    fn any_packet_is_fitted((_, packet) in strategies::packet().prop_filter("5.0", |(of, _)| *of == Version::V5_0)) {
        packet.lend(|packet| {
            let mqtt_wire::Packet::V5(packet) = packet else { panic!("a packet of 5.0") };
            for sender in SIDES {
                obeys_the_law(sender, &packet);
                obeys_the_law(sender, &decoded(&encoded(&packet)));
            }
        });
    }
}

const ID: PacketId = PacketId::FIRST;

/// Two User Properties and a Reason String between them: 7, 10 and 7 bytes.
const EXPLAINED: [Property<'static>; 3] = [
    Property::UserProperty((text!("a"), text!("b"))),
    Property::ReasonString(text!("because")),
    Property::UserProperty((text!("c"), text!("d"))),
];

/// The statements on Reason String and User Properties, the sides that send the packet, the packet with [`EXPLAINED`], and the
/// sizes that it has whole, without the Reason String, and without both.
type Row = (&'static str, &'static str, &'static [Side], Packet<'static>, [usize; 3], &'static [u8]);

/// The nine packets that may be sent without their explanations, and what is left of each then.
fn rows() -> [Row; 14] {
    let properties = Properties::new(&EXPLAINED);
    const WITH_METHOD: [Property<'static>; 4] =
        [EXPLAINED[0], EXPLAINED[1], EXPLAINED[2], Property::AuthenticationMethod(text!("m"))];
    let auth = |reason_code| Auth { reason_code, properties: Properties::new(&WITH_METHOD) };
    let (refused, success) = (ReasonCode::UnspecifiedError, ReasonCode::Success);
    let not_found = ReasonCode::PacketIdentifierNotFound;
    let server = &SIDES[1..];
    #[rustfmt::skip]
    let rows: [Row; 14] = [
        ("MQTT-3.2.2-19", "MQTT-3.2.2-20", server,
            Connack { properties, ..Connack::new(refused) }.into(), [29, 19, 5], b"\x20\x03\0\x80\0"),
        ("MQTT-3.4.2-2",  "MQTT-3.4.2-3",  &SIDES,
            Puback { properties, reason_code: refused, ..Puback::new(ID) }.into(), [30, 20, 5], b"\x40\x03\0\x01\x80"),
        ("MQTT-3.4.2-2",  "MQTT-3.4.2-3",  &SIDES,
            Puback { properties, ..Puback::new(ID) }.into(), [30, 20, 4], b"\x40\x02\0\x01"),
        ("MQTT-3.5.2-2",  "MQTT-3.5.2-3",  &SIDES,
            Pubrec { properties, reason_code: refused, ..Pubrec::new(ID) }.into(), [30, 20, 5], b"\x50\x03\0\x01\x80"),
        ("MQTT-3.5.2-2",  "MQTT-3.5.2-3",  &SIDES,
            Pubrec { properties, ..Pubrec::new(ID) }.into(), [30, 20, 4], b"\x50\x02\0\x01"),
        ("MQTT-3.6.2-2",  "MQTT-3.6.2-3",  &SIDES,
            Pubrel { properties, reason_code: not_found, ..Pubrel::new(ID) }.into(), [30, 20, 5], b"\x62\x03\0\x01\x92"),
        ("MQTT-3.6.2-2",  "MQTT-3.6.2-3",  &SIDES,
            Pubrel { properties, ..Pubrel::new(ID) }.into(), [30, 20, 4], b"\x62\x02\0\x01"),
        ("MQTT-3.7.2-2",  "MQTT-3.7.2-3",  &SIDES,
            Pubcomp { properties, reason_code: not_found, ..Pubcomp::new(ID) }.into(), [30, 20, 5], b"\x70\x03\0\x01\x92"),
        ("MQTT-3.9.2-1",  "MQTT-3.9.2-2",  server,
            Suback { properties, ..Suback::new(ID, &[ReasonCode::GrantedQoS1, ReasonCode::NotAuthorized]) }.into(),
            [31, 21, 7], b"\x90\x05\0\x01\0\x01\x87"),
        ("MQTT-3.11.2-1", "MQTT-3.11.2-2", server,
            Unsuback { properties, ..Unsuback::new(ID, &[ReasonCode::Success]) }.into(), [30, 20, 6], b"\xB0\x04\0\x01\0\0"),
        ("MQTT-3.14.2-3", "MQTT-3.14.2-4", &SIDES,
            Disconnect { properties, ..Disconnect::new(refused) }.into(), [28, 18, 3], b"\xE0\x01\x80"),
        ("MQTT-3.14.2-3", "MQTT-3.14.2-4", &SIDES,
            Disconnect { properties, ..Disconnect::new(success) }.into(), [28, 18, 2], b"\xE0\x00"),
        // its method has to stay
        ("MQTT-3.15.2-2", "MQTT-3.15.2-3", &SIDES,
            auth(ReasonCode::ContinueAuthentication).into(), [32, 22, 8], b"\xF0\x06\x18\x04\x15\0\x01m"),
        ("MQTT-3.15.2-2", "MQTT-3.15.2-3", server,
            auth(success).into(), [32, 22, 8], b"\xF0\x06\0\x04\x15\0\x01m"),
    ];
    rows
}

/// MQTT-3.2.2-19, MQTT-3.2.2-20, MQTT-3.4.2-2, MQTT-3.4.2-3, MQTT-3.5.2-2, MQTT-3.5.2-3, MQTT-3.6.2-2, MQTT-3.6.2-3,
/// MQTT-3.7.2-2, MQTT-3.7.2-3, MQTT-3.9.2-1, MQTT-3.9.2-2, MQTT-3.11.2-1, MQTT-3.11.2-2, MQTT-3.14.2-3, MQTT-3.14.2-4,
/// MQTT-3.15.2-2, MQTT-3.15.2-3: first the Reason String, then the User Properties, and neither without need.
/// MQTT-3.1.2-24, MQTT-3.1.2-25, MQTT-3.2.2-15: what is too large even so is not sent.
#[test]
fn explanations_are_left_out_where_they_are_too_large() {
    for (about_reason_string, about_user_properties, senders, packet, sizes, bare) in rows() {
        let [whole, without_reason_string, without_both] = sizes;
        assert_eq!((encoded(&packet).len(), bare.len()), (whole, without_both), "{packet:?}");
        for sender in senders.iter().copied() {
            let mut buffer = [0xAA; 40];
            let mut fitted = |maximum| {
                let fitted = at_most(sender, maximum).encode(sender, &packet, &mut buffer).map_err(refused);
                fitted.map(|fitted| {
                    let left_out = (fitted.without_reason_string, fitted.without_user_properties);
                    (fitted.bytes.len(), left_out, fitted.bytes == bare)
                })
            };
            for maximum in [whole, whole + 1] {
                assert_eq!(fitted(maximum), Ok((whole, (false, false), false)), "{packet:?}");
            }
            for maximum in [without_reason_string, whole - 1] {
                let expected = Ok((without_reason_string, (true, false), false));
                assert_eq!(fitted(maximum), expected, "{about_reason_string}: {packet:?}");
            }
            for maximum in [without_both, without_reason_string - 1] {
                let expected = Ok((without_both, (true, true), true));
                assert_eq!(fitted(maximum), expected, "{about_user_properties}: {packet:?}");
            }
            for maximum in [1, without_both - 1] {
                assert_eq!(fitted(maximum), Err(too_large(sender)), "{packet:?}");
            }
        }
    }
}

/// MQTT-3.1.2-29: a client that set Request Problem Information to 0 gets explanations in PUBLISH, CONNACK and DISCONNECT
/// only, however much it takes. What it sends itself is not limited.
#[test]
fn explanations_are_left_out_where_they_are_unwanted() {
    for (.., senders, packet, [whole, ..], bare) in rows() {
        let always = matches!(packet.packet_type(), PacketType::Connack | PacketType::Disconnect);
        for sender in senders.iter().copied() {
            let mut buffer = [0; 40];
            let fitted = silent(UNLIMITED).encode(sender, &packet, &mut buffer).expect("it fits");
            if sender == Side::Client || always {
                assert_eq!((fitted.bytes.len(), fitted.without_reason_string), (whole, false), "{packet:?}");
            } else {
                let expected = Fitted { bytes: bare, without_reason_string: true, without_user_properties: true };
                assert_eq!(fitted, expected, "{packet:?}");
            }
        }
    }
    // nothing was there to leave out, and nothing is said to have been
    let plain = silent(UNLIMITED)
        .encode(Side::Server, &Puback::new(ID).into(), &mut [0; 4])
        .map(|fitted| (fitted.bytes.len(), fitted.without_reason_string, fitted.without_user_properties));
    assert_eq!(plain, Ok((4, false, false)));
    let user_property = [EXPLAINED[0]];
    let publish = Publish { properties: Properties::new(&user_property), ..Publish::new(topic_name!("a"), b"on") };
    let mut buffer = [0; 40];
    let fitted = silent(UNLIMITED).encode(Side::Server, &publish.into(), &mut buffer).expect("it fits");
    assert_eq!((fitted.bytes, fitted.without_user_properties), (&encoded(&publish.into())[..], false));
}

/// MQTT-3.3.2-17, and sections 3.1.2.11.8, 3.8.2.1.3 and 3.10.2.1.2, which let nobody leave them out: User Properties of a
/// message and of a request are sent, or the packet is not.
#[test]
fn user_properties_of_messages_and_requests_are_never_left_out() {
    let user_property = [EXPLAINED[0]];
    let properties = Properties::new(&user_property);
    let wanted = [Subscription::new(topic_filter!("a"), QoS::AtMostOnce)];
    let filters = [topic_filter!("a")];
    let rows: [(&[Side], Packet<'_>); 6] = [
        (&SIDES[..1], Connect { properties, ..Connect::new(text!("c")) }.into()),
        (&SIDES, Publish { properties, ..Publish::new(topic_name!("a"), b"on") }.into()),
        (&SIDES[..1], Subscribe { properties, ..Subscribe::new(ID, &wanted) }.into()),
        (&SIDES[..1], Unsubscribe { properties, ..Unsubscribe::new(ID, &filters) }.into()),
        (&SIDES[..1], Pingreq.into()),
        (&SIDES[1..], Pingresp.into()),
    ];
    for (senders, packet) in rows {
        let bytes = encoded(&packet);
        for sender in senders.iter().copied() {
            is_fitted(&at_most(sender, bytes.len()), sender, &packet, Some(&bytes), &bytes);
            is_fitted(&silent(UNLIMITED), sender, &packet, Some(&bytes), &bytes);
            is_fitted(&at_most(sender, bytes.len() - 1), sender, &packet, None, &bytes);
        }
    }
}

/// Rules that have nothing to do with size are kept as they are without one.
#[test]
fn what_may_not_be_sent_is_not_made_to_fit() {
    let limits = Limits { maximum_qos: QoS::AtMostOnce, retain_available: false, ..at_most(Side::Client, 3) };
    let publish = Publish { retain: true, ..Publish::new(topic_name!("a"), b"on") };
    let rows: [(Side, Packet<'_>, Violation, &str); 4] = [
        (Side::Client, publish.into(), RetainNotSupported, "MQTT-3.2.2-14"),
        (Side::Client, Pingresp.into(), WrongSide, "MQTT 5.0 section 2.1.2"),
        (Side::Client, Subscribe::new(ID, &[]).into(), NoTopicFilter, "MQTT-3.8.3-2"),
        (Side::Server, Suback::new(ID, &[]).into(), NoReasonCode, "MQTT-3.9.3-2"),
    ];
    for (sender, packet, violation, place) in rows {
        let error = limits.encode(sender, &packet, &mut [0; 40]).map(|_| ()).map_err(refused);
        assert_eq!(error, Err((violation, place.to_owned())), "{packet:?}");
    }
}
