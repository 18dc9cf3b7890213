//! What the caller decides about a client, beside the document.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Options of one client. In `spec/clients.toml` they stand in the client's table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// Name of the package, such as `twilio-oauth`.
    pub package: String,
    /// Version of the package.
    #[serde(default = "default_version")]
    pub version: String,
    /// One line for the package's manifest; made from the document's title where absent.
    #[serde(default)]
    pub description: Option<String>,
    /// SPDX expression for the package's manifest.
    #[serde(default)]
    pub license: Option<String>,
    /// How generated files name the document they come from, such as `spec/twilio_oauth_v1.yaml`.
    #[serde(default)]
    pub document: String,
    /// The overlays (OpenAPI Overlay 1.0 or 1.1) that repair the document, applied in this order;
    /// named as the document is.
    #[serde(default)]
    pub overlays: Vec<String>,
    /// Which models can be encoded and decoded.
    #[serde(default)]
    pub codec: Codec,
    /// Where the client's runtime comes from.
    #[serde(default)]
    pub runtime: RuntimeSource,
    /// What hand-written tests and examples of the package need: crate name to TOML value.
    #[serde(default)]
    pub dev_dependencies: BTreeMap<String, toml::Value>,
    /// The hand-written examples of the package that its front page names: the name of each, and what
    /// it shows, in a sentence.
    #[serde(default)]
    pub examples: BTreeMap<String, String>,
    /// The operations that the client has; all of them where nothing is named.
    #[serde(default)]
    pub select: Selection,
    /// Operations that the client doesn't have, though `select` names them.
    #[serde(default)]
    pub exclude: Selection,
    /// The operations of a device login (RFC 8628), if the client is to offer one other than that of
    /// the document's device authorization flow.
    #[serde(default)]
    pub device_login: Option<DeviceLoginOptions>,
    /// Which operations answer in pages, and how, where the document doesn't show it.
    #[serde(default)]
    pub pagination: Vec<PaginationRule>,
    /// The conventions by which paginated operations are recognised without a rule. Defaults to all
    /// presets; an empty list disables them.
    #[serde(default = "PaginationPreset::all")]
    pub pagination_presets: Vec<PaginationPreset>,
    /// Members that answers may lack, or have as null, though the document requires them: they are
    /// optional in what is read, and a request has to give them all the same. An entry is the name of a
    /// model in the client, for all its members, or `Model.member` with the member's name in JSON; `*`
    /// stands for any text, and alone for every member of every model.
    #[serde(default)]
    pub tolerate_missing: Vec<String>,
    /// Whether the package is a member of a workspace; if not, its manifest says that it stands alone.
    #[serde(default)]
    pub workspace_member: bool,
}

impl Options {
    /// The defaults, for a package of this name.
    pub fn new(package: impl Into<String>) -> Self {
        Self {
            package: package.into(),
            version: default_version(),
            description: None,
            license: None,
            document: String::new(),
            overlays: Vec::new(),
            codec: Codec::default(),
            runtime: RuntimeSource::default(),
            dev_dependencies: BTreeMap::new(),
            examples: BTreeMap::new(),
            select: Selection::default(),
            exclude: Selection::default(),
            device_login: None,
            pagination: Vec::new(),
            pagination_presets: PaginationPreset::all(),
            tolerate_missing: Vec::new(),
            workspace_member: false,
        }
    }

    /// The operations that options other than `select` and `exclude` name, each with its option.
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

/// Operations, by what they have in common. An operation is meant if any entry matches it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Selection {
    /// Tags; every tag of an operation counts.
    #[serde(default)]
    pub tags: Vec<String>,
    /// `operationId`s; where the document gives none, those that the generator makes.
    #[serde(default)]
    pub operations: Vec<String>,
    /// Path templates, in which `*` stands for a part of a segment and `**` for any number of
    /// segments: `/v1/pets/**`.
    #[serde(default)]
    pub paths: Vec<String>,
}

impl Selection {
    /// Whether it names nothing.
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.operations.is_empty() && self.paths.is_empty()
    }
}

/// The operations of a device login, and what their fields are called where it isn't what the
/// standards call them. If no operation is named, they are those at the addresses of the device
/// authorization flow of a security scheme.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeviceLoginOptions {
    /// `operationId` of the device authorization request.
    #[serde(default)]
    pub authorization: Option<String>,
    /// `operationId` of the token request.
    #[serde(default)]
    pub token: Option<String>,
    /// The security scheme whose flow it is, if several have one and no operation is named.
    #[serde(default)]
    pub scheme: Option<String>,
    /// In place of `client_id`.
    #[serde(default)]
    pub client_id: Option<String>,
    /// In place of `client_secret`.
    #[serde(default)]
    pub client_secret: Option<String>,
    /// In place of `scope`. A list has one scope an item, a string has them separated by spaces.
    #[serde(default)]
    pub scope: Option<String>,
    /// In place of `audience`. A list has one an item, a string holds a single one.
    #[serde(default)]
    pub audience: Option<String>,
    /// In place of `grant_type`.
    #[serde(default)]
    pub grant_type: Option<String>,
    /// In place of `device_code`.
    #[serde(default)]
    pub device_code: Option<String>,
    /// In place of `refresh_token`.
    #[serde(default)]
    pub refresh_token: Option<String>,
}

