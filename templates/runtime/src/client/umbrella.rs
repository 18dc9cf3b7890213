//! The client of an umbrella crate: one set of settings, credentials and connections for several APIs.
//!
//! The core of such a client holds a core for each API. They are built together, so that an API without
//! a base URL or a credential that can't be sent is reported by `build`, and not by the first call.

use std::sync::Arc;

use super::{Api, ClientCore, ClientCoreBuilder, Shared};
use crate::auth::{Credentials, Scheme, Tokens};
use crate::error::{Error, InvalidRequestError};

/// A generated client of one API, as the client of an umbrella crate sees it.
pub trait ApiClient: Sized {
    /// The builder of the client.
    type Builder;

    /// The name of the client's library.
    const LIBRARY: &'static str;

    /// Returns the builder with the default settings.
    fn core_builder() -> ClientCoreBuilder;

    /// Returns the builder with these settings.
    fn builder_of(core: ClientCoreBuilder) -> Self::Builder;

    /// Returns the settings of a builder.
    fn settings_of(builder: Self::Builder) -> ClientCoreBuilder;

    /// Returns the client with this core.
    fn client_of(core: ClientCore) -> Self;
}

/// A change of the settings of one API.
type Change = Box<dyn FnOnce(ClientCoreBuilder) -> ClientCoreBuilder + Send + Sync>;

/// An API of an umbrella client.
pub struct UmbrellaApi {
    api: &'static Api,
    library: &'static str,
    /// The security schemes that have another name in the umbrella: the name in the API's document, and the
    /// name in the umbrella.
    renamed: &'static [(&'static str, &'static str)],
    /// The changes of the settings, in the order of the calls that made them.
    changes: Vec<Change>,
}

impl UmbrellaApi {
    /// Creates the description of an API from its client. `renamed` are the security schemes that have
    /// another name in the umbrella, each with that name.
    #[must_use]
    pub fn of<C: ApiClient>(renamed: &'static [(&'static str, &'static str)]) -> Self {
        Self {
            api: C::core_builder().api,
            library: C::LIBRARY,
            renamed,
            changes: Vec::new(),
        }
    }

    /// Returns the name in the umbrella of a security scheme of the API.
    fn umbrella_name(&self, scheme: &'static str) -> &'static str {
        let mut renamed = self.renamed.iter();
        renamed
            .find(|(name, _)| *name == scheme)
            .map_or(scheme, |(_, name)| *name)
    }

    /// Returns the API as a part of an umbrella with these security schemes.
    fn part(&self, umbrella: &[Scheme]) -> ApiPart {
        let schemes = self.api.schemes.iter().map(|scheme| {
            let name = self.umbrella_name(scheme.name);
            let own = umbrella.iter().find(|it| it.name == name);
            Scheme {
                setter: own.map_or(scheme.setter, |it| it.setter),
                ..*scheme
            }
        });
        ApiPart {
            library: self.library,
            schemes: schemes.collect(),
        }
    }

    /// Returns the security schemes of the API: the name in its document, and the name in the umbrella.
    fn schemes(&self) -> Vec<(&'static str, &'static str)> {
        let schemes = self.api.schemes.iter();
        schemes
            .map(|scheme| (scheme.name, self.umbrella_name(scheme.name)))
            .collect()
    }
}

/// What a client knows of the umbrella that it is a part of.
pub(super) struct ApiPart {
    /// The module of the API's client.
    library: &'static str,
    /// The security schemes of the API, with the umbrella's setters.
    pub(super) schemes: Vec<Scheme>,
}

/// The core of one API in an umbrella client.
#[derive(Clone)]
pub(super) struct ApiCore {
    library: &'static str,
    core: ClientCore,
}

impl ApiCore {
    /// Returns the same client with other tokens.
    pub(super) fn signed(&self, tokens: Option<&Arc<dyn Tokens>>) -> Self {
        Self {
            library: self.library,
            core: self.core.signed(tokens.cloned()),
        }
    }

    /// Returns the title of the API.
    pub(super) fn title(&self) -> &'static str {
        self.core.shared.api.title
    }
}

impl ClientCore {
    /// Returns the client of one API of an umbrella.
    ///
    /// # Panics
    ///
    /// Panics if the API isn't one of those that the umbrella was built with, which generated code rules
    /// out.
    #[must_use]
    pub fn api_client<C: ApiClient>(&self) -> C {
        let mut apis = self.apis.iter().flat_map(|apis| apis.iter());
        match apis.find(|api| api.library == C::LIBRARY) {
            Some(api) => C::client_of(api.core.clone()),
            None => unreachable!("`{}` isn't an API of this client", C::LIBRARY),
        }
    }
}

impl ClientCoreBuilder {
    /// Creates the builder of an umbrella client. `api` has the title of the umbrella, no servers, and the
    /// security schemes of all APIs.
    pub fn umbrella(api: &'static Api, apis: impl IntoIterator<Item = UmbrellaApi>) -> Self {
        Self {
            apis: Some(apis.into_iter().collect()),
            ..Self::new(api)
        }
    }

