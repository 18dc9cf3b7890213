//! The page of a type.

use askama::Template;
use serde::Serialize;

use super::{cell, lines};
use crate::ir::{Shape, TypeDef, TypeId, TypeRef};
use crate::names::{RustIdent, TypeNames};
use crate::text;
use crate::view::docs::facts_about;
use crate::view::docs::{TOLERATED, direction_note};
use crate::view::fields::FieldKind;
use crate::view::maps::{extra_of, pattern_docs};
use crate::view::print::Markdown;
use crate::view::types::Context;

/// `docs/models/<Model>.md`
#[derive(Debug, Serialize, Template)]
#[template(path = "docs/model.md.askama")]
pub struct ModelPage {
    pub title: RustIdent,
    pub description: Markdown,
    pub kind: PageKind,
    pub rows: Vec<PropertyRow>,
    /// The example in JSON.
    pub example: Option<Vec<String>>,
}

/// The kind of type that a page describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum PageKind {
    Struct,
    Enum,
    Union,
    Collection,
    Alias,
    Custom,
}

/// A row of a model's table: a property, a value, a variant.
#[derive(Debug, Serialize)]
pub struct PropertyRow {
    pub name: Markdown,
    pub ty: Markdown,
    pub description: Markdown,
    pub notes: Markdown,
}

