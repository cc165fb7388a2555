//! How a codec is run: once through all packets of a workload, without a look at the clock in between.

use std::hint::black_box;

use crate::reading::{Reader, Record, Sum};

/// Decodes the packets of one version.
pub trait Decode: 'static {
    /// What it decodes from: the bytes, or a buffer of its own kind that holds them.
    type Input;
    /// True if decoding uses the input up.
    const CONSUMES: bool = false;

    /// The bytes, as it wants them.
    fn input(bytes: &'static [u8]) -> Self::Input;

    /// Decodes all packets and shows them to the reader. Panics if there is a fault.
    fn decode(input: &mut Self::Input, reader: &mut impl Reader);
}

/// Encodes the packets of one version.
pub trait Encode: 'static {
    /// The packets, as it wants them.
    type Packets;
    /// What it writes into.
    type Output;
    /// True if encoding uses the packets up.
    const CONSUMES: bool = false;

    /// The packets that these bytes hold.
    fn packets(bytes: &'static [u8]) -> Self::Packets;

    /// Makes ready for a pass, for codecs that use packets up.
    fn refill(_: &mut Self::Packets) {}

    /// Room for these packets, which take so many bytes.
    fn output(packets: &Self::Packets, size: usize) -> Self::Output;

    /// Encodes all packets, over what `output` held before. Panics if there is a fault.
    fn encode(packets: &mut Self::Packets, output: &mut Self::Output);

    /// The bytes that were written.
    fn written(packets: &Self::Packets, output: &Self::Output) -> Vec<u8>;
}

/// Can have packets of another making, which it encodes by the same code.
pub trait EncodeOthers: Encode {
    /// The packets that these bytes hold, made otherwise.
    fn other_packets(bytes: &'static [u8]) -> Self::Packets;
}

/// A pass that can be repeated.
pub trait Job {
    /// True if every pass needs to be prepared; otherwise the first alone.
    fn consumes(&self) -> bool {
        false
    }
    /// Does what is not timed.
    fn prepare(&mut self) {}
    /// One pass.
    fn run(&mut self) -> u64;
}

/// Makes the job for these bytes.
pub type MakeJob = fn(&'static [u8]) -> Box<dyn Job>;

/// A decoder, or an encoder, by the functions that a measurement needs.
pub struct Side<Checked> {
    /// Its job.
    pub job: MakeJob,
    /// What it makes of these bytes: the contents of the packets, or the bytes again.
    pub check: fn(&'static [u8]) -> Checked,
}

/// A codec by its name: a peer, a floor, or mqtt-wire in one of several ways to use it.
pub struct Contestant {
    /// How tables name it.
    pub name: &'static str,
    /// Its decoder.
    pub decoder: Option<Side<Record>>,
    /// Its encoder.
    pub encoder: Option<Side<Vec<u8>>>,
    /// The only workload that it is for.
    pub only: Option<&'static str>,
    /// What a reader of tables should know of it.
    pub remark: Option<&'static str>,
}

impl Contestant {
    /// One that does nothing yet.
    pub const fn new(name: &'static str) -> Contestant {
        Contestant { name, decoder: None, encoder: None, only: None, remark: None }
    }

    /// With this decoder.
    pub const fn decodes<D: Decode>(self) -> Contestant {
        Contestant { decoder: Some(Side { job: decoding::<D>, check: contents::<D> }), ..self }
    }

    /// With this encoder.
    pub const fn encodes<E: Encode>(self) -> Contestant {
        Contestant { encoder: Some(Side { job: encoding::<E>, check: written::<E> }), ..self }
    }

    /// With this encoder and its other packets.
    pub const fn encodes_others<E: EncodeOthers>(self) -> Contestant {
        Contestant { encoder: Some(Side { job: encoding_others::<E>, check: others_written::<E> }), ..self }
    }

    /// With a remark.
    pub const fn remark(self, remark: &'static str) -> Contestant {
        Contestant { remark: Some(remark), ..self }
    }

    /// For one workload alone.
    pub const fn only(self, workload: &'static str) -> Contestant {
        Contestant { only: Some(workload), ..self }
    }
}

struct Decoding<D: Decode> {
    bytes: &'static [u8],
    input: D::Input,
}

impl<D: Decode> Job for Decoding<D> {
    fn consumes(&self) -> bool {
        D::CONSUMES
    }

    fn prepare(&mut self) {
        self.input = D::input(self.bytes);
    }

    #[inline(never)]
    fn run(&mut self) -> u64 {
        let mut sum = Sum::default();
        D::decode(black_box(&mut self.input), &mut sum);
        sum.0
    }
}

fn decoding<D: Decode>(bytes: &'static [u8]) -> Box<dyn Job> {
    Box::new(Decoding::<D> { bytes, input: D::input(bytes) })
}

/// All that a codec decodes of these bytes.
pub fn contents<D: Decode>(bytes: &'static [u8]) -> Record {
    let mut record = Record::default();
    D::decode(&mut D::input(bytes), &mut record);
    record
}

struct Encoding<E: Encode> {
    packets: E::Packets,
    output: E::Output,
}

impl<E: Encode> Encoding<E> {
    fn new(packets: E::Packets, bytes: &'static [u8]) -> Encoding<E> {
        Encoding { output: E::output(&packets, room(bytes)), packets }
    }
}

impl<E: Encode> Job for Encoding<E> {
    fn consumes(&self) -> bool {
        E::CONSUMES
    }

    fn prepare(&mut self) {
        E::refill(&mut self.packets);
    }

    #[inline(never)]
    fn run(&mut self) -> u64 {
        E::encode(black_box(&mut self.packets), black_box(&mut self.output));
        0
    }
}

/// No codec writes more than a few bytes beyond the ones that the packets came in.
fn room(bytes: &[u8]) -> usize {
    bytes.len() + 64
}

fn encoding<E: Encode>(bytes: &'static [u8]) -> Box<dyn Job> {
    Box::new(Encoding::<E>::new(E::packets(bytes), bytes))
}

/// Runs what is timed: an encoder with a second caller would be compiled otherwise.
fn written<E: Encode>(bytes: &'static [u8]) -> Vec<u8> {
    let mut encoding = Encoding::<E>::new(E::packets(bytes), bytes);
    encoding.prepare();
    encoding.run();
    E::written(&encoding.packets, &encoding.output)
}

fn encoding_others<E: EncodeOthers>(bytes: &'static [u8]) -> Box<dyn Job> {
    Box::new(Encoding::<E>::new(E::other_packets(bytes), bytes))
}

fn others_written<E: EncodeOthers>(bytes: &'static [u8]) -> Vec<u8> {
    let mut encoding = Encoding::<E>::new(E::other_packets(bytes), bytes);
    encoding.run();
    E::written(&encoding.packets, &encoding.output)
}
