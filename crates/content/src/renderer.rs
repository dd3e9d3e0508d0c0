//! The two seams at which the crates meet: what makes a document, and what judges it.

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
    /// Both, in the order in which files are listed.
    pub const ALL: [Self; 2] = [Self::Pdf, Self::Docx];

    /// The file name's extension, without the dot; also the word for it in YAML.
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
    /// How many pages, where the format has pages.
    pub pages: Option<u32>,
}

/// A back end.
pub trait Renderer: Send + Sync {
    /// The format this renderer produces.
    fn format(&self) -> Format;

    /// Everything besides shape and values that decides the output: version, templates, fonts,
    /// theme and options.
    fn fingerprint(&self) -> Fingerprint;

    /// What the fingerprint is made of, by name: versions, templates, fonts, theme. Told where a
    /// document is out of date because one of them changed; empty where a back end does not say.
    fn ingredients(&self) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    /// Warms up for the shapes of one pack: what does not depend on a municipality is done here,
    /// once.
    ///
    /// # Errors
    /// What in the shapes cannot be rendered.
    fn prepare(&self, shapes: &[Arc<Shape>]) -> Result<Warned<Box<dyn Prepared>>, Diagnostics>;

    /// The characters of `text` that this back end cannot show, each once, in order of appearance.
    /// Asked of every register value before the first page is made.
    fn missing_characters(&self, text: &str) -> Vec<char>;

    /// About how wide a character is, in thousandths of the font's size. Decides which values are
    /// laid out as a sample, and nothing that is made.
    fn advance(&self, _c: char) -> u16 {
        1000
    }

    /// Whether these values surely find room wherever room is measured for them, such as in the
    /// window of an envelope. Cheap, and asked of every row; where it is in doubt, the row is laid
    /// out.
    fn surely_fits(&self, _shape: &Shape, _values: &Values) -> bool {
        true
    }
}

/// A back end warmed up for the shapes of one pack.
pub trait Prepared: Send + Sync {
    /// Renders one municipality's documents of these shapes, in order. Equal inputs give equal
    /// bytes, whatever was rendered before and on whichever thread.
    ///
    /// # Errors
    /// Why these documents cannot be made; other municipalities are not concerned.
    fn render(&self, values: &[Values]) -> Result<Warned<Vec<Rendition>>, Diagnostics>;

    /// Renders the same in the plain way, where [`render`](Self::render) takes short cuts: slower,
    /// with other bytes, and meant to show the same. A run holds a sample of its files against it.
    fn render_plain(
        &self,
        _values: &[Values],
    ) -> Option<Result<Warned<Vec<Rendition>>, Diagnostics>> {
        None
    }
}

/// The code of a finding that says nothing against the file, but that the inspector cannot be
/// trusted: two ways of looking at the file disagree. The run stops.
pub const INSPECTION_FAULT: &str = "inspection-fault";

/// Judges a finished rendition; nothing is delivered that it refuses. A finding with the code
/// [`INSPECTION_FAULT`] stops the run.
pub trait Inspector: Send + Sync {
    /// Everything that decides the verdict, as a version.
    fn fingerprint(&self) -> Fingerprint;

    /// What is wrong with the finished file; empty where nothing is.
    fn inspect(&self, shape: &Shape, values: &Values, rendition: &Rendition) -> Diagnostics;

    /// Where two renditions of one document, made in two ways, do not show the same; empty where
    /// they do.
    fn compare(&self, _one: &Rendition, _other: &Rendition) -> Diagnostics {
        Vec::new()
    }
}
