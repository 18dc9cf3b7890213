//! The commands in the pages: `wiretrue` and `cargo xtask` accept their arguments, and cargo has their packages and
//! targets.

use std::process::Command as Process;

use clap::{Command, CommandFactory as _, Parser as _};
use serde_json::Value;

use super::{expect_none, source};
use crate::cli::Cli as Xtask;
use wiretrue_cli::command::Cli as Wiretrue;

/// Options of other programs that the pages name alone.
const OTHERS: [&str; 8] = [
    "--import-mappings",
    "--model-name-mappings",
    "--name-mappings",
    "--openapi-normalizer",
    "--operation-id-name-mappings",
    "--schema-mappings",
    "--server",
    "--type-mappings",
];

#[test]
fn commands_are_accepted() {
    let mut problems = Vec::new();
    let targets = Targets::of_workspace();
    for code in source::blocks("sh") {
        for words in script(&code.text) {
            if let Err(problem) = accept(&words, &targets) {
                problems.push((code.place(), problem));
            }
        }
    }
    expect_none(problems);
}

#[test]
fn options_in_texts_exist() {
    let mut problems = Vec::new();
    for code in source::all().into_iter().filter(|it| it.language.is_none()) {
        if let Err(problem) = known(&code.text) {
            problems.push((code.place(), problem));
        }
    }
    expect_none(problems);
}

#[test]
fn wrong_commands_are_found() {
    let targets = Targets::of_workspace();
    let wrong = [
        "wiretrue generate --nothing",
        "wiretrue renew petstore.yaml",
        "cd petstore && wiretrue generate petstore.yaml --select petstore",
        "A=b cargo xtask fuzz --second 1  # a comment",
        "cargo test -p nothing",
        "cargo run -p twilio-oauth --example nothing",
        "cargo bench \\\n    --package e2e --bench nothing",
    ];
    for text in wrong {
        let words = script(text);
        assert!(
            words.iter().any(|it| accept(it, &targets).is_err()),
            "{text}"
        );
    }
    for text in [
        "wiretrue check --nothing",
        "cargo xtask nothing",
        "--nothing=A",
    ] {
        assert!(known(text).is_err(), "{text}");
    }
}

/// Returns the words of each command of a script, without assignments and redirections. Commands in another folder
/// aren't those of this workspace, so cargo's are left out.
fn script(text: &str) -> Vec<Vec<String>> {
    let mut commands = Vec::new();
    for line in text.replace("\\\n", " ").lines() {
        let words = shlex::split(line).unwrap_or_else(|| panic!("`{line}` isn't complete"));
        let mut elsewhere = false;
        for words in words.split(|word| word == "&&") {
            let is_assignment = |word: &&String| {
                word.split_once('=').is_some_and(|(name, _)| {
                    name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
                })
            };
            let words: Vec<String> = words
                .iter()
                .skip_while(is_assignment)
                .take_while(|word| *word != ">")
                .cloned()
                .collect();
            elsewhere |= words.first().is_some_and(|word| word == "cd");
            let is_cargo = words.first().is_some_and(|word| word == "cargo");
            if !(words.is_empty() || elsewhere && is_cargo) {
                commands.push(words);
            }
        }
    }
    commands
}

/// Parses the arguments of a command.
fn accept(words: &[String], targets: &Targets) -> Result<(), String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["wiretrue", ..] => parsed(Wiretrue::try_parse_from(&words).map(drop)),
        ["cargo", "xtask", arguments @ ..] => {
            let words = ["cargo xtask"].into_iter().chain(arguments.iter().copied());
            parsed(Xtask::try_parse_from(words).map(drop))
        }
        ["cargo", arguments @ ..] => targets.expect(arguments),
        ["cd" | "git", ..] => Ok(()),
        _ => Err(format!("`{}` is no known program", words.join(" "))),
    }
}

fn parsed(result: Result<(), clap::Error>) -> Result<(), String> {
    match result {
        Err(error) if error.use_stderr() => Err(error.to_string()),
        _ => Ok(()),
    }
}

/// Checks the commands and options that code within a text names. Arguments may be left out or be placeholders.
fn known(text: &str) -> Result<(), String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut commands = [Wiretrue::command(), Xtask::command()];
    commands.iter_mut().for_each(Command::build);
    let found = match words.as_slice() {
        ["wiretrue", rest @ ..] => (&commands[0], rest),
        ["cargo", "xtask", rest @ ..] => (&commands[1], rest),
        [option, ..] if option.starts_with("--") && *option != "--" => {
            let option = option.split(['=', '[']).next().unwrap_or(option);
            let mut all = commands.iter().flat_map(Command::get_subcommands);
            let exists = all.any(|it| has(it, option)) || OTHERS.contains(&option);
            return exists
                .then_some(())
                .ok_or(format!("no command has `{option}`"));
        }
        _ => return Ok(()),
    };
    let (command, rest) = found;
    let Some((name, arguments)) = rest.split_first().filter(|(name, _)| is_name(name)) else {
        return Ok(());
    };
    let command = command
        .find_subcommand(name)
        .ok_or_else(|| format!("there is no command `{name}`"))?;
    let options = arguments.iter().filter(|it| it.starts_with("--"));
    let options = options.map(|it| it.split(['=', '[']).next().unwrap_or(it));
    match options.into_iter().find(|option| !has(command, option)) {
        Some(option) => Err(format!("`{name}` has no `{option}`")),
        None => Ok(()),
    }
}

/// Returns whether a word is the name of a command, and not a placeholder.
fn is_name(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_lowercase() || c == '-')
}

fn has(command: &Command, option: &str) -> bool {
    let mut options = command.get_arguments().filter_map(clap::Arg::get_long);
    options.any(|long| option.strip_prefix("--") == Some(long)) || option == "--help"
}

/// The packages of this workspace, and the names of their targets by kind.
struct Targets(Vec<(String, Vec<(String, String)>)>);

impl Targets {
    fn of_workspace() -> Self {
        let output = Process::new(env!("CARGO"))
            .args([
                "metadata",
                "--no-deps",
                "--offline",
                "--format-version",
                "1",
            ])
            .current_dir(source::root())
            .output()
            .unwrap();
        let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let packages = metadata["packages"].as_array().unwrap().iter();
        let targets = |package: &Value| {
            let targets = package["targets"].as_array().unwrap().iter();
            targets
                .map(|it| (text(&it["kind"][0]), text(&it["name"])))
                .collect()
        };
        Self(
            packages
                .map(|it| (text(&it["name"]), targets(it)))
                .collect(),
        )
    }

    /// Fails if a command of cargo names another package or target.
    fn expect(&self, arguments: &[&str]) -> Result<(), String> {
        let of_cargo = arguments.split(|it| *it == "--").next().unwrap_or_default();
        let mut package = None;
        for pair in of_cargo.windows(2) {
            let &[option, name] = pair else { continue };
            if !option.starts_with('-') {
                continue;
            }
            let kind = option.trim_start_matches('-');
            match kind {
                "p" | "package" => {
                    let known = self.0.iter().find(|(it, _)| it == name);
                    package = Some(known.ok_or_else(|| format!("there is no package `{name}`"))?);
                }
                "bench" | "bin" | "example" | "test" => {
                    let mut packages = self
                        .0
                        .iter()
                        .filter(|it| package.is_none_or(|one| one == *it));
                    let is_it = |(k, n): &(String, String)| k == kind && n == name;
                    if !packages.any(|(_, targets)| targets.iter().any(is_it)) {
                        return Err(format!("there is no {kind} `{name}`"));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}
