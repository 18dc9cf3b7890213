//! The options of a client.

mod dates;
mod names;
mod pagination;
mod publishing;
mod rust;
mod webhooks;

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

pub use self::dates::DateCrate;
pub use self::names::NameOptions;
pub use self::pagination::{ListEnd, PageStyle, PaginationPreset, PaginationRule};
pub use self::publishing::{Categories, Keywords, PageUrl, RustVersion};
pub use self::rust::{DerivePath, OuterAttribute, TypePath};
pub use self::webhooks::{
    EventHeader, HmacSignature, Signature, SignatureAlgorithm, SignatureEncoding,
    SignatureTimestamp, SignedPart, SignedTemplate, WebhookOptions,
};

/// The options of one client. In the manifest, they are the client's table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The name of the package, such as `twilio-oauth`.
    pub package: String,
    /// The version of the package. Defaults to `0.1.0`.
    #[serde(default = "default_version")]
    pub version: String,
    /// The description in the package's manifest, on one line. Defaults to one derived from the
    /// document's title.
    #[serde(default)]
    pub description: Option<String>,
    /// The license in the package's manifest, as an SPDX expression. Defaults to none.
    #[serde(default)]
    pub license: Option<String>,
    /// The address of the package's source code. Defaults to none.
    #[serde(default)]
    pub repository: Option<PageUrl>,
    /// The address of the package's website. Defaults to none.
    #[serde(default)]
    pub homepage: Option<PageUrl>,
    /// The address of the package's documentation. Defaults to docs.rs, for a published package.
    #[serde(default)]
    pub documentation: Option<PageUrl>,
    /// The authors of the package, such as `Ada <ada@example.com>`. Defaults to none.
    #[serde(default)]
    pub authors: Vec<String>,
    /// The package's keywords on crates.io: at most 5, of at most 20 characters each. Defaults to none.
    #[serde(default)]
    pub keywords: Keywords,
    /// The package's categories on crates.io, as slugs: at most 5. Defaults to none.
    #[serde(default)]
    pub categories: Categories,
    /// The oldest version of Rust that the package supports. Defaults to `1.88`, the oldest that a
    /// client can be compiled with.
    #[serde(default)]
    pub rust_version: RustVersion,
    /// How docs.rs builds the package's documentation, such as `{ all-features = true }`. Defaults to
    /// docs.rs' own settings.
    #[serde(default)]
    pub docs_rs: toml::Table,
    /// The path of the document, or the address of a remote document, as shown in generated files. Required
    /// in a manifest. Defaults to none.
    #[serde(default)]
    pub document: String,
    /// The folder that contains the document, and all files that the document may refer to. Defaults to the
    /// document's own folder.
    #[serde(default)]
    pub root: Option<String>,
    /// The hosts from which remote documents (`https:` addresses) may be loaded; `true` allows all public
    /// hosts. Defaults to none.
    #[serde(default)]
    pub allow_remote: AllowRemote,
    /// The overlays (OpenAPI Overlay 1.0 or 1.1) that change the document, in the order in which they are
    /// applied. Defaults to none.
    #[serde(default)]
    pub overlays: Vec<String>,
    /// Whether the package contains only models: all of them, or with `select` those that the selected
    /// operations need. Then all models are encoded and decoded. Defaults to false.
    #[serde(default)]
    pub types_only: bool,
    /// Which models are encoded and decoded. Defaults to what the operations need.
    #[serde(default)]
    pub codec: Codec,
    /// The source of the client's runtime. Defaults to a vendored copy.
    #[serde(default)]
    pub runtime: RuntimeSource,
    /// The modules of operations and models: `apis` and `models`, or a module for each group of operations.
    /// Defaults to `"by-kind"`.
    #[serde(default)]
    pub layout: Layout,
    /// The folder of your own templates, which extend the client. Defaults to none.
    #[serde(default)]
    pub templates: Option<String>,
    /// The dev-dependencies of hand-written tests and examples: crate name to TOML value. Defaults to
    /// none.
    #[serde(default)]
    pub dev_dependencies: BTreeMap<String, toml::Value>,
    /// The hand-written examples that the package's README lists: name to a phrase that describes the
    /// example. Defaults to none.
    #[serde(default)]
    pub examples: BTreeMap<String, String>,
    /// The operations of the client. Defaults to all operations.
    #[serde(default)]
    pub select: Selection,
    /// Operations that the client doesn't contain, even if `select` lists them. Defaults to none.
    #[serde(default)]
    pub exclude: Selection,
    /// The device login (RFC 8628) of the client. Defaults to the device authorization flow of the
    /// document, if it has one.
    #[serde(default)]
    pub device_login: Option<DeviceLoginOptions>,
    /// How webhooks are distinguished and verified. Defaults to the tags of the document, and to no
    /// signature.
    #[serde(default)]
    pub webhooks: WebhookOptions,
    /// The rules of pagination, for operations that neither the document nor a preset covers. Defaults to
    /// none.
    #[serde(default)]
    pub pagination: Vec<PaginationRule>,
    /// The conventions by which paginated operations are recognised without a rule. Defaults to all
    /// presets; an empty list disables them.
    #[serde(default = "PaginationPreset::all")]
    pub pagination_presets: Vec<PaginationPreset>,
    /// Required properties that may be missing or null in a response. The model's field is then
    /// optional; requests must still set it. An entry is a model of the client, for all its
    /// properties, or `Model.property` with the property's name in JSON. `*` matches any text; on
    /// its own it matches every property of every model. Defaults to none.
    #[serde(default)]
    pub tolerate_missing: Vec<String>,
    /// Whether models that responses contain keep undeclared properties, so that these are written back.
    /// Defaults to false.
    #[serde(default)]
    pub keep_unknown: bool,
    /// The crate that provides the types of dates and times. Defaults to `"chrono"`.
    #[serde(default)]
    pub dates: DateCrate,
    /// The types of formats of strings and numbers: `"text"`, or the path of a type as in `replace`. A
    /// format that isn't listed has its own type. Defaults to none.
    #[serde(default)]
    pub formats: BTreeMap<String, FormatType>,
    /// The types that replace schemas: the name of a component schema, or the JSON pointer of a
    /// schema, to the path of a type, such as `rust_decimal::Decimal`. `crate::custom::…` is a type in
    /// the client's hand-written file `src/custom.rs`. Defaults to none.
    #[serde(default)]
    pub replace: BTreeMap<String, TypePath>,
    /// More derives of models: the name of a model in the client to paths of derive macros. `*` in the
    /// name matches any text. A derive of the standard library under a name with `*` applies to the
    /// models that can implement it. Defaults to none.
    #[serde(default)]
    pub derive: BTreeMap<String, Vec<DerivePath>>,
    /// More attributes: the name of a model in the client, or `Model.property` with the property's name
    /// in JSON, to attributes. `*` matches any text. Defaults to none.
    #[serde(default)]
    pub attributes: BTreeMap<String, Vec<OuterAttribute>>,
    /// Names that differ from those of the document. Defaults to none.
    #[serde(default)]
    pub names: NameOptions,
    /// Crates that the client depends on for the derives, types and templates of other options: crate name
    /// to TOML value. Defaults to none.
    #[serde(default)]
    pub dependencies: BTreeMap<String, toml::Value>,
    /// Whether the package is a member of a workspace. If not, its manifest declares a separate workspace.
    /// Defaults to false.
    #[serde(default)]
    pub workspace_member: bool,
    /// Whether the client is one of those of an umbrella crate, which builds it.
    #[serde(skip)]
    pub in_umbrella: bool,
}

