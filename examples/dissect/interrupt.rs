//! Ctrl-C, and the other ways to ask a program to end.

use std::process;

/// The exit status of what a second interrupt ends.
const INTERRUPTED: i32 = 130;

/// Has the first interrupt told, and the next one end the program at once. Telling must not wait.
pub(crate) fn heed(tell: impl Fn() + Send + 'static) -> Result<(), String> {
    let mut was_told = false;
    let heed = move || {
        if was_told {
            process::exit(INTERRUPTED);
        }
        was_told = true;
        tell();
    };
    ctrlc::set_handler(heed).map_err(|error| format!("Ctrl-C cannot be heeded: {error}"))
}
