//! How the properties of an object are represented in its struct.

use serde::Serialize;

use super::print::{RustExpr, RustType};
use super::types::{Context, PrintScope};
use crate::ir::{Field, Primitive, TypeId, TypeRef};
use crate::options::Codec;

/// How a field holds the value of its property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// As the value itself.
    Value,
    /// `None` if the property is absent or null.
    Option,
    /// `None` if the property is absent, `Some(None)` if it is null.
    OptionOfOption,
}

/// When a property may be absent or null. The runtime's macro `model!` has a keyword for each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// Must be present and not null.
    Required,
    /// Must be present, may be null.
    Nullable,
    /// May be absent; null means the same.
    Optional,
    /// Must be sent, but may be absent from a response; null means the same.
    Expected,
    /// Like `Expected`, but null differs from absence.
    ExpectedPatch,
    /// May be absent; null differs from absence.
    Patch,
    /// May be absent, which means its default.
    Defaulted,
    /// Only in responses, in a struct that requests also hold.
    ReadOnly,
    /// Only in requests, in a struct that responses also hold.
    WriteOnly,
    /// Like `WriteOnly`, but null differs from absence.
    WriteOnlyPatch,
    /// Like `WriteOnly`, but must be sent.
    ExpectedWriteOnly,
    /// Like `WriteOnlyPatch`, but must be sent.
    ExpectedWriteOnlyPatch,
}

impl FieldKind {
    /// Returns the keyword of the runtime's macro for a property that the document allows to be null or
    /// not.
    pub fn keyword(self, nullable: bool) -> &'static str {
        match self {
            FieldKind::Optional if nullable => "optional_or_null",
            FieldKind::Required => "required",
            FieldKind::Nullable => "nullable",
            FieldKind::Optional | FieldKind::Expected => "optional",
            FieldKind::Patch | FieldKind::ExpectedPatch => "patch",
            FieldKind::Defaulted => "defaulted",
            FieldKind::ReadOnly => "read_only",
            FieldKind::WriteOnly | FieldKind::ExpectedWriteOnly => "write_only",
            FieldKind::WriteOnlyPatch | FieldKind::ExpectedWriteOnlyPatch => "write_only_patch",
        }
    }

    /// Returns how the field holds the value.
    pub fn holding(self) -> Holding {
        match self {
            FieldKind::Required | FieldKind::Defaulted => Holding::Value,
            FieldKind::Nullable
            | FieldKind::Optional
            | FieldKind::Expected
            | FieldKind::ReadOnly
            | FieldKind::WriteOnly
            | FieldKind::ExpectedWriteOnly => Holding::Option,
            FieldKind::Patch
            | FieldKind::ExpectedPatch
            | FieldKind::WriteOnlyPatch
            | FieldKind::ExpectedWriteOnlyPatch => Holding::OptionOfOption,
        }
    }

    /// Returns how a caller sets the property.
    pub fn setting(self) -> Setting {
        match self {
            FieldKind::Required
            | FieldKind::Nullable
            | FieldKind::Expected
            | FieldKind::ExpectedPatch
            | FieldKind::ExpectedWriteOnly
            | FieldKind::ExpectedWriteOnlyPatch => Setting::New,
            FieldKind::Optional | FieldKind::WriteOnly => Setting::Some,
            FieldKind::Patch | FieldKind::WriteOnlyPatch => Setting::SomeOrNull,
            FieldKind::Defaulted => Setting::Value,
            FieldKind::ReadOnly => Setting::Never,
        }
    }
}

/// How a caller sets a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// As an argument of `new`.
    New,
    /// Not at all, because `new` sets the only value.
    Constant,
    /// With a setter that wraps the value in `Some`.
    Some,
    /// With a setter that wraps the value in `Some` twice, or with one for null.
    SomeOrNull,
    /// With a setter that stores the value itself.
    Value,
    /// Not at all, because no request contains it.
    Never,
}

impl Context<'_> {
    /// Returns whether the model can be decoded, and whether it can be encoded.
    pub fn codec(&self, id: TypeId) -> (bool, bool) {
        let facts = self.facts.of(id);
        match self.options.codec {
            Codec::Both => (true, true),
            Codec::Used => (facts.in_response || !facts.in_request, facts.in_request),
        }
    }

    /// Returns when the property of a field may be absent or null.
    pub fn field_kind(&self, owner: TypeId, index: usize, field: &Field) -> FieldKind {
        let facts = self.facts.of(owner);
        // For an untyped property, null is a value like any other.
        let nullable = field.nullable && !self.is_any(&field.ty);
        let required = field.required && !facts.is_endless(index);
        if field.write_only && facts.in_response {
            return match (facts.in_request, required, nullable) {
                // No request contains the struct, so the property is read if a response has it.
                (false, ..) => FieldKind::Optional,
                (true, false, false) => FieldKind::WriteOnly,
                (true, false, true) => FieldKind::WriteOnlyPatch,
                (true, true, false) => FieldKind::ExpectedWriteOnly,
                (true, true, true) => FieldKind::ExpectedWriteOnlyPatch,
            };
        }
        if field.read_only && facts.in_request {
            return match self.options.codec {
                Codec::Used => FieldKind::ReadOnly,
                Codec::Both => FieldKind::Optional,
            };
        }
        let tolerated = self.tolerance.covers(owner, index);
        let written = self.codec(owner).1;
        match (required, nullable) {
            (true, false) if !tolerated => FieldKind::Required,
            (true, true) if !tolerated => FieldKind::Nullable,
            (true, false) if written => FieldKind::Expected,
            (true, true) if written => FieldKind::ExpectedPatch,
            (true, _) => FieldKind::Optional,
            (false, true) if written || field.null_is_distinct => FieldKind::Patch,
            (false, false) if self.default_of(owner, index, field).is_some() => {
                FieldKind::Defaulted
            }
            (false, _) => FieldKind::Optional,
        }
    }

    /// Returns the only value of a property as an expression; `None` if the property has several
    /// values or its type can't express the value.
    pub fn constant_of(&self, field: &Field) -> Option<RustExpr> {
        self.value(&field.ty, field.constant()?).map(RustExpr::new)
    }

    pub(super) fn is_any(&self, ty: &TypeRef) -> bool {
        self.resolved(ty) == TypeRef::Primitive(Primitive::Any)
    }

    /// Returns the declared type of a field.
    pub fn field_type(
        &self,
        owner: TypeId,
        index: usize,
        field: &Field,
        scope: PrintScope,
    ) -> RustType {
        let boxed = self.facts.of(owner).is_boxed(index);
        let inner = self.boxed(&field.ty, boxed, scope);
        RustType::new(match self.field_kind(owner, index, field).holding() {
            Holding::Value => inner,
            Holding::Option => format!("Option<{inner}>"),
            Holding::OptionOfOption => format!("Option<Option<{inner}>>"),
        })
    }
}
