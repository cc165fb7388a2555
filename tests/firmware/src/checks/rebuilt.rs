//! Decoded packets, their lists and properties copied into slices: as a program makes packets that it sends.

use mqtt_wire::v3::{self, SubscribeReturnCode};
use mqtt_wire::v5::{self, Properties, Property, ReasonCode, Will};
use mqtt_wire::{List, ListElement, Packet, QoS, topic_filter};

/// Longer lists are left as they are.
const LONGEST: usize = 64;

/// Room for the elements of a list.
struct Slots<T>([T; LONGEST]);

impl<T: Copy> Slots<T> {
    fn of(filler: T) -> Slots<T> {
        Slots([filler; LONGEST])
    }

    fn fill(&mut self, elements: impl Iterator<Item = T>) -> Option<&[T]> {
        let mut length = 0;
        for element in elements {
            *self.0.get_mut(length)? = element;
            length += 1;
        }
        self.0.get(..length)
    }
}

impl<'a, T: ListElement<'a>> Slots<T> {
    fn list(&'a mut self, list: List<'a, T>) -> List<'a, T> {
        self.fill(list.iter()).map_or(list, List::from)
    }
}

impl<'a> Slots<Property<'a>> {
    fn for_properties() -> Slots<Property<'a>> {
        Slots::of(Property::TopicAliasMaximum(0))
    }

    fn properties(&'a mut self, properties: Properties<'a>) -> Properties<'a> {
        self.fill(properties.iter()).map_or(properties, Properties::from)
    }
}

/// Gives the packet with its lists in slices, if it has lists.
pub fn with_slices(packet: &Packet<'_>, then: &mut dyn FnMut(&Packet<'_>)) {
    match packet {
        Packet::V3(packet) => with_slices_v3(packet, then),
        Packet::V5(packet) => with_slices_v5(packet, then),
    }
}

#[inline(never)] // each version's slots take room on the stack
fn with_slices_v3(packet: &v3::Packet<'_>, then: &mut dyn FnMut(&Packet<'_>)) {
    let mut then = |packet: v3::Packet<'_>| then(&packet.into());
    match *packet {
        v3::Packet::Subscribe(packet) => {
            let mut slots = Slots::of(v3::Subscription::new(topic_filter!("a"), QoS::AtMostOnce));
            let subscriptions = slots.list(packet.subscriptions);
            then(v3::Subscribe { subscriptions, ..packet }.into());
        }
        v3::Packet::Suback(packet) => {
            let mut slots = Slots::of(SubscribeReturnCode::Failure);
            then(v3::Suback { return_codes: slots.list(packet.return_codes), ..packet }.into());
        }
        v3::Packet::Unsubscribe(packet) => {
            let mut slots = Slots::of(topic_filter!("a"));
            then(v3::Unsubscribe { topic_filters: slots.list(packet.topic_filters), ..packet }.into());
        }
        _ => {}
    }
}

#[inline(never)]
fn with_slices_v5(packet: &v5::Packet<'_>, then: &mut dyn FnMut(&Packet<'_>)) {
    let mut then = |packet: v5::Packet<'_>| then(&packet.into());
    let mut slots = Slots::for_properties();
    match *packet {
        v5::Packet::Connect(packet) => {
            let mut slots_of_will = Slots::for_properties();
            let properties = slots.properties(packet.properties);
            let will = packet.will.map(|will| Will { properties: slots_of_will.properties(will.properties), ..will });
            then(v5::Connect { properties, will, ..packet }.into());
        }
        v5::Packet::Subscribe(packet) => {
            let mut elements = Slots::of(v5::Subscription::new(topic_filter!("a"), QoS::AtMostOnce));
            let (properties, subscriptions) =
                (slots.properties(packet.properties), elements.list(packet.subscriptions));
            then(v5::Subscribe { properties, subscriptions, ..packet }.into());
        }
        v5::Packet::Suback(packet) => {
            let mut elements = Slots::of(ReasonCode::Success);
            let (properties, reason_codes) = (slots.properties(packet.properties), elements.list(packet.reason_codes));
            then(v5::Suback { properties, reason_codes, ..packet }.into());
        }
        v5::Packet::Unsubscribe(packet) => {
            let mut elements = Slots::of(topic_filter!("a"));
            let (properties, topic_filters) =
                (slots.properties(packet.properties), elements.list(packet.topic_filters));
            then(v5::Unsubscribe { properties, topic_filters, ..packet }.into());
        }
        v5::Packet::Unsuback(packet) => {
            let mut elements = Slots::of(ReasonCode::Success);
            let (properties, reason_codes) = (slots.properties(packet.properties), elements.list(packet.reason_codes));
            then(v5::Unsuback { properties, reason_codes, ..packet }.into());
        }
        v5::Packet::Connack(packet) => {
            then(v5::Connack { properties: slots.properties(packet.properties), ..packet }.into())
        }
        v5::Packet::Publish(packet) => {
            then(v5::Publish { properties: slots.properties(packet.properties), ..packet }.into())
        }
        v5::Packet::Puback(packet) => {
            then(v5::Puback { properties: slots.properties(packet.properties), ..packet }.into())
        }
        v5::Packet::Pubrec(packet) => {
            then(v5::Pubrec { properties: slots.properties(packet.properties), ..packet }.into())
        }
        v5::Packet::Pubrel(packet) => {
            then(v5::Pubrel { properties: slots.properties(packet.properties), ..packet }.into())
        }
        v5::Packet::Pubcomp(packet) => {
            then(v5::Pubcomp { properties: slots.properties(packet.properties), ..packet }.into())
        }
        v5::Packet::Disconnect(packet) => {
            then(v5::Disconnect { properties: slots.properties(packet.properties), ..packet }.into())
        }
        v5::Packet::Auth(packet) => then(v5::Auth { properties: slots.properties(packet.properties), ..packet }.into()),
        v5::Packet::Pingreq(_) | v5::Packet::Pingresp(_) => {}
    }
}
