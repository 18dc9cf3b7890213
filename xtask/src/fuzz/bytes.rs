//! Mutations of the text of a document. The result may not be a document at all.

use std::ops::Range;

use fastrand::Rng;

use super::words;

/// Mutates the text at a few locations. Invalid UTF-8 is replaced afterwards.
pub fn mutate(text: &str, rng: &mut Rng) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=rng.u8(0..6) {
        if bytes.is_empty() {
            break;
        }
        let (at, short) = (rng.usize(0..bytes.len()), short(bytes.len(), rng));
        let line = line(&bytes, at);
        match rng.u8(0..11) {
            0 => bytes[at] = rng.u8(..),
            1 => bytes[at] ^= 1 << rng.u8(0..8),
            2 => drop(bytes.drain(short)),
            3 => {
                let copy = bytes[short].to_vec();
                bytes.splice(at..at, copy);
            }
            4 => drop(bytes.splice(at..at, words::word(rng).bytes())),
            5 => drop(bytes.drain(line)),
            6 => {
                let copy = bytes[line].to_vec();
                let other = line_start(&bytes, rng.usize(0..bytes.len()));
                bytes.splice(other..other, copy);
            }
            7 => drop(bytes.splice(line.start..line.start, [b' '; 2])),
            8 => {
                let end = (line.start + 2).min(line.end);
                bytes.drain(line.start..end);
            }
            9 => {
                let bracket = *rng.choice(b"[{(<\"'`&*!|").unwrap_or(&b'[');
                let many = 1_usize << rng.u8(0..14);
                bytes.splice(at..at, std::iter::repeat_n(bracket, many));
            }
            _ if rng.u8(0..4) == 0 => bytes.truncate(at),
            _ => {
                let end = word_end(&bytes, at);
                let other = [words::word(rng), words::keyword(rng)][usize::from(rng.bool())];
                bytes.splice(at..end, other.bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns a range of the text, usually a short one.
fn short(length: usize, rng: &mut Rng) -> Range<usize> {
    let start = rng.usize(0..length);
    let most = 1_usize << rng.u8(0..12);
    start..(start + rng.usize(0..most)).min(length)
}

fn line_start(bytes: &[u8], at: usize) -> usize {
    bytes[..at]
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |end| end + 1)
}

/// Returns the line that contains a byte, including its line break.
fn line(bytes: &[u8], at: usize) -> Range<usize> {
    let rest = bytes[at..].iter().position(|&byte| byte == b'\n');
    line_start(bytes, at)..rest.map_or(bytes.len(), |end| at + end + 1)
}

fn word_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes[at..]
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric());
    rest.map_or(bytes.len(), |end| at + end)
}
