//! What the figures were taken with.

use std::fs;
use std::process::Command;

const LOCK: &str = include_str!("../Cargo.lock");

/// The compiler that built this program.
pub const COMPILER: &str = env!("COMPILER");

/// The commit that is checked out, and whether there is more than it holds.
pub fn commit() -> String {
    let arguments = ["describe", "--always", "--dirty", "--exclude=*"];
    let output = Command::new("git").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    output.map_or("unknown".into(), |output| String::from_utf8_lossy(&output.stdout).trim().into())
}

/// The processor's name and the number of its cores that this machine has.
pub fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field =
        |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.split_once(": ").map(|(_, value)| value));
    let cores = text.lines().filter(|line| line.starts_with("processor")).count();
    let (family, model) = (field("cpu family").unwrap_or("?"), field("model\t").unwrap_or("?"));
    let name = field("model name").unwrap_or("unknown processor");
    let virtual_machine = if text.contains("hypervisor") { ", a virtual machine" } else { "" };
    format!("{name} (family {family}, model {model}), {cores} cores{virtual_machine}")
}

/// The version of a package that is compiled in.
pub fn version(package: &str) -> &'static str {
    let of_package = LOCK.split("[[package]]").find(|text| text.contains(&format!("name = \"{package}\"\n")));
    let version = of_package.and_then(|text| text.split("version = \"").nth(1)?.split('"').next());
    version.expect("it is a dependency")
}
