//! The verification URI of a device login as a QR code for terminals.

use std::fmt;

use crate::oauth::device::DeviceLogin;

/// The width of the white border around a code, in modules (ISO/IEC 18004 section 9.1).
const BORDER: usize = 4;
/// Black on white. Themes of terminals redefine the first 16 colours of xterm's palette, but not 16
/// and 231.
const COLOURS: &str = "\x1b[38;5;16;48;5;231m";
/// Restores the terminal's colours.
const RESET: &str = "\x1b[0m";

/// A QR code (ISO/IEC 18004) as text, with its white border.
///
/// Each character shows two modules.
///
/// `{}` prints it black on white with ANSI escape sequences, so that it can be scanned on dark and
/// on light terminals. `{:#}` prints it without escape sequences, for light text on a dark
/// background, as on most terminals. On a light background the colours are inverted; many readers
/// accept that, too.
///
/// Each line ends with a line feed.
///
/// ```
/// use wiretrue::oauth::QrCode;
///
/// if let Some(code) = QrCode::new("https://example.com/device") {
///     print!("{code}");
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct QrCode {
    /// Whether each module is dark, row by row.
    dark: Vec<bool>,
    width: usize,
}

impl QrCode {
    /// Encodes a text. Returns `None` if it is too long, which is beyond 2,953 bytes.
    ///
    /// The code tolerates damage to 15 % of its area (level M). If the text is too long for that,
    /// it tolerates 7 % (level L).
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

    /// Returns the number of columns and lines, to decide whether the code fits a terminal.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        let modules = self.width + 2 * BORDER;
        (modules, modules.div_ceil(2))
    }

    /// Returns whether a module is dark. Columns and rows count from the corner of the border.
    fn is_dark(&self, column: usize, row: usize) -> bool {
        let inside = |at: usize| at.checked_sub(BORDER).filter(|at| *at < self.width);
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
                let module = |row| self.is_dark(column, row);
                // Without escape sequences, the characters draw the light modules.
                let drawn = [module(2 * line), module(2 * line + 1)].map(|dark| dark != plain);
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

/// Prints the size only: the encoded text may be meant for the user alone.
impl fmt::Debug for QrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QrCode")
            .field("width", &self.width)
            .finish_non_exhaustive()
    }
}

impl DeviceLogin {
    /// Returns the verification URI as a QR code, with the user code in it if the server sent such
    /// a URI. Returns `None` if it is too long for a QR code.
    ///
    /// Show the URI and the code as text as well: not every user can scan, and the user compares
    /// the code (RFC 8628 section 3.3.1).
    #[must_use]
    pub fn qr_code(&self) -> Option<QrCode> {
        let complete = self.verification_uri_complete();
        QrCode::new(complete.unwrap_or_else(|| self.verification_uri()))
    }
}
