//! The kinds of property that `model!` knows, and how a field of each kind begins, is decoded and
//! is encoded.
//!
//! Each of the three modules has a function for every kind, under the kind's name. The macro only
//! has to name it, which is cheaper to compile than an expansion for each property.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::wire::Decode;

/// Reads the value of the property whose name was read last.
pub trait PropertyReader {
    /// The error of reading a value.
    type Error;

    /// Decodes the value.
    ///
    /// # Errors
    ///
    /// Returns an error if the value isn't a `T`.
    fn decode<T: Decode>(&mut self) -> Result<T, Self::Error>;

    /// Decodes the value, although the document doesn't allow null: null is `None` all the same.
    ///
    /// # Errors
    ///
    /// Returns an error if the value isn't a `T`.
    #[inline]
    fn decode_or_null<T: Decode>(&mut self) -> Result<Option<T>, Self::Error> {
        self.decode()
    }

    /// Adds the value to the properties that no field holds.
    ///
    /// # Errors
    ///
    /// Returns an error if the value can't be read.
    fn keep(
        &mut self,
        name: &str,
        properties: &mut BTreeMap<String, Value>,
    ) -> Result<(), Self::Error> {
        self.keep_additional(name, properties)
    }

    /// Keeps an additional property, unless the union around the object writes it again.
    ///
    /// # Errors
    ///
    /// Returns an error if the value can't be read.
    fn keep_additional<T: Decode>(
        &mut self,
        name: &str,
        properties: &mut BTreeMap<String, T>,
    ) -> Result<(), Self::Error> {
        properties.insert(name.to_owned(), self.decode()?);
        Ok(())
    }
}

/// What an object did with a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PropertyOutcome {
    /// The object has a field for the property and has set it.
    Known,
    /// The object has no field for the property and has kept it among the additional ones.
    Additional,
    /// The object has no field for the property, and has kept it although the document doesn't mention
    /// it.
    Undeclared,
    /// The object doesn't know the property. Its value hasn't been read.
    Ignored,
}

/// The value of a field before its property is read.
pub mod initial {
    use crate::wire::Decode;

    pub use self::write_only as write_only_patch;
    pub use self::{
        required as nullable, required as optional, required as optional_or_null,
        required as patch, required as read_only,
    };

    /// Returns a placeholder, or `None` for an `Option`.
    #[inline]
    #[must_use]
    pub fn required<T: Decode>() -> T {
        T::placeholder()
    }

    /// Returns the default.
    #[inline]
    #[must_use]
    pub fn defaulted<T>(default: T) -> T {
        default
    }

    /// Returns `None`.
    #[inline]
    #[must_use]
    pub fn write_only<T>() -> Option<T> {
        None
    }
}

/// How a property is decoded into its field.
pub mod decode {
    use super::{PropertyOutcome, PropertyReader};
    use crate::wire::{Decode, malformed};

    pub use self::optional_or_null as read_only;
    pub use self::required as nullable;
    pub use self::write_only as write_only_patch;

    /// Decodes the value as the type of the field.
    ///
    /// # Errors
    ///
    /// Returns an error if the value has another type.
    #[inline]
    pub fn required<T: Decode, M: PropertyReader>(
        property: &mut M,
        field: &mut T,
        present: &mut bool,
    ) -> Result<PropertyOutcome, M::Error> {
        *field = property.decode()?;
        *present = true;
        Ok(PropertyOutcome::Known)
    }

    /// Decodes the value; null and a malformed text are `None`.
    ///
    /// # Errors
    ///
    /// Returns an error if the value has another type.
    #[inline]
    pub fn optional<T: Decode, M: PropertyReader>(
        property: &mut M,
        field: &mut Option<T>,
        present: &mut bool,
    ) -> Result<PropertyOutcome, M::Error> {
        *field = unless_malformed::<T, _, _>(|| property.decode_or_null())?.flatten();
        *present = true;
        Ok(PropertyOutcome::Known)
    }

    /// Decodes the value, which may be null; null and a malformed text are `None`.
    ///
    /// # Errors
    ///
    /// Returns an error if the value has another type.
    #[inline]
    pub fn optional_or_null<T: Decode, M: PropertyReader>(
        property: &mut M,
        field: &mut Option<T>,
        present: &mut bool,
    ) -> Result<PropertyOutcome, M::Error> {
        *field = unless_malformed::<T, _, _>(|| property.decode())?.flatten();
        *present = true;
        Ok(PropertyOutcome::Known)
    }

    /// Reads a value that contains a `T`; returns `None` for a malformed text.
    #[inline]
    fn unless_malformed<T: Decode, V, E>(
        read: impl FnOnce() -> Result<V, E>,
    ) -> Result<Option<V>, E> {
        if T::HAS_FORMAT {
            malformed::optional(read)
        } else {
            read().map(Some)
        }
    }

