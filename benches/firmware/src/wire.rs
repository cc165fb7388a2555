//! What the operations read and write. PUBLISH has 63 bytes, 64 in 5.0: QoS 1, 25 bytes of topic, 32 of payload.

pub const CLIENT_ID: &str = "sensor-0042";
pub const USER_NAME: &str = "meter";
pub const PASSWORD: &[u8] = b"s3cret";
pub const WILL_TOPIC: &str = "plant/0042/status";
pub const WILL_MESSAGE: &[u8] = b"offline";
pub const FILTER: &str = "plant/0042/+/set";
pub const TOPIC: &str = "plant/0042/line/3/celsius";
pub const PAYLOAD: &[u8; 32] = b"{\"t\":21.53,\"u\":\"C\",\"n\":12345678}";
pub const PACKET_ID: u16 = 0x1234;

/// The packets of 3.1.1.
pub mod v3 {
    pub static PUBLISH: &[u8] =
        b"\x32\x3D\0\x19plant/0042/line/3/celsius\x12\x34{\"t\":21.53,\"u\":\"C\",\"n\":12345678}";
    pub static PUBACK: &[u8] = b"\x40\x02\x12\x34";
    pub static CONNACK: &[u8] = b"\x20\x02\x01\0";
    pub static SUBACK: &[u8] = b"\x90\x03\x12\x34\x01";
    pub static CONNECT: &[u8] = b"\x10\x26\0\x04MQTT\x04\xC2\0\x3C\0\x0Bsensor-0042\0\x05meter\0\x06s3cret";
    pub static CONNECT_WILL: &[u8] = b"\x10\x42\0\x04MQTT\x04\xEE\0\x3C\0\x0Bsensor-0042\
        \0\x11plant/0042/status\0\x07offline\0\x05meter\0\x06s3cret";
    pub static SUBSCRIBE: &[u8] = b"\x82\x15\x12\x34\0\x10plant/0042/+/set\x01";
}

/// The packets of 5.0, without properties.
pub mod v5 {
    pub static PUBLISH: &[u8] =
        b"\x32\x3E\0\x19plant/0042/line/3/celsius\x12\x34\0{\"t\":21.53,\"u\":\"C\",\"n\":12345678}";
    pub static PUBACK: &[u8] = b"\x40\x02\x12\x34";
    pub static CONNACK: &[u8] = b"\x20\x03\x01\0\0";
    pub static SUBACK: &[u8] = b"\x90\x04\x12\x34\0\x01";
    pub static CONNECT: &[u8] = b"\x10\x27\0\x04MQTT\x05\xC2\0\x3C\0\0\x0Bsensor-0042\0\x05meter\0\x06s3cret";
    pub static CONNECT_WILL: &[u8] = b"\x10\x44\0\x04MQTT\x05\xEE\0\x3C\0\0\x0Bsensor-0042\
        \0\0\x11plant/0042/status\0\x07offline\0\x05meter\0\x06s3cret";
    pub static SUBSCRIBE: &[u8] = b"\x82\x16\x12\x34\0\0\x10plant/0042/+/set\x01";
}

pub static PINGRESP: &[u8] = b"\xD0\0";
