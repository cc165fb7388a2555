//! Floors, written by hand: what no codec can do without.
//!
//! * *frame-walk* reads fixed headers and skips the rest; *memcpy* copies finished packets.
//! * *hand-min* decodes and encodes, but checks nothing save that strings are UTF-8 and fields end inside their packet.

mod decode;
mod encode;

use crate::codec::Contestant;

pub use decode::{FrameWalk, HandMin};
pub use encode::Copy;

/// The floors of one version.
pub fn floors(v5: bool) -> [Contestant; 3] {
    let hand_min = Contestant::new("hand-min");
    [
        Contestant::new("frame-walk").decodes::<FrameWalk>(),
        Contestant::new("memcpy").encodes::<Copy>(),
        match v5 {
            true => hand_min.decodes::<HandMin<true>>().encodes::<HandMin<true>>(),
            false => hand_min.decodes::<HandMin<false>>().encodes::<HandMin<false>>(),
        },
    ]
}
