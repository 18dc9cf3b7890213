//! A file that is read while it is sent.

#[cfg(not(target_family = "wasm"))]
pub(crate) use tokio::fs::File as AsyncFile;

/// A file on WebAssembly, where files can only be opened if the host has some.
#[cfg(target_family = "wasm")]
pub(crate) struct AsyncFile(std::fs::File);

#[cfg(target_family = "wasm")]
impl AsyncFile {
    pub(crate) fn from_std(file: std::fs::File) -> Self {
        Self(file)
    }
}

#[cfg(target_family = "wasm")]
impl tokio::io::AsyncRead for AsyncFile {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        let read = std::io::Read::read(&mut self.0, buffer.initialize_unfilled());
        std::task::Poll::Ready(read.map(|count| buffer.advance(count)))
    }
}
