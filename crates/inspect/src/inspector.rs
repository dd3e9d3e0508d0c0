//! The verdict on a finished file before delivery: does it open, is it what its format
//! promises, and does it speak of the right municipality.

use raadspost_content::{
    Diagnostic, Diagnostics, Fingerprint, Format, INSPECTION_FAULT, Inspector, Rendition, Shape,
    Values,
};

use crate::docx::document::{lint_package, read_package};
use crate::docx::package::{self, Package};
use crate::pdf::checks::sample::Layouts;
use crate::pdf::checks::sheet::sheets;
use crate::pdf::checks::{self, Finished, PdfChecks, pixels};
use crate::pdf::opened::Opened;
use crate::pdf::page::memory::Memory;
use crate::pdf::syntax::arena::Arena;
use crate::said::document::documents;
use crate::said::expected::{property, title};
use crate::said::word;

/// Raised whenever a verdict may change.
const VERSION: &[u8] = b"4";

/// Judges PDFs; renditions of another format are not its business and pass.
///
/// | code | meaning |
/// |---|---|
/// | `pdf-unreadable` | the file does not open, or has no structure tree |
/// | `pdf-page-count` | it has another number of pages than its rendition says |
/// | `pdf-too-many-pages`, `pdf-too-large` | it has more than the campaign allows |
/// | `pdf-not-archival` | it is not marked as PDF/A-2a, or lacks an output intent, its names or sound metadata |
/// | `pdf-not-accessible` | it is not marked as PDF/UA-1, not as tagged, or does not show its title |
/// | `pdf-title`, `pdf-author`, `pdf-language` | these are not the shape's |
/// | `pdf-page-size` | a page is not A4 within 2 mm, or turned |
/// | `pdf-annotation` | an annotation paints something, or is no sound link |
/// | `pdf-outline` | a bookmark has no words, leads nowhere or is not chained to the others |
/// | `pdf-structure` | elements, content, links and the parent tree do not fit together |
/// | `pdf-tag-attributes` | an element lacks what its type needs: words, a box, a numbering, a scope |
/// | `pdf-font-not-embedded`, `pdf-font-width` | a font has no program, or states other widths |
/// | `pdf-missing-glyph`, `pdf-blank-glyph` | a character is shown as nothing, or as a box |
/// | `pdf-unmapped-text` | it shows characters that cannot be read back |
/// | `pdf-untagged` | something painted is neither tagged nor an artifact |
/// | `pdf-tag-order` | tags are not in the order of painting, occur twice, or are empty |
/// | `pdf-text-differs` | it says something else than the document |
/// | `pdf-tag-role` | a tag has the wrong role |
/// | `pdf-text-over-text` | words are printed over other words |
/// | `pdf-text-unseen` | words are transparent, white on white, covered or shown at choice |
/// | `pdf-ink-outside`, `pdf-ink-in-keep-out` | there is ink where none may be |
/// | `pdf-address-outside`, `pdf-ink-in-window` | the window does not show the address alone |
/// | `inspection-fault` | pixels and boxes disagree, so places cannot be judged; the run stops |
///
/// Pages and fonts of equal bytes are read once and remembered as long as the inspector lives.
#[derive(Default)]
pub struct PdfInspector {
    checks: PdfChecks,
    memory: Memory,
    layouts: Layouts,
}

/// Judges DOCX files; renditions of another format are not its business and pass.
///
/// The codes are those of [`crate::docx::lint_docx`] and these:
///
/// | code | meaning |
/// |---|---|
/// | `docx-unreadable` | the file does not open |
/// | `docx-title`, `docx-author`, `docx-language` | these are not the shape's |
/// | `docx-text-differs` | it says something else than the document |
///
/// Parts that are equal in every byte are read once and remembered as long as the inspector lives.
#[derive(Default)]
pub struct DocxInspector {
    memory: package::Memory,
}

/// Judges both formats, each by its own inspector.
#[derive(Default)]
pub struct FileInspector {
    pdf: PdfInspector,
    docx: DocxInspector,
}

impl PdfInspector {
    /// An inspector for one run.
    pub fn new(checks: PdfChecks) -> Self {
        Self {
            checks,
            ..Self::default()
        }
    }