impl Options {
    /// Returns the default options of a package.
    pub fn new(package: impl Into<String>) -> Self {
        Self {
            package: package.into(),
            version: default_version(),
            description: None,
            license: None,
            repository: None,
            homepage: None,
            documentation: None,
            authors: Vec::new(),
            keywords: Keywords::default(),
            categories: Categories::default(),
            rust_version: RustVersion::default(),
            docs_rs: toml::Table::new(),
            document: String::new(),
            root: None,
            allow_remote: AllowRemote::default(),
            overlays: Vec::new(),
            types_only: false,
            codec: Codec::default(),
            runtime: RuntimeSource::default(),
            layout: Layout::default(),
            templates: None,
            dev_dependencies: BTreeMap::new(),
            examples: BTreeMap::new(),
            select: Selection::default(),
            exclude: Selection::default(),
            device_login: None,
            webhooks: WebhookOptions::default(),
            pagination: Vec::new(),
            pagination_presets: PaginationPreset::all(),
            tolerate_missing: Vec::new(),
            keep_unknown: false,
            dates: DateCrate::default(),
            formats: BTreeMap::new(),
            replace: BTreeMap::new(),
            derive: BTreeMap::new(),
            attributes: BTreeMap::new(),
            names: NameOptions::default(),
            dependencies: BTreeMap::new(),
            workspace_member: false,
            in_umbrella: false,
        }
    }

