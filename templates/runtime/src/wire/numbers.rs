//! Integers and floating-point numbers.

use serde::ser::{Error, Serializer};

use crate::wire::Encode;
use crate::wire::fit::Fit;
use crate::wire::scalar::{FromScalar, Scalar};

mod number;

pub use self::number::Number;

crate::wire::scalar::scalar_wire!(i32);
crate::wire::scalar::scalar_wire!(i64);
crate::wire::scalar::scalar_wire!(u32);
crate::wire::scalar::scalar_wire!(u64);
crate::wire::scalar::scalar_wire!(i128);
crate::wire::scalar::scalar_wire!(f32);
crate::wire::scalar::scalar_wire!(f64);

/// Returns how well a scalar fits an integer type. A string of digits is a string first.
#[inline]
fn integer_fit<T: FromScalar>(scalar: Scalar<'_>) -> Option<Fit> {
    let fit = match scalar {
        Scalar::String(_) => Fit::DEVIATING,
        Scalar::F64(_) => Fit::specific(2),
        _ => Fit::specific(3),
    };
    T::from_scalar(scalar).map(|_| fit)
}

/// Returns how well a scalar fits a number type. An integer is an integer first, and a number in
/// quotes a string.
#[inline]
fn float_fit<T: FromScalar>(scalar: Scalar<'_>) -> Option<Fit> {
    let fit = match scalar {
        Scalar::String(_) => Fit::DEVIATING,
        Scalar::F64(_) => Fit::specific(3),
        _ => Fit::specific(2),
    };
    T::from_scalar(scalar).map(|_| fit)
}

impl FromScalar for i64 {
    const EXPECTED: &'static str = "a 64-bit integer";

    #[inline]
    fn placeholder() -> Self {
        0
    }

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::I64(number) => Some(number),
            Scalar::U64(number) => i64::try_from(number).ok(),
            // 2^63 is exact as an f64, and every integral f64 below it fits into an i64.
            Scalar::F64(number) => {
                let is_integer = number.fract() == 0.0 && (-TWO_63..TWO_63).contains(&number);
                is_integer.then_some(number as i64)
            }
            Scalar::String(text) => text.parse().ok(),
            Scalar::Bool(_) => None,
        }
    }

    #[inline]
    fn scalar_fit(scalar: Scalar<'_>) -> Option<Fit> {
        integer_fit::<Self>(scalar)
    }
}

impl FromScalar for u64 {
    const EXPECTED: &'static str = "an unsigned 64-bit integer";

    #[inline]
    fn placeholder() -> Self {
        0
    }

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::U64(number) => Some(number),
            Scalar::I64(number) => u64::try_from(number).ok(),
            Scalar::F64(number) => {
                let is_integer = number.fract() == 0.0 && (0.0..2.0 * TWO_63).contains(&number);
                is_integer.then_some(number as u64)
            }
            Scalar::String(text) => text.parse().ok(),
            Scalar::Bool(_) => None,
        }
    }

    #[inline]
    fn scalar_fit(scalar: Scalar<'_>) -> Option<Fit> {
        integer_fit::<Self>(scalar)
    }
}

const TWO_63: f64 = 9_223_372_036_854_775_808.0;

impl FromScalar for i32 {
    const EXPECTED: &'static str = "a 32-bit integer";

    #[inline]
    fn placeholder() -> Self {
        0
    }

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        i32::try_from(i64::from_scalar(scalar)?).ok()
    }

    #[inline]
    fn scalar_fit(scalar: Scalar<'_>) -> Option<Fit> {
        integer_fit::<Self>(scalar)
    }
}

impl FromScalar for u32 {
    const EXPECTED: &'static str = "an unsigned 32-bit integer";

    #[inline]
    fn placeholder() -> Self {
        0
    }

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        u32::try_from(u64::from_scalar(scalar)?).ok()
    }

    #[inline]
    fn scalar_fit(scalar: Scalar<'_>) -> Option<Fit> {
        integer_fit::<Self>(scalar)
    }
}

impl FromScalar for i128 {
    const EXPECTED: &'static str = "an integer";

    #[inline]
    fn placeholder() -> Self {
        0
    }

    /// Rejects numbers beyond the integers of 64 bits, unless they are in quotes: JSON parsers round
    /// them.
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::U64(number) => Some(number.into()),
            Scalar::String(text) => text.parse().ok(),
            scalar => i64::from_scalar(scalar).map(Self::from),
        }
    }

    #[inline]
    fn scalar_fit(scalar: Scalar<'_>) -> Option<Fit> {
        integer_fit::<Self>(scalar)
    }
}

/// Reads a number in quotes. `NaN` and infinity aren't numbers of JSON.
fn parse_float(text: &str) -> Option<f64> {
    let number: f64 = text.parse().ok()?;
    number.is_finite().then_some(number)
}

impl FromScalar for f64 {
    const EXPECTED: &'static str = "a number";

    #[inline]
    fn placeholder() -> Self {
        0.0
    }

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::F64(number) => Some(number),
            Scalar::U64(number) => Some(number as f64),
            Scalar::I64(number) => Some(number as f64),
            Scalar::String(text) => parse_float(&text),
            Scalar::Bool(_) => None,
        }
    }

    #[inline]
    fn scalar_fit(scalar: Scalar<'_>) -> Option<Fit> {
        float_fit::<Self>(scalar)
    }
}

impl FromScalar for f32 {
    const EXPECTED: &'static str = "a 32-bit number";

    #[inline]
    fn placeholder() -> Self {
        0.0
    }

    #[inline]
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        let number = f64::from_scalar(scalar)? as f32;
        number.is_finite().then_some(number)
    }

    #[inline]
    fn scalar_fit(scalar: Scalar<'_>) -> Option<Fit> {
        float_fit::<Self>(scalar)
    }
}

impl Encode for i32 {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i32(*self)
    }
}

impl Encode for i64 {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(*self)
    }
}

impl Encode for u32 {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(*self)
    }
}

impl Encode for u64 {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(*self)
    }
}

impl Encode for i128 {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i128(*self)
    }
}

/// serde_json would write `null` for these numbers.
const NOT_FINITE: &str = "NaN and infinity have no JSON representation";

impl Encode for f32 {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_finite() {
            serializer.serialize_f32(*self)
        } else {
            Err(S::Error::custom(NOT_FINITE))
        }
    }
}

impl Encode for f64 {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_finite() {
            serializer.serialize_f64(*self)
        } else {
            Err(S::Error::custom(NOT_FINITE))
        }
    }
}
