//! An API as the generator writes it, with every kind of model and input.

use std::collections::BTreeMap;
use wiretrue::codegen::{
    Api, Call, Credential, Encoder, Encoding, Meta, Method, RawResponse, Scheme, SchemeKind,
    Server, ServerVariable, Style, collection, integer_enum, model, number_enum, operation,
    redacted_debug, string_enum, union,
};
use wiretrue::{Error, Operation};

use secrecy::SecretString;
use serde_json::Value;

pub const TENANT: &[ServerVariable] = &[ServerVariable {
    name: "tenant",
    default: "acme",
    allowed: &[],
}];

pub const EUROPE: Server = Server {
    url: "https://{region}.example.eu/api",
    variables: &[ServerVariable {
        name: "region",
        default: "ie1",
        allowed: &["ie1", "de1"],
    }],
};

pub static API: Api = Api {
    title: "Things",
    servers: &[
        Server {
            url: "https://{tenant}.example.com/api",
            variables: TENANT,
        },
        EUROPE,
    ],
    user_agent: "things/1.2.3",
    schemes: &[
        Scheme {
            name: "basic",
            kind: SchemeKind::Basic,
            setter: "basic_auth",
        },
        Scheme {
            name: "token",
            kind: SchemeKind::Bearer,
            setter: "bearer",
        },
        Scheme {
            name: "header",
            kind: SchemeKind::HeaderKey("X-Key"),
            setter: "header_key",
        },
        Scheme {
            name: "query",
            kind: SchemeKind::QueryKey("api key"),
            setter: "query_key",
        },
        Scheme {
            name: "cookie",
            kind: SchemeKind::CookieKey("sid"),
            setter: "cookie_key",
        },
        Scheme {
            name: "digest",
            kind: SchemeKind::Authorization("Digest"),
            setter: "digest",
        },
    ],
};

/// The client of this API.
pub type Client = wiretrue::codegen::ClientCore;
/// Its builder.
pub type ClientBuilder = wiretrue::codegen::ClientCoreBuilder;

/// The function that a generated client has to create its builder.
pub trait BuildApi: Sized {
    fn builder() -> ClientBuilder {
        ClientBuilder::new(&API)
    }
}
impl BuildApi for Client {}

/// Returns a client whose transport is a mock.
pub fn client_of(mock: &wiretrue::mock::Mock) -> Client {
    Client::builder().mock(mock).build().expect("a client")
}

/// Setters of credentials and variables.
pub trait BuildWith: Sized {
    fn basic_auth(self, username: impl Into<String>, password: impl Into<SecretString>) -> Self;

    fn bearer(self, token: impl Into<SecretString>) -> Self;

    fn key(self, scheme: &'static str, key: impl Into<SecretString>) -> Self;

    fn tenant(self, tenant: impl Into<String>) -> Self;
}

impl BuildWith for ClientBuilder {
    fn basic_auth(self, username: impl Into<String>, password: impl Into<SecretString>) -> Self {
        self.credential("basic", Credential::basic(username, password))
    }

    fn bearer(self, token: impl Into<SecretString>) -> Self {
        self.credential("token", Credential::bearer(token))
    }

    fn key(self, scheme: &'static str, key: impl Into<SecretString>) -> Self {
        self.credential(scheme, Credential::key(key))
    }

    fn tenant(self, tenant: impl Into<String>) -> Self {
        self.server_variable("tenant", tenant)
    }
}

#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Thing {
    pub id: String,
    pub parent: Option<String>,
    pub size: Option<i64>,
    pub note: Option<Option<String>>,
    pub child: Option<Box<Thing>>,
    pub status: Option<Status>,
    pub extra: BTreeMap<String, i64>,
}
model!(decode encode Thing {
    required "id" => id,
    nullable "parent" => parent,
    optional "size" => size,
    patch "note" => note,
    optional "child" => child,
    optional "status" => status,
    extra => extra,
});

/// Returns a thing with only its required fields.
pub fn thing(id: &str) -> Thing {
    Thing {
        id: id.to_owned(),
        parent: None,
        size: None,
        note: None,
        child: None,
        status: None,
        extra: BTreeMap::new(),
    }
}

#[derive(Clone, PartialEq)]
pub struct Secretive {
    pub token: String,
    pub refresh: Option<String>,
    pub kind: Option<String>,
}
model!(decode encode Secretive {
    required "token" => token,
    optional "refresh" => refresh,
    optional "kind" => kind
});
redacted_debug!(Secretive {
    token: hidden,
    refresh: hidden,
    kind: shown
});

#[derive(Clone, Debug, PartialEq)]
pub struct Empty {}
model!(decode encode Empty {});

