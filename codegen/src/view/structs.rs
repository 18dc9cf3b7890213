//! Views of structs.

use std::fmt;

use askama::Template;
use serde::Serialize;
use serde_json::Value;

use super::docs::field_docs;
use super::fields::{FieldKind, Setting};
use super::maps::{ExtraView, PatternView};
use super::model::ModelSlots;
use super::print::{DocLines, RustExpr, RustType, StrLit, field_init};
use super::types::{Argument, Context, PrintScope};
use crate::ir::{Field, Limit, Struct, TypeDef, TypeId};
use crate::names::RustIdent;

/// A struct.
#[derive(Debug, Serialize, Template)]
#[template(path = "models/struct.rs.askama")]
pub struct StructView {
    pub docs: DocLines,
    pub slots: ModelSlots,
    pub deprecated: bool,
    pub ident: RustIdent,
    /// `decode`, `encode`, or both; `mock` if only a mock encodes the struct.
    pub codec: Vec<&'static str>,
    pub derives: Vec<RustType>,
    pub attributes: Vec<RustExpr>,
    /// The derives with the feature `mock`.
    pub mock_derives: Vec<&'static str>,
    pub fields: Vec<FieldView>,
    /// The fields for properties whose names match a pattern.
    pub patterns: Vec<PatternView>,
    /// The field for additional properties.
    pub extra: Option<ExtraView>,
    /// Whether a union takes an object with other properties for another variant.
    pub closed: bool,
    /// The properties that have only one value.
    pub constants: Vec<ConstantView>,
    pub constructor: Option<ConstructorView>,
    /// Whether `Default` is implemented by `new`, if there is one.
    pub default_by_new: bool,
    /// The setters.
    pub setters: Vec<SetterView>,
    /// The setters for mocks, which a macro of the runtime generates.
    pub mock_setters: Vec<SetterView>,
    /// Whether each field is printed by `Debug`; `None` if all are.
    pub redaction: Option<Vec<Redaction>>,
}

/// A property that has only one value.
#[derive(Debug, PartialEq, Serialize)]
pub struct ConstantView {
    /// The name of the property.
    pub property: StrLit,
    pub value: ConstantValue,
}

/// A string, number or boolean.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConstantValue {
    pub kind: ConstantKind,
    /// The value, as a literal.
    pub literal: RustExpr,
}

impl ConstantValue {
    /// Returns the constant with a value; `None` for null, arrays and objects.
    pub fn new(value: &Value) -> Option<Self> {
        let (kind, literal) = match value {
            Value::Bool(value) => (ConstantKind::Bool, value.to_string()),
            Value::String(text) => (ConstantKind::String, StrLit::new(text).to_string()),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(number), _) => (ConstantKind::Integer, number.to_string()),
                (None, Some(number)) => (ConstantKind::Number, format!("{number:?}")),
                (None, None) => return None,
            },
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        Some(Self {
            kind,
            literal: RustExpr::new(literal),
        })
    }
}

/// The JSON type of a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ConstantKind {
    Bool,
    Integer,
    Number,
    String,
}

impl fmt::Display for ConstantKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Who can create values of a struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Maker {
    /// Only the client, from a response.
    Client,
    /// A program that mocks a response.
    Mock,
    /// A program that sends a request.
    Anyone,
}

/// A field of a struct.
#[derive(Debug, PartialEq, Serialize)]
pub struct FieldView {
    pub docs: DocLines,
    pub deprecated: bool,
    pub attributes: Vec<RustExpr>,
    pub ident: RustIdent,
    pub ty: RustType,
    /// The keyword of the runtime's macro for when the property may be absent or null.
    pub kind: &'static str,
    /// The name of the property.
    pub wire: StrLit,
    /// The default if the property is absent.
    pub default: Option<RustExpr>,
}

/// The constructor of a struct.
#[derive(Debug, PartialEq, Serialize)]
pub struct ConstructorView {
    /// Whether it is only available for mocks.
    pub mock_only: bool,
    /// Whether it takes more arguments than clippy allows.
    pub many_arguments: bool,
    pub arguments: Vec<ArgumentView>,
    pub body: ConstructorBody,
}

