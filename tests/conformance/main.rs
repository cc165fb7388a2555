//! docs/CONFORMANCE.md and docs/conformance/ against the sources, the tests and the lists of statements: a row that is missing,
//! a link that leads nowhere or a word that is not true fails.
//!
//! Each check gives complaints. The documents as they are have none; documents that are broken on purpose have, see `broken`.

mod broken;
#[path = "../statements/coverage.rs"]
mod coverage;
mod document;
mod helpers;
#[path = "../links/mod.rs"]
mod links;
mod places;
mod sources;

use document::Documents;
use sources::Sources;

/// What is wrong, one line each.
type Check = fn(&Documents, &Sources) -> Vec<String>;

const CHECKS: [(&str, Check); 9] = [
    ("rows", document::complaints_about_rows),
    ("statements", places::complaints_about_statements),
    ("violations", places::complaints_about_violations),
    ("citations", places::complaints_about_citations),
    ("tests", sources::complaints_about_tests),
    ("helpers", helpers::complaints_about_helpers),
    ("links", document::complaints_about_links),
    ("rulings", document::complaints_about_rulings),
    ("counts", document::complaints_about_counts),
];

#[test]
fn the_documents_say_what_the_sources_and_the_tests_do() {
    let (documents, sources) = (Documents::read(), Sources::read());
    let complaints: Vec<_> = CHECKS
        .iter()
        .flat_map(|(name, check)| {
            check(&documents, &sources).into_iter().map(move |complaint| format!("{name}: {complaint}"))
        })
        .collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}
