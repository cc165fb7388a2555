//! Where mqtt-wire's instructions are, by its source files: callgrind gives the address of each instruction, and what this
//! program carries for debuggers the function that it came from, through all that was compiled into each other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, io, mem};

use addr2line::Loader;
use workloads::callgrind;

use crate::results::Counts;

/// What the tables call instructions of neither mqtt-wire nor the C library: the loop around it, and what reads its packets.
pub const WORKLOAD: &str = "the workload itself";
/// What the tables call instructions of libraries that are not Rust.
pub const C_LIBRARY: &str = "the C library, which copies";

/// Counts in this program: `arguments` make it run mqtt-wire alone.
pub fn of_self(arguments: &[&str]) -> io::Result<Counts> {
    let sources = Sources::of_self()?;
    let (lines, dumps) = callgrind::dumps_of_self(arguments)?;
    let mut profile = Counts::new();
    for (line, dump) in lines.iter().zip(dumps) {
        let [group, _, units] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("it was printed so: {line}") };
        let units: f64 = units.parse().expect("it was printed so");
        let mut files = BTreeMap::new();
        for Executed { object, address, times } in executed(&dump) {
            *files.entry(sources.file(object, address)?).or_default() += times as f64 / units;
        }
        profile.insert(group.into(), files);
    }
    Ok(profile)
}

/// An instruction of a program or a library, and how often it ran.
struct Executed<'a> {
    object: &'a str,
    address: u64,
    times: u64,
}

/// All that a dump counts. What follows the line of a call is counted again in the function that is called.
fn executed(dump: &str) -> impl Iterator<Item = Executed<'_>> {
    let (mut object, mut is_of_call) = ("", false);
    dump.lines().filter_map(move |line| {
        object = line.strip_prefix("ob=").unwrap_or(object);
        let skip = mem::replace(&mut is_of_call, line.starts_with("calls="));
        let [address, _, times] = line.split(' ').collect::<Vec<_>>()[..] else { return None };
        let address = u64::from_str_radix(address.strip_prefix("0x")?, 16).ok()?;
        (!skip).then_some(Executed { object, address, times: times.parse().ok()? })
    })
}

struct Sources {
    program: PathBuf,
    loader: Loader,
    root: PathBuf,
}

impl Sources {
    fn of_self() -> io::Result<Sources> {
        let program = env::current_exe()?;
        let loader = Loader::new(&program).map_err(|error| io::Error::other(error.to_string()))?;
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).canonicalize()?;
        Ok(Sources { program, loader, root })
    }

    /// The innermost file of mqtt-wire that the instruction came from: what it uses of the core library counts as its own.
    fn file(&self, object: &str, address: u64) -> io::Result<String> {
        if Path::new(object) != self.program {
            return Ok(C_LIBRARY.into());
        }
        let mut frames = self.loader.find_frames(address).map_err(|error| io::Error::other(error.to_string()))?;
        while let Some(frame) = frames.next().map_err(io::Error::other)? {
            let file = frame.location.and_then(|location| location.file).map(Path::new);
            match file.and_then(|file| file.strip_prefix(&self.root).ok()) {
                Some(file) if file.starts_with("src") => return Ok(file.to_string_lossy().into_owned()),
                _ => {}
            }
        }
        Ok(WORKLOAD.into())
    }
}
