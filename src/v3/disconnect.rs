//! DISCONNECT (section 3.14).

use crate::packet::bodiless;
use crate::v3::outline;

bodiless! {
    "A client says goodbye, and its will is not published (section 3.14)." Disconnect;
}