    /// Changes the settings of one API. The settings of the umbrella apply to it first, wherever they are
    /// set.
    pub fn with_api<C: ApiClient + 'static>(
        mut self,
        change: impl FnOnce(C::Builder) -> C::Builder + Send + Sync + 'static,
    ) -> Self {
        let change = |core| C::settings_of(change(C::builder_of(core)));
        let mut apis = self.apis.iter_mut().flatten();
        if let Some(api) = apis.find(|api| api.library == C::LIBRARY) {
            api.changes.push(Box::new(change));
        }
        self
    }

    /// Builds an umbrella client.
    ///
    /// # Errors
    ///
    /// Fails as [`ClientCoreBuilder::build`] does, for the first API that fails, or if there is no API.
    pub(super) fn build_umbrella(mut self, apis: Vec<UmbrellaApi>) -> Result<ClientCore, Error> {
        if apis.is_empty() {
            let message = format!(
                "no API of {} is compiled: enable the Cargo feature of at least one",
                self.api.title
            );
            return Err(InvalidRequestError::new(message).into());
        }
        let connections = self.take_connections()?;
        self.connections = Some(connections.clone());
        let mut credentials = std::mem::take(&mut self.credentials);
        credentials.encode(self.api.schemes)?;
        let mut cores = Vec::new();
        for mut api in apis {
            let (library, schemes) = (api.library, api.schemes());
            let mut builder = self.for_api(api.api);
            for change in std::mem::take(&mut api.changes) {
                builder = change(builder);
            }
            builder.part = Some(api.part(self.api.schemes));
            let mut core = builder.build()?;
            // The first API that takes a grant's tokens requests them, for all.
            let of_api = |name: &str| schemes.iter().any(|(_, umbrella)| *umbrella == name);
            credentials.begin(&core.signed_out(), of_api)?;
            core.credentials = Arc::new(core.credentials.or(&credentials, &schemes));
            cores.push(ApiCore { library, core });
        }
        let base_url = cores[0].core.shared.base_url.clone();
        Ok(ClientCore {
            shared: Arc::new(self.into_shared(base_url, connections)?),
            credentials: Arc::new(credentials),
            apis: Some(cores.into()),
        })
    }

    /// Returns the builder of an API's client that has the settings of this one.
    fn for_api(&self, api: &'static Api) -> Self {
        // Names every setting, so that the compiler reports one that is missing here.
        let Self {
            api: umbrella,
            base_url,
            placeholder_url,
            server: _,
            variables: _,
            timeout,
            attempt_timeout,
            retry,
            retry_budget: _,
            listener,
            user_agent,
            response_limit,
            follow_redirects,
            middleware,
            propagation,
            headers,
            credentials: _,
            transport: _,
            clock: _,
            connections,
            apis: _,
            part: _,
        } = self;
        let user_agent = user_agent.as_deref().unwrap_or(umbrella.user_agent);
        Self {
            base_url: base_url.clone(),
            placeholder_url: *placeholder_url,
            timeout: *timeout,
            attempt_timeout: *attempt_timeout,
            retry: retry.clone(),
            listener: listener.clone(),
            user_agent: Some(user_agent.to_owned()),
            response_limit: *response_limit,
            follow_redirects: *follow_redirects,
            middleware: middleware.clone(),
            propagation: propagation.clone(),
            headers: headers.clone(),
            connections: connections.clone(),
            ..Self::new(api)
        }
    }
}

/// Lets the client of one API be part of an umbrella client.
#[doc(hidden)]
#[macro_export]
macro_rules! __umbrella_methods {
    ($client:ident, $builder:ident) => {
        #[doc(hidden)]
        impl $crate::codegen::ApiClient for $client {
            type Builder = $builder;

            const LIBRARY: &'static str = ::core::module_path!();

            fn core_builder() -> $crate::codegen::ClientCoreBuilder {
                Self::builder().core
            }

            fn builder_of(core: $crate::codegen::ClientCoreBuilder) -> $builder {
                $builder { core }
            }

            fn settings_of(builder: $builder) -> $crate::codegen::ClientCoreBuilder {
                builder.core
            }

            fn client_of(core: $crate::codegen::ClientCore) -> Self {
                Self { core }
            }
        }
    };
}
#[doc(hidden)]
pub use __umbrella_methods as umbrella_methods;

/// The module of the client that a request belongs to, as an extension of a request of an umbrella client:
/// operations of its APIs may have the same name.
#[derive(Clone, Copy)]
pub(crate) struct ApiLibrary(#[cfg_attr(not(feature = "mock"), allow(dead_code))] &'static str);

#[cfg(feature = "mock")]
impl ApiLibrary {
    /// Returns whether a type with this name (`std::any::type_name`) may be an operation of the API.
    pub(crate) fn has(self, type_name: &str) -> bool {
        let root = |path: &str| path.split("::").next().unwrap_or_default().to_owned();
        root(self.0) == root(type_name)
    }
}

impl Shared {
    /// Returns the request with the module of the API's client.
    pub(crate) fn with_library<B>(&self, mut request: http::Request<B>) -> http::Request<B> {
        if let Some(part) = &self.part {
            request.extensions_mut().insert(ApiLibrary(part.library));
        }
        request
    }
}

impl Credentials {
    /// Returns these credentials, and those of an umbrella client for the schemes that have none.
    /// `schemes` are the names of the API's schemes, each with the name in the umbrella.
    fn or(&self, umbrella: &Self, schemes: &[(&'static str, &'static str)]) -> Self {
        let mut all = self.clone();
        for (scheme, name) in schemes {
            all.inherit(scheme, umbrella, name);
        }
        match (all.tokens(), umbrella.tokens()) {
            (None, Some(tokens)) => all.signed(Some(tokens)),
            _ => all,
        }
    }
}
