//! Ctrl-C, and the other ways to ask a program to end.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The exit status of what a second interrupt ends.
const INTERRUPTED: i32 = 130;

/// Has the first interrupt noted and told, and the next one end the program at once.
pub(crate) fn heed(tell: impl Fn() + Send + 'static) -> Result<Arc<AtomicBool>, String> {
    let is_interrupted = Arc::new(AtomicBool::new(false));
    let noted = Arc::clone(&is_interrupted);
    let heed = move || {
        if noted.swap(true, Ordering::AcqRel) {
            process::exit(INTERRUPTED);
        }
        tell();
    };
    ctrlc::set_handler(heed).map_err(|error| format!("Ctrl-C cannot be heeded: {error}"))?;
    Ok(is_interrupted)
}
