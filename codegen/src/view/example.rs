//! Code examples: for a first call, for each operation, and for the device login.

mod responses;
mod values;

use serde_json::Value;

use self::values::{Values, text_of};
use super::print::{RustExpr, StrLit};
use super::types::Context;
use crate::device_login::{DeviceLogin, Role};
use crate::facts::OutputShape;
use crate::ir::{
    Body, Input, InputKind, InputRef, Operation, OperationId, ResponseKind, SchemeKind,
};

/// The maximum number of optional parameters and form fields that an example sets.
const SETTERS: usize = 4;

/// The longest arguments of a method that are on one line, as rustfmt breaks them (`fn_call_width`).
const LONGEST: usize = 62;

/// A code example in three parts, each as lines.
pub struct Example {
    /// The imports.
    pub(super) uses: Vec<String>,
    /// The calls that set the credentials and, if the client needs one, the base URL.
    pub(super) setters: Vec<String>,
    /// The lines that use the client.
    pub(super) call: Vec<String>,
}

impl Example {
    /// Creates an example. `items` are those of the library that it imports, and `call` the lines after the client
    /// is built.
    fn new(library: &str, items: &[&str], setters: Vec<String>, call: Vec<String>) -> Self {
        let uses = match items {
            [one] => format!("use {library}::{one};"),
            many => format!("use {library}::{{{}}};", many.join(", ")),
        };
        Self {
            uses: vec![uses],
            setters,
            call,
        }
    }

    /// Returns the example for a page, with a function around it, so that readers can copy the complete
    /// code.
    pub fn page(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.uses.clone();
        lines.push(String::new());
        lines.push("async fn example() -> Result<(), Box<dyn std::error::Error>> {".to_owned());
        let body = self.client().into_iter().chain(self.call.clone());
        lines.extend(body.map(|line| match line.as_str() {
            "" => String::new(),
            line => format!("    {line}"),
        }));
        lines.push("    Ok(())".to_owned());
        lines.push("}".to_owned());
        lines
    }

    /// Returns the example for rustdoc. The function around it is hidden. It and the imports are compiled on the
    /// condition `gate`: they may name the module of a group.
    pub fn hidden(&self, gate: Option<&RustExpr>) -> Vec<String> {
        self.in_function("", gate, self.client())
    }

    /// Like [`Self::hidden`], for a client that the reader has built.
    pub fn with_client(&self, gate: Option<&RustExpr>) -> Vec<String> {
        self.in_function("client: Client", gate, Vec::new())
    }

    fn in_function(
        &self,
        arguments: &str,
        gate: Option<&RustExpr>,
        start: Vec<String>,
    ) -> Vec<String> {
        let condition = gate.map(|gate| format!("# #[cfg({gate})]"));
        let mut lines = Vec::new();
        for import in &self.uses {
            lines.extend(condition.clone());
            lines.push(import.clone());
        }
        lines.push(String::new());
        lines.extend(condition);
        lines.push(format!(
            "# async fn example({arguments}) -> Result<(), Box<dyn std::error::Error>> {{"
        ));
        lines.extend(start);
        lines.extend(self.call.iter().cloned());
        lines.push("# Ok(())".to_owned());
        lines.push("# }".to_owned());
        lines
    }

    /// Returns `let client = …` and an empty line.
    fn client(&self) -> Vec<String> {
        let mut lines = vec!["let client = Client::builder()".to_owned()];
        lines.extend(self.setters.iter().map(|setter| format!("    {setter}")));
        lines.push("    .build()?;".to_owned());
        lines.push(String::new());
        lines
    }

    /// Returns the example for rustdoc, without the lines that build the client.
    pub fn call(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.uses.iter().map(|it| format!("# {it}")).collect();
        lines.push(
            "# async fn example(client: Client) -> Result<(), Box<dyn std::error::Error>> {"
                .to_owned(),
        );
        lines.extend(self.call.iter().cloned());
        lines.push("# Ok(())".to_owned());
        lines.push("# }".to_owned());
        lines
    }
}

