use super::{Lowered, lower, lower_version, ty};
use crate::ir::{Counts, Encoding, Flow, FlowKind, Limit, Param, PathPart, SchemeKind};

/// Formats the parameters of an operation as `location name!: Type encoding`.
fn params(lowered: &Lowered, id: &str) -> Vec<String> {
    let text = |it: &Param| {
        let how = match &it.input.encoding {
            Encoding::Json => "json".to_owned(),
            Encoding::QueryString(content) => format!("whole {content:?}"),
            Encoding::Style {
                style,
                explode,
                allow_reserved,
            } => {
                let explode = if *explode { " exploded" } else { "" };
                let reserved = if *allow_reserved { " reserved" } else { "" };
                format!("{style:?}{explode}{reserved}")
            }
        };
        let required = if it.input.required { "!" } else { "" };
        let ty = ty(&lowered.api, &it.input.ty);
        format!("{:?} {}{required}: {ty} {how}", it.location, it.input.name)
    };
    lowered.operation(id).params.iter().map(text).collect()
}

fn operation(parameters: &str) -> Lowered {
    lower(&format!(
        "
paths:
  /a:
    get:
      operationId: op
      responses: {{'204': {{description: ok}}}}
      parameters:
{parameters}
"
    ))
}

#[test]
fn parameters_keep_location_style_and_whether_they_are_required() {
    let lowered = operation(
        "
      - {name: ids, in: query, required: true, schema: {type: array, items: {type: integer}}}
      - {name: tags, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: string}}}
      - {name: filter, in: query, style: deepObject, explode: true, schema: {type: object, properties: {a: {type: string}}}}
      - {name: q, in: query, allowReserved: true, schema: {type: string}}
      - {name: X-Trace, in: header, schema: {type: string, format: uuid}}
      - {name: sid, in: cookie, schema: {type: string}}
      - {name: json, in: query, content: {application/json: {schema: {type: object, properties: {b: {type: string}}}}}}
",
    );
    assert_eq!(
        params(&lowered, "op"),
        [
            "Query ids!: [I64] Form exploded",
            "Query tags: [String] PipeDelimited",
            "Query filter: op().filter DeepObject exploded",
            "Query q: String Form exploded reserved",
            "Header X-Trace: Uuid Simple",
            "Cookie sid: String Form exploded",
            "Query json: op().json json",
        ]
    );
    assert!(lowered.warnings().is_empty());
}

#[test]
fn a_parameter_in_another_media_type_is_text_with_a_warning() {
    let lowered = operation("
      - {name: xml, in: query, content: {application/xml: {schema: {type: object, properties: {b: {type: string}}}}}}
");
    assert_eq!(params(&lowered, "op"), ["Query xml: String Form"]);
    assert_eq!(lowered.warnings().len(), 1);
    assert_eq!(lowered.api.fallbacks.len(), 1);
}

#[test]
fn a_parameter_overrides_its_schema() {
    let lowered = operation(
        "
      - {name: a, in: query, description: Mine, example: 1, schema: {$ref: '#/components/schemas/A'}}
      - {name: b, in: query, x-sensitive: true, deprecated: true, schema: {type: string, description: Own, default: z, maxLength: 3}}
components:
  schemas:
    A: {type: integer, description: Theirs, example: 2, nullable: true}
",
    );
    let [a, b] = lowered.operation("op").params.as_slice() else {
        panic!()
    };
    assert_eq!(a.input.docs.description.as_deref(), Some("Mine"));
    assert_eq!(a.input.example, Some(1.into()));
    assert!(a.input.nullable && !a.input.sensitive);
    assert_eq!(b.input.docs.description.as_deref(), Some("Own"));
    assert_eq!(b.input.default, Some("z".into()));
    assert_eq!(
        b.input.limits,
        [Limit::Characters(Counts {
            least: None,
            most: Some(3)
        })]
    );
    assert!(b.input.sensitive && b.input.deprecated);
}

#[test]
fn a_path_is_split_and_percent_encoded() {
    let lowered = lower(
        "
paths:
  /ä b/{a}..{b}.json/{c}:
    get:
      operationId: op
      parameters:
      - {name: b, in: path, required: true, schema: {type: integer}}
      - {name: a, in: path, required: true, schema: {type: string}}
      - {name: c, in: path, required: true, schema: {type: string}}
      responses: {'204': {description: ok}}
",
    );
    let literal = |text: &str| PathPart::Literal(text.to_owned());
    assert_eq!(
        lowered.operation("op").path_parts,
        [
            literal("/%C3%A4%20b/"),
            PathPart::Param(0),
            literal(".."),
            PathPart::Param(1),
            literal(".json/"),
            PathPart::Param(2)
        ]
    );
}

#[test]
fn a_fragment_of_a_path_is_not_sent() {
    let lowered = lower(
        "
paths:
  /a#Action=Get:
    get: {operationId: op, responses: {'204': {description: ok}}}
",
    );
    assert_eq!(
        lowered.operation("op").path_parts,
        [PathPart::Literal("/a".to_owned())]
    );
    assert_eq!(
        lowered.warnings(),
        ["the path contains a `#`; the client doesn't send the part after it"]
    );
}

#[test]
fn groups_follow_the_tags_of_the_document_and_then_first_use() {
    let lowered = lower(
        "
tags: [{name: unused}, {name: second, description: The second}, {name: first}]
paths:
  /a:
    get: {operationId: a, tags: [new, second], responses: {'204': {description: ok}}}
    put: {operationId: b, responses: {'204': {description: ok}}}
  /b:
    get: {operationId: c, tags: [first], responses: {'204': {description: ok}}}
    put: {operationId: d, tags: [second], responses: {'204': {description: ok}}}
",
    );
    let groups: Vec<_> = lowered
        .api
        .groups
        .iter()
        .map(|it| it.tag.as_deref())
        .collect();
    assert_eq!(groups, [Some("second"), Some("first"), Some("new"), None]);
    assert_eq!(
        lowered.api.groups[0].description.as_deref(),
        Some("The second")
    );
    let of = |id: &str| lowered.operation(id).group.0;
    assert_eq!([of("a"), of("b"), of("c"), of("d")], [2, 3, 1, 0]);
}

#[test]
fn security_schemes_say_what_they_send() {
    let lowered = lower(
        "
security: [{basic: []}]
paths:
  /a:
    get: {operationId: a, responses: {'204': {description: ok}}}
    put: {operationId: b, security: [], responses: {'204': {description: ok}}}
    post: {operationId: c, security: [{oauth: [read, write], key: []}, {}], responses: {'204': {description: ok}}}
components:
  securitySchemes:
    basic: {type: http, scheme: Basic}
    oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: /t, scopes: {read: r, write: w}}}}
    key: {type: apiKey, in: query, name: k}
    digest: {type: http, scheme: Digest}
