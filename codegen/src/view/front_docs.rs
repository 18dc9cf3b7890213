//! The rustdoc of a crate's front page: the first call, its errors and headers, the modules and the Cargo
//! features.

use std::collections::BTreeSet;

use super::print::{DocLines, RustExpr};
use super::types::Context;
use crate::ir::{GroupId, Operation, OperationId};
use crate::runtime::{Feature, user_features};
use crate::text;

impl Context<'_> {
    /// Returns the documentation of the crate.
    pub(super) fn front_docs(&self, features: &BTreeSet<Feature>) -> DocLines {
        let mut docs = DocLines::default();
        let title = text::inline(&format!("{} {}", self.api.title, self.api.version));
        docs.line(format!(
            "{} {}.",
            self.subject(),
            title.trim_end_matches('.')
        ));
        if let Some(description) = &self.api.description {
            docs.block(text::markdown(description));
        }
        if let Some((id, operation)) = self.first_call()
            && let Some(example) = self.example(id, operation)
        {
            let gate = self.operations_gate(&[id]);
            docs.line("# First call");
            code(&mut docs, example.hidden(gate.as_ref()));
            docs.line(FIRST_CALL);
            self.errors_section(&mut docs, id, operation, gate.as_ref());
            self.headers_section(&mut docs, id);
            docs.line("# Overview");
            docs.block(self.overview(features));
            docs.line("# Cargo features");
            docs.block(self.features_table(features));
        }
        docs
    }

    fn errors_section(
        &self,
        docs: &mut DocLines,
        id: OperationId,
        operation: &Operation,
        gate: Option<&RustExpr>,
    ) {
        docs.line("# Errors");
        docs.line(
            "A call that fails returns an [`Error`]. A response that isn't a success is [`Error::Api`], with status, \
             headers and body; the other variants are failures to send the request or to read the response.",
        );
        if let Some(example) = self.errors_example(id, operation) {
            code(docs, example.with_client(gate));
        }
        docs.line(
            "The documentation of each call lists the statuses and bodies that the document describes. The \
             client retries transient failures before it returns an error; see [`RetryPolicy`].",
        );
    }

    fn headers_section(&self, docs: &mut DocLines, first: OperationId) {
        docs.line("# Response headers");
        docs.line(format!(
            "`.await` returns the body of the response, and `.response().await` a [`Response`] with status, headers \
             and body.{}",
            match self.api.headers.is_empty() {
                true => "",
                false => " [`headers`] has a typed constant for each header that the document describes.",
            }
        ));
        if let Some((id, example)) = self.headers_example(Some(first)) {
            code(
                docs,
                example.with_client(self.operations_gate(&[id]).as_ref()),
            );
        }
        docs.line(
            "The headers of an error are in [`ApiError::headers`](error::ApiError::headers), and \
             [`Error::retry_after`] reads `Retry-After`.",
        );
    }

    /// Returns an overview of the crate's modules, as a list.
    fn overview(&self, features: &BTreeSet<Feature>) -> Vec<String> {
        let mut list = vec![
            "- [`Client`] has a method for each group of operations. [`ClientBuilder`] sets credentials, timeouts, \
             retries and the transport."
                .to_owned(),
        ];
        if self.device_login.is_some() {
            list.push(
                "- `Client::device_login` signs a user in on a device without a browser (RFC 8628)."
                    .to_owned(),
            );
        }
        if self.sign_in.is_some() {
            list.push(
                match self.device_login.is_some() {
                    true => {
                        "- `Client::sign_in` signs a user in: with a browser if the feature `browser-login` is \
                         enabled and there is one, and with a device login otherwise."
                    }
                    false => {
                        "- `Client::sign_in` (with the feature `browser-login`) signs a user in with a \
                         browser."
                    }
                }
                .to_owned(),
            );
        }
        list.push(self.operations_line());
        list.push(
            "- [`CallOptions`] sets a header, a timeout or a retry policy for one call: \
             `.options(|options| options.header(\"x-trace\", \"1\"))`."
                .to_owned(),
        );
        if self.has_models_module() {
            list.push(
                match self.layout.is_by_group() {
                    true => "- [`models`] has the other types of requests and responses.",
                    false => "- [`models`] has the types of requests and responses.",
                }
                .to_owned(),
            );
        }
        let optional = [
            (
                features.contains(&Feature::Pagination),
                "- [`pagination`] has the streams that `.pages()` and `.items()` of a paginated call return.",
            ),
            (
                features.contains(&Feature::Streaming),
                "- [`streaming`] has uploads, downloads and streams of events.",
            ),
            (
                features.contains(&Feature::OAuth),
                "- [`oauth`] has access tokens, their refresh and storage, and OAuth 2.0 grants.",
            ),
            (
                self.has_webhooks(),
                "- `webhooks` (with the feature of this name) has the requests that the API sends.",
            ),
        ];
        let optional = optional.iter().filter(|(is_there, _)| *is_there);
        list.extend(optional.map(|(_, line)| (*line).to_owned()));
        list.push(
            "- [`error`] has the errors, [`response`] the responses with status and headers, and [`retry`] the \
             retry policy.".to_owned(),
        );
        list
    }

    fn operations_line(&self) -> String {
        let place = match (self.layout.is_by_group(), self.api.groups.first()) {
            (true, Some(_)) => format!(
                "Each group of operations has a module, such as `{}`, with the types that no other group uses, and",
                self.group_module(GroupId(0)),
            ),
            _ => "[`apis`] has a struct for each group of operations, and".to_owned(),
        };
        format!("- {place} a struct for each call with methods for its optional inputs.")
    }

    /// Returns a table of the crate's Cargo features.
    fn features_table(&self, features: &BTreeSet<Feature>) -> Vec<String> {
        let mut table = vec![
            "| Feature | Default | Purpose |".to_owned(),
            "| --- | --- | --- |".to_owned(),
        ];
        if let Some(group) = self.features().next() {
            table.push(format!(
                "| `{group}`, … | yes | One feature for each group of operations, with its models. |"
            ));
        }
        table.extend(user_features(features).iter().map(|feature| {
            let default = match self.default_features().any(|it| it == feature.name) {
                true => "yes",
                false => "",
            };
            format!("| `{}` | {default} | {} |", feature.name, feature.comment)
        }));
        table
    }
}

/// What a reader has to know of async to make the first call.
const FIRST_CALL: &str = "Calls are futures that run on [tokio](https://docs.rs/tokio). In a program without an async \
                          runtime, enable the feature `blocking` and write `.send_blocking()?` in place of `.await?`.";

fn code(docs: &mut DocLines, lines: Vec<String>) {
    docs.line("```no_run");
    docs.extend(lines);
    docs.extend(["```".to_owned()]);
}
