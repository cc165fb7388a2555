//! Counts allocations. A program of its own: an allocator that counts would slow down the ones that allocate.

use std::alloc::System;
use std::path::PathBuf;
use std::{env, io};

use peers::results::{Counts, save};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> io::Result<()> {
    let path = PathBuf::from(env::args_os().nth(1).expect("usage: allocations FILE"));
    let mut counts = Counts::new();
    for mut entry in peers::all().0 {
        entry.job.prepare();
        let region = Region::new(ALLOCATOR);
        entry.job.run();
        let change = region.change();
        let allocations = (change.allocations + change.reallocations) as f64 / entry.units as f64;
        counts.entry(entry.group).or_default().insert(entry.name.into(), allocations);
    }
    save(&path, &counts)
}
