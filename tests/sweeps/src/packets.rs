//! Every byte of every packet of the tests' corpus.

use crate::Sweep;
use crate::check::Totals;
use crate::corpus;
use crate::inputs::{body_len, cut};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The packets of the corpus that are not long, in bytes.
static PACKETS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    const LONG: usize = 64;
    let bytes = corpus::corpus().into_iter().map(|(_, packet)| {
        let mut buffer = vec![0; packet.encoded_len().expect("it can be written")];
        packet.encode(&mut buffer).expect("it can be written").to_vec()
    });
    bytes.filter(|bytes| bytes.len() <= LONG).collect::<BTreeSet<_>>().into_iter().collect()
});

fn sweep(name: &str, check: fn(&[u8], &mut Totals)) -> Sweep {
    Sweep::new(name, PACKETS.len() as u64, move |number| {
        let mut totals = Totals::default();
        check(&PACKETS[number as usize], &mut totals);
        totals
    })
}

/// As much of each as has arrived, and with as much of its body as its Remaining Length says.
pub fn cut_short() -> Sweep {
    sweep("packets of the corpus, cut short at every byte", |packet, totals| {
        (0..=packet.len()).for_each(|there| totals.check(&packet[..there]));
        (0..body_len(packet)).for_each(|kept| totals.check(&cut(packet, kept)));
    })
}

/// Each with every value of every byte, and with a byte more.
pub fn every_byte() -> Sweep {
    sweep("packets of the corpus, all values of each byte", |packet, totals| {
        let mut changed = packet.to_vec();
        for at in 0..packet.len() {
            for value in 0..=255 {
                changed[at] = value;
                totals.check(&changed);
            }
            changed[at] = packet[at];
        }
    })
}
