//! What is published for clients that go without a goodbye.

use std::time::{Duration, Instant};

use mqtt_wire::v5::{Disconnect, Properties, Property, ReasonCode};
use mqtt_wire::{QoS, text, v3, v5};

use crate::client::{Client, message, name};
use crate::server::Server;

fn listener(server: &Server) -> Client {
    let mut listener = Client::v5(server, "listener");
    listener.subscribe("#", QoS::AtMostOnce);
    listener
}

#[test]
fn a_will_is_published_for_who_vanishes() {
    // MQTT-3.1.2-8, MQTT-3.1.2-15 of 5.0; MQTT-3.1.2-17 of 3.1.1
    let server = Server::start();
    let mut listener = listener(&server);
    let said = [Property::ContentType(text!("text/plain")), Property::WillDelayInterval(0)];
    let will = v5::Will { retain: true, properties: Properties::from(&said), ..v5::Will::new(name("gone/a"), b"bye") };
    Client::connect_v5(&server, v5::Connect { will: Some(will), ..v5::Connect::new(text!("a")) }).vanish();
    let kept = Properties::from(&said[..1]);
    listener.expect(v5::Publish { properties: kept, ..message("gone/a", b"bye") });

    let will = v3::Will::new(name("gone/b"), b"bye");
    Client::connect_v3(&server, v3::Connect { will: Some(will), ..v3::Connect::new(text!("b")) }, false).vanish();
    listener.expect(message("gone/b", b"bye"));

    let mut later = Client::v3(&server, "later");
    later.subscribe("gone/+", QoS::AtMostOnce);
    later.expect(v3::Publish { retain: true, ..v3::Publish::new(name("gone/a"), b"bye") });
    later.expect_nothing();
}

#[test]
fn a_goodbye_takes_the_will_back_unless_it_asks_for_it() {
    // MQTT-3.14.4-3
    let server = Server::start();
    let mut listener = listener(&server);
    let connect = |id| v5::Connect { will: Some(v5::Will::new(name("gone"), b"bye")), ..v5::Connect::new(id) };
    let mut client = Client::connect_v5(&server, connect(text!("a")));
    client.send(Disconnect::new(ReasonCode::Success));
    client.expect_end();
    listener.expect_nothing();
    let mut client = Client::connect_v5(&server, connect(text!("b")));
    client.send(Disconnect::new(ReasonCode::DisconnectWithWillMessage));
    listener.expect(message("gone", b"bye"));

    let will = v3::Will::new(name("gone"), b"bye");
    let connect = v3::Connect { will: Some(will), ..v3::Connect::new(text!("c")) };
    let mut client = Client::connect_v3(&server, connect, false);
    client.send(v3::Disconnect);
    client.expect_end();
    listener.expect_nothing();
}

#[test]
fn faults_and_silence_are_no_goodbye() {
    let server = Server::start();
    let mut listener = listener(&server);
    let will = v3::Will::new(name("gone"), b"broke a rule");
    let connect = v3::Connect { will: Some(will), ..v3::Connect::new(text!("a")) };
    let mut client = Client::connect_v3(&server, connect, false);
    client.send_bytes(&[0x00, 0x00]);
    listener.expect(message("gone", b"broke a rule"));
    let will = v3::Will::new(name("gone"), b"was silent");
    let connect = v3::Connect { will: Some(will), keep_alive: 1, ..v3::Connect::new(text!("a")) };
    let _silent = Client::connect_v3(&server, connect, false);
    listener.expect(message("gone", b"was silent"));
}

#[test]
fn a_will_waits_for_its_delay() {
    // MQTT-3.1.3-9
    let server = Server::start();
    let mut listener = listener(&server);
    let (delay, expiry) = ([Property::WillDelayInterval(1)], [Property::SessionExpiryInterval(100)]);
    let will = v5::Will { properties: Properties::from(&delay), ..v5::Will::new(name("gone"), b"bye") };
    let connect =
        v5::Connect { properties: Properties::from(&expiry), will: Some(will), ..v5::Connect::new(text!("a")) };
    let gone = Instant::now();
    Client::connect_v5(&server, connect).vanish();
    listener.expect(message("gone", b"bye"));
    assert!(gone.elapsed() >= Duration::from_secs(1), "it came after {:?}", gone.elapsed());
}

#[test]
fn who_comes_back_in_time_has_no_will_published() {
    // MQTT-3.1.3-9
    let server = Server::start();
    let mut listener = listener(&server);
    let (delay, expiry) = ([Property::WillDelayInterval(2)], [Property::SessionExpiryInterval(100)]);
    let will = v5::Will { properties: Properties::from(&delay), ..v5::Will::new(name("gone"), b"bye") };
    let connect =
        v5::Connect { properties: Properties::from(&expiry), will: Some(will), ..v5::Connect::new(text!("a")) };
    Client::connect_v5(&server, connect).vanish();
    let mut back = Client::resume_v5(&server, v5::Connect { clean_start: false, will: None, ..connect }, true);
    std::thread::sleep(Duration::from_millis(2200));
    listener.expect_nothing();
    back.expect_nothing();
}

#[test]
fn a_will_does_not_wait_longer_than_the_session_lasts() {
    // MQTT-3.1.2-8: whichever comes first
    let server = Server::start();
    let mut listener = listener(&server);
    let delay = [Property::WillDelayInterval(1000)];
    let will = v5::Will { properties: Properties::from(&delay), ..v5::Will::new(name("gone"), b"bye") };
    let connect = v5::Connect { will: Some(will), ..v5::Connect::new(text!("a")) };
    Client::connect_v5(&server, connect).vanish();
    listener.expect(message("gone", b"bye"));

    // A clean start ends the session that was left behind.
    let expiry = [Property::SessionExpiryInterval(100)];
    let connect = v5::Connect { properties: Properties::from(&expiry), ..connect };
    Client::connect_v5(&server, connect).vanish();
    Client::connect_v5(&server, v5::Connect { will: None, ..connect }).expect_nothing();
    listener.expect(message("gone", b"bye"));
}

#[test]
fn a_connection_that_is_taken_over_leaves_its_will() {
    let server = Server::start();
    let mut listener = listener(&server);
    let expiry = [Property::SessionExpiryInterval(100)];
    let will = v5::Will::new(name("gone"), b"taken over");
    let connect = v5::Connect { properties: Properties::from(&expiry), ..v5::Connect::new(text!("a")) };
    let mut old = Client::connect_v5(&server, v5::Connect { will: Some(will), ..connect });
    Client::resume_v5(&server, v5::Connect { clean_start: false, ..connect }, true).expect_nothing();
    old.expect_disconnect(ReasonCode::SessionTakenOver);
    listener.expect(message("gone", b"taken over"));
}
