//! The items that the documents name: each is used here, so that one which is not public does not compile.

use std::collections::BTreeSet;

use mqtt_wire::{
    DecodeError, Decoder, Delivery, EncodedPublish, FilterTable, FirstPacketError, Forward, Forwarded, FrameBuffer,
    List, Outgoing, PacketId, PacketIds, Phase, QoS, Slot, Text, TopicFilter, TopicName, v3, v5,
};

use crate::document::{Documents, FILES, MAIN};
use crate::links::links;
use crate::sources::Sources;

/// Names of items, and expressions that use them.
macro_rules! public_items {
    ($($name:literal: $used:expr;)*) => {
        const ITEMS: &[(&str, &str)] = &[$(($name, stringify!($used))),*];

        #[test]
        fn every_item_is_public() {
            $(let _ = $used;)*
            assert!(!ITEMS.is_empty());
        }
    };
}

type Table<'t> = FilterTable<&'t str, (), [Slot<&'t str, ()>; 1]>;
type Received = v5::ReceivedTopicAliases<String, [Option<String>; 1]>;
type Sent = v5::SentTopicAliases<String, [v5::TopicAliasSlot<String>; 1]>;
type Ids = PacketIds<[u32; 1]>;

public_items! {
    // all versions
    "Text": size_of::<Text<'_>>();
    "Text::discouraged_character": Text::discouraged_character;
    "Text::is_portable_client_id": Text::is_portable_client_id;
    "TopicName": size_of::<TopicName<'_>>();
    "TopicFilter": size_of::<TopicFilter<'_>>();
    "TopicFilter::matches": TopicFilter::matches;
    "TopicFilter::has_wildcards": TopicFilter::has_wildcards;
    "TopicFilter::new_v3": TopicFilter::new_v3;
    "TopicFilter::to_v5": TopicFilter::to_v5;
    "TopicFilter::shared": TopicFilter::shared;
    "FilterTable::matches": |table: &'static Table<'_>, name| FilterTable::matches(table, name);
    "FilterTable::insert": |table: &mut Table<'static>| FilterTable::insert(table, "a", ());
    "FilterTable::insert_v3": |table: &mut Table<'static>| FilterTable::insert_v3(table, "a", ());
    "FilterTable::remove": |table: &mut Table<'static>, filter| FilterTable::remove(table, filter);
    "QoS": QoS::AtMostOnce.min(QoS::ExactlyOnce);
    "PacketId": size_of::<PacketId>();
    "PacketIds": size_of::<PacketIds<[u32; 1]>>();
    "PacketIds::allocate": |ids: &mut Ids| PacketIds::allocate(ids);
    "PacketIds::release": |ids: &mut Ids, id| PacketIds::release(ids, id);
    "PacketIds::reserve": |ids: &mut Ids, id| PacketIds::reserve(ids, id);
    "Delivery": size_of::<Delivery>();
    "Delivery::redelivery": Delivery::redelivery;
    "Delivery::at_least_once": Delivery::at_least_once;
    "Delivery::exactly_once": Delivery::exactly_once;
    "Delivery::answered_by": Delivery::answered_by;
    "EncodedPublish": size_of::<EncodedPublish<'_>>();
    "EncodedPublish::set_dup": EncodedPublish::set_dup;
    "Decoder::first_packet": Decoder::first_packet;
    "Decoder::max_packet_size": Decoder::max_packet_size;
    "Decoder::read": Decoder::read;
    "FrameBuffer": size_of::<FrameBuffer<[u8; 1]>>();
    "Phase": size_of::<Phase>();
    "DecodeError::reply": DecodeError::reply;
    "DecodeError::reason_code": DecodeError::reason_code;
    "FirstPacketError::reply": FirstPacketError::reply;
    "Forward": size_of::<Forward<'_>>();
    "Forward::encode": |forward: &Forward<'static>, outgoing| Forward::encode(forward, outgoing, &mut []).is_ok();
    "Forwarded::len": Forwarded::len;
    "Outgoing": size_of::<Outgoing<'_>>();
    // 3.1 and 3.1.1
    "v3::Connack::new": v3::Connack::new;
    "v3::Connect::refusal": v3::Connect::refusal;
    "v3::ConnectReturnCode": size_of::<v3::ConnectReturnCode>();
    "v3::SubscribeReturnCode": size_of::<v3::SubscribeReturnCode>();
    "v3::Pingreq": v3::Pingreq;
    "v3::Pingresp": v3::Pingresp;
    "v3::Publish::answer": v3::Publish::answer;
    "v3::Pubrec::answer": v3::Pubrec::answer;
    "v3::Pubrel::answer": v3::Pubrel::answer;
    "v3::Subscribe::answer": |of: &v3::Subscribe<'_>| v3::Subscribe::answer(of, List::new(&[])).is_ok();
    "v3::Unsubscribe::answer": v3::Unsubscribe::answer;
    // 5.0
    "v5::Auth::new": v5::Auth::new(v5::ReasonCode::Success, v5::Properties::EMPTY);
    "v5::Connack::new": v5::Connack::new;
    "v5::Connect::to_v3": v5::Connect::to_v3;
    "v5::Limits::new": v5::Limits::new;
    "v5::Limits::check": v5::Limits::check;
    "v5::Limits::encode": v5::Limits::encode;
    "v5::Limits::keep_alive_timeout": v5::Limits::keep_alive_timeout;
    "v5::Pingreq": v5::Pingreq;
    "v5::Pingresp": v5::Pingresp;
    "v5::Property": size_of::<v5::Property<'_>>();
    "v5::Properties::subscription_identifiers": v5::Properties::EMPTY.subscription_identifiers();
    "v5::Publish::answer": v5::Publish::answer;
    "v5::Publish::check_payload_format": v5::Publish::check_payload_format;
    "v5::Pubrec::answer": v5::Pubrec::answer;
    "v5::Pubrel::answer": v5::Pubrel::answer;
    "v5::ReasonCode::closes_connection": v5::ReasonCode::closes_connection;
    "v5::ReasonCode::connect_return_code": v5::ReasonCode::connect_return_code;
    "v5::ReasonCode::granted": v5::ReasonCode::granted;
    "v5::ReasonCode::granted_qos": v5::ReasonCode::granted_qos;
    "v5::ReasonCode::is_error": v5::ReasonCode::is_error;
    "v5::RetainHandling": size_of::<v5::RetainHandling>();
    "v5::ReceivedTopicAliases": size_of::<v5::ReceivedTopicAliases<String, [Option<String>; 1]>>();
    "v5::ReceivedTopicAliases::clear": |aliases: &mut Received| v5::ReceivedTopicAliases::clear(aliases);
    "v5::ReceivedTopicAliases::resolve": |aliases: &mut Received, of: &v5::Publish<'_>| {
        v5::ReceivedTopicAliases::resolve(aliases, of, |_| None).is_ok()
    };
    "v5::SentTopicAliases::assign": |aliases: &mut Sent, name: TopicName<'_>| {
        v5::SentTopicAliases::assign(aliases, name, |_| None).is_some()
    };
    "v5::SentTopicAliases::clear": |aliases: &mut Sent| v5::SentTopicAliases::clear(aliases, 0);
    "v5::SendQuota": size_of::<v5::SendQuota>();
    "v5::SendQuota::new": v5::SendQuota::new;
    "v5::SendQuota::take": v5::SendQuota::take;
    "v5::Subscribe::answer": |of: &v5::Subscribe<'_>| v5::Subscribe::answer(of, List::new(&[])).is_ok();
    "v5::SubscriptionIdentifier": size_of::<v5::SubscriptionIdentifier>();
    "v5::Unsubscribe::answer": |of: &v5::Unsubscribe<'_>| v5::Unsubscribe::answer(of, List::new(&[])).is_ok();
    "v5::Will": size_of::<v5::Will<'_>>();
}

