//! Views of a device login: the code that sends its requests, and its page.

use askama::Template;
use serde::Serialize;

use super::print::{DocLines, Markdown, RustExpr, StrLit};
use super::types::{Context, PrintScope};
use crate::device_login::{DeviceLogin, LoginRequest, OperationRequest, Role, RoleInput};
use crate::ir::{Input, Primitive, TypeRef};
use crate::names::RustIdent;
use crate::text;

/// `src/device_login.rs`
#[derive(Debug, Serialize, Template)]
#[template(path = "device_login.rs.askama")]
pub struct DeviceLoginView {
    pub docs: DocLines,
    pub takes_scopes: bool,
    pub audiences: RustExpr,
    pub takes_client_secret: bool,
    pub takes_refresh_token: bool,
    pub takes_code: bool,
    pub authorize: StepView,
    pub token: StepView,
}

impl DeviceLoginView {
    /// Returns whether the file uses `standard_flow`.
    pub fn uses_standard(&self) -> bool {
        let standard = |step: &StepView| matches!(step, StepView::Standard(_));
        standard(&self.authorize) || standard(&self.token)
    }
}

/// How a request is sent.
#[derive(Debug, Serialize)]
pub enum StepView {
    /// With a call of the client.
    Call(RequestView),
    /// As the RFC specifies, to this URL.
    Standard(StrLit),
}

impl StepView {
    /// Returns whether the method or a setter is deprecated.
    pub fn deprecated(&self) -> bool {
        match self {
            StepView::Call(request) => request.deprecated,
            StepView::Standard(_) => false,
        }
    }
}

/// The call that sends a request.
#[derive(Debug, Serialize)]
pub struct RequestView {
    pub accessor: RustIdent,
    pub method: RustIdent,
    pub arguments: Vec<RustExpr>,
    pub setters: Vec<SetterView>,
    /// Whether the method or a setter is deprecated.
    pub deprecated: bool,
}

/// A setter of the call.
#[derive(Debug, Serialize)]
pub struct SetterView {
    pub ident: RustIdent,
    /// The condition under which it is called.
    pub condition: Option<RustExpr>,
    pub value: RustExpr,
}

/// `docs/device-login.md`
#[derive(Debug, Serialize, Template)]
#[template(path = "docs/device_login.md.askama")]
pub struct DeviceLoginPage {
    pub library: Markdown,
    pub authorization: Markdown,
    pub token: Markdown,
    /// Whether a request is sent as the RFC specifies.
    pub sends_standard: bool,
    pub rows: Vec<PartRow>,
    pub takes_refresh_token: bool,
    pub takes_client_secret: bool,
    /// The lines of the example.
    pub example: Vec<String>,
}

/// A field and its role.
#[derive(Debug, Serialize)]
pub struct PartRow {
    pub part: Markdown,
    pub operation: Markdown,
    pub field: Markdown,
}

