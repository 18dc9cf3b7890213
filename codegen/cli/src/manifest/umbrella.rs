//! Umbrella crates in a manifest: tables with several documents.
//!
//! ```toml
//! [twilio]
//! documents = "specs/*.yaml"                  # or a list of patterns, paths and addresses
//! folder = "twilio"                           # the umbrella; the crates of the documents are in its crates/
//! [twilio.document.twilio_verify_v2]          # options of one document, by the name of its file or its path
//! name = "verify"
//! ```

use std::ops::Range;
use std::path::Path;

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue, ValueDeserializer};
use wiretrue_codegen::Options;
use wiretrue_codegen::names::umbrella::{api_name, api_package};

use super::{Api, Client, Reader, Umbrella, package_fault};
use crate::documents::{collisions, is_pattern, matching, name_of, stem};

/// The options that the umbrella has and its clients don't.
const OWN: [&str; 5] = [
    "package",
    "description",
    "dev-dependencies",
    "examples",
    "workspace-member",
];

/// An umbrella crate and its clients, each with the location of its name.
pub(super) type Parsed = (Umbrella, Vec<Client>);

/// The options of one document.
struct Override<'t> {
    at: Range<usize>,
    fields: DeTable<'t>,
    used: Vec<String>,
}

impl Reader<'_> {
    /// Reads a table with `documents`.
    pub(super) fn umbrella(
        &mut self,
        name: String,
        at: &Range<usize>,
        span: Range<usize>,
        mut fields: DeTable<'_>,
    ) -> Option<Parsed> {
        let documents = fields.remove("documents")?;
        let documents_at = documents.span();
        let texts = self.texts(documents)?;
        let overrides = fields.remove("document");
        let folder = self.folder(&name, at, &mut fields);
        let list = texts.iter().map(|text| text.get_ref().as_str());
        let list = list.collect::<Vec<_>>().join(", ");
        set(&mut fields, at, "document", DeValue::String(list.into()));
        let own = self.options(&name, at, span, fields.clone())?;
        let umbrella = Umbrella {
            folder: folder?,
            options: own,
            name,
        };
        let documents = self.documents(&texts);
        let mut overrides = self.overrides(overrides)?;
        for own in OWN {
            fields.remove(own);
        }
        let mut clients = Vec::new();
        for (document, at) in documents {
            clients.extend(self.member(&umbrella, &document, &at, &fields, &mut overrides));
        }
        self.refuse_overrides(&overrides);
        let names = clients.iter().filter_map(|it| {
            let api = it.api.as_ref()?;
            Some((it.options.document.as_str(), api.name.as_str()))
        });
        for message in collisions(names) {
            let help = format!(
                "rename all but one: [{}.document.\"PATH\"] with name = \"…\"",
                umbrella.name
            );
            self.fault(documents_at.clone(), message, help);
        }
        Some((umbrella, clients))
    }

    /// Returns the texts of `documents`: one, or a list.
    fn texts(&mut self, documents: Spanned<DeValue<'_>>) -> Option<Vec<Spanned<String>>> {
        let span = documents.span();
        let items = match documents.into_inner() {
            DeValue::String(text) => {
                return Some(vec![Spanned::new(span, text.into_owned())]);
            }
            DeValue::Array(items) if !items.is_empty() => items,
            _ => {
                let help = "use a pattern, such as \"specs/*.yaml\", or a list";
                self.fault(
                    span,
                    "`documents` is neither a string nor a list of strings",
                    help,
                );
                return None;
            }
        };
        let mut texts = Vec::new();
        for item in items {
            let span = item.span();
            match item.into_inner() {
                DeValue::String(text) => texts.push(Spanned::new(span, text.into_owned())),
                _ => self.fault(span, "the document isn't a string", ""),
            }
        }
        Some(texts)
    }

    /// Returns the documents, each once, with the place of its pattern.
    fn documents(&mut self, texts: &[Spanned<String>]) -> Vec<(String, Range<usize>)> {
        let mut documents: Vec<(String, Range<usize>)> = Vec::new();
        for text in texts {
            let (span, text) = (text.span(), text.get_ref());
            if Path::new(text).is_absolute() {
                let help = "make it relative to the project";
                self.fault(span, "the path of the documents is absolute", help);
                continue;
            }
            let found = match is_pattern(text) {
                true => matching(self.root, text),
                false => Ok(vec![text.clone()]),
            };
            match found {
                Ok(found) => {
                    let found = found.into_iter().map(|it| (it, span.clone()));
                    documents.extend(found);
                }
                Err(message) => self.fault(span, message, ""),
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        documents.retain(|(document, _)| seen.insert(document.clone()));
        documents
    }

    /// Returns the tables of `document`, by name.
    fn overrides<'t>(
        &mut self,
        value: Option<Spanned<DeValue<'t>>>,
    ) -> Option<Vec<(String, Override<'t>)>> {
        let Some(value) = value else {
            return Some(Vec::new());
        };
        let span = value.span();
        let DeValue::Table(tables) = value.into_inner() else {
            let help = "name one document with `document`, or several with `documents`";
            self.fault(span, "`document` is set beside `documents`", help);
            return None;
        };
        let mut overrides = Vec::new();
        for (name, value) in tables {
            let at = name.span();
            match value.into_inner() {
                DeValue::Table(fields) => {
                    let used = Vec::new();
                    let name = name.into_inner().into_owned();
                    overrides.push((name, Override { at, fields, used }));
                }
                _ => self.fault(at, "the options of a document aren't a table", ""),
            }
        }
        Some(overrides)
    }

    /// Reads the client of one document.
    fn member(
        &mut self,
        umbrella: &Umbrella,
        document: &str,
        at: &Range<usize>,
        common: &DeTable<'_>,
        overrides: &mut [(String, Override<'_>)],
    ) -> Option<Client> {
        let package = &umbrella.options.package;
        let mut fields = common.clone();
        let mut name = name_of(document, package);
        let mut place = at.clone();
        for (key, own) in overrides.iter_mut() {
            if key != document && key != stem(document) {
                continue;
            }
            own.used.push(format!("`{document}`"));
            place.clone_from(&own.at);
            for (field, value) in own.fields.clone() {
                if field.get_ref() != "name" {
                    fields.insert(field, value);
                } else if let Some(text) = value.get_ref().as_str() {
                    name = api_name(text, package);
                } else {
                    self.fault(value.span(), "the name isn't a string", "");
                }
            }
        }
        let api = DeValue::String(document.to_owned().into());
        set(&mut fields, &place, "document", api);
        set(
            &mut fields,
            &place,
            "workspace-member",
            DeValue::Boolean(true),
        );
        let default = api_package(package, &name);
        if !fields.contains_key("package") {
            if let Some(fault) = package_fault(&default) {
                self.fault(place.clone(), fault, "set `package` for this document");
            }
            set(
                &mut fields,
                &place,
                "package",
                DeValue::String(default.clone().into()),
            );
        }
        let mut options = self.options(&default, &place, place.clone(), fields)?;
        options.in_umbrella = true;
        Some(Client {
            name: options.package.clone(),
            folder: format!("{}/crates/{}", umbrella.folder, options.package),
            options,
            api: Some(Api {
                umbrella: umbrella.name.clone(),
                name,
            }),
        })
    }

    /// Refuses options that are for no document, or for several.
    fn refuse_overrides(&mut self, overrides: &[(String, Override<'_>)]) {
        for (key, own) in overrides {
            match own.used.as_slice() {
                [_] => {}
                [] => self.fault(
                    own.at.clone(),
                    format!("no document is named `{key}`"),
                    "use the name of its file without the extension, or its path",
                ),
                several => self.fault(
                    own.at.clone(),
                    format!("{} are all named `{key}`", several.join(" and ")),
                    "use the path of one",
                ),
            }
        }
    }

    /// Reads the options in a table.
    pub(super) fn options(
        &mut self,
        package: &str,
        at: &Range<usize>,
        span: Range<usize>,
        mut fields: DeTable<'_>,
    ) -> Option<Options> {
        let places = self.places(&fields, at);
        let default = DeValue::String(package.to_owned().into());
        if !fields.contains_key("package") {
            set(&mut fields, at, "package", default);
        }
        if !fields.contains_key("workspace-member") {
            set(&mut fields, at, "workspace-member", DeValue::Boolean(true));
        }
        let value = Spanned::new(span.clone(), DeValue::Table(fields));
        let options = Options::deserialize(ValueDeserializer::from(value))
            .map_err(|error| self.toml(&error, span))
            .ok()?;
        self.refuse_options(&options, places);
        Some(options)
    }
}

/// Sets a field of a table, as if it were written at this place.
fn set<'t>(fields: &mut DeTable<'t>, at: &Range<usize>, key: &'static str, value: DeValue<'t>) {
    fields.insert(
        Spanned::new(at.clone(), DeString::from(key)),
        Spanned::new(at.clone(), value),
    );
}
