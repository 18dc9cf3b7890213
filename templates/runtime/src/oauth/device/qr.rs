//! The address of a device login as a QR code for a terminal.

use std::fmt;

use crate::oauth::device::DeviceLogin;

/// How many modules of white surround a code (ISO/IEC 18004 section 9.1).
const QUIET: usize = 4;
/// Black on white, whatever the colours of the terminal are: 16 and 231 are those of xterm's palette,
/// which no theme changes, unlike the first sixteen.
const COLOURS: &str = "\x1b[38;5;16;48;5;231m";
/// The terminal's own colours.
const RESET: &str = "\x1b[0m";

/// A QR code (ISO/IEC 18004) in text, two modules a character, with its quiet zone.
///
/// `{}` colours it black on white by ANSI escape sequences, so that it can be read on dark and on
/// light terminals. `{:#}` has no escape sequences: for a place where text is light on a dark
/// ground, as on most terminals; many readers take the inverse, too.
///
/// Each line ends with a line feed.
#[derive(Clone, PartialEq, Eq)]
pub struct QrCode {
    /// Whether a module is dark, row by row.
    dark: Vec<bool>,
    width: usize,
}

impl QrCode {
    /// The code of a text; `None` if it is too long for one, which is beyond 2,953 bytes.
    ///
    /// Damage up to 15 % can be read (level M), or, if the text is too long for that, 7 %.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let levels = [qrcode::EcLevel::M, qrcode::EcLevel::L];
        let code = levels
            .into_iter()
            .find_map(|level| qrcode::QrCode::with_error_correction_level(text, level).ok())?;
        Some(Self {
            width: code.width(),
            dark: code
                .to_colors()
                .into_iter()
                .map(|colour| colour == qrcode::Color::Dark)
                .collect(),
        })
    }

    /// How many characters a line has, and how many lines there are: whether it fits a terminal.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        let modules = self.width + 2 * QUIET;
        (modules, modules.div_ceil(2))
    }

    /// Whether a module is dark, counted from the corner of the quiet zone.
    fn is_dark(&self, column: usize, row: usize) -> bool {
        let inside = |at: usize| at.checked_sub(QUIET).filter(|at| *at < self.width);
        match (inside(column), inside(row)) {
            (Some(column), Some(row)) => self
                .dark
                .get(row * self.width + column)
                .copied()
                .unwrap_or(false),
            _ => false,
        }
    }
}

impl fmt::Display for QrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = f.alternate();
        let (columns, lines) = self.size();
        for line in 0..lines {
            if !plain {
                f.write_str(COLOURS)?;
            }
            for column in 0..columns {
                let half = |row| self.is_dark(column, row);
                // Without colours, what is drawn is light.
                let drawn = [half(2 * line), half(2 * line + 1)].map(|dark| dark != plain);
                f.write_str(match drawn {
                    [false, false] => " ",
                    [true, false] => "▀",
                    [false, true] => "▄",
                    [true, true] => "█",
                })?;
            }
            f.write_str(if plain { "\n" } else { RESET })?;
            if !plain {
                f.write_str("\n")?;
            }
        }
        Ok(())
    }
}

/// Prints the size alone: what is in the code may be meant for the user only.
impl fmt::Debug for QrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QrCode")
            .field("width", &self.width)
            .finish_non_exhaustive()
    }
}

impl DeviceLogin {
    /// The address that the user opens, as a QR code: with the code in it, if the server gives such
    /// an address. `None` if it is too long for a QR code.
    ///
    /// Show address and code as text all the same: not everyone can scan, and the user compares the
    /// code (RFC 8628 section 3.3.1).
    #[must_use]
    pub fn qr_code(&self) -> Option<QrCode> {
        let complete = self.verification_uri_complete();
        QrCode::new(complete.unwrap_or_else(|| self.verification_uri()))
    }
}
