//! The links of a document, and those of them that lead nowhere. What is elsewhere on the web is not looked at.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// `[text](target)`.
#[derive(Debug, PartialEq, Eq)]
pub struct Link<'d> {
    pub text: &'d str,
    pub target: &'d str,
}

impl Link<'_> {
    pub fn is_on_the_web(&self) -> bool {
        self.target.starts_with("https://") || self.target.starts_with("http://")
    }

    /// The path from the root of the repository that it has in that document.
    pub fn path_from(&self, document: &str) -> String {
        let mut folders: Vec<_> = document.split('/').collect();
        folders.pop();
        let path = self.target.split('#').next().unwrap_or_default();
        if path.is_empty() {
            return document.to_owned();
        }
        for part in path.split('/') {
            match part {
                ".." => drop(folders.pop()),
                part => folders.push(part),
            }
        }
        folders.join("/")
    }
}

/// All links of a text, in their order, but for what stands in blocks of code.
pub fn links(text: &str) -> Vec<Link<'_>> {
    prose(text).flat_map(links_of_line).collect()
}

fn links_of_line(line: &str) -> Vec<Link<'_>> {
    let mut links = Vec::new();
    for (at, _) in line.match_indices("](") {
        let opened = line[..at].rfind('[').expect("a link has a beginning");
        let behind = &line[at + 2..];
        let target = &behind[..behind.find(')').expect("a link has an end")];
        links.push(Link { text: &line[opened + 1..at], target });
    }
    links
}

/// The lines that are not in blocks of code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// The addresses within a document: headings, as they are addressed on the web, and anchors. A heading that comes again
/// has a number.
fn addresses(text: &str) -> Vec<String> {
    let headings =
        prose(text).filter_map(|line| line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#')));
    let slug = |heading: &str| -> String {
        let kept =
            heading.chars().filter(|character| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_'));
        kept.map(|character| if character == ' ' { '-' } else { character.to_ascii_lowercase() }).collect()
    };
    let mut addresses: Vec<String> = Vec::new();
    let mut times = BTreeMap::new();
    for heading in headings {
        let slug = slug(heading);
        let time = times.entry(slug.clone()).and_modify(|time| *time += 1).or_insert(0);
        addresses.push(if *time == 0 { slug } else { format!("{slug}-{time}") });
    }
    let anchors = text.split("<a id=\"").skip(1).filter_map(|rest| rest.split('"').next());
    addresses.extend(anchors.map(str::to_owned));
    addresses
}

/// What is wrong with the links of these documents, one line each: the text of every document by its path from the root of
/// the repository. What they lead to is among them, or a file or folder there.
pub fn complaints(documents: &BTreeMap<&str, String>) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut complaints = Vec::new();
    for (document, text) in documents {
        for link in links(text).iter().filter(|link| !link.is_on_the_web()) {
            let path = link.path_from(document);
            if !documents.contains_key(path.as_str()) && !root.join(&path).exists() {
                complaints.push(format!("{document}: there is no {path}"));
                continue;
            }
            let Some((_, address)) = link.target.split_once('#') else { continue };
            let there = documents.get(path.as_str()).cloned().or_else(|| fs::read_to_string(root.join(&path)).ok());
            if !there.is_some_and(|text| addresses(&text).iter().any(|there| there == address)) {
                complaints.push(format!("{document}: {path} has no #{address}"));
            }
        }
    }
    complaints
}
