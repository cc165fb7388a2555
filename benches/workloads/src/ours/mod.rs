//! mqtt-wire, in the ways to use it.

mod head;
mod v3;
mod v5;

use std::convert::identity;
use std::hint::black_box;
use std::marker::PhantomData;

use mqtt_wire::{Decoder, EncodeError, Packet, Version};

use crate::codec::{Contestant, Decode, Encode, EncodeOthers};
use crate::reading::Reader;

pub use head::Head;

/// The name of mqtt-wire's own row: its decoder knows the version when it is compiled, and it encodes packets whose lists and
/// properties are slices of the program.
pub const OURS: &str = "mqtt-wire";

/// mqtt-wire in the packets of one version, and the rows that show what it costs to use it otherwise.
pub fn ours(v5: bool) -> Vec<Contestant> {
    let main = Contestant::new(OURS);
    match v5 {
        false => vec![
            main.decodes::<Known<v3::V3>>().encodes::<Encoder<v3::V3>>(),
            Contestant::new("mqtt-wire, in memory").decodes::<InMemory<v3::V3>>(),
            Contestant::new("mqtt-wire, version at run time").decodes::<AtRunTime<v3::V3>>(),
            Contestant::new("mqtt-wire, forwarding").encodes_others::<Encoder<v3::V3>>(),
            Contestant::new("mqtt-wire, head only").decodes::<Head>().encodes::<Head>().only("W4"),
        ],
        true => vec![
            main.decodes::<Known<v5::V5>>().encodes::<Encoder<v5::V5>>(),
            Contestant::new("mqtt-wire, in memory").decodes::<InMemory<v5::V5>>(),
            Contestant::new("mqtt-wire, version at run time").decodes::<AtRunTime<v5::V5>>(),
            Contestant::new("mqtt-wire, all getters").decodes::<Known<v5::ByGetters>>(),
            Contestant::new("mqtt-wire, forwarding").encodes_others::<Encoder<v5::V5>>(),
        ],
    }
}

/// One version's packets.
pub(crate) trait Packets: 'static {
    const VERSION: Version;
    type Packet: Copy + PartialEq + std::fmt::Debug + 'static;

    /// Shows a packet to the reader; another version's is a fault. Inlined, so that a packet need not be in memory at all.
    fn read(packet: &Packet<'_>, reader: &mut impl Reader);

    fn packet(packet: Packet<'static>) -> Self::Packet;

    /// The same packet, its lists and properties in slices. They stay in memory.
    fn with_slices(packet: Self::Packet) -> Self::Packet;

    fn encode<'b>(packet: &Self::Packet, buffer: &'b mut [u8]) -> Result<&'b [u8], EncodeError>;
}

fn decoded<P: Packets>(mut bytes: &'static [u8]) -> Vec<P::Packet> {
    let decoder = Decoder::observer(P::VERSION);
    let mut packets = Vec::new();
    while let Some(packet) = decoder.read(&mut bytes).expect("the packets are good") {
        packets.push(P::packet(packet));
    }
    packets
}

/// Decodes one version, which the compiler knows.
struct Known<P>(PhantomData<P>);

/// The same, but each packet is put into memory, as in a program that hands it to a function.
struct InMemory<P>(PhantomData<P>);

/// Decodes the version that it is told at run time, as a program that speaks several does.
struct AtRunTime<P>(PhantomData<P>);

macro_rules! decodes {
    ($codec:ident: $decoder:expr, $keep:expr) => {
        impl<P: Packets> Decode for $codec<P> {
            type Input = &'static [u8];

            fn input(bytes: &'static [u8]) -> Self::Input {
                bytes
            }

            fn decode(input: &mut Self::Input, reader: &mut impl Reader) {
                let mut rest = *input;
                loop {
                    match $decoder.read(&mut rest) {
                        Ok(Some(packet)) => P::read($keep(&packet), reader),
                        Ok(None) => break,
                        Err(error) => panic!("{error}"),
                    }
                }
                assert!(rest.is_empty());
            }
        }
    };
}

decodes!(Known: const { Decoder::observer(P::VERSION) }, identity);
decodes!(InMemory: const { Decoder::observer(P::VERSION) }, black_box);
decodes!(AtRunTime: black_box(Decoder::observer(P::VERSION)), identity);

/// Encodes packets whose lists and properties are slices of the program; or packets that were decoded, as a server does that
/// passes them on.
struct Encoder<P>(PhantomData<P>);

impl<P: Packets> Encode for Encoder<P> {
    type Packets = Vec<P::Packet>;
    type Output = (Vec<u8>, usize);

    fn packets(bytes: &'static [u8]) -> Self::Packets {
        let made = |packet| {
            let made = P::with_slices(packet);
            assert_eq!(made, packet);
            made
        };
        decoded::<P>(bytes).into_iter().map(made).collect()
    }

    fn output(_: &Self::Packets, size: usize) -> Self::Output {
        (vec![0; size], 0)
    }

    fn encode(packets: &mut Self::Packets, output: &mut Self::Output) {
        let (buffer, end) = output;
        let mut at = 0;
        for packet in packets {
            match P::encode(packet, &mut buffer[at..]) {
                Ok(bytes) => at += bytes.len(),
                Err(error) => panic!("{error}"),
            }
        }
        *end = at;
    }

    fn written(_: &Self::Packets, output: &Self::Output) -> Vec<u8> {
        output.0[..output.1].to_vec()
    }
}

impl<P: Packets> EncodeOthers for Encoder<P> {
    fn other_packets(bytes: &'static [u8]) -> Self::Packets {
        decoded::<P>(bytes)
    }
}
