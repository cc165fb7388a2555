//! That the links of all documents of the repository lead somewhere, that the commands of those for newcomers are run, and what a script lists.

mod commands;
mod figures;
#[path = "../links/mod.rs"]
mod links;
mod mutants;

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

/// Every document, by its path from the root of the repository. What other programs have put there is left out.
fn documents(folder: &Path, prefix: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a folder can be read") {
        let entry = entry.expect("a folder can be read");
        let name = entry.file_name().into_string().expect("names are text");
        let path = format!("{prefix}{name}");
        if entry.file_type().expect("a file has a type").is_dir() {
            if !name.starts_with('.') && !["target", "node_modules", "venv"].contains(&name.as_str()) {
                documents(&entry.path(), &format!("{path}/"), found);
            }
        } else if name.ends_with(".md") {
            found.insert(path, fs::read_to_string(entry.path()).expect("a document is text"));
        }
    }
}

fn all_documents() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    documents(Path::new(env!("CARGO_MANIFEST_DIR")), "", &mut found);
    found
}

fn complaints(documents: &BTreeMap<String, String>) -> Vec<String> {
    let documents = documents.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    links::complaints(&documents)
}

#[test]
fn every_link_leads_somewhere() {
    let documents = all_documents();
    for expected in ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs/COOKBOOK.md"] {
        assert!(documents.contains_key(expected), "{expected} is not there");
    }
    let complaints = complaints(&documents);
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn a_link_that_leads_nowhere_is_noticed() {
    let cases = [
        ("[a](nowhere.md)", "docs/a.md: there is no docs/nowhere.md"),
        ("[a](../nowhere/)", "docs/a.md: there is no nowhere/"),
        ("[a](COOKBOOK.md#no-such-chapter)", "docs/a.md: docs/COOKBOOK.md has no #no-such-chapter"),
        (
            "[a](COOKBOOK.md)\n[b](../src)\n[c](#more-of-b-1)\n## More of b\n## More of `b`\n[d](nowhere)",
            "docs/a.md: there is no docs/nowhere",
        ),
        ("# Some `code` here\n[a](#some-code)", "docs/a.md: docs/a.md has no #some-code"),
        ("```sh\n# A comment\n```\n[a](#a-comment)", "docs/a.md: docs/a.md has no #a-comment"),
    ];
    for (text, expected) in cases {
        let documents = BTreeMap::from([("docs/a.md".to_owned(), text.to_owned())]);
        assert_eq!(complaints(&documents), [expected], "{text}");
    }
}