/// True if the source defines the last part of a name, by itself or in a row of a table: an enum's or a macro's.
fn defines(source: &str, name: &str) -> bool {
    let (parent, last) = name.rsplit_once("::").unwrap_or(("", name));
    let is_function = last.starts_with(|first: char| first.is_ascii_lowercase());
    let words: &[&str] = if is_function { &["fn "] } else { &["struct ", "enum "] };
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
    let is_defined = words.iter().any(|word| {
        let definition = format!("pub {word}{last}");
        let constant = format!("pub const {word}{last}");
        [definition, constant]
            .iter()
            .any(|text| source.match_indices(text).any(|(at, _)| ends(&source[at + text.len()..])))
    });
    let row = format!(" {last};");
    let is_row = source.lines().any(|line| line.trim_start().starts_with('"') && line.ends_with(&row));
    let of_parent = parent.rsplit("::").next().unwrap_or_default();
    let is_method_there = !is_function || of_parent.is_empty() || source.contains(of_parent);
    (is_defined || is_row) && is_method_there
}

pub fn complaints_about_helpers(documents: &Documents, sources: &Sources) -> Vec<String> {
    let (mut complaints, mut named) = (Vec::new(), BTreeSet::new());
    for document in FILES.iter().map(|file| file.0).chain([MAIN]) {
        for link in links(&documents.0[document]) {
            let Some(name) = link.text.strip_prefix('`').and_then(|text| text.strip_suffix('`')) else { continue };
            named.insert(name.to_owned());
            let Some(path) = link.path_from(document).strip_prefix("src/").map(str::to_owned) else {
                complaints.push(format!("{document}: {name} leads to {}", link.target));
                continue;
            };
            if !ITEMS.iter().any(|item| item.0 == name) {
                complaints.push(format!("{document}: {name} is not known to be public"));
            }
            if !sources.library.get(&path).is_some_and(|source| defines(source, name)) {
                complaints.push(format!("{document}: {path} does not define {name}"));
            }
        }
    }
    for (name, used) in ITEMS {
        let spelled: String = used.chars().filter(|character| !character.is_whitespace()).collect();
        if !name.split("::").all(|part| spelled.contains(part)) {
            complaints.push(format!("{name} is not what {used} uses"));
        }
        if !named.contains(*name) {
            complaints.push(format!("{name} is named nowhere"));
        }
    }
    complaints
}
