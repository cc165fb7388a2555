//! The Connect Flags (sections 3.1.2.3 to 3.1.2.9), which all versions share.

use crate::delivery::QoS;
use crate::error::{Cause, Violation};
use crate::packet::Version;
use crate::statement::{Citation, mqtt};
use crate::wire::rule;

const USER_NAME: u8 = 0b1000_0000;
const PASSWORD: u8 = 0b0100_0000;
const WILL_RETAIN: u8 = 0b0010_0000;
const WILL_QOS: u8 = 0b0001_1000;
const WILL_QOS_SHIFT: u32 = WILL_QOS.trailing_zeros();
const WILL: u8 = 0b0000_0100;
/// "Clean Start" in MQTT 5.0.
const CLEAN_SESSION: u8 = 0b0000_0010;
const RESERVED: u8 = 0b0000_0001;

/// The byte that tells which fields a CONNECT has.
#[derive(Clone, Copy)]
pub(crate) struct ConnectFlags(u8);

impl ConnectFlags {
    pub(crate) const fn from_byte(byte: u8) -> ConnectFlags {
        ConnectFlags(byte)
    }

    /// The flags of a CONNECT; a will gives its QoS and RETAIN.
    pub(crate) fn new(clean_session: bool, will: Option<(QoS, bool)>, user_name: bool, password: bool) -> ConnectFlags {
        let will =
            will.map_or(0, |(qos, retain)| WILL | qos.value() << WILL_QOS_SHIFT | if retain { WILL_RETAIN } else { 0 });
        let clean_session = if clean_session { CLEAN_SESSION } else { 0 };
        let user_name = if user_name { USER_NAME } else { 0 };
        let password = if password { PASSWORD } else { 0 };
        ConnectFlags(user_name | password | will | clean_session)
    }

    pub(crate) const fn byte(self) -> u8 {
        self.0
    }

    const fn has(self, bits: u8) -> bool {
        self.0 & bits != 0
    }

    pub(crate) const fn clean_session(self) -> bool {
        self.has(CLEAN_SESSION)
    }

    pub(crate) const fn user_name(self) -> bool {
        self.has(USER_NAME)
    }

    pub(crate) const fn password(self) -> bool {
        self.has(PASSWORD)
    }

    /// QoS and RETAIN of the will, if there is one.
    pub(crate) const fn will(self) -> Option<(QoS, bool)> {
        if !self.has(WILL) {
            return None;
        }
        match QoS::new((self.0 & WILL_QOS) >> WILL_QOS_SHIFT) {
            Some(qos) => Some((qos, self.has(WILL_RETAIN))),
            None => None,
        }
    }

    /// The rules of the flags. 3.1 gives the reserved bit no use, nor the bits of a will where there is none; 5.0 allows a
    /// password without a user name.
    pub(crate) fn check(self, version: Version) -> Result<(), Cause> {
        let in_3_1 = matches!(version, Version::V3_1);
        rule(in_3_1 || !self.has(RESERVED), Violation::ReservedConnectFlag, mqtt!("3.1.2-3"))?;
        if self.has(WILL) {
            rule(self.0 & WILL_QOS != WILL_QOS, Violation::WillQoS3, Citation::NONE)?;
        } else if !in_3_1 {
            rule(!self.has(WILL_QOS), Violation::WillQoSWithoutWill, Citation::NONE)?;
            rule(!self.has(WILL_RETAIN), Violation::WillRetainWithoutWill, Citation::NONE)?;
        }
        if matches!(version, Version::V5_0) { Ok(()) } else { self.check_password() }
    }

    /// The rule that is left where fields made the flags: 3.1 and 3.1.1 allow no password without a user name.
    pub(crate) fn check_password(self) -> Result<(), Cause> {
        rule(self.user_name() || !self.password(), Violation::PasswordWithoutUserName, mqtt!("3.1.2-22"))
    }
}
