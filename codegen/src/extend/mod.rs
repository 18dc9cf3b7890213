//! Templates outside of this workspace: slots in the built-in templates, and files of their own.
//!
//! They get the [views](view), which are independent of those in [`crate::view`]. What they print is checked:
//! a value of the document can't become code (`rust.rs`, `markdown.rs`), the output has to parse, and a
//! file has to be in a place of its own.

mod build;
mod engine;
mod filters;
pub mod inspect;
mod markdown;
mod print;
mod rust;
mod schema;
mod templates;
#[cfg(test)]
mod tests;
mod value;
pub mod view;

use std::collections::BTreeMap;

use minijinja::Value;
use minijinja::value::Serde;

use self::engine::{Engine, Language, Problem, locate};
use self::rust::Grammar;
use self::templates::{PLACES, Per, Slot, Target};
pub use self::templates::{TemplateFile, Templates};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Stage};
use crate::ir::{GroupId, OperationId, TypeId};
use crate::names::RustIdent;
use crate::output;
use crate::pointer::Pointer;
use crate::render::layout;
use crate::view::{Context, RustExpr, SlotText};

/// What one's own templates add to a client.
#[derive(Debug, Default)]
pub struct Extensions {
    attributes: BTreeMap<TypeId, SlotText>,
    models: BTreeMap<TypeId, SlotText>,
    operations: BTreeMap<OperationId, SlotText>,
    client: SlotText,
    readme: SlotText,
    files: Vec<ExtensionFile>,
}

/// A file that a template generated.
#[derive(Debug)]
pub struct ExtensionFile {
    /// The path in the crate.
    pub path: String,
    /// The content.
    pub text: String,
    /// The module of a Rust file.
    pub module: Option<RustIdent>,
    /// The condition of its compilation.
    pub gate: Option<RustExpr>,
}

impl Extensions {
    /// Returns the attributes of a model.
    pub fn attributes(&self, id: TypeId) -> SlotText {
        self.attributes.get(&id).cloned().unwrap_or_default()
    }

    /// Returns the items after a model.
    pub fn model(&self, id: TypeId) -> SlotText {
        self.models.get(&id).cloned().unwrap_or_default()
    }

    /// Returns the items after the call of an operation.
    pub fn operation(&self, id: OperationId) -> SlotText {
        self.operations.get(&id).cloned().unwrap_or_default()
    }

    /// Returns the items after the client.
    pub fn client(&self) -> SlotText {
        self.client.clone()
    }

    /// Returns the sections of README.md.
    pub fn readme(&self) -> SlotText {
        self.readme.clone()
    }

    /// Returns the files.
    pub fn files(&self) -> &[ExtensionFile] {
        &self.files
    }
}

/// Renders the templates. An error is reported once for each template.
pub fn extend(
    context: &Context<'_>,
    templates: &Templates,
    diagnostics: &mut Diagnostics,
) -> Extensions {
    if templates.is_empty() {
        return Extensions::default();
    }
    let parts = context.api.operations.len() + context.api.types.len();
    let engine = match Engine::new(templates, parts) {
        Ok(engine) => engine,
        Err(problems) => {
            for problem in problems {
                report(problem, &Pointer::root(), diagnostics);
            }
            return Extensions::default();
        }
    };
    let mut stage = Extender {
        context,
        engine,
        client: Value::from(Serde(build::client(context))),
        extensions: Extensions::default(),
        paths: BTreeMap::new(),
        diagnostics,
    };
    for template in templates.iter() {
        match Target::of(&template.name) {
            Ok(Target::Part) => {}
            Ok(Target::Slot(slot)) => stage.slot(slot, template),
            Ok(Target::File { per, path }) => stage.files(per, &path, template),
            Err((message, help)) => {
                let location = locate(template, 0, 0);
                let problem = Problem {
                    location,
                    message,
                    help,
                };
                report(problem, &Pointer::root(), stage.diagnostics);
            }
        }
    }
    stage.extensions
}

