//! Counting instructions: a program runs itself under valgrind's callgrind, which counts inside of [`counted`] alone.

use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::{env, fs, io};

use crate::codec::Job;

/// The argument that a program runs itself with.
pub const COUNT: &str = "count-under-callgrind";

/// Runs a job twice, where callgrind counts: only then are all functions of the C library linked.
pub fn count(job: &mut dyn Job) {
    for _ in 0..2 {
        job.prepare();
        counted(job);
    }
}

#[inline(never)]
fn counted(job: &mut dyn Job) {
    black_box(job.run());
}

/// The glibc in use chooses between several ways to copy, by the machine it runs on. This holds it to one, so that counts do
/// not depend on the machine.
const TUNABLES: &str = "glibc.cpu.hwcaps=-AVX2_Usable,-AVX2,-AVX_Fast_Unaligned_Load,-ERMS,-FSRM";

/// Runs this program with [`COUNT`] and `arguments` under callgrind. Gives the lines it printed and, for every call of
/// [`count`], the instructions of its second run.
pub fn run_self(arguments: &[&str]) -> io::Result<(Vec<String>, Vec<u64>)> {
    let (lines, dumps) = dumps_of_self(arguments)?;
    let counts = dumps.iter().map(|dump| total(dump)).collect::<io::Result<Vec<_>>>()?;
    Ok((lines, counts))
}

/// The same, with all that callgrind wrote of every second run: each instruction by its address.
pub fn dumps_of_self(arguments: &[&str]) -> io::Result<(Vec<String>, Vec<String>)> {
    let directory = env::temp_dir().join(format!("callgrind-{}", std::process::id()));
    fs::create_dir_all(&directory)?;
    let dumps = run_in(&directory, arguments);
    fs::remove_dir_all(&directory)?;
    dumps
}

fn run_in(directory: &Path, arguments: &[&str]) -> io::Result<(Vec<String>, Vec<String>)> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no"])
        .args(["--dump-instr=yes", "--compress-pos=no", "--compress-strings=no"])
        .arg("--toggle-collect=workloads::callgrind::counted")
        .arg("--dump-after=workloads::callgrind::counted")
        .arg(format!("--callgrind-out-file={}", directory.join("out").display()))
        .arg(env::current_exe()?)
        .arg(COUNT)
        .args(arguments)
        .env("GLIBC_TUNABLES", TUNABLES)
        .output()
        .map_err(|error| io::Error::new(error.kind(), format!("valgrind: {error}")))?;
    if !output.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let lines = String::from_utf8_lossy(&output.stdout).lines().map(String::from).collect::<Vec<_>>();
    let dump = |job| fs::read_to_string(directory.join(format!("out.{}", 2 * job + 2)));
    let dumps = (0..lines.len()).map(dump).collect::<io::Result<Vec<_>>>()?;
    Ok((lines, dumps))
}

/// The instructions of one dump.
fn total(dump: &str) -> io::Result<u64> {
    let total = dump.lines().find_map(|line| line.strip_prefix("totals: "));
    total.and_then(|total| total.trim().parse().ok()).ok_or_else(|| io::Error::other("a dump without totals"))
}
