//! Integers and floating-point numbers.

use serde::ser::{Error, Serializer};

use crate::wire::Encode;
use crate::wire::fit::Fit;
use crate::wire::large::TWO_63;
use crate::wire::scalar::{FromScalar, OUT_OF_RANGE, Scalar};

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

/// Says why a scalar isn't an integer of some type.
#[inline]
fn not_an_integer(scalar: &Scalar<'_>) -> &'static str {
    match scalar {
        Scalar::F64(number) if number.fract() != 0.0 => "a number with a fraction",
        Scalar::String(_) | Scalar::Bool(_) => scalar.json_type(),
        _ => OUT_OF_RANGE,
    }
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

/// Implements [`FromScalar`] for an integer type. The function reads it from a scalar.
macro_rules! integer {
    ($integer:ident, $expected:literal, $read:expr $(, IS_WIDE = $is_wide:literal)?) => {
        impl FromScalar for $integer {
            const EXPECTED: &'static str = $expected;
            $(const IS_WIDE: bool = $is_wide;)?

            #[inline]
            fn placeholder() -> Self {
                0
            }

            #[inline]
            fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
                $read(scalar)
            }

            #[inline]
            fn found(scalar: &Scalar<'_>) -> &'static str {
                not_an_integer(scalar)
            }

            #[inline]
            fn scalar_fit(scalar: Scalar<'_>) -> Option<Fit> {
                integer_fit::<Self>(scalar)
            }
        }
    };
}

integer!(i64, "a 64-bit integer", read_i64);
integer!(u64, "an unsigned 64-bit integer", read_u64);
integer!(i32, "a 32-bit integer", |scalar| {
    i32::try_from(read_i64(scalar)?).ok()
});
integer!(u32, "an unsigned 32-bit integer", |scalar| {
    u32::try_from(read_u64(scalar)?).ok()
});
integer!(i128, "a 128-bit integer", read_i128, IS_WIDE = true);

#[inline]
fn read_i64(scalar: Scalar<'_>) -> Option<i64> {
    match scalar {
        Scalar::I64(number) => Some(number),
        Scalar::U64(number) => i64::try_from(number).ok(),
        Scalar::I128(number) => i64::try_from(number).ok(),
        // 2^63 is exact as an f64, and every integral f64 below it fits into an i64. -2^63 may be a
        // rounded integer.
        Scalar::F64(number) => {
            let is_integer = number.fract() == 0.0 && number.abs() < TWO_63;
            is_integer.then_some(number as i64)
        }
        Scalar::String(text) => text.parse().ok(),
        Scalar::Bool(_) => None,
    }
}

#[inline]
fn read_u64(scalar: Scalar<'_>) -> Option<u64> {
    match scalar {
        Scalar::U64(number) => Some(number),
        Scalar::I64(number) => u64::try_from(number).ok(),
        Scalar::I128(number) => u64::try_from(number).ok(),
        Scalar::F64(number) => {
            let is_integer = number.fract() == 0.0 && (0.0..2.0 * TWO_63).contains(&number);
            is_integer.then_some(number as u64)
        }
        Scalar::String(text) => text.parse().ok(),
        Scalar::Bool(_) => None,
    }
}

/// Rejects larger numbers than those of 64 bits if they have an exponent: they may have been rounded.
fn read_i128(scalar: Scalar<'_>) -> Option<i128> {
    match scalar {
        Scalar::U64(number) => Some(number.into()),
        Scalar::I128(number) => Some(number),
        Scalar::String(text) => text.parse().ok(),
        scalar => read_i64(scalar).map(i128::from),
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
            Scalar::I128(number) => Some(number as f64),
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
        match (i64::try_from(*self), u64::try_from(*self)) {
            (Ok(number), _) => serializer.serialize_i64(number),
            (Err(_), Ok(number)) => serializer.serialize_u64(number),
            (Err(_), Err(_)) => serializer.serialize_i128(*self),
        }
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
