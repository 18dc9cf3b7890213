//! The event stream format (WHATWG HTML, section 9.2.6).

use std::collections::VecDeque;
use std::time::Duration;

use super::{EventParser, Oversized, RawEvent};

/// Parses a stream in chunks of these sizes, repeatedly.
fn parse_in_chunks(stream: &[u8], sizes: &[usize]) -> (VecDeque<RawEvent>, EventParser) {
    let mut parser = EventParser::new(1000);
    let mut events = VecDeque::new();
    let mut rest = stream;
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (chunk, remaining) = rest.split_at((*size).min(rest.len()));
        parser.feed(chunk, &mut events).expect("within the limit");
        rest = remaining;
    }
    (events, parser)
}

/// Returns the event type, data and ID of each event.
fn summaries(stream: &str) -> Vec<(String, String, String)> {
    let (events, _) = parse_in_chunks(stream.as_bytes(), &[usize::MAX]);
    let events = events.into_iter();
    events.map(|it| (it.event, it.data, it.id)).collect()
}

fn data(stream: &str) -> Vec<String> {
    summaries(stream)
        .into_iter()
        .map(|(_, data, _)| data)
        .collect()
}

#[test]
fn the_examples_of_the_standard_are_parsed() {
    assert_eq!(data("data: YHOO\ndata: +2\ndata: 10\n\n"), ["YHOO\n+2\n10"]);
    let stream = ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n";
    let expected = [("first event", "1"), ("second event", "")];
    let found = summaries(&format!("{stream}\n"));
    let found: Vec<_> = found.iter().map(|(_, data, id)| (&**data, &**id)).collect();
    assert_eq!(found, [&expected[..], &[(" third event", "")]].concat());
    // An event is incomplete without an empty line after it.
    assert_eq!(data(stream).len(), 2);
    assert_eq!(data("data\n\ndata\ndata\n\ndata:"), ["", "\n"]);
    assert_eq!(data("data:test\n\ndata: test\n\n"), ["test", "test"]);
}

#[test]
fn lines_end_with_lf_cr_or_crlf() {
    for end in ["\n", "\r", "\r\n"] {
        let stream = ["data: a", "data: b", "", "data: c", "", ""].join(end);
        for size in 1..stream.len() {
            let (events, _) = parse_in_chunks(stream.as_bytes(), &[size]);
            let data: Vec<_> = events.iter().map(|it| it.data.as_str()).collect();
            assert_eq!(data, ["a\nb", "c"], "{end:?} in chunks of {size}");
        }
    }
}

#[test]
fn unknown_fields_are_ignored() {
    let kinds =
        summaries("event: a\ndata: 1\n\ndata: 2\n\nevent: b\n\ndata: 3\n\nevent:\ndata: 4\n\n");
    let kinds: Vec<_> = kinds
        .iter()
        .map(|(kind, data, _)| (&**kind, &**data))
        .collect();
    assert_eq!(
        kinds,
        [
            ("a", "1"),
            ("message", "2"),
            ("message", "3"),
            ("message", "4")
        ]
    );
    let others = "Data: 1\n data: 2\nother: 3\ndata : 4\n:data: 5\n\n";
    assert_eq!(data(others), Vec::<String>::new());
    assert_eq!(data("\u{feff}data: a\n\n\u{feff}data: b\n\n"), ["a"]);
}

#[test]
fn an_id_applies_until_the_next_one() {
    let ids = summaries("id: 1\ndata\n\ndata\n\nid: 2\n\ndata\n\nid: x\0y\ndata\n\nid\ndata\n\n");
    let ids: Vec<_> = ids.iter().map(|(_, _, id)| &**id).collect();
    assert_eq!(ids, ["1", "1", "2", "2", ""]);
    // The ID of an incomplete event doesn't count, not even after a reconnection.
    let (mut events, mut parser) = parse_in_chunks(b"id: 1\ndata\n\nid: 2\ndata\n", &[usize::MAX]);
    assert_eq!(parser.last_id(), "1");
    parser.restart();
    parser
        .feed(b"\ndata: a\n\n", &mut events)
        .expect("within the limit");
    assert_eq!(events.pop_back().expect("an event").id, "1");
}