/// An argument of a method.
#[derive(Debug, PartialEq, Serialize)]
pub struct ArgumentView {
    pub ident: RustIdent,
    pub ty: RustType,
}

/// What a constructor returns.
#[derive(Debug, PartialEq, Serialize)]
pub enum ConstructorBody {
    /// `Self::default()`
    Default,
    /// A struct expression with these fields.
    Fields(Vec<RustExpr>),
}

/// A setter of a struct.
#[derive(Debug, PartialEq, Serialize)]
pub struct SetterView {
    pub docs: DocLines,
    /// Whether it is only available for mocks.
    pub mock_only: bool,
    pub deprecated: bool,
    pub ident: RustIdent,
    /// `None` if it sets null or the only value.
    pub argument: Option<ArgumentView>,
    pub field: RustIdent,
    pub value: RustExpr,
}

/// Whether `Debug` prints the value of a field.
#[derive(Debug, PartialEq, Serialize)]
pub struct Redaction {
    pub ident: RustIdent,
    /// `shown` or `hidden`.
    pub keyword: &'static str,
}

/// The maximum number of arguments that clippy allows (`too_many_arguments`).
pub(super) const MANY: usize = 7;

/// A field and the data for its setters.
struct Member {
    view: FieldView,
    kind: FieldKind,
    sensitive: bool,
    /// The argument of a method that takes the value, without the `Option`s.
    argument: Argument,
    /// The only value of the property.
    constant: Option<RustExpr>,
}

impl Member {
    fn setting(&self) -> Setting {
        match (self.kind, &self.constant) {
            (FieldKind::Required | FieldKind::Expected | FieldKind::ExpectedWriteOnly, Some(_)) => {
                Setting::Constant
            }
            _ => self.kind.setting(),
        }
    }

    fn argument(&self) -> ArgumentView {
        ArgumentView {
            ident: self.view.ident.clone(),
            ty: self.argument.ty.clone(),
        }
    }

    /// Returns the field in the struct expression of the constructor.
    fn init(&self) -> RustExpr {
        let ident = &self.view.ident;
        match (self.kind, &self.view.default) {
            (FieldKind::Expected | FieldKind::ExpectedWriteOnly, _) => {
                RustExpr::new(format!("{ident}: Some({})", self.value()))
            }
            (FieldKind::ExpectedPatch | FieldKind::ExpectedWriteOnlyPatch, _) => {
                RustExpr::new(format!("{ident}: Some({})", self.argument.into))
            }
            (FieldKind::Required, _) => field_init(ident, self.value()),
            (FieldKind::Nullable, _) => field_init(ident, &self.argument.into),
            (_, Some(default)) => RustExpr::new(format!("{ident}: {default}")),
            (_, None) => RustExpr::new(format!("{ident}: None")),
        }
    }

    /// Returns the value of the field, without the `Option`s.
    fn value(&self) -> &RustExpr {
        self.constant.as_ref().unwrap_or(&self.argument.into)
    }

    /// Returns the value that a setter stores.
    fn assigned(&self) -> RustExpr {
        let into = self.value();
        match self.setting() {
            Setting::New | Setting::Constant | Setting::Value => into.clone(),
            Setting::Some | Setting::Never => RustExpr::new(format!("Some({into})")),
            Setting::SomeOrNull => RustExpr::new(format!("Some(Some({into}))")),
        }
    }

    fn setter(&self, docs: DocLines, mock_only: bool) -> SetterView {
        SetterView {
            docs,
            mock_only,
            deprecated: self.view.deprecated,
            ident: self.view.ident.prefixed("with_"),
            argument: self.constant.is_none().then(|| self.argument()),
            field: self.view.ident.clone(),
            value: self.assigned(),
        }
    }

