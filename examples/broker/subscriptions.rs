//! Who wants which messages: a table of all filters, with the clients of each.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Included, Unbounded};

use mqtt_wire::v5::{Subscription, SubscriptionIdentifier};
use mqtt_wire::{FilterTable, QoS, Slot, TopicFilter, TopicName};

use crate::session::ClientId;

/// A filter that outlives its packet. `$share/…` of 3.1.1 is an ordinary filter, and another than that of 5.0.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Filter {
    text: String,
    is_shared: bool,
}

impl Filter {
    pub fn of(filter: TopicFilter<'_>) -> Filter {
        Filter { text: filter.to_string(), is_shared: filter.is_shared() }
    }

    fn borrow(&self) -> TopicFilter<'_> {
        let filter = if self.is_shared { TopicFilter::new(&self.text) } else { TopicFilter::new_v3(&self.text) };
        filter.expect("it was a filter before")
    }
}

/// A subscription of a client.
#[derive(Clone, Copy)]
struct Wish {
    qos: QoS,
    no_local: bool,
    retain_as_published: bool,
    identifier: Option<SubscriptionIdentifier>,
}

/// What a client is to get of a message: of all its subscriptions that match together.
#[derive(Default)]
pub(crate) struct Share {
    pub qos: QoS,
    pub retain_as_published: bool,
    pub identifiers: Vec<SubscriptionIdentifier>,
}

impl Share {
    fn add(&mut self, wish: Wish) {
        self.qos = self.qos.max(wish.qos); // [MQTT-3.3.4-2]
        self.retain_as_published |= wish.retain_as_published;
        self.identifiers.extend(wish.identifier);
    }
}

/// The clients of a filter.
struct Group {
    wishes: BTreeMap<ClientId, Wish>,
    is_shared: bool,
    /// Of a shared subscription: who had the last message.
    last: RefCell<Option<ClientId>>,
}

impl Group {
    /// Whose turn it is: the first behind the last one, among those that `rank` puts first.
    fn next(&self, rank: impl Fn(&ClientId) -> u8) -> Option<(&ClientId, Wish)> {
        let mut last = self.last.borrow_mut();
        let behind = self.wishes.range::<ClientId, _>((last.as_ref().map_or(Unbounded, Excluded), Unbounded));
        let up_to = self.wishes.range::<ClientId, _>((Unbounded, last.as_ref().map_or(Unbounded, Included)));
        let (client, wish) = behind.chain(up_to).min_by_key(|(client, _)| rank(client))?;
        *last = Some(client.clone());
        Some((client, *wish))
    }
}

type Table = FilterTable<String, Group, Vec<Slot<String, Group>>>;

/// All subscriptions.
pub(crate) struct Subscriptions {
    table: Table,
    count: usize,
}

impl Subscriptions {
    pub fn new() -> Subscriptions {
        Subscriptions { table: Table::new(Vec::new()), count: 0 }
    }

    pub fn len(&self) -> usize {
        self.count
    }

    /// True if the client had no subscription with this filter before; else it is replaced [MQTT-3.8.4-3].
    pub fn insert(
        &mut self,
        client: &ClientId,
        subscription: &Subscription<'_>,
        identifier: Option<SubscriptionIdentifier>,
    ) -> bool {
        let filter = subscription.topic_filter;
        let wish = Wish {
            qos: subscription.qos,
            no_local: subscription.no_local,
            retain_as_published: subscription.retain_as_published,
            identifier,
        };
        if self.table.get(filter).is_none() {
            self.insert_group(filter);
        }
        let group = self.table.get_mut(filter).expect("it was put in if it was not there");
        let is_new = group.wishes.insert(client.clone(), wish).is_none();
        self.count += usize::from(is_new);
        is_new
    }

    fn insert_group(&mut self, filter: TopicFilter<'_>) {
        if self.table.len() == self.table.capacity() {
            let slots = (0..2 * self.table.capacity() + 8).map(|_| Slot::EMPTY).collect();
            let full = std::mem::replace(&mut self.table, Table::new(Vec::new()));
            self.table = full.move_to(slots).ok().expect("there are more slots than before");
        }
        let group = Group { wishes: BTreeMap::new(), is_shared: filter.is_shared(), last: RefCell::default() };
        let inserted = match filter.is_shared() {
            true => self.table.insert(filter.to_string(), group),
            false => self.table.insert_v3(filter.to_string(), group),
        };
        assert!(inserted.is_ok(), "there is a slot for the filter");
    }

    /// True if there was such a subscription.
    pub fn remove(&mut self, client: &ClientId, filter: &Filter) -> bool {
        let filter = filter.borrow();
        let Some(group) = self.table.get_mut(filter) else { return false };
        let was_there = group.wishes.remove(client).is_some();
        if group.wishes.is_empty() {
            self.table.remove(filter);
        }
        self.count -= usize::from(was_there);
        was_there
    }

    /// Who is to get a message: each client once, and one client of every shared subscription. `rank` tells how ready a
    /// client is: 0 is best.
    pub fn receivers(
        &self,
        topic: TopicName<'_>,
        publisher: Option<&ClientId>,
        rank: impl Fn(&ClientId) -> u8,
    ) -> Vec<(ClientId, Share)> {
        let mut shares: BTreeMap<&ClientId, Share> = BTreeMap::new();
        let mut in_turn = Vec::new();
        for (_, group) in self.table.matches(topic) {
            if group.is_shared {
                if let Some((client, wish)) = group.next(&rank) {
                    let mut share = Share::default();
                    share.add(wish);
                    in_turn.push((client.clone(), share));
                }
                continue;
            }
            for (client, wish) in &group.wishes {
                if !(wish.no_local && publisher == Some(client)) {
                    shares.entry(client).or_default().add(*wish);
                }
            }
        }
        in_turn.extend(shares.into_iter().map(|(client, share)| (client.clone(), share)));
        in_turn
    }
}
