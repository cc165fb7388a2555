//! What a connection remembers: identifiers in use, the send quota, topic aliases; and what they refuse.

use core::num::NonZeroU16;

use mqtt_wire::v5::{
    Properties, Property, Publish, ReasonCode, ReceivedTopicAliases, SendQuota, SentTopicAliases, Subscribe,
    Subscription, TopicAliasSlot,
};
use mqtt_wire::{BrokenRule, Delivery, PacketId, PacketIds, QoS, topic_filter, topic_name};

use crate::line::{Lines, debug, display};

pub(super) fn all(lines: &mut Lines) {
    let mut in_use = PacketIds::<[u32; 2]>::EMPTY;
    debug!(lines, "PacketIds", in_use);
    for id in [1, 33, 64] {
        debug!(lines, "PacketId", PacketId::new(id).filter(|id| in_use.reserve(*id)));
        debug!(lines, "PacketIds", in_use);
    }
    let mut quota = SendQuota::new(NonZeroU16::MIN);
    for _ in 0..2 {
        debug!(lines, "v5::SendQuota", quota);
        refused(lines, quota.take(Delivery::at_least_once(PacketId::FIRST)).err());
    }
    aliases(lines);
    let wanted = [Subscription::new(topic_filter!("a"), QoS::AtMostOnce)];
    refused(lines, Subscribe::new(PacketId::FIRST, &wanted).answer(&[ReasonCode::Success; 2]).err());
}

fn aliases(lines: &mut Lines) {
    let mut received = ReceivedTopicAliases::<&str, [Option<&str>; 2]>::EMPTY;
    let alias = [Property::TopicAlias(NonZeroU16::MIN)];
    let first = Publish { properties: Properties::from(&alias), ..Publish::new(topic_name!("거실"), b"") };
    let second = Publish { topic: None, ..first };
    refused(lines, received.resolve(&second, |_| None).err());
    refused(lines, received.resolve(&first, |_| None).err());
    debug!(lines, "TopicName", received.resolve(&first, |topic| Some(topic.as_str())).ok());
    debug!(lines, "v5::ReceivedTopicAliases", received);

    let slot = TopicAliasSlot::<&str>::EMPTY;
    debug!(lines, "v5::TopicAliasSlot", slot);
    let mut sent = SentTopicAliases::new([const { TopicAliasSlot::<&str>::EMPTY }; 2], 2);
    for _ in 0..2 {
        debug!(lines, "v5::AssignedTopicAlias", sent.assign(topic_name!("거실"), |topic| Some(topic.as_str())));
        debug!(lines, "v5::SentTopicAliases", sent);
    }
}

fn refused(lines: &mut Lines, rule: Option<BrokenRule>) {
    if let Some(rule) = rule {
        display!(lines, "BrokenRule", rule);
        display!(lines, "Violation", rule.violation());
        display!(lines, "Statement", rule.statement());
    }
}
