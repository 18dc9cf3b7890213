//! Finds the operations and inputs of a device login.

use super::flow::{self, Endpoint, Endpoints};
use super::{DeviceLogin, LoginRequest, OperationRequest, Role, RoleInput, inputs};
use crate::analyse::target;
use crate::diagnostic::{Diagnostics, Stage};
use crate::ir::{Api, BodyKind, Input, InputId, Operation, OperationId, Primitive, Shape, TypeRef};
use crate::options::{DeviceLoginOptions, Options};
use crate::pointer::Pointer;

const ROLES: &[Role] = &[
    Role::ClientId,
    Role::ClientSecret,
    Role::Scope,
    Role::Audience,
    Role::GrantType,
    Role::DeviceCode,
    Role::RefreshToken,
    Role::Code,
    Role::CodeVerifier,
    Role::RedirectUri,
];

/// The roles of a device authorization request, and whether each is required.
const AUTHORIZATION: &[(Role, bool)] = &[
    (Role::ClientId, true),
    (Role::ClientSecret, false),
    (Role::Scope, false),
    (Role::Audience, false),
];

/// The roles of a token request, and whether each is required.
const TOKEN: &[(Role, bool)] = &[
    (Role::GrantType, true),
    (Role::ClientId, false),
    (Role::ClientSecret, false),
    (Role::DeviceCode, true),
    (Role::RefreshToken, false),
    (Role::Code, false),
    (Role::CodeVerifier, false),
    (Role::RedirectUri, false),
];

/// Finds the operations and inputs of the device login. Returns `None` if there is no login, or after
/// reporting an error: the document lacks something that the options name, or it is ambiguous.
pub fn resolve(api: &Api, options: &Options, diagnostics: &mut Diagnostics) -> Option<DeviceLogin> {
    let none = DeviceLoginOptions::default();
    let mut resolver = Resolver {
        api,
        options: options.device_login.as_ref().unwrap_or(&none),
        problems: Vec::new(),
    };
    let named = &resolver.options;
    let login = match (&named.authorization, &named.token, &named.scheme) {
        (Some(authorization), Some(token), None) => resolver.named(authorization, token),
        (None, None, scheme) => {
            let endpoints = flow::find(api, scheme.as_deref(), diagnostics);
            match endpoints {
                Some(endpoints) if options.device_login.is_some() => resolver.of_flow(&endpoints),
                Some(endpoints) => {
                    let login = resolver.of_flow_if_fit(&endpoints);
                    resolver.warn(diagnostics);
                    Some(login)
                }
                None if options.device_login.is_some() && !diagnostics.has_errors() => {
                    resolver.no_flow();
                    None
                }
                None => None,
            }
        }
        _ => {
            resolver.error(
                &Pointer::root(),
                "`device-login` must set both operations or neither"
                    .to_owned(),
                "set both `device-login.authorization` and `device-login.token`, or remove the one that is set"
                    .to_owned(),
            );
            None
        }
    };
    if let Some(login) = &login {
        resolver.unused_names(login);
    }
    let complete = resolver.problems.is_empty();
    for Problem {
        pointer,
        message,
        help,
    } in resolver.problems
    {
        diagnostics.error(Stage::Options, &pointer, message, help);
    }
    login.filter(|_| complete)
}

/// The reason why an operation can't be part of the login.
struct Problem {
    pointer: Pointer,
    message: String,
    help: String,
}

struct Resolver<'a> {
    api: &'a Api,
    options: &'a DeviceLoginOptions,
    problems: Vec<Problem>,
}

