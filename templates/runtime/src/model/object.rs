//! Objects with known members: `object!` and the one visitor behind it.
//!
//! A model is read in place: a blank value is made, and each member that comes is set in it. The
//! model's only code is a `match` from names to fields, written once for streams, for buffered
//! values and for measuring fit.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::model::property::{PropertyReader, PropertyUse};
use crate::wire::mismatch::{Mismatch, note, note_member, note_unless_inside};
use crate::wire::{Decode, Name, Seed, Shape};

/// An object with known members that an answer may hold.
pub trait Object: Sized {
    /// Which members have come.
    type Presence;

    /// A value with nothing read into it, and no member seen.
    fn start() -> (Self, Self::Presence);

    /// Sets the member `name`.
    ///
    /// # Errors
    ///
    /// The value of the member isn't what it should be.
    fn field<M: PropertyReader>(
        &mut self,
        seen: &mut Self::Presence,
        name: &str,
        member: &mut M,
    ) -> Result<PropertyUse, M::Error>;

    /// The first member that must be there and didn't come.
    fn missing(seen: &Self::Presence) -> Option<&'static str>;
}

/// What is read member by member.
pub struct Members;

impl<T: Object> Shape<T> for Members {
    #[inline]
    fn blank() -> T {
        T::start().0
    }

    /// Of members with the same name the last one counts.
    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        let read = deserializer.deserialize_map(ObjectVisitor(PhantomData));
        if read.is_err() {
            note_unless_inside("an object");
        }
        read
    }

    fn from_value(value: Value) -> Result<T, Mismatch> {
        let Value::Object(members) = value else {
            return Err(Mismatch::new("an object", &value));
        };
        let (mut object, mut seen) = T::start();
        for (name, value) in members {
            if let Err(error) = object.field(&mut seen, &name, &mut Buffered(Some(value))) {
                return Err(error.in_member(&name));
            }
        }
        match T::missing(&seen) {
            None => Ok(object),
            Some(name) => Err(Mismatch::missing(name)),
        }
    }

    /// Every member that the object knows counts for it.
    fn fit(value: &Value, depth: u8) -> Option<u32> {
        let members: &Map<String, Value> = value.as_object()?;
        if depth == 0 {
            return Some(1);
        }
        let (mut object, mut seen) = T::start();
        let mut sum: u32 = 1;
        for (name, value) in members {
            let mut probe = Probe {
                value,
                depth: depth - 1,
                fit: 0,
            };
            match object.field(&mut seen, name, &mut probe) {
                // A name in common says more than the kinds of the values together.
                Ok(PropertyUse::Named) => {
                    sum = sum.saturating_add(16).saturating_add(probe.fit.min(15))
                }
                Ok(PropertyUse::Extra | PropertyUse::Ignored) => {}
                Err(NoFit) => return None,
            }
        }
        T::missing(&seen).is_none().then_some(sum)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Object> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let mut member = Streamed {
            map,
            lifetime: PhantomData,
        };
        let (mut object, mut seen) = T::start();
        while let Some(name) = member.map.next_key_seed(Name)? {
            match object.field(&mut seen, &name, &mut member) {
                Ok(PropertyUse::Named | PropertyUse::Extra) => {}
                Ok(PropertyUse::Ignored) => _ = member.map.next_value::<IgnoredAny>()?,
                Err(error) => {
                    note_member(&name);
                    return Err(error);
                }
            }
        }
        match T::missing(&seen) {
            None => Ok(object),
            Some(name) => {
                note(Mismatch::missing(name));
                Err(A::Error::missing_field(name))
            }
        }
    }
}

struct Streamed<'de, A> {
    map: A,
    lifetime: PhantomData<&'de ()>,
}

impl<'de, A: MapAccess<'de>> PropertyReader for Streamed<'de, A> {
    type Error = A::Error;

    #[inline]
    fn value<T: Decode>(&mut self) -> Result<T, A::Error> {
        self.map.next_value_seed(Seed::new())
    }
}

/// The value, until it's read.
struct Buffered(Option<Value>);

impl PropertyReader for Buffered {
    type Error = Mismatch;

    #[inline]
    fn value<T: Decode>(&mut self) -> Result<T, Mismatch> {
        T::from_value(self.0.take().unwrap_or_default())
    }
}

/// Measures a member instead of reading it.
struct Probe<'a> {
    value: &'a Value,
    depth: u8,
    fit: u32,
}

struct NoFit;