",
    );
    let kinds: Vec<_> = lowered
        .api
        .schemes
        .iter()
        .map(|it| it.kind.clone())
        .collect();
    let expected = [
        SchemeKind::Basic,
        SchemeKind::Bearer,
        SchemeKind::QueryKey("k".to_owned()),
        SchemeKind::Authorization("Digest".to_owned()),
    ];
    assert_eq!(kinds, expected);
    let warning = "the client doesn't implement HTTP authentication `Digest`: it sends the credentials that the caller has computed, unchanged with every request";
    assert_eq!(lowered.warnings(), [warning]);
    let uses = |id: &str| -> Vec<Vec<(usize, usize)>> {
        let alternatives = &lowered.operation(id).security;
        let pair = |it: &crate::ir::SchemeUse| (it.scheme.0, it.scopes.len());
        alternatives
            .iter()
            .map(|it| it.iter().map(pair).collect())
            .collect()
    };
    assert_eq!(uses("a"), [[(0, 0)]]);
    assert!(uses("b").is_empty());
    assert_eq!(uses("c"), [vec![(1, 2), (2, 0)], vec![]]);
}

#[test]
fn oauth_schemes_keep_their_flows() {
    for (version, device) in [
        ("3.0.3", "x-deviceAuthorization"),
        ("3.1.0", "x-deviceAuthorization"),
        ("3.2.0", "deviceAuthorization"),
    ] {
        let lowered = lower_version(
            version,
            &format!(
                "
paths: {{}}
components:
  securitySchemes:
    oauth:
      type: oauth2
      flows:
        {device}:
          deviceAuthorizationUrl: /device
          tokenUrl: https://id.example.com/token
          refreshUrl: /refresh
          scopes: {{a: First, b: Second}}
        clientCredentials: {{tokenUrl: token, scopes: {{}}}}
        implicit: {{authorizationUrl: /authorize, refreshUrl: '', scopes: {{}}}}
        password: {{tokenUrl: /password, scopes: {{}}}}
        authorizationCode: {{authorizationUrl: /code, tokenUrl: /token, scopes: {{}}}}
    oidc: {{type: openIdConnect, openIdConnectUrl: 'https://id.example.com/.well-known/openid-configuration'}}
    plain: {{type: http, scheme: bearer}}
"
            ),
        );
        let [oauth, oidc, plain] = lowered.api.schemes.as_slice() else {
            panic!("three schemes")
        };
        assert!(plain.flows.is_empty() && plain.metadata_url.is_none());
        assert_eq!(
            oidc.metadata_url.as_deref(),
            Some("https://id.example.com/.well-known/openid-configuration")
        );
        assert_eq!(oidc.kind, SchemeKind::Bearer);
        let kinds: Vec<_> = oauth.flows.iter().map(|flow| flow.kind).collect();
        assert_eq!(
            kinds,
            [
                FlowKind::Implicit,
                FlowKind::Password,
                FlowKind::ClientCredentials,
                FlowKind::AuthorizationCode,
                FlowKind::DeviceAuthorization,
            ]
        );
        assert_eq!(oauth.flows[0].refresh_url, None, "an empty URL is none");
        assert_eq!(oauth.flows[2].token_url.as_deref(), Some("token"));
        let text = |text: &str| Some(text.to_owned());
        let pair = |name: &str, meaning: &str| (name.to_owned(), meaning.to_owned());
        let flows = oauth.pointer.child("flows");
        let expected = Flow {
            pointer: flows.child(device),
            kind: FlowKind::DeviceAuthorization,
            authorization_url: None,
            device_authorization_url: text("/device"),
            token_url: text("https://id.example.com/token"),
            refresh_url: text("/refresh"),
            scopes: vec![pair("a", "First"), pair("b", "Second")],
        };
        assert_eq!(oauth.flows[4], expected);
    }
}

#[test]
fn servers_keep_their_variables() {
    let lowered = lower(
        "
servers:
- url: https://{region}.example.com
  variables: {region: {default: eu, enum: [eu, us]}}
paths:
  /a:
    get:
      operationId: a
      servers: [{url: 'https://other.example.com'}]
      responses: {'204': {description: ok}}
",
    );
    let variable = &lowered.api.servers[0].variables[0];
    assert_eq!(
        (variable.name.as_str(), variable.default.as_str()),
        ("region", "eu")
    );
    assert_eq!(variable.allowed, ["eu", "us"]);
    assert_eq!(
        lowered.operation("a").servers[0].url,
        "https://other.example.com"
    );
}
