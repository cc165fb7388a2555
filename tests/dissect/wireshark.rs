//! What Wireshark saw in the recorded sessions.

use crate::program::capture;

/// A packet without its content.
#[derive(Debug, PartialEq)]
pub struct Brief {
    /// The first connection of a capture has number 1.
    pub connection: u64,
    pub direction: String,
    pub packet_type: String,
    pub length: u64,
}

/// The rows of a table beside the captures that are about one of them, without its name.
fn rows(table: &str, session: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(capture("..").join(table)).expect(table);
    let rows = text.lines().map(|row| row.split('\t').map(str::to_owned).collect::<Vec<_>>());
    rows.filter(|row| row[0] == session).map(|row| row[1..].to_vec()).collect()
}

/// The sessions that the tables are about.
pub fn sessions() -> Vec<String> {
    let files = std::fs::read_dir(capture("")).expect("captures").map(|entry| entry.expect("a capture").path());
    let names = files.map(|file| file.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned());
    names.filter(|name| !name.contains("websocket")).collect()
}

/// The packets of a session in the order of time.
pub fn seen_by_wireshark(session: &str) -> Vec<Brief> {
    let packet = |row: Vec<String>| {
        let number: u64 = row[0].parse().expect("a number");
        let direction = if row[1] == "up" { "client to server" } else { "server to client" };
        let remaining_length: u64 = row[3].parse().expect("a number");
        let header = 2 + u64::from(remaining_length > 127) + u64::from(remaining_length > 16_383);
        Brief {
            connection: number + 1,
            direction: direction.to_owned(),
            packet_type: row[2].clone(),
            length: header + remaining_length,
        }
    };
    rows("packets.tsv", session).into_iter().map(packet).collect()
}

/// The fields of each packet of a session in the order of time, as names and values.
pub fn fields_seen_by_wireshark(session: &str) -> Vec<Vec<(String, String)>> {
    let field = |cell: &String| {
        let (name, value) = cell.split_once('=').expect("a name and a value");
        (name.to_owned(), value.to_owned())
    };
    rows("fields.tsv", session).iter().map(|row| row[5..].iter().map(field).collect()).collect()
}

/// Direction and type of each packet of the WebSocket session in the order of time.
pub fn websocket_session_seen_by_wireshark() -> Vec<(String, String)> {
    let packet = |row: Vec<String>| {
        let direction = if row[1] == "up" { "client to server" } else { "server to client" };
        (direction.to_owned(), row[3].clone())
    };
    rows("fields.tsv", "paho-websocket-v4").into_iter().map(packet).collect()
}
