//! The state of the broker, behind one lock: sessions, subscriptions, retained messages, and what is to be done later.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mqtt_wire::v5::{ReasonCode, RetainHandling};
use mqtt_wire::{BrokenRule, v5};

use crate::agenda::{Agenda, Task};
use crate::log;
use crate::message::{Incoming, Message};
use crate::options::Options;
use crate::retained::Retained;
use crate::session::{ClientId, Entry, Kept, Session};
use crate::subscriptions::{Filter, Subscriptions};
use crate::sys::Counters;

/// How many subscriptions a client may have. Further ones are answered with 0x97, Quota exceeded.
const MAX_SUBSCRIPTIONS: usize = 10_000;

/// A client on one of its connections.
#[derive(Clone)]
pub(crate) struct Client {
    pub id: ClientId,
    pub connection: u64,
}

/// Why a packet of a client was not handled.
pub(crate) enum Refused {
    /// It breaks a rule: the connection is to be closed.
    Fault(BrokenRule),
    /// The connection was closed for the client.
    Closed,
}

/// Everything that connections share.
pub(crate) struct Broker {
    pub options: Arc<Options>,
    pub sessions: HashMap<ClientId, Session>,
    pub subscriptions: Subscriptions,
    pub retained: Retained,
    pub agenda: Agenda,
    pub counters: Counters,
    pub is_stopping: bool,
    /// Wills whose time has come.
    wills: VecDeque<Arc<Message>>,
}

impl Broker {
    pub fn new(options: Arc<Options>) -> Broker {
        let mut broker = Broker {
            options,
            sessions: HashMap::new(),
            subscriptions: Subscriptions::new(),
            retained: Retained::default(),
            agenda: Agenda::default(),
            counters: Counters::default(),
            is_stopping: false,
            wills: VecDeque::new(),
        };
        broker.tell_about_itself();
        broker
    }

    /// The session of a client, unless the connection was closed for it.
    pub fn session(&mut self, client: &Client) -> Result<&mut Session, Refused> {
        let is_its = |session: &&mut Session| session.link.as_ref().is_some_and(|link| link.id == client.connection);
        self.sessions.get_mut(&client.id).filter(is_its).ok_or(Refused::Closed)
    }

    /// There is room in the outbox of a client.
    pub fn refill(&mut self, client: &Client) {
        if let Ok(session) = self.session(client) {
            session.refill();
        }
    }

    /// A message of a client.
    pub fn publish_from(&mut self, client: &Client, incoming: Incoming) -> Result<(), Refused> {
        let delivery = incoming.delivery;
        let is_new = self.session(client)?.arrived(delivery).map_err(Refused::Fault)?;
        let message = Arc::new(incoming.message);
        let reason_code = if is_new { self.take(&message) } else { ReasonCode::Success };
        if reason_code.is_error() {
            log::say(format_args!("A message of {:?} was refused: {reason_code}.", client.id));
        }
        // The session may have ended by what it sent itself.
        if let Ok(session) = self.session(client) {
            session.answer(&v5::Publish { delivery, ..message.decode_head() }, reason_code);
        }
        Ok(())
    }

    /// Takes a message of a client, or says why not.
    fn take(&mut self, message: &Arc<Message>) -> ReasonCode {
        let publish = message.decode_head();
        let publish = v5::Publish { payload: message.payload(), ..publish };
        self.counters.received += 1;
        if publish.topic.is_some_and(|topic| topic.is_dollar()) {
            return ReasonCode::NotAuthorized; // such topics are the server's
        }
        if publish.check_payload_format().is_err() {
            return ReasonCode::PayloadFormatInvalid;
        }
        if message.retain && !self.keep(message) {
            return ReasonCode::QuotaExceeded;
        }
        match self.publish(message) {
            0 => ReasonCode::NoMatchingSubscribers,
            _ => ReasonCode::Success,
        }
    }

    fn keep(&mut self, message: &Arc<Message>) -> bool {
        let forward = message.forward();
        self.retained.keep(forward.topic(), message)
    }

    /// A message of the broker itself, which is retained.
    pub fn tell(&mut self, message: Message) {
        let message = Arc::new(message);
        self.keep(&message);
        self.publish(&message);
    }

    /// Passes a message on, and the wills of those whose sessions end by it. Gives the number of its receivers.
    fn publish(&mut self, message: &Arc<Message>) -> usize {
        let receivers = self.pass_on(message);
        self.publish_wills();
        receivers
    }

    pub fn publish_wills(&mut self) {
        while let Some(will) = self.wills.pop_front() {
            if will.retain && !self.keep(&will) {
                log::say(format_args!("There is no room to retain a will."));
            }
            self.pass_on(&will);
        }
    }

    fn pass_on(&mut self, message: &Arc<Message>) -> usize {
        let forward = message.forward();
        let sessions = &self.sessions;
        let rank = |client: &ClientId| match sessions.get(client).map(|session| &session.link) {
            Some(Some(link)) if link.may_send(message.qos) => 0,
            Some(Some(_)) => 1,
            _ => 2,
        };
        let receivers = self.subscriptions.receivers(forward.topic(), message.publisher.as_ref(), rank);
        for (client, share) in &receivers {
            let Some(session) = self.sessions.get_mut(client) else { continue };
            let retain = message.retain && share.retain_as_published; // [MQTT-3.3.1-12, MQTT-3.3.1-13]
            let entry = Entry::new(message, share.qos, retain, share.identifiers.clone());
            match session.offer(entry, &forward, &self.options) {
                Kept::Yes => self.counters.sent += 1,
                Kept::No => self.counters.dropped += 1,
                Kept::Overflow => {
                    self.counters.dropped += 1;
                    log::say(format_args!("The session of {client:?} ends: it holds more messages than it may."));
                    self.end_session(client, ReasonCode::QuotaExceeded);
                }
            }
        }
        receivers.len()
    }