impl Context<'_> {
    /// Returns the page of a type.
    pub(in crate::view) fn model_page(&self, id: TypeId, def: &TypeDef) -> ModelPage {
        let names = self.names.of(id);
        let (kind, rows) = match &def.shape {
            Shape::Struct(shape) => {
                let mut rows: Vec<PropertyRow> = shape
                    .fields
                    .iter()
                    .zip(&names.members)
                    .enumerate()
                    .map(|(index, (field, ident))| self.property_row(id, index, field, ident))
                    .collect();
                let patterns = shape.patterns.iter().zip(&names.patterns);
                rows.extend(patterns.map(|(map, ident)| PropertyRow {
                    name: Markdown::new(format!("`{ident}`")),
                    ty: self.page_type(&TypeRef::Map(Box::new(map.ty.clone())), ""),
                    description: Markdown::new(pattern_docs(map)),
                    notes: Markdown::default(),
                }));
                rows.extend(
                    extra_of(&shape.additional).map(|(_, docs, ty)| PropertyRow {
                        name: Markdown::new(format!("`{}`", names.rest)),
                        ty: self.page_type(&TypeRef::Map(Box::new(ty.clone())), ""),
                        description: Markdown::new(docs),
                        notes: joined(&facts_about(&shape.additional_limits, None, None, false)),
                    }),
                );
                (PageKind::Struct, rows)
            }
            Shape::StringEnum(values) => (
                PageKind::Enum,
                values
                    .iter()
                    .zip(&names.members)
                    .map(|(value, ident)| value_row(ident, &value.value, &value.docs))
                    .collect(),
            ),
            Shape::IntegerEnum(values) => (
                PageKind::Enum,
                values
                    .iter()
                    .zip(&names.members)
                    .map(|(value, ident)| value_row(ident, &value.value.to_string(), &value.docs))
                    .collect(),
            ),
            Shape::NumberEnum(values) => (
                PageKind::Enum,
                values
                    .iter()
                    .zip(&names.members)
                    .map(|(value, ident)| PropertyRow {
                        name: Markdown::new(format!("`{}`", ident.bare().to_ascii_uppercase())),
                        ..value_row(ident, &value.value.to_string(), &value.docs)
                    })
                    .collect(),
            ),
            Shape::Union(union) => (
                PageKind::Union,
                union
                    .variants
                    .iter()
                    .zip(&names.members)
                    .map(|(variant, ident)| {
                        let tags: Vec<String> =
                            variant.tags.iter().map(|tag| text::code(tag)).collect();
                        PropertyRow {
                            name: Markdown::new(format!("`{ident}`")),
                            ty: self.page_type(&variant.ty, ""),
                            description: cell(variant.docs.description.as_deref()),
                            notes: Markdown::new(text::escape_cell(&tags.join(", "))),
                        }
                    })
                    .collect(),
            ),
            Shape::Collection(ty) => (PageKind::Collection, vec![self.target_row(names, ty)]),
            Shape::Alias(ty) => (PageKind::Alias, vec![self.target_row(names, ty)]),
            Shape::Custom(path) => {
                let name = Markdown::new(format!("`{}`", names.ident));
                let ty = Markdown::new(format!("`{path}`"));
                (PageKind::Custom, vec![Self::row_of(name, ty)])
            }
        };
        let sensitive = matches!(&def.shape, Shape::Struct(shape) if shape.fields.iter().any(|field| field.sensitive));
        ModelPage {
            title: names.ident.clone(),
            description: lines(
                def.docs
                    .description
                    .as_deref()
                    .or(def.docs.summary.as_deref()),
            ),
            kind,
            rows,
            example: def
                .example
                .as_ref()
                .filter(|_| !sensitive)
                .and_then(json_lines),
        }
    }

    fn target_row(&self, names: &TypeNames, ty: &TypeRef) -> PropertyRow {
        let name = Markdown::new(format!("`{}`", names.ident));
        Self::row_of(name, self.page_type(ty, ""))
    }

    /// Returns the row of a name and a type alone.
    fn row_of(name: Markdown, ty: Markdown) -> PropertyRow {
        PropertyRow {
            name,
            ty,
            description: Markdown::default(),
            notes: Markdown::default(),
        }
    }

    fn property_row(
        &self,
        owner: TypeId,
        index: usize,
        field: &crate::ir::Field,
        ident: &RustIdent,
    ) -> PropertyRow {
        let mut notes: Vec<String> = Vec::new();
        if ident.bare() != field.name {
            notes.push(text::code(&field.name));
        }
        let tolerated = self.tolerance.covers(owner, index);
        match self.field_kind(owner, index, field) {
            FieldKind::Required | FieldKind::Expected | FieldKind::ExpectedWriteOnly => {}
            FieldKind::Optional if tolerated => {}
            FieldKind::Nullable | FieldKind::ExpectedPatch | FieldKind::ExpectedWriteOnlyPatch => {
                notes.push("nullable".to_owned())
            }
            FieldKind::Optional
            | FieldKind::Defaulted
            | FieldKind::ReadOnly
            | FieldKind::WriteOnly => notes.push("optional".to_owned()),
            FieldKind::Patch | FieldKind::WriteOnlyPatch => {
                notes.push("optional, nullable".to_owned())
            }
        }
        if tolerated {
            notes.push(TOLERATED.to_owned());
        }
        notes.extend(direction_note(field).map(str::to_owned));
        notes.extend(facts_about(
            &field.limits,
            field.default.as_ref(),
            None,
            field.sensitive,
        ));
        if field.deprecated {
            notes.push("deprecated".to_owned());
        }
        PropertyRow {
            name: Markdown::new(format!("`{ident}`")),
            ty: self.page_type(&field.ty, ""),
            description: cell(
                field
                    .docs
                    .description
                    .as_deref()
                    .or(field.docs.summary.as_deref()),
            ),
            notes: joined(&notes),
        }
    }
}

/// Returns phrases as a cell.
fn joined(notes: &[String]) -> Markdown {
    Markdown::new(text::escape_cell(&notes.join("; ")))
}

fn value_row(ident: &RustIdent, value: &str, docs: &crate::ir::Docs) -> PropertyRow {
    PropertyRow {
        name: Markdown::new(format!("`{ident}`")),
        ty: Markdown::new(text::escape_cell(&text::code(value))),
        description: cell(docs.description.as_deref()),
        notes: Markdown::default(),
    }
}

/// Returns a value as lines of JSON for a fenced block; `None` if it is long or could end the block.
fn json_lines(value: &serde_json::Value) -> Option<Vec<String>> {
    const LONGEST: usize = 60;
    let lines: Vec<String> = serde_json::to_string_pretty(value)
        .ok()?
        .lines()
        .map(str::to_owned)
        .collect();
    let harmless = lines
        .iter()
        .all(|line| !line.contains("```") && !line.contains(|c: char| c.is_control()));
    (harmless && lines.len() <= LONGEST).then_some(lines)
}
