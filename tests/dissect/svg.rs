//! `--svg`: what is in the picture, and that it can be read.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use roxmltree::{Document, Node};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::program::{capture, dissect, dissect_file, dissect_input};

const CAPTURES: [&str; 8] = [
    "mosquitto-qos-v4",
    "mosquitto-properties-v5",
    "mosquitto-utf8-large-v5",
    "mosquitto-will-auth-retain-v3",
    "mqttjs-mixed-v5",
    "paho-chat-v4",
    "paho-led-v4",
    "paho-mixed-v5",
];

/// A capture with other times: its frames are so many microseconds apart.
fn slowed(microseconds: u64) -> Vec<u8> {
    const HEADER: usize = 24;
    const FRAME_HEADER: usize = 16;
    let mut bytes = fs::read(capture("mosquitto-qos-v4.pcap")).expect("the capture");
    let (mut at, mut time) = (HEADER, 0);
    while let Some(header) = bytes.get_mut(at..at + FRAME_HEADER) {
        header[..4].copy_from_slice(&((time / 1_000_000) as u32).to_le_bytes());
        header[4..8].copy_from_slice(&((time % 1_000_000) as u32).to_le_bytes());
        let length = u32::from_le_bytes(header[8..12].try_into().expect("four bytes"));
        at += FRAME_HEADER + length as usize;
        time += microseconds;
    }
    bytes
}

/// Several captures, with and without a ruler; one of microseconds and one of weeks; a stream with faults; one too
/// long for a screen; and nothing at all.
fn pictures() -> Vec<String> {
    let mut pictures = Vec::new();
    for name in CAPTURES {
        let file = capture(&format!("{name}.pcap"));
        for arguments in [&["--svg", "-"][..], &["--svg", "-", "--to-scale"]] {
            pictures.push(dissect_file(&file, arguments).output);
        }
    }
    for microseconds in [1, 1_000, 10_000_000_000] {
        pictures.push(dissect_input(&slowed(microseconds), &["-", "--svg", "-", "--to-scale"]).output);
    }
    pictures.push(dissect(&["--svg", "-", "--from", "server", "--hex", "d000 3602 0000 30ffffffffff c000"]).output);
    pictures.push(dissect_input(&[0xC0, 0].repeat(100), &["-", "--svg", "-"]).output);
    pictures.push(dissect_input(&[], &["-", "--svg", "-"]).output);
    pictures
}

fn parse(picture: &str) -> Document<'_> {
    Document::parse(picture).unwrap_or_else(|error| panic!("{error}\n{picture}"))
}

fn number(node: Node, name: &str) -> f64 {
    node.attribute(name).and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("{name} of {node:?}"))
}

fn with_class<'a>(picture: &'a Document, class: &str) -> impl Iterator<Item = Node<'a, 'a>> {
    let has_class =
        move |node: &Node| node.attribute("class").is_some_and(|classes| classes.split(' ').any(|own| own == class));
    picture.descendants().filter(has_class)
}

/// What a text or a frame takes of the picture.
#[derive(Debug)]
#[allow(dead_code, reason = "a failure shows it")]
struct Area {
    what: String,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Area {
    /// Text is as wide as its columns in a monospaced font, whatever the font makes of it: `textLength` sees to that.
    fn of_text(text: Node) -> Area {
        let what = text.text().expect("no text is empty").to_owned();
        let (x, y, font) = (number(text, "x"), number(text, "y"), number(text, "font-size"));
        let width = number(text, "textLength");
        assert!((width - what.width() as f64 * 0.6 * font).abs() < 0.1, "{what:?} has room for its columns");
        Area { what, left: x, right: x + width, top: y - 0.8 * font, bottom: y + 0.25 * font }
    }

    fn overlaps(&self, other: &Area) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    fn is_inside(&self, other: &Area) -> bool {
        self.left >= other.left && self.right <= other.right && self.top >= other.top && self.bottom <= other.bottom
    }
}

fn texts<'a>(picture: &'a Document) -> impl Iterator<Item = Node<'a, 'a>> {
    picture.descendants().filter(|node| node.tag_name().name() == "text")
}