    /// Returns the setters of a struct that requests contain.
    fn setters(&self, has_mock: bool) -> Vec<SetterView> {
        match self.setting() {
            Setting::New | Setting::Constant => Vec::new(),
            Setting::Never if has_mock => {
                let mut docs = DocLines::default();
                docs.line("Sets the property for a response of a mock. Requests never contain it.");
                vec![self.setter(docs, true)]
            }
            Setting::Never => Vec::new(),
            Setting::Some | Setting::Value => vec![self.setter(self.view.docs.clone(), false)],
            Setting::SomeOrNull => {
                let mut docs = DocLines::default();
                docs.line("Sets the property to `null`.");
                let null = SetterView {
                    ident: self.view.ident.prefixed("null_"),
                    argument: None,
                    value: RustExpr::new("Some(None)"),
                    ..self.setter(docs, false)
                };
                vec![self.setter(self.view.docs.clone(), false), null]
            }
        }
    }
}

impl Context<'_> {
    /// Returns who can create values of a struct.
    pub(in crate::view) fn maker(&self, id: TypeId) -> Maker {
        match self.codec(id) {
            (_, true) => Maker::Anyone,
            (_, false) if self.has_mock() => Maker::Mock,
            (_, false) => Maker::Client,
        }
    }

    /// Returns the view of a struct.
    pub(in crate::view) fn struct_view(
        &self,
        id: TypeId,
        def: &TypeDef,
        shape: &Struct,
    ) -> StructView {
        let names = self.names.of(id);
        let members: Vec<Member> = shape
            .fields
            .iter()
            .zip(&names.members)
            .enumerate()
            .map(|(index, (field, ident))| self.member(id, index, field, ident))
            .collect();
        let maps: Vec<RustIdent> = names.maps(shape).cloned().collect();
        let maker = self.maker(id);
        // Whether `new` takes no arguments and creates the value of a derived `Default`.
        let is_blank = members.iter().all(|it| match it.setting() {
            Setting::New | Setting::Constant | Setting::Value => false,
            Setting::Some | Setting::SomeOrNull | Setting::Never => true,
        });
        let takes_arguments = members.iter().any(|it| it.setting() == Setting::New);
        let is_redacted = members.iter().any(|it| it.sensitive);
        let derives = [
            ("Clone", true),
            ("Debug", !is_redacted),
            ("Default", maker == Maker::Anyone && is_blank),
            ("PartialEq", true),
            ("Eq", self.facts.of(id).has_eq),
        ];
        let default_by_new = !is_blank && !takes_arguments;
        let by_hand: &[&str] = match (is_redacted, default_by_new) {
            (true, true) => &["Debug", "Default"],
            (true, false) => &["Debug"],
            (false, true) => &["Default"],
            (false, false) => &[],
        };
        let derives_default = self.additions.derives(id).iter().any(|it| it == "Default");
        let derived_for_mock = maker == Maker::Mock && is_blank;
        // Only reading a union needs to know these.
        let (is_read, _) = self.codec(id);
        let constants = shape.fields.iter().filter_map(constant);
        StructView {
            docs: self.type_docs(id, def),
            slots: self.model_slots(id),
            deprecated: def.deprecated,
            ident: names.ident.clone(),
            codec: self.codec_words(id),
            derives: self.derives(id, chosen(&derives), by_hand),
            attributes: self.attributes(id),
            mock_derives: chosen(&[("Default", derived_for_mock && !derives_default)]),
            default_by_new,
            constructor: constructor(maker, derived_for_mock, &members, &maps),
            setters: match maker {
                Maker::Anyone => {
                    let has_mock = self.has_mock();
                    members.iter().flat_map(|it| it.setters(has_mock)).collect()
                }
                Maker::Client | Maker::Mock => Vec::new(),
            },
            mock_setters: match maker {
                Maker::Mock => members
                    .iter()
                    .filter(|it| !matches!(it.setting(), Setting::New | Setting::Constant))
                    .map(|it| it.setter(DocLines::default(), true))
                    .collect(),
                Maker::Client | Maker::Anyone => Vec::new(),
            },
            closed: shape.closed && is_read,
            constants: constants.filter(|_| is_read).collect(),
            redaction: is_redacted.then(|| redaction(&members, &maps)),
            fields: members.into_iter().map(|it| it.view).collect(),
            patterns: self.pattern_views(names, shape),
            extra: self.extra_view(names, shape),
        }
    }

    fn member(&self, owner: TypeId, index: usize, field: &Field, ident: &RustIdent) -> Member {
        let boxed = self.facts.of(owner).is_boxed(index);
        let kind = self.field_kind(owner, index, field);
        let argument = match kind {
            // `new` also takes null.
            FieldKind::Nullable | FieldKind::ExpectedPatch | FieldKind::ExpectedWriteOnlyPatch => {
                Argument {
                    ty: RustType::new(format!(
                        "Option<{}>",
                        self.boxed(&field.ty, boxed, PrintScope::Model)
                    )),
                    into: RustExpr::new(ident.as_str()),
                }
            }
            FieldKind::Required
            | FieldKind::Optional
            | FieldKind::Expected
            | FieldKind::Patch
            | FieldKind::Defaulted
            | FieldKind::ReadOnly
            | FieldKind::WriteOnly
            | FieldKind::WriteOnlyPatch
            | FieldKind::ExpectedWriteOnly => {
                self.argument(&field.ty, boxed, ident.as_str(), PrintScope::Model)
            }
        };
        Member {
            view: FieldView {
                docs: field_docs(field, kind, self.tolerance.covers(owner, index)),
                deprecated: field.deprecated,
                attributes: self.field_attributes(owner, index),
                ident: ident.clone(),
                ty: self.field_type(owner, index, field, PrintScope::Model),
                kind: kind.keyword(field.nullable && !self.is_any(&field.ty)),
                wire: StrLit::new(&field.name),
                default: match kind {
                    FieldKind::Defaulted => self.default_of(owner, index, field),
                    _ => None,
                },
            },
            kind,
            sensitive: field.sensitive,
            argument,
            constant: self.constant_of(field),
        }
    }
}

