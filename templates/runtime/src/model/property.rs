//! The kinds of member that `object!` knows: how a field of each begins, is read, and is written.
//!
//! They are functions of the kinds' names, so that the macro need only name them: an expansion of its
//! own for each member would cost the compiler more.

use crate::wire::Decode;

/// The value of a member whose name was just read.
pub trait PropertyReader {
    /// What reading it may fail with.
    type Error;

    /// Reads it.
    ///
    /// # Errors
    ///
    /// It isn't a `T`.
    fn value<T: Decode>(&mut self) -> Result<T, Self::Error>;
}

/// What an object did with a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PropertyUse {
    /// It has a field of that name, which is set now.
    Named,
    /// It keeps members that have no field.
    Extra,
    /// It knows none of that name: the value wasn't read.
    Ignored,
}

/// What stands in a field until its member is read.
pub mod start {
    use crate::wire::Decode;

    pub use self::write_only as write_only_patch;
    pub use self::{
        required as nullable, required as optional, required as patch, required as read_only,
    };

    /// What nobody sees, or absence.
    #[inline]
    #[must_use]
    pub fn required<T: Decode>() -> T {
        T::blank()
    }

    /// The default.
    #[inline]
    #[must_use]
    pub fn defaulted<T>(default: T) -> T {
        default
    }

    /// Absence.
    #[inline]
    #[must_use]
    pub fn write_only<T>() -> Option<T> {
        None
    }
}

/// How a member is read into its field.
pub mod read {
    use super::{PropertyReader, PropertyUse};
    use crate::wire::Decode;

    pub use self::write_only as write_only_patch;
    pub use self::{required as nullable, required as optional, required as read_only};

    /// As what the field is.
    ///
    /// # Errors
    ///
    /// It isn't that.
    #[inline]
    pub fn required<T: Decode, M: PropertyReader>(
        member: &mut M,
        field: &mut T,
        seen: &mut bool,
    ) -> Result<PropertyUse, M::Error> {
        *field = member.value()?;
        *seen = true;
        Ok(PropertyUse::Named)
    }

    /// Null isn't absence.
    ///
    /// # Errors
    ///
    /// It isn't what the field holds.
    #[inline]
    pub fn patch<T: Decode, M: PropertyReader>(
        member: &mut M,
        field: &mut Option<T>,
        seen: &mut bool,
    ) -> Result<PropertyUse, M::Error> {
        *field = Some(member.value()?);
        *seen = true;
        Ok(PropertyUse::Named)
    }

    /// Null leaves the default.
    ///
    /// # Errors
    ///
    /// It isn't what the field is.
    #[inline]
    pub fn defaulted<T: Decode, M: PropertyReader>(
        member: &mut M,
        field: &mut T,
        seen: &mut bool,
    ) -> Result<PropertyUse, M::Error> {
        if let Some(value) = member.value()? {
            *field = value;
        }
        *seen = true;
        Ok(PropertyUse::Named)
    }

    /// Never.
    ///
    /// # Errors
    ///
    /// None.
    #[inline]
    pub fn write_only<T, M: PropertyReader>(
        _: &mut M,
        _: &mut T,
        _: &mut bool,
    ) -> Result<PropertyUse, M::Error> {
        Ok(PropertyUse::Ignored)
    }
}

/// How a field is written.
///
/// Of a model that requests and answers have, a mock writes what answers have, anyone else what
/// requests have.
pub mod write {
    use serde::ser::SerializeMap;

    use crate::wire::{Encode, Ref, is_answering};

    pub use self::optional as patch;
    pub use self::write_only as write_only_patch;
    pub use self::{required as nullable, required as defaulted};

    /// Always.
    ///
    /// # Errors
    ///
    /// What the serializer says.
    #[inline]
    pub fn required<T: Encode, M: SerializeMap>(
        map: &mut M,
        name: &'static str,
        value: &T,
    ) -> Result<(), M::Error> {
        map.serialize_entry(name, &Ref(value))
    }

    /// Unless it is absent.
    ///
    /// # Errors
    ///
    /// What the serializer says.
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

    /// By a mock, unless it is absent.
    ///
    /// # Errors
    ///
    /// What the serializer says.
    #[inline]
    pub fn read_only<T: Encode, M: SerializeMap>(
        map: &mut M,
        name: &'static str,
        value: &Option<T>,
    ) -> Result<(), M::Error> {
        match value {
            Some(value) if is_answering() => required(map, name, value),
            _ => Ok(()),
        }
    }

    /// By anyone but a mock, unless it is absent.
    ///
    /// # Errors
    ///
    /// What the serializer says.
    #[inline]
    pub fn write_only<T: Encode, M: SerializeMap>(
        map: &mut M,
        name: &'static str,
        value: &Option<T>,
    ) -> Result<(), M::Error> {
        match value {
            Some(value) if !is_answering() => required(map, name, value),
            _ => Ok(()),
        }
    }

    /// Never.
    #[inline]
    pub fn nothing<M: SerializeMap>(_: &mut M) {}

    /// Those that have no field of their own.
    ///
    /// # Errors
    ///
    /// What the serializer says.
    pub fn extra<'a, T: Encode + 'a, M: SerializeMap>(
        map: &mut M,
        members: impl IntoIterator<Item = (&'a String, &'a T)>,
    ) -> Result<(), M::Error> {
        for (name, value) in members {
            map.serialize_entry(name, &Ref(value))?;
        }
        Ok(())
    }
}
