//! Implements models: `model!`.

/// Implements the wire traits for a struct: `model!(decode encode Type { required "name" => field,
/// })`.
///
/// The modes are `decode`, `encode`, `decode encode`, and `decode mock` for a model that only mocks
/// write. Each field has one of these kinds:
///
/// | kind | type of the field | property |
/// |---|---|---|
/// | `required` | `T` | required, not null |
/// | `nullable` | `Option<T>` | required; null reads as `None` |
/// | `optional` | `Option<T>` | optional; null reads as `None` all the same, and `None` isn't written |
/// | `optional_or_null` | `Option<T>` | like `optional`, but the document allows null |
/// | `patch` | `Option<Option<T>>` | optional (`None`) and nullable (`Some(None)`) |
/// | `defaulted` | `T` | optional; if absent or null, reads as the value after `=` |
/// | `read_only` | `Option<T>` | read like `optional_or_null`, written only by mocks |
/// | `write_only` | `Option<T>` | written like `optional` except by mocks, never read |
/// | `write_only_patch` | `Option<Option<T>>` | written like `patch` except by mocks, never read |
/// | `extra` | `BTreeMap<String, T>` | all properties without a field, which the document describes |
/// | `undeclared` | `BTreeMap<String, Value>` | all properties without a field, which it doesn't mention |
///
/// `extra` or `undeclared` comes last, if at all. Properties that a model keeps as `undeclared` count
/// for a union as if the model ignored them.
///
/// Properties whose names match a pattern have maps of their own: `patterns { prefix "x-" => field, }`
/// follows the fields. The patterns are `exact`, `prefix`, `suffix`, `contains` and `regex`, and the first
/// that matches a name decides. When a model is written, a name that is in several maps is written once,
/// with the value in the first of them; `extra` is the last.
///
/// In a field of `serde_json::Value`, null is a value and never counts as absent.
///
/// What else a union needs to know follows the fields: `where { closed; "name" == String("value"); }`
/// for an object that has no other properties, and for a property that has no other value. The value is
/// written like a [`Constant`](crate::codegen::Constant).
#[doc(hidden)]
#[macro_export]
macro_rules! __model {
    (decode $($model:tt)*) => {
        $crate::codegen::by_direction!(model decode $($model)*);
    };
    (encode $($model:tt)*) => {
        $crate::codegen::by_direction!(model encode $($model)*);
    };
    (@common $ty:ident $($rest:tt)*) => {
        #[doc(hidden)]
        impl $crate::codegen::wire::Wire for $ty {}

        // Through a long chain of boxed models, the compiler's own proof exceeds its recursion limit.
        #[doc(hidden)]
        impl ::std::panic::RefUnwindSafe for $ty {}
    };
    (@decode $ty:ident {
        $($kind:ident $($name:literal => $field:ident $(= $default:expr)?)? $(=> $extra:ident)?),* $(,)?
    } $(patterns { $($matcher:ident $text:literal => $map:ident),* $(,)? })?
    $(where { $($facts:tt)* })?) => {
        $crate::codegen::model!(
            @decode_fields $ty { $($($kind $name => $field $(= $default)?,)?)* } [$($($kind $extra)?)*]
            [$($($matcher $text => $map,)*)?] $({ $($facts)* })?
        );
    };
    (@encode $ty:ident {
        $($kind:ident $($name:literal => $field:ident $(= $default:expr)?)? $(=> $extra:ident)?),* $(,)?
    } $(patterns { $($matcher:ident $text:literal => $map:ident),* $(,)? })?
    $(where { $($facts:tt)* })?) => {
        $crate::codegen::model!(
            @encode_fields $ty { $($($kind $name => $field $(= $default)?,)?)* }
            [$($($map)*)?] $($($extra)?)*
        );
    };

    (@decode_fields $ty:ident {
        $($kind:ident $name:literal => $field:ident $(= $default:expr)?,)+
    } [$($additional:ident $extra:ident)?] [$($matcher:ident $text:literal => $map:ident,)*]
    $({ $($facts:tt)* })?) => {
        const _: () = {
            // The name of a generated type has no underscore.
            pub struct __Presence { $($field: bool,)* }

            #[doc(hidden)]
            impl $crate::codegen::object::Object for $ty {
                type Presence = __Presence;

                #[inline]
                fn initial() -> (Self, __Presence) {
                    let object = Self {
                        $($field: $crate::codegen::property::initial::$kind($($default)?),)*
                        $($map: $crate::codegen::property::initial::optional(),)*
                        $($extra: $crate::codegen::property::initial::optional(),)?
                    };
                    (object, __Presence { $($field: false,)* })
                }

                #[inline]
                fn decode_property<M: $crate::codegen::property::PropertyReader>(
                    &mut self,
                    presence: &mut __Presence,
                    name: &str,
                    property: &mut M,
                ) -> Result<$crate::codegen::property::PropertyOutcome, M::Error> {
                    match name {
                        $($name => $crate::codegen::property::decode::$kind(
                            property, &mut self.$field, &mut presence.$field,
                        ),)*
                        _ => $(if $crate::codegen::model!(@is_match $matcher $text, name) {
                            $crate::codegen::model!(@decode_additional name, property, extra self.$map)
                        } else)* {
                            $crate::codegen::model!(
                                @decode_additional name, property $(, $additional self.$extra)?
                            )
                        },
                    }
                }

                #[inline]
                fn missing_property(presence: &__Presence) -> Option<&'static str> {
                    let _ = presence;
                    $($crate::codegen::model!(@return_if_missing $kind $name, presence.$field);)*
                    None
                }

                $($crate::codegen::model!(@facts $($facts)*);)?
            }
        };
        $crate::codegen::model!(@decode_impls $ty);
    };
    (@decode_fields $ty:ident { } [$($additional:ident $extra:ident)?]
    [$($matcher:ident $text:literal => $map:ident,)*] $({ $($facts:tt)* })?) => {
        #[doc(hidden)]
        impl $crate::codegen::object::Object for $ty {
            type Presence = ();

            #[inline]
            fn initial() -> (Self, ()) {
                let object = Self {
                    $($map: $crate::codegen::property::initial::optional(),)*
                    $($extra: $crate::codegen::property::initial::optional(),)?
                };
                (object, ())
            }

            $crate::codegen::model!(
                @decode_without_fields [$($additional $extra)?] $($matcher $text => $map,)*
            );

            #[inline]
            fn missing_property((): &()) -> Option<&'static str> {
                None
            }

            $($crate::codegen::model!(@facts $($facts)*);)?
        }
        $crate::codegen::model!(@decode_impls $ty);
    };
    (@facts closed; $($facts:tt)*) => {
        const IS_CLOSED: bool = true;
        $crate::codegen::model!(@facts $($facts)*);
    };
    (@facts $($name:literal == $kind:ident($value:expr);)*) => {
        const CONSTANTS: &'static [(&'static str, $crate::codegen::Constant)] =
            &[$(($name, $crate::codegen::Constant::$kind($value))),*];
    };
    (@decode_without_fields []) => {
        #[inline]
        fn decode_property<M: $crate::codegen::property::PropertyReader>(
            &mut self,
            (): &mut (),
            _: &str,
            _: &mut M,
        ) -> Result<$crate::codegen::property::PropertyOutcome, M::Error> {
            Ok($crate::codegen::property::PropertyOutcome::Ignored)
        }
    };
    (@decode_without_fields [$($additional:ident $extra:ident)?]
    $($matcher:ident $text:literal => $map:ident,)*) => {
        #[inline]
        fn decode_property<M: $crate::codegen::property::PropertyReader>(
            &mut self,
            (): &mut (),
            name: &str,
            property: &mut M,
        ) -> Result<$crate::codegen::property::PropertyOutcome, M::Error> {
            $(if $crate::codegen::model!(@is_match $matcher $text, name) {
                $crate::codegen::model!(@decode_additional name, property, extra self.$map)
            } else)* {
                $crate::codegen::model!(
                    @decode_additional name, property $(, $additional self.$extra)?
                )
            }
        }
    };
    (@is_match exact $text:literal, $name:ident) => { $name == $text };
    (@is_match prefix $text:literal, $name:ident) => { $name.starts_with($text) };
    (@is_match suffix $text:literal, $name:ident) => { $name.ends_with($text) };
    (@is_match contains $text:literal, $name:ident) => { $name.contains($text) };
    (@is_match regex $text:literal, $name:ident) => {{
        static PATTERN: $crate::codegen::NamePattern = $crate::codegen::NamePattern::new($text);
        PATTERN.is_match($name)
    }};
    (@decode_impls $ty:ident) => {
        #[doc(hidden)]
        impl $crate::codegen::wire::DecodeWith for $ty {
            type Strategy = $crate::codegen::object::AsObject;
        }

        $crate::codegen::deserialize!($ty);
    };
    (@decode_additional $name:ident, $property:ident) => {
        Ok($crate::codegen::property::PropertyOutcome::Ignored)
    };
    (@decode_additional $name:ident, $property:ident, extra $self:ident.$extra:ident) => {{
        $property.keep_additional($name, &mut $self.$extra)?;
        Ok($crate::codegen::property::PropertyOutcome::Additional)
    }};
    (@decode_additional $name:ident, $property:ident, undeclared $self:ident.$extra:ident) => {{
        $property.keep($name, &mut $self.$extra)?;
        Ok($crate::codegen::property::PropertyOutcome::Undeclared)
    }};
    (@return_if_missing required $name:literal, $presence:ident.$flag:ident) => {
        if !$presence.$flag {
            return Some($name);
        }
    };
    (@return_if_missing nullable $($property:tt)*) => {
        $crate::codegen::model!(@return_if_missing required $($property)*)
    };
    (@return_if_missing $kind:ident $name:literal, $presence:ident.$flag:ident) => {};

    (@encode_fields $ty:ident { } []) => {
        $crate::codegen::model!(@encode_impls $ty, self to {
            let map = $crate::codegen::serde::Serializer::serialize_map(to, Some(0))?;
            $crate::codegen::serde::ser::SerializeMap::end(map)
        });
    };
    (@encode_fields $ty:ident {
        $($kind:ident $name:literal => $field:ident $(= $default:expr)?,)*
    } [$($map:ident)*] $($extra:ident)?) => {
        $crate::codegen::model!(@encode_impls $ty, self to {
            let mut map = $crate::codegen::serde::Serializer::serialize_map(to, None)?;
            $($crate::codegen::model!(@encode_property $kind map, $name, self.$field);)*
            $crate::codegen::model!(@encode_maps map, self, [$($map)*] $($extra)?);
            $crate::codegen::serde::ser::SerializeMap::end(map)
        });
    };
    (@encode_impls $ty:ident, $self:ident $to:ident $body:block) => {
        impl $crate::codegen::wire::Encode for $ty {
            #[inline]
            fn encode<S: $crate::codegen::serde::Serializer>(&$self, $to: S) -> Result<S::Ok, S::Error> $body
        }

        $crate::codegen::serialize!($ty);
    };
    (@encode_maps $to:ident, $self:ident, [] $($extra:ident)?) => {
        $($crate::codegen::property::encode::extra(&mut $to, &$self.$extra)?;)?
    };
    (@encode_maps $to:ident, $self:ident, [$($map:ident)+] $($extra:ident)?) => {
        let mut maps = $crate::codegen::property::encode::Maps::default();
        $(maps.write(&mut $to, &$self.$map)?;)+
        $(maps.write(&mut $to, &$self.$extra)?;)?
    };
    // Only mocks write read-only properties.
    (@encode_property read_only $map:ident, $name:literal, $self:ident.$field:ident) => {
        #[cfg(feature = "mock")]
        $crate::codegen::property::encode::read_only(&mut $map, $name, &$self.$field)?;
        #[cfg(not(feature = "mock"))]
        $crate::codegen::property::encode::nothing(&mut $map);
    };
    (@encode_property $kind:ident $map:ident, $name:literal, $self:ident.$field:ident) => {
        $crate::codegen::property::encode::$kind(&mut $map, $name, &$self.$field)?
    };
}
#[doc(hidden)]
pub use __model as model;
