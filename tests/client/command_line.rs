//! What the command line may not say, and what is shown of packets.

use std::net::TcpListener;

use mqtt_wire::v5::{self, Property, ReasonCode};
use mqtt_wire::{PacketId, Version};

use crate::server::{Client, Server};

/// What is wrong with a command line is said before there is a connection.
fn refused(arguments: &[&str], sentence: &str) {
    let answer = Client::start(arguments).answer();
    assert!(answer.errors.starts_with(sentence), "{arguments:?}: {}", answer.errors);
    assert_eq!(answer.status, 1, "{arguments:?}");
}

#[test]
fn refuses_what_the_standard_forbids() {
    refused(
        &["publish", "-t", "a/+", "-m", "x"],
        "The topic cannot be used: a topic name holds a wildcard at byte 2.\n",
    );
    refused(
        &["subscribe", "-t", "a+"],
        "The topic filter \"a+\" cannot be used: '+' is not alone in its level of a topic filter at byte 1.\n",
    );
    refused(
        &["publish", "-V", "5", "-t", "a", "-m", "x", "-D", "publish", "receive-maximum", "3"],
        "The options cannot be used: PUBLISH breaks a rule: the property does not belong into this packet",
    );
    refused(
        &["publish", "-V", "31", "-i", "", "-t", "a", "-m", "x"],
        "The options cannot be used: CONNECT breaks a rule: the client identifier is empty",
    );
}

#[test]
fn refuses_what_the_version_has_not() {
    let message = ["-t", "a", "-m", "x"];
    let publish = |arguments: &[&str], sentence| refused(&[&["publish"], &message[..], arguments].concat(), sentence);
    let no_properties = "The options cannot be used: MQTT 3.1.1 has no properties.\n";
    publish(&["-D", "publish", "content-type", "text/plain"], no_properties);
    publish(&["-D", "disconnect", "reason-string", "enough"], no_properties);
    publish(&["-x", "60"], "The options cannot be used: MQTT 3.1.1 has no such lifetime of a session.\n");
    publish(&["-P", "secret"], "The options cannot be used: MQTT 3.1.1 has no password without a user name.\n");
    let no_local = ["subscribe", "-t", "a", "--no-local"];
    refused(&no_local, "The options cannot be used: MQTT 3.1.1 has no subscription option but the QoS.\n");
}

#[test]
fn refuses_properties_that_make_no_sense() {
    for (property, sentence) in [
        (&["publish", "colour", "red"][..], "-D knows no property \"colour\"; --help names them.\n"),
        (&["puback", "reason-string", "a"], "-D has no properties for \"puback\"; --help names the packets.\n"),
        (&["connect", "receive-maximum", "0"], "\"0\" is no number that receive-maximum can be.\n"),
        (&["publish", "payload-format-indicator", "2"], "payload-format-indicator is 0 or 1, not \"2\".\n"),
        (&["publish", "user-property", "a"], "-D with user-property wants a name and a value.\n"),
        (&["publish", "response-topic", "a/#"], "response-topic: a topic name holds a wildcard at byte 2.\n"),
        (&["will", "content-type", "a"], "-D will wants --will-topic.\n"),
    ] {
        refused(&[&["publish", "-V", "5", "-t", "a", "-m", "x", "-D"], property].concat(), sentence);
    }
}

#[test]
fn says_what_a_count_may_be() {
    for (arguments, sentence) in [
        (
            ["subscribe", "-t", "a", "-C", "0"],
            "error: invalid value '0' for '-C <COUNT>': 0 is not in 1..=4294967295\n",
        ),
        (
            ["subscribe", "-t", "a", "-W", "0"],
            "error: invalid value '0' for '-W <SECONDS>': 0 is not in 1..=4294967295\n",
        ),
        (
            ["publish", "-t", "a", "-n", "-M=65536"],
            "error: invalid value '65536' for '--max-inflight <COUNT>': 65536 is not in 1..=65535\n",
        ),
    ] {
        refused(&arguments, sentence);
    }
}

#[test]
fn wants_one_kind_of_message() {
    refused(&["publish", "-t", "a"], "error: the following required arguments were not provided:");
    refused(&["publish", "-t", "a", "-m", "x", "-n"], "error: the argument '--message <MESSAGE>' cannot be used with");
    refused(&["publish", "-t", "a", "-f", "no such file"], "no such file cannot be read: ");
    refused(&["publish", "-t", "a", "-m", "x", "-c"], "error: the following required arguments were not provided:");
}

#[test]
fn says_that_there_is_no_server() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let arguments = ["publish", "-h", "127.0.0.1", "-p", &port.to_string(), "-t", "a", "-m", "x"];
    refused(&arguments, &format!("The server at 127.0.0.1 port {port} cannot be reached: "));
}

#[test]
fn shows_every_packet_both_ways() {
    let arguments = ["-i", "c", "-t", "hello/+/chat", "-d", "-C", "1"];
    let (mut server, client) = Server::with_client(Version::V5_0, "subscribe", &arguments);
    let reader = std::thread::spawn(|| client.answer());
    server.expects("CONNECT", |_| true);
    server.accepts(&[Property::ServerKeepAlive(30)]);
    server.expects("SUBSCRIBE", |_| true);
    server.sends(v5::Suback::new(PacketId::FIRST, &[ReasonCode::Success]));
    server.sends(v5::Publish::new(mqtt_wire::topic_name!("hello/bob/chat"), &[b'x'; 300_000]));
    server.expect_goodbye();
    let answer = reader.join().expect("it was read");
    let shown = "-> CONNECT client id \"c\", clean start, keep alive 60 s
<- CONNACK Success, Server Keep Alive 30 s
-> SUBSCRIBE id 1, \"hello/+/chat\" QoS 0
<- SUBACK id 1, Granted QoS 0
<- PUBLISH \"hello/bob/chat\" QoS 0: (300000 bytes, in pieces)
-> DISCONNECT Normal disconnection
";
    assert_eq!((answer.errors.as_str(), answer.status, answer.output.len()), (shown, 0, 300_001));
}

#[test]
fn explains_itself() {
    for (arguments, expected) in
        [(&["--help"][..], "subscribe"), (&["publish", "--help"], "--will-topic"), (&["subscribe", "--help"], "-C")]
    {
        let answer = Client::start(arguments).answer();
        let help = String::from_utf8(answer.output).expect("help is text");
        assert!(help.contains(expected) && help.contains("Exit status:"), "{help}");
        assert_eq!((answer.errors.as_str(), answer.status), ("", 0));
    }
}
