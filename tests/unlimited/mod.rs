//! A connection that limits nothing: what is refused there is refused on all connections.

use std::num::NonZeroU16;

use mqtt_wire::QoS;
use mqtt_wire::v5::{Limits, ReceiverLimits};

pub const UNLIMITED: Limits = Limits {
    client: ALL,
    server: ALL,
    keep_alive: 0,
    session_expiry_interval: 1,
    requested_session_expiry_interval: 1,
    maximum_qos: QoS::ExactlyOnce,
    retain_available: true,
    wildcard_subscription_available: true,
    subscription_identifier_available: true,
    shared_subscription_available: true,
    request_problem_information: true,
    request_response_information: true,
};

/// What either side of it takes.
pub const ALL: ReceiverLimits =
    ReceiverLimits { receive_maximum: NonZeroU16::MAX, maximum_packet_size: None, topic_alias_maximum: u16::MAX };
