//! The command that fixes what a check found.

use std::borrow::Cow;

use wiretrue_codegen::options::{FormatType, RuntimeSource};

use crate::args::Clients;
use crate::remote::policy::ANY_PUBLIC;

/// Returns the command that fixes the differences found by a check with these arguments. If `locked`, it
/// uses the remote documents of the lock file. `program` is the command that generates clients.
pub fn fixing_command(args: &Clients, locked: bool, program: &str) -> String {
    // Names every option, so that the compiler reports one that is missing here.
    let Clients {
        locked: _,
        offline: _,
        verbose,
        client,
        document,
        overlay,
        root,
        out,
        package,
        runtime,
        select,
        exclude,
        templates,
        dependency,
        keep_unknown,
        format,
        allow_remote,
    } = args;
    let mut command = Command::default();
    command.words(document.iter().map(|it| it.to_string_lossy()));
    command.values("--root", root.iter().map(|it| it.to_string_lossy()));
    command.values("--out", out.iter().map(|it| it.to_string_lossy()));
    command.values("--overlay", overlay.iter().map(|it| it.to_string_lossy()));
    command.values("--client", client);
    command.values("--package", package);
    command.values("--runtime", runtime_source(runtime));
    command.values("--select", select.iter().map(|it| &it.text));
    command.values("--exclude", exclude.iter().map(|it| &it.text));
    command.values(
        "--templates",
        templates.iter().map(|it| it.to_string_lossy()),
    );
    command.values("--dependency", dependency.iter().map(|it| &it.text));
    let formats = format.iter();
    let formats = formats.map(|(format, FormatType::Text)| format!("{format}=text"));
    command.values("--format", formats);
    command.flag("--keep-unknown", *keep_unknown);
    for host in allow_remote {
        command.flag("--allow-remote", host == ANY_PUBLIC);
        command.attached("--allow-remote", Some(host).filter(|it| *it != ANY_PUBLIC));
    }
    command.flag("--locked", locked);
    command.flag("--verbose", *verbose);
    format!("{program}{}", command.0)
}

/// The arguments of a command, each after a space.
#[derive(Default)]
struct Command(String);

impl Command {
    fn flag(&mut self, name: &str, given: bool) {
        if given {
            self.0 += &format!(" {name}");
        }
    }

    fn words(&mut self, words: impl IntoIterator<Item = impl AsRef<str>>) {
        for word in words {
            self.0 += &format!(" {}", quoted(word.as_ref()));
        }
    }

    fn values(&mut self, name: &str, values: impl IntoIterator<Item = impl AsRef<str>>) {
        for value in values {
            self.0 += &format!(" {name} {}", quoted(value.as_ref()));
        }
    }

    /// Adds an option whose value is optional, so that it follows a `=`.
    fn attached(&mut self, name: &str, value: Option<&String>) {
        if let Some(value) = value {
            self.0 += &format!(" {name}={}", quoted(value));
        }
    }
}

/// Returns the value of `--runtime`; `None` for the default.
fn runtime_source(runtime: &RuntimeSource) -> Option<String> {
    let (key, value) = runtime.dependency()?;
    Some(format!("{key}={value}"))
}

/// Quotes a word for a POSIX shell.
fn quoted(word: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_alphanumeric() || "_-./:@%+=,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::fixing_command;
    use crate::args::Clients;

    #[derive(Debug, clap::Parser)]
    struct Cli {
        #[command(flatten)]
        args: Clients,
    }

    fn parsed(words: &[&str]) -> Clients {
        let words = ["wiretrue"].iter().chain(words);
        Cli::try_parse_from(words)
            .expect("the arguments are valid")
            .args
    }

    #[test]
    fn the_command_has_every_option_that_was_given() {
        for words in [
            "https://a.example/api.yaml --root .. --out pets --overlay a.yaml --overlay b.yaml \
             --package pets --runtime path=templates/runtime --select tag=a --select operation=b --exclude path=/x \
             --templates my --dependency clap=4.6 --format uuid=text --format date=text --keep-unknown --allow-remote --allow-remote=a.example --verbose",
            "--client pets --allow-remote=10.0.0.1",
            "a.yaml --out b --runtime version=1.2",
            "a.yaml --out b --runtime git=https://example.com/x.git",
            "",
        ] {
            let words: Vec<&str> = words.split_whitespace().collect();
            let check = [&words[..], &["--locked", "--offline"]].concat();
            let command = fixing_command(&parsed(&check), false, "wiretrue generate");
            let expected = ["wiretrue", "generate"].iter().chain(&words);
            let expected: Vec<&str> = expected.copied().collect();
            assert_eq!(command, expected.join(" "));
        }
    }

    #[test]
    fn words_are_quoted_for_a_shell() {
        let args = parsed(&["it's.yaml", "--out", "a b"]);
        assert_eq!(
            fixing_command(&args, true, "wiretrue generate"),
            r"wiretrue generate 'it'\''s.yaml' --out 'a b' --locked"
        );
    }
}