#[test]
fn retry_must_consist_of_digits() {
    for (line, expected) in [
        ("retry: 1500", Some(1500)),
        ("retry: +1", None),
        ("retry: 1.5", None),
        ("retry: 1s", None),
        ("retry", None),
        ("retry: 99999999999999999999999", None),
    ] {
        let (events, parser) =
            parse_in_chunks(format!("{line}\ndata\n\n").as_bytes(), &[usize::MAX]);
        let expected = expected.map(Duration::from_millis);
        assert_eq!(parser.retry_delay(), expected, "{line}");
        assert_eq!(events[0].retry, expected, "{line}");
    }
}

#[test]
fn chunk_boundaries_do_not_change_the_events() {
    // Line ends of all kinds, multi-byte characters, and bytes that aren't UTF-8.
    let fragments: [&[u8]; 16] = [
        b"data",
        b":",
        b" ",
        b"\r",
        b"\n",
        b"\r\n",
        b"\n\n",
        b"\r\r",
        "\u{fc}".as_bytes(),
        "\u{1f600}".as_bytes(),
        b"\xff\xc3",
        b"\xEF\xBB\xBF",
        b"id: 1",
        b"event: e",
        b"retry: 5",
        b"data: x\r\n\r\n",
    ];
    let mut seed = 7_u64;
    let mut next = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    let mut complete = 0;
    for _ in 0..2000 {
        let count = next(24);
        let stream: Vec<u8> = (0..count)
            .flat_map(|_| fragments[next(16)].to_vec())
            .collect();
        let (whole, _) = parse_in_chunks(&stream, &[usize::MAX]);
        complete += whole.len();
        let (bytes, _) = parse_in_chunks(&stream, &[1]);
        assert_eq!(bytes, whole, "{:?}", String::from_utf8_lossy(&stream));
        let sizes = [next(5) + 1, next(5) + 1, next(5) + 1];
        let (parts, _) = parse_in_chunks(&stream, &sizes);
        assert_eq!(
            parts,
            whole,
            "{sizes:?} {:?}",
            String::from_utf8_lossy(&stream)
        );
    }
    assert!(complete > 500, "{complete} events");
}

#[test]
fn an_event_over_the_limit_is_an_error() {
    let mut parser = EventParser::new(10);
    let mut events = VecDeque::new();
    let small = b"data: 1234\n\n";
    for _ in 0..10 {
        parser.feed(small, &mut events).expect("within the limit");
    }
    assert_eq!(events.len(), 10);
    assert_eq!(parser.feed(b"12345678901", &mut events), Err(Oversized));
    let mut parser = EventParser::new(10);
    parser
        .feed(b"data: 1\n", &mut events)
        .expect("within the limit");
    parser
        .feed(b"data: 2\n", &mut events)
        .expect("within the limit");
    assert_eq!(parser.feed(b"data: 345", &mut events), Err(Oversized));
}

#[test]
fn json_in_place_of_an_event_is_kept() {
    let pretty = "{\r\n \"a\": [\r\n1]\r\n}";
    for (stream, expected) in [
        ("{\"a\":1}\n", vec!["{\"a\":1}\n"]),
        ("{\"a\":1}\n[2]\n\n", vec!["{\"a\":1}\n", "[2]\n"]),
        (pretty, vec!["{\n \"a\": [\n1]\n}\n"]),
        ("{\n\n}\n\n", vec!["{\n"]),
        ("x: {\n{a: 1}", vec!["{a: 1}\n"]),
        ("data: x\n{}\n", vec![]),
        ("data: x", vec![]),
    ] {
        for size in 1..=stream.len() {
            let (mut events, mut parser) = parse_in_chunks(stream.as_bytes(), &[size]);
            events.extend(parser.finish());
            assert!(events.iter().all(|it| it.is_bare), "{stream}");
            let found: Vec<_> = events.iter().map(|it| it.data.as_str()).collect();
            assert_eq!(found, expected, "{stream:?} in chunks of {size}");
        }
    }
}

#[test]
fn json_in_place_of_an_event_has_a_size_limit() {
    let mut parser = EventParser::new(10);
    let mut events = VecDeque::new();
    assert_eq!(parser.feed(b"{\n12345", &mut events), Ok(()));
    assert_eq!(parser.feed(b"678901", &mut events), Err(Oversized));
}
