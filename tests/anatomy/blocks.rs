//! What programs write into the documents. A line `<!-- KIND: … -->` says what, the line `<!-- end -->` where it ends:
//!
//! * `run: COMMAND`: the command of a shell at the root of the repository, and what it prints;
//! * `explain: NAME`: the command that explains a packet that is drawn, and what it prints, folded away;
//! * `rules: VERSION STATEMENT …; VERSION …`: what those statements ask for, by docs/conformance;
//! * `packet types`, `properties`, `reason codes`: tables, by what the crate takes and refuses.

use std::env;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use crate::specimens::Specimen;
use crate::{example, tables};

const END: &str = "<!-- end -->";

/// The document with every block made anew.
pub fn renew(document: &str, file: &str) -> String {
    let is_korean = file.ends_with(".ko.md");
    let mut renewed = String::with_capacity(document.len());
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        renewed += line;
        renewed += "\n";
        let Some(marker) = line.strip_prefix("<!-- ").and_then(|line| line.strip_suffix(" -->")) else { continue };
        renewed += &block(marker, is_korean, file);
        assert!(lines.any(|line| line == END), "{file}: nothing ends {line}");
        renewed += END;
        renewed += "\n";
    }
    renewed
}

fn block(marker: &str, is_korean: bool, file: &str) -> String {
    let (kind, rest) = marker.split_once(": ").unwrap_or((marker, ""));
    match kind {
        "run" => console(rest),
        "explain" => {
            let summary = if is_korean { "바이트별 설명" } else { "Byte by byte" };
            let console = console(&Specimen::named(rest).command());
            let console = console.trim_start();
            format!("<details><summary>{summary}</summary>\n\n{console}\n</details>\n\n")
        }
        "rules" => tables::rules(rest, file),
        "packet types" => tables::packet_types(is_korean),
        "properties" => tables::properties(is_korean),
        "reason codes" => tables::reason_codes(is_korean),
        _ => panic!("{file}: what is {marker:?}?"),
    }
}

/// A command and what it prints, as on a terminal.
fn console(command: &str) -> String {
    static PROGRAM: LazyLock<std::path::PathBuf> = LazyLock::new(|| example::build("dissect", ""));
    let folder = PROGRAM.parent().expect("programs are in a folder");
    let path = format!("{}:{}", folder.display(), env::var("PATH").expect("a path"));
    let mut shell = Command::new("sh");
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        shell.env_remove(variable);
    }
    let output = shell
        .args(["-c", &format!("{{ {command}\n}} 2>&1")])
        .env("PATH", path)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .output()
        .expect("a shell");
    let text = String::from_utf8(output.stdout).expect("the output is text");
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    format!("\n```console\n$ {command}\n{}\n```\n", lines.join("\n"))
}
