//! Calls every public function of the crate but formatting, with opaque arguments: what `calls` has written.

include!(env!("FUNCTIONS"));
