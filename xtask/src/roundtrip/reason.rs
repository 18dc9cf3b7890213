//! The reasons for which a value differs after a round trip.

/// Why a value isn't equal after it was read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Reading or writing a value panicked.
    Panic,
    /// The process that reads values ended.
    Crash,
    /// Reading a value took too long.
    Hang,
    /// A valid value is an error.
    Error,
    /// A value was read as a variant of a union whose schema it violates, or that its discriminator
    /// doesn't name.
    OtherVariant,
    /// A value of a documented alternative was read as unknown.
    UnknownVariant,
    /// A property is missing.
    PropertyLost,
    /// A property is new, and not a default.
    PropertyInvented,
    /// An array has another number of items.
    ItemsChanged,
    /// Any other change.
    ValueChanged,
    /// A value that isn't an object is an error, or absent if it is null, because its schema has keywords
    /// of objects. Without `type`, JSON Schema applies these to objects only.
    NotObject,
    /// An absent property has its default.
    Default,
    /// A property that was null is absent, in a model of responses alone.
    NullAbsent,
    /// A number is the nearest neighbour of what it was: serde_json rounds some decimal fractions wrongly,
    /// unless its feature `float_roundtrip` is on.
    Rounded,
    /// Another notation of the same number, date-time or UUID.
    Notation,
}

impl Reason {
    /// All reasons, the most severe first.
    pub const ALL: [Self; 15] = [
        Self::Panic,
        Self::Crash,
        Self::Hang,
        Self::Error,
        Self::OtherVariant,
        Self::UnknownVariant,
        Self::PropertyLost,
        Self::PropertyInvented,
        Self::ItemsChanged,
        Self::ValueChanged,
        Self::NotObject,
        Self::Default,
        Self::NullAbsent,
        Self::Rounded,
        Self::Notation,
    ];

    /// Returns whether the client is at fault.
    pub fn is_failure(self) -> bool {
        !matches!(
            self,
            Self::NotObject | Self::Default | Self::NullAbsent | Self::Rounded | Self::Notation
        )
    }

    /// Returns the head of the column in the table.
    pub fn head(self) -> &'static str {
        match self {
            Self::Panic => "panic",
            Self::Crash => "crash",
            Self::Hang => "hang",
            Self::Error => "error",
            Self::OtherVariant => "variant",
            Self::UnknownVariant => "unknown",
            Self::PropertyLost => "lost",
            Self::PropertyInvented => "invented",
            Self::ItemsChanged => "items",
            Self::ValueChanged => "changed",
            Self::NotObject => "no object",
            Self::Default => "default",
            Self::NullAbsent => "null",
            Self::Rounded => "rounded",
            Self::Notation => "notation",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Panic => "Panics",
            Self::Crash => "Crashes",
            Self::Hang => "Hangs",
            Self::Error => "Valid values that weren't read or written",
            Self::OtherVariant => "Values read as another variant",
            Self::UnknownVariant => "Values of an alternative read as unknown",
            Self::PropertyLost => "Properties lost",
            Self::PropertyInvented => "Properties invented",
            Self::ItemsChanged => "Arrays with another number of items",
            Self::ValueChanged => "Values changed",
            Self::NotObject => {
                "Values that aren't objects, of schemas with properties but without `type`"
            }
            Self::Default => "Absent properties read as their default",
            Self::NullAbsent => "Null read as absence, in models of responses alone",
            Self::Rounded => "Numbers rounded to their nearest neighbour",
            Self::Notation => "Other notations of the same value",
        }
    }
}