impl Context<'_> {
    /// `src/device_login.rs`
    pub(super) fn device_login_view(&self, login: &DeviceLogin) -> DeviceLoginView {
        let ids = [&login.authorization, &login.token].map(|step| match step {
            LoginRequest::Operation(request) => {
                text::code(&self.api.operations[request.operation.0].id)
            }
            LoginRequest::Standard(address) => format!("the endpoint {}", text::code(address)),
        });
        let mut docs = DocLines::default();
        docs.block(text::markdown(&format!(
            "Starts a login on a device without a browser or keyboard ([RFC \
             8628](https://www.rfc-editor.org/rfc/rfc8628)).\n\n\
             {} issues the code that the user enters on another device. The client then polls {} \
             until the user has approved or denied the login. `client_id` identifies the app.",
            ids[0], ids[1]
        )));
        docs.line("# Example");
        docs.line("```no_run");
        docs.extend(self.device_login_example(login).hidden(None));
        docs.extend(["```".to_owned()]);
        DeviceLoginView {
            docs,
            takes_scopes: takes(&login.authorization, Role::Scope),
            audiences: RustExpr::new(match &login.authorization {
                LoginRequest::Standard(_) => "usize::MAX",
                LoginRequest::Operation(request) => match request.input(Role::Audience) {
                    None => "0",
                    Some(RoleInput { list: false, .. }) => "1",
                    Some(RoleInput { list: true, .. }) => "usize::MAX",
                },
            }),
            takes_client_secret: takes_client_secret(login),
            takes_refresh_token: self.takes_refresh_token(login),
            takes_code: self.takes_code(login),
            authorize: self.step_view(&login.authorization),
            token: self.step_view(&login.token),
        }
    }

    /// Returns whether the token request can also refresh tokens.
    fn takes_refresh_token(&self, login: &DeviceLogin) -> bool {
        self.takes_grant(login, &[Role::RefreshToken])
    }

    /// Returns whether the token request can also redeem an authorization code.
    fn takes_code(&self, login: &DeviceLogin) -> bool {
        self.takes_grant(login, &[Role::Code, Role::CodeVerifier])
    }

    /// Returns whether the token request has the fields of another grant. It can't be used for that if
    /// the device code is required.
    fn takes_grant(&self, login: &DeviceLogin, roles: &[Role]) -> bool {
        let LoginRequest::Operation(request) = &login.token else {
            return true;
        };
        let device_code = request.input(Role::DeviceCode);
        let needed = device_code
            .and_then(|part| self.input(request, part))
            .is_some_and(|input| input.required);
        roles.iter().all(|role| request.input(*role).is_some()) && !needed
    }

    fn step_view(&self, step: &LoginRequest) -> StepView {
        match step {
            LoginRequest::Operation(request) => StepView::Call(self.request_view(request)),
            LoginRequest::Standard(address) => StepView::Standard(StrLit::new(address)),
        }
    }

    fn input(&self, request: &OperationRequest, part: RoleInput) -> Option<&Input> {
        self.api.operations[request.operation.0]
            .input(part.input)?
            .input()
    }

    fn request_view(&self, request: &OperationRequest) -> RequestView {
        let operation = &self.api.operations[request.operation.0];
        let names = self.names.operation(request.operation);
        let mut view = RequestView {
            accessor: self.names.group(operation.group).accessor.clone(),
            method: names.method.clone(),
            arguments: Vec::new(),
            setters: Vec::new(),
            deprecated: operation.deprecated,
        };
        for part in &request.assigned {
            let Some(input) = self.input(request, *part) else {
                continue;
            };
            let (condition, value) = value(*part, input.required);
            let value = self.as_argument(input, part.list, value);
            if input.required {
                view.arguments.push(value);
            } else {
                view.deprecated |= input.deprecated;
                view.setters.push(SetterView {
                    ident: names.input(part.input).clone(),
                    condition: condition.map(RustExpr::new),
                    value,
                });
            }
        }
        view
    }

    /// Returns a string or a list of strings as an argument of a call's method.
    fn as_argument(&self, input: &Input, list: bool, value: &str) -> RustExpr {
        let own = self.ty(&input.ty, PrintScope::Crate);
        let optional = input.required && input.nullable;
        let of_strings = match self.resolved(&input.ty) {
            TypeRef::Array(items) => self.is_string(&items),
            ty => self.is_string(&ty),
        };
        // A method takes any iterator for a list, unless the list may be null.
        let value = match (list, of_strings) {
            (true, false) if optional => format!("{value}.into_iter().map(Into::into).collect()"),
            (false, false) if optional => format!("{own}::from({value})"),
            (false, true) if optional && value == "request.grant_type" => {
                format!("{value}.to_owned()")
            }
            _ => value.to_owned(),
        };
        RustExpr::new(if optional {
            format!("Some({value})")
        } else {
            value
        })
    }

    fn is_string(&self, ty: &TypeRef) -> bool {
        self.resolved(ty) == TypeRef::Primitive(Primitive::String)
    }

    /// `docs/device-login.md`
    pub(super) fn device_login_page(&self, login: &DeviceLogin) -> DeviceLoginPage {
        let link = |request: &OperationRequest| {
            let operation = &self.api.operations[request.operation.0];
            let api = &self.names.group(operation.group).api;
            let method = &self.names.operation(request.operation).method;
            Markdown::new(format!(
                "[`{api}::{method}`](apis/{api}.md#{})",
                method.bare()
            ))
        };
        let steps = [&login.authorization, &login.token];
        let place = |step: &LoginRequest| match step {
            LoginRequest::Operation(request) => link(request),
            LoginRequest::Standard(address) => {
                Markdown::new(format!("the endpoint {}", text::code(address)))
            }
        };
        let rows = steps
            .into_iter()
            .filter_map(LoginRequest::operation)
            .flat_map(|request| {
                request
                    .assigned
                    .iter()
                    .map(move |part| (request, *part, self.input(request, *part)))
            })
            .filter_map(|(request, part, input)| {
                Some(PartRow {
                    part: Markdown::new(phrase(part)),
                    operation: link(request),
                    field: Markdown::new(text::escape_cell(&text::code(&input?.name))),
                })
            })
            .collect();
        DeviceLoginPage {
            library: Markdown::new(self.library()),
            authorization: place(&login.authorization),
            token: place(&login.token),
            sends_standard: steps.iter().any(|step| step.operation().is_none()),
            rows,
            takes_refresh_token: self.takes_refresh_token(login),
            takes_client_secret: takes_client_secret(login),
            example: self.device_login_example(login).page(),
        }
    }
}