fn report(problem: Problem, pointer: &Pointer, diagnostics: &mut Diagnostics) {
    diagnostics.add(Diagnostic {
        severity: Severity::Error,
        stage: Stage::Extend,
        pointer: pointer.clone(),
        option: Vec::new(),
        location: Some(problem.location),
        message: problem.message,
        help: problem.help,
    });
}

/// What a template is rendered for.
struct Subject<'a> {
    /// The variables beside `client` and `version`.
    variables: Vec<(&'static str, Value)>,
    /// The place in the document.
    pointer: &'a Pointer,
}

struct Extender<'a, 'd> {
    context: &'a Context<'a>,
    engine: Engine<'a>,
    client: Value,
    extensions: Extensions,
    /// The paths of all files in lower case, each with the name of its template.
    paths: BTreeMap<String, String>,
    diagnostics: &'d mut Diagnostics,
}

impl<'a> Extender<'a, '_> {
    /// Returns a view in a list of another one.
    fn item(list: &Value, name: &str, index: usize) -> Value {
        let list = list.get_attr(name).unwrap_or_default();
        list.get_item_by_index(index).unwrap_or_default()
    }

    fn group(&self, id: GroupId) -> Subject<'a> {
        Subject {
            variables: vec![("group", Self::item(&self.client, "groups", id.0))],
            pointer: &self.context.api.groups[id.0].pointer,
        }
    }

    fn model(&self, id: TypeId) -> Subject<'a> {
        Subject {
            variables: vec![("model", Self::item(&self.client, "models", id.0))],
            pointer: &self.context.api.types[id.0].pointer,
        }
    }

    /// Returns the operations, each with its group.
    fn operations(&self) -> Vec<(OperationId, Subject<'a>)> {
        let groups = (0..self.context.api.groups.len()).map(GroupId);
        let operations = groups.flat_map(|id| {
            let group = Self::item(&self.client, "groups", id.0);
            let members = self.context.members(id).enumerate();
            members.map(move |(index, (id, operation))| {
                let view = Self::item(&group, "operations", index);
                let variables = vec![("operation", view), ("group", group.clone())];
                let pointer = &operation.pointer;
                (id, Subject { variables, pointer })
            })
        });
        operations.collect()
    }

    fn whole(&self) -> Subject<'a> {
        static ROOT: std::sync::LazyLock<Pointer> = std::sync::LazyLock::new(Pointer::root);
        Subject {
            variables: Vec::new(),
            pointer: &ROOT,
        }
    }

    /// Renders a template. Returns `None` after reporting an error.
    fn render(
        &mut self,
        template: &TemplateFile,
        subject: &Subject<'_>,
        language: Language,
    ) -> Option<String> {
        let mut variables = BTreeMap::from([
            ("version", Value::from(view::VERSION)),
            ("client", self.client.clone()),
        ]);
        variables.extend(subject.variables.iter().cloned());
        let variables = Value::from(Serde(variables));
        let rendered = self.engine.render(template, variables, language);
        let result = rendered.and_then(|text| {
            finished(&text, language, &template.name).map_err(|message| Problem {
                location: locate(template, 0, 0),
                message,
                help: "write documentation as `///` lines".to_owned(),
            })
        });
        result
            .map_err(|problem| report(problem, subject.pointer, self.diagnostics))
            .ok()
    }

    /// Renders a template of a slot for all that the slot is in.
    fn slot(&mut self, slot: Slot, template: &TemplateFile) {
        let items = Language::Rust(Grammar::Items);
        match slot {
            Slot::ModelAttributes => {
                self.extensions.attributes =
                    self.models(template, Language::Rust(Grammar::Attributes));
            }
            Slot::ModelImpl => self.extensions.models = self.models(template, items),
            Slot::OperationImpl => {
                for (id, subject) in self.operations() {
                    let Some(text) = self.render(template, &subject, items) else {
                        break;
                    };
                    self.extensions.operations.insert(id, SlotText::new(text));
                }
            }
            Slot::ClientImpl => {
                let text = self.render(template, &self.whole(), items);
                self.extensions.client = text.map(SlotText::new).unwrap_or_default();
            }
            Slot::ReadmeSections => {
                let text = self.render(template, &self.whole(), Language::Markdown);
                self.extensions.readme = text.map(SlotText::new).unwrap_or_default();
            }
        }
    }

    /// Renders a template for every model that is a type of its own.
    fn models(
        &mut self,
        template: &TemplateFile,
        language: Language,
    ) -> BTreeMap<TypeId, SlotText> {
        let mut texts = BTreeMap::new();
        for id in (0..self.context.api.types.len()).map(TypeId) {
            if self.context.is_alias(id) {
                continue;
            }
            let Some(text) = self.render(template, &self.model(id), language) else {
                break;
            };
            texts.insert(id, SlotText::new(text));
        }
        texts
    }

    /// Renders the files of a template.
    fn files(&mut self, per: Per, path: &str, template: &TemplateFile) {
        let names = self.context.names;
        match per {
            Per::Crate => {
                self.file(path.to_owned(), None, &self.whole(), template);
            }
            Per::Group => {
                for id in (0..self.context.api.groups.len()).map(GroupId) {
                    let path = path.replace("{group}", names.group(id).module.bare());
                    let gate = self.context.group_gate(id);
                    if !self.file(path, gate, &self.group(id), template) {
                        break;
                    }
                }
            }
            Per::Model => {
                for id in (0..self.context.api.types.len()).map(TypeId) {
                    let path = path.replace("{model}", names.of(id).module.bare());
                    let gate = self.context.type_gate(id);
                    if !self.file(path, gate, &self.model(id), template) {
                        break;
                    }
                }
            }
        }
    }

    /// Renders a file. Returns whether it succeeds.
    fn file(
        &mut self,
        path: String,
        gate: Option<RustExpr>,
        subject: &Subject<'_>,
        template: &TemplateFile,
    ) -> bool {
        let [(code, extension), _] = PLACES;
        let stem = path
            .strip_prefix(code)
            .and_then(|name| name.strip_suffix(extension));
        let module = stem.and_then(RustIdent::checked);
        let other = self
            .paths
            .insert(path.to_lowercase(), template.name.clone());
        let fault = match (output::check_path(&path), stem, &module, other) {
            (Err(error), ..) => Some(error.to_string()),
            (Ok(()), Some("mod"), ..) => Some(format!(
                "`{path}` is reserved for the declarations of the modules"
            )),
            (Ok(()), Some(stem), None, _) => {
                Some(format!("`{stem}` can't be the name of a module"))
            }
            (Ok(()), .., Some(other)) => Some(format!("`{other}` generates `{path}`, too")),
            (Ok(()), .., None) => None,
        };
        if let Some(message) = fault {
            let problem = Problem {
                location: locate(template, 0, 0),
                message,
                help: "rename the template".to_owned(),
            };
            report(problem, subject.pointer, self.diagnostics);
            return false;
        }
        let language = match stem {
            Some(_) => Language::Rust(Grammar::File),
            None => Language::Markdown,
        };
        let Some(text) = self.render(template, subject, language) else {
            return false;
        };
        // A template that prints nothing generates no file.
        if !text.trim().is_empty() {
            let file = ExtensionFile {
                path,
                text,
                module,
                gate,
            };
            self.extensions.files.push(file);
        }
        true
    }
}

/// Lays out the output of a template.
fn finished(text: &str, language: Language, template: &str) -> Result<String, String> {
    const BEARER: &str = "struct Bearer;";
    match language {
        Language::Markdown => Ok(text.to_owned()),
        Language::Rust(Grammar::File | Grammar::Items) => layout(template, text),
        Language::Rust(Grammar::Attributes) => {
            let laid_out = layout(template, &format!("{text}\n{BEARER}"))?;
            Ok(laid_out.trim_end().trim_end_matches(BEARER).to_owned())
        }
    }
}
