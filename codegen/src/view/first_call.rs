//! The program that makes a first call, for a new client.

use askama::Template;
use serde::Serialize;

use super::print::Markdown;
use super::types::Context;
use crate::text;

/// `examples/first_call.rs`, which belongs to the client's author as soon as it is written.
#[derive(Debug, Serialize, Template)]
#[template(path = "first_call.rs.askama")]
pub struct FirstCallView {
    /// The method and the path of the operation.
    call: Markdown,
    /// The default server. Empty if the document has none.
    base_url: Markdown,
    /// The imports.
    uses: Vec<String>,
    /// The calls that give the client credentials.
    setters: Vec<String>,
    /// The lines that use the client.
    lines: Vec<String>,
}

impl Context<'_> {
    /// Returns the program that makes the introductory call. Returns `None` if the document has no operation,
    /// or one with too many inputs.
    pub(super) fn first_call_view(&self) -> Option<FirstCallView> {
        let (id, operation) = self.first_call()?;
        let example = self.example(id, operation)?;
        Some(FirstCallView {
            call: Markdown::new(text::code(&format!(
                "{} {}",
                operation.method, operation.path
            ))),
            base_url: Markdown::new(match self.needs_base_url() {
                true => String::new(),
                false => text::code(self.api.servers.first().map_or("", |it| &it.url)),
            }),
            uses: example.uses,
            setters: example.setters,
            lines: example.call,
        })
    }
}
