// A program that makes calls, and decodes and encodes examples. The task `contract` appends the parts that depend
// on the client: `start`, `OPERATIONS`, `TYPES`.
#![allow(deprecated, unused_imports, dead_code)]

use std::future::{Future, IntoFuture};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;

use client::runtime::wire::{AsSerialize, Decode, Encode, from_value};
use client::error::ApiError;
use client::{Client, Error};
use serde_json::{Map, Value, json};

/// The arguments of a call by their names in the client.
type Given = Map<String, Value>;
/// A call that has been sent. Its output is encoded again if it is JSON, and null otherwise.
type Sent = Pin<Box<dyn Future<Output = Result<Result<Value, String>, Error>>>>;
type Start = fn(&Client, &str, &mut Given) -> Result<Sent, String>;
type RoundTrip = fn(&Value) -> Result<Value, String>;
type ErrorBody = fn(&ApiError) -> Result<Value, String>;

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
        let line = match made {
            Ok(Value::Null) => json!({ "call": index }),
            Ok(value) => json!({ "call": index, "value": value }),
            Err(error) => json!({ "call": index, "error": error }),
        };
        println!("{line}");
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
) -> Result<Value, String> {
    let operation = call["operation"].as_u64().unwrap_or(u64::MAX) as usize;
    let mut given = call["given"].as_object().cloned().unwrap_or_default();
    let start = OPERATIONS.get(operation).ok_or("no such operation")?;
    let sent = start(client, url, &mut given)?;
    if let Some(name) = given.keys().next() {
        return Err(format!("the call takes no argument `{name}`"));
    }
    match (runtime.block_on(sent), call["fails"] == true) {
        (Ok(output), false) => output,
        (Ok(_), true) => Err("the call succeeded".to_owned()),
        (Err(Error::Api(error)), true) => error_of(&error, call),
        (Err(error), _) => Err(error.to_string()),
    }
}

/// Returns the body of an error, decoded as its type and encoded again; null if it has none.
fn error_of(error: &ApiError, call: &Value) -> Result<Value, String> {
    if call["status"] != error.status().as_u16() {
        return Err(format!("another status: {error}"));
    }
    match call["error_type"].as_u64() {
        None => Ok(Value::Null),
        Some(ty) => ERROR_BODIES.get(ty as usize).ok_or("no such type")?(error),
    }
}

fn error_body<T: Decode + Encode>(error: &ApiError) -> Result<Value, String> {
    encoded(&error.body::<T>().map_err(|error| error.to_string())?)
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
    encoded(&read)
}

/// Encodes a value as text, which represents an `f32` exactly, and reads the text.
fn encoded<T: Encode>(value: &T) -> Result<Value, String> {
    let text = serde_json::to_string(&AsSerialize(value)).map_err(|error| error.to_string())?;
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
    Box::pin(async move { sending.await.map(|_| Ok(Value::Null)) })
}

fn sent_json<T: Encode>(call: impl IntoFuture<Output = Result<T, Error>, IntoFuture: 'static>) -> Sent {
    let sending = call.into_future();
    Box::pin(async move { Ok(encoded(&sending.await?)) })
}
