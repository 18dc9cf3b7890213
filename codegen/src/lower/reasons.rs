//! Why a value stays untyped or is simplified: phrases that a report can count.

pub(super) const NO_TYPE: &str = "the schema states no type";
pub(super) const OPEN_OBJECT: &str = "an object without properties";
pub(super) const ANY_MEMBERS: &str = "additional properties of any type";
pub(super) const NO_ITEMS: &str = "an array without items";
pub(super) const ONLY_NOT: &str = "the schema says only what a value is not";
pub(super) const ONLY_NULL: &str = "only null is allowed";
pub(super) const MIXED_ENUM: &str = "an enumeration of values of different kinds";
pub(super) const TWO_UNIONS: &str = "allOf over several unions";
pub(super) const ONE_OF_BESIDE_ANY_OF: &str = "oneOf beside anyOf";
pub(super) const SELF_CONTAINED: &str = "a schema that contains itself with no object between";
pub(super) const TOO_DEEP: &str = "schemas nested too deeply";
pub(super) const TOO_MANY: &str = "too many combined schemas";
pub(super) const BASE_ONLY: &str =
    "a discriminator without oneOf: only the members of the base are read";
pub(super) const UNDECLARED: &str = "a required property that is not declared";
pub(super) const NO_SCHEMA: &str = "a JSON media type without schema";
pub(super) const STRUCTURED_TEXT: &str =
    "a structured value in a text media type is passed as text";
pub(super) const XML: &str = "XML is passed as text";
pub(super) const MULTIPART: &str = "a multipart body is passed as bytes";
pub(super) const PART_TEXT: &str =
    "a structured part in a media type other than JSON is passed as text";
pub(super) const PART_HEADER: &str = "a header of a part is not offered";
pub(super) const HEADER_TEXT: &str = "a structured header of an answer is read as text";
pub(super) const PARAMETER_CONTENT: &str =
    "a parameter in a media type other than JSON is passed as text";
pub(super) const FORM_NOT_OBJECT: &str = "a form whose schema is not an object is passed as text";
pub(super) const FORM_EMPTY: &str = "a form without fields is not sent";
pub(super) const FORM_UNION: &str = "a form of alternatives offers the fields of all of them";
pub(super) const FORM_ADDITIONAL: &str = "additional properties of a form are not offered";

/// The reasons for which a value is any JSON value.
const UNTYPED: [&str; 12] = [
    NO_TYPE,
    OPEN_OBJECT,
    ANY_MEMBERS,
    NO_ITEMS,
    ONLY_NOT,
    ONLY_NULL,
    MIXED_ENUM,
    TWO_UNIONS,
    ONE_OF_BESIDE_ANY_OF,
    SELF_CONTAINED,
    TOO_DEEP,
    NO_SCHEMA,
];

/// Whether a value is any JSON value for this reason. For the others it has a type that says less
/// than the document does.
pub(super) fn leaves_untyped(reason: &str) -> bool {
    UNTYPED.contains(&reason)
}
