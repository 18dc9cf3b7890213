//! The device login (RFC 8628) that the options name: which field of which operation plays which
//! part in it.

use crate::diagnostic::{Diagnostics, Stage};
use crate::ir::{Api, BodyKind, Input, Operation, OperationId, Primitive, Shape, TypeRef};
use crate::options::{DeviceLoginOptions, Options};
use crate::pointer::Pointer;

/// The part that a field plays in a device login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Which app asks.
    ClientId,
    /// The proof that it is the app.
    ClientSecret,
    /// What the app asks for.
    Scope,
    /// Which services the tokens are for.
    Audience,
    /// What is exchanged for tokens.
    GrantType,
    /// The code of the device.
    DeviceCode,
    /// The token for the next access token.
    RefreshToken,
}

impl Role {
    /// The key of the options that names its field.
    pub fn key(self) -> &'static str {
        match self {
            Role::ClientId => "client-id",
            Role::ClientSecret => "client-secret",
            Role::Scope => "scope",
            Role::Audience => "audience",
            Role::GrantType => "grant-type",
            Role::DeviceCode => "device-code",
            Role::RefreshToken => "refresh-token",
        }
    }

    /// What the standards call it (RFC 6749, RFC 8628, RFC 8693).
    fn standard(self) -> &'static str {
        match self {
            Role::ClientId => "client_id",
            Role::ClientSecret => "client_secret",
            Role::Scope => "scope",
            Role::Audience => "audience",
            Role::GrantType => "grant_type",
            Role::DeviceCode => "device_code",
            Role::RefreshToken => "refresh_token",
        }
    }

    fn named(self, options: &DeviceLoginOptions) -> Option<&str> {
        match self {
            Role::ClientId => options.client_id.as_deref(),
            Role::ClientSecret => options.client_secret.as_deref(),
            Role::Scope => options.scope.as_deref(),
            Role::Audience => options.audience.as_deref(),
            Role::GrantType => options.grant_type.as_deref(),
            Role::DeviceCode => options.device_code.as_deref(),
            Role::RefreshToken => options.refresh_token.as_deref(),
        }
    }

    fn may_be_list(self) -> bool {
        matches!(self, Role::Scope | Role::Audience)
    }
}

const ROLES: &[Role] = &[
    Role::ClientId,
    Role::ClientSecret,
    Role::Scope,
    Role::Audience,
    Role::GrantType,
    Role::DeviceCode,
    Role::RefreshToken,
];

/// The parts of a device authorization request, and whether it can't go without.
const AUTHORIZATION: &[(Role, bool)] = &[
    (Role::ClientId, true),
    (Role::ClientSecret, false),
    (Role::Scope, false),
    (Role::Audience, false),
];

/// The parts of a token request.
const TOKEN: &[(Role, bool)] = &[
    (Role::GrantType, true),
    (Role::ClientId, false),
    (Role::ClientSecret, false),
    (Role::DeviceCode, true),
    (Role::RefreshToken, false),
];

/// Where an input of an operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A parameter: an index into [`Operation::params`].
    Param(usize),
    /// A field of the form, by its index.
    Form(usize),
}

/// A field and its part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The part.
    pub role: Role,
    /// The field.
    pub place: Place,
    /// Whether the field is a list of texts rather than a text.
    pub list: bool,
}

/// A request of a device login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The operation.
    pub operation: OperationId,
    /// Its fields, in the order in which the operation has them.
    pub parts: Vec<Part>,
}

impl Request {
    /// The field that plays a part.
    pub fn part(&self, role: Role) -> Option<Part> {
        self.parts.iter().copied().find(|part| part.role == role)
    }
}

/// A device login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceLogin {
    /// The device authorization request.
    pub authorization: Request,
    /// The token request.
    pub token: Request,
}

impl DeviceLogin {
    /// The operations of its requests.
    pub fn operations(&self) -> [OperationId; 2] {
        [self.authorization.operation, self.token.operation]
    }
}

/// The inputs of an operation that a login can set: parameters and the fields of a form.
pub fn inputs(operation: &Operation) -> impl Iterator<Item = (Place, &Input)> {
    let params = operation.params.iter().enumerate();
    let form = match operation.body.as_ref().map(|body| &body.kind) {
        Some(BodyKind::Form(fields)) => fields.as_slice(),
        _ => &[],
    };
    params
        .map(|(index, param)| (Place::Param(index), &param.input))
        .chain(
            form.iter()
                .enumerate()
                .map(|(index, field)| (Place::Form(index), field)),
        )
}

