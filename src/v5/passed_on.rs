//! The properties that a server passes on with a message (section 3.3.2.3).

use crate::v5::place::Place;
use crate::v5::properties::Properties;
use crate::v5::property::{Number, Property};
use crate::wire::{Writer, total};

/// What of a property block goes on to subscribers, in its order.
#[derive(Clone, Copy)]
pub(crate) enum PassedOn<'a> {
    /// Pieces of the received block, which are sent as they are.
    Pieces([&'a [u8]; PIECES]),
    /// Properties to write anew: they were not received, or what is dropped cuts them into more pieces.
    Written(Properties<'a>),
}

/// A client's PUBLISH holds at most two properties that are dropped: topic alias and message expiry interval.
pub(crate) const PIECES: usize = 3;

impl Number {
    /// A server passes on what says something about the message. The rest is about the connection that it came from, or is
    /// written anew.
    const fn is_passed_on(self) -> bool {
        matches!(
            self,
            Number::PayloadFormatIndicator
                | Number::ContentType
                | Number::ResponseTopic
                | Number::CorrelationData
                | Number::UserProperty
        )
    }
}

impl<'a> PassedOn<'a> {
    pub(crate) fn of(properties: Properties<'a>) -> PassedOn<'a> {
        match properties.block().and_then(pieces) {
            Some(pieces) => PassedOn::Pieces(pieces),
            None => PassedOn::Written(properties),
        }
    }

    /// The pieces, some of them often empty.
    pub(crate) const fn pieces(&self) -> [&'a [u8]; PIECES] {
        match self {
            PassedOn::Pieces(pieces) => *pieces,
            PassedOn::Written(_) => [&[]; PIECES],
        }
    }

    /// Writes a property block that ends before the pieces, and whose length counts them: first `own`, then what is not in pieces.
    pub(crate) fn write(&self, own: impl Iterator<Item = Property<'a>>, writer: &mut Writer<'_>) {
        let start = writer.open_length();
        own.for_each(|property| property.write(writer));
        if let PassedOn::Written(properties) = self {
            properties.write_kept(writer, Place::Publish, Number::is_passed_on);
        }
        writer.close_length_with(start, total(&self.pieces()));
    }
}

fn pieces(block: &[u8]) -> Option<[&[u8]; PIECES]> {
    let mut pieces = [&[][..]; PIECES];
    let mut free = pieces.iter_mut();
    let (mut piece, mut i) = (block, block);
    while let Some((property, rest)) = Property::read(i) {
        if !Number::of(&property).is_passed_on() {
            keep(piece, i, &mut free)?;
            piece = rest;
        }
        i = rest;
    }
    keep(piece, i, &mut free)?;
    Some(pieces)
}

/// Keeps the bytes from `start` up to `end`, if there are any. None: there is no room for them.
fn keep<'a, 'p>(start: &'a [u8], end: &[u8], free: &mut impl Iterator<Item = &'p mut &'a [u8]>) -> Option<()>
where
    'a: 'p,
{
    let piece = start.get(..start.len().saturating_sub(end.len()))?;
    if !piece.is_empty() {
        *free.next()? = piece;
    }
    Some(())
}
