//! The peers: how each decodes and encodes, in the fastest way that its documentation shows, and what it decoded.

mod mountain_mqtt;
mod mqtt_codec_kit;
mod mqtt_proto;
mod mqttbytes;
mod mqttrs;
mod ntex_mqtt;
mod rmqtt_codec;
mod rumqtt;
mod rumqttc;

use bytes::BytesMut;
use workloads::codec::Contestant;
use workloads::floors::floors;
use workloads::ours::ours;

const KEEPS_LENGTHS: &str = "keeps all lengths in its packets, added up when they are made or changed: encoding, which is all that is timed, need not";
const CAPACITY: &str = "its lists have a fixed capacity, a parameter of the program: it is given what W6 needs";
const STD: &str = "runs with its feature `std`, since its lists hold 5 filters without, and W3 has 8";
const CONNECT_FIRST: &str =
    "writes a CONNECT rightly only at the beginning of a buffer, so each of them gets one of its own";

/// The peers that know the packets of one version.
pub fn peers(v5: bool) -> Vec<Contestant> {
    match v5 {
        false => vec![
            Contestant::new("mqttrs").decodes::<mqttrs::V3>().encodes::<mqttrs::V3>().remark(STD),
            Contestant::new("mqttbytes").decodes::<mqttbytes::V3>().encodes::<mqttbytes::V3>().remark(CONNECT_FIRST),
            Contestant::new("rumqttc").decodes::<rumqttc::V3>().encodes::<rumqttc::V3>().remark(CONNECT_FIRST),
            Contestant::new("rmqtt-codec").decodes::<rmqtt_codec::V3>().encodes::<rmqtt_codec::V3>(),
            Contestant::new("ntex-mqtt").decodes::<ntex_mqtt::V3>().encodes::<ntex_mqtt::V3>(),
            Contestant::new("mqtt-codec-kit")
                .decodes::<mqtt_codec_kit::V3>()
                .encodes::<mqtt_codec_kit::V3>()
                .remark(KEEPS_LENGTHS),
            Contestant::new("mqtt-proto").decodes::<mqtt_proto::V3>().encodes::<mqtt_proto::V3>(),
        ],
        true => vec![
            Contestant::new("mqttbytes").decodes::<mqttbytes::V5>().encodes::<mqttbytes::V5>().remark(CONNECT_FIRST),
            Contestant::new("rumqttc").decodes::<rumqttc::V5>().encodes::<rumqttc::V5>().remark(CONNECT_FIRST),
            Contestant::new("rmqtt-codec").decodes::<rmqtt_codec::V5>().encodes::<rmqtt_codec::V5>(),
            Contestant::new("ntex-mqtt").decodes::<ntex_mqtt::V5>().encodes::<ntex_mqtt::V5>(),
            Contestant::new("mqtt-codec-kit")
                .decodes::<mqtt_codec_kit::V5>()
                .encodes::<mqtt_codec_kit::V5>()
                .remark(KEEPS_LENGTHS),
            Contestant::new("mqtt-proto").decodes::<mqtt_proto::V5>().encodes::<mqtt_proto::V5>(),
            Contestant::new("mountain-mqtt")
                .decodes::<mountain_mqtt::V5>()
                .encodes::<mountain_mqtt::V5>()
                .remark(CAPACITY),
        ],
    }
}

/// mqtt-wire, the floors and the peers.
pub fn all(v5: bool) -> Vec<Contestant> {
    ours(v5).into_iter().chain(floors(v5)).chain(peers(v5)).collect()
}

/// No peer is asked to refuse a packet for its size.
const ANY_SIZE: usize = 1 << 28;

/// Some room behind what was received, as a program would have it: some codecs ask for more of it after every packet, and would
/// move all that is left.
const SPARE: usize = 64;

/// A buffer with these bytes.
fn buffer(bytes: &[u8]) -> BytesMut {
    let mut buffer = BytesMut::with_capacity(bytes.len() + SPARE);
    buffer.extend_from_slice(bytes);
    buffer
}
