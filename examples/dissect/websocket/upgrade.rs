//! The HTTP messages by which a connection becomes a WebSocket connection, and what MQTT asks of them.

use mqtt_wire::Side;
use tungstenite::handshake::client::Response;
use tungstenite::handshake::machine::TryParse;
use tungstenite::handshake::server::Request;
use tungstenite::http::{HeaderMap, StatusCode, header};

use super::fault;
use crate::reader::Refusal;

/// The longest head that is waited for.
const LONGEST: usize = 16 * 1024;

/// The sub-protocols of MQTT: the standard's, and the one that came before it.
const SUB_PROTOCOLS: [&str; 2] = ["mqtt", "mqttv3.1"];

/// How the first message of each side begins; no MQTT packet begins so.
pub(super) fn beginning(sender: Side) -> &'static [u8] {
    match sender {
        Side::Client => b"GET ",
        Side::Server => b"HTTP/",
    }
}

/// A request for a WebSocket connection, or the answer to one.
pub(super) enum Head {
    /// It needs more bytes.
    Incomplete,
    /// Frames follow after so many bytes.
    Upgrade { length: usize, fault: Option<Refusal> },
    /// None follow.
    Nothing(Refusal),
}

pub(super) fn read(sender: Side, bytes: &[u8]) -> Head {
    let head = match sender {
        Side::Client => Request::try_parse(bytes).map(|found| found.map(|(length, head)| (length, request(&head)))),
        Side::Server => Response::try_parse(bytes).map(|found| found.map(|(length, head)| (length, response(&head)))),
    };
    match head {
        Ok(Some((length, Ok(())))) => Head::Upgrade { length, fault: None },
        Ok(Some((length, Err(Complaint::Upgraded(fault))))) => Head::Upgrade { length, fault: Some(fault) },
        Ok(Some((_, Err(Complaint::NotUpgraded(fault))))) => Head::Nothing(fault),
        Ok(None) if bytes.len() <= LONGEST => Head::Incomplete,
        Ok(None) => Head::Nothing(fault(None, "the head of an HTTP message does not end")),
        Err(error) => Head::Nothing(fault(None, format!("an HTTP message cannot be read: {error}"))),
    }
}

enum Complaint {
    Upgraded(Refusal),
    NotUpgraded(Refusal),
}

fn request(request: &Request) -> Result<(), Complaint> {
    if !has_token(request.headers(), &header::UPGRADE, &["websocket"]) {
        return Err(Complaint::NotUpgraded(fault(None, "the client sends an HTTP request that asks for no WebSocket")));
    }
    expect_sub_protocol(request.headers(), "MQTT-6.0.0-3", "the client offers")
}

fn response(response: &Response) -> Result<(), Complaint> {
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        let message = format!("the server refuses the WebSocket connection: {}", response.status());
        return Err(Complaint::NotUpgraded(fault(None, message)));
    }
    expect_sub_protocol(response.headers(), "MQTT-6.0.0-4", "the server selects")
}

fn expect_sub_protocol(headers: &HeaderMap, statement: &str, side: &str) -> Result<(), Complaint> {
    match has_token(headers, &header::SEC_WEBSOCKET_PROTOCOL, &SUB_PROTOCOLS) {
        true => Ok(()),
        false => Err(Complaint::Upgraded(fault(Some(statement), format!("{side} no sub-protocol \"mqtt\"")))),
    }
}

/// Whether a header lists one of these, in letters of any case.
fn has_token(headers: &HeaderMap, name: &header::HeaderName, expected: &[&str]) -> bool {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    let mut tokens = values.flat_map(|value| value.split(',')).map(str::trim);
    tokens.any(|token| expected.iter().any(|expected| expected.eq_ignore_ascii_case(token)))
}
