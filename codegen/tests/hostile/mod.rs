//! A document whose free strings are all hostile: they try to end the literal, the comment, the code block,
//! the table cell or the path that contains them.

use serde_json::{Value, json};

/// The hostile texts, which are used one at a time and all at once.
pub const HARM: &[&str] = &[
    "\"; std::process::abort(); \"",
    "*/ fn harm() {} /*",
    "\"# ; fn harm() {} r#\"",
    "}}}} fn harm() {} {{{{",
    "line\n#[test]\nfn harm() { panic!() }\n//",
    "carriage\rreturn\r\nand\u{0}nul\u{1b}[31mescape\u{7f}",
    "../../../../harm",
    "..\\..\\harm",
    "/etc/harm",
    "C:\\harm:stream",
    "```\nfn harm() { panic!() }\n```",
    "```rust\npanic!(\"harm\")\n```",
    "    indented();\n    panic!();",
    "~~~\nharm\n~~~",
    "<script>harm()</script><!-- -->",
    "[harm](javascript:harm()) [`Harm`] [x][y] ![i](http://h)",
    "| a | b |\n|---|---|\n| `c|d` | e |",
    "{{ harm }}{% harm %}{# harm #}",
    "${HARM} $(harm) `harm` %s {0} {harm:?}",
    "\\\\u{41}\\x41\\n\\",
    "\u{202e}mrah\u{2066}\u{2069}\u{feff}\u{200b}",
    "r#type",
    "self",
    "crate::harm!()",
    "' or 'a' \"\"\" '''",
    "= harm\n[dependencies]\nharm = \"*\"\n",
    "",
    " ",
    "\u{1f600}設定Ж",
];

/// Generates hostile strings that are all different.
struct Strings {
    next: usize,
}

impl Strings {
    fn one(&mut self) -> String {
        let index = self.next;
        self.next += 1;
        match HARM.get(index % (HARM.len() + 1)) {
            Some(harm) => format!("{harm}{}", self.tail(index)),
            None => format!("{}{}", HARM.concat(), self.tail(index)),
        }
    }

    /// Returns a suffix that makes the string unique; empty in the first round.
    fn tail(&self, index: usize) -> String {
        if index < HARM.len() {
            String::new()
        } else {
            index.to_string()
        }
    }
}

/// The number of models of which each contains the next.
const RING: usize = 40;

/// Returns the document. Strings for which OpenAPI requires a form (references, statuses, the braces of
/// URLs) have that form.
pub fn document() -> Value {
    let mut strings = Strings { next: 0 };
    let mut schemas = serde_json::Map::new();
    let mut properties = serde_json::Map::new();
    for _ in 0..HARM.len() + 2 {
        let schema = json!({
            "type": "string", "title": strings.one(), "description": strings.one(), "format": strings.one(),
            "pattern": strings.one(), "default": strings.one(), "example": strings.one(),
        });
        properties.insert(strings.one(), schema);
    }
    let values: Vec<String> = (0..HARM.len() + 2).map(|_| strings.one()).collect();
    for _ in 0..HARM.len() {
        schemas.insert(
            strings.one(),
            json!({
                "type": "object", "title": strings.one(), "description": strings.one(),
                "properties": properties, "example": { strings.one(): strings.one() },
                "additionalProperties": { "type": "string", "enum": values, "description": strings.one() },
            }),
        );
    }
    schemas.insert("Plain".to_owned(), json!({ "type": "object", "description": "x".repeat(1 << 17), "properties": {
        "long": { "type": "string", "description": "[`*_<".repeat(1 << 15), "default": "\"".repeat(1 << 17) },
    }}));
    // An empty pattern would match every name.
    let harm = HARM.iter().filter(|it| !it.is_empty());
    let patterns = harm.flat_map(|harm| {
        let text = harm.chars().map(|c| match c.is_ascii_punctuation() {
            true => format!("\\{c}"),
            false => c.to_string(),
        });
        let text: String = text.collect();
        [
            (*harm).to_owned(),
            format!("^{text}"),
            format!("[a]{text}$"),
        ]
    });
    let patterns: serde_json::Map<_, _> = patterns
        .map(|it| (it, json!({ "type": "string" })))
        .collect();
    schemas.insert(
        "Patterns".to_owned(),
        json!({ "type": "object", "patternProperties": patterns }),
    );
    // A proof that recurses through these exceeds the compiler's limit of 128 steps.
    for number in 0..RING {
        let next = format!("#/components/schemas/Ring{}", (number + 1) % RING);
        let ring = json!({ "type": "object", "properties": { "next": { "$ref": next } } });
        schemas.insert(format!("Ring{number}"), ring);
    }
    let mut paths = serde_json::Map::new();
    for _ in 0..HARM.len() {
        let (path, name) = (
            strings.one().replace(['{', '}'], ""),
            strings.one().replace(['{', '}', '/'], ""),
        );
        let name = if name.is_empty() {
            "name".to_owned()
        } else {
            name
        };
        paths.insert(
            format!("/{path}/{{{name}}}"),
            operation(&mut strings, &name),
        );
    }
    json!({
        "openapi": "3.0.3",
        "info": { "title": strings.one(), "version": strings.one(), "description": HARM.join("\n\n") },
        "servers": [{
            "url": "https://{harm}.example.com/", "description": strings.one(),
            "variables": { "harm": { "default": "harm", "enum": ["harm", strings.one()], "description": strings.one() } },
        }],
        "tags": (0..8).map(|_| json!({ "name": strings.one(), "description": strings.one() })).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "a": { "type": "apiKey", "in": "header", "name": "X-Key", "description": strings.one() },
                HARM[0]: { "type": "http", "scheme": "basic", "description": HARM.concat() },
            },
        },
    })
}

fn operation(strings: &mut Strings, path_parameter: &str) -> Value {
    json!({
        "post": {
            "operationId": strings.one(), "summary": strings.one(), "description": strings.one(),
            "tags": [strings.one()],
            "security": [{ HARM[0]: [strings.one()], "a": [] }],
            "parameters": [
                { "name": path_parameter, "in": "path", "required": true, "description": strings.one(),
                  "schema": { "type": "string", "example": strings.one() } },
                { "name": strings.one(), "in": "query", "description": strings.one(), "example": strings.one(),
                  "schema": { "type": "string", "enum": [strings.one(), strings.one()] } },
                { "name": "X-Harm", "in": "header", "description": strings.one(), "schema": { "type": "string", "default": strings.one() } },
            ],
            "requestBody": { "description": strings.one(), "required": true, "content": {
                "application/x-www-form-urlencoded": { "schema": { "type": "object", "properties": {
                    strings.one(): { "type": "string", "description": strings.one() },
                    strings.one(): { "type": "array", "items": { "type": "string" } },
                } } },
            } },
            "responses": {
                "200": { "description": strings.one(), "content": { "application/json": {
                    "schema": { "type": "object", "description": strings.one(), "properties": {
                        strings.one(): { "type": "object", "properties": { strings.one(): { "type": "string" } } },
                    } },
                    "example": { strings.one(): strings.one() },
                } } },
                "default": { "description": strings.one(), "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Plain" },
                } } },
            },
        },
    })
}
