//! The option `keep-unknown`: models keep the properties that the document doesn't name.

use crate::analyse;
use crate::ir::{Api, Primitive, Shape, TypeRef};
use crate::options::Options;

/// Gives each model that responses contain a map for additional properties of any value, if the
/// options say so. What a program reads, changes and writes back is then complete.
pub fn keep_unknown(mut api: Api, options: &Options) -> Api {
    if !options.keep_unknown {
        return api;
    }
    let in_responses = analyse::in_responses(&api);
    for (def, in_response) in api.types.iter_mut().zip(in_responses) {
        if let Shape::Struct(object) = &mut def.shape
            && in_response
        {
            object
                .additional
                .get_or_insert(TypeRef::Primitive(Primitive::Any));
        }
    }
    api
}