fn takes_client_secret(login: &DeviceLogin) -> bool {
    [&login.authorization, &login.token]
        .iter()
        .any(|step| takes(step, Role::ClientSecret))
}

/// Returns whether a request has a field for a role.
fn takes(step: &LoginRequest, role: Role) -> bool {
    step.operation()
        .is_none_or(|request| request.input(role).is_some())
}

/// Returns the condition under which the field for a role is set, and its value in the runtime's request.
fn value(part: RoleInput, required: bool) -> (Option<&'static str>, &'static str) {
    match (part.role, required) {
        // HTTP Basic replaces the field if the operation can do without it.
        (Role::ClientId, false) => (Some("let Some(id) = request.optional_client_id"), "id"),
        (Role::ClientId, true) => (None, "request.client_id"),
        (Role::GrantType, _) => (None, "request.grant_type"),
        (Role::Scope, _) => (
            Some("!request.scopes.is_empty()"),
            if part.list {
                "request.scopes"
            } else {
                "request.scopes.join(\" \")"
            },
        ),
        // The runtime has checked that there is only one audience for a single field.
        (Role::Audience, _) => (
            Some("!request.audiences.is_empty()"),
            if part.list {
                "request.audiences"
            } else {
                "request.audiences.concat()"
            },
        ),
        (Role::ClientSecret, false) => (Some("let Some(secret) = request.client_secret"), "secret"),
        (Role::ClientSecret, true) => (None, "request.client_secret.unwrap_or_default()"),
        (Role::DeviceCode, false) => (Some("let Some(code) = request.device_code"), "code"),
        (Role::DeviceCode, true) => (None, "request.device_code.unwrap_or_default()"),
        (Role::RefreshToken, false) => (Some("let Some(token) = request.refresh_token"), "token"),
        (Role::RefreshToken, true) => (None, "request.refresh_token.unwrap_or_default()"),
        // A field of another grant is optional.
        (Role::Code, _) => (Some("let Some(code) = request.code"), "code"),
        (Role::CodeVerifier, _) => (
            Some("let Some(verifier) = request.code_verifier"),
            "verifier",
        ),
        (Role::RedirectUri, _) => (Some("let Some(uri) = request.redirect_uri"), "uri"),
    }
}

/// Returns the description of a role in the table of the page.
fn phrase(part: RoleInput) -> &'static str {
    match (part.role, part.list) {
        (Role::ClientId, _) => "the client ID",
        (Role::ClientSecret, _) => "the client secret",
        (Role::Scope, true) => "the scopes, one per item",
        (Role::Scope, false) => "the scopes, separated by spaces",
        (Role::Audience, true) => "the audiences, one per item",
        (Role::Audience, false) => "at most one audience",
        (Role::GrantType, _) => "the grant type",
        (Role::DeviceCode, _) => "the device code",
        (Role::RefreshToken, _) => "the refresh token",
        (Role::Code, _) => "the authorization code of a sign-in with a browser",
        (Role::CodeVerifier, _) => "the verifier of that code",
        (Role::RedirectUri, _) => "the redirect URI of such a sign-in",
    }
}
