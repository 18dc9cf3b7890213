//! Where a schema is in the document, in words.

use super::docs::sentence_of;
use crate::pointer::Pointer;
use crate::text;

/// Returns a sentence about the place of a schema that the document doesn't describe: "The request body of
/// `POST /pets`."
pub(super) fn origin(pointer: &Pointer) -> String {
    let steps: Vec<String> = pointer.segments().collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let place = match pointer.component_schema() {
        Some(name) => Some(format!("the schema {}", text::code(&name))),
        None => place(&steps),
    };
    match place {
        Some(place) => sentence_of(&[place]),
        None => format!("The schema at {}.", text::code(&pointer.to_string())),
    }
}

/// Returns a phrase in lower case; `None` for a place without a short name.
fn place(steps: &[&str]) -> Option<String> {
    let named = |what: &str, name: &str| Some(format!("the {what} {}", text::code(name)));
    match steps {
        ["components", "schemas", name] | ["definitions", name] | [.., "$defs", name] => {
            named("schema", name)
        }
        ["components", "parameters", name, "schema"]
        | ["components", "parameters", name, "content", _, "schema"] => named("parameter", name),
        ["components", "headers", name, "schema"]
        | ["components", "headers", name, "content", _, "schema"] => named("header", name),
        ["components", "responses", name, "content", _, "schema"] => named("response", name),
        ["components", "requestBodies", name, "content", _, "schema"] => {
            named("request body", name)
        }
        ["paths", path, method, "requestBody", "content", _, "schema"] => Some(format!(
            "the request body of {}",
            text::code(&request(method, path))
        )),
        [
            "paths",
            path,
            method,
            "responses",
            status,
            "content",
            _,
            "schema",
        ] => Some(format!(
            "the {} response of {}",
            text::inline(status),
            text::code(&request(method, path))
        )),
        ["paths", path, "parameters", _, "schema"] => {
            Some(format!("a parameter of {}", text::code(path)))
        }
        ["paths", path, method, "parameters", _, "schema"] => Some(format!(
            "a parameter of {}",
            text::code(&request(method, path))
        )),
        [
            "webhooks" | "x-webhooks",
            name,
            _,
            "requestBody",
            "content",
            _,
            "schema",
        ] => named("payload of the webhook", name),
        [content @ .., "itemSchema"] => {
            let whole = [content, &["schema"]].concat();
            Some(format!("an item of {}", place(&whole)?))
        }
        [owner @ .., "properties", name] => Some(format!(
            "the property {} of {}",
            text::code(name),
            place(owner)?
        )),
        [owner @ .., "items"] => Some(format!("an item of {}", place(owner)?)),
        [owner @ .., "additionalProperties"] => Some(format!("a value of {}", place(owner)?)),
        [owner @ .., "oneOf" | "anyOf", index] => {
            let number = index.parse::<usize>().ok()?.checked_add(1)?;
            Some(format!("alternative {number} of {}", place(owner)?))
        }
        // The parts of an `allOf` are one schema.
        [owner @ .., "allOf", _] => place(owner),
        _ => None,
    }
}

fn request(method: &str, path: &str) -> String {
    format!("{} {path}", method.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::origin;
    use crate::pointer::Pointer;

    #[track_caller]
    fn check(pointer: &str, expected: &str) {
        let pointer = Pointer::from_encoded(pointer).unwrap();
        assert_eq!(origin(&pointer), expected);
    }

    #[test]
    fn a_schema_is_named_by_its_place() {
        check("/components/schemas/Pet", "The schema `Pet`.");
        check(
            "/components/schemas/Pet/allOf/1/properties/tags/items",
            "An item of the property `tags` of the schema `Pet`.",
        );
        check(
            "/components/schemas/Pet/oneOf/0/additionalProperties",
            "A value of alternative 1 of the schema `Pet`.",
        );
        check(
            "/paths/~1pets~1{id}/patch/requestBody/content/application~1json/schema",
            "The request body of `PATCH /pets/{id}`.",
        );
        check(
            "/paths/~1pets/get/responses/404/content/application~1json/schema",
            "The 404 response of `GET /pets`.",
        );
        check(
            "/paths/~1pets/get/parameters/0/schema",
            "A parameter of `GET /pets`.",
        );
        check(
            "/paths/~1pets/get/responses/200/content/application~1jsonl/itemSchema",
            "An item of the 200 response of `GET /pets`.",
        );
        check("/components/schemas/Tree/$defs/Leaf", "The schema `Leaf`.");
        check(
            "/components/responses/Gone/content/text~1json/schema/properties/a",
            "The property `a` of the response `Gone`.",
        );
        check(
            "/webhooks/sold/post/requestBody/content/application~1json/schema",
            "The payload of the webhook `sold`.",
        );
    }

    #[test]
    fn another_place_is_a_pointer() {
        check(
            "/components/x-models/Pet",
            "The schema at `#/components/x-models/Pet`.",
        );
        check(
            "/components/schemas/Pet/not",
            "The schema at `#/components/schemas/Pet/not`.",
        );
    }
}
