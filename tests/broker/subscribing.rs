//! SUBSCRIBE, UNSUBSCRIBE, and which messages a subscription brings.

use mqtt_wire::v5::{Properties, Property, ReasonCode, Subscription, SubscriptionIdentifier, Unsubscribe};
use mqtt_wire::{Delivery, QoS, topic_filter, v3, v5};

use crate::client::{Client, filter, id, message, name};
use crate::server::Server;

#[test]
fn filters_that_overlap_bring_one_message_with_all_identifiers() {
    // MQTT-3.3.4-2, MQTT-3.3.4-3, MQTT-3.3.4-4
    let server = Server::start();
    let mut subscriber = Client::v5(&server, "subscriber");
    let identifier =
        |value| Property::SubscriptionIdentifier(SubscriptionIdentifier::new(value).expect("in its range"));
    for (text, qos, value) in [("#", QoS::AtMostOnce, 1), ("a/+", QoS::ExactlyOnce, 200), ("b", QoS::AtLeastOnce, 3)] {
        subscriber.subscribe_v5(&[Subscription::new(filter(text), qos)], &[identifier(value)]);
    }
    Client::v5(&server, "publisher").publish("a/b", b"");
    let identifiers = [identifier(1), identifier(200)];
    let properties = Properties::from(&identifiers);
    let delivery = Delivery::at_least_once(id(1));
    subscriber.expect(v5::Publish { delivery, properties, ..message("a/b", b"") });
    subscriber.expect_nothing();
}

#[test]
fn a_subscription_replaces_the_one_before_it() {
    // MQTT-3.8.4-3
    let server = Server::start();
    let mut subscriber = Client::v3(&server, "subscriber");
    subscriber.subscribe("a", QoS::ExactlyOnce);
    subscriber.subscribe("a", QoS::AtMostOnce);
    Client::v3(&server, "publisher").publish("a", b"");
    subscriber.expect(v3::Publish::new(name("a"), b""));
    subscriber.expect_nothing();
}

#[test]
fn own_messages_come_back_unless_they_are_not_wanted() {
    // MQTT-3.8.3-3
    let server = Server::start();
    let mut client = Client::v5(&server, "a");
    let wish = Subscription { no_local: true, ..Subscription::new(topic_filter!("quiet"), QoS::AtMostOnce) };
    client.subscribe_v5(&[wish, Subscription::new(topic_filter!("loud"), QoS::AtMostOnce)], &[]);
    client.send(message("quiet", b"mine"));
    client.send(message("loud", b"mine"));
    client.expect(message("loud", b"mine"));
    Client::v5(&server, "b").publish("quiet", b"another's");
    client.expect(message("quiet", b"another's"));
    client.expect_nothing();
}

#[test]
fn what_is_unsubscribed_does_not_come() {
    // MQTT-3.10.4-1, MQTT-3.11.3-1
    let server = Server::start();
    let mut client = Client::v5(&server, "a");
    client.subscribe("a/#", QoS::AtMostOnce);
    client.subscribe("b", QoS::AtMostOnce);
    let filters = [topic_filter!("a/#"), topic_filter!("a/+")];
    let unsubscribe = Unsubscribe::new(id(5), &filters);
    client.send(unsubscribe);
    let codes = [ReasonCode::Success, ReasonCode::NoSubscriptionExisted];
    client.expect(unsubscribe.answer(&codes).expect("two filters, two codes"));
    let mut publisher = Client::v3(&server, "publisher");
    publisher.publish("a/b", b"");
    publisher.publish("b", b"");
    client.expect(message("b", b""));

    let mut of_3_1_1 = Client::v3(&server, "b");
    let unsubscribe = v3::Unsubscribe::new(id(6), &filters);
    of_3_1_1.send(unsubscribe);
    of_3_1_1.expect(unsubscribe.answer());
}

#[test]
fn the_server_tells_about_itself_to_who_asks_for_that() {
    // MQTT-4.7.2-1: a wildcard at the beginning does not match `$SYS`
    let server = Server::start();
    let mut client = Client::v5(&server, "a");
    client.subscribe("#", QoS::AtMostOnce);
    client.expect_nothing();
    client.subscribe("$SYS/broker/version", QoS::AtMostOnce);
    let version = concat!("mqtt-wire ", env!("CARGO_PKG_VERSION"), " example broker");
    client.expect(v5::Publish { retain: true, ..message("$SYS/broker/version", version.as_bytes()) });
    client.expect_nothing();
}
