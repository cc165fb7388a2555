//! That the figures of README.md are those of the latest measurement, which docs/BENCHMARKS.md has.

use crate::commands::read;

/// The cells of the row that begins with `name`, in the first table behind `title`.
fn row<'t>(text: &'t str, title: &str, name: &str) -> Vec<&'t str> {
    let (_, behind) = text.split_once(title).unwrap_or_else(|| panic!("there is no {title}"));
    let rows = behind.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let mut rows = rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim_matches([' ', '*', '†'])));
    rows.find_map(|mut cells| (cells.next() == Some(name)).then(|| cells.collect()))
        .unwrap_or_else(|| panic!("{title} has no {name}"))
}

/// As README.md rounds.
fn rounded(nanoseconds: &str) -> String {
    let value: f64 = nanoseconds.parse().unwrap_or_else(|_| panic!("{nanoseconds:?} is no number"));
    if value < 10.0 { format!("{value:.1}") } else { format!("{}", value.round()) }
}

const DECODING: &str = "\n### Decoding, nanoseconds a packet\n";
const ENCODING: &str = "\n### Encoding, nanoseconds a packet\n";
const FLASH: &str = "\n## Microcontrollers\n";

#[test]
fn times_are_those_of_the_latest_measurement() {
    let (readme, measured) = (read("README.md"), read("docs/BENCHMARKS.md"));
    let of = |name, column: usize| [DECODING, ENCODING].map(|title| row(&measured, title, name)[column]).map(rounded);

    let ([decode, encode], [rich_decode, rich_encode]) = (of("mqtt-wire", 0), of("mqtt-wire", 6));
    let sentence = format!(
        "A small PUBLISH of 3.1.1 takes {decode} ns to decode and {encode} ns to encode, one of 5.0 with ten \
         properties {rich_decode} and {rich_encode}."
    );
    assert!(readme.contains(&sentence), "README.md has to say: {sentence}");

    let (_, table) = readme.split_once("\n## Beside the alternatives\n").expect("README.md compares");
    let rows = table.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|')).skip(2);
    let mut compared = 0;
    for line in rows.filter(|line| !line.ends_with("| – |")) {
        let name = line.trim_matches(['|', ' ']).split(' ').next().expect("a name");
        let told = line.trim_end_matches([' ', '|']).rsplit('|').next().expect("a last cell").trim();
        assert_eq!(told, of(name, 0).join(", "), "{line}");
        compared += 1;
    }
    assert_eq!(compared, 8, "rows with times");
}

#[test]
fn flash_and_stack_are_those_of_the_latest_measurement() {
    let (readme, measured) = (read("README.md"), read("docs/BENCHMARKS.md"));
    for version in ["3.1.1", "5.0"] {
        let client = format!("{version} client");
        let [flash, decode, _, _, encode, stack] = row(&measured, FLASH, &client)[..] else { panic!("six columns") };
        let at_z = |cell: &str| cell.split(" / ").next().unwrap_or_default().replace(',', "");
        let kilobytes = at_z(flash).parse::<f64>().expect("bytes") / 1000.0;
        let stack = stack.split(" / ").max_by_key(|bytes| bytes.parse::<u32>().expect("bytes")).expect("two");
        let line = format!(
            "| a client of {version} | {kilobytes:.1} kB | {stack} bytes | {}, {} instructions |",
            at_z(decode),
            at_z(encode)
        );
        assert!(readme.contains(&line), "README.md has to say: {line}");
    }
}