#[test]
fn draws_texts_that_do_not_overlap() {
    for picture in pictures() {
        let picture = parse(&picture);
        let root = picture.root_element();
        let paper = Area {
            what: "the paper".to_owned(),
            left: 0.0,
            right: number(root, "width"),
            top: 0.0,
            bottom: number(root, "height"),
        };
        let frames = with_class(&picture, "head").map(|head| Area {
            what: "a frame".to_owned(),
            left: number(head, "x"),
            right: number(head, "x") + number(head, "width"),
            top: number(head, "y"),
            bottom: number(head, "y") + number(head, "height"),
        });
        let frames: Vec<Area> = frames.collect();
        let texts: Vec<Area> = texts(&picture).map(Area::of_text).collect();
        assert!(!texts.is_empty());
        for (index, text) in texts.iter().enumerate() {
            assert!(text.is_inside(&paper), "{text:?} is not on the paper");
            for other in &texts[index + 1..] {
                assert!(!text.overlaps(other), "{text:?}\n{other:?}");
            }
            for frame in &frames {
                assert!(!text.overlaps(frame) || text.is_inside(frame), "{text:?}\n{frame:?}");
            }
        }
    }
}

#[test]
fn keeps_texts_off_arrows_and_lifelines() {
    for picture in pictures() {
        let picture = parse(&picture);
        let arrows: Vec<f64> = with_class(&picture, "arrow")
            .map(|arrow| number(arrow.first_element_child().expect("a shaft"), "y1"))
            .collect();
        let [client, server] = lifelines(&picture);
        for text in texts(&picture) {
            let classes = text.ancestors().filter_map(|node| node.attribute("class")).collect::<Vec<_>>().join(" ");
            let area = Area::of_text(text);
            if !classes.contains("words") && !classes.contains("broken") {
                continue;
            }
            assert!(area.left > client && area.right < server, "{area:?} is between the lifelines");
            assert!(!arrows.iter().any(|y| (area.top..area.bottom).contains(y)), "{area:?} is above its arrow");
        }
    }
}

/// Where the client's and the server's lifelines are.
fn lifelines(picture: &Document) -> [f64; 2] {
    let lines: Vec<f64> = with_class(picture, "life").map(|line| number(line, "x1")).collect();
    [lines[0], lines[1]]
}

/// The names and the texts on the arrows, from top to bottom.
fn arrows(picture: &Document) -> Vec<(String, String, Direction)> {
    let [client, server] = lifelines(picture);
    let is_row = |node: &Node| {
        node.children()
            .filter(Node::is_element)
            .any(|child| matches!(child.attribute("class"), Some("words" | "broken")))
    };
    let row = |row: Node| {
        let words: Vec<&str> = row
            .children()
            .filter(|child| matches!(child.attribute("class"), Some("words" | "broken")))
            .flat_map(|line| line.children().filter_map(|text| text.text()).filter(|text| !text.trim().is_empty()))
            .collect();
        let arrow = row.children().find(|child| child.attribute("class").is_some_and(|class| class.contains("arrow")));
        let shaft = arrow.and_then(|arrow| arrow.first_element_child()).expect("an arrow");
        let has_tip = shaft.next_sibling_element().is_some();
        let direction = match number(shaft, "x1") {
            from if from == client && has_tip => Direction::ToServer,
            from if from == server && has_tip => Direction::ToClient,
            _ => Direction::Unknown,
        };
        (words[0].to_owned(), words[1..].join(" "), direction)
    };
    picture.descendants().filter(is_row).map(row).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    ToServer,
    ToClient,
    Unknown,
}

#[test]
fn has_every_packet_of_the_session_in_its_order() {
    for name in CAPTURES {
        let file = capture(&format!("{name}.pcap"));
        let lines: Vec<Value> = dissect_file(&file, &["--json"]).json();
        let picture = dissect_file(&file, &["--svg", "-"]).output;
        let arrows = arrows(&parse(&picture));
        assert_eq!(arrows.len(), lines.len(), "{name}");
        for (line, (packet_type, words, direction)) in lines.iter().zip(arrows) {
            assert_eq!(line["type"], *packet_type, "{name}");
            let expected = match line["direction"].as_str() {
                Some("client to server") => Direction::ToServer,
                _ => Direction::ToClient,
            };
            assert_eq!(direction, expected, "{name}: {line}");
            let packet = &line["packet"];
            let topic = packet["topic"].as_str().map(|topic| format!("\"{topic}\""));
            let qos = packet["topic"].as_str().map(|_| format!("QoS {}", packet["qos"]));
            let packet_id = packet["packet_id"].as_u64().map(|packet_id| format!("id {packet_id}"));
            for key in [topic, qos, packet_id].into_iter().flatten() {
                assert!(words.contains(&key), "{name}: {key} is missing in {words:?}");
            }
        }
    }
}

