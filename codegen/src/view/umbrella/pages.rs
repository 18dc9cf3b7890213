//! The documentation of an umbrella crate.

use super::{
    Umbrella, UmbrellaApiRow, UmbrellaLibView, UmbrellaReadmeView, UmbrellaSchemeRow, feature_of,
};
use crate::grants::GrantKind;
use crate::ir::SchemeId;
use crate::names::RustIdent;
use crate::runtime::MODULES;
use crate::runtime::{self, Feature};
use crate::text;
use crate::umbrella::Member;
use crate::view::client::{CredentialKind, kind_phrase};
use crate::view::print::{DocLines, Markdown, RustExpr};
use crate::view::runtime::ModuleExport;

impl Umbrella<'_> {
    pub(super) fn lib(&self) -> UmbrellaLibView {
        let mut docs = DocLines::default();
        docs.line(format!(
            "One client for {}, each with a Cargo feature.",
            match self.members.len() {
                1 => "one API".to_owned(),
                apis => format!("{apis} APIs"),
            }
        ));
        docs.line(
            "[`Client`] gives access to the client of each API, whose crate is reexported as a module. They \
             share settings, credentials and connections, and their calls return one [`Error`].",
        );
        docs.line("```no_run");
        docs.extend(self.example(true));
        docs.extend(["```".to_owned()]);
        docs.line("# APIs");
        let mut table = vec![
            "| API | Module and method | Feature | Crate |".to_owned(),
            "| --- | --- | --- | --- |".to_owned(),
        ];
        table.extend(self.apis().map(|(member, ident)| {
            format!(
                "| {} | `{ident}` | `{}` | `{}` |",
                text::cell(&format!("{} {}", member.title, member.api_version)),
                feature_of(ident),
                member.package
            )
        }));
        docs.block(table);
        docs.line(
            "The feature `full` enables all of them; none is enabled by default. The other features are \
             those of every client: TLS, compression, `blocking`, `mock`, `cassette` and `tracing`.",
        );
        UmbrellaLibView {
            docs,
            apis: self.api_views(),
            modules: MODULES
                .iter()
                .filter(|(_, needs, _)| needs.is_none_or(|it| self.features.contains(&it)))
                .map(|&(name, needs, gate)| ModuleExport {
                    name,
                    gate: gate
                        .or(needs.map(Feature::name))
                        .map(|gate| RustExpr::new(format!("feature = {gate:?}"))),
                })
                .collect(),
            interface: runtime::INTERFACE,
            example_gate: self.example_gate(),
        }
    }

    /// Returns the APIs of the example.
    fn shown(&self) -> impl Iterator<Item = (&Member, &RustIdent)> {
        self.apis().take(2)
    }

    fn example_gate(&self) -> RustExpr {
        let features = self.shown();
        let features = features.map(|(_, ident)| format!("feature = {:?}", feature_of(ident)));
        RustExpr::new(format!("all({})", features.collect::<Vec<_>>().join(", ")))
    }

    /// Returns the lines of the example. In the documentation of the crate, `hidden` lines make it compile with
    /// any features.
    fn example(&self, hidden: bool) -> Vec<String> {
        let mut lines = vec![format!("use {}::Client;", self.package().replace('-', "_"))];
        if hidden {
            lines.push(format!("# #[cfg({})]", self.example_gate()));
        } else {
            lines.push(String::new());
        }
        let (mark, indent) = if hidden { ("# ", "") } else { ("", "    ") };
        let error = "Result<(), Box<dyn std::error::Error>>";
        lines.push(format!("{mark}async fn example() -> {error} {{"));
        lines.push(format!("{indent}let client = Client::builder()"));
        lines.extend(
            self.example_credentials()
                .into_iter()
                .map(|line| format!("{indent}    {line}")),
        );
        lines.push(format!("{indent}    .build()?;"));
        for (_, ident) in self.shown() {
            lines.push(format!("{indent}let {ident} = client.{ident}();"));
        }
        let idents: Vec<_> = self.shown().map(|(_, ident)| ident.as_str()).collect();
        let format = vec!["{:?}"; idents.len()].join(" ");
        lines.push(format!(
            "{indent}println!(\"{format}\", {});",
            idents.join(", ")
        ));
        lines.push(format!("{mark}{indent}Ok(())"));
        lines.push(format!("{mark}}}"));
        lines
    }

    /// Returns the lines that set the credentials of the first API's first operation.
    fn example_credentials(&self) -> Vec<String> {
        let (Some(first), Some(renamed)) = (self.members.first(), self.renamed.first()) else {
            return Vec::new();
        };
        let schemes = first.first_security.iter().filter_map(|id| {
            let own = &first.schemes.get(id.0)?.name;
            let name = renamed.iter().find(|(name, _)| name == own);
            let name = name.map_or(own, |(_, umbrella)| umbrella);
            let all = &self.context.api.schemes;
            let at = all.iter().position(|it| it.name == *name)?;
            let setter = self.context.names.scheme(SchemeId(at));
            Some(match CredentialKind::of(&all[at].kind) {
                CredentialKind::Basic => format!(".{setter}(\"username\", \"password\")"),
                CredentialKind::Bearer => format!(".{setter}(\"token\")"),
                CredentialKind::Key => format!(".{setter}(\"key\")"),
            })
        });
        schemes.collect()
    }

    pub(super) fn readme(&self) -> UmbrellaReadmeView {
        let code = |text: &str| Markdown::new(text::code(text));
        let shown = self.shown().map(|(_, ident)| feature_of(ident));
        UmbrellaReadmeView {
            package: Markdown::new(self.package()),
            library: Markdown::new(self.package().replace('-', "_")),
            documents: code(&self.context.options.document),
            example_features: Markdown::new(shown.collect::<Vec<_>>().join(",")),
            example: self.example(false),
            first: self.idents.first().cloned(),
            schemes: self.scheme_rows(),
            has_tokens: self.has_tokens(),
            apis: self
                .apis()
                .map(|(member, ident)| UmbrellaApiRow {
                    title: Markdown::new(text::cell(&format!(
                        "{} {}",
                        member.title, member.api_version
                    ))),
                    accessor: ident.clone(),
                    feature: Markdown::new(feature_of(ident)),
                    package: Markdown::new(&member.package),
                    path: Markdown::new(&member.path),
                    server: Markdown::new(match member.servers.first() {
                        Some(server) => text::escape_cell(&text::code(&server.url)),
                        None => String::new(),
                    }),
                })
                .collect(),
        }
    }

    fn scheme_rows(&self) -> Vec<UmbrellaSchemeRow> {
        let mut rows = Vec::new();
        for (index, scheme) in self.context.api.schemes.iter().enumerate() {
            let id = SchemeId(index);
            let mut row = |setter: &RustIdent, what: &str| {
                rows.push(UmbrellaSchemeRow {
                    setter: setter.clone(),
                    description: Markdown::new(text::escape_cell(&format!(
                        "{}: {what}",
                        text::code(&scheme.name)
                    ))),
                });
            };
            row(self.context.names.scheme(id), &kind_phrase(&scheme.kind));
            for (kind, what) in [
                (GrantKind::ClientCredentials, "client credentials grant"),
                (GrantKind::RefreshToken, "refresh token grant"),
            ] {
                if let Some(names) = self.context.names.grant(id, kind) {
                    row(&names.plain, &format!("{what} (OAuth 2.0)"));
                }
            }
        }
        rows
    }
}
