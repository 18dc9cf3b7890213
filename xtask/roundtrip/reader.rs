// A program that decodes and encodes values. The task `roundtrip` appends the parts that depend on the
// client: `TYPES` and the imports.
#![allow(deprecated, unused_imports, dead_code)]

use std::cell::RefCell;
use std::io::{BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use client::runtime::wire::{AsSerialize, Decode, Encode, encode_response, from_value};
use serde_json::{Value, json};

/// Decodes a text and encodes the value. Returns it with the index of its variant, if it is a union.
type RoundTrip = fn(&str) -> Result<(String, Option<usize>), String>;

thread_local! {
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Answers each line of standard input, `{"type": index, "text": "…"}`, with a line.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    std::panic::set_hook(Box::new(|info| {
        PANIC.with(|panic| *panic.borrow_mut() = info.to_string());
    }));
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line: Value = serde_json::from_str(&line?)?;
        let index = usize::try_from(line["type"].as_u64().ok_or("no `type`")?)?;
        let text = line["text"].as_str().ok_or("no `text`")?;
        let round_trip = TYPES.get(index).ok_or("no such type")?;
        match catch_unwind(AssertUnwindSafe(|| round_trip(text))) {
            Ok(Ok((value, variant))) => {
                writeln!(out, "{}", json!({ "text": value, "variant": variant }))?;
            }
            Ok(Err(error)) => writeln!(out, "{}", json!({ "error": error }))?,
            Err(_) => writeln!(out, "{}", json!({ "panic": PANIC.with(RefCell::take) }))?,
        }
        out.flush()?;
    }
    Ok(())
}

/// Decodes a value like a response of the client, and encodes it like a response of a mock.
fn round_trip<T: Decode + Encode>(
    text: &str,
    variant: fn(&T) -> Option<usize>,
) -> Result<(String, Option<usize>), String> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = T::decode(&mut reader).and_then(|value| reader.end().map(|()| value));
    let read = read.map_err(|error| format!("not read: {}", reason::<T>(text, &error)))?;
    let written = encode_response(|| serde_json::to_string(&AsSerialize(&read)));
    let written = written.map_err(|error| format!("not written: {error}"))?;
    Ok((written, variant(&read)))
}

/// Returns the path and the kind of a mismatch, if that is why decoding failed.
fn reason<T: Decode>(text: &str, error: &serde_json::Error) -> String {
    let value = serde_json::from_str::<Value>(text);
    match value.map(|value| from_value::<T>(&value)) {
        Ok(Err(mismatch)) => mismatch.to_string(),
        _ => error.to_string(),
    }
}

/// For types that aren't unions.
fn no_variant<T>(_: &T) -> Option<usize> {
    None
}
