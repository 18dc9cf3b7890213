//! The rules for the name and the version of a package.

/// Returns why a name can't be the name of a package; `None` if it can.
///
/// The rules are those of cargo and of crates.io, so that the client can be published.
pub fn package_fault(name: &str) -> Option<String> {
    let reason = if name.is_empty() {
        "it is empty"
    } else if name.len() > 64 {
        "it is longer than 64 characters"
    } else if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        "it doesn't start with an ASCII letter"
    } else if !name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    {
        "it has characters other than ASCII letters, digits, `-` and `_`"
    } else if wiretrue_codegen::names::is_keyword(name) {
        "it is a keyword of Rust"
    } else if RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
        "it is reserved by cargo, Rust or Windows"
    } else {
        return None;
    };
    Some(format!(
        "`{}` can't be the name of a package: {reason}",
        name.escape_debug()
    ))
}

/// The names of cargo's folders, Rust's crates, and Windows devices.
const RESERVED: [&str; 33] = [
    "alloc",
    "build",
    "com0",
    "com1",
    "com2",
    "com3",
    "com4",
    "com5",
    "com6",
    "com7",
    "com8",
    "com9",
    "core",
    "deps",
    "examples",
    "incremental",
    "lpt0",
    "lpt1",
    "lpt2",
    "lpt3",
    "lpt4",
    "lpt5",
    "lpt6",
    "lpt7",
    "lpt8",
    "lpt9",
    "nul",
    "prn",
    "aux",
    "con",
    "proc_macro",
    "std",
    "test",
];

/// Returns whether a text is a semantic version (semver.org), as cargo requires.
pub(super) fn is_version(text: &str) -> bool {
    let (version, build) = text
        .split_once('+')
        .map_or((text, None), |(version, build)| (version, Some(build)));
    let (core, pre) = version
        .split_once('-')
        .map_or((version, None), |(core, pre)| (core, Some(pre)));
    let number = |part: &str| {
        part.parse::<u64>().is_ok()
            && part.bytes().all(|b| b.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
    };
    let identifier = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    core.split('.').count() == 3
        && core.split('.').all(number)
        && pre.is_none_or(|pre| {
            pre.split('.').all(|part| {
                if all_digits(part) {
                    number(part)
                } else {
                    identifier(part)
                }
            })
        })
        && build.is_none_or(|build| build.split('.').all(identifier))
}
