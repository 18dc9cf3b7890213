//! The QR code of a login, scanned from the output of a terminal.

use super::support::{Script, codes, json};
use wiretrue::oauth::QrCode;

/// The screen of a terminal: whether each half of each character is light.
struct Screen {
    light: Vec<bool>,
    width: usize,
}

impl Screen {
    /// Prints to a terminal that is light on dark unless escape sequences set black on white.
    fn of(printed: &str) -> Self {
        let coloured = printed.starts_with("\x1b[38;5;16;48;5;231m");
        let mut screen = Self {
            light: Vec::new(),
            width: 0,
        };
        for line in printed.lines() {
            let text = match coloured {
                true => line
                    .strip_prefix("\x1b[38;5;16;48;5;231m")
                    .and_then(|line| line.strip_suffix("\x1b[0m"))
                    .expect("each line sets its colours and takes them back"),
                false => line,
            };
            screen.width = text.chars().count();
            for lower in [false, true] {
                screen.light.extend(text.chars().map(|c| {
                    let ink = match c {
                        ' ' => false,
                        '█' => true,
                        '▀' => !lower,
                        '▄' => lower,
                        other => panic!("{other:?}"),
                    };
                    ink != coloured
                }));
            }
        }
        screen
    }

    /// Scans the code with this many pixels per half character.
    fn read(&self, scale: usize) -> String {
        let rows = self.light.len() / self.width;
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(
            self.width * scale,
            rows * scale,
            |x, y| {
                let at = (y / scale) * self.width + x / scale;
                if self.light[at] { 255 } else { 0 }
            },
        );
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1, "one code");
        grids[0].decode().expect("a code that can be read").1
    }
}

#[test]
fn a_code_is_scanned_with_and_without_colours() {
    for text in [
        "https://login.example.com/device?user_code=WDJB-MJHT".to_owned(),
        "HTTPS://LOGIN.EXAMPLE.COM".to_owned(),
        "https://例え.example/設定?x=ü".to_owned(),
        format!("https://login.example.com/{}", "a".repeat(600)),
    ] {
        let code = QrCode::new(&text).expect("a code");
        for printed in [format!("{code}"), format!("{code:#}")] {
            assert_eq!(Screen::of(&printed).read(4), text);
        }
        assert!(!format!("{code:#}").contains('\x1b'));
    }
}

#[test]
fn a_border_of_four_modules_surrounds_the_code() {
    let code = QrCode::new("https://a.example").expect("a code");
    let screen = Screen::of(&format!("{code}"));
    let (columns, lines) = code.size();
    assert_eq!(
        (columns, 2 * lines),
        (screen.width, screen.light.len() / columns)
    );
    for (at, light) in screen.light.iter().enumerate() {
        let (column, row) = (at % columns, at / columns);
        let outside = |at: usize| at < 4 || at >= columns - 4;
        assert!(
            *light || !(outside(column) || outside(row)),
            "{column}, {row}"
        );
    }
}

#[test]
fn a_text_that_is_too_long_has_no_code() {
    assert!(QrCode::new(&"a".repeat(2953)).is_some());
    assert_eq!(QrCode::new(&"a".repeat(2954)), None);
}

#[tokio::test]
async fn the_qr_code_contains_the_complete_uri_if_there_is_one() {
    let complete = r#","verification_uri_complete":"https://a.example/device?user_code=WDJB-MJHT""#;
    for (properties, expected) in [
        (complete, "https://a.example/device?user_code=WDJB-MJHT"),
        ("", "https://a.example/device"),
    ] {
        let login = Script::new([codes(properties)]).start().await;
        let code = login.qr_code().expect("a code");
        assert_eq!(Screen::of(&code.to_string()).read(3), expected);
        assert!(!format!("{code:?}").contains("WDJB"));
    }
    let endless = format!(
        r#"{{"device_code":"d","user_code":"u","verification_uri":"https://a.example/{}"}}"#,
        "a".repeat(3000)
    );
    let login = Script::new([json(200, &endless)]).start().await;
    assert_eq!(login.qr_code(), None);
}
