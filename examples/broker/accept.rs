//! Accepting a client: what its CONNECT asks for, and the CONNACK that it gets (sections 3.1.4 and 3.2).

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;

use mqtt_wire::v5::{Connack, Connect, Limits, Properties, Property, ReasonCode};
use mqtt_wire::{Side, Text, Version};

use crate::agenda::Task;
use crate::broker::{Broker, Client};
use crate::link::Link;
use crate::options::Options;
use crate::outbox::Outbox;
use crate::session::{ClientId, Session};
use crate::will::Will;

/// How many clients the broker knows at once. Further ones are told 0x89, Server busy.
const MAX_SESSIONS: usize = 10_000;

/// What a connection has to know of its session.
pub(crate) struct Accepted {
    pub client: Client,
    pub outbox: Arc<Outbox>,
    pub limits: Limits,
    pub is_resumed: bool,
}

/// Why a client may not connect, whoever else is connected.
fn refusal(connect: &Connect<'_>, options: &Options) -> Option<ReasonCode> {
    if connect.properties.authentication_method().is_some() {
        return Some(ReasonCode::BadAuthenticationMethod); // [MQTT-4.12.0-1]
    }
    if let Some(will) = connect.will {
        if will.topic.is_dollar() {
            return Some(ReasonCode::NotAuthorized); // such topics are the server's
        }
        if will.check_payload_format().is_err() {
            return Some(ReasonCode::PayloadFormatInvalid);
        }
    }
    if options.users.is_empty() {
        return None;
    }
    let Some(name) = connect.user_name else { return Some(ReasonCode::NotAuthorized) };
    let password = connect.password.unwrap_or_default();
    let is_known = options.users.iter().any(|user| name == *user.name && password == user.password.as_bytes());
    if is_known { None } else { Some(ReasonCode::BadUserNameOrPassword) }
}

/// A name for a client that came without one, which nobody can guess.
fn invent_client_id() -> ClientId {
    format!("auto-{:016x}", RandomState::new().build_hasher().finish()).into()
}

impl Broker {
    /// Accepts a client, or says why not.
    pub fn connect(&mut self, connect: &Connect<'_>, version: Version) -> Result<Accepted, ReasonCode> {
        if self.is_stopping {
            return Err(ReasonCode::ServerUnavailable);
        }
        if let Some(reason_code) = refusal(connect, &self.options) {
            return Err(reason_code);
        }
        let is_nameless = connect.client_id.is_empty();
        let id = if is_nameless { invent_client_id() } else { connect.client_id.as_str().into() };
        if self.sessions.len() >= MAX_SESSIONS && !self.sessions.contains_key(&id) {
            return Err(ReasonCode::ServerBusy);
        }
        let options = self.options.clone();
        let granted = granted(&options, is_nameless.then_some(&id));
        let connack = Connack {
            properties: if version == Version::V5_0 { Properties::from(&granted[..]) } else { Properties::EMPTY },
            ..Connack::new(ReasonCode::Success)
        };
        let limits = Limits::new(connect, &connack);
        if limits.check(Side::Server, &connack.into()).is_err() {
            return Err(ReasonCode::PacketTooLarge);
        }

        self.counters.connections += 1;
        let client = Client { id: id.clone(), connection: self.counters.connections };
        let is_resumed = self.take_over(&id, connect.clean_start);
        let link = Link::new(client.connection, version, limits, &options);
        let outbox = link.outbox.clone();
        // 3.1 has no bit for it [MQTT-3.2.2-2, MQTT-3.2.2-3].
        link.send(Connack { session_present: is_resumed && version != Version::V3_1, ..connack });

        let session = self.sessions.entry(id).or_insert_with(Session::new);
        session.link = Some(link);
        session.expiry = limits.session_expiry_interval;
        session.will = connect.will.map(|will| Will::new(will, &client.id));
        session.resume();
        self.agenda.forget(&Task::Session(client.id.clone()));
        self.publish_wills();
        Ok(Accepted { client, outbox, limits, is_resumed })
    }

    /// What a new connection does to an old one, and to a session that was left behind [MQTT-3.1.4-3, MQTT-3.1.2-4].
    /// True if there is a session to go on with.
    fn take_over(&mut self, id: &ClientId, clean_start: bool) -> bool {
        let Some(session) = self.sessions.get_mut(id) else { return false };
        if clean_start || session.expiry == 0 {
            self.end_session(id, ReasonCode::SessionTakenOver);
            return false;
        }
        // A will that waits does so for the case that its client comes back [MQTT-3.1.3-9].
        if let Some(link) = session.unlink() {
            link.close(ReasonCode::SessionTakenOver);
            if session.will.as_ref().is_some_and(|will| will.delay == 0) {
                self.will_is_due(id);
            }
        }
        true
    }
}

/// What the server takes, and what it changes of the client's wishes.
fn granted<'a>(options: &Options, assigned: Option<&'a ClientId>) -> Vec<Property<'a>> {
    let mut granted = vec![
        Property::ReceiveMaximum(options.receive_maximum),
        Property::MaximumPacketSize(options.max_packet_size),
        Property::TopicAliasMaximum(options.topic_alias_maximum),
    ];
    granted.extend(options.server_keep_alive.map(Property::ServerKeepAlive));
    let name = assigned.and_then(|id| Text::new(id).ok());
    granted.extend(name.map(Property::AssignedClientIdentifier));
    granted
}
