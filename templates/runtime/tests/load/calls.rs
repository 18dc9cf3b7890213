//! Two operations, and the calls of them.

use wiretrue::codegen::{
    Api, Call, ClientCore, Encoder, Meta, Method, RawResponse, Scheme, SchemeKind,
};
use wiretrue::{Error, Operation};

use serde_json::Value;

use crate::faults::{Kind, kind};

/// The credentials. No log may contain it.
pub const SECRET: &str = "s3cret-Xy7Zq";

pub static API: Api = Api {
    title: "Load",
    servers: &[],
    user_agent: "load/1.0.0",
    schemes: &[
        Scheme {
            name: "token",
            kind: SchemeKind::Bearer,
            setter: "token",
        },
        Scheme {
            name: "query",
            kind: SchemeKind::QueryKey("key"),
            setter: "query",
        },
    ],
};

/// Defines an operation that returns the property `id`.
macro_rules! operation {
    ($name:ident, $method:ident) => {
        struct $name(Call);

        impl Operation for $name {
            type Output = String;
            const META: Meta = Meta {
                id: stringify!($name),
                method: Method::$method,
                path: "/things",
                accept: "application/json",
                security: &[&["token", "query"]],
                servers: &[],
                redirects: &[],
            };

            fn call(&self) -> &Call {
                &self.0
            }

            fn encode(&self, out: &mut Encoder) {
                out.literal("/things");
            }

            fn decode(response: RawResponse) -> Result<String, Error> {
                match response.status.as_u16() {
                    200 => response.json::<Value>().map(|it| it["id"].to_string()),
                    _ => Err(response.into_error()),
                }
            }
        }
    };
}

operation!(GetThing, GET);
operation!(PostThing, POST);

/// Makes a call, which sends its number as a header.
pub async fn call(client: &ClientCore, number: usize) -> Result<String, Error> {
    let call = Call::new(client).options(|options| {
        let options = options.header("x-call", number.to_string());
        match kind(number) {
            Kind::PostWithKey => options.idempotency_key(format!("key-{number}")),
            Kind::Get | Kind::Post => options,
        }
    });
    match kind(number) {
        Kind::Get => wiretrue::codegen::operation::send(&GetThing(call)).await,
        Kind::Post | Kind::PostWithKey => {
            wiretrue::codegen::operation::send(&PostThing(call)).await
        }
    }
}
