//! The view of the response headers that the document declares.

use askama::Template;
use serde::Serialize;

use super::docs::documented;
use super::print::{DocLines, RustType, StrLit};
use super::types::{Context, PrintScope};
use crate::ir::{HeaderDef, Response};
use crate::names::RustIdent;
use crate::text;

/// `src/headers.rs`
#[derive(Debug, Serialize, Template)]
#[template(path = "headers.rs.askama")]
pub struct HeadersView {
    pub docs: DocLines,
    pub headers: Vec<HeaderView>,
}

/// A header.
#[derive(Debug, Serialize)]
pub struct HeaderView {
    pub docs: DocLines,
    pub ident: RustIdent,
    pub name: StrLit,
    pub ty: RustType,
}

/// The maximum number of operations in the documentation of a header.
const NAMED: usize = 5;

impl Context<'_> {
    /// `src/headers.rs`
    pub(in crate::view) fn headers_view(&self) -> HeadersView {
        let headers = self.api.headers.iter().enumerate();
        let mut docs = DocLines::default();
        docs.block([
            "The response headers that the document describes, for",
            "[`Response::header`](crate::Response::header) and",
            "[`ApiError::header`](crate::error::ApiError::header).",
        ]);
        if let Some((id, example)) = self.headers_example(None) {
            docs.line("```no_run");
            docs.extend(example.with_client(self.operations_gate(&[id]).as_ref()));
            docs.extend(["```".to_owned()]);
        }
        HeadersView {
            docs,
            headers: headers
                .map(|(index, header)| HeaderView {
                    docs: self.header_docs(header),
                    ident: self.names.header(index).clone(),
                    name: StrLit::new(&header.name),
                    ty: self.ty(&header.ty, PrintScope::Crate),
                })
                .collect(),
        }
    }

    fn header_docs(&self, header: &HeaderDef) -> DocLines {
        let name = text::code(&header.name);
        let mut docs = documented(&header.docs, || format!("The response header {name}."));
        let mut users: Vec<String> = header
            .operations
            .iter()
            .take(NAMED)
            .map(|id| text::code(&self.api.operations[id.0].id))
            .collect();
        if let Some(more) = header
            .operations
            .len()
            .checked_sub(NAMED)
            .filter(|it| *it > 0)
        {
            users.push(format!("{more} more"));
        }
        let users = match users.as_slice() {
            [others @ .., last] if !others.is_empty() => {
                format!("{} and {last}", others.join(", "))
            }
            users => users.concat(),
        };
        let noun = match header.operations.len() {
            1 => "operation",
            _ => "operations",
        };
        docs.line(format!(
            "Responses of the {noun} {users} have the header {name}."
        ));
        docs
    }

    /// Returns the constants for the headers of a response, as rustdoc links.
    pub(in crate::view) fn header_links(&self, response: &Response) -> Vec<String> {
        self.headers_of(response)
            .map(|(ident, _)| format!("[`{ident}`](crate::headers::{ident})"))
            .collect()
    }

    /// Returns the constants for the headers of a response, each with its header.
    pub(in crate::view) fn headers_of(
        &self,
        response: &Response,
    ) -> impl Iterator<Item = (&RustIdent, &HeaderDef)> {
        let index = |name: &str| {
            let all = &self.api.headers;
            all.iter().position(|it| it.name.eq_ignore_ascii_case(name))
        };
        let indices = response
            .headers
            .iter()
            .filter_map(move |it| index(&it.name));
        indices.map(|index| (self.names.header(index), &self.api.headers[index]))
    }
}
