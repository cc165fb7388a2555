//! PINGREQ and PINGRESP (sections 3.12 and 3.13).

use crate::packet::bodiless;
use crate::v3::outline;

bodiless! {
    "A client asks whether the server is alive (section 3.12)." Pingreq;
    "Answers a PINGREQ: the server is alive (section 3.13)."                                     Pingresp;
}
