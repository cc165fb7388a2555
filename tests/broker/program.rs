//! The program itself: its command line, what it says, and how it ends.

use mqtt_wire::v5::ReasonCode;
use mqtt_wire::{QoS, Version, text, topic_name, v3};

use crate::client::Client;
use crate::server::{Server, program};

fn says(arguments: &[&str]) -> (String, String, Option<i32>) {
    let output = program().args(arguments).output().expect("the broker runs");
    let text = |bytes| String::from_utf8(bytes).expect("it says text");
    (text(output.stdout), text(output.stderr), output.status.code())
}

#[test]
fn help_tells_what_happens_at_the_limits() {
    let (output, _, status) = says(&["--help"]);
    assert_eq!(status, Some(0));
    for said in ["--listen <HOST:PORT>", "[default: 127.0.0.1:1883]", "--queue-bytes", "0x97, Quota exceeded", "Ctrl-C"]
    {
        assert!(output.contains(said), "{said:?} is missing in\n{output}");
    }
}

#[test]
fn mistakes_are_answered_with_sentences() {
    let (_, errors, status) = says(&["--listen", "nowhere"]);
    assert!(errors.starts_with("broker: nowhere cannot be listened on: ") && errors.ends_with(".\n"), "{errors}");
    assert_eq!(status, Some(1));
    let (_, errors, status) = says(&["--max-packet-size", "1G"]);
    assert!(errors.contains("it has to be a number from 100 to 268000000"), "{errors}");
    assert_eq!(status, Some(2));
    for count in ["--receive-maximum", "--in-flight"] {
        let (_, errors, status) = says(&[count, "0"]);
        assert!(errors.contains("0 is not in 1..=65535"), "{errors}");
        assert_eq!(status, Some(2));
    }
    let (_, errors, status) = says(&["--user", "alice"]);
    assert!(errors.contains("a colon has to stand between name and password"), "{errors}");
    assert_eq!(status, Some(2));
}

#[test]
fn ctrl_c_says_goodbye_to_all() {
    let server = Server::start();
    let mut of_5_0 = Client::v5(&server, "a");
    let mut of_3_1_1 = Client::v3(&server, "b");
    server.interrupt();
    of_5_0.expect_disconnect(ReasonCode::ServerShuttingDown);
    of_3_1_1.expect_end();
    drop((of_5_0, of_3_1_1));
    let (status, log) = server.ended();
    assert!(status.success(), "{log}");
    let last = log.lines().last().expect("it says something");
    assert!(last.starts_with("The broker ends after ") && last.contains("it served 2 connections"), "{log}");
}

#[test]
fn the_log_tells_who_came_and_why_who_went() {
    let server = Server::start();
    Client::v5(&server, "left early").vanish();
    let mut polite = Client::v3(&server, "polite");
    polite.send(v3::Disconnect);
    polite.expect_end();
    let mut rude = Client::v5(&server, "rude");
    rude.send_bytes(&[0x30, 0x03, 0, 0, 0]);
    rude.expect_disconnect(ReasonCode::ProtocolError);
    let mut stranger = Client::open(&server, Version::V3_1_1);
    stranger.send_bytes(b"GET / HTTP/1.1\r\n");
    stranger.expect_end();
    drop((polite, rude, stranger));
    server.interrupt();
    let (_, log) = server.ended();
    for said in [
        "over TCP with MQTT 3.1.1.",
        "\"left early\" closed the connection without DISCONNECT.",
        "\"polite\" said goodbye.",
        "\"rude\" is cut off with DISCONNECT: there is neither a topic name nor a topic alias at byte 2 of PUBLISH \
         [MQTT 5.0 section 3.3.2.1].",
        "is cut off: the first packet is not a CONNECT at byte 0",
    ] {
        assert!(log.contains(said), "{said:?} is missing in\n{log}");
    }
}

#[test]
fn all_packets_are_shown_to_who_wants_to_see_them() {
    let server = Server::start_with(&["--verbose", "--user", "alice:secret"]);
    let mut client = Client::open(&server, Version::V3_1_1);
    let connect = v3::Connect::new(text!("a"));
    client.send(v3::Connect { user_name: Some(text!("alice")), password: Some(b"secret"), ..connect });
    client.expect(v3::Connack::new(v3::ConnectReturnCode::Accepted));
    client.subscribe("led", QoS::AtMostOnce);
    client.send(v3::Publish::new(topic_name!("led"), b"on"));
    client.expect(v3::Publish::new(topic_name!("led"), b"on"));
    client.vanish();
    server.interrupt();
    let (_, log) = server.ended();
    for said in ["a <- Connack ", "a -> Subscribe ", "a <- Suback ", "a -> Publish ", "a <- Publish "] {
        assert!(log.contains(said), "{said:?} is missing in\n{log}");
    }
    assert!(!log.contains("secret"), "{log}");
}

#[test]
fn the_log_escapes_what_clients_are_called() {
    let server = Server::start_with(&["--verbose"]);
    let mut client = Client::v3(&server, "a\u{1b}[31m\nb");
    client.send(v3::Pingreq);
    client.expect(v3::Pingresp);
    drop(client);
    server.interrupt();
    let (_, log) = server.ended();
    for said in ["a\\u{1b}[31m\\nb <- Connack ", "a\\u{1b}[31m\\nb -> Pingreq"] {
        assert!(log.contains(said), "{said:?} is missing in\n{log}");
    }
    assert!(!log.contains('\u{1b}'), "{log:?}");
}
