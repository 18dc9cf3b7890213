//! The types that take the place of schemas.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// An amount in cents, which is written like `12.50 EUR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// The cents.
    pub cents: u64,
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (euros, cents) = (self.cents / 100, self.cents % 100);
        serializer.collect_str(&format_args!("{euros}.{cents:02} EUR"))
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let number = text.strip_suffix(" EUR").and_then(|it| it.split_once('.'));
        let cents = number.and_then(|(euros, cents)| {
            let euros: u64 = euros.parse().ok()?;
            euros.checked_mul(100)?.checked_add(cents.parse().ok()?)
        });
        let cents = cents.ok_or_else(|| D::Error::custom("expected an amount"))?;
        Ok(Self { cents })
    }
}