#[derive(Clone, Debug, PartialEq)]
pub struct Bag {
    pub members: BTreeMap<String, Value>,
}
model!(decode encode Bag { extra => members });

#[derive(Clone, Debug, PartialEq)]
pub struct OnlyRead {
    pub code: i32,
    pub message: Option<String>,
}
model!(decode OnlyRead {
    required "code" => code,
    optional "message" => message,
});

#[derive(Clone, Debug, PartialEq)]
pub struct OnlyWritten {
    pub first: f32,
    pub second: Option<bool>,
}
model!(encode OnlyWritten {
    required "first" => first,
    optional "second" => second,
});

#[derive(Clone)]
#[non_exhaustive]
pub enum Status {
    Pending,
    Approved,
    Unknown(String),
}
string_enum!(Status: Unknown { "pending" => Pending, "approved" => Approved });

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Level {
    Low,
    One,
    Unknown(i128),
}
integer_enum!(Level: Unknown { -1 => Low, 1 => One });

#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Factor(pub f64);
number_enum!(Factor);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows(pub Vec<Rows>);
collection!(decode encode Rows(Vec<Rows>));

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree(pub BTreeMap<String, Tree>);
collection!(decode encode Tree(BTreeMap<String, Tree>));

#[derive(Clone, Debug, PartialEq)]
pub struct Cat {
    pub lives: i32,
    pub friend: Option<Pet>,
}
model!(decode encode Cat { required "lives" => lives, optional "friend" => friend });

#[derive(Clone, Debug, PartialEq)]
pub struct Dog {
    pub pet_type: String,
    pub tricks: Option<Vec<String>>,
}
model!(decode encode Dog { required "petType" => pet_type, optional "tricks" => tricks });

#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Pet {
    Cat(Box<Cat>),
    Dog(Dog),
    Unknown(Value),
}
union!(decode encode Pet: Unknown, ["petType"] {
    ["cat", "Cat"; writes] => Cat(Box<Cat>),
    ["dog"; writes] => Dog(Dog),
});

#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Either {
    Text(String),
    Number(i64),
    Status(Status),
    Thing(Box<Thing>),
    Cat(Cat),
    List(Vec<Either>),
    Unknown(Value),
}
union!(decode encode Either: Unknown, [] {
    [] => Text(String),
    [] => Number(i64),
    [] => Status(Status),
    [] => Thing(Box<Thing>),
    [] => Cat(Cat),
    [] => List(Vec<Either>),
});

#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Flag {
    On(bool),
    Half(Factor),
    Text(String),
    Unknown(Value),
}
union!(decode encode Flag: Unknown, [] {
    [] == Bool(true) => On(bool),
    [] == Number(0.5) => Half(Factor),
    [] => Text(String),
});

#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Anything {
    Integer(i64),
    Any(Value),
    Unknown(Value),
}
union!(decode encode Anything: Unknown, [] { [] => Integer(i64), [] => Any(Value) });

#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AnythingInside {
    List(Vec<Anything>),
    Unknown(Value),
}
union!(decode AnythingInside: Unknown, [] { [] => List(Vec<Anything>) });

#[derive(Clone, Debug, PartialEq)]
pub struct Tail {
    pub tail: i64,
    pub extra: BTreeMap<String, Value>,
}
model!(decode encode Tail { required "tail" => tail, undeclared => extra });

#[derive(Clone, Debug, PartialEq)]
pub struct Bats {
    pub a: Tail,
    pub extra: BTreeMap<String, Value>,
}
model!(decode encode Bats { required "a" => a, undeclared => extra });

#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Animal {
    Bat(Box<Tail>),
    Bats(Bats),
    Unknown(Value),
}
union!(decode encode Animal: Unknown, ["kind"] {
    ["bat", "Bat"; writes] => Bat(Box<Tail>),
    ["bats"; writes] => Bats(Bats),
});

#[derive(Clone, Debug, PartialEq)]
pub struct Wings {
    pub wings: i64,
    pub extra: BTreeMap<String, Value>,
}
model!(decode encode Wings { required "wings" => wings, undeclared => extra } where { closed; });

#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Limb {
    Tail(Tail),
    Wings(Wings),
    Unknown(Value),
}
union!(decode encode Limb: Unknown, [] { [] => Tail(Tail), [] => Wings(Wings) });

#[derive(Clone, Debug, PartialEq)]
pub struct Never {
    pub note: Option<String>,
    pub never: Option<i64>,
}
model!(decode Never { optional "note" => note, optional "never" => never });

#[derive(Clone, Debug, PartialEq)]
pub struct Maybe {
    pub note: Option<String>,
}
model!(decode Maybe { optional_or_null "note" => note });

#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Margin {
    Never(Never),
    Maybe(Maybe),
    Unknown(Value),
}
union!(decode Margin: Unknown, [] { [] => Never(Never), [] => Maybe(Maybe) });

