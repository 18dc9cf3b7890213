//! A browser that performs a list of steps.

use serde_json::{Value, json};

use crate::{Peer, ask};

/// The steps of a person in a browser, with a profile of their own.
#[derive(Debug)]
#[must_use = "the steps are performed by `run` only"]
pub struct Browser {
    name: String,
    steps: Vec<Value>,
}

impl Browser {
    /// Creates an empty list of steps. The name is the prefix of the screenshots.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            steps: Vec::new(),
        }
    }

    /// Opens a URL.
    pub fn open(self, url: &str) -> Self {
        self.step(json!({ "open": url }))
    }

    /// Clicks on the first element that matches the selector, once it is visible.
    pub fn click(self, selector: &str) -> Self {
        self.step(json!({ "click": selector }))
    }

    /// Types into the first element that matches the selector, once it is visible.
    pub fn type_into(self, selector: &str, text: &str) -> Self {
        self.step(json!({ "type": { "into": selector, "text": text } }))
    }

    /// Presses a key.
    pub fn press(self, key: &str) -> Self {
        self.step(json!({ "press": key }))
    }

    /// Waits until this text is visible.
    pub fn see(self, text: &str) -> Self {
        self.step(json!({ "see": text }))
    }

    /// Takes a screenshot.
    pub fn screenshot(self, name: &str) -> Self {
        let name = format!("{}-{name}", self.name);
        self.step(json!({ "screenshot": name }))
    }

    /// Performs all steps, and returns the text of the last page.
    ///
    /// # Panics
    ///
    /// Panics if a step fails.
    pub async fn run(self) -> String {
        let text = ask(Peer::Browser, &Value::Array(self.steps)).await;
        text.as_str().expect("a text").to_owned()
    }

    fn step(mut self, step: Value) -> Self {
        self.steps.push(step);
        self
    }
}
