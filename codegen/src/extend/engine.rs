//! Renders templates with minijinja.

use std::sync::{Arc, Mutex, PoisonError};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::ValueKind;
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, OutputSpan, OutputSpanKind, State,
    UndefinedBehavior, Value,
};

use super::filters;
use super::markdown;
use super::print::{Fault, Printed, Values};
use super::rust::{self, Grammar};
use super::templates::{TemplateFile, Templates};
use super::value::Typed;
use crate::diagnostic::SourceLocation;

/// What a template may do for one output, in instructions, each of which is worth 64 bytes of output.
const FUEL: u64 = 300_000;
/// What it may do in addition for each operation and each model of the client.
const FUEL_FOR_PART: u64 = 5_000;

/// The language of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Rust(Grammar),
    Markdown,
}

/// An error of a template.
#[derive(Debug)]
pub struct Problem {
    pub location: SourceLocation,
    pub message: String,
    pub help: String,
}

/// The templates of a folder, ready to be rendered.
pub struct Engine<'t> {
    templates: &'t Templates,
    environment: Environment<'t>,
    /// The values that the current output contains.
    printed: Arc<Mutex<Values>>,
}

impl<'t> Engine<'t> {
    /// Parses the templates, for a client with this number of operations and models.
    ///
    /// # Errors
    ///
    /// Returns the syntax error of each template that has one.
    pub fn new(templates: &'t Templates, parts: usize) -> Result<Self, Vec<Problem>> {
        let printed = Arc::new(Mutex::new(Values::default()));
        let mut engine = Self {
            templates,
            environment: environment(printed.clone()),
            printed,
        };
        let parts = u64::try_from(parts).unwrap_or(u64::MAX);
        let fuel = FUEL.saturating_add(FUEL_FOR_PART.saturating_mul(parts));
        engine.environment.set_fuel(Some(fuel));
        let mut problems = Vec::new();
        for template in templates.iter() {
            let added = engine
                .environment
                .add_template(&template.name, &template.text);
            problems.extend(added.err().map(|error| engine.problem(&error, template)));
        }
        if problems.is_empty() {
            Ok(engine)
        } else {
            Err(problems)
        }
    }

    /// Renders a template.
    pub fn render(
        &self,
        template: &TemplateFile,
        variables: Value,
        language: Language,
    ) -> Result<String, Problem> {
        *self.values() = Values::default();
        let rendered = self
            .environment
            .get_template(&template.name)
            .and_then(|compiled| compiled.render_with_spans(variables));
        let (output, spans) = rendered.map_err(|error| self.problem(&error, template))?;
        let values = std::mem::take(&mut *self.values());
        let filled = match language {
            Language::Rust(grammar) => rust::fill(&output, &values, grammar),
            Language::Markdown => markdown::fill(&output, &values),
        };
        filled.map_err(|fault| self.located(fault, &output, &spans, template))
    }