/// How operations answer in pages. Of the rules that fit an operation, the first holds.
///
/// The extension `x-pagination` of an operation has the same form, without `operations`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PaginationRule {
    /// `operationId`s, in which `*` stands for any text; without one, every operation that fits.
    #[serde(default)]
    pub operations: Vec<String>,
    /// How the next page is asked for.
    pub style: PageStyle,
    /// Where the answer has its items, as a JSON pointer; its only list where absent.
    #[serde(default)]
    pub items: Option<String>,
    /// Where the answer has the address or the cursor of the next page, as a JSON pointer.
    #[serde(default)]
    pub next: Option<String>,
    /// In place of `next`: where the last item has the cursor, as a JSON pointer into the item.
    #[serde(default)]
    pub last_item: Option<String>,
    /// The query parameter that takes the cursor, the offset, or the number of the page.
    #[serde(default)]
    pub parameter: Option<String>,
    /// The number of the first page; 1 where absent.
    #[serde(default)]
    pub first_page: Option<u64>,
    /// Where the answer says whether there are more pages, as a JSON pointer to a boolean.
    #[serde(default)]
    pub more: Option<String>,
}

impl PaginationRule {
    /// A rule of this style for whatever it fits.
    pub fn new(style: PageStyle) -> Self {
        Self {
            operations: Vec::new(),
            style,
            items: None,
            next: None,
            last_item: None,
            parameter: None,
            first_page: None,
            more: None,
        }
    }

    /// Whether the rule names this operation.
    pub fn names(&self, operation_id: &str) -> bool {
        let names = |pattern: &String| crate::pattern::matches(pattern, operation_id);
        self.operations.iter().any(names)
    }

    /// A key that means nothing beside the style, and what to do.
    pub fn needless(&self) -> Option<(&'static str, &'static str)> {
        let with_parameter = !matches!(self.style, PageStyle::Link | PageStyle::LinkHeader);
        let tells_next = matches!(self.style, PageStyle::Link | PageStyle::Cursor);
        let keys = [
            ("parameter", self.parameter.is_some() && !with_parameter),
            ("next", self.next.is_some() && !tells_next),
            (
                "last-item",
                self.last_item.is_some()
                    && (self.style != PageStyle::Cursor || self.next.is_some()),
            ),
            (
                "first-page",
                self.first_page.is_some() && self.style != PageStyle::Number,
            ),
        ];
        let needless = keys.into_iter().find(|(_, needless)| *needless);
        needless.map(|(key, _)| (key, "remove it, or choose another `style`"))
    }
}

/// How the next page is asked for.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum PageStyle {
    /// At the address that the answer's body holds.
    Link,
    /// At the address that the header `Link` holds with `rel="next"` (RFC 8288).
    LinkHeader,
    /// With the cursor that the answer holds.
    Cursor,
    /// With the number of items before it.
    Offset,
    /// With its number.
    Number,
}

/// A convention of pagination that many operations of a document follow.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum PaginationPreset {
    /// The APIs of Twilio: the response of a GET has the URL of the next page in `next_page_url` of
    /// `meta`, or in `next_page_uri`.
    Twilio,
    /// A GET that returns a list and documents the response header `Link` (RFC 8288).
    LinkHeader,
}

impl PaginationPreset {
    /// Returns all presets, in the order in which they are tried.
    fn all() -> Vec<Self> {
        vec![Self::Twilio, Self::LinkHeader]
    }
}

/// Where the runtime of a client comes from: what is common to the clients of all documents.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum RuntimeSource {
    /// The modules that the client needs are copied into it: it depends on no package of this
    /// workspace.
    #[default]
    Vendored,
    /// The package `wiretrue` in this folder, relative to the client's.
    Path(String),
    /// The package `wiretrue` in the git repository at this URL.
    Git(String),
    /// The package `wiretrue` from the registry, in a version that meets this requirement.
    Version(String),
}

impl RuntimeSource {
    /// The key and the value of the dependency in the client's manifest; `None` for a copy.
    pub fn dependency(&self) -> Option<(&'static str, &str)> {
        match self {
            Self::Vendored => None,
            Self::Path(path) => Some(("path", path)),
            Self::Git(url) => Some(("git", url)),
            Self::Version(requirement) => Some(("version", requirement)),
        }
    }
}

/// Which models can be encoded and decoded.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Codec {
    /// A model is decoded if an answer holds it, and encoded if a request does.
    #[default]
    Used,
    /// Every model is both, and what is `readOnly` is written, too, so that a program can keep
    /// answers.
    Both,
}

fn default_version() -> String {
    "0.1.0".to_owned()
}
