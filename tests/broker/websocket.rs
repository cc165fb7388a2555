//! MQTT over WebSocket (section 6 of both standards).

use mqtt_wire::v5::ReasonCode;
use mqtt_wire::{Decoder, Packet, Version, text, v3, v5};
use tungstenite::client::IntoClientRequest;
use tungstenite::http::HeaderValue;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::{Message, WebSocket};

use crate::client::{Socket, name};
use crate::server::Server;

fn open(server: &Server, subprotocol: Option<&'static str>) -> Result<(WebSocket<Socket>, Option<String>), String> {
    let socket = Socket::open(&server.websocket);
    let mut request = format!("ws://{}/mqtt", server.websocket).into_client_request().expect("it is one");
    if let Some(subprotocol) = subprotocol {
        request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static(subprotocol));
    }
    let (websocket, response) = tungstenite::client(request, socket).map_err(|error| error.to_string())?;
    let chosen = response.headers().get("Sec-WebSocket-Protocol").map(|name| name.to_str().expect("text").to_owned());
    Ok((websocket, chosen))
}

fn bytes(packet: impl Into<Packet<'static>>) -> Vec<u8> {
    let packet = packet.into();
    let mut bytes = vec![0; packet.encoded_len().expect("it is well formed")];
    packet.encode(&mut bytes).expect("likewise");
    bytes
}

/// Reads so many packets, wherever the frames cut them, and so many answers to pings; gives the bytes of the packets.
fn receive(websocket: &mut WebSocket<Socket>, packets: usize, mut pongs: usize) -> Vec<u8> {
    let mut received = Vec::new();
    loop {
        let mut unread = &received[..];
        let mut whole = 0;
        while Decoder::client(Version::V3_1_1).read(&mut unread).expect("well formed").is_some() {
            whole += 1;
        }
        if whole == packets && pongs == 0 {
            assert!(unread.is_empty(), "more came than was asked for");
            return received;
        }
        match websocket.read().expect("something comes") {
            Message::Binary(bytes) => received.extend_from_slice(&bytes),
            pong => {
                assert_eq!(pong, Message::Pong("?".into()));
                pongs -= 1;
            }
        }
    }
}

#[test]
fn frames_may_cut_packets_anywhere() {
    // MQTT-6.0.0-2, MQTT-6.0.0-4
    let server = Server::start();
    let (mut websocket, chosen) = open(&server, Some("chat, mqtt")).expect("mqtt is offered");
    assert_eq!(chosen.as_deref(), Some("mqtt"));
    let publish = v3::Publish::new(name("a"), b"to myself");
    let wanted = b"\x82\x06\x00\x01\x00\x01a\x00"; // a SUBSCRIBE for `a`
    let sent = [&bytes(v3::Connect::new(text!("a")))[..], wanted, &bytes(publish), &bytes(v3::Pingreq)].concat();
    for piece in sent.chunks(5) {
        websocket.send(Message::Binary(piece.to_vec().into())).expect("the broker takes it");
    }
    // The answer to a WebSocket ping may stand between the packets.
    websocket.send(Message::Ping("?".into())).expect("likewise");
    let received = receive(&mut websocket, 4, 1);
    let suback = b"\x90\x03\x00\x01\x00";
    let accepted = v3::Connack::new(v3::ConnectReturnCode::Accepted);
    assert_eq!(received, [&bytes(accepted)[..], suback, &bytes(publish), &bytes(v3::Pingresp)].concat());

    websocket.send(Message::Binary(bytes(v3::Disconnect).into())).expect("likewise");
    assert!(matches!(websocket.read(), Ok(Message::Close(_))));
}

#[test]
fn five_megabytes_go_through_a_websocket() {
    let server = Server::start();
    let (mut websocket, _) = open(&server, Some("mqtt")).expect("mqtt is offered");
    let payload: &'static [u8] = vec![b'x'; 5_000_000].leak();
    let publish = bytes(v3::Publish::new(name("a"), payload));
    let wanted = b"\x82\x06\x00\x01\x00\x01a\x00";
    let sent = [&bytes(v3::Connect::new(text!("a")))[..], wanted, &publish].concat();
    for piece in sent.chunks(1_000_000) {
        websocket.send(Message::Binary(piece.to_vec().into())).expect("the broker takes it");
    }
    let received = receive(&mut websocket, 3, 0);
    assert!(received.ends_with(&publish));
}

