//! The coding zstd (RFC 8878).
//!
//! The decoder takes a whole unit of a frame: its header, or one block. This module splits the data
//! into units, wherever the chunks of a body end.

use std::io;

use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::Decoder;

/// The largest window, in bytes (RFC 9659 section 3).
const MAX_WINDOW: u64 = 8 * 1024 * 1024;
/// The largest block, in bytes (RFC 8878 section 3.1.1.2.4).
const MAX_BLOCK: usize = 128 * 1024;
/// The first bytes of a frame.
const MAGIC: u32 = 0xFD2F_B528;
/// The first bytes of a frame that is skipped; its last 4 bits are free.
const SKIPPABLE: u32 = 0x184D_2A50;

/// Decodes one frame or several.
pub(super) struct Zstd {
    frame: FrameDecoder,
    unit: Vec<u8>,
    next: Unit,
    /// Whether a checksum follows the last block of the frame.
    has_checksum: bool,
}

/// What comes next.
enum Unit {
    Header,
    Block,
    /// This number of bytes, which are skipped.
    Skipped(usize),
}

impl Default for Zstd {
    fn default() -> Self {
        let mut frame = FrameDecoder::new();
        frame.set_max_window_size(MAX_WINDOW);
        Self {
            frame,
            unit: Vec::new(),
            next: Unit::Header,
            has_checksum: false,
        }
    }
}

impl Zstd {
    /// Returns the length of the next unit, as far as the bytes that are there tell it.
    fn length(&self) -> io::Result<usize> {
        match self.next {
            Unit::Header => header_length(&self.unit),
            Unit::Block => self.block_length(),
            Unit::Skipped(length) => Ok(length),
        }
    }

    fn block_length(&self) -> io::Result<usize> {
        let &[first, second, third, ..] = self.unit.as_slice() else {
            return Ok(3);
        };
        let header = u32::from_le_bytes([first, second, third, 0]);
        let content = match header >> 1 & 0b11 {
            // One byte, which is repeated.
            1 => 1,
            _ => (header >> 3) as usize,
        };
        if content > MAX_BLOCK {
            return Err(corrupt("a block is too large"));
        }
        let checksum = if header & 1 == 1 && self.has_checksum {
            4
        } else {
            0
        };
        Ok(3 + content + checksum)
    }

    /// Decodes a unit, which is complete.
    fn decode_unit(&mut self, output: &mut Vec<u8>) -> io::Result<()> {
        self.next = match self.next {
            Unit::Header => self.decode_header()?,
            Unit::Block => self.decode_block(output)?,
            Unit::Skipped(_) => Unit::Header,
        };
        self.unit.clear();
        Ok(())
    }

    fn decode_header(&mut self) -> io::Result<Unit> {
        if let &[_, _, _, _, a, b, c, d] = self.unit.as_slice()
            && is_skippable(&self.unit)
        {
            return Ok(Unit::Skipped(u32::from_le_bytes([a, b, c, d]) as usize));
        }
        self.has_checksum = self.unit.get(4).is_some_and(|it| it & 0b100 != 0);
        self.frame.reset(self.unit.as_slice()).map_err(corrupt)?;
        Ok(Unit::Block)
    }

    fn decode_block(&mut self, output: &mut Vec<u8>) -> io::Result<Unit> {
        let one = BlockDecodingStrategy::UptoBlocks(1);
        let decoded = self.frame.decode_blocks(self.unit.as_slice(), one);
        let is_last = decoded.map_err(corrupt)?;
        self.frame.collect_to_writer(output)?;
        if !is_last {
            return Ok(Unit::Block);
        }
        let sent = self.frame.get_checksum_from_data();
        if sent.is_some() && sent != self.frame.get_calculated_checksum() {
            return Err(corrupt("the checksum differs"));
        }
        Ok(Unit::Header)
    }
}

impl Decoder for Zstd {
    fn decode(&mut self, input: &[u8], output: &mut Vec<u8>) -> io::Result<usize> {
        let mut rest = input;
        while output.is_empty() {
            let length = self.length()?;
            if let Unit::Skipped(left) = &mut self.next {
                let (skipped, after) = rest.split_at(rest.len().min(*left));
                *left -= skipped.len();
                rest = after;
                if *left > 0 {
                    break;
                }
            } else {
                let missing = length.saturating_sub(self.unit.len());
                let (taken, after) = rest.split_at(rest.len().min(missing));
                self.unit.extend_from_slice(taken);
                rest = after;
                if taken.len() < missing {
                    break;
                }
                if self.length()? > self.unit.len() {
                    continue;
                }
            }
            self.decode_unit(output)?;
        }
        Ok(input.len() - rest.len())
    }

    fn finish(&mut self, _: &mut Vec<u8>) -> io::Result<()> {
        match self.next {
            Unit::Header if self.unit.is_empty() => Ok(()),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

fn is_skippable(header: &[u8]) -> bool {
    magic(header).is_some_and(|magic| magic & !0xF == SKIPPABLE)
}

fn magic(header: &[u8]) -> Option<u32> {
    header.first_chunk().copied().map(u32::from_le_bytes)
}

/// Returns the length of a frame's header, of which the beginning is there (RFC 8878 section
/// 3.1.1.1).
fn header_length(header: &[u8]) -> io::Result<usize> {
    match magic(header) {
        None => return Ok(4),
        Some(_) if is_skippable(header) => return Ok(8),
        Some(MAGIC) => {}
        Some(_) => return Err(corrupt("it doesn't begin like zstd")),
    }
    let Some(descriptor) = header.get(4) else {
        return Ok(5);
    };
    let is_single = descriptor & 0b10_0000 != 0;
    let window = usize::from(!is_single);
    let dictionary = match descriptor & 0b11 {
        3 => 4,
        length => usize::from(length),
    };
    let content_size = match descriptor >> 6 {
        0 => usize::from(is_single),
        exponent => 1 << exponent,
    };
    Ok(5 + window + dictionary + content_size)
}

fn corrupt(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