#[test]
fn tells_connections_apart_by_label_and_colour() {
    let picture = dissect(&["--svg", "-"]).output;
    let picture = parse(&picture);
    let mut labels = HashMap::new();
    for row in
        picture.descendants().filter(|node| node.attribute("class").is_some_and(|class| class.starts_with("row ")))
    {
        let mut own = row.children().filter(|child| child.tag_name().name() == "text");
        let (_, label) = (own.next().expect("a time"), own.next().expect("a label"));
        labels.insert(label.text().expect("a label"), row.attribute("class").expect("a colour"));
    }
    let mut labels: Vec<_> = labels.into_iter().collect();
    labels.sort_unstable();
    let expected = [
        (":50000 sub-v4", "row c0"),
        (":50001 pub-v4", "row c1"),
        (":50002 pub-v4", "row c2"),
        (":50003 pub-v4", "row c3"),
        (":50004 pub-v4", "row c4"),
    ];
    assert_eq!(labels, expected);
}

#[test]
fn has_time_to_scale_on_the_ruler() {
    let file = capture("mosquitto-qos-v4.pcap");
    let lines = dissect_file(&file, &["--json"]).json();
    let picture = dissect_file(&file, &["--svg", "-", "--to-scale"]).output;
    let picture = parse(&picture);
    let begin = |leader: Node| -> f64 {
        let path = leader.attribute("d").expect("a path");
        let y = path.split([',', ' ']).nth(1).expect("a place");
        y.parse().expect("a number")
    };
    let marks: Vec<f64> = with_class(&picture, "leader").map(begin).collect();
    let times: Vec<f64> = lines.iter().map(|line| line["time"].as_f64().expect("a time")).collect();
    assert_eq!(marks.len(), times.len());
    let last = times.len() - 1;
    let pixels_a_second = (marks[last] - marks[0]) / (times[last] - times[0]);
    for (mark, time) in marks.iter().zip(&times) {
        let place = marks[0] + (time - times[0]) * pixels_a_second;
        assert!((mark - place).abs() < 0.2, "{time} s is at {mark} instead of {place}");
    }
    assert!(with_class(&parse(&dissect_file(&file, &["--svg", "-"]).output), "leader").next().is_none());
}

/// The colours of light and of dark surroundings, by what has them.
fn themes(picture: &Document) -> [Vec<(String, [f64; 3])>; 2] {
    let style = picture.descendants().find(|node| node.tag_name().name() == "style");
    let style = style.and_then(|style| style.text()).expect("a style");
    let (light, dark) = style.split_once("@media (prefers-color-scheme: dark) {").expect("a dark theme");
    [light, dark].map(|theme| {
        let rules = theme.split('}').filter_map(|rule| rule.split_once('{'));
        let colour = |(selector, declarations): (&str, &str)| {
            let digits = declarations.split_once('#')?.1.get(..6)?;
            let part = |at: usize| f64::from(u8::from_str_radix(&digits[at..at + 2], 16).expect("digits"));
            Some((selector.trim().to_owned(), [0, 2, 4].map(part)))
        };
        rules.filter_map(colour).collect()
    })
}

