//! MQTT 5.0.

use mqtt_wire::v5::{Packet, Pingreq, Pingresp};

/// Every packet.
pub fn packets() -> Vec<Packet<'static>> {
    vec![Pingreq.into(), Pingresp.into()]
}