    fn values(&self) -> std::sync::MutexGuard<'_, Values> {
        self.printed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Describes an error of minijinja. The error of an included template is the cause of another.
    fn problem(&self, error: &Error, template: &TemplateFile) -> Problem {
        let mut innermost = error;
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            if let Some(error) = error.downcast_ref::<Error>() {
                innermost = error;
            }
            cause = error.source();
        }
        let name = innermost.name().or(error.name());
        let template = self.template(name).unwrap_or(template);
        let line = innermost.line().or(error.line()).unwrap_or(1);
        let start = template
            .text
            .split('\n')
            .take(line - 1)
            .map(|line| line.len() + 1)
            .sum();
        let range = innermost.range().or(error.range()).unwrap_or(start..start);
        let named = template.text.get(range.clone()).unwrap_or_default().trim();
        let detail = innermost.detail().map(str::to_owned);
        let detail = detail.unwrap_or_else(|| innermost.kind().to_string());
        let (message, help) = match innermost.kind() {
            ErrorKind::UndefinedError => (
                format!("the value `{named}` doesn't exist"),
                "`inspect --json` prints the values that exist",
            ),
            ErrorKind::OutOfFuel => (
                "the template takes too many steps; nested loops are the usual cause".to_owned(),
                "render a file for each group or model instead of one for the whole crate",
            ),
            ErrorKind::TemplateNotFound => (
                detail,
                "name an included template by its path in the folder",
            ),
            ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction => {
                (detail, "docs/templates.md lists the filters")
            }
            _ => (detail, "correct the template here"),
        };
        Problem {
            location: locate(template, range.start, range.len()),
            message,
            help: help.to_owned(),
        }
    }

    /// Locates a fault of the output in the template that printed it.
    fn located(
        &self,
        fault: Fault,
        output: &str,
        spans: &[OutputSpan],
        template: &TemplateFile,
    ) -> Problem {
        let after = spans.partition_point(|span| span.output_range().start <= fault.at);
        let span = after.checked_sub(1).and_then(|index| spans.get(index));
        let (template, offset, length) = match span {
            None => (template, 0, 0),
            Some(span) => {
                let from = span.output_range();
                let source = span.source_range();
                let inner = fault.at.min(from.end).min(output.len()) - from.start;
                let template = self.template(Some(span.name())).unwrap_or(template);
                match span.kind() {
                    OutputSpanKind::Raw => (template, source.start + inner, 0),
                    _ => (template, source.start, source.len()),
                }
            }
        };
        Problem {
            location: locate(template, offset, length),
            message: fault.message,
            help: fault.help,
        }
    }

    fn template(&self, name: Option<&str>) -> Option<&'t TemplateFile> {
        self.templates
            .iter()
            .find(|it| Some(it.name.as_str()) == name)
    }
}

/// Returns the location of a byte in a template.
pub fn locate(template: &TemplateFile, offset: usize, length: usize) -> SourceLocation {
    let before = template.text.get(..offset).unwrap_or(&template.text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    SourceLocation {
        file: template.file.clone(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        offset: before.len(),
        length,
    }
}

fn environment<'t>(printed: Arc<Mutex<Values>>) -> Environment<'t> {
    let mut environment = Environment::new();
    let mut syntax = SyntaxConfig::builder();
    syntax
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true);
    if let Ok(syntax) = syntax.build() {
        environment.set_syntax(syntax);
    }
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_debug(true);
    // What a macro or a block printed is text of the template, and no value: it isn't printed as a literal.
    environment.set_auto_escape_callback(|_| AutoEscape::Custom("marks".into()));
    environment.set_formatter(move |output, state, value| print(output, state, value, &printed));
    // With it, a text of the document could be printed as code.
    environment.remove_filter("safe");
    filters::add(&mut environment);
    environment
}

/// Prints a value: its mark, or the value itself if it is a number or what a template printed before.
fn print(
    output: &mut Output<'_>,
    _: &mut State<'_, '_>,
    value: &Value,
    printed: &Mutex<Values>,
) -> Result<(), Error> {
    let text = if let Some(typed) = value.downcast_object_ref::<Typed>() {
        add(printed, Printed::Typed(typed.kind, typed.text.clone()))
    } else {
        match value.kind() {
            ValueKind::String if value.is_safe() => value.to_string(),
            ValueKind::String => add(printed, Printed::Literal(value.to_string())),
            ValueKind::Number | ValueKind::Bool => value.to_string(),
            ValueKind::None => {
                return Err(unprintable("the value is null", "test it with `if` first"));
            }
            kind => {
                let message = format!("a value of the kind `{kind}` can't be printed");
                return Err(unprintable(&message, "print its parts"));
            }
        }
    };
    output.write_str(&text).map_err(Error::from)
}

fn add(printed: &Mutex<Values>, value: Printed) -> String {
    printed
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .add(value)
}

fn unprintable(message: &str, help: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, format!("{message}: {help}"))
}
