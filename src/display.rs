//! What errors say, once for `Display` and for `defmt::Format`.

/// The text of a type: rows of a match, of what a pattern binds.
macro_rules! display {
    ($type:ty, |$this:ident| $value:expr; $($pattern:pat => $text:literal $(, $argument:expr)*;)*) => {
        impl core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let $this = self;
                match $value { $($pattern => write!(f, $text $(, $argument)*),)* }
            }
        }

        #[cfg(feature = "defmt")]
        impl defmt::Format for $type {
            fn format(&self, f: defmt::Formatter<'_>) {
                let $this = self;
                match $value { $($pattern => defmt::write!(f, $text $(, $argument)*),)* }
            }
        }
    };
}
pub(crate) use display;
