//! docs/ANATOMY.md and its chapters, in both languages: every command in them is run, every table made, and every
//! picture drawn anew, and what is committed must be the same. `UPDATE=1 cargo test --test anatomy` writes it
//! instead.
#![cfg(unix)]

#[path = "../example/mod.rs"]
mod example;
#[allow(dead_code, reason = "of what the program needs, drawings need a part")]
#[path = "../../examples/dissect/explain/mod.rs"]
mod explain;
#[allow(dead_code, reason = "of what the program needs, drawings need a part")]
#[path = "../../examples/dissect/picture/style.rs"]
mod style;
#[allow(dead_code, reason = "of what the program needs, drawings need a part")]
#[path = "../../examples/dissect/text.rs"]
mod text;
#[path = "../../examples/dissect/picture/words.rs"]
mod words;

mod blocks;
mod drawing;
mod specimens;
mod tables;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use self::specimens::SPECIMENS;

/// The door, and the chapters behind it.
const CHAPTERS: [&str; 5] =
    ["ANATOMY", "anatomy/connecting", "anatomy/messages", "anatomy/subscribing", "anatomy/exercises"];

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

fn read(file: &str) -> String {
    fs::read_to_string(docs().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Fails where a file is not what it should be, or makes it so.
fn expect(file: &str, expected: &str) {
    if env::var_os("UPDATE").is_some() {
        fs::write(docs().join(file), expected).unwrap_or_else(|error| panic!("{file}: {error}"));
        return;
    }
    let committed = read(file);
    let difference = committed.lines().zip(expected.lines()).position(|(committed, expected)| committed != expected);
    let line = difference.unwrap_or_else(|| committed.lines().count().min(expected.lines().count()));
    let show = |text: &str| text.lines().nth(line).unwrap_or("(the end)").to_owned();
    assert!(
        committed == expected,
        "docs/{file}, line {}, is\n  {}\nand should be\n  {}\n`UPDATE=1 cargo test --test anatomy` writes it",
        line + 1,
        show(&committed),
        show(expected),
    );
}

#[test]
fn every_command_prints_what_the_documents_show() {
    for chapter in CHAPTERS {
        for language in ["", ".ko"] {
            let file = format!("{chapter}{language}.md");
            expect(&file, &blocks::renew(&read(&file), &file));
        }
    }
}

#[test]
fn every_picture_shows_what_the_crate_says() {
    for specimen in SPECIMENS {
        expect(&format!("anatomy/{}.svg", specimen.name), &drawing::draw(specimen));
    }
}

#[test]
fn pictures_are_well_formed_and_have_no_text_beyond_their_edge() {
    for specimen in SPECIMENS {
        let picture = drawing::draw(specimen);
        let document =
            roxmltree::Document::parse(&picture).unwrap_or_else(|error| panic!("{}: {error}", specimen.name));
        let number = |node: &roxmltree::Node, name: &str| {
            node.attribute(name).map_or(0.0, |text| text.parse::<f64>().expect("a number"))
        };
        let width = number(&document.root_element(), "width");
        for text in document.descendants().filter(|node| node.has_tag_name("text")) {
            let end = number(&text, "x") + number(&text, "textLength");
            assert!(end <= width, "{}: {:?} ends at {end} of {width}", specimen.name, text.text());
        }
    }
}

/// The names of the pictures that a document shows.
fn pictures(document: &str) -> BTreeSet<&str> {
    let targets = document.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter_map(|target| target.strip_suffix(".svg")?.rsplit('/').next()).collect()
}

/// The statements that it cites.
fn statements(document: &str) -> BTreeSet<&str> {
    let ends = |character: char| !(character.is_ascii_digit() || ".-".contains(character));
    let cited = document.split("MQTT-").skip(1).map(|rest| rest.split(ends).next().unwrap_or_default());
    cited.map(|number| number.trim_end_matches(['.', '-'])).filter(|number| number.contains('-')).collect()
}

/// What programs write into it. What statements ask for each language has in its own words.
fn markers(document: &str) -> Vec<&str> {
    let markers = document.lines().filter_map(|line| line.strip_prefix("<!-- "));
    markers.filter(|marker| !marker.starts_with("rules") && !marker.starts_with("end ")).collect()
}

#[test]
fn both_languages_show_the_same_pictures_commands_and_statements() {
    for chapter in CHAPTERS {
        let [english, korean] = ["", ".ko"].map(|language| read(&format!("{chapter}{language}.md")));
        assert_eq!(pictures(&english), pictures(&korean), "{chapter}");
        assert_eq!(markers(&english), markers(&korean), "{chapter}");
        assert_eq!(statements(&english), statements(&korean), "{chapter}");
    }
}

#[test]
fn every_picture_is_shown_and_every_shown_picture_is_drawn() {
    let chapters = CHAPTERS.map(|chapter| read(&format!("{chapter}.md")));
    let shown: BTreeSet<&str> = chapters.iter().flat_map(|chapter| pictures(chapter)).collect();
    let drawn: BTreeSet<&str> = SPECIMENS.iter().map(|specimen| specimen.name).collect();
    assert_eq!(shown, drawn);
    let is_svg = |name: &str| name.ends_with(".svg");
    let files = fs::read_dir(docs().join("anatomy")).expect("a folder").map(|entry| entry.expect("a file").file_name());
    let files = files.filter_map(|name| name.into_string().ok()).filter(|name| is_svg(name)).count();
    assert_eq!(files, drawn.len(), "pictures that nothing draws are left over");
}

#[test]
fn every_statement_that_is_cited_exists() {
    let conformance =
        ["3.1.1", "3.1", "5.0-connecting", "5.0-messages"].map(|part| read(&format!("conformance/{part}.md")));
    for chapter in CHAPTERS {
        for language in ["", ".ko"] {
            let document = read(&format!("{chapter}{language}.md"));
            for statement in statements(&document) {
                let anchor = format!("id=\"mqtt-{statement}\"");
                assert!(conformance.iter().any(|part| part.contains(&anchor)), "{chapter}{language}: MQTT-{statement}");
            }
        }
    }
}

/// From what a command says of a fault a reader comes to the statement.
#[test]
fn every_statement_that_a_command_cites_is_linked() {
    let mut cited = 0;
    for chapter in CHAPTERS {
        for language in ["", ".ko"] {
            let document = read(&format!("{chapter}{language}.md"));
            for rest in document.split("[MQTT-").skip(1) {
                let (statement, behind) = rest.split_once(']').expect("a bracket that closes");
                if !behind.starts_with('(') {
                    let link = format!("#mqtt-{statement})");
                    assert!(document.contains(&link), "{chapter}{language}: nothing leads to MQTT-{statement}");
                    cited += 1;
                }
            }
        }
    }
    assert!(cited >= 10, "{cited}");
}

/// Every type of each version is drawn from a packet of its own, and the drawing is of that type.
#[test]
fn every_packet_of_both_versions_is_drawn() {
    use mqtt_wire::{PacketType, Version};
    let drawn: BTreeSet<(Version, PacketType)> = SPECIMENS
        .iter()
        .map(|specimen| (specimen.version, PacketType::of(specimen.bytes()[0]).expect("a packet type")))
        .collect();
    let alike = [PacketType::Pingreq, PacketType::Pingresp];
    for (version, last) in [(Version::V3_1_1, 14), (Version::V5_0, 15)] {
        for number in 1..=last {
            let packet_type = PacketType::of(number << 4).expect("a packet type");
            let is_drawn = drawn.contains(&(version, packet_type)) || alike.contains(&packet_type);
            assert!(is_drawn, "{packet_type} of {version}");
        }
    }
    assert!(alike.iter().all(|packet_type| drawn.iter().any(|(_, drawn)| drawn == packet_type)));
}
