//! The world as Typst sees it: our templates, the data of one file, our fonts, and nothing else.
//! No file system, no packages, no network, no clock.

use std::sync::{Arc, LazyLock};

use raadspost_content::{Logo, Place, Span};
use typst::diag::{FileError, FileResult};
use typst::ecow::eco_format;
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{DiagSpan, FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, WorldExt};

use crate::fonts::Fonts;

/// Our templates: name and text, `main.typ` first.
pub const TEMPLATES: [(&str, &str); 13] = [
    ("main.typ", include_str!("templates/main.typ")),
    ("block.typ", include_str!("templates/block.typ")),
    ("codes.typ", include_str!("templates/codes.typ")),
    ("document.typ", include_str!("templates/document.typ")),
    ("inline.typ", include_str!("templates/inline.typ")),
    ("letter.typ", include_str!("templates/letter.typ")),
    ("letterhead.typ", include_str!("templates/letterhead.typ")),
    ("look.typ", include_str!("templates/look.typ")),
    ("parts.typ", include_str!("templates/parts.typ")),
    ("reference.typ", include_str!("templates/reference.typ")),
    ("shapes.typ", include_str!("templates/shapes.typ")),
    ("signatures.typ", include_str!("templates/signatures.typ")),
    ("window.typ", include_str!("templates/window.typ")),
];

/// A template of the author's: its file name, `letter.typ`, and its text.
#[derive(Debug, Clone)]
pub struct Template {
    /// The file's name; small letters, digits and `-`, and `.typ` behind them.
    pub name: String,
    /// The text.
    pub text: String,
}

/// Our templates with the author's in place of those of the same name, and the author's others
/// behind them; `main.typ` first.
///
/// # Errors
/// The name of a file that cannot be a template.
pub(crate) fn templates(own: &[Template]) -> Result<Vec<(String, String)>, String> {
    let mut all: Vec<(String, String)> = TEMPLATES
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    for template in own {
        if !is_template_name(&template.name) {
            return Err(template.name.clone());
        }
        match all.iter_mut().find(|(name, _)| *name == template.name) {
            Some((_, text)) => template.text.clone_into(text),
            None => all.push((template.name.clone(), template.text.clone())),
        }
    }
    Ok(all)
}

/// Whether a file with this name can be a template.
pub(crate) fn is_template_name(name: &str) -> bool {
    let stem = name.strip_suffix(".typ").unwrap_or_default();
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !stem.is_empty() && stem.len() <= 60 && stem.bytes().all(plain)
}

/// The ids of all files that are data. A `FileId` is 16 bits and never freed, so there is this
/// fixed set of them, and it is the bytes behind them that change; templates have one for each name.
struct Files {
    theme: FileId,
    logo: FileId,
    shapes: FileId,
    values: FileId,
    /// The pictures of one file's documents.
    pictures: Vec<FileId>,
}

/// Most different pictures in one file.
pub(crate) const PICTURES: usize = 32;

/// What a template calls a picture.
pub(crate) fn picture_name(at: usize) -> String {
    format!("picture-{at}.png")
}

static FILES: LazyLock<Files> = LazyLock::new(|| Files {
    theme: id("theme.json"),
    logo: id("logo.png"),
    shapes: id("shapes.json"),
    values: id("values.json"),
    pictures: (0..PICTURES).map(|at| id(&picture_name(at))).collect(),
});

fn id(path: &str) -> FileId {
    let path = VirtualPath::new(path).expect("a plain file name of our own is a path");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// What all worlds of one renderer share.
pub(crate) struct Shared {
    library: LazyHash<Library>,
    templates: Vec<Source>,
    /// The author's templates, for messages.
    own: Vec<(FileId, Arc<raadspost_content::Source>)>,
    pub(crate) fonts: Fonts,
    /// `theme.json`.
    pub(crate) theme: Bytes,
    /// `logo.png`.
    pub(crate) logo: Option<Bytes>,
}

impl Shared {
    /// `templates` are those of [`templates`], `theme` is the theme as JSON.
    pub(crate) fn new(
        fonts: Fonts,
        templates: &[(String, String)],
        own: &[Template],
        theme: Vec<u8>,
        logo: Option<&Logo>,
    ) -> Self {
        let source = |template: &Template| {
            let name = format!("templates/{}", template.name);
            let source = raadspost_content::Source::new(name, template.text.as_str());
            (id(&template.name), source)
        };
        Self {
            library: LazyHash::new(Library::default()),
            templates: templates
                .iter()
                .map(|(name, text)| Source::new(id(name), text.clone()))
                .collect(),
            own: own.iter().map(source).collect(),
            fonts,
            theme: Bytes::new(theme),
            logo: logo.map(|logo| Bytes::new(logo.picture.png.bytes().to_vec())),
        }
    }
}

impl Shared {
    /// Whether a template is not ours.
    pub(crate) fn has_own_templates(&self) -> bool {
        !self.own.is_empty()
    }
}

/// The world of one compilation.
pub(crate) struct World {
    shared: Arc<Shared>,
    shapes: Bytes,
    pictures: Vec<Bytes>,
    values: Bytes,
}

impl World {
    /// The world in which the documents `shapes` are filled with `values`, both as JSON, and show
    /// `pictures`.
    pub(crate) fn new(
        shared: Arc<Shared>,
        shapes: Bytes,
        pictures: Vec<Bytes>,
        values: Vec<u8>,
    ) -> Self {
        Self {
            shared,
            shapes,
            pictures,
            values: Bytes::new(values),
        }
    }
}

impl World {
    /// Where in a template of the author's something is wrong; nowhere in one of ours, which no
    /// author can mend.
    pub(crate) fn place(&self, span: DiagSpan) -> Place {
        let own = span
            .id()
            .and_then(|id| self.shared.own.iter().find(|(own, _)| *own == id));
        match (own, self.range(span)) {
            (Some((_, source)), Some(range)) => {
                Place::Source(Arc::clone(source), Span::new(range.start, range.end))
            }
            _ => Place::Nowhere,
        }
    }
}

/// Why a file is not given to a template.
fn refused(id: FileId) -> FileError {
    FileError::Other(Some(match id.get().root() {
        VirtualRoot::Package(package) => eco_format!(
            "templates import no packages: `{package}` is not read; copy what you need into a file beside them"
        ),
        VirtualRoot::Project => eco_format!(
            "templates read nothing but each other and their data: `{}` is not read",
            id.get().vpath().get_without_slash()
        ),
    }))
}

impl typst::World for World {
    fn library(&self) -> &LazyHash<Library> {
        &self.shared.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shared.fonts.book
    }

    fn main(&self) -> FileId {
        self.shared.templates[0].id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let source = self
            .shared
            .templates
            .iter()
            .find(|source| source.id() == id);
        source.cloned().ok_or_else(|| refused(id))
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
            let at = FILES.pictures.iter().position(|picture| *picture == id);
            let picture = at.and_then(|at| self.pictures.get(at));
            picture.cloned().ok_or_else(|| refused(id))
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shared.fonts.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
