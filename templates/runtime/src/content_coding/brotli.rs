//! The coding br (RFC 7932).

use std::io;

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};

use super::Decoder;

/// The size of the output of one step, in bytes.
const STEP: usize = 32 * 1024;

pub(super) struct Brotli {
    state: Box<BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>>,
    is_complete: bool,
}

impl Default for Brotli {
    fn default() -> Self {
        let alloc = StandardAlloc::default;
        Self {
            // Strict: without the windows of up to 1 GiB that RFC 7932 doesn't have.
            state: Box::new(BrotliState::new_strict(alloc(), alloc(), alloc())),
            is_complete: false,
        }
    }
}

impl Decoder for Brotli {
    fn decode(&mut self, input: &[u8], output: &mut Vec<u8>) -> io::Result<usize> {
        if self.is_complete {
            return Ok(0);
        }
        let (mut unread, mut read) = (input.len(), 0);
        let (mut free, mut written, mut total) = (STEP, 0, 0);
        output.resize(STEP, 0);
        let result = BrotliDecompressStream(
            &mut unread,
            &mut read,
            input,
            &mut free,
            &mut written,
            output,
            &mut total,
            &mut self.state,
        );
        output.truncate(written);
        match result {
            BrotliResult::ResultFailure => return Err(io::Error::other("corrupt data")),
            BrotliResult::ResultSuccess => self.is_complete = true,
            BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => {}
        }
        Ok(read)
    }

    fn finish(&mut self, _: &mut Vec<u8>) -> io::Result<()> {
        match self.is_complete {
            true => Ok(()),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}