#[test]
fn a_frame_that_is_too_large_is_refused_as_a_packet_is() {
    let server = Server::start_with(&["--max-packet-size", "1000"]);
    let (mut websocket, _) = open(&server, Some("mqtt")).expect("mqtt is offered");
    websocket.send(Message::Binary(bytes(v5::Connect::new(text!("a"))).into())).expect("the broker takes it");
    assert!(matches!(websocket.read(), Ok(Message::Binary(_))), "a CONNACK comes");
    websocket.send(Message::Binary(vec![0x30; 200_000].into())).expect("it is sent");
    let too_large = bytes(v5::Disconnect::new(ReasonCode::PacketTooLarge));
    assert_eq!(websocket.read().expect("it is said why"), Message::Binary(too_large.into()));
}

#[test]
fn the_older_name_is_for_3_1() {
    let server = Server::start();
    let (_, chosen) = open(&server, Some("mqttv3.1")).expect("it is known too");
    assert_eq!(chosen.as_deref(), Some("mqttv3.1"));
}

#[test]
fn who_does_not_offer_mqtt_is_refused() {
    // MQTT-6.0.0-3
    let server = Server::start();
    for subprotocol in [None, Some("chat")] {
        let refused = open(&server, subprotocol).map(|_| ()).expect_err("mqtt is not offered");
        assert!(refused.contains("400"), "{refused}");
    }
}

#[test]
fn a_close_frame_says_why_in_any_version_of_mqtt() {
    let server = Server::start_with(&["--max-packet-size", "1000"]);
    let connect = || Message::Binary(bytes(v3::Connect::new(text!("a"))).into());
    let cases = [
        // DISCONNECT
        (Message::Binary(bytes(v3::Disconnect).into()), CloseCode::Normal, ""),
        (Message::Close(None), CloseCode::Normal, ""),
        // MQTT-6.0.0-1
        (Message::Text("hello".into()), CloseCode::Unsupported, "it sent a WebSocket frame that is not binary"),
        // a packet type that is forbidden
        (Message::Binary(vec![0xF0, 0x00].into()), CloseCode::Protocol, "the packet type is forbidden"),
        (Message::Binary(vec![0x30, 0xE9, 0x07].into()), CloseCode::Size, "the packet is larger"),
        (Message::Binary(vec![0x30; 200_000].into()), CloseCode::Size, "Message too long"),
        // a second CONNECT
        (connect(), CloseCode::Protocol, "a second CONNECT came"),
    ];
    for (message, code, reason) in cases {
        let (mut websocket, _) = open(&server, Some("mqtt")).expect("mqtt is offered");
        websocket.send(connect()).expect("the broker takes it");
        websocket.send(message).expect("likewise");
        expect_close(&mut websocket, code, reason);
    }

    let (mut first, _) = open(&server, Some("mqtt")).expect("mqtt is offered");
    first.send(connect()).expect("the broker takes it");
    assert!(matches!(first.read(), Ok(Message::Binary(_))), "a CONNACK comes");
    let (mut second, _) = open(&server, Some("mqtt")).expect("likewise");
    second.send(connect()).expect("likewise");
    expect_close(&mut first, CloseCode::Policy, "Session taken over");
}

/// The broker closes with this code, and words that begin so.
fn expect_close(websocket: &mut WebSocket<Socket>, code: CloseCode, reason: &str) {
    loop {
        match websocket.read() {
            Ok(Message::Close(Some(close))) => {
                assert_eq!(close.code, code, "{reason}");
                return assert!(close.reason.starts_with(reason), "{close:?}");
            }
            Ok(Message::Binary(_)) => {}
            other => panic!("{other:?} came, not the close frame with {reason:?}"),
        }
    }
}
