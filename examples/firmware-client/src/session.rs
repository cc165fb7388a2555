//! What outlives a connection: the subscription, and messages that the server does not have yet.

use embedded_io::{Read, ReadReady, Write};
use heapless::Vec;
use mqtt_wire::v5::{Limits, Puback, Publish, Suback, Subscribe, Subscription};
use mqtt_wire::{BrokenRule, Delivery, EncodeError, EncodedPublish, List, PacketId, PacketIds, PacketType, QoS, Side};

use crate::clock::Instant;
use crate::commands::COMMANDS;
use crate::link::{Link, Lost};

/// How many messages are kept until they are acknowledged.
const MAX_IN_FLIGHT: usize = 4;
/// The largest PUBLISH, in bytes.
const MAX_MESSAGE_SIZE: usize = 96;

/// The packet identifiers for them, and one for SUBSCRIBE: a word holds 32.
type InUse = PacketIds<[u32; 1]>;

const WANTED: List<'static, Subscription<'static>> = List::new(&[Subscription::new(COMMANDS, QoS::AtLeastOnce)]);

/// Why a message is not taken.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "log"), expect(dead_code, reason = "what is in it is for the log"))]
#[cfg_attr(feature = "log", derive(defmt::Format))]
pub enum NotTaken {
    /// As many as there is room for are under way.
    Full,
    /// It cannot be written, or is too large.
    NotWritten(EncodeError),
    /// The server does not take such messages.
    NotAllowed(BrokenRule),
}

/// A PUBLISH at QoS 1, as it is sent.
struct Message {
    packet_id: PacketId,
    /// True if it was sent on this connection.
    sent: bool,
    bytes: Vec<u8, MAX_MESSAGE_SIZE>,
}

/// How far the subscription is.
enum State {
    None,
    /// SUBSCRIBE was sent on this connection.
    Asked(PacketId),
    /// SUBACK has arrived; the server keeps the subscription as long as the session.
    Granted,
}

pub struct Session {
    /// True until a server has it.
    is_new: bool,
    subscription: State,
    in_use: InUse,
    /// In the order in which they are sent, and sent again.
    messages: Vec<Message, MAX_IN_FLIGHT>,
}

impl Session {
    pub const NEW: Session =
        Session { is_new: true, subscription: State::None, in_use: InUse::EMPTY, messages: Vec::new() };

    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// A connection was accepted: everything that the server has not acknowledged is to be sent again. DUP is set
    /// where the server may remember the packet identifier, and cleared where it has begun a new session.
    pub fn resume(&mut self, session_present: bool) -> Result<(), Lost> {
        if session_present && self.is_new {
            return Err(Lost::Unexpected(PacketType::Connack)); // a clean start was asked for
        }
        self.is_new = false;
        if let State::Asked(packet_id) = self.subscription {
            self.in_use.release(packet_id);
        }
        if !session_present || !matches!(self.subscription, State::Granted) {
            self.subscription = State::None;
        }
        for message in &mut self.messages {
            if let Ok(mut publish) = EncodedPublish::new(&mut message.bytes) {
                publish.set_dup(session_present && (message.sent || publish.dup()));
            }
            message.sent = false;
        }
        Ok(())
    }

    /// Sends what is not sent yet, as far as the server takes more.
    pub fn send<T: Read + ReadReady + Write>(
        &mut self,
        link: &mut Link<T>,
        limits: &Limits,
        now: Instant,
    ) -> Result<(), Lost> {
        if matches!(self.subscription, State::None)
            && let Some(packet_id) = self.in_use.allocate()
        {
            link.request(&Subscribe::new(packet_id, WANTED).encode_to_vec::<64>()?, now)?;
            self.subscription = State::Asked(packet_id);
        }
        let quota = usize::from(limits.server.receive_maximum.get());
        for message in self.messages.iter_mut().take(quota).filter(|message| !message.sent) {
            link.request(&message.bytes, now)?;
            message.sent = true;
        }
        Ok(())
    }

    /// Keeps a message until the server has it. What the server takes is known while it is connected.
    pub fn publish(&mut self, publish: Publish<'_>, limits: Option<&Limits>) -> Result<(), NotTaken> {
        if self.messages.is_full() {
            return Err(NotTaken::Full);
        }
        let packet_id = self.in_use.allocate().ok_or(NotTaken::Full)?;
        let publish = Publish { delivery: Delivery::at_least_once(packet_id), ..publish };
        match encoded(&publish, limits) {
            Ok(bytes) => self.messages.push(Message { packet_id, sent: false, bytes }).map_err(|_| NotTaken::Full),
            Err(why) => {
                self.in_use.release(packet_id);
                Err(why)
            }
        }
    }

    /// The server has a message, or has refused it, which ends its delivery as well.
    pub fn acknowledged(&mut self, puback: &Puback<'_>) {
        if puback.reason_code.is_error() {
            warning!("refused: {}", puback);
        }
        let under_way = self.messages.len();
        self.messages.retain(|message| message.packet_id != puback.packet_id);
        if self.messages.len() < under_way {
            self.in_use.release(puback.packet_id);
        }
    }

    /// The server has granted the subscription.
    pub fn subscribed(&mut self, suback: &Suback<'_>) {
        if matches!(self.subscription, State::Asked(packet_id) if packet_id == suback.packet_id) {
            self.in_use.release(suback.packet_id);
            self.subscription = State::Granted;
        }
    }
}

fn encoded(publish: &Publish<'_>, limits: Option<&Limits>) -> Result<Vec<u8, MAX_MESSAGE_SIZE>, NotTaken> {
    if let Some(limits) = limits {
        limits.check(Side::Client, &(*publish).into()).map_err(NotTaken::NotAllowed)?;
    }
    publish.encode_to_vec().map_err(NotTaken::NotWritten)
}