    /// Returns whether the options name a type of the client's hand-written module.
    pub(crate) fn names_custom_types(&self) -> bool {
        let formats = self.formats.values().filter_map(|ty| match ty {
            FormatType::Type(path) => Some(path),
            FormatType::Text => None,
        });
        self.replace
            .values()
            .chain(formats)
            .any(TypePath::is_custom)
    }

    /// Returns the operations that options other than `select` and `exclude` name, each with the name
    /// of the option.
    pub(crate) fn named_operations(&self) -> Vec<(&'static str, &str)> {
        let login = self.device_login.iter().flat_map(|login| {
            [
                ("device-login.authorization", &login.authorization),
                ("device-login.token", &login.token),
            ]
        });
        login
            .filter_map(|(option, id)| Some((option, id.as_deref()?)))
            .collect()
    }
}

/// The hosts from which documents may be downloaded: `true` for every host with a public address, or a
/// list of hosts, whose addresses may be private.
///
/// The generator itself downloads nothing: [`RemoteLoader`](crate::RemoteLoader) does, for the caller.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(from = "AllowRemoteForm")]
pub struct AllowRemote(Vec<String>);

impl AllowRemote {
    /// Returns the hosts; `*` allows every host with a public address.
    pub fn hosts(&self) -> &[String] {
        &self.0
    }
}

/// The form of the option in a manifest.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected `true`, `false` or a list of hosts")]
enum AllowRemoteForm {
    Public(bool),
    Hosts(Vec<String>),
}

impl From<AllowRemoteForm> for AllowRemote {
    fn from(form: AllowRemoteForm) -> Self {
        Self(match form {
            AllowRemoteForm::Public(false) => Vec::new(),
            AllowRemoteForm::Public(true) => vec!["*".to_owned()],
            AllowRemoteForm::Hosts(hosts) => hosts,
        })
    }
}

/// A selection of operations and webhooks. One is selected if at least one entry matches it. Callbacks belong to
/// their operation.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Selection {
    /// Tags. An operation or a webhook matches with any of its tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// `operationId`s, or those that the generator assigns if the document has none.
    #[serde(default)]
    pub operations: Vec<String>,
    /// Path templates. `*` matches part of a segment and `**` any number of segments, such as
    /// `/v1/pets/**`.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Names of webhooks, in which `*` matches any text without `/`. If a selection has nothing else, it doesn't concern
    /// operations.
    #[serde(default)]
    pub webhooks: Vec<String>,
}

impl Selection {
    /// Returns whether there are no entries.
    pub fn is_empty(&self) -> bool {
        !self.names_operations() && self.webhooks.is_empty()
    }

    /// Returns whether there are entries that operations may match.
    pub fn names_operations(&self) -> bool {
        !(self.tags.is_empty() && self.operations.is_empty() && self.paths.is_empty())
    }
}

