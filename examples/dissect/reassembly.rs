//! From TCP segments to what each side of each connection sent.

use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;

use mqtt_wire::{Side, Split, Version, split};

use crate::assembly::Assembly;
use crate::link::Segment;
use crate::stream::Stream;
use crate::websocket::{self, Fault, Transport};

/// A connection as it was captured.
pub(crate) struct Connection {
    pub client: SocketAddr,
    pub server: SocketAddr,
    pub transport: Transport,
    pub from_client: Stream,
    pub from_server: Stream,
    pub faults: Vec<Fault>,
}

/// The connections to these ports of a server, in the order of their first segments.
pub(crate) fn connections(segments: &[Segment], ports: &[u16]) -> Vec<Connection> {
    let mut connections: Vec<Assembling> = Vec::new();
    let mut newest: HashMap<(SocketAddr, SocketAddr), usize> = HashMap::new();
    for segment in segments {
        let Some((client, server, sender)) = roles(segment, ports) else {
            continue;
        };
        let open = newest.get(&(client, server)).copied();
        let open = open.filter(|&index| connections[index].from(sender).continues_with(segment));
        let index = open.unwrap_or_else(|| {
            connections.push(Assembling::new(client, server));
            connections.len() - 1
        });
        newest.insert((client, server), index);
        connections[index].from(sender).add(segment);
    }
    connections.into_iter().map(Assembling::finish).collect()
}

/// Client, server, and which of them sent the segment.
pub(crate) fn roles(segment: &Segment, ports: &[u16]) -> Option<(SocketAddr, SocketAddr, Side)> {
    if ports.contains(&segment.destination.port()) {
        Some((segment.source, segment.destination, Side::Client))
    } else if ports.contains(&segment.source.port()) {
        Some((segment.destination, segment.source, Side::Server))
    } else {
        None
    }
}

/// The ports to which clients sent what begins a session of MQTT, or a WebSocket connection that may carry one.
pub(crate) fn ports_of_sessions(segments: &[Segment]) -> BTreeSet<u16> {
    const REQUEST: &[u8] = b"GET ";
    let begins_session = |segment: &&Segment| {
        let payload = segment.payload.as_slice();
        let is_connect = || match split(payload) {
            Ok(Split::Complete { frame, .. }) => Version::of(frame).is_ok(),
            _ => false,
        };
        payload.starts_with(REQUEST) || is_connect()
    };
    segments.iter().filter(begins_session).map(|segment| segment.destination.port()).collect()
}

struct Assembling {
    client: SocketAddr,
    server: SocketAddr,
    from_client: Assembly,
    from_server: Assembly,
}

impl Assembling {
    fn new(client: SocketAddr, server: SocketAddr) -> Self {
        Self { client, server, from_client: Assembly::default(), from_server: Assembly::default() }
    }

    fn from(&mut self, sender: Side) -> &mut Assembly {
        match sender {
            Side::Client => &mut self.from_client,
            Side::Server => &mut self.from_server,
        }
    }

