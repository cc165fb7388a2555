//! The sources and the tests, as text.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::coverage::has_name;
use crate::document::{Documents, Edition, MAIN, Row, cells_of_tables};
use crate::links::{Link, links};

pub struct Sources {
    /// The library's files, by their path behind `src/`.
    pub library: BTreeMap<String, String>,
    /// The test functions of each file, by its path from the root.
    tests: BTreeMap<String, Vec<TestFunction>>,
    pub known_failures: &'static str,
}

struct TestFunction {
    name: String,
    /// Documentation and body.
    text: String,
}

impl TestFunction {
    /// False if it is left out of a run, or there is nothing in it but comments.
    fn runs(&self) -> bool {
        let lines = || self.text.lines().map(str::trim_start);
        let body = lines().skip_while(|line| !line.starts_with("fn ")).skip(1);
        let does_something = body.filter(|line| !line.starts_with("//")).any(|line| line.contains('('));
        does_something && !lines().any(|line| line.starts_with("#[ignore") || line.starts_with("#[cfg"))
    }
}

impl Sources {
    pub fn read() -> Sources {
        let mut library = BTreeMap::new();
        read_folder(&root().join("src"), "", &mut library);
        let mut tests = BTreeMap::new();
        read_folder(&root().join("tests"), "tests/", &mut tests);
        let tests = tests.into_iter().map(|(path, text)| (path, test_functions(&text))).collect();
        Sources { library, tests, known_failures: include_str!("../data/known-failures.tsv") }
    }
}

impl Sources {
    /// The texts of the tests that a row names, as far as there are such tests.
    pub fn tests_of(&self, row: &Row<'_>) -> Vec<&str> {
        let tests = links(row.tests).into_iter().filter_map(|link| self.test(&link.path_from(row.file), link.text));
        tests.map(|test| test.text.as_str()).collect()
    }

    /// The same with another text in place of one in a file of tests.
    pub fn with_tests(mut self, path: &str, there: &str, instead: &str) -> Sources {
        let text = fs::read_to_string(root().join(path)).expect("a text");
        assert!(text.contains(there), "{path} holds no {there}");
        self.tests.insert(path.to_owned(), test_functions(&text.replace(there, instead)));
        self
    }

    fn test(&self, path: &str, name: &str) -> Option<&TestFunction> {
        self.tests.get(path)?.iter().find(|test| test.name == name)
    }
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read_folder(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name in ASCII");
        if path.is_dir() {
            read_folder(&path, &format!("{prefix}{name}/"), files);
        } else if name.ends_with(".rs") {
            files.insert(format!("{prefix}{name}"), fs::read_to_string(&path).expect("a text"));
        }
    }
}

/// What `#[test]` stands before: from the documentation to the closing brace, which rustfmt puts below the beginning.
fn test_functions(text: &str) -> Vec<TestFunction> {
    let lines: Vec<_> = text.lines().collect();
    let mut functions = Vec::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.trim() == "#[test]") {
        let indent = &line[..line.len() - line.trim_start().len()];
        let is_before = |line: &str| line.trim_start().starts_with("///") || line.trim_start().starts_with("#[");
        let first = (0..at).rev().take_while(|before| is_before(lines[*before])).last().unwrap_or(at);
        let closing = format!("{indent}}}");
        let end = (at..lines.len()).find(|end| lines[*end] == closing).unwrap_or(lines.len() - 1);
        let text = lines[first..=end].join("\n");
        let name = text.split_once("fn ").and_then(|(_, rest)| rest.split_once('(')).expect("a function").0;
        functions.push(TestFunction { name: name.to_owned(), text });
    }
    functions
}

/// True if the text names the statement, the section or the appendix.
fn names(text: &str, place: &str) -> bool {
    match place.strip_prefix("section ") {
        // A statement begins with the number of its section, and is not it.
        Some(section) => has_name(&text.replace(&format!("{section}-"), ""), section),
        None if place == "appendix A" => text.to_lowercase().contains("appendix a "),
        None => has_name(text, place),
    }
}

/// The rules of 5.0 that have no number, with their tests: a table of another test.
fn rules_of_5_0() -> impl Iterator<Item = (&'static str, &'static str)> {
    let (_, rules) =
        include_str!("../rules_of_5_0_without_a_number.rs").split_once("const RULES: ").expect("the table");
    let (rules, _) = rules.split_once("\n];").expect("its end");
    rules.lines().filter_map(|line| line.trim().strip_prefix("(\"")?.strip_suffix("\"),")?.split_once("\", \""))
}

pub fn complaints_about_tests(documents: &Documents, sources: &Sources) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut check = |file: &str, place: &str, link: &Link<'_>, is_of_statement: bool| {
        let path = link.path_from(file);
        match sources.test(&path, link.text) {
            None => complaints.push(format!("{place} of {file}: {path} has no test {}", link.text)),
            Some(function) if is_of_statement && !names(&function.text, place) => {
                complaints.push(format!("{place} of {file}: {} of {path} does not name it", function.name));
            }
            Some(function) if !function.runs() => {
                complaints.push(format!("{place} of {file}: {} of {path} does not run, or is empty", function.name));
            }
            Some(_) => {}
        }
    };
    for row in documents.rows() {
        for link in links(row.tests) {
            check(row.file, row.place, &link, true);
        }
    }
    for cells in cells_of_tables(&documents.0[MAIN]).filter(|cells| cells[0].starts_with("<a id=\"r")) {
        for link in links(cells.last().expect("a cell")) {
            check(MAIN, cells[0], &link, false);
        }
    }
    for (section, test) in rules_of_5_0() {
        let is_there = |row: &Row<'_>| {
            row.edition == Edition::V5_0
                && row.place.strip_prefix("section ") == Some(section)
                && links(row.tests).iter().any(|link| link.text == test)
        };
        if !documents.rows().iter().any(is_there) {
            complaints.push(format!("no row of section {section} of 5.0 names {test}"));
        }
    }
    complaints
}
