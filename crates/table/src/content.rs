//! What a file with a table is: text or a workbook, found by reading it once.

use std::io::{self, Cursor, Read};
use std::sync::Arc;

use raadspost_content::Diagnostics;

use crate::encoding::{Encoding, EncodingFrom};
use crate::sheet::{Sheet, WorkbookFormat};
use crate::{Input, text};

/// How a table is read; what is not stated is recognised.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableSettings {
    /// The delimiter of a text.
    pub delimiter: Option<u8>,
    /// The encoding of a text.
    pub encoding: Option<Encoding>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The line on which the header begins, from 1; the first row that is not empty if `None`.
    pub header: Option<u64>,
}

/// What a file with a table is.
#[derive(Debug, Clone)]
pub enum Content {
    /// Delimited text.
    Text(Encoding, EncodingFrom),
    /// A sheet of a workbook, read.
    Sheet(Arc<Sheet>),
}

impl Content {
    /// Reads a file to its end, and a workbook into memory. `wanted` are the headings that its sheet
    /// must have.
    ///
    /// # Errors
    /// The file cannot be read, or it is a workbook without a sheet that can be read.
    pub fn recognise(
        name: &str,
        mut reader: impl Read,
        settings: &TableSettings,
        wanted: &[&str],
    ) -> Result<Self, Diagnostics> {
        let unreadable = |error: io::Error| vec![text::unreadable(name, &error)];
        let mut start = Vec::new();
        let read = (&mut reader).take(64).read_to_end(&mut start);
        read.map_err(unreadable)?;
        if WorkbookFormat::of(&start).is_some() {
            let rest = Sheet::LARGEST_FILE as u64 + 1;
            let read = reader.take(rest).read_to_end(&mut start);
            read.map_err(unreadable)?;
            let sheet = Sheet::read(name, start, settings.sheet.as_deref(), wanted)?;
            return Ok(Self::Sheet(Arc::new(sheet)));
        }
        if let Some(encoding) = settings.encoding {
            return Ok(Self::Text(encoding, EncodingFrom::Campaign));
        }
        let reader = Cursor::new(start).chain(reader);
        let (encoding, from) = Encoding::recognise(reader).map_err(unreadable)?;
        Ok(Self::Text(encoding, from))
    }

    /// The table, read from its start; `open` opens the file of a text again.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn input<R>(self, open: impl FnOnce() -> io::Result<R>) -> io::Result<Input<R>> {
        Ok(match self {
            Self::Text(encoding, from) => Input::Text(open()?, encoding, from),
            Self::Sheet(sheet) => Input::Sheet(sheet),
        })
    }
}