    fn inspect_on(
        &self,
        arena: &Arena,
        shape: &Shape,
        values: &Values,
        rendition: &Rendition,
    ) -> Diagnostics {
        let unreadable = |error: crate::error::ReadError| {
            vec![Diagnostic::error("pdf-unreadable", error.to_string())]
        };
        let file = match Opened::read(&rendition.bytes, arena, &self.memory) {
            Ok(file) => file,
            Err(error) => return unreadable(error),
        };
        let tree = match file.tree() {
            Ok(tree) => tree,
            Err(error) => return unreadable(error),
        };
        let mut found = Vec::new();
        let page_count = file.pages.len();
        if rendition.pages.map(|pages| pages as usize) != Some(page_count) {
            let said = rendition
                .pages
                .map_or_else(|| "no number".to_owned(), |pages| pages.to_string());
            let message =
                format!("the finished file has {page_count} pages, its renderer said {said}");
            found.push(Diagnostic::error("pdf-page-count", message));
        }
        let limits = self.checks.limits.get(&shape.document);
        found.extend(checks::limits(limits, page_count, rendition.bytes.len()));
        let metadata = &file.metadata();
        if metadata.pdf_a.as_deref() != Some("2a") {
            let mark = metadata.pdf_a.as_deref().unwrap_or("none");
            let message = format!("the finished file is not marked as PDF/A-2a (its mark: {mark})");
            found.push(Diagnostic::error("pdf-not-archival", message));
        }
        if metadata.pdf_ua != Some(1) || !metadata.marked {
            found.push(Diagnostic::error(
                "pdf-not-accessible",
                "the finished file is not marked as PDF/UA-1",
            ));
        }
        let expected = title(shape, values);
        let author = crate::said::text::fold(&shape.author);
        found.extend(property(
            "pdf-title",
            "title",
            metadata.title.as_deref(),
            &expected,
        ));
        found.extend(property(
            "pdf-title",
            "title in XMP",
            metadata.xmp_title.as_deref(),
            &expected,
        ));
        found.extend(property(
            "pdf-author",
            "author",
            metadata.author.as_deref(),
            &author,
        ));
        let finished = Finished {
            sheets: &sheets(&file),
            documents: &documents(shape, values, &|at, line| tree.has_line(at, line)),
            tree: &tree,
            file: &file,
        };
        found.extend(checks::language(
            &finished,
            metadata.language.as_deref(),
            &shape.language,
        ));
        found.extend(checks::check(&finished, metadata));
        // A file that is refused anyway needs no second opinion.
        if found.is_empty() {
            let pages = self
                .layouts
                .pages(self.checks.pixels, &finished, shape, values);
            if !pages.is_empty() {
                found.extend(pixels::check(
                    &finished,
                    &rendition.bytes,
                    &pages,
                    &self.memory,
                ));
            }
        }
        found
    }
}

impl FileInspector {
    /// An inspector for one run.
    pub fn new(checks: PdfChecks) -> Self {
        Self {
            pdf: PdfInspector::new(checks),
            ..Self::default()
        }
    }
}

impl Inspector for FileInspector {
    fn fingerprint(&self) -> Fingerprint {
        let mut builder = Fingerprint::builder("file-inspector");
        builder
            .field(&self.pdf.fingerprint().0)
            .field(&self.docx.fingerprint().0);
        builder.finish()
    }

    fn inspect(&self, shape: &Shape, values: &Values, rendition: &Rendition) -> Diagnostics {
        match rendition.format {
            Format::Pdf => self.pdf.inspect(shape, values, rendition),
            Format::Docx => self.docx.inspect(shape, values, rendition),
        }
    }

    fn compare(&self, one: &Rendition, other: &Rendition) -> Diagnostics {
        match one.format {
            Format::Pdf => self.pdf.compare(one, other),
            Format::Docx => Vec::new(),
        }
    }
}

impl Inspector for PdfInspector {
    fn fingerprint(&self) -> Fingerprint {
        let PdfChecks { limits, pixels: _ } = &self.checks;
        // Field order and names are fixed by the types.
        let json = |value: Result<Vec<u8>, serde_json::Error>| value.unwrap_or_default();
        Fingerprint::builder("pdf-inspector")
            .field(VERSION)
            .field(&json(serde_json::to_vec(limits)))
            .finish()
    }

    fn inspect(&self, shape: &Shape, values: &Values, rendition: &Rendition) -> Diagnostics {
        if rendition.format != Format::Pdf {
            return Vec::new();
        }
        Arena::with(|arena| self.inspect_on(arena, shape, values, rendition))
    }

    fn compare(&self, one: &Rendition, other: &Rendition) -> Diagnostics {
        let differs = |what: String| {
            let message = format!("made in two ways, the file differs: {what}");
            Diagnostic::error(INSPECTION_FAULT, message)
                .hint("report this as a bug, with the campaign and the row if you can")
        };
        let difference = checks::differential::difference(&one.bytes, &other.bytes);
        difference.map(differs).into_iter().collect()
    }
}

impl Inspector for DocxInspector {
    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::builder("docx-inspector")
            .field(VERSION)
            .finish()
    }

    fn inspect(&self, shape: &Shape, values: &Values, rendition: &Rendition) -> Diagnostics {
        if rendition.format != Format::Docx {
            return Vec::new();
        }
        let unreadable = |error: crate::error::ReadError| {
            Diagnostic::error("docx-unreadable", error.to_string())
        };
        let package = match Package::open(&rendition.bytes, &self.memory) {
            Ok(package) => package,
            Err(error) => return vec![unreadable(error)],
        };
        let mut found = lint_package(&package);
        let file = match read_package(&package) {
            Ok(file) => file,
            Err(error) => {
                found.push(unreadable(error));
                return found;
            }
        };
        let author = crate::said::text::fold(&shape.author);
        found.extend(property(
            "docx-title",
            "title",
            file.title.as_deref(),
            &title(shape, values),
        ));
        found.extend(property(
            "docx-author",
            "author",
            file.creator.as_deref(),
            &author,
        ));
        found.extend(property(
            "docx-language",
            "language",
            file.language.as_deref(),
            &shape.language,
        ));
        let difference = word::difference(shape, values, &file.lines);
        found.extend(difference.map(|message| Diagnostic::error("docx-text-differs", message)));
        found
    }
}
