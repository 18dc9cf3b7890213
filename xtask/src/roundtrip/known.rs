//! Differences that are accepted until they are fixed: `xtask/roundtrip/known.toml`.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::reason::Reason;
use super::tally::Tally;
use wiretrue_cli::report::Refusal;

/// The accepted differences.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownDifferences {
    #[serde(default)]
    known: Vec<Known>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    document: String,
    /// [`Reason::head`].
    reason: String,
    /// The end of the path.
    path: String,
    why: String,
}

impl KnownDifferences {
    /// Reads the list of the workspace at `root`.
    pub fn read(root: &Path) -> Result<Self, Refusal> {
        let file = root.join("xtask/roundtrip/known.toml");
        let text = fs::read_to_string(&file)?;
        toml::from_str(&text)
            .map_err(|error| Refusal::new(format!("{}: {error}", file.display()), ""))
    }

    /// Returns whether a difference is accepted.
    pub fn contains(&self, document: &str, reason: Reason, path: &str) -> bool {
        self.known
            .iter()
            .any(|it| it.matches(document, reason, path))
    }

    /// Returns a line for each accepted difference: how many values have it, and why.
    pub fn summary(&self, tallies: &[Tally]) -> String {
        let mut text = String::new();
        for known in &self.known {
            let Some(tally) = tallies.iter().find(|it| it.name == known.document) else {
                continue;
            };
            let kinds = tally.kinds.iter();
            let seen = kinds.filter(|((reason, ..), kind)| {
                known.matches(&tally.name, *reason, &kind.first.path)
            });
            let line = match seen.map(|(_, kind)| kind.count).sum::<u64>() {
                0 => "not seen any more; remove it from xtask/roundtrip/known.toml".to_owned(),
                count => format!("{} ({count} times)", known.why),
            };
            text += &format!(
                "  {} {} {}: {line}\n",
                known.document, known.reason, known.path
            );
        }
        match text.is_empty() {
            true => text,
            false => format!("\nAccepted differences:\n{text}"),
        }
    }
}

impl Known {
    fn matches(&self, document: &str, reason: Reason, path: &str) -> bool {
        self.document == document && self.reason == reason.head() && path.ends_with(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_accepted_by_document_reason_and_the_end_of_its_path() {
        let text = r#"
            [[known]]
            document = "golden pets"
            reason = "lost"
            path = ".cat.purrs"
            why = "heirs are unknown"
        "#;
        let known: KnownDifferences = toml::from_str(text).expect("the list is valid");
        let path = "$.home[0].cat.purrs";
        assert!(known.contains("golden pets", Reason::PropertyLost, path));
        assert!(!known.contains("pets", Reason::PropertyLost, path));
        assert!(!known.contains("golden pets", Reason::ValueChanged, path));
        assert!(!known.contains("golden pets", Reason::PropertyLost, "$.cat"));
    }

    #[test]
    fn the_list_of_the_workspace_is_valid() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
        KnownDifferences::read(root.expect("there is a workspace")).expect("the list is valid");
    }
}
