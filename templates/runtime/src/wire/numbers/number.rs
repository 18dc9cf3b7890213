//! Numbers of which the document distinguishes integers.

use std::fmt;

use serde::ser::Serializer;

use crate::wire::Encode;
use crate::wire::fit::Fit;
use crate::wire::scalar::{FromScalar, Scalar};

/// A number that keeps integers exact: the type of `anyOf: [integer, number]`.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Number {
    /// An integer below 2^63.
    I64(i64),
    /// An integer from 2^63 on.
    U64(u64),
    /// An integer of more than 64 bits.
    I128(i128),
    /// A number with a fraction or an exponent.
    F64(f64),
}

impl Number {
    /// Returns the number as an `f64`, which rounds integers of more than 53 bits.
    #[inline]
    #[must_use]
    pub fn as_f64(self) -> f64 {
        match self {
            Self::I64(number) => number as f64,
            Self::U64(number) => number as f64,
            Self::I128(number) => number as f64,
            Self::F64(number) => number,
        }
    }

    /// Returns the number as an `i64`; `None` if it is too large or has a fraction.
    #[inline]
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        i64::from_scalar(match self {
            Self::I64(number) => Scalar::I64(number),
            Self::U64(number) => Scalar::U64(number),
            Self::I128(number) => Scalar::I128(number),
            Self::F64(number) => Scalar::F64(number),
        })
    }
}

macro_rules! from {
    ($($ty:ty => $variant:ident),*) => {$(
        impl From<$ty> for Number {
            #[inline]
            fn from(number: $ty) -> Self {
                Self::$variant(number.into())
            }
        }
    )*};
}
from!(i32 => I64, i64 => I64, u32 => I64, f32 => F64, f64 => F64);

impl From<u64> for Number {
    #[inline]
    fn from(number: u64) -> Self {
        i64::try_from(number).map_or(Self::U64(number), Self::I64)
    }
}

impl From<i128> for Number {
    #[inline]
    fn from(number: i128) -> Self {
        match (i64::try_from(number), u64::try_from(number)) {
            (Ok(number), _) => Self::I64(number),
            (Err(_), Ok(number)) => Self::U64(number),
            (Err(_), Err(_)) => Self::I128(number),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::I64(number) => number.fmt(f),
            Self::U64(number) => number.fmt(f),
            Self::I128(number) => number.fmt(f),
            Self::F64(number) => number.fmt(f),
        }
    }
}

crate::wire::scalar::scalar_wire!(Number);

impl FromScalar for Number {
    const EXPECTED: &'static str = "a number";
    const IS_WIDE: bool = true;

    #[inline]
    fn placeholder() -> Self {
        Self::I64(0)
    }

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::U64(number) => Some(number.into()),
            Scalar::I64(number) => Some(number.into()),
            Scalar::I128(number) => Some(number.into()),
            Scalar::F64(number) => Some(number.into()),
            Scalar::String(text) => {
                let integer = text.parse::<i128>().map(Self::from);
                let float = || super::parse_float(&text).map(Self::F64);
                integer.ok().or_else(float)
            }
            Scalar::Bool(_) => None,
        }
    }

    #[inline]
    fn scalar_fit(scalar: Scalar<'_>) -> Option<Fit> {
        super::float_fit::<Self>(scalar)
    }
}

impl Encode for Number {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::I64(number) => number.encode(serializer),
            Self::U64(number) => number.encode(serializer),
            Self::I128(number) => number.encode(serializer),
            Self::F64(number) => number.encode(serializer),
        }
    }
}