/// A cat without required properties.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Stray {
    pub pet_type: Option<String>,
    pub name: Option<String>,
}
model!(decode encode Stray { optional "petType" => pet_type, optional "name" => name });

#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Guest {
    Stray(Stray),
    Pet(Pet),
    Unknown(Value),
}
union!(decode encode Guest: Unknown, ["petType"] {
    ["cat"; writes] => Stray(Stray),
    ["cat", "dog"] => Pet(Pet),
});

#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ReadPet {
    Cat(Cat),
    Unknown(Value),
}
union!(decode ReadPet: Unknown, ["petType"] { ["cat"; writes] => Cat(Cat) });

#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum WrittenChoice {
    Text(String),
    Written(OnlyWritten),
    Unknown(Value),
}
union!(encode WrittenChoice: Unknown, [] {
    [] => Text(String),
    [] => Written(OnlyWritten),
});

/// `POST /v1/things/{id}` with an input in every location.
#[must_use = "a call does nothing until it is awaited"]
pub struct CreateThing {
    call: Call,
    pub id: String,
    pub page: Option<i64>,
    pub trace: Option<String>,
    pub session: Option<String>,
    pub scopes: Vec<String>,
    pub filter: Option<Thing>,
}

impl CreateThing {
    pub fn new(client: &Client, id: &str) -> Self {
        Self {
            call: Call::new(client),
            id: id.to_owned(),
            page: None,
            trace: None,
            session: None,
            scopes: Vec::new(),
            filter: None,
        }
    }
}

operation!(CreateThing -> Thing);

impl Operation for CreateThing {
    type Output = Thing;
    const META: Meta = Meta {
        id: "CreateThing",
        method: Method::POST,
        path: "/v1/things/{id}",
        accept: "application/json",
        security: &[&["basic"], &["header", "query"]],
        servers: &[],
        redirects: &[],
    };

    fn call(&self) -> &Call {
        &self.call
    }

    fn encode(&self, out: &mut Encoder) {
        out.literal("/v1/things/");
        out.path("id", Style::Simple.joined(), &self.id);
        out.query("Page", Style::Form.exploded(), &self.page);
        out.query("filter", Encoding::JSON, &self.filter);
        out.header("X-Trace", Style::Simple.joined(), &self.trace);
        out.cookie("session", Style::Form.exploded(), &self.session);
        let mut form = out.form();
        form.field("Id", Style::Form.exploded(), &self.id);
        form.field("Scopes", Style::Form.exploded(), &self.scopes);
    }

    fn decode(response: RawResponse) -> Result<Thing, Error> {
        match response.status.as_u16() {
            201 => response.json(),
            _ => Err(response.into_error()),
        }
    }
}

/// An operation whose [`Meta`] is given as a type.
pub trait Described: Send + 'static {
    const META: Meta;
}

/// Defines an operation: its method, path, security and, optionally, servers.
macro_rules! described {
    ($name:ident, $method:ident, $path:literal, $security:expr) => {
        $crate::api::described!($name, $method, $path, $security, &[]);
    };
    ($name:ident, $method:ident, $path:literal, $security:expr, $servers:expr) => {
        pub struct $name;
        impl $crate::api::Described for $name {
            const META: wiretrue::codegen::Meta = wiretrue::codegen::Meta {
                id: stringify!($name),
                method: wiretrue::codegen::Method::$method,
                path: $path,
                accept: "text/plain",
                security: $security,
                servers: $servers,
                redirects: &[],
            };
        }
    };
}
pub(crate) use described;

/// An operation without inputs that returns the body as text.
#[must_use = "a call does nothing until it is awaited"]
pub struct Fetch<D: Described> {
    call: Call,
    described: std::marker::PhantomData<D>,
}

impl<D: Described> Fetch<D> {
    pub fn new(client: &Client) -> Self {
        Self {
            call: Call::new(client),
            described: std::marker::PhantomData,
        }
    }

    pub async fn send(self) -> Result<String, Error> {
        wiretrue::codegen::operation::send(&self).await
    }

    pub fn options(self, set: impl FnOnce(wiretrue::CallOptions) -> wiretrue::CallOptions) -> Self {
        Self {
            call: self.call.options(set),
            ..self
        }
    }
}

impl<D: Described> Operation for Fetch<D> {
    type Output = String;
    const META: Meta = D::META;

    fn call(&self) -> &Call {
        &self.call
    }

    fn encode(&self, out: &mut Encoder) {
        out.literal(D::META.path);
    }

    fn decode(response: RawResponse) -> Result<String, Error> {
        match response.status.as_u16() {
            200 => response.text(),
            _ => Err(response.into_error()),
        }
    }
}
