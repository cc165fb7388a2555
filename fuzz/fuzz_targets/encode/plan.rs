//! What is put together of the bytes of an input: any packet, with any values of any fields, by the rules or not.

use arbitrary::{Arbitrary, Result, Unstructured};
use mqtt_wire::v5::{MaximumQoS, Properties, Property, ReasonCode, RetainHandling, SubscriptionIdentifier};
use mqtt_wire::{Delivery, Packet, PacketId, QoS, Text, TopicFilter, TopicName, topic_filter, topic_name, v3, v5};
use std::num::{NonZeroU16, NonZeroU32};

/// Longer than a field of two bytes' length.
static LONG: [u8; 65_537] = [b'x'; 65_537];

/// The parts of a packet. Those that it has not are empty.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// 0 to 13: packets of 3.x in the order of their types; 14 to 28: those of 5.0.
    which: u8,
    flags: u8,
    keep_alive: u16,
    packet_id: PacketId,
    qos: QoS,
    code: ReasonCode,
    texts: [Text<'a>; 2],
    topic: TopicName<'a>,
    payloads: [&'a [u8]; 2],
    properties: Vec<Property<'a>>,
    of_will: Vec<Property<'a>>,
    filters: Vec<TopicFilter<'a>>,
    options: Vec<u8>,
    codes: Vec<ReasonCode>,
}

impl<'a> Arbitrary<'a> for Plan<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Plan<'a>> {
        let which = u.int_in_range(0..=28)?;
        let v5 = which >= 14;
        let number = if v5 { which - 13 } else { which + 1 };
        let (connect, publish, lists) = (number == 1, number == 3, matches!(number, 8 | 10));
        let mut plan = Plan {
            which,
            flags: u.arbitrary()?,
            keep_alive: 0,
            packet_id: PacketId::from(u.arbitrary::<NonZeroU16>()?),
            qos: qos(u)?,
            code: reason_code(u)?,
            texts: [Text::EMPTY; 2],
            topic: topic_name!("a"),
            payloads: [&[]; 2],
            properties: Vec::new(),
            of_will: Vec::new(),
            filters: Vec::new(),
            options: Vec::new(),
            codes: Vec::new(),
        };
        if v5 {
            plan.properties = some(u, property)?;
        }
        if connect {
            plan.keep_alive = u.arbitrary()?;
            plan.texts = [text(u)?, text(u)?];
        }
        if connect && v5 {
            plan.of_will = some(u, property)?;
        }
        if connect || publish {
            plan.topic = name(u)?;
            plan.payloads = [binary(u)?, binary(u)?];
        }
        if lists {
            plan.filters = some(u, filter)?;
            plan.options = some(u, u8::arbitrary)?;
        }
        if matches!(number, 9 | 11) {
            plan.codes = some(u, reason_code)?;
        }
        Ok(plan)
    }
}

/// Up to seven of them.
fn some<'a, T>(u: &mut Unstructured<'a>, one: impl Fn(&mut Unstructured<'a>) -> Result<T>) -> Result<Vec<T>> {
    let count = u.int_in_range(0..=7)?;
    (0..count).map(|_| one(u)).collect()
}

fn qos(u: &mut Unstructured<'_>) -> Result<QoS> {
    u.choose(&[QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce]).copied()
}

fn reason_code(u: &mut Unstructured<'_>) -> Result<ReasonCode> {
    Ok(ReasonCode::new(u.arbitrary()?).unwrap_or(ReasonCode::Success))
}

fn text<'a>(u: &mut Unstructured<'a>) -> Result<Text<'a>> {
    Ok(Text::from_bytes(binary(u)?).unwrap_or(Text::EMPTY))
}

fn name<'a>(u: &mut Unstructured<'a>) -> Result<TopicName<'a>> {
    Ok(TopicName::from_bytes(binary(u)?).unwrap_or(topic_name!("a")))
}

/// One of 5.0, or one of 3.x that may be none of 5.0.
fn filter<'a>(u: &mut Unstructured<'a>) -> Result<TopicFilter<'a>> {
    let from_bytes = if u.arbitrary()? { TopicFilter::from_bytes_v3 } else { TopicFilter::from_bytes };
    let bytes = match u.int_in_range(0..=4)? {
        0 => &b"$share/g/a"[..],
        1 => b"$share/g",
        _ => binary(u)?,
    };
    Ok(from_bytes(bytes).unwrap_or(topic_filter!("a/#")))
}

/// Bytes of the input, or around as many as fit into a field.
fn binary<'a>(u: &mut Unstructured<'a>) -> Result<&'a [u8]> {
    match u.int_in_range(0..=63)? {
        0 => Ok(&LONG[..65_535]),
        1 => Ok(&LONG[..65_536]),
        2 => Ok(&LONG),
        _ => u.arbitrary(),
    }
}

