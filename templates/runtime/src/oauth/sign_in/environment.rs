//! Whether the user has a browser on this machine.

use std::ffi::OsString;

/// Returns whether a browser can be opened that the user sees, by the variables of the environment: not
/// in a session of SSH, and on Unix other than macOS only with a display.
#[must_use]
pub(crate) fn has_browser(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    if is_set("SSH_CONNECTION") || is_set("SSH_TTY") {
        return false;
    }
    let needs_display = cfg!(all(unix, not(target_os = "macos")));
    !needs_display || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

#[cfg(test)]
mod tests {
    use super::has_browser;

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn a_browser_needs_a_display_and_no_ssh() {
        for (variables, expected) in [
            (&[][..], false),
            (&[("DISPLAY", ":0")], true),
            (&[("WAYLAND_DISPLAY", "wayland-0")], true),
            (&[("DISPLAY", "")], false),
            (&[("DISPLAY", ":0"), ("SSH_TTY", "/dev/pts/1")], false),
            (
                &[("DISPLAY", ":10.0"), ("SSH_CONNECTION", "::1 1 ::1 22")],
                false,
            ),
            (&[("DISPLAY", ":0"), ("SSH_TTY", "")], true),
        ] {
            let of = |name: &str| {
                let mut known = variables.iter();
                known
                    .find(|(it, _)| *it == name)
                    .map(|(_, value)| value.into())
            };
            assert_eq!(has_browser(of), expected, "{variables:?}");
        }
    }
}
