//! A folder of one's own templates, and what each of them applies to.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::parse::similar;

/// The extension of templates. Other files in the folder are ignored.
const EXTENSION: &str = ".jinja";

/// The folders of a crate that have the files of one's own templates, and the extension of these files.
pub const PLACES: [(&str, &str); 2] = [("src/ext/", ".rs"), ("docs/ext/", ".md")];

/// A folder of templates in memory.
#[derive(Clone, Debug, Default)]
pub struct Templates(Vec<TemplateFile>);

/// A template.
#[derive(Clone, Debug)]
pub struct TemplateFile {
    /// The path in the folder, separated by `/`.
    pub name: String,
    /// The file, as diagnostics name it.
    pub file: PathBuf,
    /// The content.
    pub text: String,
}

impl Templates {
    /// Reads a folder. `shown` is its name in diagnostics.
    ///
    /// # Errors
    ///
    /// Fails if a folder or a template can't be read. The message names it.
    pub fn read(folder: &Path, shown: &Path) -> io::Result<Self> {
        let mut templates = Self::default();
        let mut pending = vec![(String::new(), folder.to_owned())];
        while let Some((prefix, path)) = pending.pop() {
            for entry in fs::read_dir(&path).map_err(|error| explain(&path, &error))? {
                let entry = entry.map_err(|error| explain(&path, &error))?;
                let name = entry.file_name();
                let name = format!("{prefix}{}", name.to_string_lossy());
                let kind = entry
                    .file_type()
                    .map_err(|error| explain(&entry.path(), &error))?;
                if entry.file_name().to_string_lossy().starts_with('.') {
                    continue;
                }
                if kind.is_dir() {
                    pending.push((format!("{name}/"), entry.path()));
                } else if name.ends_with(EXTENSION) {
                    let text = fs::read_to_string(entry.path());
                    let text = text.map_err(|error| explain(&entry.path(), &error))?;
                    templates.push(name.clone(), shown.join(&name), text);
                }
            }
        }
        Ok(templates)
    }

    /// Adds a template in memory, by its path in the folder.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        let name = name.into();
        self.push(name.clone(), name.into(), text.into());
        self
    }

    fn push(&mut self, name: String, file: PathBuf, text: String) {
        let text = text.replace("\r\n", "\n");
        self.0.push(TemplateFile { name, file, text });
        self.0.sort_by(|a, b| a.name.cmp(&b.name));
    }

    /// Returns the templates, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = &TemplateFile> {
        self.0.iter()
    }

    /// Returns whether there is no template.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the text of a template, given its name in diagnostics.
    pub fn text_of(&self, file: &Path) -> Option<&str> {
        self.iter()
            .find(|it| it.file == file)
            .map(|it| it.text.as_str())
    }
}

fn explain(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(
        error.kind(),
        format!("can't read {}: {error}", path.display()),
    )
}

/// A slot of the built-in templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Attributes of a model.
    ModelAttributes,
    /// Items after a model.
    ModelImpl,
    /// Items after the call of an operation.
    OperationImpl,
    /// Items after the client.
    ClientImpl,
    /// Sections of README.md.
    ReadmeSections,
}

impl Slot {
    /// All slots, with the names of their templates.
    const ALL: [(&str, Self); 5] = [
        ("model.attributes.jinja", Self::ModelAttributes),
        ("model.impl.jinja", Self::ModelImpl),
        ("operation.impl.jinja", Self::OperationImpl),
        ("client.impl.jinja", Self::ClientImpl),
        ("readme.sections.jinja", Self::ReadmeSections),
    ];
}

/// What a file is generated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// Once.
    Crate,
    /// For each group of operations.
    Group,
    /// For each model.
    Model,
}

/// What a template applies to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A slot of the built-in templates.
    Slot(Slot),
    /// Files.
    File {
        /// What a file is generated for.
        per: Per,
        /// The path in the crate, with `{group}` or `{model}`.
        path: String,
    },
    /// Nothing: other templates include or import it.
    Part,
}

