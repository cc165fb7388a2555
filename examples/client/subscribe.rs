//! `client subscribe`: asks for messages, answers and prints them.

use std::io::{self, StdoutLock, Write};
use std::num::{NonZeroU16, NonZeroU32};
use std::time::{Duration, Instant};

use mqtt_wire::v5::{
    self, Limits, Properties, Property, Pubcomp, Publish, ReasonCode, ReceivedTopicAliases, SendQuota, Subscribe,
    Subscription, Unsubscribe,
};
use mqtt_wire::{Delivery, List, PacketId, PacketIds, PacketType, TopicFilter};

use crate::client::Task;
use crate::failure::{End, Failure, in_words};
use crate::link::Link;
use crate::options;
use crate::publish::ALL_PACKET_IDS;

/// What is asked for.
pub(crate) struct Asked<'o> {
    pub subscriptions: Vec<Subscription<'o>>,
    pub subscribe: &'o [Property<'o>],
    pub given_up: Vec<TopicFilter<'o>>,
    pub unsubscribe: &'o [Property<'o>],
}

pub(crate) struct Subscriber<'o> {
    asked: Asked<'o>,
    options: &'o options::Subscribe,
    output: io::BufWriter<StdoutLock<'static>>,
    deadline: Option<Instant>,
    has_asked: bool,
    /// SUBSCRIBE and UNSUBSCRIBE that the server has not answered.
    in_use: PacketIds<[u32; 1]>,
    /// Messages at QoS 2 from PUBLISH to PUBREL: what is in it was printed already.
    received: PacketIds<Vec<u32>>,
    /// How many messages the server may have under way, since 5.0.
    quota: SendQuota,
    aliases: ReceivedTopicAliases<String, Vec<Option<String>>>,
    /// The answer to the message that comes in pieces.
    answer_to_pieces: Option<v5::Packet<'static>>,
    printed: u32,
    /// Nobody reads the output any more.
    is_cut_off: bool,
}

impl<'o> Subscriber<'o> {
    pub(crate) fn new(asked: Asked<'o>, options: &'o options::Subscribe) -> Subscriber<'o> {
        let seconds = |seconds: NonZeroU32| Duration::from_secs(seconds.get().into());
        Subscriber {
            asked,
            options,
            output: io::BufWriter::new(io::stdout().lock()),
            deadline: options.timeout.map(|timeout| Instant::now() + seconds(timeout)),
            has_asked: false,
            in_use: PacketIds::EMPTY,
            received: PacketIds::new(vec![0; ALL_PACKET_IDS]), // the server chooses
            quota: SendQuota::new(NonZeroU16::MAX),
            aliases: ReceivedTopicAliases::new(Vec::new()),
            answer_to_pieces: None,
            printed: 0,
            is_cut_off: false,
        }
    }

    /// The server wants to know what became of a message. What it may send then, the quota counts.
    fn answer(&mut self, answer: v5::Packet<'_>, link: &mut Link) -> Result<(), End> {
        self.quota.give_back(&answer);
        Ok(link.send(answer)?)
    }

    /// Prints what stands before the payload. False: nothing of the message is to be printed.
    fn begin_message(&mut self, publish: &Publish<'_>) -> Result<bool, End> {
        self.quota.take(publish.delivery)?;
        let topic = self.aliases.resolve(publish, |topic| Some(topic.to_string()))?;
        let is_new = match publish.delivery {
            Delivery::ExactlyOnce { packet_id, .. } => self.received.reserve(packet_id),
            _ => true,
        };
        let is_wanted = is_new && !(publish.retain && self.options.no_retained);
        if is_wanted && self.options.verbose {
            let written = write!(self.output, "{topic} ");
            self.note(written)?;
        }
        Ok(is_wanted)
    }

    fn end_message(&mut self) -> Result<(), Failure> {
        self.printed += 1;
        let end: &[u8] = if self.options.no_end_of_line { b"" } else { b"\n" };
        let written = self.output.write_all(end);
        self.note(written)
    }

    /// Whoever reads the output may have enough of it: that is no failure.
    fn note(&mut self, written: io::Result<()>) -> Result<(), Failure> {
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.is_cut_off = true,
            Err(error) => return Err(Failure::before_it_began(format!("The messages cannot be written: {error}."))),
            Ok(()) => {}
        }
        Ok(())
    }

    fn has_enough(&self) -> bool {
        self.is_cut_off || self.options.count.is_some_and(|count| self.printed >= count.get())
    }

    /// What became of each subscription.
    fn granted(&mut self, suback: &v5::Suback<'_>) -> Result<(), End> {
        let asked = Subscribe::new(suback.packet_id, List::new(&self.asked.subscriptions));
        let codes = asked.answer(suback.reason_codes)?.reason_codes; // as many as there are subscriptions
        let mut refused = None;
        let mut is_granted = false;
        for (subscription, code) in self.asked.subscriptions.iter().zip(codes) {
            let filter = subscription.topic_filter;
            match code.granted_qos() {
                None => {
                    let why = in_words(code, PacketType::Suback, &suback.properties);
                    refused = Some(Failure::refused(&format!("the subscription to \"{filter}\""), &why, code.value()));
                    eprintln!("The server refuses the subscription to \"{filter}\": {why}.");
                }
                Some(qos) => {
                    is_granted = true;
                    if qos < subscription.qos {
                        eprintln!("The server sends messages of \"{filter}\" at QoS {qos} at most.");
                    }
                }
            }
        }
        match refused {
            Some(refused) if !is_granted => {
                Err(Failure { sentence: "The server refuses all subscriptions.".into(), ..refused }.into())
            }
            _ => Ok(()),
        }
    }

    fn given_up(&self, unsuback: &v5::Unsuback<'_>) {
        for (filter, code) in self.asked.given_up.iter().zip(unsuback.reason_codes) {
            if code != ReasonCode::Success {
                let why = in_words(code, PacketType::Unsuback, &unsuback.properties);
                eprintln!("The subscription to \"{filter}\" is not given up: {why}.");
            }
        }
    }

    fn packet_id(&mut self) -> Result<PacketId, Failure> {
        self.in_use.allocate().ok_or_else(|| Failure::of_the_protocol("All packet identifiers are in use."))
    }
}

