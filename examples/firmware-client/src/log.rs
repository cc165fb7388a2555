//! `info!` and `warn!`: defmt's with the feature `log`, nothing without it.

#[cfg(feature = "log")]
use defmt_semihosting as _;

#[cfg(feature = "log")]
macro_rules! info {
    ($($argument:tt)*) => { defmt::info!($($argument)*) };
}

#[cfg(feature = "log")]
macro_rules! warning {
    ($($argument:tt)*) => { defmt::warn!($($argument)*) };
}

#[cfg(not(feature = "log"))]
macro_rules! info {
    ($text:literal $(, $argument:expr)*) => {{ $(let _ = &$argument;)* }};
}

#[cfg(not(feature = "log"))]
macro_rules! warning {
    ($text:literal $(, $argument:expr)*) => {{ $(let _ = &$argument;)* }};
}
