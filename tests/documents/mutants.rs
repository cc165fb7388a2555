//! tests/mutants/run has a library of its own in its test programs. What runs other programs does not see it, and fails there.

use std::path::Path;
use std::{env, fs};

/// What a test program does that runs another one, or the compiler.
const RUNS_OTHERS: [&str; 3] = ["Command::new(", "mod example;", "trybuild::"];

/// The text of a file, or of all files in a folder.
fn text(path: &Path) -> String {
    match fs::read_dir(path) {
        Ok(folder) => folder.map(|entry| text(&entry.expect("a folder can be read").path())).collect(),
        Err(_) => fs::read_to_string(path).unwrap_or_default(),
    }
}

#[test]
fn mutation_testing_leaves_out_what_runs_other_programs() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let script = fs::read_to_string(tests.join("mutants/run")).expect("the script");
    let left_out = script.split_once("LEFT_OUT = {").and_then(|(_, rest)| rest.split_once('}')).expect("the list").0;
    let mut found = 0;
    for entry in fs::read_dir(&tests).expect("a folder can be read") {
        let path = entry.expect("a folder can be read").path();
        let is_program = path.extension().is_some_and(|extension| extension == "rs") || path.join("main.rs").exists();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name in ASCII");
        if is_program && name != "documents" && RUNS_OTHERS.iter().any(|way| text(&path).contains(way)) {
            assert!(left_out.contains(&format!("\"{name}\"")), "tests/mutants/run has to leave out {name}");
            found += 1;
        }
    }
    assert!(found > 0);
}
