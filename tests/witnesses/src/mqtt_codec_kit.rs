//! mqtt-codec-kit. Most of its fields are private: it testifies by what it writes of what it has read.

use mqtt_codec_kit::common::{Decodable, Encodable};
use mqtt_codec_kit::{v4, v5};
use mqtt_wire::Version;

use crate::witness::{Reading, Witness};

pub(crate) struct MqttCodecKit;

impl Witness for MqttCodecKit {
    const NAME: &'static str = "mqtt-codec-kit";

    fn read(version: Version, mut bytes: &[u8]) -> Result<Reading, String> {
        let mut rewritten = Vec::new();
        let result = match version {
            Version::V5_0 => {
                let packet = v5::packet::VariablePacket::decode(&mut bytes).map_err(|error| said(&error))?;
                packet.encode(&mut rewritten).map_err(|error| error.to_string())
            }
            Version::V3_1 | Version::V3_1_1 => {
                let packet = v4::packet::VariablePacket::decode(&mut bytes).map_err(|error| said(&error))?;
                packet.encode(&mut rewritten).map_err(|error| error.to_string())
            }
        };
        Ok(Reading { fields: None, rewritten: result.map(|()| rewritten) })
    }
}

/// What an error says, without the place of a wrong byte.
fn said(error: &impl ToString) -> String {
    let said = error.to_string();
    if said.contains("utf-8") { "invalid utf-8".into() } else { said }
}