fn chosen(words: &[(&'static str, bool)]) -> Vec<&'static str> {
    let chosen = words.iter().filter(|(_, is_chosen)| *is_chosen);
    chosen.map(|(word, _)| *word).collect()
}

fn constructor(
    maker: Maker,
    derived_for_mock: bool,
    members: &[Member],
    maps: &[RustIdent],
) -> Option<ConstructorView> {
    let mock_only = match maker {
        Maker::Client => return None,
        Maker::Mock => true,
        Maker::Anyone => false,
    };
    let arguments: Vec<ArgumentView> = members
        .iter()
        .filter(|it| it.setting() == Setting::New)
        .map(Member::argument)
        .collect();
    let body = if derived_for_mock {
        ConstructorBody::Default
    } else {
        let maps = maps
            .iter()
            .map(|it| RustExpr::new(format!("{it}: std::collections::BTreeMap::new()")));
        ConstructorBody::Fields(members.iter().map(Member::init).chain(maps).collect())
    };
    Some(ConstructorView {
        mock_only,
        many_arguments: arguments.len() > MANY,
        arguments,
        body,
    })
}

fn redaction(members: &[Member], maps: &[RustIdent]) -> Vec<Redaction> {
    let fields = members.iter().map(|it| Redaction {
        ident: it.view.ident.clone(),
        keyword: if it.sensitive { "hidden" } else { "shown" },
    });
    let maps = maps.iter().map(|it| Redaction {
        ident: it.clone(),
        keyword: "shown",
    });
    fields.chain(maps).collect()
}

/// Returns the only value of a property, if its own schema says so. A tag is the union's to check, which
/// also knows its other values.
fn constant(field: &Field) -> Option<ConstantView> {
    let value = field.limits.iter().find_map(|limit| match limit {
        Limit::Always(value) => Some(value),
        _ => None,
    })?;
    Some(ConstantView {
        property: StrLit::new(&field.name),
        value: ConstantValue::new(value)?,
    })
}
