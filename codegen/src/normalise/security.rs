//! Security schemes and security requirements.

use std::collections::HashSet;

use indexmap::IndexMap;
use openapiv3::SecurityRequirement;

use super::references::Context;
use super::resolved::SecurityScheme;
use crate::parse::reference;
use crate::parse::text::excerpt;
use crate::pointer::Pointer;

const COMPONENTS: &str = "components";
const SCHEMES: &str = "securitySchemes";

/// The security schemes of the document.
pub(super) struct Schemes {
    pub(super) schemes: Vec<SecurityScheme>,
    names: HashSet<String>,
    /// The document's requirements, for operations without their own.
    default: Vec<IndexMap<String, Vec<String>>>,
}

impl Schemes {
    pub(super) fn read(context: &mut Context<'_>) -> Self {
        let place = Pointer::root().child(COMPONENTS).child(SCHEMES);
        let mut schemes = Vec::new();
        let openapi = context.openapi;
        for (name, item) in openapi
            .components
            .iter()
            .flat_map(|components| &components.security_schemes)
        {
            if let Some((scheme, pointer)) = context.resolve(item, &place.child(name)) {
                schemes.push(SecurityScheme {
                    pointer,
                    name: name.clone(),
                    scheme: scheme.into_owned(),
                });
            }
        }
        let names = schemes.iter().map(|scheme| scheme.name.clone()).collect();
        let mut this = Self {
            schemes,
            names,
            default: Vec::new(),
        };
        this.default = this.alternatives(
            openapi.security.as_deref().unwrap_or_default(),
            &Pointer::root(),
            context,
        );
        this
    }

    /// Returns the requirements of an operation.
    pub(super) fn of(
        &self,
        requirements: Option<&[SecurityRequirement]>,
        operation: &Pointer,
        context: &mut Context<'_>,
    ) -> Vec<IndexMap<String, Vec<String>>> {
        match requirements {
            None => self.default.clone(),
            Some(requirements) => self.alternatives(requirements, operation, context),
        }
    }

    /// Returns the requirements that the client can fulfil.
    fn alternatives(
        &self,
        requirements: &[SecurityRequirement],
        holder: &Pointer,
        context: &mut Context<'_>,
    ) -> Vec<IndexMap<String, Vec<String>>> {
        let mut alternatives = Vec::with_capacity(requirements.len());
        'alternatives: for (index, requirement) in requirements.iter().enumerate() {
            let mut alternative = IndexMap::with_capacity(requirement.len());
            for (name, scopes) in requirement {
                let name = &self.declared_name(name);
                if self.names.contains(name) {
                    alternative.insert(name.clone(), scopes.clone());
                    continue;
                }
                let declared = Pointer::root().child(COMPONENTS).child(SCHEMES).child(name);
                if context.tree.pointer(declared.as_str()).is_some() {
                    // The scheme has a type that the transport handles, such as mutual TLS.
                    continue;
                }
                let place = holder.child("security").index(index).child(name);
                let message = format!(
                    "no security scheme is named `{}`, so this alternative is ignored",
                    excerpt(name)
                );
                context.warn(
                    &place,
                    message,
                    "declare it in `components.securitySchemes`",
                );
                continue 'alternatives;
            }
            alternatives.push(alternative);
        }
        alternatives
    }

    /// Returns the name of a scheme. OpenAPI 3.2 allows a reference in its place.
    fn declared_name(&self, text: &str) -> String {
        let referred = || match reference::target(text)?.component()? {
            (section, key) if section == SCHEMES => Some(key),
            _ => None,
        };
        match self.names.contains(text) {
            true => text.to_owned(),
            false => referred().unwrap_or_else(|| text.to_owned()),
        }
    }
}
