//! Tests of the options of a device login: invalid ones, with location, message and help.

use wiretrue_codegen::{Options, Source};

const DOCUMENT: &str = r#"openapi: 3.0.3
info: {title: Login, version: 1.0.0}
servers: [{url: https://login.example.com}]
paths:
  /device:
    post:
      operationId: start
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              required: [client_id]
              properties:
                client_id: {type: string}
                scope: {type: array, items: {type: string}}
                level: {type: integer}
                numbers: {type: array, items: {type: integer}}
      responses: {"200": {description: Codes.}}
  /token:
    post:
      operationId: token
      parameters:
        - {name: device_code, in: query, schema: {type: string}}
        - {name: grant_type, in: header, required: true, schema: {type: string}}
        - {name: code, in: query, schema: {type: integer}}
      responses: {"200": {description: Tokens.}}
  /json:
    post:
      operationId: json
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: object, properties: {client_id: {type: string}}}
      responses: {"200": {description: Codes.}}
  /picky:
    post:
      operationId: picky
      parameters:
        - {name: device_code, in: query, schema: {type: string}}
        - {name: grant_type, in: query, schema: {type: string}}
        - {name: tenant, in: query, required: true, schema: {type: string}}
      responses: {"200": {description: Tokens.}}
"#;

/// Returns the generated login, or the errors as `line:column: message; help`.
fn outcome(table: &str) -> Result<String, Vec<String>> {
    let mut table: toml::Table = toml::from_str(table).expect("TOML");
    table = toml::Table::from_iter([
        ("package".to_owned(), "login".into()),
        ("device-login".to_owned(), std::mem::take(&mut table).into()),
    ]);
    let options: Options = table.try_into().expect("options");
    match wiretrue_codegen::generate(&Source::new("login.yaml", DOCUMENT), &options) {
        Ok(generated) => {
            let file = generated
                .tree
                .iter()
                .find(|(path, _)| *path == "src/device_login.rs");
            Ok(file.expect("a login").1.to_owned())
        }
        Err(refused) => Err(refused
            .iter()
            .map(|said| {
                assert_eq!(said.stage.to_string(), "options");
                let place = said.location.as_ref().expect("a place");
                let (line, column) = (place.line, place.column);
                format!("{line}:{column}: {}; {}", said.message, said.help)
            })
            .collect()),
    }
}

#[test]
fn values_without_a_field_are_omitted() {
    let login = outcome("authorization = \"start\"\ntoken = \"token\"").expect("a login");
    assert!(login.contains(".token(request.grant_type)"), "{login}");
    assert!(login.contains("call.scope(request.scopes)"), "{login}");
    for absent in [
        "audiences: 0",
        "client_secret: false",
        "refresh_token: false",
        // A field of this name isn't that of an authorization code.
        "authorization_code: false",
    ] {
        assert!(login.contains(absent), "{login}");
    }
}

#[test]
fn a_client_without_the_option_has_no_login() {
    let options = Options::new("login");
    let generated = wiretrue_codegen::generate(&Source::new("login.yaml", DOCUMENT), &options);
    let generated = generated.expect("a client");
    let about = |path: &str| path.contains("device") || path.contains("token_set");
    assert!(generated.tree.iter().all(|(path, _)| !about(path)));
}

#[test]
fn missing_operations_and_fields_are_errors() {
    for (table, said) in [
        (
            "authorization = \"begin\"\ntoken = \"tokens\"",
            &[
                "1:1: the document has no operation `begin`, which the options of the device login name; \
                 set `device-login.authorization` to an `operationId` of the document",
                "1:1: the document has no operation `tokens`, which the options of the device login name; \
                 set `device-login.token` to an `operationId` of the document",
            ][..],
        ),
        (
            "authorization = \"token\"\ntoken = \"start\"",
            &[
                "26:11: `token` requires `grant_type`, for which a device login has no value; \
                 set its role in `device-login`, or make it optional",
                "22:5: `token` has no form field or parameter `client_id`, which a device login requires; \
                 set the name of the field in `device-login.client-id`",
                "6:5: `start` has no form field or parameter `grant_type`, which a device login requires; \
                 set the name of the field in `device-login.grant-type`",
                "6:5: `start` has no form field or parameter `device_code`, which a device login requires; \
                 set the name of the field in `device-login.device-code`",
            ],
        ),
        (
            "authorization = \"json\"\ntoken = \"picky\"",
            &[
                "35:11: `json` requires a body of `application/json`, but a device login sends a form; \
                 offer `application/x-www-form-urlencoded`, as RFC 8628 requires",
                "30:5: `json` has no form field or parameter `client_id`, which a device login requires; \
                 set the name of the field in `device-login.client-id`",
                "44:11: `picky` requires `tenant`, for which a device login has no value; \
                 set its role in `device-login`, or make it optional",
            ],
        ),
        (
            "authorization = \"start\"\ntoken = \"token\"\naudience = \"resource\"\nrefresh-token = \"again\"",
            &[
                "6:5: no form field or parameter of `start` is called `resource`; \
                 correct or remove `device-login.audience`",
                "22:5: no form field or parameter of `token` is called `again`; \
                 correct or remove `device-login.refresh-token`",
            ],
        ),
        (
            "authorization = \"start\"\ntoken = \"token\"\naudience = \"level\"\nscope = \"numbers\"",
            &[
                "18:17: `level` of `start` isn't a string or a list of strings, so a device login can't set it; \
                 set the name of another field in `device-login.audience`",
                "19:17: `numbers` of `start` isn't a string or a list of strings, so a device login can't set it; \
                 set the name of another field in `device-login.scope`",
            ],
        ),
    ] {
        assert_eq!(outcome(table).expect_err(table), said);
    }
}