impl Task for Subscriber<'_> {
    fn begin(&mut self, limits: &Limits, link: &mut Link) -> Result<(), End> {
        self.quota = SendQuota::new(limits.client.receive_maximum);
        self.aliases = ReceivedTopicAliases::new(vec![None; limits.client.topic_alias_maximum.into()]);
        self.has_asked = true;
        if !self.asked.given_up.is_empty() {
            let packet_id = self.packet_id()?;
            let properties = Properties::from(self.asked.unsubscribe);
            link.send(Unsubscribe { properties, ..Unsubscribe::new(packet_id, List::new(&self.asked.given_up)) })?;
        }
        if !self.asked.subscriptions.is_empty() {
            let packet_id = self.packet_id()?;
            let properties = Properties::from(self.asked.subscribe);
            link.send(Subscribe { properties, ..Subscribe::new(packet_id, List::new(&self.asked.subscriptions)) })?;
        }
        Ok(())
    }

    fn packet(&mut self, packet: v5::Packet<'_>, link: &mut Link) -> Result<(), End> {
        match packet {
            // It stays with the server: a later connection may want it.
            v5::Packet::Publish(_) if self.has_enough() => {}
            v5::Packet::Publish(publish) => {
                if self.begin_message(&publish)? {
                    let written = self.output.write_all(publish.payload);
                    self.note(written)?;
                    self.end_message()?;
                }
                if let Some(answer) = publish.answer(ReasonCode::Success) {
                    self.answer(answer, link)?;
                }
            }
            v5::Packet::Pubrel(pubrel) => {
                let reason_code = match self.received.release(pubrel.packet_id) {
                    true => ReasonCode::Success,
                    false => ReasonCode::PacketIdentifierNotFound,
                };
                self.answer(Pubcomp { reason_code, ..pubrel.answer() }.into(), link)?;
            }
            v5::Packet::Suback(suback) if self.in_use.release(suback.packet_id) => self.granted(&suback)?,
            v5::Packet::Unsuback(unsuback) if self.in_use.release(unsuback.packet_id) => self.given_up(&unsuback),
            // An answer to nothing.
            _ => {}
        }
        Ok(())
    }

    fn head(&mut self, publish: Publish<'_>, link: &mut Link) -> Result<bool, End> {
        if self.has_enough() {
            return Ok(false);
        }
        let is_wanted = self.begin_message(&publish)?;
        let answer = publish.answer(ReasonCode::Success);
        match (is_wanted, answer) {
            (true, answer) => self.answer_to_pieces = answer,
            (false, Some(answer)) => self.answer(answer, link)?,
            (false, None) => {}
        }
        Ok(is_wanted)
    }

    fn piece(&mut self, bytes: &[u8], left: usize, link: &mut Link) -> Result<(), End> {
        let written = self.output.write_all(bytes);
        self.note(written)?;
        if left == 0 {
            self.end_message()?;
            if let Some(answer) = self.answer_to_pieces.take() {
                self.answer(answer, link)?;
            }
        }
        Ok(())
    }

    fn proceed(&mut self, _: &mut Link) -> Result<bool, End> {
        let written = self.output.flush();
        self.note(written)?;
        Ok(false)
    }

    /// A message at QoS 2 that was printed is brought to its end, so that the server does not send it again.
    fn is_done(&self) -> bool {
        let is_answered = self.has_asked && self.in_use.in_use() == 0;
        (self.has_enough() && self.received.in_use() == 0) || (self.options.exit_when_subscribed && is_answered)
    }

    fn deadline(&self) -> Option<Instant> {
        self.deadline
    }
}
