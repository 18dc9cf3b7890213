//! A browser that is told what to do.

use serde_json::{Value, json};

use crate::{Peer, ask};

/// What a person does with a browser, step by step, on a profile of their own.
#[derive(Debug)]
#[must_use = "nothing is done until it is told to run"]
pub struct Browser {
    name: String,
    steps: Vec<Value>,
}

impl Browser {
    /// A browser without a page. The name goes before those of the pictures that it takes.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            steps: Vec::new(),
        }
    }

    /// Opens an address.
    pub fn open(self, url: &str) -> Self {
        self.step(json!({ "open": url }))
    }

    /// Clicks on the first element that this selector finds, once it can be seen.
    pub fn click(self, selector: &str) -> Self {
        self.step(json!({ "click": selector }))
    }

    /// Types into the first element that this selector finds, once it can be seen.
    pub fn type_into(self, selector: &str, text: &str) -> Self {
        self.step(json!({ "type": { "into": selector, "text": text } }))
    }

    /// Presses a key.
    pub fn press(self, key: &str) -> Self {
        self.step(json!({ "press": key }))
    }

    /// Waits until this text can be seen.
    pub fn see(self, text: &str) -> Self {
        self.step(json!({ "see": text }))
    }

    /// Takes a picture of what can be seen.
    pub fn screenshot(self, name: &str) -> Self {
        let name = format!("{}-{name}", self.name);
        self.step(json!({ "screenshot": name }))
    }

    /// Does all of it, and gives the text on the last page.
    ///
    /// # Panics
    ///
    /// If a step can't be done.
    pub async fn run(self) -> String {
        let text = ask(Peer::Browser, &Value::Array(self.steps)).await;
        text.as_str().expect("a text").to_owned()
    }

    fn step(mut self, step: Value) -> Self {
        self.steps.push(step);
        self
    }
}