fn property<'a>(u: &mut Unstructured<'a>) -> Result<Property<'a>> {
    use Property as P;
    Ok(match u.int_in_range(0..=26)? {
        0 => P::PayloadFormatIndicator(u.arbitrary()?),
        1 => P::MessageExpiryInterval(u.arbitrary()?),
        2 => P::ContentType(text(u)?),
        3 => P::ResponseTopic(name(u)?),
        4 => P::CorrelationData(binary(u)?),
        5 => P::SubscriptionIdentifier(identifier(u)?),
        6 => P::SessionExpiryInterval(u.arbitrary()?),
        7 => P::AssignedClientIdentifier(text(u)?),
        8 => P::ServerKeepAlive(u.arbitrary()?),
        9 => P::AuthenticationMethod(text(u)?),
        10 => P::AuthenticationData(binary(u)?),
        11 => P::RequestProblemInformation(u.arbitrary()?),
        12 => P::WillDelayInterval(u.arbitrary()?),
        13 => P::RequestResponseInformation(u.arbitrary()?),
        14 => P::ResponseInformation(text(u)?),
        15 => P::ServerReference(text(u)?),
        16 => P::ReasonString(text(u)?),
        17 => P::ReceiveMaximum(u.arbitrary()?),
        18 => P::TopicAliasMaximum(u.arbitrary()?),
        19 => P::TopicAlias(u.arbitrary()?),
        20 => P::MaximumQoS(if u.arbitrary()? { MaximumQoS::AtMostOnce } else { MaximumQoS::AtLeastOnce }),
        21 => P::RetainAvailable(u.arbitrary()?),
        22 => P::UserProperty((text(u)?, text(u)?)),
        23 => P::MaximumPacketSize(u.arbitrary()?),
        24 => P::WildcardSubscriptionAvailable(u.arbitrary()?),
        25 => P::SubscriptionIdentifierAvailable(u.arbitrary()?),
        _ => P::SharedSubscriptionAvailable(u.arbitrary()?),
    })
}

/// Of every width.
fn identifier(u: &mut Unstructured<'_>) -> Result<SubscriptionIdentifier> {
    let value = u.arbitrary::<NonZeroU32>()?.get() >> u.int_in_range(4..=31)?;
    Ok(SubscriptionIdentifier::new(value.max(1)).expect("four bits fewer than 32 fit"))
}

/// The lists of a packet, which is lent them.
#[derive(Default)]
pub struct Lists<'a> {
    of_v3: Vec<v3::Subscription<'a>>,
    of_v5: Vec<v5::Subscription<'a>>,
    return_codes: Vec<v3::SubscribeReturnCode>,
}

impl<'a> Plan<'a> {
    fn flag(&self, bit: u32) -> bool {
        self.flags >> bit & 1 == 1
    }

    fn delivery(&self) -> Delivery {
        let (packet_id, dup) = (self.packet_id, self.flag(0));
        match self.qos {
            QoS::AtMostOnce => Delivery::AtMostOnce,
            QoS::AtLeastOnce => Delivery::AtLeastOnce { packet_id, dup },
            QoS::ExactlyOnce => Delivery::ExactlyOnce { packet_id, dup },
        }
    }