/// Finds the operations and fields that the options name. `None` if they name no login, or one
/// that the document doesn't have, which is told.
pub fn resolve(api: &Api, options: &Options, diagnostics: &mut Diagnostics) -> Option<DeviceLogin> {
    let options = options.device_login.as_ref()?;
    let mut resolver = Resolver {
        api,
        options,
        diagnostics,
        failed: false,
    };
    let authorization = resolver.operation("authorization", &options.authorization);
    let token = resolver.operation("token", &options.token);
    let (authorization, token) = (authorization?, token?);
    let login = DeviceLogin {
        authorization: resolver.request(authorization, AUTHORIZATION),
        token: resolver.request(token, TOKEN),
    };
    resolver.unused_names(&login);
    (!resolver.failed).then_some(login)
}

struct Resolver<'a> {
    api: &'a Api,
    options: &'a DeviceLoginOptions,
    diagnostics: &'a mut Diagnostics,
    failed: bool,
}

impl Resolver<'_> {
    fn error(&mut self, pointer: &Pointer, message: String, help: String) {
        self.failed = true;
        self.diagnostics
            .error(Stage::Options, pointer, message, help);
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
                format!("there is no operation `{id}`, which the device login asks for"),
                format!("name an operationId of the document in `device-login.{key}`"),
            );
        }
        found.map(OperationId)
    }

    fn request(&mut self, id: OperationId, roles: &[(Role, bool)]) -> Request {
        let api = self.api;
        let operation = &api.operations[id.0];
        let mut parts: Vec<Part> = Vec::new();
        for (place, input) in inputs(operation) {
            let role = roles
                .iter()
                .map(|(role, _)| *role)
                .filter(|role| parts.iter().all(|part| part.role != *role))
                .find(|role| self.name(*role) == input.name);
            match role {
                Some(role) => parts.extend(self.part(operation, role, place, input)),
                None if input.required => self.unknown(operation, input),
                None => {}
            }
        }
        match &operation.body {
            Some(body) if body.required && !matches!(body.kind, BodyKind::Form(_)) => self.error(
                &body.pointer,
                format!(
                    "`{}` requires a body of `{}`, and a device login sends forms",
                    operation.id, body.media_type
                ),
                "offer `application/x-www-form-urlencoded`, as RFC 8628 has it".to_owned(),
            ),
            _ => {}
        }
        let missing = roles
            .iter()
            .filter(|(role, needed)| *needed && parts.iter().all(|part| part.role != *role));
        for (role, _) in missing {
            let name = self.name(*role).to_owned();
            // A field of a wrong type has been told of already.
            if inputs(operation).all(|(_, input)| input.name != name) {
                self.error(
                    &operation.pointer,
                    format!(
                        "`{}` has no form field or parameter `{name}`, which a device login needs",
                        operation.id
                    ),
                    format!("name the field in `device-login.{}`", role.key()),
                );
            }
        }
        Request {
            operation: id,
            parts,
        }
    }

    fn part(
        &mut self,
        operation: &Operation,
        role: Role,
        place: Place,
        input: &Input,
    ) -> Option<Part> {
        match list_of_text(self.api, &input.ty) {
            Some(list) if !list || role.may_be_list() => {
                if role == Role::RefreshToken && input.required {
                    self.unknown(operation, input);
                }
                Some(Part { role, place, list })
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
                    format!("name another field in `device-login.{}`", role.key()),
                );
                None
            }
        }
    }

    fn unknown(&mut self, operation: &Operation, input: &Input) {
        self.error(
            &input.pointer,
            format!(
                "`{}` requires `{}`, which a device login has no value for",
                operation.id, input.name
            ),
            "name the part that it plays in `device-login`, or don't require it".to_owned(),
        );
    }

    fn name(&self, role: Role) -> &str {
        role.named(self.options).unwrap_or(role.standard())
    }

    /// A name in the options that no field has is a slip.
    fn unused_names(&mut self, login: &DeviceLogin) {
        for role in ROLES {
            let Some(name) = role.named(self.options) else {
                continue;
            };
            let requests = [(&login.authorization, AUTHORIZATION), (&login.token, TOKEN)];
            let asked: Vec<_> = requests
                .into_iter()
                .filter(|(_, roles)| roles.iter().any(|(known, _)| known == role))
                .map(|(request, _)| &self.api.operations[request.operation.0])
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
            self.error(
                &pointer,
                format!(
                    "no form field or parameter of {} is called `{name}`",
                    ids.join(" or ")
                ),
                format!("mend or remove `device-login.{}`", role.key()),
            );
        }
    }
}

/// Whether a type is a list of texts; `None` if it is neither that nor a text.
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

/// What a type stands for behind its aliases.
fn target<'a>(api: &'a Api, ty: &'a TypeRef) -> &'a TypeRef {
    let mut ty = ty;
    for _ in 0..api.types.len() {
        match ty {
            TypeRef::Named(id) => match &api.types[id.0].shape {
                Shape::Alias(next) => ty = next,
                _ => break,
            },
            _ => break,
        }
    }
    ty
}
