//! What has to have a line: every public type, every violation. Both are read from the crate's source, so that new ones fail
//! until there is a line of them.

use std::collections::BTreeSet;

/// The files that make types public, and the path of those types.
const PUBLIC: [(&str, &str); 3] = [
    ("", include_str!("../../../../src/lib.rs")),
    ("v3::", include_str!("../../../../src/v3/mod.rs")),
    ("v5::", include_str!("../../../../src/v5/mod.rs")),
];
/// A trait, and another name of `FilterTable`.
const NO_TYPES_OF_THEIR_OWN: [&str; 2] = ["ListElement", "OwnedFilterTable"];

/// What has no line.
pub fn missing(lines: &[String]) -> Vec<String> {
    let (types, violations) = (public_types(), violations());
    assert!(types.len() > 80 && violations.len() > 60, "the source is read: {} and {}", types.len(), violations.len());
    let logged = lines.iter().filter_map(|line| line.split_once(": ")).collect::<BTreeSet<_>>();
    let logged_types = logged.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>();
    let types =
        types.into_iter().filter(|name| !logged_types.contains(&**name)).map(|name| format!("no line of {name}"));
    let violations = violations
        .into_iter()
        .filter(|message| !logged.contains(&("Violation", message)))
        .map(|message| format!("no line of the violation \"{message}\""));
    types.chain(violations).collect()
}

/// The names in `pub use`, but for functions.
fn public_types() -> BTreeSet<String> {
    let mut types = BTreeSet::new();
    for (path, source) in PUBLIC {
        for item in source.split("\npub use ").skip(1) {
            let item = item.split_once(';').expect("an item ends").0;
            let names = item.rsplit("::").next().expect("a path has an end").trim_matches(['{', '}']).split(',');
            let names = names.map(str::trim).filter(|name| name.starts_with(char::is_uppercase));
            types
                .extend(names.filter(|name| !NO_TYPES_OF_THEIR_OWN.contains(name)).map(|name| format!("{path}{name}")));
        }
    }
    types.extend(["v3::Packet", "v5::Packet"].map(str::to_owned)); // a macro makes them
    types
}

/// What the rows of the violations table say.
fn violations() -> BTreeSet<String> {
    let source = include_str!("../../../../src/error.rs");
    let (_, rows) = source.split_once("\nviolations! {").expect("the table is there");
    let rows = rows.split_once("\n}").expect("the table ends").0.lines().map(str::trim);
    rows.filter(|row| !row.starts_with("//")).filter_map(|row| row.split('"').nth(1)).map(str::to_owned).collect()
}