    /// A plan of what is read: MQTT 3 knows no shared subscriptions, so that their filters are ordinary text there.
    pub fn as_read(&self) -> Plan<'a> {
        let mut plan = self.clone();
        if self.which < 14 {
            for filter in &mut plan.filters {
                *filter = TopicFilter::from_bytes_v3(filter.as_bytes()).expect("what is shared is a filter");
            }
        }
        plan
    }

    /// True if a filter is ordinary text in MQTT 3, and would be a shared subscription in 5.0.
    pub fn has_filter_of_v3(&self) -> bool {
        self.filters.iter().any(|filter| !filter.is_shared() && filter.as_str().starts_with("$share/"))
    }

    /// The lists that a packet of this plan borrows.
    pub fn lists(&self) -> Lists<'a> {
        let wanted = || self.filters.iter().copied().zip(self.options.iter().copied().chain([0; 7]));
        let qos = |options: u8| QoS::new(options & 3).unwrap_or_default();
        let of_v3 = wanted().map(|(filter, options)| v3::Subscription::new(filter, qos(options)));
        let of_v5 = wanted().map(|(topic_filter, options)| v5::Subscription {
            topic_filter,
            qos: qos(options),
            no_local: options & 4 != 0,
            retain_as_published: options & 8 != 0,
            retain_handling: RetainHandling::new(options >> 4 & 3).unwrap_or_default(),
        });
        let return_code = |code: &ReasonCode| v3::SubscribeReturnCode::new(code.value());
        let failure = v3::SubscribeReturnCode::Failure;
        let return_codes = self.codes.iter().map(|code| return_code(code).unwrap_or(failure));
        Lists { of_v3: of_v3.collect(), of_v5: of_v5.collect(), return_codes: return_codes.collect() }
    }

    /// The packet.
    pub fn packet<'b>(&'b self, lists: &'b Lists<'a>) -> Packet<'b> {
        match self.which {
            0..14 => self.of_v3(lists).into(),
            _ => self.of_v5(lists).into(),
        }
    }

    fn of_v3<'b>(&'b self, lists: &'b Lists<'a>) -> v3::Packet<'b> {
        let (packet_id, retain, topic) = (self.packet_id, self.flag(1), self.topic);
        let [payload, password] = self.payloads;
        let [client_id, user_name] = self.texts;
        match self.which {
            0 => v3::Connect {
                edition: if self.flag(2) { v3::Edition::V3_1 } else { v3::Edition::V3_1_1 },
                clean_session: self.flag(3),
                keep_alive: self.keep_alive,
                client_id,
                will: self.flag(4).then_some(v3::Will { qos: self.qos, retain, topic, message: payload }),
                user_name: self.flag(5).then_some(user_name),
                password: self.flag(6).then_some(password),
            }
            .into(),
            1 => {
                let return_code = v3::ConnectReturnCode::new(self.flags >> 4);
                let return_code = return_code.unwrap_or(v3::ConnectReturnCode::Accepted);
                v3::Connack { session_present: self.flag(0), return_code }.into()
            }
            2 => v3::Publish { delivery: self.delivery(), retain, topic, payload }.into(),
            3 => v3::Puback { packet_id }.into(),
            4 => v3::Pubrec { packet_id }.into(),
            5 => v3::Pubrel { packet_id }.into(),
            6 => v3::Pubcomp { packet_id }.into(),
            7 => v3::Subscribe::new(packet_id, &lists.of_v3[..]).into(),
            8 => v3::Suback::new(packet_id, &lists.return_codes[..]).into(),
            9 => v3::Unsubscribe::new(packet_id, &self.filters[..]).into(),
            10 => v3::Unsuback { packet_id }.into(),
            11 => v3::Pingreq.into(),
            12 => v3::Pingresp.into(),
            _ => v3::Disconnect.into(),
        }
    }

    fn of_v5<'b>(&'b self, lists: &'b Lists<'a>) -> v5::Packet<'b> {
        let (packet_id, reason_code, retain, topic) = (self.packet_id, self.code, self.flag(1), self.topic);
        let properties = Properties::new(&self.properties);
        let [payload, password] = self.payloads;
        let [client_id, user_name] = self.texts;
        match self.which - 14 {
            0 => v5::Connect {
                clean_start: self.flag(3),
                keep_alive: self.keep_alive,
                properties,
                client_id,
                will: self.flag(4).then_some(v5::Will {
                    qos: self.qos,
                    retain,
                    properties: Properties::new(&self.of_will),
                    topic,
                    payload,
                }),
                user_name: self.flag(5).then_some(user_name),
                password: self.flag(6).then_some(password),
            }
            .into(),
            1 => v5::Connack { session_present: self.flag(0), reason_code, properties }.into(),
            2 => {
                let topic = self.flag(2).then_some(topic);
                v5::Publish { delivery: self.delivery(), retain, topic, properties, payload }.into()
            }
            3 => v5::Puback { packet_id, reason_code, properties }.into(),
            4 => v5::Pubrec { packet_id, reason_code, properties }.into(),
            5 => v5::Pubrel { packet_id, reason_code, properties }.into(),
            6 => v5::Pubcomp { packet_id, reason_code, properties }.into(),
            7 => v5::Subscribe { packet_id, properties, subscriptions: (&lists.of_v5[..]).into() }.into(),
            8 => v5::Suback { packet_id, properties, reason_codes: (&self.codes[..]).into() }.into(),
            9 => v5::Unsubscribe { packet_id, properties, topic_filters: (&self.filters[..]).into() }.into(),
            10 => v5::Unsuback { packet_id, properties, reason_codes: (&self.codes[..]).into() }.into(),
            11 => v5::Pingreq.into(),
            12 => v5::Pingresp.into(),
            13 => v5::Disconnect { reason_code, properties }.into(),
            _ => v5::Auth { reason_code, properties }.into(),
        }
    }
}
