//! A line of either side.

#[cfg(target_os = "none")]
pub struct Lines;

/// The lines that the host writes.
#[cfg(not(target_os = "none"))]
#[derive(Default)]
pub struct Lines(pub Vec<String>);

#[cfg(target_os = "none")]
macro_rules! debug {
    ($lines:ident, $type:expr, $value:expr) => {{
        let Lines = $lines;
        defmt::println!("{=str}: {:?}", $type, $value);
    }};
}

#[cfg(target_os = "none")]
macro_rules! display {
    ($lines:ident, $type:expr, $value:expr) => {{
        let Lines = $lines;
        defmt::println!("{=str}: {}", $type, $value);
    }};
}

/// With `{}`, where defmt is to write what it writes with `{:?}`.
#[cfg(target_os = "none")]
macro_rules! debug_in_any_case {
    ($lines:ident, $type:expr, $value:expr) => {
        display!($lines, $type, $value)
    };
}

#[cfg(not(target_os = "none"))]
macro_rules! debug_in_any_case {
    ($lines:ident, $type:expr, $value:expr) => {
        debug!($lines, $type, $value)
    };
}

#[cfg(not(target_os = "none"))]
macro_rules! debug {
    ($lines:ident, $type:expr, $value:expr) => {
        $lines.0.push(format!("{}: {:?}", $type, $value))
    };
}

#[cfg(not(target_os = "none"))]
macro_rules! display {
    ($lines:ident, $type:expr, $value:expr) => {
        $lines.0.push(format!("{}: {}", $type, $value))
    };
}

pub(crate) use {debug, debug_in_any_case, display};
