//! Tests of the device authorization flow of a security scheme: the operations at its URLs, and invalid
//! flows and options.

use wiretrue_codegen::{Diagnostics, Options, Source};

/// Returns a document with the operations of a login below `https://login.example.com/v1`, and these
/// schemes.
fn document(schemes: &str) -> String {
    format!(
        r#"openapi: 3.0.3
info: {{title: Login, version: 1.0.0}}
servers: [{{url: 'https://{{region}}.example.com/v1', variables: {{region: {{default: login}}}}}}]
paths:
  /device:
    post:
      operationId: start
      requestBody: {{content: {{application/x-www-form-urlencoded: {{schema: {{$ref: '#/components/schemas/Start'}}}}}}}}
      responses: {{"200": {{description: Codes.}}}}
  /token:
    post:
      operationId: token
      requestBody: {{content: {{application/x-www-form-urlencoded: {{schema: {{$ref: '#/components/schemas/Token'}}}}}}}}
      responses: {{"200": {{description: Tokens.}}}}
    get:
      operationId: tokens
      responses: {{"200": {{description: Tokens.}}}}
  /json:
    post:
      operationId: json
      requestBody: {{required: true, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Start'}}}}}}}}
      responses: {{"200": {{description: Codes.}}}}
  /named:
    post:
      operationId: named
      servers: [{{url: 'https://named.example.com'}}]
      requestBody: {{content: {{application/x-www-form-urlencoded: {{schema: {{$ref: '#/components/schemas/Named'}}}}}}}}
      responses: {{"200": {{description: Codes.}}}}
components:
  schemas:
    Start: {{type: object, required: [client_id], properties: {{client_id: {{type: string}}}}}}
    Named: {{type: object, required: [App], properties: {{App: {{type: string}}}}}}
    Token:
      type: object
      required: [grant_type]
      properties: {{grant_type: {{type: string}}, device_code: {{type: string}}, client_id: {{type: string}}}}
  securitySchemes:
{schemes}"#
    )
}

/// Returns a scheme with a flow with these URLs.
fn scheme(name: &str, device: &str, token: &str) -> String {
    format!(
        "    {name}: {{type: oauth2, flows: {{x-deviceAuthorization: \
         {{deviceAuthorizationUrl: '{device}', tokenUrl: '{token}', scopes: {{}}}}}}}}\n"
    )
}

fn generate(document: &str, table: &str) -> Result<wiretrue_codegen::Generated, Diagnostics> {
    let options = format!("package = 'login'\n{table}");
    let options: Options = toml::from_str(&options).expect("options");
    wiretrue_codegen::generate(&Source::new("login.yaml", document), &options)
}

/// Returns how the two requests are sent: the method of an operation, or the URL of the standard request.
fn login(document: &str, table: &str) -> Option<[String; 2]> {
    let generated = generate(document, table);
    let generated = generated.unwrap_or_else(|refused| panic!("{table}: {refused}"));
    let mut files = generated.tree.iter();
    let (_, file) = files.find(|(path, _)| *path == "src/device_login.rs")?;
    let file = file.split_whitespace().collect::<Vec<_>>().join(" ");
    let after = |at: &str| {
        let (_, body) = file.split_once(at).expect(at);
        let (_, sent) = body.split_once("self.client").expect("a request");
        match sent.strip_prefix("(), \"") {
            Some(address) => address.split('"').next().unwrap_or_default().to_owned(),
            // `.group().method(`, perhaps with spaces between.
            None => {
                let method = sent.split('(').nth(1).expect("a method");
                method
                    .trim_start_matches(')')
                    .trim_matches(['.', ' '])
                    .to_owned()
            }
        }
    };
    Some([after("fn authorize("), after("fn token(")])
}

/// Formats the diagnostics as `line:column: message; help`.
fn said(diagnostics: &Diagnostics) -> Vec<String> {
    let said = diagnostics
        .iter()
        .filter(|it| it.stage.to_string() == "options");
    said.map(|it| {
        let place = it.location.as_ref().expect("a place");
        format!(
            "{}:{}: {}; {}",
            place.line, place.column, it.message, it.help
        )
    })
    .collect()
}

#[test]
fn an_operation_is_found_by_the_url_of_the_flow() {
    for (device, token, expected) in [
        (
            "https://login.example.com/v1/device",
            "https://login.example.com/v1/token",
            ["start", "token"],
        ),
        (
            "https://{region}.example.com/v1/device",
            "/v1/token",
            ["start", "token"],
        ),
        (
            "HTTPS://LOGIN.example.com:443/v1/x/../device/",
            "//login.example.com/v1/token",
            ["start", "token"],
        ),
        ("/device", "token", ["/device", "/token"]),
        (
            "https://login.example.com/v1/tokens",
            "/v1/things/7?x=1",
            ["./tokens", "./things/7?x=1"],
        ),
        (
            "https://login.example.com/v1/device",
            "/v1/token?a=b",
            ["start", "./token?a=b"],
        ),
        (
            "https://other.example.com/v1/device",
            "/v1/token",
            ["https://other.example.com/v1/device", "token"],
        ),
        (
            "http://login.example.com/v1/device",
            "/v1/token",
            ["http://login.example.com/v1/device", "token"],
        ),
        (
            "https://login.example.com/v1/device",
            "https://{region}.example.org/token",
            ["start", "https://{region}.example.org/token"],
        ),
    ] {
        let document = document(&scheme("user", device, token));
        assert_eq!(
            login(&document, "").expect("a login"),
            expected,
            "{device} {token}"
        );
    }
}

#[test]
fn the_flow_of_openapi_3_2_is_as_good() {
    let flow = scheme("user", "/v1/device", "/v1/token").replace("x-device", "device");
    for version in ["3.0.3", "3.1.0"] {
        let document = document(&flow).replacen("3.0.3", version, 1);
        assert_eq!(login(&document, "").expect("a login"), ["start", "token"]);
    }
}

#[test]
fn without_a_device_flow_there_is_no_login() {
    let other =
        "    user: {type: oauth2, flows: {clientCredentials: {tokenUrl: /v1/token, scopes: {}}}}\n";
    assert_eq!(login(&document(other), ""), None);
}

#[test]
fn operations_in_the_options_take_precedence_over_the_flow() {
    let document = document(&scheme("user", "/nowhere", "/v1/token"));
    let table = "device-login = {authorization = 'start', token = 'token'}";
    assert_eq!(
        login(&document, table).expect("a login"),
        ["start", "token"]
    );
}

#[test]
fn the_options_name_the_fields_of_the_flows_operations() {
    let document = document(&scheme(
        "user",
        "https://named.example.com/named",
        "/v1/token",
    ));
    let table = "device-login = {client-id = 'App'}";
    assert_eq!(
        login(&document, table).expect("a login"),
        ["named", "token"]
    );
}

#[test]
fn an_unusable_operation_is_reported_and_the_standard_request_is_sent() {
    let document = document(&scheme("user", "/v1/json", "/v1/token"));
    assert_eq!(login(&document, "").expect("a login"), ["./json", "token"]);
    let generated = generate(&document, "").expect("a client");
    assert_eq!(
        said(&generated.diagnostics),
        [
            "21:47: `json` requires a body of `application/json`, but a device login sends a form; \
             the client sends the request of RFC 8628 instead; \
             offer `application/x-www-form-urlencoded`, as RFC 8628 requires",
            "19:5: `json` has no form field or parameter `client_id`, which a device login requires; \
             the client sends the request of RFC 8628 instead; \
             set the name of the field in `device-login.client-id`",
        ]
    );
    let refused = generate(&document, "device-login = {scheme = 'user'}").expect_err("a refusal");
    assert_eq!(said(&refused).len(), 2, "who asks for it is refused");
}

#[test]
fn one_of_several_flows_must_be_selected() {
    let one = scheme("one", "/v1/device", "/v1/token");
    let same = scheme("two", "https://login.example.com/v1/device", "/v1/token");
    let both = document(&format!("{one}{same}"));
    assert_eq!(login(&both, "").expect("a login"), ["start", "token"]);

    let other = scheme("two", "/other", "/v1/token");
    let both = document(&format!("{one}{other}"));
    let refused = generate(&both, "").expect_err("a refusal");
    assert_eq!(
        said(&refused),
        [
            "39:33: the security schemes `one` and `two` have different device authorization flows; \
          set `device-login.scheme` to the scheme that the client uses"
        ]
    );
    let table = "device-login = {scheme = 'two'}";
    assert_eq!(login(&both, table).expect("a login"), ["/other", "token"]);
}

#[test]
fn invalid_flows_and_options_are_rejected() {
    for (device, token, table, expected) in [
        (
            "",
            "/token",
            "",
            "38:34: the device authorization flow has no `deviceAuthorizationUrl`; \
             add the URL, which OpenAPI 3.2 requires, or remove the flow",
        ),
        (
            "/device",
            "mailto:a@example.com",
            "",
            "`tokenUrl` of the device authorization flow isn't an HTTP URL; \
             use a URL that begins with https:// or is relative to the server",
        ),
        (
            "https://[example.com/device",
            "/token",
            "",
            "`deviceAuthorizationUrl` of the device authorization flow isn't a URL: invalid IPv6 address; \
             use a URL that begins with https:// or is relative to the server",
        ),
        (
            "https://{zone}.example.com/device",
            "/token",
            "",
            "`deviceAuthorizationUrl` of the device authorization flow has a variable that the server doesn't have; \
             use a URL that begins with https:// or is relative to the server",
        ),
        (
            "https://user:secret@example.com/device",
            "/token",
            "",
            "`deviceAuthorizationUrl` of the device authorization flow has credentials or a fragment; \
             use a URL that begins with https:// or is relative to the server",
        ),
        (
            "/device",
            "/token",
            "device-login = {scheme = 'other'}",
            "1:1: the document has no security scheme `other` with a device authorization flow; \
             set `device-login.authorization` and `device-login.token` to operations of the document",
        ),
        (
            "/device",
            "/token",
            "device-login = {authorization = 'start'}",
            "1:1: `device-login` must set both operations or neither; \
             set both `device-login.authorization` and `device-login.token`, or remove the one that is set",
        ),
        (
            "/device",
            "/token",
            "device-login = {client-id = 'App'}",
            "1:1: no form field or parameter of the requests of RFC 8628 is called `App`; \
             correct or remove `device-login.client-id`",
        ),
    ] {
        let document = document(&scheme("user", device, token));
        let refused = generate(&document, table)
            .err()
            .unwrap_or_else(|| panic!("{device} {token} {table}"));
        let said = said(&refused);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].ends_with(expected), "{said:?}\n{expected}");
    }
}
