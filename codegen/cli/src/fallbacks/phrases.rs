//! The reasons of `codegen --report` as phrases.

use wiretrue_codegen::fallback::FallbackReason;

/// Returns the phrase that the report prints for a reason.
pub fn phrase(reason: FallbackReason) -> &'static str {
    match reason {
        FallbackReason::NoType => "a schema without a type",
        FallbackReason::NoProperties => "an object without properties",
        FallbackReason::AnyAdditionalProperties => "additional properties of any type",
        FallbackReason::UndeclaredProperty => "a required property that is not declared",
        FallbackReason::NoItems => "an array without items",
        FallbackReason::OnlyNot => "a schema that has only `not`",
        FallbackReason::OnlyNull => "a schema that allows only null",
        FallbackReason::MixedEnum => "an enumeration of values of different types",
        FallbackReason::SeveralUnions => "several unions at once",
        FallbackReason::Recursive => "a schema that contains itself without an object in between",
        FallbackReason::TooDeep => "schemas nested too deeply",
        FallbackReason::NoSchema => "a JSON media type without a schema",
        FallbackReason::Swagger => "the document is Swagger 2.0, converted to OpenAPI 3.0",
        FallbackReason::TooManyCombinations => "too many combinations of schemas",
        FallbackReason::StructuredText => "a structured body in a text media type is a string",
        FallbackReason::Xml => "an XML body is a string",
        FallbackReason::MultipartBytes => "a multipart body without properties is bytes",
        FallbackReason::PartText => {
            "a structured part or field in a media type other than JSON is a string"
        }
        FallbackReason::PartHeader => "a header of a part cannot be set",
        FallbackReason::HeaderText => "a structured response header is a string",
        FallbackReason::ParameterContent => {
            "a parameter in a media type other than JSON is a string"
        }
        FallbackReason::FormNotObject => "a form whose schema is not an object is a string",
        FallbackReason::EmptyForm => "a form without fields is not sent",
        FallbackReason::FormUnion => "a form with alternatives has the fields of all of them",
        FallbackReason::FormPatterns => {
            "the fields of a form by patterns of their names (`patternProperties`) are untyped"
        }
        FallbackReason::NeverSchema => "no value matches the schema `false`",
        FallbackReason::Tuple => "a tuple is a list whose items may have any of its types",
        FallbackReason::UnevaluatedProperties => {
            "`unevaluatedProperties` beside `anyOf` or conditions are any value"
        }
        FallbackReason::PatternProperties => {
            "properties by patterns that clients can't match share a type, or may have any value"
        }
        FallbackReason::Conditions => "`if`, `then` and `else` are not checked",
        FallbackReason::DependentSchemas => "`dependentSchemas` is not checked",
        FallbackReason::DependentRequired => "`dependentRequired` is not checked",
        FallbackReason::Contains => "`contains` is not checked",
        FallbackReason::PropertyNames => "`propertyNames` is not checked",
        FallbackReason::UnevaluatedItems => "`unevaluatedItems` is not checked",
        FallbackReason::EventData => "event data that may be text or JSON is text",
        FallbackReason::UntypedItems => "a sequence (`itemSchema`) is bytes",
        FallbackReason::ContentSchema => "the content of a string (`contentSchema`) is not parsed",
        FallbackReason::Dependencies => "`dependencies` is not checked",
        FallbackReason::ContentEncoding => "bytes in an encoding other than base64 are a string",
    }
}