    fn finish(self) -> Connection {
        let mut connection = Connection {
            client: self.client,
            server: self.server,
            transport: Transport::Tcp,
            from_client: self.from_client.finish(),
            from_server: self.from_server.finish(),
            faults: Vec::new(),
        };
        websocket::unwrap(&mut connection);
        connection
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::capture::Moment;
    use crate::stream::Run;

    const CLIENT: ([u8; 4], u16) = ([10, 0, 0, 1], 50_000);
    const SERVER: ([u8; 4], u16) = ([10, 0, 0, 2], 1883);

    /// What the client sent: sequence numbers, payloads, and at the frame of its place in the
    /// slice.
    fn sent(payloads: &[(u32, &str)]) -> Vec<Segment> {
        let segment = |(index, (sequence, payload)): (usize, &(u32, &str))| Segment {
            moment: Moment { time: Duration::from_millis(index as u64), frame: index },
            source: CLIENT.into(),
            destination: SERVER.into(),
            sequence: *sequence,
            acknowledgment: None,
            syn: false,
            fin: false,
            rst: false,
            payload: payload.as_bytes().to_vec(),
        };
        payloads.iter().enumerate().map(segment).collect()
    }

    fn with_syn(mut segments: Vec<Segment>) -> Vec<Segment> {
        segments[0].syn = true;
        segments
    }

    fn with_fin(mut segments: Vec<Segment>) -> Vec<Segment> {
        segments.last_mut().expect("a segment").fin = true;
        segments
    }

    /// The one stream that the client sent.
    fn stream(segments: &[Segment]) -> Stream {
        let mut connections = connections(segments, &[1883]);
        assert_eq!(connections.len(), 1);
        connections.remove(0).from_client
    }

    /// Offset, text, and where each segment begins in the stream with the frame at which its bytes could be had.
    type Runs = Vec<(u64, String, Vec<(u64, usize)>)>;

    fn runs(stream: &Stream) -> Runs {
        let run = |run: &Run| {
            let text = String::from_utf8(run.bytes(0..u64::MAX).to_vec()).expect("text");
            let frames = run.segment_starts(0).map(|start| (start, run.moment(start).frame));
            (run.offset, text, frames.collect())
        };
        stream.runs.iter().map(run).collect()
    }

    #[test]
    fn joins_segments_cut_anywhere() {
        let text = "a stream of bytes";
        for cut in 0..=text.len() {
            let (head, tail) = text.split_at(cut);
            let stream = stream(&with_syn(sent(&[(99, ""), (100, head), (100 + cut as u32, tail)])));
            assert_eq!(stream.runs.len(), 1);
            assert_eq!(stream.runs[0].bytes(0..u64::MAX), text.as_bytes(), "cut at {cut}");
            assert!(stream.has_beginning);
        }
    }

    #[test]
    fn orders_segments_and_knows_when_each_could_be_had() {
        let stream = stream(&with_syn(sent(&[(9, ""), (10, "one"), (16, "six"), (13, "two")])));
        let expected = (0, "onetwosix".to_owned(), vec![(0, 1), (3, 3), (6, 3)]);
        assert_eq!(runs(&stream), [expected]);
        let frames = [0, 2, 3, 8].map(|offset| stream.runs[0].moment(offset).frame);
        assert_eq!(frames, [1, 1, 3, 3]);
    }

    #[test]
    fn takes_the_first_copy_of_bytes_sent_again() {
        let again = sent(&[(10, "one"), (10, "ONE"), (13, "two"), (11, "NETW"), (12, "ETWOsix")]);
        let expected = (0, "onetwosix".to_owned(), vec![(0, 0), (3, 2), (6, 4)]);
        assert_eq!(runs(&stream(&again)), [expected]);
    }

    #[test]
    fn fills_only_the_holes_from_a_segment_that_covers_others() {
        let holes = sent(&[(12, "c"), (14, "e"), (10, "ABCDEFG")]);
        let expected = vec![(0, 2), (2, 2), (3, 2), (4, 2), (5, 2)];
        assert_eq!(runs(&stream(&holes)), [(0, "ABcDeFG".to_owned(), expected)]);
    }

    #[test]
    fn leaves_a_gap_where_bytes_were_never_captured() {
        let stream = stream(&with_fin(sent(&[(10, "one"), (20, "two"), (25, "")])));
        let expected = [(0, "one".to_owned(), vec![(0, 0)]), (10, "two".to_owned(), vec![(10, 1)])];
        assert_eq!(runs(&stream), expected);
        assert_eq!(stream.end.map(|(offset, moment)| (offset, moment.frame)), Some((15, 2)));
        assert!(!stream.has_beginning);
    }

    #[test]
    fn counts_from_the_syn_what_is_missing_at_the_beginning() {
        let stream = stream(&with_syn(sent(&[(9, ""), (14, "later")])));
        assert_eq!(runs(&stream), [(4, "later".to_owned(), vec![(4, 1)])]);
    }

    #[test]
    fn follows_sequence_numbers_that_wrap() {
        let wrapping = sent(&[(u32::MAX - 1, "ab"), (3, "fg"), (0, "cde"), (u32::MAX, "bc")]);
        let expected = (0, "abcdefg".to_owned(), vec![(0, 0), (2, 2), (5, 2)]);
        assert_eq!(runs(&stream(&wrapping)), [expected]);
    }

    #[test]
    fn takes_what_came_before_the_first_segment_of_a_capture() {
        let stream = stream(&sent(&[(13, "two"), (10, "one")]));
        assert_eq!(runs(&stream), [(0, "onetwo".to_owned(), vec![(0, 1), (3, 1)])]);
    }

    #[test]
    fn tells_connections_between_the_same_ports_apart() {
        let mut segments = sent(&[(9, ""), (9, ""), (10, "old"), (5009, ""), (5010, "new")]);
        for syn in [0, 1, 3] {
            segments[syn].syn = true;
        }
        let connections = connections(&segments, &[1883]);
        let texts: Vec<_> = connections.iter().map(|connection| runs(&connection.from_client)).collect();
        let expected = [[(0, "old".to_owned(), vec![(0, 2)])], [(0, "new".to_owned(), vec![(0, 4)])]];
        assert_eq!(texts, expected);
    }

    #[test]
    fn knows_the_sides_by_the_port() {
        let mut segments = sent(&[(10, "question"), (70, "answer"), (1, "neither")]);
        segments[1].source = SERVER.into();
        segments[1].destination = CLIENT.into();
        segments[2].destination.set_port(80);
        let connections = connections(&segments, &[8883, 1883]);
        assert_eq!(connections.len(), 1);
        assert_eq!(connections[0].client, CLIENT.into());
        assert_eq!(connections[0].server, SERVER.into());
        assert_eq!(connections[0].from_client.runs[0].bytes(0..u64::MAX), b"question");
        assert_eq!(connections[0].from_server.runs[0].bytes(0..u64::MAX), b"answer");
    }
}
