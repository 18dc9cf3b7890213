// A program that makes calls, and decodes and encodes examples. The task `contract` appends the parts that depend
// on the client: `start`, `OPERATIONS`, `TYPES`.
#![allow(deprecated, unused_imports, dead_code)]

use std::future::{Future, IntoFuture};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;

use client::runtime::wire::{AsSerialize, Decode, Encode, from_value};
use client::{Client, Error};
use serde_json::{Map, Value, json};

/// The arguments of a call by their names in the client.
type Given = Map<String, Value>;
/// A call that has been sent.
type Sent = Pin<Box<dyn Future<Output = Result<(), Error>>>>;
type Start = fn(&Client, &str, &mut Given) -> Result<Sent, String>;
type RoundTrip = fn(&Value) -> Result<Value, String>;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name the file that says what to do")?;
    let plan: Value = serde_json::from_slice(&std::fs::read(path)?)?;
    let base = plan["base_url"].as_str().ok_or("no `base_url`")?;
    let client = connect(base)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    for (index, call) in plan["calls"].as_array().into_iter().flatten().enumerate() {
        let made = caught(|| make(&runtime, &client, &format!("{base}/{index}"), call));
        println!("{}", json!({ "call": index, "error": made.err() }));
    }
    for (index, example) in plan["examples"].as_array().into_iter().flatten().enumerate() {
        let line = match caught(|| round_trip_of(example)) {
            Ok(value) => json!({ "example": index, "value": value }),
            Err(error) => json!({ "example": index, "error": error }),
        };
        println!("{line}");
    }
    Ok(())
}

fn caught<T>(act: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|_| Err("panicked".to_owned()))
}

fn make(
    runtime: &tokio::runtime::Runtime,
    client: &Client,
    url: &str,
    call: &Value,
) -> Result<(), String> {
    let operation = call["operation"].as_u64().unwrap_or(u64::MAX) as usize;
    let mut given = call["given"].as_object().cloned().unwrap_or_default();
    let start = OPERATIONS.get(operation).ok_or("no such operation")?;
    let sent = start(client, url, &mut given)?;
    if let Some(name) = given.keys().next() {
        return Err(format!("the call takes no argument `{name}`"));
    }
    runtime.block_on(sent).map_err(|error| error.to_string())
}

fn round_trip_of(example: &Value) -> Result<Value, String> {
    let ty = example["type"].as_u64().unwrap_or(u64::MAX) as usize;
    TYPES.get(ty).ok_or("no such type")?(&example["value"])
}

/// Decodes a value like a response of the client, and encodes it again.
fn round_trip<T: Decode + Encode>(value: &Value) -> Result<Value, String> {
    let text = value.to_string();
    let mut reader = serde_json::Deserializer::from_str(&text);
    let read = T::decode(&mut reader).map_err(|error| {
        from_value::<T>(value).map_or_else(|mismatch| mismatch.to_string(), |_| error.to_string())
    })?;
    // Encode as text, which represents an `f32` exactly.
    let text = serde_json::to_string(&AsSerialize(&read)).map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

/// Returns a required argument.
fn take<T: Decode>(given: &mut Given, name: &str) -> Result<T, String> {
    let value = given.remove(name).ok_or_else(|| format!("`{name}` isn't given"))?;
    from_value(&value).map_err(|error| format!("`{name}`: {error}"))
}

/// Returns an optional argument.
fn maybe<T: Decode>(given: &mut Given, name: &str) -> Result<Option<T>, String> {
    given.contains_key(name).then(|| take(given, name)).transpose()
}

fn sent<T>(call: impl IntoFuture<Output = Result<T, Error>, IntoFuture: 'static>) -> Sent {
    let sending = call.into_future();
    Box::pin(async move { sending.await.map(drop) })
}