/// The operations of a device login, and the names of their fields if they differ from the
/// standard. If no operation is named, the operations at the URLs of a device authorization flow
/// are used.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeviceLoginOptions {
    /// The `operationId` of the device authorization request.
    #[serde(default)]
    pub authorization: Option<String>,
    /// The `operationId` of the token request.
    #[serde(default)]
    pub token: Option<String>,
    /// The security scheme whose flow is used, if several schemes have one and no operation is
    /// named.
    #[serde(default)]
    pub scheme: Option<String>,
    /// The name of the field `client_id`.
    #[serde(default)]
    pub client_id: Option<String>,
    /// The name of the field `client_secret`.
    #[serde(default)]
    pub client_secret: Option<String>,
    /// The name of the field `scope`. An array has one scope per item; a string contains all
    /// scopes, separated by spaces.
    #[serde(default)]
    pub scope: Option<String>,
    /// The name of the field `audience`. An array has one audience per item; a string contains a
    /// single one.
    #[serde(default)]
    pub audience: Option<String>,
    /// The name of the field `grant_type`.
    #[serde(default)]
    pub grant_type: Option<String>,
    /// The name of the field `device_code`.
    #[serde(default)]
    pub device_code: Option<String>,
    /// The name of the field `refresh_token`.
    #[serde(default)]
    pub refresh_token: Option<String>,
    /// The name of the field `code` of the authorization code grant, for a sign-in with a browser.
    #[serde(default)]
    pub code: Option<String>,
    /// The name of the field `code_verifier` of that grant.
    #[serde(default)]
    pub code_verifier: Option<String>,
    /// The name of the field `redirect_uri` of that grant.
    #[serde(default)]
    pub redirect_uri: Option<String>,
}

/// The source of a client's runtime: the code that all clients share.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum RuntimeSource {
    /// The modules that the client needs are copied into it. The client depends on no package of this
    /// workspace.
    #[default]
    Vendored,
    /// The package `wiretrue` in this folder, relative to the client's.
    Path(String),
    /// The package `wiretrue` in the git repository at this URL.
    Git(String),
    /// The package `wiretrue` from the registry, with this version requirement.
    Version(String),
    /// A copy of the package `wiretrue` under another name, which all crates of an umbrella share.
    #[serde(skip)]
    Shared {
        /// The name of the package.
        package: String,
        /// The version of the package.
        version: String,
        /// The folder of the package, relative to the client's.
        path: String,
    },
}

impl RuntimeSource {
    /// Returns the key and value of the dependency in the client's manifest; `None` for a vendored copy.
    pub fn dependency(&self) -> Option<(&'static str, &str)> {
        match self {
            Self::Vendored => None,
            Self::Path(path) => Some(("path", path)),
            Self::Git(url) => Some(("git", url)),
            Self::Version(requirement) => Some(("version", requirement)),
            Self::Shared { path, .. } => Some(("path", path)),
        }
    }

    /// Returns the dependency in a client's manifest, with no features; `None` for a vendored copy.
    pub(crate) fn table(&self) -> Option<toml::Table> {
        let (key, value) = self.dependency()?;
        let mut table = toml::Table::new();
        table.insert(key.to_owned(), value.into());
        if let Self::Shared {
            package, version, ..
        } = self
        {
            table.insert("package".to_owned(), package.as_str().into());
            table.insert("version".to_owned(), version.as_str().into());
        }
        table.insert("default-features".to_owned(), false.into());
        Some(table)
    }
}

/// The type of a format: `"text"`, or the path of a type.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub enum FormatType {
    /// A string, so that the text is kept as it was received.
    Text,
    /// Another type, as with [`Options::replace`].
    Type(TypePath),
}

impl fmt::Display for FormatType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("text"),
            Self::Type(path) => path.fmt(f),
        }
    }
}

impl TryFrom<String> for FormatType {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "text" => Ok(Self::Text),
            _ => TypePath::try_from(text).map(Self::Type),
        }
    }
}

/// Where the operations and the models of a client are.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// Operations are in the module `apis` and models in `models`. Each group of operations and each model has
    /// a file of its own.
    #[default]
    ByKind,
    /// Each group of operations is a module with one file, such as `src/pets.rs`, which also has the models
    /// that only this group uses. All other models are in `src/models.rs`.
    ByGroup,
}

/// Which models are encoded and decoded.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Codec {
    /// A model is decoded if a response contains it, and encoded if a request does.
    #[default]
    Used,
    /// Every model is both encoded and decoded, including `readOnly` properties, so that a program
    /// can store responses.
    Both,
}

fn default_version() -> String {
    "0.1.0".to_owned()
}
