//! The links of the documents.

use crate::document::{Documents, FILES, MAIN};
use crate::sources::{Sources, root};

/// `[text](target)`.
#[derive(Debug, PartialEq, Eq)]
pub struct Link<'d> {
    pub text: &'d str,
    pub target: &'d str,
}

impl Link<'_> {
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

/// All links of a text, in their order.
pub fn links(text: &str) -> Vec<Link<'_>> {
    let mut links = Vec::new();
    for (at, _) in text.match_indices("](") {
        let opened = text[..at].rfind('[').expect("a link has a beginning");
        let behind = &text[at + 2..];
        let target = &behind[..behind.find(')').expect("a link has an end")];
        links.push(Link { text: &text[opened + 1..at], target });
    }
    links
}

/// The addresses within a document: headings, as they are addressed on the web, and anchors.
fn addresses(text: &str) -> Vec<String> {
    let headings = text
        .lines()
        .filter_map(|line| line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#')));
    let slug = |heading: &str| -> String {
        let kept = heading.chars().filter(|character| character.is_alphanumeric() || matches!(character, ' ' | '-'));
        kept.map(|character| if character == ' ' { '-' } else { character.to_ascii_lowercase() }).collect()
    };
    let anchors = text.split("<a id=\"").skip(1).filter_map(|rest| rest.split('"').next());
    headings.map(slug).chain(anchors.map(str::to_owned)).collect()
}

pub fn complaints_about_links(documents: &Documents, _: &Sources) -> Vec<String> {
    let mut complaints = Vec::new();
    for document in FILES.iter().map(|file| file.0).chain([MAIN]) {
        for link in links(&documents.0[document]) {
            if link.target.starts_with("https://docs.oasis-open.org/") {
                continue;
            }
            let path = link.path_from(document);
            if !root().join(&path).is_file() {
                complaints.push(format!("{document}: there is no {path}"));
                continue;
            }
            let Some((_, address)) = link.target.split_once('#') else { continue };
            let found = documents.0.iter().find(|(name, _)| **name == path);
            if !found.is_some_and(|(_, text)| addresses(text).iter().any(|there| there == address)) {
                complaints.push(format!("{document}: {path} has no #{address}"));
            }
        }
    }
    complaints
}