impl Resolver<'_> {
    fn error(&mut self, pointer: &Pointer, message: String, help: String) {
        self.problems.push(Problem {
            pointer: pointer.clone(),
            message,
            help,
        });
    }

    /// Returns the login with the operations that the options name.
    fn named(&mut self, authorization: &str, token: &str) -> Option<DeviceLogin> {
        let authorization = self.operation("authorization", authorization);
        let token = self.operation("token", token);
        let (authorization, token) = (authorization?, token?);
        Some(DeviceLogin {
            authorization: LoginRequest::Operation(self.request(authorization, AUTHORIZATION)),
            token: LoginRequest::Operation(self.request(token, TOKEN)),
        })
    }

    /// Returns the login of a flow that the options select. An operation at one of its URLs has to be
    /// usable.
    fn of_flow(&mut self, endpoints: &Endpoints<'_>) -> Option<DeviceLogin> {
        Some(DeviceLogin {
            authorization: self.step(&endpoints.authorization, AUTHORIZATION),
            token: self.step(&endpoints.token, TOKEN),
        })
    }

    fn step(&mut self, endpoint: &Endpoint<'_>, roles: &[(Role, bool)]) -> LoginRequest {
        match endpoint.operation(self.api) {
            Some(id) => LoginRequest::Operation(self.request(id, roles)),
            None => LoginRequest::Standard(endpoint.reference(self.api)),
        }
    }

    /// Returns the login of a flow that the options don't select. If the operation at a URL isn't usable,
    /// the client sends the request of the RFC instead.
    fn of_flow_if_fit(&mut self, endpoints: &Endpoints<'_>) -> DeviceLogin {
        let mut step = |endpoint: &Endpoint<'_>, roles| {
            let known = self.problems.len();
            let step = self.step(endpoint, roles);
            match self.problems.len() == known {
                true => step,
                false => LoginRequest::Standard(endpoint.reference(self.api)),
            }
        };
        DeviceLogin {
            authorization: step(&endpoints.authorization, AUTHORIZATION),
            token: step(&endpoints.token, TOKEN),
        }
    }

    /// Reports the problems as warnings: the client works without these operations.
    fn warn(&mut self, diagnostics: &mut Diagnostics) {
        for Problem {
            pointer,
            message,
            help,
        } in self.problems.drain(..)
        {
            diagnostics.warning(
                Stage::Options,
                &pointer,
                format!("{message}; the client sends the request of RFC 8628 instead"),
                help,
            );
        }
    }

    fn no_flow(&mut self) {
        let message = match &self.options.scheme {
            Some(name) => {
                format!(
                    "the document has no security scheme `{name}` with a device authorization flow"
                )
            }
            None => "no security scheme has a device authorization flow".to_owned(),
        };
        self.error(
            &Pointer::root(),
            message,
            "set `device-login.authorization` and `device-login.token` to operations of the document"
                .to_owned(),
        );
    }

    fn operation(&mut self, key: &str, id: &str) -> Option<OperationId> {
        let found = self
            .api
            .operations
            .iter()
            .position(|operation| operation.id == id);
        if found.is_none() {
            self.error(
                &Pointer::root(),
                format!("the document has no operation `{id}`, which the options of the device login name"),
                format!("set `device-login.{key}` to an `operationId` of the document"),
            );
        }
        found.map(OperationId)
    }

    fn request(&mut self, id: OperationId, roles: &[(Role, bool)]) -> OperationRequest {
        let api = self.api;
        let operation = &api.operations[id.0];
        let mut assigned: Vec<RoleInput> = Vec::new();
        for (id, input) in inputs(operation) {
            let role = roles
                .iter()
                .map(|(role, _)| *role)
                .filter(|role| assigned.iter().all(|part| part.role != *role))
                .find(|role| self.name(*role) == input.name);
            match role {
                Some(role) => assigned.extend(self.part(operation, role, id, input)),
                None if input.required => self.unknown(operation, input),
                None => {}
            }
        }
        match &operation.body {
            Some(body) if body.required && !matches!(body.kind, BodyKind::Form(_)) => self.error(
                &body.pointer,
                format!(
                    "`{}` requires a body of `{}`, but a device login sends a form",
                    operation.id, body.media_type
                ),
                "offer `application/x-www-form-urlencoded`, as RFC 8628 requires".to_owned(),
            ),
            _ => {}
        }
        let missing = roles
            .iter()
            .filter(|(role, needed)| *needed && assigned.iter().all(|part| part.role != *role));
        for (role, _) in missing {
            let name = self.name(*role).to_owned();
            // A field of a wrong type has been reported already.
            if inputs(operation).all(|(_, input)| input.name != name) {
                self.error(
                    &operation.pointer,
                    format!(
                        "`{}` has no form field or parameter `{name}`, which a device login requires",
                        operation.id
                    ),
                    format!("set the name of the field in `device-login.{}`", role.key()),
                );
            }
        }
        OperationRequest {
            operation: id,
            assigned,
        }
    }

    fn part(
        &mut self,
        operation: &Operation,
        role: Role,
        id: InputId,
        input: &Input,
    ) -> Option<RoleInput> {
        match list_of_text(self.api, &input.ty) {
            Some(list) if !list || role.may_be_list() => {
                if (role == Role::RefreshToken || role.is_of_browser()) && input.required {
                    self.unknown(operation, input);
                }
                Some(RoleInput {
                    role,
                    input: id,
                    list,
                })
            }
            // A device login works without the field.
            _ if role.is_of_browser() && role.named(self.options).is_none() && !input.required => {
                None
            }
            _ => {
                let takes = if role.may_be_list() {
                    "a string or a list of strings"
                } else {
                    "a string"
                };
                self.error(
                    &input.pointer,
                    format!(
                        "`{}` of `{}` isn't {takes}, so a device login can't set it",
                        input.name, operation.id
                    ),
                    format!(
                        "set the name of another field in `device-login.{}`",
                        role.key()
                    ),
                );
                None
            }
        }
    }

    fn unknown(&mut self, operation: &Operation, input: &Input) {
        self.error(
            &input.pointer,
            format!(
                "`{}` requires `{}`, for which a device login has no value",
                operation.id, input.name
            ),
            "set its role in `device-login`, or make it optional".to_owned(),
        );
    }

    fn name(&self, role: Role) -> &str {
        role.named(self.options).unwrap_or(role.standard())
    }

    /// Reports names in the options that no input has.
    fn unused_names(&mut self, login: &DeviceLogin) {
        for role in ROLES {
            let Some(name) = role.named(self.options) else {
                continue;
            };
            let requests = [(&login.authorization, AUTHORIZATION), (&login.token, TOKEN)];
            let asked: Vec<_> = requests
                .into_iter()
                .filter(|(_, roles)| roles.iter().any(|(known, _)| known == role))
                .filter_map(|(step, _)| step.operation())
                .map(|request| &self.api.operations[request.operation.0])
                .collect();
            let mut known = asked.iter().flat_map(|operation| inputs(operation));
            if known.any(|(_, input)| input.name == name) {
                continue;
            }
            let ids: Vec<_> = asked
                .iter()
                .map(|operation| format!("`{}`", operation.id))
                .collect();
            let pointer = asked
                .first()
                .map_or_else(Pointer::root, |operation| operation.pointer.clone());
            let of_what = match ids.as_slice() {
                [] => "the requests of RFC 8628".to_owned(),
                ids => ids.join(" or "),
            };
            self.error(
                &pointer,
                format!("no form field or parameter of {of_what} is called `{name}`"),
                format!("correct or remove `device-login.{}`", role.key()),
            );
        }
    }
}

/// Returns whether a type is a list of strings; `None` if it is neither that nor a string.
fn list_of_text(api: &Api, ty: &TypeRef) -> Option<bool> {
    match target(api, ty) {
        TypeRef::Array(items) => is_text(api, items).then_some(true),
        other => is_text(api, other).then_some(false),
    }
}

fn is_text(api: &Api, ty: &TypeRef) -> bool {
    match target(api, ty) {
        TypeRef::Primitive(Primitive::String) => true,
        TypeRef::Named(id) => matches!(api.types[id.0].shape, Shape::StringEnum(_)),
        _ => false,
    }
}
