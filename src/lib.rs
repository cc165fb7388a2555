#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![warn(unreachable_pub)]
// For the library alone: what is denied in Cargo.toml holds for tests and examples as well.
#![deny(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::cast_possible_truncation
)]

mod answer;
mod bridge;
mod connect_flags;
mod decoder;
#[cfg(feature = "defmt")]
mod defmt_format;
mod delivery;
mod display;
mod error;
mod first_packet;
mod forward;
mod frame;
mod in_place;
mod packet;
mod packet_ids;
mod packet_type;
#[cfg(feature = "nom")]
pub mod parser;
mod reply;
mod statement;
mod stream;
mod topic;
pub mod v3;
pub mod v5;
mod wire;

pub use bridge::NotInV3;
pub use decoder::Decoder;
pub use delivery::{Delivery, PacketId, QoS};
pub use error::{BrokenRule, DecodeError, EncodeError, Violation};
pub use first_packet::{FirstPacketError, UnsupportedVersion};
pub use forward::{Forward, Forwarded, Outgoing};
pub use frame::{Frame, Head, Split, SplitHead, split, split_head};
pub use in_place::{EncodedPublish, NotResent};
pub use packet::{Packet, Side, Version};
pub use packet_ids::PacketIds;
pub use packet_type::PacketType;
pub use reply::Phase;
pub use statement::Statement;
pub use stream::{Event, FrameBuffer};
pub use topic::{
    FilterLevel, FilterLevels, FilterTable, Levels, Matches, OwnedFilterTable, Rejected, Rejection, SharedSubscription,
    Slot, TopicFilter, TopicName,
};
pub use wire::{List, ListElement, ListIter, Text, TextError};

/// What the guides show is compiled and run.
#[cfg(doctest)]
mod guides {
    #[doc = include_str!("../docs/BROKERS.md")]
    mod brokers {}
    #[doc = include_str!("../docs/COOKBOOK.md")]
    mod cookbook {}
    #[doc = include_str!("../docs/TOPICS.md")]
    mod topics {}
}