/// The contrast of two colours, 1 to 21 (WCAG 2.1).
fn contrast(left: [f64; 3], right: [f64; 3]) -> f64 {
    let luminance = |colour: [f64; 3]| {
        let [red, green, blue] = colour.map(|part| match part / 255.0 {
            part if part <= 0.04045 => part / 12.92,
            part => ((part + 0.055) / 1.055).powf(2.4),
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (left, right) = (luminance(left), luminance(right));
    (left.max(right) + 0.05) / (left.min(right) + 0.05)
}

#[test]
fn can_be_read_in_light_and_in_dark() {
    let picture = dissect(&["--svg", "-"]).output;
    let [light, dark] = themes(&parse(&picture));
    let selectors =
        |theme: &[(String, [f64; 3])]| theme.iter().map(|(selector, _)| selector.clone()).collect::<Vec<_>>();
    assert_eq!(selectors(&light), selectors(&dark));
    for theme in [light, dark] {
        let [(paper, on), colours @ ..] = &theme[..] else { panic!("no colours") };
        assert_eq!((paper.as_str(), colours.len()), (".paper, .head", 11));
        for (selector, colour) in colours {
            let at_least = if selector.contains(".life") { 3.0 } else { 4.5 };
            let contrast = contrast(*colour, *on);
            assert!(contrast >= at_least, "{selector} has a contrast of {contrast}");
        }
    }
}

#[test]
fn shows_the_heads_again_in_long_sessions() {
    let picture = dissect_input(&[0xC0, 0].repeat(100), &["-", "--svg", "-"]).output;
    let picture = parse(&picture);
    assert_eq!(texts(&picture).filter(|text| text.text() == Some("client")).count(), 3);
    assert_eq!(arrows(&picture).len(), 100);
}

#[test]
fn draws_what_could_not_be_decoded_as_broken() {
    let picture = dissect(&["--svg", "-", "--from", "client", "--hex", "3602 0000 c000"]);
    assert_eq!(picture.status, 1);
    let document = parse(&picture.output);
    assert_eq!(with_class(&document, "cross").count(), 1);
    let [(broken, words, _), (pingreq, _, direction)] = &arrows(&document)[..] else { panic!("{}", picture.output) };
    assert_eq!((broken.as_str(), pingreq.as_str(), *direction), ("PUBLISH", "PINGREQ", Direction::ToServer));
    assert!(words.contains("[MQTT-3.3.1-4]"), "{words}");
}

/// Topics that would be markup, characters that XML does not have, and text from right to left.
#[test]
fn writes_any_text_as_text() {
    let answer = dissect(&["--svg", "-", "--hex", "300c 000a 3c623e 26 22 efbfbe 1b 01"]);
    assert_eq!(answer.status, 0, "{}", answer.errors);
    let picture = parse(&answer.output);
    assert!(arrows(&picture)[0].1.starts_with("\"<b>&\"\u{fffd}\\u{1b}\\u{1}\" QoS 0"), "{:?}", arrows(&picture));
}

#[test]
fn writes_a_file_and_prints_nothing() {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("dissect.svg");
    let answer = dissect_file(&capture("paho-led-v4.pcap"), &["--svg", file.to_str().expect("a path")]);
    assert_eq!((answer.output.as_str(), answer.errors.as_str(), answer.status), ("", "", 0));
    let picture = fs::read_to_string(&file).expect("the picture");
    assert_eq!(arrows(&parse(&picture)).len(), 26);
    let nowhere = dissect(&["--svg", "/nowhere/at/all.svg"]);
    assert!(nowhere.errors.starts_with("dissect: /nowhere/at/all.svg cannot be written: "), "{}", nowhere.errors);
    assert_eq!(nowhere.status, 2);
}

#[test]
fn writes_no_picture_over_what_it_shows() {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("kept.pcap");
    let recorded = fs::read(capture("paho-led-v4.pcap")).expect("a capture");
    fs::write(&file, &recorded).expect("a copy of it");
    let answer = dissect_file(&file, &["--svg", file.to_str().expect("a path")]);
    assert!(answer.errors.ends_with("kept.pcap cannot be written: it is what is read\n"), "{}", answer.errors);
    assert_eq!((answer.output.as_str(), answer.status), ("", 2));
    assert_eq!(fs::read(&file).expect("it is still there"), recorded);
}

#[test]
fn draws_a_packet() {
    let picture = dissect(&["--svg", "-", "--from", "client", "--hex", "c000"]).output;
    let without_style = match (picture.find("<style>"), picture.find("</style>\n")) {
        (Some(begin), Some(end)) => picture[..begin].to_owned() + &picture[end + "</style>\n".len()..],
        _ => panic!("{picture}"),
    };
    assert_eq!(without_style, EXPECTED, "\n{without_style}");
}

const EXPECTED: &str = r#"<svg height="95" role="img" viewBox="0 0 835 95" width="835" xmlns="http://www.w3.org/2000/svg">
<title>MQTT: 1 packet</title>
<desc>Client left, server right, an arrow for each packet.</desc>
<rect class="paper" height="100%" width="100%"/>
<g>
<line class="life" x1="139.2" x2="139.2" y1="12" y2="83"/>
<line class="life" x1="787.2" x2="787.2" y1="12" y2="83"/>
</g>
<g>
<text class="faint" font-size="12" textLength="43.2" x="48" y="26">offset</text>
<g>
<rect class="head" height="20" rx="4" width="55.2" x="111.6" y="12"/>
<text font-size="12" textLength="43.2" x="117.6" y="26">client</text>
</g>
<g>
<rect class="head" height="20" rx="4" width="55.2" x="759.6" y="12"/>
<text font-size="12" textLength="43.2" x="765.6" y="26">server</text>
</g>
</g>
<g class="row plain">
<text class="faint" font-size="12" textLength="7.2" x="84" y="75">0</text>
<g class="words">
<text class="strong" font-size="13" textLength="54.6" x="151.2" y="65">PINGREQ</text>
</g>
<g class="arrow">
<line x1="139.2" x2="777.2" y1="71" y2="71"/>
<path class="tip" d="M787.2,71 L777.2,66.5 L777.2,75.5 Z"/>
</g>
</g>
</svg>
"#;
