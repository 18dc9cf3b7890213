//! Views of servers, their variables, and the servers of individual operations.

use serde::Serialize;

use super::print::{DocLines, Markdown, RustExpr, StrLit};
use super::types::Context;
use crate::ir::{Operation, Server, ServerVariable};
use crate::names::RustIdent;
use crate::text;

/// A server of a document that has several.
#[derive(Debug, Serialize)]
pub struct ServerView {
    pub docs: DocLines,
    /// The constant.
    pub ident: String,
    pub value: RustExpr,
}

/// A variable of a server's URL.
#[derive(Debug, Serialize)]
pub struct VariableView {
    pub docs: DocLines,
    pub name: StrLit,
    pub setter: RustIdent,
}

/// A row of the table of servers.
#[derive(Debug, Serialize)]
pub struct ServerRow {
    pub setter: Markdown,
    pub what: Markdown,
}

impl Context<'_> {
    /// Returns a sentence about the servers for the documentation of the client.
    pub(super) fn server_sentence(&self) -> String {
        match self.api.servers.first() {
            Some(server) if !self.needs_base_url() => {
                format!(
                    "Returns a builder for a client of {}.",
                    text::code(&server.url)
                )
            }
            Some(server) if server.url != "/" && !server.url.is_empty() => format!(
                "Returns a builder for a client. The document's server is {}, without a host: set the \
                 whole URL with [`ClientBuilder::base_url`].",
                text::code(&server.url)
            ),
            _ => "Returns a builder for a client. The document names no server: set the URL with \
                  [`ClientBuilder::base_url`]."
                .to_owned(),
        }
    }

    /// Returns a base URL for examples, if the document has no host.
    pub(super) fn example_base_url(&self) -> StrLit {
        let path = self.api.servers.first().map_or("", |it| it.url.as_str());
        let path = match path.starts_with('/') && !path.contains(['{', '?', '#']) {
            true => path.trim_end_matches('/'),
            false => "",
        };
        StrLit::new(&format!("https://api.example.com{path}"))
    }

    /// Returns the servers of the document, with the default first.
    pub(super) fn server_list(&self) -> Vec<RustExpr> {
        match self.servers().as_slice() {
            [] => self.api.servers.iter().map(server_value).collect(),
            several => several
                .iter()
                .map(|server| RustExpr::new(format!("Server::{}.0", server.ident)))
                .collect(),
        }
    }

    /// Returns the servers as constants, if there are several.
    pub(super) fn servers(&self) -> Vec<ServerView> {
        if self.api.servers.len() < 2 {
            return Vec::new();
        }
        let servers = self.api.servers.iter().enumerate();
        servers
            .map(|(index, server)| {
                let mut docs = DocLines::default();
                docs.line(format!("{}.", text::code(&server.url)));
                if let Some(description) = &server.description {
                    docs.block(text::markdown(description));
                }
                ServerView {
                    docs,
                    ident: self.names.server(index).bare().to_ascii_uppercase(),
                    value: server_value(server),
                }
            })
            .collect()
    }

    /// Returns the setters of variables.
    pub(super) fn variables(&self) -> Vec<VariableView> {
        let variables = self.api.server_variables.iter().enumerate();
        variables
            .map(|(index, variable)| VariableView {
                docs: variable_docs(variable),
                name: StrLit::new(&variable.name),
                setter: self.names.variable(index).clone(),
            })
            .collect()
    }

    /// Returns the settings of the server, for the front page.
    pub(super) fn server_rows(&self) -> Vec<ServerRow> {
        let code = |text: &str| text::escape_cell(&text::code(text));
        let cell = |text: &Option<String>| match text {
            Some(text) => format!(": {}", text::escape_cell(&text::sentence(text))),
            None => String::new(),
        };
        let mut rows = Vec::new();
        for (server, view) in self.api.servers.iter().zip(self.servers()) {
            rows.push(ServerRow {
                setter: Markdown::new(format!("`.server(Server::{})`", view.ident)),
                what: Markdown::new(code(&server.url) + &cell(&server.description)),
            });
        }
        for (index, variable) in self.api.server_variables.iter().enumerate() {
            rows.push(ServerRow {
                setter: Markdown::new(format!("`.{}(…)`", self.names.variable(index))),
                what: Markdown::new(
                    text::escape_cell(&variable_note(variable)) + &cell(&variable.description),
                ),
            });
        }
        rows
    }

    /// Returns the operation's own servers; empty if it uses those of the document.
    pub(super) fn own_servers<'o>(&self, operation: &'o Operation) -> &'o [Server] {
        let urls = |servers: &[Server]| -> Vec<String> {
            servers.iter().map(|server| server.url.clone()).collect()
        };
        match urls(&operation.servers) == urls(&self.api.servers) {
            true => &[],
            false => &operation.servers,
        }
    }

    /// Returns the operation's own servers as expressions.
    pub(super) fn own_server_list(&self, operation: &Operation) -> Vec<RustExpr> {
        let servers = self.own_servers(operation).iter();
        servers.map(server_value).collect()
    }

    /// Returns a sentence about the operation's own servers, if it has any.
    pub(super) fn own_server_sentence(&self, operation: &Operation) -> Option<String> {
        let servers: Vec<_> = self
            .own_servers(operation)
            .iter()
            .map(|server| text::code(&server.url))
            .collect();
        let (first, others) = servers.split_first()?;
        let others = match others {
            [] => String::new(),
            others => format!(" ({} can be set with `options`)", others.join(" or ")),
        };
        Some(format!(
            "Sent to {first}{others}, unless the client has a base URL of its own."
        ))
    }
}

/// Returns a server as an expression.
fn server_value(server: &Server) -> RustExpr {
    let variable = |it: &ServerVariable| {
        let allowed = it
            .allowed
            .iter()
            .map(|value| StrLit::new(value).to_string());
        format!(
            "crate::runtime::codegen::ServerVariable {{ name: {}, default: {}, allowed: &[{}] }}",
            StrLit::new(&it.name),
            StrLit::new(&it.default),
            allowed.collect::<Vec<_>>().join(", ")
        )
    };
    let variables: Vec<_> = server.variables.iter().map(variable).collect();
    RustExpr::new(format!(
        "crate::runtime::codegen::Server {{ url: {}, variables: &[{}] }}",
        StrLit::new(&server.url),
        variables.join(", ")
    ))
}

fn variable_docs(variable: &ServerVariable) -> DocLines {
    let mut docs = DocLines::default();
    docs.line(format!(
        "Sets the variable {} of the server's URL.",
        text::code(&variable.name)
    ));
    if let Some(description) = &variable.description {
        docs.block(text::markdown(description));
    }
    docs.line(format!("{}.", variable_note(variable)));
    docs
}

/// Returns a note about the default and the allowed values of a variable.
fn variable_note(variable: &ServerVariable) -> String {
    let mut note = format!("Defaults to {}", text::code(&variable.default));
    if !variable.allowed.is_empty() {
        let allowed: Vec<String> = variable.allowed.iter().map(|it| text::code(it)).collect();
        note.push_str(&format!("; the allowed values are {}", allowed.join(", ")));
    }
    note
}