    /// Decodes the value, keeping null apart from an absent property. A malformed text reads as
    /// absent.
    ///
    /// # Errors
    ///
    /// Returns an error if the value has another type.
    #[inline]
    pub fn patch<T: Decode, M: PropertyReader>(
        property: &mut M,
        field: &mut Option<T>,
        present: &mut bool,
    ) -> Result<PropertyOutcome, M::Error> {
        *field = unless_malformed::<T, _, _>(|| property.decode())?;
        *present = true;
        Ok(PropertyOutcome::Known)
    }

    /// Decodes the value; null and a malformed text leave the default.
    ///
    /// # Errors
    ///
    /// Returns an error if the value has another type.
    #[inline]
    pub fn defaulted<T: Decode, M: PropertyReader>(
        property: &mut M,
        field: &mut T,
        present: &mut bool,
    ) -> Result<PropertyOutcome, M::Error> {
        if let Some(value) = unless_malformed::<T, _, _>(|| property.decode_or_null())?.flatten() {
            *field = value;
        }
        *present = true;
        Ok(PropertyOutcome::Known)
    }

    /// Ignores the property.
    ///
    /// # Errors
    ///
    /// Never fails.
    #[inline]
    pub fn write_only<T, M: PropertyReader>(
        _: &mut M,
        _: &mut T,
        _: &mut bool,
    ) -> Result<PropertyOutcome, M::Error> {
        Ok(PropertyOutcome::Ignored)
    }
}

/// How a field is encoded.
///
/// Of a model that requests and responses share, mocks write what responses have, and calls write
/// what requests have.
pub mod encode {
    use std::collections::BTreeMap;

    use serde::ser::SerializeMap;

    use crate::wire::{AsSerialize, Encode, is_encoding_response};

    pub use self::write_only as write_only_patch;
    pub use self::{optional as optional_or_null, optional as patch};
    pub use self::{required as nullable, required as defaulted};

    /// Writes the property.
    ///
    /// # Errors
    ///
    /// Returns the serializer's error.
    #[inline]
    pub fn required<T: Encode, M: SerializeMap>(
        map: &mut M,
        name: &'static str,
        value: &T,
    ) -> Result<(), M::Error> {
        map.serialize_entry(name, &AsSerialize(value))
    }

    /// Writes the property unless it is absent.
    ///
    /// # Errors
    ///
    /// Returns the serializer's error.
    #[inline]
    pub fn optional<T: Encode, M: SerializeMap>(
        map: &mut M,
        name: &'static str,
        value: &Option<T>,
    ) -> Result<(), M::Error> {
        match value {
            Some(value) => required(map, name, value),
            None => Ok(()),
        }
    }

    /// Writes the property in a mock's response, unless it is absent.
    ///
    /// # Errors
    ///
    /// Returns the serializer's error.
    #[inline]
    pub fn read_only<T: Encode, M: SerializeMap>(
        map: &mut M,
        name: &'static str,
        value: &Option<T>,
    ) -> Result<(), M::Error> {
        match value {
            Some(value) if is_encoding_response() => required(map, name, value),
            _ => Ok(()),
        }
    }

    /// Writes the property except in a mock's response, unless it is absent.
    ///
    /// # Errors
    ///
    /// Returns the serializer's error.
    #[inline]
    pub fn write_only<T: Encode, M: SerializeMap>(
        map: &mut M,
        name: &'static str,
        value: &Option<T>,
    ) -> Result<(), M::Error> {
        match value {
            Some(value) if !is_encoding_response() => required(map, name, value),
            _ => Ok(()),
        }
    }

    /// Writes nothing.
    #[inline]
    pub fn nothing<M: SerializeMap>(_: &mut M) {}

    /// Writes the additional properties.
    ///
    /// # Errors
    ///
    /// Returns the serializer's error.
    pub fn extra<'a, T: Encode + 'a, M: SerializeMap>(
        map: &mut M,
        properties: impl IntoIterator<Item = (&'a String, &'a T)>,
    ) -> Result<(), M::Error> {
        for (name, value) in properties {
            map.serialize_entry(name, &AsSerialize(value))?;
        }
        Ok(())
    }

    /// Writes several maps of properties, and each name once: with the value in the first map that has
    /// it.
    #[derive(Default)]
    pub struct Maps<'m>(Vec<&'m dyn HasName>);

    impl<'m> Maps<'m> {
        /// Writes the properties that no earlier map has.
        ///
        /// # Errors
        ///
        /// Returns the serializer's error.
        pub fn write<T: Encode, M: SerializeMap>(
            &mut self,
            to: &mut M,
            properties: &'m BTreeMap<String, T>,
        ) -> Result<(), M::Error> {
            let is_new = |name: &str| !self.0.iter().any(|earlier| earlier.has(name));
            extra(to, properties.iter().filter(|(name, _)| is_new(name)))?;
            self.0.push(properties);
            Ok(())
        }
    }

    /// A map, whatever its values are.
    trait HasName {
        fn has(&self, name: &str) -> bool;
    }

    impl<T> HasName for BTreeMap<String, T> {
        fn has(&self, name: &str) -> bool {
            self.contains_key(name)
        }
    }
}