impl PropertyReader for Probe<'_> {
    type Error = NoFit;

    fn value<T: Decode>(&mut self) -> Result<T, NoFit> {
        self.fit = T::fit(self.value, self.depth).ok_or(NoFit)?;
        Ok(T::blank())
    }
}

/// Makes a struct an object of the wire: `object!(decode encode Type { required "name" => field, })`.
///
/// The modes are `decode`, `encode` and `decode encode`, and `decode mock` for what is written only
/// by the mock of the crate's feature of that name. The kinds of member:
///
/// | kind | type of the field | |
/// |---|---|---|
/// | `required` | `T` | must be there and not null |
/// | `nullable` | `Option<T>` | must be there; null is `None` |
/// | `optional` | `Option<T>` | may be absent; null reads as `None`, which isn't written |
/// | `patch` | `Option<Option<T>>` | may be absent (`None`) or null (`Some(None)`) |
/// | `defaulted` | `T` | may be absent or null, which reads as the value after `=` |
/// | `read_only` | `Option<T>` | is read like `optional`, and written by a mock alone |
/// | `write_only` | `Option<T>` | is written like `optional`, but not by a mock, and never read |
/// | `write_only_patch` | `Option<Option<T>>` | is written like `patch`, likewise, and never read |
/// | `extra` | `BTreeMap<String, T>` | the members without a field; at most once, last |
///
/// Of a `serde_json::Value`, null is a value: there it isn't absence for any kind.
#[doc(hidden)]
#[macro_export]
macro_rules! __model {
    (decode encode $ty:ident {
        $($kind:ident $($name:literal => $field:ident $(= $default:expr)?)? $(=> $extra:ident)?),* $(,)?
    }) => {
        impl $crate::codegen::wire::Wire for $ty {}
        $crate::codegen::model!(
            @decode $ty { $($($kind $name => $field $(= $default)?,)?)* } $($($extra)?)*
        );
        $crate::codegen::model!(
            @encode $ty { $($($kind $name => $field $(= $default)?,)?)* } $($($extra)?)*
        );
    };
    (decode mock $ty:ident {
        $($kind:ident $($name:literal => $field:ident $(= $default:expr)?)? $(=> $extra:ident)?),* $(,)?
    }) => {
        impl $crate::codegen::wire::Wire for $ty {}
        $crate::codegen::model!(
            @decode $ty { $($($kind $name => $field $(= $default)?,)?)* } $($($extra)?)*
        );
        #[cfg(feature = "mock")]
        $crate::codegen::model!(
            @encode $ty { $($($kind $name => $field $(= $default)?,)?)* } $($($extra)?)*
        );
    };
    (decode $ty:ident {
        $($kind:ident $($name:literal => $field:ident $(= $default:expr)?)? $(=> $extra:ident)?),* $(,)?
    }) => {
        impl $crate::codegen::wire::Wire for $ty {}
        $crate::codegen::model!(
            @decode $ty { $($($kind $name => $field $(= $default)?,)?)* } $($($extra)?)*
        );
    };
    (encode $ty:ident {
        $($kind:ident $($name:literal => $field:ident $(= $default:expr)?)? $(=> $extra:ident)?),* $(,)?
    }) => {
        impl $crate::codegen::wire::Wire for $ty {}
        $crate::codegen::model!(
            @encode $ty { $($($kind $name => $field $(= $default)?,)?)* } $($($extra)?)*
        );
    };

    (@decode $ty:ident {
        $($kind:ident $name:literal => $field:ident $(= $default:expr)?,)+
    } $($extra:ident)?) => {
        const _: () = {
            pub struct Presence { $($field: bool,)* }

            impl $crate::codegen::object::Object for $ty {
                type Presence = Presence;

                #[inline]
                fn start() -> (Self, Presence) {
                    let blank = Self {
                        $($field: $crate::codegen::property::start::$kind($($default)?),)*
                        $($extra: $crate::codegen::property::start::optional(),)?
                    };
                    (blank, Presence { $($field: false,)* })
                }

                #[inline]
                fn field<M: $crate::codegen::property::PropertyReader>(
                    &mut self,
                    seen: &mut Presence,
                    name: &str,
                    member: &mut M,
                ) -> Result<$crate::codegen::property::PropertyUse, M::Error> {
                    match name {
                        $($name => $crate::codegen::property::read::$kind(
                            member, &mut self.$field, &mut seen.$field,
                        ),)*
                        _ => $crate::codegen::model!(
                            @other name, member $(, self.$extra)?
                        ),
                    }
                }

                #[inline]
                fn missing(seen: &Presence) -> Option<&'static str> {
                    let _ = seen;
                    $($crate::codegen::model!(@missing $kind $name, seen.$field);)*
                    None
                }
            }
        };
        $crate::codegen::model!(@wire $ty);
    };
    (@decode $ty:ident { } $($extra:ident)?) => {
        impl $crate::codegen::object::Object for $ty {
            type Presence = ();

            #[inline]
            fn start() -> (Self, ()) {
                (Self { $($extra: $crate::codegen::property::start::optional())? }, ())
            }

            $crate::codegen::model!(@nameless $($extra)?);

            #[inline]
            fn missing((): &()) -> Option<&'static str> {
                None
            }
        }
        $crate::codegen::model!(@wire $ty);
    };
    (@nameless) => {
        #[inline]
        fn field<M: $crate::codegen::property::PropertyReader>(
            &mut self,
            (): &mut (),
            _: &str,
            _: &mut M,
        ) -> Result<$crate::codegen::property::PropertyUse, M::Error> {
            Ok($crate::codegen::property::PropertyUse::Ignored)
        }
    };
    (@nameless $extra:ident) => {
        #[inline]
        fn field<M: $crate::codegen::property::PropertyReader>(
            &mut self,
            (): &mut (),
            name: &str,
            member: &mut M,
        ) -> Result<$crate::codegen::property::PropertyUse, M::Error> {
            $crate::codegen::model!(@other name, member, self.$extra)
        }
    };
    (@wire $ty:ident) => {
        impl $crate::codegen::wire::Shaped for $ty {
            type Shape = $crate::codegen::object::Members;
        }

        impl<'de> $crate::codegen::serde::Deserialize<'de> for $ty {
            #[inline]
            fn deserialize<D: $crate::codegen::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::codegen::wire::Decode::decode(from)
            }
        }
    };
    (@other $name:ident, $member:ident) => {
        Ok($crate::codegen::property::PropertyUse::Ignored)
    };
    (@other $name:ident, $member:ident, $self:ident.$extra:ident) => {{
        $self.$extra.insert($name.to_owned(), $member.value()?);
        Ok($crate::codegen::property::PropertyUse::Extra)
    }};
    (@missing required $name:literal, $seen:ident.$flag:ident) => {
        if !$seen.$flag {
            return Some($name);
        }
    };
    (@missing nullable $($member:tt)*) => {
        $crate::codegen::model!(@missing required $($member)*)
    };
    (@missing $kind:ident $name:literal, $seen:ident.$flag:ident) => {};

    (@encode $ty:ident { } ) => {
        $crate::codegen::model!(@write $ty, self to {
            let map = $crate::codegen::serde::Serializer::serialize_map(to, Some(0))?;
            $crate::codegen::serde::ser::SerializeMap::end(map)
        });
    };
    (@encode $ty:ident {
        $($kind:ident $name:literal => $field:ident $(= $default:expr)?,)*
    } $($extra:ident)?) => {
        $crate::codegen::model!(@write $ty, self to {
            let mut map = $crate::codegen::serde::Serializer::serialize_map(to, None)?;
            $($crate::codegen::model!(@member $kind map, $name, self.$field);)*
            $($crate::codegen::property::write::extra(&mut map, &self.$extra)?;)?
            $crate::codegen::serde::ser::SerializeMap::end(map)
        });
    };
    (@write $ty:ident, $self:ident $to:ident $body:block) => {
        impl $crate::codegen::wire::Encode for $ty {
            #[inline]
            fn encode<S: $crate::codegen::serde::Serializer>(&$self, $to: S) -> Result<S::Ok, S::Error> $body
        }

        impl $crate::codegen::serde::Serialize for $ty {
            #[inline]
            fn serialize<S: $crate::codegen::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $crate::codegen::wire::Encode::encode(self, to)
            }
        }
    };
    // Without mocks, what only answers have can't be written at all.
    (@member read_only $map:ident, $name:literal, $self:ident.$field:ident) => {
        #[cfg(feature = "mock")]
        $crate::codegen::property::write::read_only(&mut $map, $name, &$self.$field)?;
        #[cfg(not(feature = "mock"))]
        $crate::codegen::property::write::nothing(&mut $map);
    };
    (@member $kind:ident $map:ident, $name:literal, $self:ident.$field:ident) => {
        $crate::codegen::property::write::$kind(&mut $map, $name, &$self.$field)?
    };
}
#[doc(hidden)]
pub use __model as model;
