use super::{Analysed, operation};
use crate::view::response::{ArmKind, ArmView, OutputKind, Replies, UndocumentedView};

const SCHEMAS: &str = "
Pet: {type: object, properties: {name: {type: string}}}
Job: {type: object, properties: {id: {type: integer}}}
";

/// Analyses an operation with these responses.
fn responses(text: &str) -> Analysed {
    operation(&format!("responses:\n{text}"), SCHEMAS)
}

/// Formats an arm as `statuses => body output`.
fn text(arm: &ArmView) -> String {
    let output = match &arm.output {
        OutputKind::Variant { output, variant } => format!("{output}::{variant}"),
        other => format!("{other:?}"),
    };
    format!("{} => {:?} {output}", arm.statuses, arm.body)
}

fn arms(document: &Analysed) -> Vec<String> {
    document.operation().arms.iter().map(text).collect()
}

const PET: &str =
    "{description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}";
const JOB: &str =
    "{description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}";
const NONE: &str = "{description: ok}";

#[test]
fn one_body_is_the_output_itself() {
    let it = responses(&format!("  '200': {PET}\n  '404': {JOB}"));
    assert_eq!(arms(&it), ["200 => Json Body"]);
    assert_eq!(it.operation().output.ty.as_str(), "models::Pet");
    assert!(it.operation().output.variants.is_none());
}

#[test]
fn a_body_for_some_successes_is_optional() {
    let it = responses(&format!("  '200': {PET}\n  '204': {NONE}"));
    assert_eq!(arms(&it), ["200 => Json Optional", "204 => Empty Optional"]);
    assert_eq!(it.operation().output.ty.as_str(), "Option<models::Pet>");
}

#[test]
fn different_bodies_become_an_enumeration() {
    let it = responses(&format!("  '200': {PET}\n  '202': {JOB}\n  '204': {NONE}"));
    assert_eq!(
        arms(&it),
        [
            "200 => Json OpOutput::Ok",
            "202 => Json OpOutput::Accepted",
            "204 => Empty OpOutput::NoContent"
        ]
    );
    let output = it.operation().output;
    assert_eq!(output.ty.as_str(), "OpOutput");
    let types: Vec<String> = output
        .variants
        .expect("an enumeration")
        .variants
        .iter()
        .map(|it| {
            it.ty
                .as_ref()
                .map_or("none".to_owned(), ToString::to_string)
        })
        .collect();
    assert_eq!(types, ["models::Pet", "models::Job", "none"]);
}

#[test]
fn a_range_covers_the_statuses_without_their_own_response() {
    let it = responses(&format!(
        "  2XX: {PET}\n  '201': {PET}\n  '204': {PET}\n  default: {JOB}"
    ));
    assert_eq!(
        arms(&it),
        [
            "201 => Json Optional",
            "204 => Empty Optional",
            "200 | 202..=203 | 205..=299 => Json Optional"
        ]
    );
}

#[test]
fn the_default_is_a_success_only_without_a_2xx() {
    let it = responses(&format!("  default: {PET}\n  '404': {JOB}"));
    assert_eq!(arms(&it), ["200..=299 => Json Body"]);
    let it = responses(&format!("  default: {PET}\n  '201': {JOB}"));
    assert_eq!(arms(&it), ["201 => Json Body"]);
}

#[test]
fn a_redirect_is_a_success_only_without_a_2xx() {
    let it = responses(&format!("  '302': {NONE}"));
    assert_eq!(arms(&it), ["302 => Empty Unit"]);
    let it = responses(&format!("  '302': {NONE}\n  '200': {PET}"));
    assert_eq!(arms(&it), ["200 => Json Body"]);
}

#[test]
fn a_call_without_a_documented_success_succeeds_with_any_2xx() {
    let it = responses(&format!("  '404': {JOB}"));
    assert_eq!(arms(&it), [""; 0]);
    assert_eq!(it.operation().undocumented, Some(UndocumentedView::Ignored));
    assert_eq!(it.operation().output.ty.as_str(), "()");
    assert_eq!(it.operation().mocked.status, 200);
}

/// Formats how a success is decoded that isn't documented.
fn undocumented(document: &Analysed) -> Option<Vec<String>> {
    Some(match document.operation().undocumented? {
        UndocumentedView::Ignored => Vec::new(),
        UndocumentedView::As(arm) => vec![text(&arm)],
        UndocumentedView::FirstMatch { bodies, empty, .. } => {
            let bodies = bodies.iter().map(|(_, arm)| text(arm));
            bodies.chain(empty.iter().map(text)).collect()
        }
    })
}

