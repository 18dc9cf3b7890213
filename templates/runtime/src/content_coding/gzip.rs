//! The coding gzip (RFC 1952).

use std::io::{self, Write as _};

use flate2::write::MultiGzDecoder;

use super::Decoder;

/// Decodes one gzip member or several.
pub(super) struct Gzip(MultiGzDecoder<Vec<u8>>);

impl Default for Gzip {
    fn default() -> Self {
        Self(MultiGzDecoder::new(Vec::new()))
    }
}

impl Decoder for Gzip {
    fn decode(&mut self, input: &[u8], output: &mut Vec<u8>) -> io::Result<usize> {
        if input.is_empty() {
            return Ok(0);
        }
        let count = self.0.write(input)?;
        if count == input.len() {
            // Nothing that was received is held back, such as the latest event of a stream.
            self.0.flush()?;
        }
        output.append(self.0.get_mut());
        Ok(count)
    }

    fn finish(&mut self, output: &mut Vec<u8>) -> io::Result<()> {
        self.0.try_finish()?;
        output.append(self.0.get_mut());
        Ok(())
    }
}