    pub fn subscribe(&mut self, client: &Client, subscribe: &v5::Subscribe<'_>) -> Result<(), Refused> {
        let identifier = subscribe.properties.subscription_identifier();
        let mut codes = Vec::new();
        let mut kept = Vec::new();
        for subscription in subscribe.subscriptions {
            let filter = Filter::of(subscription.topic_filter);
            let session = self.session(client)?;
            if session.filters.len() >= MAX_SUBSCRIPTIONS && !session.filters.contains(&filter) {
                codes.push(ReasonCode::QuotaExceeded);
                continue;
            }
            session.filters.insert(filter);
            let is_new = self.subscriptions.insert(&client.id, &subscription, identifier);
            codes.push(ReasonCode::granted(subscription.qos));
            let is_wanted = match subscription.retain_handling {
                RetainHandling::Send => true,
                RetainHandling::SendIfNew => is_new,
                RetainHandling::DoNotSend => false,
            };
            if is_wanted && !subscription.topic_filter.is_shared() {
                let matching = self.retained.matching(subscription.topic_filter);
                kept.extend(matching.map(|message| (message.clone(), subscription.qos)));
            }
        }
        let suback = subscribe.answer(&codes[..]).map_err(Refused::Fault)?;
        self.session(client)?.send(suback);
        for (message, qos) in kept {
            let entry = Entry::new(&message, qos, true, identifier.into_iter().collect());
            let options = self.options.clone();
            if self.session(client)?.offer(entry, &message.forward(), &options) == Kept::Overflow {
                log::say(format_args!("The session of {:?} ends: it asked for too many retained messages.", client.id));
                self.end_session(&client.id, ReasonCode::QuotaExceeded);
                break;
            }
        }
        self.publish_wills();
        Ok(())
    }

    pub fn unsubscribe(&mut self, client: &Client, unsubscribe: &v5::Unsubscribe<'_>) -> Result<(), Refused> {
        let mut codes = Vec::new();
        for filter in unsubscribe.topic_filters {
            let filter = Filter::of(filter);
            self.session(client)?.filters.remove(&filter);
            codes.push(match self.subscriptions.remove(&client.id, &filter) {
                true => ReasonCode::Success,
                false => ReasonCode::NoSubscriptionExisted,
            });
        }
        let unsuback = unsubscribe.answer(&codes[..]).map_err(Refused::Fault)?;
        self.session(client)?.send(unsuback);
        Ok(())
    }

    /// The connection of a client is over. `with_will` is false if it said goodbye.
    pub fn disconnected(&mut self, client: &Client, with_will: bool, new_expiry: Option<u32>) {
        let Ok(session) = self.session(client) else { return };
        session.unlink();
        session.expiry = new_expiry.unwrap_or(session.expiry);
        let expiry = session.expiry;
        if !with_will {
            session.will = None;
        }
        if let Some(will) = &mut session.will {
            will.begin();
        }
        session.ends_at = match expiry {
            u32::MAX => None,
            seconds => Instant::now().checked_add(Duration::from_secs(seconds.into())),
        };
        self.look_after(&client.id);
        self.publish_wills();
    }

    /// Publishes the will of a client that is away, and ends its session, if it is time.
    fn look_after(&mut self, client: &ClientId) {
        let now = Instant::now();
        let Some(session) = self.sessions.get_mut(client).filter(|session| session.link.is_none()) else { return };
        if let Some(will) = session.will.take_if(|will| will.due.is_some_and(|due| due <= now)) {
            self.wills.push_back(Arc::new(will.into_message()));
        }
        if session.ends_at.is_some_and(|end| end <= now) {
            return self.end_session(client, ReasonCode::Success);
        }
        let will_due = session.will.as_ref().and_then(|will| will.due);
        if let Some(next) = will_due.into_iter().chain(session.ends_at).min() {
            self.agenda.set(Task::Session(client.clone()), next);
        }
    }

    /// Ends a session with all that belongs to it. If its client is connected, it is told why. Its will is due.
    pub fn end_session(&mut self, client: &ClientId, reason_code: ReasonCode) {
        let Some(mut session) = self.sessions.remove(client) else { return };
        self.agenda.forget(&Task::Session(client.clone()));
        if let Some(link) = session.unlink() {
            link.close(reason_code);
        }
        for filter in &session.filters {
            self.subscriptions.remove(client, filter);
        }
        self.wills.extend(session.will.map(|will| Arc::new(will.into_message())));
    }

    /// A will that is published although its client is back.
    pub fn will_is_due(&mut self, client: &ClientId) {
        if let Some(will) = self.sessions.get_mut(client).and_then(|session| session.will.take()) {
            self.wills.push_back(Arc::new(will.into_message()));
        }
    }

    /// Does what it is time for.
    pub fn do_what_is_due(&mut self) {
        while let Some(task) = self.agenda.take_due() {
            match task {
                Task::Session(client) => self.look_after(&client),
                Task::System => {
                    self.retained.forget_expired();
                    self.tell_about_itself();
                }
            }
        }
        self.publish_wills();
    }

    /// Says goodbye to all clients.
    pub fn stop(&mut self) {
        self.is_stopping = true;
        for session in self.sessions.values() {
            session.link.iter().for_each(|link| link.close(ReasonCode::ServerShuttingDown));
        }
    }
}
