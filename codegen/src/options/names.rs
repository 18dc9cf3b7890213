//! The option `names`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Names that differ from those of the document. A name that something else has is an error.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NameOptions {
    /// Models: the name of a component schema, or the JSON pointer of a schema, to a name such as
    /// `Animal`.
    #[serde(default)]
    pub models: BTreeMap<String, String>,
    /// Fields of models: `Schema.property`, with the name of a component schema, or the JSON pointer of
    /// a property, to a name such as `full_name`.
    #[serde(default)]
    pub properties: BTreeMap<String, String>,
    /// Operations: `operationId` to the name of the method, such as `all_pets`. The call is `AllPets`.
    #[serde(default)]
    pub operations: BTreeMap<String, String>,
    /// Credentials: the name of a security scheme to the name of the builder's method, such as `api_key`.
    /// A method that is named here keeps its name if the document gets another scheme.
    #[serde(default)]
    pub credentials: BTreeMap<String, String>,
    /// Groups of operations: tag to the name of the client's method, such as `animals`. Operations
    /// without tags are in the group `default`.
    #[serde(default)]
    pub groups: BTreeMap<String, String>,
}
