//! Texts that no server should send: mutated values, and texts that attack a parser.

use fastrand::Rng;
use serde_json::Value;

use crate::fuzz::{bytes, tree};

/// Returns the mutant of a value for a seed. It may be invalid JSON.
pub fn mutant(value: &Value, seed: u64) -> String {
    let mut rng = Rng::with_seed(seed);
    let mut value = value.clone();
    tree::mutate(&mut value, &mut rng);
    let text = value.to_string();
    match rng.u8(0..4) {
        0 => bytes::mutate(&text, &mut rng),
        _ => text,
    }
}

/// Returns texts for any type: of each JSON type, huge, deep, repeated and invalid.
pub fn texts() -> Vec<String> {
    let simple = [
        "",
        "null",
        "true",
        "0",
        "-0.0",
        "1e400",
        "-99999999999999999999999999",
        "\"\"",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "[]",
        "{}",
        "[null]",
        "{\"\":null}",
        "{\"type\":{\"type\":[]},\"type\":1}",
        "NaN",
        "{\"a\":1",
        "[1,]",
    ];
    let mut texts: Vec<String> = simple.map(str::to_owned).to_vec();
    for depth in [100, 127, 128, 20_000] {
        texts.push("[".repeat(depth) + &"]".repeat(depth));
        texts.push("{\"a\":".repeat(depth) + "1" + &"}".repeat(depth));
    }
    texts.push(format!("\"{}\"", "x".repeat(100_000)));
    texts.push("9".repeat(10_000));
    texts.push(format!("[{}0]", "0,".repeat(50_000)));
    texts
}
