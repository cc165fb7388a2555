//! Shared subscriptions.

use mqtt_wire::v5::{Properties, Property, ReasonCode, Subscription};
use mqtt_wire::{Delivery, Packet, QoS, text, topic_filter, v3, v5};

use crate::client::{Client, id, message};
use crate::server::Server;

#[test]
fn each_message_goes_to_one_of_the_group_in_turn() {
    // Section 4.8.2, MQTT-4.8.2-3
    let server = Server::start();
    let mut workers = ["a", "b", "c"].map(|id| Client::v5(&server, id));
    for worker in &mut workers {
        worker.subscribe("$share/workers/jobs/+", QoS::AtMostOnce);
    }
    let mut archive = Client::v5(&server, "archive");
    archive.subscribe("$share/archive/jobs/#", QoS::AtMostOnce);
    let mut listener = Client::v3(&server, "listener");
    listener.subscribe("jobs/#", QoS::AtMostOnce);

    let mut publisher = Client::v5(&server, "publisher");
    for count in 0..6_u8 {
        publisher.publish("jobs/print", &[count]);
    }
    for (first, worker) in workers.iter_mut().enumerate() {
        worker.expect(message("jobs/print", &[first as u8]));
        worker.expect(message("jobs/print", &[first as u8 + 3]));
        worker.expect_nothing();
    }
    for count in 0..6_u8 {
        archive.expect(message("jobs/print", &[count]));
        listener.expect(v3::Publish::new(crate::client::name("jobs/print"), &[count]));
    }
}

#[test]
fn who_is_away_or_has_enough_to_do_is_passed_over() {
    let server = Server::start();
    let busy = [Property::ReceiveMaximum(std::num::NonZeroU16::MIN), Property::SessionExpiryInterval(60)];
    let connect = |id| v5::Connect { properties: Properties::from(&busy), ..v5::Connect::new(id) };
    let mut busy = Client::connect_v5(&server, connect(text!("busy")));
    let mut away = Client::connect_v5(&server, connect(text!("away")));
    let mut free = Client::v5(&server, "free");
    for worker in [&mut busy, &mut away, &mut free] {
        worker.subscribe("$share/workers/jobs", QoS::AtLeastOnce);
    }
    away.send(v5::Disconnect::new(ReasonCode::Success));
    away.expect_end();

    let mut publisher = Client::v5(&server, "publisher");
    for count in 0..4_u8 {
        publisher.publish("jobs", &[count]);
    }
    let expect = |worker: &mut Client, payload, packet_id| {
        let delivery = Delivery::at_least_once(id(packet_id));
        worker.expect(v5::Publish { delivery, ..message("jobs", &[payload]) });
    };
    expect(&mut busy, 0, 1);
    busy.expect_nothing();
    for (payload, packet_id) in [(1, 1), (2, 2), (3, 3)] {
        expect(&mut free, payload, packet_id);
    }
}

#[test]
fn a_group_gets_no_retained_messages() {
    // Section 3.8.4
    let server = Server::start();
    Client::v5(&server, "publisher").retain("jobs", b"old", &[]);
    let mut worker = Client::v5(&server, "worker");
    worker.subscribe("$share/workers/jobs", QoS::AtMostOnce);
    worker.expect_nothing();
}

#[test]
fn no_local_has_no_place_in_a_group() {
    // MQTT-3.8.3-4
    let server = Server::start();
    let mut worker = Client::v5(&server, "worker");
    let wish = Subscription { no_local: true, ..Subscription::new(topic_filter!("jobs"), QoS::AtMostOnce) };
    let wishes = [wish];
    let subscribe = v5::Subscribe::new(id(1), &wishes);
    // What the crate does not encode has to be made by hand: the filter is lengthened, and the lengths with it.
    let mut bytes = vec![0; subscribe.encoded_len().expect("it is well formed")];
    subscribe.encode(&mut bytes).expect("it is well formed");
    let shared = b"$share/g/";
    bytes[1] += shared.len() as u8;
    bytes[6] += shared.len() as u8;
    bytes.splice(7..7, shared.iter().copied());
    worker.send_bytes(&bytes);
    worker.expect_disconnect(ReasonCode::ProtocolError);
}

#[test]
fn in_3_1_1_the_same_text_is_an_ordinary_filter() {
    let server = Server::start();
    let mut of_3_1_1 = Client::v3(&server, "a");
    of_3_1_1.subscribe("$share/workers/jobs", QoS::AtMostOnce);
    let mut of_5_0 = Client::v5(&server, "b");
    of_5_0.subscribe("$share/workers/jobs", QoS::AtMostOnce);
    let mut publisher = Client::v5(&server, "publisher");
    publisher.publish("jobs", b"1");
    publisher.publish("jobs", b"2");
    of_5_0.expect(message("jobs", b"1"));
    of_5_0.expect(message("jobs", b"2"));
    of_3_1_1.expect_nothing();
}

#[test]
fn a_member_that_leaves_gets_nothing_more() {
    let server = Server::start();
    let mut stays = Client::v5(&server, "stays");
    let mut leaves = Client::v5(&server, "leaves");
    for worker in [&mut stays, &mut leaves] {
        worker.subscribe("$share/workers/jobs", QoS::AtMostOnce);
    }
    let filters = [topic_filter!("$share/workers/jobs")];
    leaves.send(v5::Unsubscribe::new(id(1), &filters));
    leaves.take(|packet| assert!(matches!(packet, Packet::V5(v5::Packet::Unsuback(_))), "{packet:?}"));
    let mut publisher = Client::v5(&server, "publisher");
    for payload in [b"1", b"2"] {
        publisher.publish("jobs", payload);
        stays.expect(message("jobs", payload));
    }
    leaves.expect_nothing();
}