#[test]
fn a_success_that_is_not_documented_is_read_as_one_that_is() {
    let of = |text: &str| undocumented(&responses(text));
    let json = "200 | 202..=299 => Json Body".to_owned();
    assert_eq!(of(&format!("  '201': {PET}")), Some(vec![json.clone()]));
    assert_eq!(
        of(&format!("  '201': {PET}\n  default: {JOB}")),
        Some(vec![json])
    );
    assert_eq!(of(&format!("  '204': {NONE}")), Some(Vec::new()));
    assert_eq!(of(&format!("  2XX: {PET}")), None);
    assert_eq!(of(&format!("  default: {PET}")), None);
    assert_eq!(
        of(&format!("  '200': {PET}\n  '201': {PET}\n  '204': {NONE}")),
        Some(vec![
            "202..=203 | 205..=299 => Json Optional".to_owned(),
            "202..=203 | 205..=299 => Empty Optional".to_owned()
        ])
    );
    assert_eq!(
        of(&format!("  '204': {NONE}\n  '202': {JOB}\n  '200': {PET}")),
        Some(vec![
            "201 | 203 | 205..=299 => Json OpOutput::Ok".to_owned(),
            "201 | 203 | 205..=299 => Json OpOutput::Accepted".to_owned(),
            "201 | 203 | 205..=299 => Empty OpOutput::NoContent".to_owned()
        ])
    );
}

#[test]
fn documented_redirects_are_known_to_the_client() {
    let it = responses(&format!("  '200': {PET}\n  '303': {NONE}\n  4XX: {NONE}"));
    assert_eq!(it.operation().meta.redirects, [(303, 303)]);
    let it = responses(&format!("  '302': {NONE}\n  3XX: {NONE}"));
    assert_eq!(it.operation().meta.redirects, [(302, 302), (300, 399)]);
}

#[test]
fn each_kind_of_body_has_its_decoding() {
    let kind = |content: &str| {
        let it = responses(&format!(
            "  '200': {{description: ok, content: {{{content}}}}}"
        ));
        let operation = it.operation();
        (
            operation.arms[0].body,
            operation.download.is_some(),
            operation.streams,
        )
    };
    let pet = "{schema: {$ref: '#/components/schemas/Pet'}}";
    assert_eq!(
        kind(&format!("application/json: {pet}")),
        (ArmKind::Json, false, false)
    );
    assert_eq!(
        kind("text/plain: {schema: {type: string}}"),
        (ArmKind::Text, true, false)
    );
    assert_eq!(kind("image/png: {}"), (ArmKind::Bytes, true, false));
    assert_eq!(
        kind(&format!("text/event-stream: {pet}")),
        (ArmKind::Events, false, true)
    );
    assert_eq!(
        kind("text/event-stream: {schema: {type: string}}"),
        (ArmKind::TextEvents, false, true)
    );
    let event = "{properties: {event: {enum: [log, error]}, data: {type: string}}}";
    assert_eq!(
        kind(&format!(
            "text/event-stream: {{schema: {{type: array, items: {event}}}}}"
        )),
        (ArmKind::AllTextEvents, false, true)
    );
}

#[test]
fn an_alternate_media_type_names_the_method_that_decodes_it() {
    let it = responses(
        "  '200':
    description: ok
    content:
      application/json: {schema: {$ref: '#/components/schemas/Pet'}}
      text/csv: {schema: {type: string}}",
    );
    let arm = &it.operation().arms[0];
    let alternates: Vec<String> = arm
        .alternates
        .iter()
        .map(|it| format!("{} {}", it.media_type, it.method))
        .collect();
    assert_eq!(alternates, ["\"text/csv\" \"op_csv\""]);
}

#[test]
fn a_mock_encodes_what_a_call_decodes() {
    let it = responses(&format!("  '201': {PET}\n  '204': {NONE}"));
    let mocked = it.operation().mocked;
    assert_eq!(mocked.status, 201);
    let Replies::Match(replies) = &mocked.replies else {
        panic!("{mocked:?}");
    };
    let replies: Vec<_> = replies.iter().map(|it| (it.status, it.body)).collect();
    assert_eq!(replies, [(201, ArmKind::Json), (204, ArmKind::Empty)]);
}

#[test]
fn a_mock_sets_the_media_type_only_if_it_differs_from_the_default() {
    let media_type = |name: &str| {
        let it = responses(&format!(
            "  '200': {{description: ok, content: {{'{name}': {{}}}}}}"
        ));
        let mocked = it.operation().mocked;
        let Replies::Body(reply) = mocked.replies else {
            panic!("{mocked:?}");
        };
        reply.media_type.map(|it| it.to_string())
    };
    assert_eq!(media_type("application/json"), None);
    assert_eq!(media_type("image/png"), Some("\"image/png\"".to_owned()));
    assert_eq!(media_type("image/*"), None);
}
