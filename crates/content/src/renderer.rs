//! The two interfaces between the crates: what renders a document, and what inspects it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::{Diagnostics, Fingerprint, Shape, Values, Warned};

/// A file format.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// PDF/A-2a and PDF/UA-1.
    Pdf,
    /// WordprocessingML (ECMA-376).
    Docx,
}

impl Format {
    /// Both formats, in the order in which files are listed.
    pub const ALL: [Self; 2] = [Self::Pdf, Self::Docx];

    /// File name extension without the dot; also the format's name in YAML.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.extension())
    }
}

/// The bytes of one document in one format.
#[derive(Debug, Clone)]
pub struct Rendition {
    /// Their format.
    pub format: Format,
    /// The file.
    pub bytes: Vec<u8>,
    /// Number of pages, if the format has pages.
    pub pages: Option<u32>,
}

/// A back end.
pub trait Renderer: Send + Sync {
    /// The format this renderer produces.
    fn format(&self) -> Format;

    /// Everything besides shape and values that determines the output: version, templates, fonts,
    /// theme and options.
    fn fingerprint(&self) -> Fingerprint;

    /// The components of the fingerprint by name: versions, templates, fonts, theme. `status`
    /// reports which of them changed; empty if the back end does not list them.
    fn ingredients(&self) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    /// How many files were made in a slower and larger way than usual since this renderer exists, by
    /// what in them the usual way does not know. Empty where there is one way.
    fn fallbacks(&self) -> BTreeMap<String, u64> {
        BTreeMap::new()
    }

    /// Prepares the shapes of one pack: work that does not depend on the municipality is done once.
    ///
    /// # Errors
    /// Parts of the shapes that cannot be rendered.
    fn prepare(&self, shapes: &[Arc<Shape>]) -> Result<Warned<Box<dyn Prepared>>, Diagnostics>;

    /// The characters of `text` that this back end cannot show, each once, in order of appearance.
    /// Called for every register value before the first page is rendered.
    fn missing_characters(&self, text: &str) -> Vec<char>;

    /// Approximate width of a character, in thousandths of the font size. It selects the values
    /// that are laid out as a sample and does not affect output.
    fn advance(&self, _c: char) -> u16 {
        1000
    }

    /// Whether these values certainly fit wherever space is limited, such as in the window of an
    /// envelope. Must be cheap, since it is called for every row; if in doubt, return `false`, and
    /// the row is laid out.
    fn surely_fits(&self, _shape: &Shape, _values: &Values) -> bool {
        true
    }
}

/// A back end prepared for the shapes of one pack.
pub trait Prepared: Send + Sync {
    /// Renders one municipality's documents of these shapes, in order. Equal inputs give equal
    /// bytes, whatever was rendered before and on whichever thread.
    ///
    /// # Errors
    /// Why these documents cannot be rendered; other municipalities are not affected.
    fn render(&self, values: &[Values]) -> Result<Warned<Vec<Rendition>>, Diagnostics>;

    /// Renders the same documents without the shortcuts of [`render`](Self::render): slower, with
    /// other bytes, but with the same appearance. A run compares a sample of its files with it.
    fn render_plain(
        &self,
        _values: &[Values],
    ) -> Option<Result<Warned<Vec<Rendition>>, Diagnostics>> {
        None
    }
}

/// Code of a finding against the inspector instead of the file: two ways of reading the file
/// disagree. It stops the run.
pub const INSPECTION_FAULT: &str = "inspection-fault";

/// Inspects a finished rendition; a rendition with findings is not delivered. A finding with the
/// code [`INSPECTION_FAULT`] stops the run.
pub trait Inspector: Send + Sync {
    /// Version of everything that determines the verdict.
    fn fingerprint(&self) -> Fingerprint;

    /// Findings against the finished file.
    fn inspect(&self, shape: &Shape, values: &Values, rendition: &Rendition) -> Diagnostics;

    /// Differences in appearance between two renditions of one document.
    fn compare(&self, _one: &Rendition, _other: &Rendition) -> Diagnostics {
        Vec::new()
    }
}