impl Target {
    /// Returns what a template applies to. The name says it.
    ///
    /// # Errors
    ///
    /// Returns the message and the help if the name doesn't.
    pub fn of(name: &str) -> Result<Self, (String, String)> {
        if let Some((_, slot)) = Slot::ALL.iter().find(|(slot, _)| *slot == name) {
            return Ok(Self::Slot(*slot));
        }
        if name.split('/').any(|step| step.starts_with('_')) {
            return Ok(Self::Part);
        }
        let path = name.strip_suffix(EXTENSION).unwrap_or(name);
        let place = PLACES
            .iter()
            .find_map(|(folder, extension)| path.strip_prefix(folder)?.strip_suffix(extension));
        let Some(stem) = place.filter(|stem| !stem.contains('/')) else {
            return Err(unplaced(name));
        };
        let per = match braced(stem).as_slice() {
            [] => Per::Crate,
            ["{group}"] => Per::Group,
            ["{model}"] => Per::Model,
            _ => {
                let message = format!(
                    "the name `{name}` may contain `{{group}}` or `{{model}}` once, and no other braces"
                );
                return Err((message, "rename the template".to_owned()));
            }
        };
        let path = path.to_owned();
        Ok(Self::File { per, path })
    }
}

/// Returns the parts of a name in braces.
fn braced(stem: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = stem;
    while let Some(at) = rest.find(['{', '}']) {
        let end = rest[at..].find('}').map_or(rest.len(), |end| at + end + 1);
        parts.push(&rest[at..end]);
        rest = &rest[end..];
    }
    parts
}

/// Explains a name that fits nothing.
fn unplaced(name: &str) -> (String, String) {
    let message = format!("`{name}` is neither a slot nor a file that a template can generate");
    let slots = Slot::ALL.iter().map(|(slot, _)| *slot);
    let help = match similar::nearest(name, slots) {
        Some(slot) => format!("did you mean `{slot}`?"),
        None => {
            "name it after a slot (`model.impl.jinja`), a file (`src/ext/{group}_cli.rs.jinja`, \
                 `docs/ext/{model}.md.jinja`), or with a `_` in front if other templates include it"
                .to_owned()
        }
    };
    (message, help)
}

#[cfg(test)]
mod tests {
    use super::{Per, Slot, Target};

    #[test]
    fn the_name_says_what_a_template_applies_to() {
        let file = |per, path: &str| {
            Ok(Target::File {
                per,
                path: path.to_owned(),
            })
        };
        assert_eq!(
            Target::of("model.impl.jinja"),
            Ok(Target::Slot(Slot::ModelImpl))
        );
        assert_eq!(
            Target::of("src/ext/{group}_cli.rs.jinja"),
            file(Per::Group, "src/ext/{group}_cli.rs")
        );
        assert_eq!(
            Target::of("src/ext/{model}.rs.jinja"),
            file(Per::Model, "src/ext/{model}.rs")
        );
        assert_eq!(
            Target::of("docs/ext/index.md.jinja"),
            file(Per::Crate, "docs/ext/index.md")
        );
        assert_eq!(Target::of("_macros.jinja"), Ok(Target::Part));
        assert_eq!(Target::of("parts/_a/b.jinja"), Ok(Target::Part));
    }

    #[test]
    fn any_other_name_is_refused() {
        for name in [
            "src/lib.rs.jinja",
            "src/ext/a/b.rs.jinja",
            "src/ext/../lib.rs.jinja",
            "../x.rs.jinja",
            "tests/x.rs.jinja",
            "src/ext/{operation}.rs.jinja",
            "src/ext/{group}{model}.rs.jinja",
            "src/ext/{group.rs.jinja",
            "src/ext/group}.rs.jinja",
            "src/ext/x.md.jinja",
        ] {
            Target::of(name).expect_err(name);
        }
        let (_, help) = Target::of("models.impl.jinja").unwrap_err();
        assert_eq!(help, "did you mean `model.impl.jinja`?");
    }
}
