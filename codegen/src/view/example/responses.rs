//! Examples that tell errors apart and read response headers.

use super::{Example, Values};
use crate::ir::{Operation, OperationId, Response, ResponseKind, TypeId, TypeRef};
use crate::view::types::Context;

impl Context<'_> {
    /// Returns an example that tells the errors of a call apart.
    pub fn errors_example(&self, id: OperationId, operation: &Operation) -> Option<Example> {
        let mut values = Values::new(self);
        let mut lines = vec!["let result = client".to_owned()];
        lines.extend(self.chain(&mut values, id, operation, 0)?);
        lines.push("    .await;".to_owned());
        lines.push("match result {".to_owned());
        lines.push("    Ok(_) => println!(\"success\"),".to_owned());
        lines.push(
            "    Err(Error::Api(error)) if error.status() == 404 => println!(\"not found\"),"
                .to_owned(),
        );
        if let Some(body) = self.error_body(id) {
            let body = values.model(body);
            lines.extend([
                format!("    Err(Error::Api(error)) => match error.body::<{body}>() {{"),
                "        Ok(body) => println!(\"{}: {body:?}\", error.status()),".to_owned(),
                "        Err(_) => println!(\"not the documented body: {error}\"),".to_owned(),
                "    },".to_owned(),
            ]);
        } else {
            lines.push(
                "    Err(Error::Api(error)) => println!(\"{}: {:?}\", error.status(), error.message()),"
                    .to_owned(),
            );
        }
        lines.push("    Err(error) if error.is_timeout() => println!(\"timed out\"),".to_owned());
        lines.push("    Err(error) => println!(\"{error}\"),".to_owned());
        lines.push("}".to_owned());
        let mut items = values.imports();
        items.insert(1, "Error");
        Some(Example::new(&self.library(), &items, Vec::new(), lines))
    }

    /// Returns the first model that the document declares for an error of an operation.
    fn error_body(&self, id: OperationId) -> Option<TypeId> {
        let errors = self.outcome(id).errors;
        errors.iter().find_map(|error| match &error.kind {
            ResponseKind::Json(TypeRef::Named(id)) => Some(*id),
            _ => None,
        })
    }

    /// Returns an example that reads a header of a success, and its operation. Reads a documented header of
    /// this operation, or of another one, or else an undocumented header.
    pub fn headers_example(&self, first: Option<OperationId>) -> Option<(OperationId, Example)> {
        let all = (0..self.api.operations.len()).map(OperationId);
        let declares = |id: &OperationId| self.success_with_headers(*id).is_some();
        let documented = first.into_iter().chain(all).filter(declares);
        let mut candidates = documented.chain(first);
        candidates.find_map(|id| Some((id, self.header_example(id)?)))
    }

    fn header_example(&self, id: OperationId) -> Option<Example> {
        let mut values = Values::new(self);
        let mut lines = vec!["let response = client".to_owned()];
        lines.extend(self.chain(&mut values, id, &self.api.operations[id.0], 0)?);
        lines.push("    .response()".to_owned());
        lines.push("    .await?;".to_owned());
        let mut items = values.imports();
        let success = self.success_with_headers(id);
        let header = success.and_then(|it| self.headers_of(it).next());
        lines.push(match header {
            Some((header, _)) => {
                items.insert(1, "headers");
                format!("println!(\"{{:?}}\", response.header(headers::{header})?);")
            }
            None => "println!(\"{:?}\", response.headers.get(\"x-request-id\"));".to_owned(),
        });
        Some(Example::new(&self.library(), &items, Vec::new(), lines))
    }

    fn success_with_headers(&self, id: OperationId) -> Option<&Response> {
        let successes = self.outcome(id).successes;
        let mut responses = successes.iter().map(|it| it.response);
        responses.find(|it| !it.headers.is_empty())
    }
}
