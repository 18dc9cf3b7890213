//! Places where a client says less than its document, and why.

use serde::Serialize;

use crate::pointer::Pointer;

/// A value that stayed untyped or was simplified.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Fallback {
    /// The place in the document.
    pub pointer: Pointer,
    /// The reason.
    pub reason: FallbackReason,
}

/// Declares [`FallbackReason`]: `untyped` variants leave any JSON value, `simplified` ones a type
/// that says less than the document.
macro_rules! reasons {
    (
        untyped { $($(#[$untyped_doc:meta])* $untyped:ident,)* }
        simplified { $($(#[$simplified_doc:meta])* $simplified:ident,)* }
    ) => {
        /// Why a value stayed untyped or was simplified.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        pub enum FallbackReason {
            $($(#[$untyped_doc])* $untyped,)*
            $($(#[$simplified_doc])* $simplified,)*
        }

        impl FallbackReason {
            /// Returns whether the value may be any JSON value. Otherwise it has a type that says
            /// less than the document.
            pub fn leaves_untyped(self) -> bool {
                match self {
                    $(Self::$untyped)|* => true,
                    $(Self::$simplified)|* => false,
                }
            }
        }
    };
}

reasons! {
    untyped {
        /// The schema states no type.
        NoType,
        /// An object without properties.
        NoProperties,
        /// Additional properties of any type.
        AnyAdditionalProperties,
        /// A required property is not declared.
        UndeclaredProperty,
        /// An array without `items`.
        NoItems,
        /// The schema consists of `not`.
        OnlyNot,
        /// The schema allows only null.
        OnlyNull,
        /// An enumeration of values of different types.
        MixedEnum,
        /// A value must be an alternative of several unions at once, and there are too many combinations
        /// or none.
        SeveralUnions,
        /// A schema contains itself without an object between.
        Recursive,
        /// Schemas nest too deeply.
        TooDeep,
        /// A JSON media type has no schema.
        NoSchema,
    }
    simplified {
        /// The document is Swagger 2.0, and was converted.
        Swagger,
        /// Too many combinations of schemas.
        TooManyCombinations,
        /// A structured body in a text media type is a string.
        StructuredText,
        /// An XML body is a string.
        Xml,
        /// A multipart body without properties is bytes.
        MultipartBytes,
        /// A structured part or field in a media type other than JSON is a string.
        PartText,
        /// A header of a part cannot be set.
        PartHeader,
        /// A structured response header is a string.
        HeaderText,
        /// A parameter in a media type other than JSON is a string.
        ParameterContent,
        /// A form whose schema is not an object is a string.
        FormNotObject,
        /// A form without fields is not sent.
        EmptyForm,
        /// A form with alternatives has the fields of all of them.
        FormUnion,
        /// The fields of a form whose names match a pattern (`patternProperties`) are untyped.
        FormPatterns,
        /// No value matches the schema `false`.
        NeverSchema,
        /// A tuple is a list of the union of its items.
        Tuple,
        /// `unevaluatedProperties` beside `anyOf` or conditions: these properties are any value.
        UnevaluatedProperties,
        /// A client can't match the names of properties (`patternProperties`), as with look-around: they
        /// have the types of several patterns, or are any value if other names are allowed.
        PatternProperties,
        /// `if`, `then` and `else` are not checked.
        Conditions,
        /// `dependentSchemas` is not checked.
        DependentSchemas,
        /// `dependentRequired` is not checked.
        DependentRequired,
        /// `contains` is not checked.
        Contains,
        /// `propertyNames` is not checked.
        PropertyNames,
        /// `unevaluatedItems` is not checked.
        UnevaluatedItems,
        /// The content of a string (`contentSchema`) is not parsed.
        ContentSchema,
        /// `dependencies` is not checked.
        Dependencies,
        /// Bytes in an encoding other than base64 are a string.
        ContentEncoding,
        /// The data of an event is text or JSON, by its type, so all of it is text.
        EventData,
        /// The items of a sequence in another media type (`itemSchema`) are bytes.
        UntypedItems,
    }
}