impl Context<'_> {
    /// Returns a call of an operation with its required inputs and some optional ones. Returns `None` if
    /// the example would be too long to be useful.
    pub fn example(&self, id: OperationId, operation: &Operation) -> Option<Example> {
        let mut values = Values::new(self);
        let chain = self.chain(&mut values, id, operation, SETTERS)?;
        let outcome = self.outcome(id);
        let is_events = |id| matches!(outcome.kind(id), ResponseKind::Events(_));
        let is_json_stream = |id| matches!(outcome.kind(id), ResponseKind::JsonStream(_));
        let (start, print): (&str, &[&str]) = match outcome.shape {
            OutputShape::Unit => ("client", &[]),
            OutputShape::Single(response) if is_json_stream(response) => (
                "let mut items = client",
                &[
                    "while let Some(item) = items.next().await {",
                    "    println!(\"{:?}\", item?);",
                    "}",
                ],
            ),
            OutputShape::Single(response) if is_events(response) => (
                "let mut events = client",
                &[
                    "while let Some(event) = events.next().await {",
                    "    println!(\"{:?}\", event?);",
                    "}",
                ],
            ),
            OutputShape::Single(_) | OutputShape::Optional(_) | OutputShape::Enum => {
                ("let response = client", &["println!(\"{response:?}\");"])
            }
        };
        let mut lines = vec![start.to_owned()];
        lines.extend(chain);
        lines.push("    .await?;".to_owned());
        lines.extend(print.iter().map(|it| (*it).to_owned()));
        Some(Example::new(
            &self.library(),
            &values.imports(),
            self.client_setters(Some(operation)),
            lines,
        ))
    }

    /// Returns the methods that create a call of an operation, one a line, with at most `most` setters. Returns
    /// `None` if the example would be too long to be useful.
    fn chain(
        &self,
        values: &mut Values<'_, '_>,
        id: OperationId,
        operation: &Operation,
        most: usize,
    ) -> Option<Vec<String>> {
        let names = self.names.operation(id);
        let mut arguments: Vec<String> = Vec::new();
        let mut setters: Vec<String> = Vec::new();
        for input in operation.inputs() {
            let is_set = match input.input() {
                Some(_) => setters.len() < most && !input.deprecated(),
                // A body shows more than any parameter.
                None => most > 0,
            };
            if !input.required() && !is_set {
                continue;
            }
            let value = match (input.kind, input.input()) {
                (InputKind::Additional(_), _) => continue,
                (InputKind::MediaType(body), _) if input.required() => media_type(body),
                (InputKind::MediaType(_), _) => continue,
                (InputKind::Body(body), _) => values.body(body)?,
                (_, Some(field)) => {
                    let (sample, is_shown) = sample(operation.body.as_ref(), &input, field);
                    if !is_shown {
                        continue;
                    }
                    values.input(field, sample)?
                }
                (_, None) => continue,
            };
            if input.required() {
                arguments.push(value);
            } else {
                setters.push(format!(".{}({value})", names.input(input.id)));
            }
        }

        let mut lines = vec![format!(
            "    .{}()",
            self.names.group(operation.group).accessor
        )];
        let method = &names.method;
        if arguments.iter().map(|it| it.len() + 2).sum::<usize>() > LONGEST {
            lines.push(format!("    .{method}("));
            lines.extend(arguments.iter().map(|it| format!("        {it},")));
            lines.push("    )".to_owned());
        } else {
            lines.push(format!("    .{method}({})", arguments.join(", ")));
        }
        lines.extend(setters.into_iter().map(|setter| format!("    {setter}")));
        Some(lines)
    }

    /// Returns a complete device login.
    pub fn device_login_example(&self, login: &DeviceLogin) -> Example {
        let request = login.authorization.operation();
        let operation = request.map(|request| &self.api.operations[request.operation.0]);
        let part = |role| request.and_then(|request| request.input(role));
        let client_id = part(Role::ClientId)
            .zip(operation)
            .and_then(|(part, operation)| operation.input(part.input)?.input()?.example.as_ref());
        let mut lines = vec!["let login = client".to_owned()];
        lines.push(format!(
            "    .device_login({})",
            StrLit::new(&text_of(client_id, "client-id"))
        ));
        if request.is_none() || part(Role::Scope).is_some() {
            lines.push("    .scopes([\"openid\", \"offline_access\"])".to_owned());
        }
        lines.push("    .start()".to_owned());
        lines.push("    .await?;".to_owned());
        lines.push("println!(".to_owned());
        lines.push("    \"Visit {} and enter {}\",".to_owned());
        lines.push("    login.verification_uri(),".to_owned());
        lines.push("    login.user_code()".to_owned());
        lines.push(");".to_owned());
        lines.push("let tokens = login.wait().await?;".to_owned());
        lines.push("println!(\"{tokens:?}\");".to_owned());
        Example {
            uses: vec![format!("use {}::Client;", self.library())],
            setters: self.client_setters(operation),
            call: lines,
        }
    }

    /// Returns a complete sign-in.
    pub fn sign_in_example(&self) -> Example {
        let request = self
            .device_login
            .and_then(|it| it.authorization.operation());
        let operation = request.map(|request| &self.api.operations[request.operation.0]);
        let lines = [
            "let login = || client.sign_in(\"client-id\");",
            "let tokens = login().scopes([\"openid\", \"offline_access\"]).await?;",
            "let client = client.with_tokens(login().refreshing(tokens));",
        ];
        Example {
            uses: vec![format!("use {}::Client;", self.library())],
            setters: self.client_setters(operation),
            call: lines.map(str::to_owned).to_vec(),
        }
    }

    /// Returns the name of the library: that of the package, with underscores.
    pub fn library(&self) -> String {
        self.options.package.replace('-', "_")
    }

    /// Returns the calls that set the base URL, if the client needs one, and the credentials of the first
    /// security requirement of the operation, if there is one.
    pub(in crate::view) fn client_setters(&self, operation: Option<&Operation>) -> Vec<String> {
        let mut setters = Vec::new();
        if self.needs_base_url() {
            setters.push(format!(".base_url({})", self.example_base_url()));
        }
        let needed =
            operation.and_then(|operation| operation.security.iter().find(|all| !all.is_empty()));
        for scheme in needed.into_iter().flatten() {
            let setter = self.names.scheme(scheme.scheme);
            let arguments = match &self.api.schemes[scheme.scheme.0].kind {
                SchemeKind::Basic => "\"username\", \"password\"",
                SchemeKind::Bearer => "\"token\"",
                SchemeKind::HeaderKey(_) | SchemeKind::QueryKey(_) | SchemeKind::CookieKey(_) => {
                    "\"key\""
                }
                SchemeKind::Authorization(_) => "\"credentials\"",
            };
            setters.push(format!(".{setter}({arguments})"));
        }
        setters
    }

    /// Returns whether the document has no absolute server URL, so that a client needs a base URL.
    pub fn needs_base_url(&self) -> bool {
        self.api
            .servers
            .first()
            .is_none_or(|server| !server.url.contains("://"))
    }
}

/// Returns the document's example for a parameter or form field, and whether the code sets it.
fn sample<'a>(
    body: Option<&'a Body>,
    input: &InputRef<'_>,
    field: &Input,
) -> (Option<&'a Value>, bool) {
    let is_param = matches!(
        input.kind,
        InputKind::Path(_) | InputKind::Query(_) | InputKind::Header(_) | InputKind::Cookie(_)
    );
    // An example of a whole form shows which fields are used together.
    let form = body
        .and_then(|body| body.example.as_ref())
        .and_then(Value::as_object)
        .filter(|form| !form.is_empty() && !is_param);
    let sample = form.and_then(|form| form.get(&field.name));
    (sample, field.required || form.is_none() || sample.is_some())
}

/// Returns a media type for a body whose document doesn't have a complete one.
fn media_type(body: &Body) -> String {
    let name = match body.media_type.split_once("/*") {
        Some(("image", _)) => "image/png".to_owned(),
        Some((main, _)) => format!("{main}/…"),
        None => format!("{}; boundary=…", body.media_type),
    };
    StrLit::new(&name).to_string()
}
