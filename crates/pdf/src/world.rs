//! The world as Typst sees it: our templates, the data of one file, our fonts, and nothing else.
//! No file system, no packages, no network, no clock.

use std::sync::{Arc, LazyLock};

use raadspost_content::Logo;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt};

use crate::fonts::Fonts;

/// The templates by path.
pub(crate) const TEMPLATES: [(&str, &str); 8] = [
    ("main.typ", include_str!("templates/main.typ")),
    ("block.typ", include_str!("templates/block.typ")),
    ("document.typ", include_str!("templates/document.typ")),
    ("inline.typ", include_str!("templates/inline.typ")),
    ("letter.typ", include_str!("templates/letter.typ")),
    ("look.typ", include_str!("templates/look.typ")),
    ("parts.typ", include_str!("templates/parts.typ")),
    ("shapes.typ", include_str!("templates/shapes.typ")),
];

/// The sources and the ids of all files. A `FileId` is 16 bits and never freed, so there is this
/// fixed set of them, and it is the bytes behind them that change.
struct Files {
    templates: Vec<Source>,
    theme: FileId,
    logo: FileId,
    shapes: FileId,
    values: FileId,
}

static FILES: LazyLock<Files> = LazyLock::new(|| Files {
    templates: TEMPLATES
        .iter()
        .map(|(path, text)| Source::new(id(path), (*text).into()))
        .collect(),
    theme: id("theme.json"),
    logo: id("logo.png"),
    shapes: id("shapes.json"),
    values: id("values.json"),
});

fn id(path: &str) -> FileId {
    let path = VirtualPath::new(path).expect("a plain file name of our own is a path");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// What all worlds of one renderer share.
pub(crate) struct Shared {
    library: LazyHash<Library>,
    pub(crate) fonts: Fonts,
    /// `theme.json`.
    pub(crate) theme: Bytes,
    /// `logo.png`.
    pub(crate) logo: Option<Bytes>,
}

impl Shared {
    /// `theme` is the theme as JSON.
    pub(crate) fn new(fonts: Fonts, theme: Vec<u8>, logo: Option<&Logo>) -> Self {
        Self {
            library: LazyHash::new(Library::default()),
            fonts,
            theme: Bytes::new(theme),
            logo: logo.map(|logo| Bytes::new(logo.bytes.to_vec())),
        }
    }
}

/// The world of one compilation.
pub(crate) struct World {
    shared: Arc<Shared>,
    shapes: Bytes,
    values: Bytes,
}

impl World {
    /// The world in which the documents `shapes` are filled with `values`, both as JSON.
    pub(crate) fn new(shared: Arc<Shared>, shapes: Bytes, values: Vec<u8>) -> Self {
        Self {
            shared,
            shapes,
            values: Bytes::new(values),
        }
    }
}

impl typst::World for World {
    fn library(&self) -> &LazyHash<Library> {
        &self.shared.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shared.fonts.book
    }

    fn main(&self) -> FileId {
        FILES.templates[0].id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let source = FILES.templates.iter().find(|source| source.id() == id);
        source.cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == FILES.values {
            Ok(self.values.clone())
        } else if id == FILES.shapes {
            Ok(self.shapes.clone())
        } else if id == FILES.theme {
            Ok(self.shared.theme.clone())
        } else if id == FILES.logo {
            self.shared.logo.clone().ok_or(FileError::AccessDenied)
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shared.fonts.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
