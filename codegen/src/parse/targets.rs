//! Resolves the targets of `$ref`s to pointers into the one tree of a document and its other files.

use super::files::{joined, root_of};
use super::grammar;
use super::reference;
use super::similar;
use super::text::excerpt;
use super::walk::{OpenTarget, Walker};
use crate::pointer::Pointer;

/// The keyword of a reference.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    Ref,
    DynamicRef,
    /// Of JSON Schema 2019-09. Its value is always `#`.
    RecursiveRef,
}

impl Keyword {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ref => "$ref",
            Self::DynamicRef => "$dynamicRef",
            Self::RecursiveRef => "$recursiveRef",
        }
    }
}

impl Walker<'_> {
    /// Resolves the `$ref` of the current object to a pointer from the root, and notes what its
    /// target must be. Returns `None` after reporting an error.
    pub(super) fn resolve(
        &mut self,
        keyword: Keyword,
        text: &str,
        target: OpenTarget,
    ) -> Option<String> {
        let holder = self.pointer();
        // A place that is read twice is resolved already.
        if let Some(resolved) = self.resolved.get(&(holder.clone(), keyword.name())) {
            return Some(resolved.clone());
        }
        let place = match self.place_of(keyword, text, &holder) {
            Ok(place) => place,
            Err((message, help)) => {
                self.step(keyword.name(), |walker| walker.refuse(message, &help));
                return None;
            }
        };
        let resolved = if Some(&place) == reference::target(text).as_ref() {
            // Keeps the text of the document.
            text.to_owned()
        } else {
            reference::to(place.as_str())
        };
        self.resolved
            .insert((holder, keyword.name()), resolved.clone());
        self.note_target(place, target);
        Some(resolved)
    }

    /// Resolves a value of a discriminator's mapping; `None` for what may be a plain name.
    pub(super) fn resolve_mapping(&mut self, text: &str) -> Option<String> {
        let holder = self.pointer();
        if let Some(resolved) = self.resolved.get(&(holder.clone(), "")) {
            return Some(resolved.clone());
        }
        let place = match self.files.component(&holder, text) {
            Some(place) => place,
            None if self.schema_names.contains(text) => return None,
            None if text.contains(['#', '/', '.']) => {
                self.place_of(Keyword::Ref, text, &holder).ok()?
            }
            None => return None,
        };
        let resolved = reference::to(place.as_str());
        self.resolved.insert((holder, ""), resolved.clone());
        self.note_target(place, OpenTarget::Schema);
        Some(resolved)
    }

    /// Returns the place that a reference names, or a message and its help.
    pub(super) fn place_of(
        &mut self,
        keyword: Keyword,
        text: &str,
        holder: &Pointer,
    ) -> Result<Pointer, (String, String)> {
        if keyword == Keyword::RecursiveRef
            && let Some(place) = self.files.recursive(holder)
        {
            return Ok(place.clone());
        }
        let (uri, fragment) = text.split_once('#').unwrap_or((text, ""));
        let resource =
            self.resource_of(uri, holder)
                .map_err(|fault| match self.meant_by_name(text) {
                    Some(name) => (fault.0, format!("did you mean `{name}`?")),
                    None => fault,
                })?;
        match reference::target(&format!("#{fragment}")) {
            // A schema with an `$id` has no components, so the author means the document.
            Some(pointer) if pointer.as_str().starts_with("/components/") => {
                Ok(root_of(&resource).join(&pointer))
            }
            Some(pointer) => Ok(resource.join(&pointer)),
            None => self.anchor(keyword, text, fragment, &resource),
        }
    }

    /// Returns the schema resource, or the root of the file, that a reference without its fragment
    /// names.
    fn resource_of(&mut self, uri: &str, holder: &Pointer) -> Result<Pointer, (String, String)> {
        let (own, id) = self.files.resource(holder);
        if uri.is_empty() {
            return Ok(own);
        }
        let full = id.map_or(uri.to_owned(), |id| joined(id, uri));
        if let Some(place) = self.files.by_id(&full).or_else(|| self.files.by_id(uri)) {
            return Ok(place);
        }
        let file = self.files.named(holder.file(), uri, self.diagnostics)?;
        let Some(file) = file else {
            return Ok(Pointer::root());
        };
        let root = Pointer::file_root(&file);
        if self.files.is_broken(&file) && !self.lost.contains(&root) {
            self.lost.push(root.clone());
        }
        Ok(root)
    }

    fn anchor(
        &mut self,
        keyword: Keyword,
        text: &str,
        name: &str,
        resource: &Pointer,
    ) -> Result<Pointer, (String, String)> {
        let anchors = self.files.anchors(name, resource);
        let Some(place) = anchors.first().map(|anchor| anchor.place.clone()) else {
            let message = format!(
                "`{}` is neither a JSON pointer nor the name of an `$anchor`",
                excerpt(text)
            );
            let meant =
                similar::nearest(name, self.files.anchor_names()).map(|it| format!("#{it}"));
            let help = match meant.or_else(|| self.meant_by_name(name)) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => {
                    "use the full path from the root, such as `#/components/schemas/Pet`".to_owned()
                }
            };
            return Err((message, help));
        };
        if keyword == Keyword::DynamicRef && self.files.dynamic_count(name) > 1 {
            let message = format!(
                "`{}` may refer to several schemas, depending on the path of evaluation; `{}` is used",
                excerpt(text),
                excerpt(&place.to_string()),
            );
            let help = "use `$ref` to refer to one of them";
            self.warn_at(keyword.name(), message, help);
        }
        Ok(place)
    }

    /// Returns the component that a plain name may mean.
    fn meant_by_name(&self, name: &str) -> Option<String> {
        let place = Pointer::root()
            .child("components")
            .child("schemas")
            .child(name);
        self.schema_names
            .contains(name)
            .then(|| reference::to(place.as_str()))
    }

    /// Notes a target in a place that the grammar leaves open, to parse it later.
    pub(super) fn note_target(&mut self, place: Pointer, target: OpenTarget) {
        let text = place.as_str();
        if text.starts_with("/components/schemas/") && text.matches('/').count() == 3 {
            return;
        }
        let steps: Vec<String> = place.segments().collect();
        if grammar::kind_at(steps.iter().map(String::as_str)).is_none() {
            self.open_targets.insert((place, target));
        }
    }
}
